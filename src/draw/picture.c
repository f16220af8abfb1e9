#include "draw/picture.h"
#include "base/error.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_PATH = 4096 };

/* Sizes as measured in the pictures that each terminal makes. */
static const terminal png = {.name = "pngcairo",
                             .font = "sans-serif",
                             .bold = ":Bold",
                             .font_pixel = 0.75,
                             .point_pixel = 1 / 3.0,
                             .line_pixel = 1};
static const terminal svg = {.name = "svg",
                             .font = "sans-serif",
                             .bold = "",
                             .font_pixel = 1,
                             .point_font = 0.375,
                             .line_pixel = 1};
static const terminal pdf = {.name = "pdfcairo",
                             .font = "sans-serif",
                             .bold = ":Bold",
                             .per_inch = 96,
                             .font_pixel = 1.125,
                             .point_pixel = 0.25,
                             .line_pixel = 1.4};

/* Every kind of file that can be drawn. */
static const struct format {
    const char *extension;
    const terminal *terminal;
    bool script; /* the file is the script itself */
} formats[] = {
    {.extension = "png", .terminal = &png},
    {.extension = "svg", .terminal = &svg},
    {.extension = "pdf", .terminal = &pdf},
    {.extension = "gp", .terminal = &png, .script = true},
};

enum { N_FORMATS = sizeof formats / sizeof *formats };

const char *picture_extension(size_t i) {
    return i < N_FORMATS ? formats[i].extension : NULL;
}

static const struct format *find_format(const char *path, roof_error *error) {
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; i < N_FORMATS; i++)
        if (dot && strcasecmp(dot + 1, formats[i].extension) == 0)
            return &formats[i];
    char list[128] = "";
    size_t used = 0;
    for (size_t i = 0; i < N_FORMATS; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s.%s",
                                 i == 0              ? ""
                                 : i + 1 < N_FORMATS ? ", "
                                                     : " or ",
                                 formats[i].extension);
    error_set(error, ROOF_USAGE, "cannot draw \"%s\": its name must end in %s", path, list);
    return NULL;
}

bool picture_check(const char *path, roof_error *error) {
    return find_format(path, error) != NULL;
}

/* What is drawn, and how. */
typedef struct drawing {
    picture_script *script;
    const void *what;
} drawing;

/* --- files that appear under their name only when they are complete --- */

/* Makes a new file beside `path`; returns its descriptor and writes its name, or -1. */
static int open_beside(const char *path, char name[MAX_PATH]) {
    enum { TRIES = 100 };
    for (int i = 0; i < TRIES; i++) {
        int n = snprintf(name, MAX_PATH, "%s.%ld-%d.tmp", path, (long)getpid(), i);
        if (n >= MAX_PATH) {
            errno = ENAMETOOLONG;
            return -1;
        }
        int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

/* Gives the temporary file its name; takes it away when something failed. */
static bool finish(bool ok, const char *name, const char *path, roof_error *error) {
    if (ok && rename(name, path) == 0)
        return true;
    if (ok)
        error_set(error, ROOF_FAILED, "cannot write \"%s\": %s", path, strerror(errno));
    unlink(name);
    return false;
}

static bool write_script(const drawing *d, const terminal *t, const char *path, roof_error *error) {
    char name[MAX_PATH];
    int fd = open_beside(path, name);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    if (!out) {
        error_set(error, ROOF_FAILED, "cannot write \"%s\": %s", path, strerror(errno));
        if (fd >= 0) {
            close(fd);
            unlink(name);
        }
        return false;
    }
    d->script(d->what, t, out);
    bool ok = fflush(out) == 0 && !ferror(out);
    if (!ok)
        error_set(error, ROOF_FAILED, "cannot write \"%s\": %s", path, strerror(errno));
    ok = fclose(out) == 0 && ok;
    return finish(ok, name, path, error);
}

/* Without gnuplot the script is what there is: whoever has gnuplot can draw it. */
static bool leave_script(const drawing *d, const terminal *t, const char *path, roof_error *error) {
    char script[MAX_PATH];
    if (snprintf(script, sizeof script, "%s.gp", path) >= (int)sizeof script)
        return error_set(error, ROOF_FAILED, "gnuplot is not installed");
    if (!write_script(d, t, script, error))
        return false;
    return error_set(
        error, ROOF_FAILED,
        "gnuplot is not installed (Debian: gnuplot-nox): its script is in \"%s\", draw it "
        "by: gnuplot \"%s\" > \"%s\"",
        script, script, path);
}

static bool draw(const drawing *d, const terminal *t, const char *path, roof_error *error) {
    char name[MAX_PATH];
    FILE *script = tmpfile();
    int picture = script ? open_beside(path, name) : -1;
    if (picture < 0) {
        error_set(error, ROOF_FAILED, "cannot write \"%s\": %s", path, strerror(errno));
        if (script)
            fclose(script);
        return false;
    }
    d->script(d->what, t, script);
    gnuplot_result result = gnuplot_run(script, picture, error);
    struct stat st;
    bool ok = result == GNUPLOT_DONE && fstat(picture, &st) == 0;
    if (ok && st.st_size == 0)
        ok = error_set(error, ROOF_FAILED, "gnuplot drew nothing into \"%s\"", path);
    ok = close(picture) == 0 && ok;
    fclose(script);
    ok = finish(ok, name, path, error);
    return result == GNUPLOT_MISSING ? leave_script(d, t, path, error) : ok;
}

bool picture_write(const char *path, picture_script *script, const void *what, roof_error *error) {
    const struct format *f = find_format(path, error);
    const drawing d = {.script = script, .what = what};
    if (!f)
        return false;
    return f->script ? write_script(&d, f->terminal, path, error)
                     : draw(&d, f->terminal, path, error);
}
