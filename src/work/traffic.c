/* Bytes: what a row reads and writes in each traffic mode. */
#include "work/work.h"
#include <string.h>

/* What a memory holds, and whether it is a weight already counted as parameter; in ledger.memory.
 */
enum { IS_INPUT = 1, IS_OUTPUT = 2, IS_COUNTED = 4 };

static const fact *fact_of(const ledger *l, const value *v) {
    return &l->inference->engine.facts[v->id];
}

static bool is_used(const value *v) {
    return v && (v->n_uses > 0 || v->is_output);
}

/* Tensors have bytes; sequences and optionals are references. */
static count elements_or_none(const fact *f) {
    return f->kind == TYPE_TENSOR || f->kind == TYPE_UNDECLARED ? fact_elements(f) : 0;
}

void whole_traffic(const inference *inf, const node *n, work *w) {
    for (unsigned i = 0; i < n->n_in; i++)
        w->touched[i] = n->in[i] ? elements_or_none(&inf->engine.facts[n->in[i]->id]) : 0;
    for (unsigned i = 0; i < n->n_out; i++)
        w->written[i] =
            is_used(n->out[i]) ? elements_or_none(&inf->engine.facts[n->out[i]->id]) : 0;
}

bool roof_views_are_free(const roof_options *o, roof_traffic t) {
    return o->views ? o->views == 'f' : t == ROOF_TRAFFIC_FUSED || t == ROOF_TRAFFIC_IDEAL;
}

bool roof_caches_grow(const roof_options *o, roof_traffic t) {
    return o->kv ? o->kv == 'i' : t == ROOF_TRAFFIC_FUSED || t == ROOF_TRAFFIC_IDEAL;
}

void ledger_start(ledger *l, const counted *c, const roof_options *o) {
    const inference *inf = c->inference;
    const uint32_t *alias = c->alias;
    const model *m = inf->engine.model;
    *l = (ledger){.inference = inf, .options = o, .alias = alias};
    find_sources(&l->sources, inf, c->running, c->n_running, true);
    find_caches(&l->caches, inf, alias, c->is_skipped);
    l->billed = arena_array(inf->engine.arena, m->n_values + 1, sizeof *l->billed);
    l->memory = arena_array(inf->engine.arena, m->n_values + 1, sizeof *l->memory);
    for (size_t i = 0; i < m->main->n_inputs; i++)
        l->memory[m->main->inputs[i]->id] |= IS_INPUT;
    for (size_t i = 0; i < m->main->n_outputs; i++)
        l->memory[alias[m->main->outputs[i]->id]] |= IS_OUTPUT;
}

count input_bytes(const inference *inf, const node *n, const work *w, unsigned i) {
    const fact *f = &inf->engine.facts[n->in[i]->id];
    if (w->touched[i] == 0)
        return 0;
    if (!f->constant)
        return dtype_bytes(f->elem, w->touched[i]);
    return source_share(f->stored_bytes, w->touched[i], fact_elements(f));
}

count output_bytes(const inference *inf, const node *n, const work *w, unsigned i) {
    const fact *f = &inf->engine.facts[n->out[i]->id];
    return w->written[i] == 0 ? 0 : dtype_bytes(f->elem, w->written[i]);
}

bool is_repeated(const node *n, unsigned i) {
    enum { FEW = 64 }; /* beyond, a repeated mention is billed again: keeps hostile rows linear */
    for (unsigned k = 0; k < i && k < FEW; k++)
        if (n->in[k] == n->in[i])
            return true;
    return false;
}

/* Shapes, axes and indices that come as constants: no data of the model. */
static bool is_shape_tensor(const op_def *op, const fact *f, unsigned i) {
    bool selects = op && (op->kind == OP_VIEW || op->kind == OP_MOVE);
    return f->constant && i > 0 && selects && dtype_kind(f->elem) == CLASS_INTEGER;
}

