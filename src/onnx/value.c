#include "onnx/value.h"
#include "base/error.h"
#include "onnx/reader.h"

enum { MEMORY_BYTES = 16 << 20, MOST_STRINGS = 1024, TEXT_BYTES = 1 << 16 };

/* Where the tensor goes: memory of the caller, who gets it before anything is opened. */
typedef struct room {
    stored *tensor;
    count *dims;
    scalar *items;
    count most;
    bool has_items;
    char *text;
    const char **strings;
    bool has_strings;
} room;

static void decode_items(reader *r, room *to) {
    count n = stored_elements(to->tensor);
    data_source *decoder = decoder_new(r->memory, r->file);
    to->has_items =
        known(n) && n <= to->most && decoder->decode(decoder, to->tensor, to->items, (size_t)n);
    to->has_strings =
        known(n) && n <= MOST_STRINGS &&
        decoder->strings(decoder, to->tensor, to->text, TEXT_BYTES, to->strings, (size_t)n);
}

static bool read_tensor(reader *r, room *to) {
    if (!r->memory || !r->scratch)
        return error_set(r->error, ROOF_FAILED, "%s: out of memory", source_name(r->file));
    if (arena_escape(r->memory))
        return error_set(r->error, ROOF_FAILED, "%s: out of memory", source_name(r->file));
    if (arena_escape(r->scratch))
        return error_set(r->error, ROOF_FAILED, "%s: out of memory", source_name(r->file));
    span whole = {.at = 0, .length = source_size(r->file)};
    const Onnx__TensorProto *p = unpack(r, whole, &onnx__tensor_proto__descriptor, 0);
    const stored *read = p ? read_stored(r, p, "tensor", source_name(r->file)) : NULL;
    if (!read)
        return false;
    if (read->type == DT_UNKNOWN)
        return refuse_model(r, "holds no tensor of a known type");
    *to->tensor = *read;
    for (int i = 0; i < read->rank; i++)
        to->dims[i] = read->dims[i];
    to->tensor->dims = to->dims;
    decode_items(r, to);
    return true;
}

bool value_file_read(const char *path, arena *a, count most, stored *s, value_items *items,
                     roof_error *e) {
    room to = {.tensor = s,
               .dims = arena_array(a, MAX_RANK, sizeof *to.dims),
               .items = arena_array(a, (size_t)most, sizeof *to.items),
               .most = most,
               .text = arena_alloc(a, TEXT_BYTES),
               .strings = arena_array(a, MOST_STRINGS, sizeof *to.strings)};
    source *file = source_open(path, e);
    if (!file)
        return false;
    reader r = {.file = file,
                .error = e,
                .memory = arena_new(MEMORY_BYTES),
                .scratch = arena_new(MEMORY_BYTES),
                .copy = {.source = file, .error = e}};
    bool done = read_tensor(&r, &to);
    filter_free(&r.copy);
    arena_free(r.scratch);
    arena_free(r.memory);
    source_close(file);
    *items = (value_items){.numbers = to.has_items ? to.items : NULL,
                           .strings = to.has_strings ? to.strings : NULL};
    return done;
}
