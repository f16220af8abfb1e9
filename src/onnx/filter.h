/* Copies a message without its payloads, so that protobuf-c can unpack it safely.
 *
 * The copy holds only the fields of onnx.proto. Where the file has weights, strings or numbers in
 * bulk, or a whole graph, it holds how many or where they are instead (fields from 1000 on). What
 * protobuf-c cannot be trusted with is refused here: deep nesting, groups, bad lengths, messages
 * that occur twice, text with a NUL inside. */
#ifndef ONNX_FILTER_H
#define ONNX_FILTER_H

#include "onnx/wire.h"
#include <protobuf-c/protobuf-c.h>

enum {
    MAX_DEPTH = 100,             /* of messages in messages, from the ModelProto on */
    KEPT_ELEMENTS = 1 << 14,     /* of a list attribute; longer ones are only counted */
    KEPT_BYTES = 1 << 16,        /* of one string attribute */
    KEPT_LIST_BYTES = 1 << 20,   /* of the strings of one list attribute */
    LARGEST_COPY = 32 * 1 << 20, /* of one message, in bytes */
    OURS = 1000,                 /* added to field numbers, see onnx.proto */
    RUNS = 2000
};

typedef struct filter {
    source *source;
    roof_error *error;
    unsigned char *bytes; /* the copy; from malloc */
    size_t used, size;
} filter;

/* Copies the message at `where`, of the type of `schema`, into f->bytes. */
bool filter_message(filter *f, span where, const ProtobufCMessageDescriptor *schema, int depth);
void filter_free(filter *f);

#endif
