#include "write/wire.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum wire_type { VARINT = 0, LENGTH_DELIMITED = 2, FIXED32 = 5 };

void wire_free(wire *w) {
    free(w->bytes);
    free(w->holes);
    *w = (wire){0};
}

uint64_t wire_length(const wire *w) {
    return w->used + w->hole_bytes;
}

/* Makes room for `more` elements behind the `used` ones; false when there is no memory. */
static bool reserve(void **array, size_t *capacity, size_t used, size_t more, size_t size) {
    size_t wanted = *capacity ? *capacity : 64;
    while (wanted - used < more)
        if (__builtin_mul_overflow(wanted, 2, &wanted))
            return false;
    if (wanted == *capacity)
        return true;
    void *grown = reallocarray(*array, wanted, size);
    if (!grown)
        return false;
    *array = grown;
    *capacity = wanted;
    return true;
}

static void append(wire *w, const void *bytes, size_t n) {
    w->failed = w->failed || !reserve((void **)&w->bytes, &w->capacity, w->used, n, 1);
    if (w->failed || n == 0)
        return;
    memcpy(w->bytes + w->used, bytes, n);
    w->used += n;
}

static void append_hole(wire *w, size_t at, uint64_t length) {
    w->failed = w->failed ||
                !reserve((void **)&w->holes, &w->hole_capacity, w->n_holes, 1, sizeof *w->holes);
    if (w->failed)
        return;
    w->holes[w->n_holes++] = (hole){.at = at, .length = length};
    w->hole_bytes += length;
}

void wire_varint(wire *w, uint64_t v) {
    unsigned char bytes[10];
    size_t n = 0;
    for (; v >= 0x80; v >>= 7)
        bytes[n++] = (unsigned char)(v | 0x80);
    bytes[n++] = (unsigned char)v;
    append(w, bytes, n);
}

static void tag(wire *w, unsigned field, enum wire_type type) {
    wire_varint(w, (uint64_t)field << 3 | type);
}

void wire_int(wire *w, unsigned field, int64_t v) {
    tag(w, field, VARINT);
    wire_varint(w, (uint64_t)v);
}

void wire_float(wire *w, unsigned field, float v) {
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    tag(w, field, FIXED32);
    for (int shift = 0; shift < 32; shift += 8)
        append(w, &(unsigned char){(unsigned char)(bits >> shift)}, 1);
}

void wire_bytes(wire *w, unsigned field, const void *bytes, size_t n) {
    tag(w, field, LENGTH_DELIMITED);
    wire_varint(w, n);
    append(w, bytes, n);
}

void wire_text(wire *w, unsigned field, const char *text) {
    wire_bytes(w, field, text, strlen(text));
}

void wire_zeros(wire *w, unsigned field, uint64_t n) {
    tag(w, field, LENGTH_DELIMITED);
    wire_varint(w, n);
    append_hole(w, w->used, n);
}

void wire_message(wire *w, unsigned field, wire *child) {
    tag(w, field, LENGTH_DELIMITED);
    wire_varint(w, wire_length(child));
    for (size_t i = 0; i < child->n_holes; i++)
        append_hole(w, w->used + child->holes[i].at, child->holes[i].length);
    append(w, child->bytes, child->used);
    w->failed = w->failed || child->failed;
    wire_free(child);
}

static bool write_all(int file, const unsigned char *bytes, size_t n) {
    while (n > 0) {
        ssize_t written = write(file, bytes, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        n -= (size_t)written;
    }
    return true;
}

static bool write_pieces(const wire *w, int file) {
    size_t done = 0;
    for (size_t i = 0; i < w->n_holes; i++) {
        const hole *h = &w->holes[i];
        if (!write_all(file, w->bytes + done, h->at - done) ||
            lseek(file, (off_t)h->length, SEEK_CUR) < 0)
            return false;
        done = h->at;
    }
    /* The length is set as well, since a file does not grow by seeking alone. */
    return write_all(file, w->bytes + done, w->used - done) &&
           ftruncate(file, (off_t)wire_length(w)) == 0;
}

bool wire_save(const wire *w, const char *path) {
    if (w->failed) {
        errno = ENOMEM;
        return false;
    }
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0)
        return false;
    bool written = write_pieces(w, file);
    int problem = errno;
    if (close(file) != 0 && written)
        return false;
    errno = problem;
    return written;
}
