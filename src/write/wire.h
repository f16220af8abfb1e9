/* Protocol buffer messages, written by hand: a dozen calls cover what ONNX needs, and unlike a
 * serializer they can leave a hole in place of a payload, so that a model with gigabytes of inline
 * weights is written in milliseconds as a sparse file. */
#ifndef WRITE_WIRE_H
#define WRITE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct hole {
    size_t at; /* bytes of the message before it */
    uint64_t length;
} hole;

/* A message being written; start from all zero. */
typedef struct wire {
    unsigned char *bytes;
    size_t used, capacity;
    hole *holes;
    size_t n_holes, hole_capacity;
    uint64_t hole_bytes;
    bool failed; /* memory ran out: what was written is incomplete */
} wire;

void wire_free(wire *w);
/* Bytes of the message with its holes filled. */
uint64_t wire_length(const wire *w);

void wire_varint(wire *w, uint64_t v);
void wire_int(wire *w, unsigned field, int64_t v);
void wire_float(wire *w, unsigned field, float v);
void wire_bytes(wire *w, unsigned field, const void *bytes, size_t n);
void wire_text(wire *w, unsigned field, const char *text);
/* A bytes field of n zeros that occupy no memory. */
void wire_zeros(wire *w, unsigned field, uint64_t n);
/* Writes `child` as a field of w and frees it. */
void wire_message(wire *w, unsigned field, wire *child);

/* Writes the message to a file, holes as holes; false with errno set when that failed. */
bool wire_save(const wire *w, const char *path);

#endif
