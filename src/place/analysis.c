/* The public face of an analysis: infer, count, place, and what callers may look at. */
#include "base/error.h"
#include "place/place.h"
#include <string.h>

/* Memory for one analysis, so that with the model it stays under 1 GB whatever the file holds. */
enum { MEMORY_LIMIT = 980 << 20, LEAST_MEMORY = 64 << 20 };

struct roof_analysis {
    arena *arena;
    inference inference;
    counted counted;
    roof_options options;
    roof_model_info model;
    const roof_device *device;
    roof_tensor *outputs;
    size_t n_outputs;
};

static void describe_model(roof_analysis *a, const model *m) {
    roof_opset *opsets = arena_array(a->arena, m->n_opsets + 1, sizeof *opsets);
    for (size_t i = 0; i < m->n_opsets; i++)
        opsets[i] = (roof_opset){m->opsets[i].domain, m->opsets[i].version};
    a->model = (roof_model_info){.path = m->path,
                                 .producer = m->producer,
                                 .graph = m->main->name,
                                 .structure_hash = m->structure_hash,
                                 .ir_version = m->ir_version,
                                 .opsets = opsets,
                                 .n_opsets = m->n_opsets};
}

static void describe_outputs(roof_analysis *a, const graph *g) {
    a->outputs = arena_array(a->arena, g->n_outputs + 1, sizeof *a->outputs);
    a->n_outputs = g->n_outputs;
    for (size_t i = 0; i < g->n_outputs; i++) {
        const fact *f = &a->inference.engine.facts[g->outputs[i]->id];
        a->outputs[i] = (roof_tensor){.name = g->outputs[i]->name,
                                      .dtype = dtype_name(f->elem),
                                      .rank = f->rank,
                                      .dims = f->dims};
    }
}

static size_t memory_left(const model *m) {
    size_t used = arena_used(m->arena);
    return used + LEAST_MEMORY < MEMORY_LIMIT ? MEMORY_LIMIT - used : LEAST_MEMORY;
}

static roof_analysis *out_of_memory(const model *m, roof_error *error) {
    error_set(error, ROOF_FAILED, "%s: out of memory: there are %zu nodes to analyse", m->path,
              m->n_nodes);
    return NULL;
}

roof_analysis *roof_analyze(const roof_model *m, const roof_device *device,
                            const roof_options *options, roof_error *error) {
    static const roof_options defaults = {0};
    arena *memory = arena_new(memory_left(m));
    if (!memory)
        return out_of_memory(m, error);
    if (arena_escape(memory)) {
        arena_free(memory);
        return out_of_memory(m, error);
    }
    roof_analysis *a = arena_alloc(memory, sizeof *a);
    a->arena = memory;
    a->device = device;
    a->options = options ? *options : defaults;
    if (!infer_model(&a->inference, m, &a->options, memory, error)) {
        arena_free(memory);
        return NULL;
    }
    count_model(&a->counted, &a->inference, &a->options);
    place_model(&a->counted, device, &a->options);
    describe_model(a, m);
    describe_outputs(a, m->main);
    return a;
}

void roof_analysis_free(roof_analysis *a) {
    if (a)
        arena_free(a->arena);
}

const counted *analysis_counted(const roof_analysis *a) {
    return &a->counted;
}

size_t roof_analysis_rows(const roof_analysis *a) {
    return a->counted.n_rows;
}

const roof_row *roof_analysis_row(const roof_analysis *a, size_t i) {
    return i < a->counted.n_rows ? &a->counted.rows[i] : NULL;
}

const roof_totals *roof_analysis_totals(const roof_analysis *a) {
    return &a->counted.totals;
}

const roof_coverage *roof_analysis_coverage(const roof_analysis *a) {
    return &a->counted.coverage;
}

const roof_model_info *roof_analysis_model(const roof_analysis *a) {
    return &a->model;
}

const roof_device *roof_analysis_device(const roof_analysis *a) {
    return a->device;
}

const roof_options *roof_analysis_options(const roof_analysis *a) {
    return &a->options;
}

const roof_group *roof_analysis_groups(const roof_analysis *a, size_t *n) {
    *n = a->counted.fused ? a->counted.groups.n : 0;
    return a->counted.fused;
}

const roof_tensor *roof_analysis_outputs(const roof_analysis *a, size_t *n) {
    *n = a->n_outputs;
    return a->outputs;
}

const char *roof_analysis_assumption(const roof_analysis *a, size_t i) {
    const bindings *b = &a->inference.bindings;
    return i < b->n_assumptions ? b->assumptions[i] : NULL;
}

const char *roof_analysis_dim(const roof_analysis *a, size_t i, int64_t *size) {
    const bindings *b = &a->inference.bindings;
    if (i >= b->n_symbols)
        return NULL;
    *size = b->symbols[i]->size;
    return b->symbols[i]->name;
}

const char *roof_traffic_name(roof_traffic t) {
    static const char *const names[ROOF_TRAFFIC_COUNT] = {[ROOF_TRAFFIC_OP] = "op",
                                                          [ROOF_TRAFFIC_OUTPUT] = "output",
                                                          [ROOF_TRAFFIC_FUSED] = "fused",
                                                          [ROOF_TRAFFIC_IDEAL] = "ideal"};
    return t >= 0 && t < ROOF_TRAFFIC_COUNT ? names[t] : NULL;
}

const char *roof_types_name(roof_types t) {
    static const char *const names[ROOF_TYPES_COUNT] = {
        [ROOF_TYPES_NATIVE] = "native", [ROOF_TYPES_FP64] = "fp64",  [ROOF_TYPES_FP32] = "fp32",
        [ROOF_TYPES_TF32] = "tf32",     [ROOF_TYPES_BF16] = "bf16",  [ROOF_TYPES_FP16] = "fp16",
        [ROOF_TYPES_FP8] = "fp8",       [ROOF_TYPES_INT8] = "int8",  [ROOF_TYPES_INT4] = "int4",
        [ROOF_TYPES_W8A16] = "w8a16",   [ROOF_TYPES_W4A16] = "w4a16"};
    return t >= 0 && t < ROOF_TYPES_COUNT ? names[t] : NULL;
}

const char *roof_status_name(roof_row_status s) {
    static const char *const names[ROOF_STATUS_COUNT] = {[ROOF_COUNTED] = "counted",
                                                         [ROOF_FOLDED] = "folded",
                                                         [ROOF_DEAD] = "dead",
                                                         [ROOF_ESTIMATED] = "estimated",
                                                         [ROOF_ROW_UNKNOWN] = "unknown"};
    return s >= 0 && s < ROOF_STATUS_COUNT ? names[s] : NULL;
}

const char *roof_limiter_name(roof_limiter l) {
    static const char *const names[ROOF_LIMITER_COUNT] = {
        [ROOF_LIMIT_NONE] = "none",     [ROOF_LIMIT_MATRIX] = "matrix",
        [ROOF_LIMIT_VECTOR] = "vector", [ROOF_LIMIT_SPECIAL] = "special",
        [ROOF_LIMIT_MEMORY] = "memory", [ROOF_LIMIT_OVERHEAD] = "overhead"};
    return l >= 0 && l < ROOF_LIMITER_COUNT ? names[l] : NULL;
}

const char *roof_family_name(int i) {
    return i >= 0 && i < FAMILY_COUNT ? op_family_name((op_family)i) : NULL;
}