/* Positions, and the masks and angles that are folded from them, were never learned. */
static void count_parameter(ledger *l, const fact *f) {
    bool again = l->memory[f->root] & IS_COUNTED;
    bool is_index = f->elem == DT_INT64 || f->stored_type == DT_INT64;
    l->memory[f->root] |= IS_COUNTED;
    if (again || f->rank == 0 || is_index || !known(f->stored_bytes))
        return;
    count n = fact_elements(&l->inference->engine.facts[f->root]);
    l->parameters = cnt_add(l->parameters, n);
    l->parameter_bytes = cnt_add(l->parameter_bytes, f->stored_bytes);
}

/* Of `bytes` of a memory, those that no earlier row has paid for. */
static count unpaid(ledger *l, uint32_t id, count bytes) {
    if (!known(bytes))
        return UNKNOWN;
    count due = bytes > l->billed[id] ? bytes - l->billed[id] : 0;
    l->billed[id] += due;
    return due;
}

/* What all iterations of a loop need once is not of any one of them. */
static roof_traffic_bytes *ideal_of(ledger *l, roof_traffic_bytes mode[ROOF_TRAFFIC_COUNT]) {
    return l->once ? l->once : &mode[ROOF_TRAFFIC_IDEAL];
}

/* What a row reads is compulsory when it is a weight or comes from outside. A present holds its
 * past, which is an input. */
static void add_ideal(ledger *l, const read *r, roof_traffic_bytes *ideal) {
    const fact *f = fact_of(l, r->value);
    count bytes = source_bytes(&l->sources, r);
    if (f->constant) {
        ideal->weights = cnt_add(ideal->weights, unpaid(l, f->root, bytes));
        return;
    }
    uint32_t memory = l->alias[r->value->id];
    const fact *begun = &l->inference->engine.facts[memory];
    if (begun->constant) { /* what a loop begins with is stored */
        ideal->weights = cnt_add(ideal->weights, unpaid(l, begun->root, bytes));
        return;
    }
    const value *past = cache_past(&l->caches, r->value);
    if (past && roof_caches_grow(l->options, ROOF_TRAFFIC_IDEAL)) {
        bytes = cnt_min(bytes, fact_bytes(fact_of(l, past)));
        memory = past->id;
    }
    if (!(l->memory[memory] & IS_INPUT))
        return;
    count given =
        fact_bytes(&l->inference->engine.facts[memory]); /* what a loop begins with may grow */
    if (known(given))
        bytes = cnt_min(bytes, given);
    ideal->read = cnt_add(ideal->read, unpaid(l, memory, bytes));
}

static void add_ideal_input(ledger *l, const node *n, const work *w, unsigned i,
                            roof_traffic_bytes *ideal) {
    bool in_place = roof_caches_grow(l->options, ROOF_TRAFFIC_IDEAL);
    count touched = in_place ? cache_read(&l->caches, n, i, w->touched[i]) : w->touched[i];
    read reads[MAX_READS];
    size_t n_reads = source_reads(&l->sources, n->in[i], touched, reads);
    for (size_t k = 0; k < n_reads; k++)
        add_ideal(l, &reads[k], ideal);
}

/* Views that are copies have a memory of their own. */
static uint32_t memory_in_op(const ledger *l, const value *v) {
    return roof_views_are_free(l->options, ROOF_TRAFFIC_OP) ? l->alias[v->id] : v->id;
}

static void note_access(ledger *l, uint32_t memory, count bytes, bool is_write) {
    if (l->log)
        log_access(l->log, (access){memory, l->row, bytes, is_write});
}

