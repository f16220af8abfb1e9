/* What documents of every kind share: the choice of a format by its name, and the frame that
 * they are written in. */
#include "base/error.h"
#include "base/numeric.h"
#include "base/text.h"
#include "report/format.h"
#include <errno.h>
#include <string.h>

enum { MOST_FORMATS = 8, MEMORY_LIMIT = 1 << 30 };

void refuse_name(roof_error *error, const char *what, const char *name, const char *const *names,
                 size_t n) {
    char list[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < n && used < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
                                 i == 0      ? ""
                                 : i + 1 < n ? ", "
                                             : " or ",
                                 names[i]);
    const char *near = text_nearest(name, names, n);
    error_set(error, ROOF_USAGE, "unknown %s \"%s\"%s%s%s: %s", what, name,
              near ? " (did you mean " : "", near ? near : "", near ? "?)" : "", list);
}

int find_format(const char *name, const char *(*format_name)(size_t i), roof_error *error) {
    const char *names[MOST_FORMATS];
    size_t n = 0;
    for (; n < MOST_FORMATS && format_name(n); n++) {
        names[n] = format_name(n);
        if (strcmp(name, names[n]) == 0)
            return (int)n;
    }
    refuse_name(error, "format", name, names, n);
    return -1;
}

typedef struct document {
    FILE *out;
    const char *what;
    bool (*write)(void *user, arena *memory, roof_error *error);
    void *user;
    arena *memory;
} document;

static bool no_memory(const document *d, roof_error *error) {
    return error_set(error, ROOF_FAILED, "not enough memory to write %s", d->what);
}

static bool write_in(const document *d, roof_error *error) {
    if (arena_escape(d->memory))
        return no_memory(d, error);
    errno = 0;
    if (!d->write(d->user, d->memory, error))
        return false;
    if (fflush(d->out) == 0 && !ferror(d->out))
        return true;
    return error_set(error, ROOF_FAILED, "cannot write %s: %s", d->what,
                     errno ? strerror(errno) : "output error");
}

bool write_document(FILE *out, const char *what,
                    bool (*write)(void *user, arena *memory, roof_error *error), void *user,
                    roof_error *error) {
    document d = {
        .out = out, .what = what, .write = write, .user = user, .memory = arena_new(MEMORY_LIMIT)};
    numeric_locale numeric = numeric_begin();
    bool ok = d.memory ? write_in(&d, error) : no_memory(&d, error);
    numeric_end(numeric);
    arena_free(d.memory);
    return ok;
}
