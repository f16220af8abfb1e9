#include "onnx/filter.h"
#include "base/error.h"
#include "onnx.pb-c.h"
#include <stdlib.h>
#include <string.h>

enum { PADDED_LENGTH = 5, MAX_RULES = 10, INTS = 8 };

/* What is done with a field instead of copying it. */
typedef enum action {
    AS_SPAN,    /* where it lies */
    AS_COUNT,   /* how often it occurs */
    IF_SHORT,   /* copied, or its length */
    UP_TO_LIMIT /* the first elements copied, and their number */
} action;

typedef struct rule {
    uint32_t number; /* 0: past the last */
    action action;
} rule;

static const rule model_rules[] = {{7, AS_SPAN}, {25, AS_COUNT}, {0}};

static const rule attribute_rules[] = {
    {4, IF_SHORT},  {6, AS_SPAN},  {7, UP_TO_LIMIT}, {INTS, UP_TO_LIMIT}, {9, UP_TO_LIMIT},
    {10, AS_COUNT}, {11, AS_SPAN}, {15, AS_COUNT},   {23, AS_COUNT},      {0},
};

static const rule no_rules[] = {{0}};

/* One message on its way through the filter. */
typedef struct copy {
    filter *f;
    const ProtobufCMessageDescriptor *schema;
    const rule *rules;
    int depth;
    uint64_t seen; /* singular messages that have occurred, a bit each */
    uint64_t counts[MAX_RULES];
    uint64_t string_bytes;
    uint64_t runs, last; /* of equal numbers in an attribute's ints; the last number */
} copy;

/* --- writing --- */

static bool make_room(filter *f, size_t n) {
    if (f->size - f->used >= n)
        return true;
    if (n > LARGEST_COPY || f->used + n > LARGEST_COPY)
        return error_set(
            f->error, ROOF_DAMAGED,
            "%s: one node, value or model header takes more than %d MB without weights",
            source_name(f->source), LARGEST_COPY >> 20);
    size_t size = f->size ? f->size : SOURCE_VIEW;
    while (size - f->used < n)
        size *= 2;
    unsigned char *bytes = realloc(f->bytes, size);
    if (!bytes)
        return error_set(f->error, ROOF_FAILED, "%s: out of memory", source_name(f->source));
    f->bytes = bytes;
    f->size = size;
    return true;
}

static void write_varint(filter *f, uint64_t v) { /* into room that there is */
    for (; v >= 0x80; v >>= 7)
        f->bytes[f->used++] = (unsigned char)(v | 0x80);
    f->bytes[f->used++] = (unsigned char)v;
}

static void write_fixed(filter *f, size_t n, uint64_t v) {
    for (size_t i = 0; i < n; i++)
        f->bytes[f->used++] = (unsigned char)(v >> (8 * i));
}

static bool put_scalar(filter *f, uint32_t number, wire_type wire, uint64_t bits) {
    if (!make_room(f, 20))
        return false;
    write_varint(f, (uint64_t)number << 3 | wire);
    if (wire == WIRE_VARINT)
        write_varint(f, bits);
    else
        write_fixed(f, wire == WIRE_64 ? 8 : 4, bits);
    return true;
}

/* Opens a message whose length is not known yet; *at is where it goes. */
static bool begin(filter *f, uint32_t number, size_t *at) {
    if (!make_room(f, 10 + PADDED_LENGTH))
        return false;
    write_varint(f, (uint64_t)number << 3 | WIRE_BYTES);
    *at = f->used;
    f->used += PADDED_LENGTH;
    return true;
}

/* Fills the length in as a varint of always the same size, so that nothing has to move. */
static void end(filter *f, size_t at) {
    uint64_t length = f->used - at - PADDED_LENGTH;
    for (int i = 0; i < PADDED_LENGTH; i++)
        f->bytes[at + (size_t)i] =
            (unsigned char)((length >> (7 * i) & 0x7f) | (i < PADDED_LENGTH - 1 ? 0x80 : 0));
}