static void add_input(ledger *l, const node *n, const op_def *op, const work *w, unsigned i,
                      roof_traffic_bytes mode[ROOF_TRAFFIC_COUNT]) {
    const fact *f = fact_of(l, n->in[i]);
    count bytes = input_bytes(l->inference, n, w, i);
    bool in_place = roof_caches_grow(l->options, ROOF_TRAFFIC_OP);
    if (f->constant) {
        mode[ROOF_TRAFFIC_OP].weights = cnt_add(mode[ROOF_TRAFFIC_OP].weights, bytes);
        note_access(l, f->root, bytes, false);
        if (is_shape_tensor(op, f, i))
            return;
        count_parameter(l, f);
        mode[ROOF_TRAFFIC_OUTPUT].weights = cnt_add(mode[ROOF_TRAFFIC_OUTPUT].weights, bytes);
    } else if (!in_place || cache_read(&l->caches, n, i, w->touched[i]) > 0) {
        mode[ROOF_TRAFFIC_OP].read = cnt_add(mode[ROOF_TRAFFIC_OP].read, bytes);
        note_access(l, memory_in_op(l, n->in[i]), bytes, false);
    }
}

count written_bytes(const ledger *l, const node *n, unsigned i, count written, roof_traffic t) {
    if (roof_caches_grow(l->options, t))
        written = cache_written(&l->caches, n, i, written);
    return written == 0 ? 0 : dtype_bytes(fact_of(l, n->out[i])->elem, written);
}

static void add_output(ledger *l, const node *n, const work *w, unsigned i,
                       roof_traffic_bytes mode[ROOF_TRAFFIC_COUNT]) {
    static const roof_traffic modes[] = {ROOF_TRAFFIC_OP, ROOF_TRAFFIC_OUTPUT, ROOF_TRAFFIC_IDEAL};
    const op_def *op = l->inference->ops[n->id];
    bool is_view = op && op->kind == OP_VIEW;
    bool leaves = !is_view && (l->memory[l->alias[n->out[i]->id]] & IS_OUTPUT);
    for (size_t k = 0; k < sizeof modes / sizeof *modes; k++) {
        roof_traffic t = modes[k];
        roof_traffic_bytes *b = t == ROOF_TRAFFIC_IDEAL ? ideal_of(l, mode) : &mode[t];
        if (t != ROOF_TRAFFIC_IDEAL || (leaves && !source_is_moved(&l->sources, n)))
            b->written = cnt_add(b->written, written_bytes(l, n, i, w->written[i], t));
    }
    note_access(l, memory_in_op(l, n->out[i]),
                written_bytes(l, n, i, w->written[i], ROOF_TRAFFIC_OP), true);
}

/* What a node holds in its attributes is its alone: no other row can have paid for it. */
static void add_attributes(ledger *l, const work *w, roof_traffic_bytes mode[ROOF_TRAFFIC_COUNT]) {
    for (int t = 0; t < ROOF_TRAFFIC_COUNT; t++) {
        roof_traffic_bytes *bytes = t == ROOF_TRAFFIC_IDEAL ? ideal_of(l, mode) : &mode[t];
        bytes->weights = cnt_add(bytes->weights, w->attribute_read);
    }
    l->parameters = cnt_add(l->parameters, w->attribute_elements);
    l->parameter_bytes = cnt_add(l->parameter_bytes, w->attribute_bytes);
}

/* Bytes of a tensor that is read or written slice by slice. */
static count sliced_bytes(const ledger *l, const graph *g, const value *whole, const value *slice) {
    const fact *f = fact_of(l, whole);
    if (f->kind != TYPE_TENSOR)
        return 0; /* of a sequence, the rows inside read the elements */
    count bytes = fact_bytes(f), one = fact_bytes(fact_of(l, slice));
    return known(bytes) ? bytes : cnt_mul(l->inference->engine.runs[g->id].repeat, one);
}

