#include "infer/retype.h"
#include <string.h>

/* The types of one --precision; DT_UNKNOWN: as it is. */
typedef struct type_plan {
    dtype activations;
    dtype weights; /* of contractions: of two dims and more */
    dtype tables;  /* other constants of two dims and more */
    dtype vectors; /* biases, scales of normalizations, scalars */
} type_plan;

static const type_plan plans[ROOF_TYPES_COUNT] = {
    [ROOF_TYPES_FP64] = {DT_DOUBLE, DT_DOUBLE, DT_DOUBLE, DT_DOUBLE},
    [ROOF_TYPES_FP32] = {DT_FLOAT, DT_FLOAT, DT_FLOAT, DT_FLOAT},
    [ROOF_TYPES_TF32] = {DT_FLOAT, DT_FLOAT, DT_FLOAT, DT_FLOAT},
    [ROOF_TYPES_BF16] = {DT_BFLOAT16, DT_BFLOAT16, DT_BFLOAT16, DT_BFLOAT16},
    [ROOF_TYPES_FP16] = {DT_FLOAT16, DT_FLOAT16, DT_FLOAT16, DT_FLOAT16},
    [ROOF_TYPES_FP8] = {DT_FLOAT8E4M3FN, DT_FLOAT8E4M3FN, DT_FLOAT8E4M3FN, DT_UNKNOWN},
    [ROOF_TYPES_INT8] = {DT_INT8, DT_INT8, DT_INT8, DT_UNKNOWN},
    [ROOF_TYPES_INT4] = {DT_INT4, DT_INT4, DT_INT4, DT_UNKNOWN},
    [ROOF_TYPES_W8A16] = {DT_FLOAT16, DT_INT8, DT_FLOAT16, DT_FLOAT16},
    [ROOF_TYPES_W4A16] = {DT_FLOAT16, DT_INT4, DT_FLOAT16, DT_FLOAT16},
};

/* What the consumers of a constant make it. */
typedef struct use {
    count channels; /* of its output, when it is the weight of a contraction; else 0 */
} use;

typedef struct retyping {
    inference *inf;
    const type_plan *plan;
    bool sparse;
    use *uses; /* per root of constants */
} retyping;

static bool is_float(dtype t) {
    return dtype_kind(t) == CLASS_FLOAT;
}

/* --- which constants are weights of contractions --- */

static bool has_name(const op_def *op, const char *name) {
    return !strcmp(op->name, name);
}

/* Is input i, a constant of two dims or more, what the operator multiplies by? */
static bool is_weight(const op_def *op, unsigned i, int rank) {
    switch (op->family) {
    case FAMILY_CONV:
        return i == 1;
    case FAMILY_MATMUL: /* from three dims on: one matrix for each expert */
        return i <= 1 || rank >= 3;
    case FAMILY_RECURRENT:
        return i == 1 || i == 2;
    case FAMILY_ATTENTION: /* ONNX Runtime's hold their projections */
        return i == 1 && !strcmp(op->domain, "com.microsoft") && strstr(op->name, "Attention");
    default:
        return false;
    }
}

/* Elements that one output channel sums over. */
static count summed_elements(const site *s, unsigned i, const fact *f) {
    int last = f->rank - 1;
    if (s->op->family == FAMILY_CONV) {
        bool transposed = has_name(s->op, "ConvTranspose");
        count kernel = fact_range(f, 2, f->rank);
        return cnt_mul(transposed ? cnt_div(f->dims[0], site_int(s, "group", 1)) : f->dims[1],
                       kernel);
    }
    if (s->op->family == FAMILY_RECURRENT)
        return f->dims[last];
    bool transposed = (i == 0 && site_int(s, "transA", 0)) || (i == 1 && site_int(s, "transB", 0));
    bool first_is_summed = (i == 1) != transposed;
    return f->dims[first_is_summed ? last - 1 : last];
}

static void note_weight(retyping *r, const fact *f, count summed) {
    count channels = cnt_div(fact_elements(f), summed);
    if (channels > 0)
        r->uses[f->root].channels = channels;
}

