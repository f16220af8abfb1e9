/* Decoding stored tensors, by reading their messages again. */
#include "base/text.h"
#include "onnx/reader.h"
#include <endian.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Fields of a TensorProto. */
enum {
    FLOAT_DATA = 4,
    INT32_DATA = 5,
    STRING_DATA = 6,
    INT64_DATA = 7,
    RAW_DATA = 9,
    DOUBLE_DATA = 10,
    UINT64_DATA = 11,
    EXTERNAL_DATA = 13
};

/* Bytes decoded at a time; holds a whole number of elements of every size from 2 to 64 bits. */
enum { CHUNK = 8 * 3 * 256, LONGEST_ENTRY = 4096 };

typedef struct decoder {
    data_source base;
    source *file;
} decoder;

/* Where decoded elements go. */
typedef struct sink {
    dtype type;
    scalar *out;
    size_t used, n;
} sink;

static bool put(sink *s, uint64_t bits) {
    if (s->used == s->n || (s->type == DT_UINT64 && bits >> 63))
        return false; /* more elements than dims say, or one that scalar cannot hold */
    s->out[s->used++] = scalar_from_bits(s->type, bits);
    return true;
}

/* --- raw data --- */

/* Elements lie side by side from the lowest bit of the first byte on, whatever their size. */
static bool put_packed(sink *s, const unsigned char *bytes, size_t n) {
    unsigned bits = (unsigned)dtype_bits(s->type);
    for (size_t i = 0; i < n; i++) {
        size_t at = i * bits;
        uint64_t word;
        memcpy(&word, bytes + at / 8, sizeof word);
        word = le64toh(word) >> at % 8;
        if (!put(s, bits == 64 ? word : word & (((uint64_t)1 << bits) - 1)))
            return false;
    }
    return true;
}

static bool decode_raw(source *from, span raw, sink *s) {
    if ((uint64_t)dtype_bytes(s->type, (count)s->n) != raw.length)
        return false;
    size_t bits = (size_t)dtype_bits(s->type);
    for (uint64_t done = 0; done < raw.length; done += CHUNK) {
        unsigned char chunk[CHUNK + 8] = {0}; /* the last element is read as 8 bytes */
        size_t bytes = raw.length - done < CHUNK ? (size_t)(raw.length - done) : CHUNK;
        size_t left = s->n - s->used, whole = bytes * 8 / bits;
        if (!source_read(from, raw.at + done, chunk, bytes, NULL) ||
            !put_packed(s, chunk, whole < left ? whole : left))
            return false;
    }
    return true;
}

/* --- typed data --- */

static uint32_t typed_field(dtype t) {
    switch (t) {
    case DT_FLOAT:
        return FLOAT_DATA;
    case DT_DOUBLE:
        return DOUBLE_DATA;
    case DT_INT64:
        return INT64_DATA;
    case DT_UINT32:
    case DT_UINT64:
        return UINT64_DATA;
    default:
        return INT32_DATA;
    }
}

static wire_type typed_wire(uint32_t number) {
    return number == FLOAT_DATA ? WIRE_32 : number == DOUBLE_DATA ? WIRE_64 : WIRE_VARINT;
}

/* One number of a typed field: one element, or a byte full of 4-bit or 2-bit ones. */
static bool put_number(sink *s, uint64_t number) {
    count bits = dtype_bits(s->type);
    if (bits != 4 && bits != 2)
        return put(s, number);
    if (s->used == s->n)
        return false;
    for (int at = 0; at < 8 && s->used < s->n; at += (int)bits)
        put(s, number >> at);
    return true;
}

static bool put_field(source *from, const field *f, sink *s) {
    wire_type wire = typed_wire(f->number);
    if (f->wire != WIRE_BYTES)
        return f->wire == wire && put_number(s, f->value);
    cursor c = cursor_over(from, f->payload, NULL);
    uint64_t number;
    while (cursor_element(&c, wire, &number))
        if (!put_number(s, number))
            return false;
    return !c.failed;
}

static bool decode_typed(source *from, span message, sink *s) {
    cursor c = cursor_over(from, message, NULL);
    field f;
    while (cursor_next(&c, &f))
        if (f.number == typed_field(s->type) && !put_field(from, &f, s))
            return false;
    return !c.failed;
}

/* --- external data --- */

typedef struct location {
    char file[LONGEST_ENTRY];
    int64_t offset;
    int64_t length; /* -1: as much as is needed */
} location;

/* Copies the text of a field, and a NUL behind it; false when it holds one or does not fit. */
static bool read_text(source *from, const field *f, char *text, size_t size) {
    size_t n = (size_t)f->payload.length;
    if (f->wire != WIRE_BYTES || f->payload.length >= size ||
        !source_read(from, f->payload.at, text, n, NULL))
        return false;
    text[n] = '\0';
    return strlen(text) == n;
}