static bool put_span(filter *f, uint32_t number, span s) {
    size_t at;
    if (!begin(f, number, &at) || !put_scalar(f, 1, WIRE_64, s.at) ||
        !put_scalar(f, 2, WIRE_64, s.length))
        return false;
    end(f, at);
    return true;
}

/* --- copying --- */

static bool refuse(const copy *c, const field *in, const char *name, const char *problem) {
    return wire_damaged(c->f->source, c->f->error, in->at, "%s.%s %s", c->schema->short_name, name,
                        problem);
}

static wire_type wire_of(ProtobufCType type) {
    switch (type) {
    case PROTOBUF_C_TYPE_FLOAT:
        return WIRE_32;
    case PROTOBUF_C_TYPE_FIXED64:
        return WIRE_64;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return WIRE_BYTES;
    default:
        return WIRE_VARINT;
    }
}

/* Copies the next element of a list as long as *n stays within the limit. */
static bool copy_element(copy *c, uint32_t number, wire_type wire, uint64_t bits, uint64_t limit,
                         uint64_t *n) {
    if (number == INTS && limit == KEPT_ELEMENTS) {
        c->runs += *n == 0 || bits != c->last;
        c->last = bits;
    }
    return ++*n > limit || put_scalar(c->f, number, wire, bits);
}

static bool copy_packed(copy *c, const field *in, wire_type wire, uint64_t limit, uint64_t *n) {
    cursor from = cursor_over(c->f->source, in->payload, c->f->error);
    uint64_t bits;
    while (cursor_element(&from, wire, &bits)) {
        if (!copy_element(c, in->number, wire, bits, limit, n))
            return false;
    }
    return !from.failed;
}

static bool copy_numbers(copy *c, const field *in, const ProtobufCFieldDescriptor *to,
                         uint64_t limit, uint64_t *n) {
    wire_type wire = wire_of(to->type);
    if (in->wire == WIRE_BYTES && to->label == PROTOBUF_C_LABEL_REPEATED)
        return copy_packed(c, in, wire, limit, n);
    if (in->wire != wire)
        return refuse(c, in, to->name, "is not of the type that it should be");
    return copy_element(c, in->number, wire, in->value, limit, n);
}

static bool copy_bytes(copy *c, const field *in, const ProtobufCFieldDescriptor *to) {
    filter *f = c->f;
    if (in->payload.length > LARGEST_COPY)
        return refuse(c, in, to->name, "is longer than any name");
    size_t n = (size_t)in->payload.length;
    if (!make_room(f, n + 20))
        return false;
    write_varint(f, (uint64_t)in->number << 3 | WIRE_BYTES);
    write_varint(f, n);
    if (!source_read(f->source, in->payload.at, f->bytes + f->used, n, f->error))
        return false;
    if (to->type == PROTOBUF_C_TYPE_STRING && memchr(f->bytes + f->used, 0, n))
        return refuse(c, in, to->name, "holds a NUL character");
    f->used += n;
    return true;
}

static bool first_time(copy *c, const field *in, const ProtobufCFieldDescriptor *to) {
    uint64_t bit = (uint64_t)1 << ((size_t)(to - c->schema->fields) % 64);
    if (to->label != PROTOBUF_C_LABEL_REPEATED && c->seen & bit)
        return refuse(c, in, to->name, "occurs twice (two files joined into one?)");
    c->seen |= bit;
    return true;
}

static bool copy_message(copy *c, const field *in, const ProtobufCFieldDescriptor *to);

static bool copy_field(copy *c, const field *in, const ProtobufCFieldDescriptor *to) {
    uint64_t n = 0;
    if (wire_of(to->type) != WIRE_BYTES)
        return copy_numbers(c, in, to, UINT64_MAX, &n);
    if (in->wire != WIRE_BYTES)
        return refuse(c, in, to->name, "is not of the type that it should be");
    return to->type == PROTOBUF_C_TYPE_MESSAGE ? copy_message(c, in, to) : copy_bytes(c, in, to);
}

