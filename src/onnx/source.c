#include "onnx/source.h"
#include "base/error.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SMALLEST_WINDOW = SOURCE_VIEW, LARGEST_WINDOW = 1 << 17 };

struct source {
    char *name;
    bool has_path;
    int fd;        /* -1: memory */
    FILE *spool;   /* owns fd when not NULL */
    uint64_t base; /* where the model begins in fd */
    uint64_t size;
    const unsigned char *window; /* of memory sources: all of it */
    uint64_t window_at;
    size_t window_size;
    size_t next_size; /* to read when going straight on */
    unsigned char *buffer;
};

static source *source_new(const char *name, roof_error *e) {
    source *s = calloc(1, sizeof *s);
    if (s) {
        s->fd = -1;
        s->name = strdup(name);
        if (s->name)
            return s;
        free(s);
    }
    error_set(e, ROOF_FAILED, "%s: out of memory", name);
    return NULL;
}

void source_close(source *s) {
    if (!s)
        return;
    if (s->spool)
        fclose(s->spool);
    else if (s->fd >= 0)
        close(s->fd);
    free(s->buffer);
    free(s->name);
    free(s);
}

source *source_memory(const void *data, size_t n, const char *name, roof_error *e) {
    source *s = source_new(name, e);
    if (!s)
        return NULL;
    s->window = data;
    s->window_size = n;
    s->size = n;
    return s;
}

static bool refuse(const source *s, roof_error *e, const char *doing) {
    return error_set(e, ROOF_FAILED, "%s: cannot %s: %s", s->name, doing, strerror(errno));
}

/* Copies what is left in fd to a temporary file, which then is the source. */
static bool spool(source *s, roof_error *e) {
    FILE *copy = tmpfile();
    if (!copy)
        return refuse(s, e, "make a temporary file for it");
    int from = s->fd;
    s->spool = copy;
    s->fd = fileno(copy);
    char chunk[1 << 16];
    ssize_t n;
    bool wrote = true;
    while (wrote && ((n = read(from, chunk, sizeof chunk)) > 0 || (n < 0 && errno == EINTR))) {
        if (n < 0)
            continue;
        wrote = fwrite(chunk, 1, (size_t)n, copy) == (size_t)n;
        s->size += (uint64_t)n;
    }
    bool read_all = n >= 0;
    bool flushed = wrote && read_all && fflush(copy) == 0;
    int reason = errno;
    close(from);
    errno = reason;
    if (!read_all)
        return refuse(s, e, "read it");
    return flushed || refuse(s, e, "keep a temporary copy of it");
}

static bool measure(source *s, roof_error *e) {
    struct stat st;
    if (fstat(s->fd, &st) != 0)
        return refuse(s, e, "look at it");
    if (S_ISDIR(st.st_mode))
        return error_set(e, ROOF_FAILED, "%s: is a folder; give the .onnx file in it", s->name);
    if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode))
        return error_set(e, ROOF_FAILED, "%s: is a %s, not a file; give the path of a model",
                         s->name, isatty(s->fd) ? "terminal" : "device");
    off_t here = lseek(s->fd, 0, SEEK_CUR);
    if (!S_ISREG(st.st_mode) || here < 0)
        return spool(s, e);
    s->base = (uint64_t)here;
    s->size = here < st.st_size ? (uint64_t)(st.st_size - here) : 0;
    return true;
}

source *source_open(const char *path, roof_error *e) {
    bool standard = !strcmp(path, "-");
    source *s = source_new(standard ? "standard input" : path, e);
    if (!s)
        return NULL;
    s->has_path = !standard;
    s->next_size = SMALLEST_WINDOW / 2;
    s->fd = standard ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) : open(path, O_RDONLY | O_CLOEXEC);
    s->buffer = malloc(LARGEST_WINDOW);
    bool ready = s->fd < 0    ? refuse(s, e, "open it")
                 : !s->buffer ? error_set(e, ROOF_FAILED, "%s: out of memory", s->name)
                              : measure(s, e);
    if (ready)
        return s;
    source_close(s);
    return NULL;
}

const char *source_name(const source *s) {
    return s->name;
}

const char *source_path(const source *s) {
    return s->has_path ? s->name : NULL;
}

uint64_t source_size(const source *s) {
    return s->size;
}

/* Reads at least `least` and at most `most` bytes into dst, and says how many in *got. */
static bool read_some(source *s, uint64_t at, void *dst, size_t least, size_t most, size_t *got,
                      roof_error *e) {
    for (*got = 0; *got < least;) {
        ssize_t n = pread(s->fd, (char *)dst + *got, most - *got, (off_t)(s->base + at + *got));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return refuse(s, e, "read it");
        if (n == 0)
            return error_set(e, ROOF_FAILED, "%s: became shorter while it was read", s->name);
        *got += (size_t)n;
    }
    return true;
}

static bool in_window(const source *s, uint64_t at, size_t n) {
    return at >= s->window_at && at - s->window_at <= s->window_size &&
           s->window_size - (at - s->window_at) >= n;
}

/* Moves the window so that it starts at `at`. */
static bool move_window(source *s, uint64_t at, size_t n, roof_error *e) {
    bool straight_on = in_window(s, at, 0);
    s->next_size = !straight_on                        ? SMALLEST_WINDOW
                   : s->next_size < LARGEST_WINDOW / 2 ? s->next_size * 2
                                                       : LARGEST_WINDOW;
    size_t most = s->next_size < s->size - at ? s->next_size : (size_t)(s->size - at);
    s->window = s->buffer;
    s->window_at = at;
    s->window_size = 0;
    return read_some(s, at, s->buffer, n, most, &s->window_size, e);
}

const unsigned char *source_view(source *s, uint64_t at, size_t n, roof_error *e) {
    if (!in_window(s, at, n) && !move_window(s, at, n, e))
        return NULL;
    return s->window + (at - s->window_at);
}

bool source_read(source *s, uint64_t at, void *dst, size_t n, roof_error *e) {
    size_t got;
    if (n > SOURCE_VIEW && !in_window(s, at, n))
        return read_some(s, at, dst, n, n, &got, e);
    const unsigned char *from = source_view(s, at, n, e);
    if (from && n)
        memcpy(dst, from, n);
    return from != NULL;
}
