/* Reading a saved analysis: the file, and what owns what while it is read. */
#include "base/error.h"
#include "base/numeric.h"
#include "saved/load.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <roofline/saved.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MEMORY_LIMIT = 980 << 20, LARGEST_FILE = 512 << 20, CHUNK = 1 << 16 };

static int open_file(const char *path) {
    return strcmp(path, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                  : open(path, O_RDONLY | O_CLOEXEC);
}

bool roof_saved_is(const char *path) {
    char text[CHUNK];
    int fd = open_file(path);
    struct stat st;
    off_t here =
        fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ? -1 : lseek(fd, 0, SEEK_CUR);
    ssize_t n = here < 0 ? 0 : pread(fd, text, sizeof text, here), i = 0;
    while (i < n && isspace((unsigned char)text[i]))
        i++;
    if (fd >= 0)
        close(fd);
    return i < n && text[i] == '{';
}

/* --- parsing --- */

/* What a document without limiter_share tells of it by its rows. */
static void sum_shares(roof_analysis *a) {
    double *share = a->totals.limiter_share;
    if (!isnan(share[a->totals.limiter]))
        return;
    for (int i = ROOF_LIMIT_MATRIX; i < ROOF_LIMITER_COUNT; i++)
        share[i] = 0;
    for (size_t i = 0; i < a->n_rows; i++)
        if (!isnan(a->rows[i].time_share))
            share[a->rows[i].limiter] = fmin(1, share[a->rows[i].limiter] + a->rows[i].time_share);
}

static bool load(loader *l) {
    if (arena_escape(l->arena))
        return error_set(&l->error, ROOF_FAILED, "%s: not enough memory to read it", l->name);
    l->texts = hash_new(l->arena, 1024);
    l->analysis = arena_alloc(l->arena, sizeof *l->analysis);
    l->analysis->arena = l->arena;
    load_document(l);
    if (is_good(l))
        link_groups(l);
    l->analysis->rows = l->rows;
    l->analysis->n_rows = l->n_rows;
    sum_shares(l->analysis);
    return is_good(l);
}

roof_analysis *roof_saved_parse(const char *json, size_t n, const char *name, roof_error *error) {
    loader l = {.name = name,
                .text = json,
                .left = n,
                .error = ROOF_ERROR_INIT,
                .arena = arena_new(MEMORY_LIMIT),
                .index = -1};
    numeric_locale numeric = numeric_begin();
    bool ok = l.arena ? load(&l)
                      : error_set(&l.error, ROOF_FAILED, "%s: not enough memory to read it", name);
    numeric_end(numeric);
    json_decref(l.value);
    if (ok) {
        l.analysis->device = l.analysis->own_device = l.device;
        return l.analysis;
    }
    if (error && error->status == ROOF_OK)
        *error = l.error;
    roof_device_free(l.device);
    arena_free(l.arena);
    return NULL;
}

/* --- the file --- */

/* All that is left in fd; NULL, and errno tells why. Room for one more byte shows a file that is
 * too long. */
static char *read_all(int fd, size_t *n) {
    size_t room = CHUNK;
    char *text = malloc(room);
    ssize_t got = 1;
    for (*n = 0; text && got != 0 && *n <= LARGEST_FILE; *n += (size_t)(got > 0 ? got : 0)) {
        if (*n == room) {
            char *larger = realloc(text, room *= 2);
            if (!larger)
                free(text);
            text = larger;
        }
        got = text ? read(fd, text + *n, room - *n) : 0;
        if (got < 0 && errno != EINTR) {
            free(text);
            return NULL;
        }
    }
    return text;
}

roof_analysis *roof_saved_open(const char *path, roof_error *error) {
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    size_t n = 0;
    int fd = open_file(path);
    char *text = fd < 0 ? NULL : read_all(fd, &n);
    roof_analysis *a = NULL;
    if (!text)
        error_set(error, ROOF_FAILED, "%s: %s", name, strerror(errno));
    else if (n > LARGEST_FILE)
        error_set(error, ROOF_FAILED, "%s: is larger than the %d MB that a saved analysis may take",
                  name, LARGEST_FILE >> 20);
    else
        a = roof_saved_parse(text, n, name, error);
    free(text);
    if (fd >= 0)
        close(fd);
    return a;
}