/* --- rules --- */

static bool copy_limited(copy *c, const field *in, const ProtobufCFieldDescriptor *to,
                         uint64_t *n) {
    if (wire_of(to->type) != WIRE_BYTES)
        return copy_numbers(c, in, to, KEPT_ELEMENTS, n);
    ++*n;
    if (in->wire == WIRE_BYTES)
        c->string_bytes += in->payload.length < KEPT_BYTES ? in->payload.length : KEPT_BYTES;
    if (*n > KEPT_ELEMENTS || c->string_bytes > KEPT_LIST_BYTES)
        return true;
    return copy_field(c, in, to);
}

static bool apply(copy *c, const field *in, size_t which) {
    const rule *r = &c->rules[which];
    if (r->action == UP_TO_LIMIT)
        return copy_limited(c, in, protobuf_c_message_descriptor_get_field(c->schema, r->number),
                            &c->counts[which]);
    const ProtobufCFieldDescriptor *ours =
        protobuf_c_message_descriptor_get_field(c->schema, r->number + OURS);
    if (in->wire != WIRE_BYTES)
        return refuse(c, in, ours->name, "is not of the type that it should be");
    if (r->action == AS_COUNT) {
        c->counts[which]++;
        return true;
    }
    if (r->action == AS_SPAN)
        return first_time(c, in, ours) && put_span(c->f, r->number + OURS, in->payload);
    if (in->payload.length > KEPT_BYTES)
        return put_scalar(c->f, r->number + OURS, WIRE_VARINT, in->payload.length);
    return copy_field(c, in, protobuf_c_message_descriptor_get_field(c->schema, r->number));
}

static bool put_counts(const copy *c) {
    for (size_t i = 0; c->rules[i].number; i++)
        if (c->counts[i] && !put_scalar(c->f, c->rules[i].number + OURS, WIRE_VARINT, c->counts[i]))
            return false;
    return !c->runs || put_scalar(c->f, INTS + RUNS, WIRE_VARINT, c->runs);
}

static const rule *rules_of(const ProtobufCMessageDescriptor *schema) {
    return schema == &onnx__attribute_proto__descriptor ? attribute_rules
           : schema == &onnx__model_proto__descriptor   ? model_rules
                                                        : no_rules;
}

/* --- messages --- */

static bool copy_any(copy *c, const field *in) {
    if (in->number >= OURS)
        return true;
    for (size_t i = 0; c->rules[i].number; i++)
        if (c->rules[i].number == in->number)
            return apply(c, in, i);
    const ProtobufCFieldDescriptor *to =
        protobuf_c_message_descriptor_get_field(c->schema, in->number);
    return !to || copy_field(c, in, to);
}

static bool copy_fields(filter *f, span where, const ProtobufCMessageDescriptor *schema,
                        int depth) {
    copy c = {.f = f, .schema = schema, .rules = rules_of(schema), .depth = depth};
    if (depth > MAX_DEPTH)
        return wire_damaged(f->source, f->error, where.at, "messages are nested more than %d deep",
                            MAX_DEPTH);
    cursor from = cursor_over(f->source, where, f->error);
    field in;
    while (cursor_next(&from, &in))
        if (!copy_any(&c, &in))
            return false;
    if (from.failed || !put_counts(&c))
        return false;
    return schema != &onnx__tensor_proto__descriptor || put_span(f, OURS, where);
}

static bool copy_message(copy *c, const field *in, const ProtobufCFieldDescriptor *to) {
    size_t at;
    if (!first_time(c, in, to) || !begin(c->f, in->number, &at) ||
        !copy_fields(c->f, in->payload, to->descriptor, c->depth + 1))
        return false;
    end(c->f, at);
    return true;
}

bool filter_message(filter *f, span where, const ProtobufCMessageDescriptor *schema, int depth) {
    f->used = 0;
    return copy_fields(f, where, schema, depth);
}

void filter_free(filter *f) {
    free(f->bytes);
    f->bytes = NULL;
    f->used = f->size = 0;
}
