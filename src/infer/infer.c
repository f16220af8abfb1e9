#include "infer/infer.h"
#include "base/error.h"
#include "infer/retype.h"
#include "ops/estimate.h"
#include <string.h>

enum { LOOKUP_SLOTS = 1024, ANY_VERSION = 1 << 30 };

/* Remembers the rows found, as a model uses few operators many times. Names are interned, so
 * pointers tell them apart. */
struct lookup {
    struct {
        const char *op, *domain;
        const op_def *row;
        int32_t imported; /* the node's own word on the version */
        int64_t version;
    } slots[LOOKUP_SLOTS];
};

static int64_t version_of(const model *m, const node *n) {
    int64_t version = n->version > 0 ? n->version : model_opset(m, n->domain);
    return version > 0 && version < ANY_VERSION ? version : ANY_VERSION;
}

static const op_def *find_op(struct lookup *l, const model *m, const node *n, int64_t *version) {
    const char *key[2] = {n->op, n->domain};
    size_t i = hash_bytes((uint64_t)n->version, key, sizeof key) % LOOKUP_SLOTS;
    if (l->slots[i].op != n->op || l->slots[i].domain != n->domain ||
        l->slots[i].imported != n->version) {
        l->slots[i].op = n->op;
        l->slots[i].domain = n->domain;
        l->slots[i].imported = n->version;
        l->slots[i].version = version_of(m, n);
        l->slots[i].row = op_find(n->domain, n->op, l->slots[i].version);
    }
    *version = l->slots[i].version;
    return l->slots[i].row;
}

static void set_initializer(engine *e, const value *v) {
    fact *f = &e->facts[v->id];
    f->kind = TYPE_TENSOR;
    f->elem = v->stored->type;
    f->rank = v->stored->rank;
    f->dims = v->stored->dims;
    f->constant = true;
    f->stored = v->indices ? NULL : v->stored;
    f->stored_bytes = dtype_bytes(f->elem, stored_elements(v->stored));
    f->stored_type = f->elem;
    f->root = v->id;
    if (v->indices) { /* sparse: dense dims are declared, values and indices are stored */
        f->rank = v->declared.rank;
        count *dims = arena_array(e->arena, (size_t)(f->rank > 0 ? f->rank : 0) + 1, sizeof *dims);
        for (int i = 0; i < f->rank; i++)
            dims[i] = v->declared.dims[i].size;
        f->dims = dims;
        f->stored_bytes =
            cnt_add(f->stored_bytes, dtype_bytes(v->indices->type, stored_elements(v->indices)));
    }
}

/* --- constants --- */

static bool has_graph(const node *n) {
    for (unsigned i = 0; i < n->n_attrs; i++)
        if (n->attrs[i].kind == ATTR_GRAPH || n->attrs[i].kind == ATTR_GRAPHS)
            return true;
    return false;
}

static bool dims_known(const fact *f) {
    for (int i = 0; i < f->rank; i++)
        if (!known(f->dims[i]))
            return false;
    return f->rank >= 0;
}

static bool is_folded(const engine *e, const node *n, const op_def *op) {
    if (!op || (op->traits & OP_RANDOM) || has_graph(n))
        return false;
    if ((op->traits & OP_SHAPE_ONLY) && n->n_in > 0 && n->in[0])
        return dims_known(&e->facts[n->in[0]->id]);
    for (unsigned i = 0; i < n->n_in; i++)
        if (n->in[i] && !e->facts[n->in[i]->id].constant)
            return false;
    return true;
}

/* What reading the sources of a folded node costs; nothing for shapes. */
static count source_bytes(const engine *e, const node *n, const op_def *op) {
    if (op->traits & OP_SHAPE_ONLY)
        return 0;
    count bytes = 0;
    for (unsigned i = 0; i < n->n_in; i++)
        if (n->in[i])
            bytes = cnt_add(bytes, e->facts[n->in[i]->id].stored_bytes);
    return bytes;
}

/* A folded tensor costs the smaller of itself and its sources. Where it is its first source in
 * another form (a view, a transposition, a dequantization), it is still that weight. */
static void mark_constant(engine *e, const node *n, const op_def *op, fact *out, uint32_t id) {
    const fact *first = n->n_in > 0 && n->in[0] ? &e->facts[n->in[0]->id] : NULL;
    bool is_sparse = out->stored_bytes > 0; /* its operator has said what it takes */
    count own = is_sparse ? out->stored_bytes : fact_bytes(out);
    bool is_stored = out->stored || is_sparse;
    count sources = is_stored ? own : source_bytes(e, n, op);
    bool by_source = !is_stored && known(sources) && (!known(own) || sources <= own);
    bool same_weight = first && (op->kind == OP_VIEW || (op->traits & OP_KEEPS_SCALE) ||
                                 out->quantized != DT_UNKNOWN);
    out->constant = true;
    out->stored_bytes = by_source ? sources : own;
    out->stored_type = by_source && first && first->constant ? first->stored_type : out->elem;
    out->root = same_weight && first->constant ? first->root : id;
}

/* --- quantization that passes through --- */

static void pass_scale(const engine *e, const node *n, fact *out) {
    const fact *first = &e->facts[n->in[0]->id];
    for (unsigned i = 0; i < n->n_in; i++) {
        const fact *f = n->in[i] ? &e->facts[n->in[i]->id] : NULL;
        if (f && f->elem == first->elem && f->quantized != first->quantized)
            return;
    }
    out->quantized = first->quantized;
    out->quantized_zero = first->quantized_zero;
}

