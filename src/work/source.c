#include "work/source.h"
#include <string.h>

static const fact *fact_of(const sources *s, const value *v) {
    return &s->inference->engine.facts[v->id];
}

static bool is_live(const sources *s, const node *n) {
    return !n->dead && !s->inference->folded[n->id];
}

static bool is_dequantize(const sources *s, const node *n) {
    const op_def *op = s->inference->ops[n->id];
    return op && !strcmp(op->name, "DequantizeLinear") && n->n_in > 1 && n->in[0] && n->in[1] &&
           n->n_out > 0 && n->out[0];
}

static bool is_view(const sources *s, const node *n) {
    const op_def *op = s->inference->ops[n->id];
    return op && op->kind == OP_VIEW && n->n_in > 0 && n->in[0] && n->n_out > 0 && n->out[0];
}

const value *source_of(const sources *s, const value *v) {
    return s->of && s->of[v->id] ? s->of[v->id] : v;
}

bool source_is_moved(const sources *s, const node *n) {
    return s->of && n->n_out > 0 && n->out[0] && s->of[n->out[0]->id];
}

/* Output 0 is input 0 in the same memory. */
static void move(sources *s, const node *n) {
    const engine *e = &s->inference->engine;
    if (!s->of)
        s->of = arena_array(e->arena, e->model->n_values + 1, sizeof *s->of);
    s->of[n->out[0]->id] = source_of(s, n->in[0]);
}

dtype source_type(const sources *s, const value *v) {
    bool changed = s->stored_as && s->stored_as[v->id];
    return changed ? (dtype)s->stored_as[v->id] : fact_of(s, v)->elem;
}

count source_share(count bytes, count part, count whole) {
    if (part == 0) /* of a sequence the whole may not be known */
        return 0;
    if (!known(bytes) || !known(part) || !known(whole) || part >= whole)
        return known(part) && known(whole) ? bytes : UNKNOWN;
    return (count)(((unsigned __int128)bytes * (uint64_t)part + (uint64_t)whole - 1) /
                   (uint64_t)whole);
}

/* --- DequantizeLinear --- */

/* Values that somebody needs as floats: outputs of a graph, and what is given to operators that
 * nothing is known of. */
static unsigned char *find_floats(const sources *s, const node *const *nodes, size_t n) {
    const engine *e = &s->inference->engine;
    unsigned char *floats = arena_alloc(e->arena, e->model->n_values + 1);
    for (size_t i = n; i-- > 0;) {
        const node *at = nodes[i];
        const op_def *op = s->inference->ops[at->id];
        if (!is_live(s, at))
            continue;
        for (unsigned k = 0; k < at->n_out; k++)
            if (at->out[k] && at->out[k]->is_output)
                floats[at->out[k]->id] = 1;
        for (unsigned k = 0; k < at->n_in; k++)
            if (at->in[k] && (!op || op->kind == OP_OPAQUE))
                floats[at->in[k]->id] = 1;
        if (is_view(s, at) && floats[at->out[0]->id])
            floats[at->in[0]->id] = 1;
    }
    return floats;
}

/* Integers with the scales they need, when that is less than the floats: a scale for every element
 * or two is not. */
static bool is_smaller(const sources *s, const node *n) {
    count bytes = fact_bytes(fact_of(s, n->in[0]));
    for (unsigned i = 1; i < n->n_in && i < MAX_READS; i++)
        if (n->in[i])
            bytes = cnt_add(bytes, fact_bytes(fact_of(s, n->in[i])));
    count floats = fact_bytes(fact_of(s, n->out[0]));
    return known(bytes) && known(floats) && bytes < floats;
}

/* Quantization passes through: what was dequantized and then moved lies in memory as integers. */
static void pass_integers(sources *s, const node *n, const unsigned char *floats) {
    const fact *first = fact_of(s, n->in[0]);
    const node *scale = s->scaled_by[n->in[0]->id];
    dtype elem = source_type(s, source_of(s, n->in[0]));
    for (unsigned i = 0; i < n->n_in; i++) {
        const fact *f = n->in[i] ? fact_of(s, n->in[i]) : first;
        if (f->elem == first->elem && !f->constant &&
            source_type(s, source_of(s, n->in[i])) != elem)
            return;
    }
    for (unsigned i = 0; i < n->n_out; i++)
        if (n->out[i] && !floats[n->out[i]->id] && fact_of(s, n->out[i])->quantized == elem) {
            s->stored_as[n->out[i]->id] = (unsigned char)elem;
            s->scaled_by[n->out[i]->id] = scale;
        }
}

static void move_dequantization(sources *s, const node *n, const unsigned char *floats) {
    const op_def *op = s->inference->ops[n->id];
    if (is_dequantize(s, n)) {
        if (!floats[n->out[0]->id] && is_smaller(s, n)) {
            move(s, n);
            s->scaled_by[n->out[0]->id] = n;
        }
    } else if (op && (op->traits & OP_KEEPS_SCALE) && n->n_in > 0 && n->in[0] &&
               s->scaled_by[n->in[0]->id]) {
        pass_integers(s, n, floats);
    }
}

/* --- all values --- */

static bool has_dequantize(const sources *s, const node *const *nodes, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (is_live(s, nodes[i]) && is_dequantize(s, nodes[i]))
            return true;
    return false;
}

void find_sources(sources *s, const inference *inf, const node *const *nodes, size_t n,
                  bool views_free) {
    arena *a = inf->engine.arena;
    size_t n_values = inf->engine.model->n_values + 1;
    *s = (sources){.inference = inf};
    const unsigned char *floats = NULL;
    if (has_dequantize(s, nodes, n)) {
        s->stored_as = arena_alloc(a, n_values);
        s->scaled_by = arena_array(a, n_values, sizeof *s->scaled_by);
        floats = find_floats(s, nodes, n);
    }
    for (size_t i = 0; i < n; i++) {
        if (!is_live(s, nodes[i]))
            continue;
        if (views_free && is_view(s, nodes[i])) {
            move(s, nodes[i]);
            if (s->scaled_by)
                s->scaled_by[nodes[i]->out[0]->id] = s->scaled_by[nodes[i]->in[0]->id];
        } else if (floats) {
            move_dequantization(s, nodes[i], floats);
        }
    }
}

/* --- reading --- */

static read part_of(const sources *s, const value *v, count elements) {
    const value *source = source_of(s, v);
    count all = fact_elements(fact_of(s, source));
    return (read){source, known(all) && elements > all ? all : elements};
}

size_t source_reads(const sources *s, const value *v, count touched, read reads[MAX_READS]) {
    size_t n = 0;
    reads[n++] = part_of(s, v, touched);
    const node *scale = s->scaled_by ? s->scaled_by[v->id] : NULL;
    if (!scale || touched == 0)
        return n;
    count all = fact_elements(fact_of(s, reads[0].value));
    for (unsigned i = 1; i < scale->n_in && i < MAX_READS; i++)
        if (scale->in[i]) {
            count scales = fact_elements(fact_of(s, scale->in[i]));
            reads[n++] = part_of(s, scale->in[i], source_share(scales, touched, all));
        }
    return n;
}

count source_bytes(const sources *s, const read *r) {
    const fact *f = fact_of(s, r->value);
    if (r->elements == 0)
        return 0;
    if (f->constant)
        return source_share(f->stored_bytes, r->elements, fact_elements(f));
    return dtype_bytes(source_type(s, r->value), r->elements);
}