void count_slices(ledger *l, const node *n, const graph *g, roof_traffic_bytes *ideal) {
    for (size_t i = 0; i < g->n_inputs; i++) {
        passage p = passage_in(l->inference, n, g, i);
        if (!p.other || !p.is_slice)
            continue;
        const fact *f = fact_of(l, p.other);
        uint32_t memory = l->alias[p.other->id];
        count bytes = sliced_bytes(l, g, p.other, g->inputs[i]);
        if (f->constant)
            count_parameter(l, f);
        if (f->constant)
            ideal->weights = cnt_add(ideal->weights, unpaid(l, f->root, f->stored_bytes));
        else if (l->memory[memory] & IS_INPUT)
            ideal->read = cnt_add(ideal->read, unpaid(l, memory, bytes));
    }
    for (uint32_t i = 0; i < n->n_out; i++) {
        passage p = passage_out(l->inference, n, g, i);
        if (n->out[i] && p.is_slice && (l->memory[l->alias[n->out[i]->id]] & IS_OUTPUT))
            ideal->written = cnt_add(ideal->written, sliced_bytes(l, g, n->out[i], p.other));
    }
}

/* Keeps what a row touches and writes, unless it is all of everything. */
static void keep_moved(ledger *l, const node *n, const work *w) {
    arena *a = l->inference->engine.arena;
    bool whole = true;
    for (unsigned i = 0; i < n->n_in && whole; i++)
        whole = !n->in[i] || w->touched[i] == elements_or_none(fact_of(l, n->in[i]));
    for (unsigned i = 0; i < n->n_out && whole; i++)
        whole = !is_used(n->out[i]) || w->written[i] == elements_or_none(fact_of(l, n->out[i]));
    if (whole)
        return;
    if (!l->moved)
        l->moved = arena_array(a, l->inference->engine.model->n_nodes + 1, sizeof *l->moved);
    count *moved = arena_array(a, n->n_in + n->n_out, sizeof *moved);
    memcpy(moved, w->touched, n->n_in * sizeof *moved);
    memcpy(moved + n->n_in, w->written, n->n_out * sizeof *moved);
    l->moved[n->id] = moved;
}

count touched_elements(const ledger *l, const node *n, unsigned i) {
    const count *moved = l->moved ? l->moved[n->id] : NULL;
    return moved ? moved[i] : elements_or_none(fact_of(l, n->in[i]));
}

count written_elements(const ledger *l, const node *n, unsigned i) {
    const count *moved = l->moved ? l->moved[n->id] : NULL;
    if (!is_used(n->out[i]))
        return 0;
    return moved ? moved[n->n_in + i] : elements_or_none(fact_of(l, n->out[i]));
}

void sum_bytes(roof_traffic_bytes *t) {
    t->total = cnt_add(cnt_add(t->weights, t->read), t->written);
}

void count_traffic(ledger *l, const node *n, const op_def *op, const work *w, roof_work *bytes) {
    bool is_view = op && op->kind == OP_VIEW;
    bool shape_only = op && (op->traits & OP_SHAPE_ONLY);
    roof_traffic_bytes *mode = bytes->traffic;
    access_log *log = l->log;
    if (is_view && roof_views_are_free(l->options, ROOF_TRAFFIC_OP))
        l->log = NULL; /* it touches nothing */
    keep_moved(l, n, w);
    for (unsigned i = 0; i < n->n_in && !shape_only; i++) {
        if (!n->in[i] || is_repeated(n, i))
            continue;
        add_input(l, n, op, w, i, mode);
        if (!is_view && !source_is_moved(&l->sources, n))
            add_ideal_input(l, n, w, i, ideal_of(l, mode));
    }
    for (unsigned i = 0; i < n->n_out; i++)
        if (is_used(n->out[i]))
            add_output(l, n, w, i, mode);
    add_attributes(l, w, mode);
    note_access(l, NO_MEMORY, w->attribute_read, false);
    l->log = log;
    for (int t = 0; t < ROOF_TRAFFIC_COUNT; t++) {
        if (is_view && t != ROOF_TRAFFIC_IDEAL && roof_views_are_free(l->options, (roof_traffic)t))
            mode[t] = (roof_traffic_bytes){0};
        sum_bytes(&mode[t]);
    }
}