static void note_weights(retyping *r, const node *n) {
    const op_def *op = r->inf->ops[n->id];
    site s = site_of(&r->inf->engine, n, op, r->inf->versions[n->id]);
    for (unsigned i = 0; i < n->n_in; i++) {
        const fact *f = site_in(&s, i);
        if (f && f->constant && f->rank >= 2 && is_weight(op, i, f->rank))
            note_weight(r, f, summed_elements(&s, i, f));
    }
}

static void note_graph(retyping *r, const graph *g) {
    for (size_t i = 0; i < g->n_nodes; i++) {
        const node *n = g->nodes[i];
        if (!n->dead && !r->inf->folded[n->id] && r->inf->ops[n->id])
            note_weights(r, n);
        for (unsigned a = 0; a < n->n_attrs; a++)
            for (size_t k = 0; n->attrs[a].graphs && k < n->attrs[a].n; k++)
                note_graph(r, n->attrs[a].graphs[k]);
    }
}

/* --- facts --- */

/* Integers that stand for floats: what is done to them is done to floats. */
static void set_type(fact *f, dtype t) {
    f->elem = t;
    if (!is_float(t)) {
        f->quantized = t;
        f->quantized_zero = false;
    }
}

static count scaled(count bytes, dtype from, dtype to) {
    count bits = cnt_mul(bytes, dtype_bits(to));
    return cnt_div_up(bits, dtype_bits(from));
}

/* One scale for each output channel, in fp32, or in the activations' type where that is a float. */
static count scale_bytes(const retyping *r, count channels) {
    dtype t = is_float(r->plan->activations) ? r->plan->activations : DT_FLOAT;
    return dtype_bytes(t, channels);
}

static void retype_constant(const retyping *r, fact *f) {
    count channels = r->uses[f->root].channels;
    bool weight = channels != 0 && f->rank >= 2;
    dtype t = weight ? r->plan->weights : f->rank >= 2 ? r->plan->tables : r->plan->vectors;
    if (t == DT_UNKNOWN || !is_float(f->stored_type))
        return;
    f->stored_bytes = scaled(f->stored_bytes, f->stored_type, t);
    f->stored_type = t;
    set_type(f, t);
    if (weight && !is_float(t))
        f->stored_bytes = cnt_add(f->stored_bytes, scale_bytes(r, channels));
}

/* 2:4: half of the values and 2 bits for each, so of b bits b / 2 + 1. Where sums are of a multiple
 * of 4. */
static void prune_constant(const retyping *r, fact *f) {
    count channels = r->uses[f->root].channels;
    count summed = channels > 0 ? cnt_div(fact_elements(f), channels) : UNKNOWN;
    bool numbers = is_float(f->stored_type) || f->quantized != DT_UNKNOWN;
    if (f->rank < 2 || !known(summed) || summed % 4 != 0 || !numbers)
        return;
    count n = fact_elements(f), before = dtype_bytes(f->stored_type, n);
    count after = cnt_div_up(cnt_mul(n, dtype_bits(f->stored_type) / 2 + 1), 8);
    if (!known(before) || f->stored_bytes < before || after > before)
        return;
    f->stored_bytes = f->stored_bytes - before + after;
    f->pruned = true;
}

static void retype_fact(const retyping *r, fact *f) {
    if (f->kind != TYPE_TENSOR)
        return;
    if (f->constant) {
        if (r->plan)
            retype_constant(r, f);
        if (r->sparse)
            prune_constant(r, f);
    } else if (r->plan && is_float(f->elem)) {
        set_type(f, r->plan->activations);
    }
}

void retype(inference *inf, const roof_options *options) {
    const model *m = inf->engine.model;
    bool native = options->types == ROOF_TYPES_NATIVE;
    if (native && !options->sparse_weights)
        return;
    arena_mark before = arena_mark_here(inf->engine.arena);
    retyping r = {.inf = inf,
                  .plan = native ? NULL : &plans[options->types],
                  .sparse = options->sparse_weights};
    r.uses = arena_array(inf->engine.arena, m->n_values + 1, sizeof *r.uses);
    note_graph(&r, m->main);
    for (size_t i = 0; i < m->n_values; i++)
        retype_fact(&r, &inf->engine.facts[i]);
    arena_release(inf->engine.arena, before);
}
