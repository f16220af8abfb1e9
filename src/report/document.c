/* What documents of every kind share: the choice of a format by its name, and the end. */
#include "base/error.h"
#include "base/text.h"
#include "report/format.h"
#include <errno.h>
#include <string.h>

enum { MOST_FORMATS = 8 };

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

bool end_document(FILE *out, const char *what, roof_error *error) {
    if (fflush(out) == 0 && !ferror(out))
        return true;
    return error_set(error, ROOF_FAILED, "cannot write %s: %s", what,
                     errno ? strerror(errno) : "output error");
}
