/* Files that become visible only when complete, and notes on standard error. */
#include "base/error.h"
#include "base/path.h"
#include "cli/cli.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool output_open(output *o, const char *path, roof_error *e) {
    *o = (output){.file = stdout, .path = path};
    if (!path)
        return true;
    if (path_is_special(path)) { /* is written to as it is: renaming would replace it */
        o->file = fopen(path, "w");
        return o->file || error_set(e, ROOF_FAILED, "%s: %s", path, strerror(errno));
    }
    int n = snprintf(o->temporary, sizeof o->temporary, "%s.XXXXXX", path);
    int fd = n > 0 && (size_t)n < sizeof o->temporary ? mkstemp(o->temporary) : -1;
    if (fd < 0)
        return error_set(e, ROOF_FAILED, "%s: %s", path, strerror(errno));
    mode_t mask = umask(0);
    umask(mask);
    fchmod(fd, 0666 & ~mask);
    o->file = fdopen(fd, "w");
    return o->file || error_set(e, ROOF_FAILED, "%s: %s", path, strerror(errno));
}

void output_discard(output *o) {
    if (o->path && o->file)
        fclose(o->file);
    if (*o->temporary)
        unlink(o->temporary);
}

bool output_commit(output *o, roof_error *e) {
    const char *path = o->path ? o->path : "standard output";
    bool ok = fflush(o->file) == 0 && !ferror(o->file);
    int why = errno;
    if (o->path && fclose(o->file) != 0 && ok) {
        ok = false;
        why = errno;
    }
    if (ok && *o->temporary && rename(o->temporary, o->path) != 0) {
        ok = false;
        why = errno;
    }
    if (!ok && *o->temporary)
        unlink(o->temporary);
    return ok || error_set(e, ROOF_FAILED, "%s: %s", path, strerror(why));
}

/* What cannot be written is told with its name. */
void output_end(output *o, const roof_error *failed, roof_error *e) {
    if (failed->status == ROOF_OK || ferror(o->file)) {
        output_commit(o, e);
        return;
    }
    output_discard(o);
    *e = *failed;
}

void note(const settings *s, const char *format, ...) {
    if (s->quiet)
        return;
    va_list args;
    va_start(args, format);
    fputs("roofline: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}
