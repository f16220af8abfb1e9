/* Analysing a model: infer, count, place. */
#include "base/error.h"
#include "place/place.h"

/* Memory for one analysis, so that with the model it stays under 1 GB whatever the file holds. */
enum { MEMORY_LIMIT = 980 << 20, LEAST_MEMORY = 64 << 20 };

/* What an analysis is made from, and what those who look closer need of it. */
typedef struct workings {
    inference inference;
    counted counted;
} workings;

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

static void describe_outputs(roof_analysis *a, const inference *inf, const graph *g) {
    roof_tensor *outputs = arena_array(a->arena, g->n_outputs + 1, sizeof *outputs);
    for (size_t i = 0; i < g->n_outputs; i++)
        outputs[i] = tensor_of(inf, g->outputs[i]);
    a->outputs = outputs;
    a->n_outputs = g->n_outputs;
}

static void describe_bindings(roof_analysis *a, const bindings *b) {
    analysis_dim *dims = arena_array(a->arena, b->n_symbols + 1, sizeof *dims);
    for (size_t i = 0; i < b->n_symbols; i++)
        if (b->symbols[i]->used || !b->symbols[i]->given)
            dims[a->n_dims++] = (analysis_dim){b->symbols[i]->name, b->symbols[i]->size};
    a->dims = dims;
    a->assumptions = b->assumptions;
    a->n_assumptions = b->n_assumptions;
}

static void describe_counted(roof_analysis *a, const counted *c) {
    a->counted = c;
    a->rows = c->rows;
    a->n_rows = c->n_rows;
    a->totals = c->totals;
    a->coverage = c->coverage;
    a->groups = c->fused;
    a->n_groups = c->fused ? c->groups.n : 0;
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
    workings *w = arena_alloc(memory, sizeof *w);
    if (!infer_model(&w->inference, m, &a->options, memory, error)) {
        arena_free(memory);
        return NULL;
    }
    count_model(&w->counted, &w->inference, &a->options);
    place_model(&w->counted, device, &a->options);
    describe_model(a, m);
    describe_outputs(a, &w->inference, m->main);
    describe_bindings(a, &w->inference.bindings);
    describe_counted(a, &w->counted);
    return a;
}

const counted *analysis_counted(const roof_analysis *a) {
    return a->counted;
}
