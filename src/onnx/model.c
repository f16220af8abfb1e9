/* Opening and closing models. */
#include "onnx/model.h"
#include "base/error.h"
#include "onnx/functions.h"
#include <roofline/model.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Together with the filter's copy these keep any file below 1 GB. */
enum { MODEL_MB = 640, NAMES_MB = 192, SCRATCH_MB = 96 };

enum { MAX_OPSETS = 256 };

bool refuse_model(const reader *r, const char *format, ...) {
    char text[sizeof r->error->text];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return error_set(r->error, ROOF_DAMAGED, "%s: %s", source_name(r->file), text);
}

static void *scratch_alloc(void *scratch, size_t size) {
    return arena_alloc(scratch, size);
}

static void scratch_free(void *scratch, void *p) {
    (void)scratch;
    (void)p;
}

void *unpack(reader *r, span where, const ProtobufCMessageDescriptor *schema, int depth) {
    r->item = where;
    arena_reset(r->scratch);
    if (!filter_message(&r->copy, where, schema, depth))
        return NULL;
    ProtobufCAllocator allocator = {
        .alloc = scratch_alloc, .free = scratch_free, .allocator_data = r->scratch};
    void *m = protobuf_c_message_unpack(schema, &allocator, r->copy.used, r->copy.bytes);
    if (!m)
        wire_damaged(r->file, r->error, where.at, "the %s that begins here cannot be read",
                     schema->short_name);
    return m;
}

const char *intern(reader *r, const char *s) {
    return hash_intern(r->model->strings, s);
}

const char *intern_domain(reader *r, const char *domain) {
    return intern(r, domain && strcmp(domain, "ai.onnx") != 0 ? domain : "");
}

static bool read_opsets(reader *r, const Onnx__ModelProto *p) {
    model *m = r->model;
    if (p->n_opset_import > MAX_OPSETS)
        return refuse_model(r, "imports %zu operator sets; at most %d are read", p->n_opset_import,
                            MAX_OPSETS);
    opset *list = arena_array(r->memory, p->n_opset_import, sizeof *list);
    for (size_t i = 0; i < p->n_opset_import; i++)
        list[i] = (opset){.domain = intern_domain(r, p->opset_import[i]->domain),
                          .version = p->opset_import[i]->version};
    m->opsets = list;
    m->n_opsets = p->n_opset_import;
    return true;
}

static const char *producer(reader *r, const Onnx__ModelProto *p) {
    const char *name = p->producer_name ? p->producer_name : "";
    const char *version = p->producer_version ? p->producer_version : "";
    return arena_printf(r->memory, "%s%s%s", name, *name && *version ? " " : "", version);
}

static bool read_all(reader *r) {
    span whole = {.at = 0, .length = source_size(r->file)};
    model *m = r->model = arena_alloc(r->memory, sizeof *m);
    m->arena = r->memory;
    m->strings = hash_new(r->memory, 0);
    const char *path = source_path(r->file);
    m->path = arena_strdup(r->memory, path ? path : source_name(r->file));
    if (whole.length == 0)
        return refuse_model(r, "is empty");
    const Onnx__ModelProto *p = unpack(r, whole, &onnx__model_proto__descriptor, 0);
    if (!p || !read_opsets(r, p))
        return false;
    m->ir_version = p->ir_version;
    m->n_functions = p->functions_total;
    m->producer = producer(r, p);
    if (!p->graph)
        return refuse_model(r, "holds no graph, so it is no ONNX model (or not all of it)");
    span where = {.at = p->graph->offset, .length = p->graph->length};
    if (m->n_functions > 0 && !index_functions(r, whole))
        return false;
    m->main = arena_alloc(r->memory, sizeof *m->main);
    if (!read_graph(r, m->main, where, NULL, 1))
        return false;
    graph_mark_dead(m);
    m->structure_hash = model_digest(m);
    m->source = decoder_new(r->memory, r->file);
    return true;
}

/* Where memory runs out, control comes back here; `r` lives in the caller's frame. */
static bool read_within_limits(reader *r) {
    if (!r->memory || !r->scratch || !r->names)
        return error_set(r->error, ROOF_FAILED, "%s: out of memory", source_name(r->file));
    if (arena_escape(r->memory))
        return error_set(r->error, ROOF_FAILED,
                         "%s: out of memory: its structure takes more than the %zu MB so far "
                         "(at most %d MB are used)",
                         source_name(r->file), arena_used(r->memory) >> 20, MODEL_MB);
    if (arena_escape(r->names))
        return error_set(r->error, ROOF_FAILED, "%s: out of memory: it has too many names",
                         source_name(r->file));
    if (arena_escape(r->scratch))
        return error_set(r->error, ROOF_FAILED,
                         "%s: out of memory at byte %llu: one message of %llu bytes takes more "
                         "than %d MB unpacked",
                         source_name(r->file), (unsigned long long)r->item.at,
                         (unsigned long long)r->item.length, SCRATCH_MB);
    return read_all(r);
}

/* A damaged model is more often no model at all. */
static void explain(source *file, roof_error *e) {
    const char *other = e->status == ROOF_DAMAGED ? looks_like(file) : NULL;
    if (!other)
        return;
    *e = (roof_error)ROOF_ERROR_INIT;
    error_set(e, ROOF_DAMAGED, "%s: is no ONNX model: it looks like %s", source_name(file), other);
}

model *read_model(source *file, arena *memory, arena *scratch, roof_error *e) {
    roof_error error = ROOF_ERROR_INIT;
    reader r = {.file = file,
                .error = &error,
                .memory = memory,
                .scratch = scratch,
                .names = arena_new((size_t)NAMES_MB << 20),
                .copy = {.source = file, .error = &error}};
    bool done = file && read_within_limits(&r);
    filter_free(&r.copy);
    arena_free(scratch);
    arena_free(r.names);
    if (done)
        return r.model;
    if (file) {
        explain(file, &error);
        error_set(e, error.status, "%s", error.text);
    }
    source_close(file);
    arena_free(memory);
    return NULL;
}

static model *read_source(source *file, roof_error *error) {
    return read_model(file, arena_new((size_t)MODEL_MB << 20), arena_new((size_t)SCRATCH_MB << 20),
                      error);
}

roof_model *roof_model_open(const char *path, roof_error *error) {
    return read_source(source_open(path, error), error);
}

roof_model *roof_model_from_memory(const void *data, size_t n, const char *name,
                                   roof_error *error) {
    return read_source(source_memory(data, n, name, error), error);
}

void roof_model_free(roof_model *m) {
    if (!m)
        return;
    decoder_close(m->source);
    arena_free(m->arena);
}
