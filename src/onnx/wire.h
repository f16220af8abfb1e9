/* The protobuf wire format, field by field, over a source.
 *
 *     cursor c = cursor_over(source, where, error);
 *     field f;
 *     while (cursor_next(&c, &f))
 *         ...  // f.payload of a length-delimited field has been skipped, not read
 *     if (c.failed) ...
 *
 * Every length is checked against what encloses it, so a payload lies within its message and the
 * message within the file. */
#ifndef ONNX_WIRE_H
#define ONNX_WIRE_H

#include "onnx/source.h"

typedef enum wire_type { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 } wire_type;

typedef struct span { /* bytes of the source */
    uint64_t at, length;
} span;

typedef struct cursor {
    source *source;
    uint64_t at, end;
    roof_error *error; /* may be NULL */
    bool failed;
} cursor;

typedef struct field {
    uint32_t number; /* > 0 */
    wire_type wire;
    uint64_t value; /* WIRE_VARINT, WIRE_64 and WIRE_32: its bits */
    span payload;   /* WIRE_BYTES */
    uint64_t at;    /* where its tag lies */
} field;

cursor cursor_over(source *s, span where, roof_error *e);
/* Moves past the next field. False at the end, and when the bytes are damaged (c->failed). */
bool cursor_next(cursor *c, field *f);
/* Moves past the next element of a packed payload: a varint, or 4 or 8 bytes little endian. False
 * at the end, and when it is damaged. */
bool cursor_element(cursor *c, wire_type wire, uint64_t *bits);

/* Sets the error "NAME: damaged at byte AT: ..."; returns false. */
bool wire_damaged(const source *s, roof_error *e, uint64_t at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