static bool read_entry(source *from, span entry, location *l) {
    char key[LONGEST_ENTRY] = "", text[LONGEST_ENTRY] = "";
    cursor c = cursor_over(from, entry, NULL);
    field f;
    while (cursor_next(&c, &f))
        if ((f.number == 1 && !read_text(from, &f, key, sizeof key)) ||
            (f.number == 2 && !read_text(from, &f, text, sizeof text)))
            return false;
    if (!strcmp(key, "location"))
        strcpy(l->file, text);
    if (!strcmp(key, "offset"))
        return text_to_int(text, &l->offset) && l->offset >= 0;
    if (!strcmp(key, "length"))
        return text_to_int(text, &l->length) && l->length >= 0;
    return !c.failed;
}

/* A model may name files beside and below it, nothing else. */
static bool stays_below(const char *path) {
    if (!*path || *path == '/')
        return false;
    for (const char *p = path; p; p = strchr(p, '/')) {
        p += *p == '/';
        if (!strncmp(p, "..", 2) && (p[2] == '/' || !p[2]))
            return false;
    }
    return true;
}

static source *open_beside(const char *beside, const char *file) {
    const char *slash = strrchr(beside, '/');
    char path[2 * LONGEST_ENTRY];
    struct stat st;
    int n = snprintf(path, sizeof path, "%.*s/%s", slash ? (int)(slash - beside) : 1,
                     slash ? beside : ".", file);
    bool usable = n > 0 && (size_t)n < sizeof path && stat(path, &st) == 0 && S_ISREG(st.st_mode);
    return usable ? source_open(path, NULL) : NULL;
}

static bool decode_external(source *from_model, const location *l, sink *s) {
    const char *path = source_path(from_model);
    source *from = path && stays_below(l->file) ? open_beside(path, l->file) : NULL;
    if (!from)
        return false;
    uint64_t offset = (uint64_t)l->offset, size = source_size(from);
    count needed = dtype_bytes(s->type, (count)s->n);
    span raw = {.at = offset, .length = (uint64_t)(l->length < 0 ? needed : l->length)};
    bool done = offset <= size && raw.length <= size - offset && decode_raw(from, raw, s);
    source_close(from);
    return done;
}

/* --- all of them --- */

/* Where a message has its raw data (length 0: nowhere) and its external data. */
static bool find_payload(source *from, span message, span *raw, location *external) {
    cursor c = cursor_over(from, message, NULL);
    field f;
    while (cursor_next(&c, &f)) {
        if (f.wire != WIRE_BYTES)
            continue;
        if (f.number == RAW_DATA)
            *raw = f.payload;
        if (f.number == EXTERNAL_DATA && !read_entry(from, f.payload, external))
            return false;
    }
    return !c.failed;
}

static bool decode(data_source *self, const stored *t, scalar *out, size_t n) {
    source *from = ((decoder *)self)->file;
    dtype_class kind = dtype_kind(t->type);
    count elements = stored_elements(t);
    if ((kind != CLASS_FLOAT && kind != CLASS_INTEGER) || !known(elements) ||
        (uint64_t)elements != n)
        return false;
    sink s = {.type = t->type, .out = out, .n = n};
    span message = {.at = t->offset, .length = t->length}, raw = {0};
    location external = {.length = -1};
    if (!find_payload(from, message, &raw, &external))
        return false;
    bool done = t->external  ? decode_external(from, &external, &s)
                : raw.length ? decode_raw(from, raw, &s)
                             : decode_typed(from, message, &s);
    return done && s.used == n;
}

/* --- strings --- */

static bool decode_strings(data_source *self, const stored *t, char *text, size_t size,
                           const char **out, size_t n) {
    source *from = ((decoder *)self)->file;
    cursor c = cursor_over(from, (span){.at = t->offset, .length = t->length}, NULL);
    size_t used = 0, found = 0;
    field f;
    if (t->type != DT_STRING || t->external || stored_elements(t) != (count)n)
        return false;
    while (cursor_next(&c, &f)) {
        if (f.number != STRING_DATA)
            continue;
        if (found == n || !read_text(from, &f, text + used, size - used))
            return false;
        out[found++] = text + used;
        used += (size_t)f.payload.length + 1;
    }
    return !c.failed && found == n;
}

data_source *decoder_new(arena *a, source *file) {
    decoder *d = arena_alloc(a, sizeof *d);
    d->base.decode = decode;
    d->base.strings = decode_strings;
    d->file = file;
    return &d->base;
}

void decoder_close(data_source *d) {
    if (d)
        source_close(((decoder *)d)->file);
}
