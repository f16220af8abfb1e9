/* What memory is read and written, one access after the other: for the reuse distances of a memory
 * hierarchy. Kept only when that is asked for. */
#ifndef WORK_ACCESS_H
#define WORK_ACCESS_H

#include "base/arena.h"
#include "base/count.h"

#define NO_MEMORY UINT32_MAX /* of what no other row can touch: attributes */

typedef struct access {
    uint32_t memory; /* id of the value whose memory it is, or NO_MEMORY */
    uint32_t row;
    count bytes;
    bool is_write;
} access;

typedef struct access_log {
    arena *arena; /* NULL: nothing is kept */
    access *all;
    size_t n, room;
} access_log;

void log_access(access_log *l, access a);

#endif