/* --- operators without a row --- */

/* The declared type of an output is all there is to go by. */
static void take_declared(inference *inf, const value *v) {
    if (v->declared.kind == TYPE_UNDECLARED)
        return;
    engine *e = &inf->engine;
    fact *f = &e->facts[v->id];
    f->kind = v->declared.kind;
    f->elem = v->declared.elem;
    f->rank = v->declared.rank;
    count *dims = arena_array(e->arena, (size_t)(f->rank > 0 ? f->rank : 0) + 1, sizeof *dims);
    for (int i = 0; i < f->rank; i++)
        dims[i] = bind_dim(&inf->bindings, &v->declared.dims[i]);
    f->dims = dims;
}

static void infer_outputs(engine *e, const node *n, const op_def *op, int64_t version) {
    for (unsigned i = 0; i < n->n_out; i++)
        if (n->out[i]) /* in a loop it may have been looked at before */
            e->facts[n->out[i]->id] = (fact){.rank = -1};
    const char *outer = e->told ? estimate_begin(e, n) : NULL;
    if (op) {
        site s = site_of(e, n, op, version);
        op->infer(&s);
    }
    if (e->told)
        estimate_end(e, n, outer);
    else
        estimate_look_for_hints(e, n);
}

static void infer_node(inference *inf, const node *n) {
    engine *e = &inf->engine;
    int64_t version;
    const op_def *op = find_op(inf->lookup, e->model, n, &version);
    inf->ops[n->id] = op;
    inf->versions[n->id] = (int32_t)version;
    infer_outputs(e, n, op, version);
    /* what rests upon estimates is computed when the model runs */
    inf->folded[n->id] = is_folded(e, n, op) && (!inf->told_folded || inf->told_folded[n->id]);
    for (unsigned i = 0; i < n->n_out; i++) {
        if (!n->out[i])
            continue;
        fact *out = &e->facts[n->out[i]->id];
        if (!op)
            take_declared(inf, n->out[i]);
        if (op && (op->traits & OP_KEEPS_SCALE) && n->n_in > 0 && n->in[0])
            pass_scale(e, n, out);
        if (inf->folded[n->id])
            mark_constant(e, n, op, out, n->out[i]->id);
    }
}

/* --- graphs --- */

static void set_initializers(engine *e, const graph *g) {
    for (size_t i = 0; i < g->n_initializers; i++)
        set_initializer(e, g->initializers[i]);
}

static void infer_nodes(inference *inf, const graph *g) {
    for (size_t i = 0; i < g->n_nodes && inf->engine.error->status == ROOF_OK; i++)
        if (!g->nodes[i]->dead)
            infer_node(inf, g->nodes[i]);
}

static void infer_subgraph(engine *e, const graph *g) {
    set_initializers(e, g);
    infer_nodes((inference *)e, g); /* the engine is its first member */
}

/* Nothing is known yet. */
static void start_facts(inference *inf) {
    engine *e = &inf->engine;
    const model *m = e->model;
    e->facts = arena_array(e->arena, m->n_values + 1, sizeof *e->facts);
    for (size_t i = 0; i < m->n_values; i++)
        e->facts[i].rank = -1;
    e->runs = arena_array(e->arena, m->n_graphs + 1, sizeof *e->runs);
    inf->folded = e->folded = arena_array(e->arena, m->n_nodes + 1, sizeof *inf->folded);
    e->fold_left = FOLD_BUDGET;
    e->node_left = REPEAT_BUDGET;
}

static void start(inference *inf, const model *m, arena *a, roof_error *error) {
    *inf = (inference){.engine = {.model = m, .arena = a, .error = error, .infer = infer_subgraph}};
    start_facts(inf);
    inf->ops = arena_array(a, m->n_nodes + 1, sizeof *inf->ops);
    inf->versions = arena_array(a, m->n_nodes + 1, sizeof *inf->versions);
    inf->lookup = arena_alloc(a, sizeof *inf->lookup);
}

/* Once more, with estimates for the sizes that depend on data: see ops/estimate.h. */
static void infer_estimates(inference *inf) {
    engine *e = &inf->engine;
    const graph *g = e->model->main;
    roof_error impossible = {.status = ROOF_OK}, *error = e->error;
    e->told = e->facts;
    e->told_runs = e->runs;
    inf->told_folded = inf->folded;
    e->reasons = arena_array(e->arena, e->model->n_values + 1, sizeof *e->reasons);
    start_facts(inf);
    e->error = &impossible;
    set_initializers(e, g);
    for (size_t i = 0; i < g->n_inputs; i++)
        e->facts[g->inputs[i]->id] = e->told[g->inputs[i]->id];
    infer_nodes(inf, g);
    e->error = error;
}

bool infer_model(inference *inf, const model *m, const roof_options *options, arena *a,
                 roof_error *error) {
    start(inf, m, a, error);
    inf->options = options;
    set_initializers(&inf->engine, m->main);
    if (!bind_inputs(&inf->engine, options, &inf->bindings))
        return false;
    infer_nodes(inf, m->main);
    if (error->status == ROOF_OK && inf->engine.is_open)
        infer_estimates(inf);
    if (error->status == ROOF_OK)
        retype(inf, options);
    return error->status == ROOF_OK;
}
