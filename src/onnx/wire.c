#include "onnx/wire.h"
#include "base/error.h"
#include <stdarg.h>
#include <stdio.h>

enum { LONGEST_VARINT = 10 };

bool wire_damaged(const source *s, roof_error *e, uint64_t at, const char *format, ...) {
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return error_set(e, ROOF_DAMAGED, "%s: damaged at byte %llu: %s", source_name(s),
                     (unsigned long long)at, text);
}

cursor cursor_over(source *s, span where, roof_error *e) {
    return (cursor){.source = s, .at = where.at, .end = where.at + where.length, .error = e};
}

/* Ends the walk; `at` is where the damage lies. */
static bool fail(cursor *c, uint64_t at, const char *problem) {
    c->failed = true;
    return wire_damaged(c->source, c->error, at, "%s", problem);
}

static bool read_varint(cursor *c, uint64_t *value) {
    uint64_t left = c->end - c->at;
    size_t n = left < LONGEST_VARINT ? (size_t)left : LONGEST_VARINT;
    const unsigned char *p = source_view(c->source, c->at, n, c->error);
    if (!p) {
        c->failed = true;
        return false;
    }
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++) {
        v |= (uint64_t)(p[i] & 0x7f) << (7 * i);
        if (p[i] < 0x80) {
            c->at += i + 1;
            *value = v;
            return true;
        }
    }
    return fail(c, c->at,
                n < LONGEST_VARINT ? "a number is cut off (truncated download?)"
                                   : "a number has more than 10 bytes");
}

static bool read_fixed(cursor *c, size_t n, uint64_t *value) {
    if (c->end - c->at < n)
        return fail(c, c->at, "a number is cut off (truncated download?)");
    const unsigned char *p = source_view(c->source, c->at, n, c->error);
    if (!p) {
        c->failed = true;
        return false;
    }
    *value = 0;
    for (size_t i = 0; i < n; i++)
        *value |= (uint64_t)p[i] << (8 * i);
    c->at += n;
    return true;
}

static bool read_payload(cursor *c, span *payload) {
    uint64_t at = c->at, length = 0;
    if (!read_varint(c, &length))
        return false;
    if (length > c->end - c->at) {
        c->failed = true;
        bool past_file = length > source_size(c->source) - c->at;
        return wire_damaged(c->source, c->error, at, "length %llu runs past the end of %s",
                            (unsigned long long)length,
                            past_file ? "the file (truncated download?)" : "its message");
    }
    *payload = (span){.at = c->at, .length = length};
    c->at += length;
    return true;
}

bool cursor_next(cursor *c, field *f) {
    if (c->failed || c->at >= c->end)
        return false;
    f->at = c->at;
    uint64_t tag;
    if (!read_varint(c, &tag))
        return false;
    if (tag >> 3 == 0 || tag >> 3 > UINT32_MAX >> 3)
        return fail(c, f->at, tag >> 3 ? "a field number is out of range" : "field number 0");
    f->number = (uint32_t)(tag >> 3);
    f->wire = (wire_type)(tag & 7);
    switch (f->wire) {
    case WIRE_VARINT:
        return read_varint(c, &f->value);
    case WIRE_64:
        return read_fixed(c, 8, &f->value);
    case WIRE_32:
        return read_fixed(c, 4, &f->value);
    case WIRE_BYTES:
        return read_payload(c, &f->payload);
    }
    return fail(c, f->at, "a field has a type that ONNX does not use");
}

bool cursor_element(cursor *c, wire_type wire, uint64_t *bits) {
    if (c->failed || c->at >= c->end)
        return false;
    return wire == WIRE_VARINT ? read_varint(c, bits)
                               : read_fixed(c, wire == WIRE_64 ? 8 : 4, bits);
}
