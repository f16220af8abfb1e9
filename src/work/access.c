#include "work/access.h"
#include <string.h>

void log_access(access_log *l, access a) {
    enum { FIRST_ROOM = 1024 };
    if (!l->arena || a.bytes <= 0)
        return;
    if (l->n == l->room) {
        l->room = l->room ? 2 * l->room : FIRST_ROOM;
        access *grown = arena_array(l->arena, l->room, sizeof *grown);
        if (l->n)
            memcpy(grown, l->all, l->n * sizeof *grown);
        l->all = grown;
    }
    l->all[l->n++] = a;
}
