/* Bytes: what a row reads and writes in each traffic mode. */
#include "work/work.h"

enum { IS_INPUT = 1, IS_OUTPUT = 2 }; /* what a memory holds, in ledger.memory */

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

void ledger_start(ledger *l, const inference *inf, const roof_options *o, const uint32_t *alias) {
    const model *m = inf->engine.model;
    *l = (ledger){.inference = inf, .options = o, .alias = alias};
    l->billed = arena_array(inf->engine.arena, m->n_values + 1, sizeof *l->billed);
    l->memory = arena_array(inf->engine.arena, m->n_values + 1, sizeof *l->memory);
    for (size_t i = 0; i < m->main->n_inputs; i++)
        l->memory[m->main->inputs[i]->id] |= IS_INPUT;
    for (size_t i = 0; i < m->main->n_outputs; i++)
        l->memory[alias[m->main->outputs[i]->id]] |= IS_OUTPUT;
}

/* part / whole of some bytes, rounded up. */
static count share_of(count bytes, count part, count whole) {
    if (!known(bytes) || !known(part) || !known(whole) || part >= whole)
        return known(part) && known(whole) ? bytes : UNKNOWN;
    return (count)(((unsigned __int128)bytes * (uint64_t)part + (uint64_t)whole - 1) /
                   (uint64_t)whole);
}

count input_bytes(const inference *inf, const node *n, const work *w, unsigned i) {
    const fact *f = &inf->engine.facts[n->in[i]->id];
    if (!f->constant)
        return w->touched[i] == 0 ? 0 : dtype_bytes(f->elem, w->touched[i]);
    return share_of(f->stored_bytes, w->touched[i], fact_elements(f));
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
    bool is_index = f->elem == DT_INT64 || f->stored_type == DT_INT64;
    if (f->rank == 0 || is_index || !known(f->stored_bytes))
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

static void add_input(ledger *l, const node *n, const op_def *op, const work *w, unsigned i,
                      roof_traffic_bytes mode[ROOF_TRAFFIC_COUNT]) {
    const value *v = n->in[i];
    const fact *f = fact_of(l, v);
    count bytes = input_bytes(l->inference, n, w, i);
    roof_traffic_bytes *op_mode = &mode[ROOF_TRAFFIC_OP], *out = &mode[ROOF_TRAFFIC_OUTPUT],
                       *ideal = ideal_of(l, mode);
    if (f->constant) {
        if (l->billed[f->root] == 0 && !is_shape_tensor(op, f, i))
            count_parameter(l, f);
        op_mode->weights = cnt_add(op_mode->weights, bytes);
        if (!is_shape_tensor(op, f, i))
            out->weights = cnt_add(out->weights, bytes);
        ideal->weights = cnt_add(ideal->weights, unpaid(l, f->root, bytes));
        return;
    }
    op_mode->read = cnt_add(op_mode->read, bytes);
    uint32_t memory = l->alias[v->id];
    bool is_view = op && op->kind == OP_VIEW; /* whoever reads the view pays */
    if ((l->memory[memory] & IS_INPUT) && !is_view)
        ideal->read = cnt_add(ideal->read, unpaid(l, memory, bytes));
}

static void add_output(ledger *l, const node *n, const work *w, unsigned i,
                       roof_traffic_bytes mode[ROOF_TRAFFIC_COUNT]) {
    uint32_t memory = l->alias[n->out[i]->id];
    roof_traffic_bytes *ideal = ideal_of(l, mode);
    count bytes = output_bytes(l->inference, n, w, i);
    mode[ROOF_TRAFFIC_OP].written = cnt_add(mode[ROOF_TRAFFIC_OP].written, bytes);
    mode[ROOF_TRAFFIC_OUTPUT].written = cnt_add(mode[ROOF_TRAFFIC_OUTPUT].written, bytes);
    if (l->memory[memory] & IS_OUTPUT)
        ideal->written = cnt_add(ideal->written, bytes);
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

static bool views_are_free(const roof_options *o) {
    return o->views ? o->views == 'f' : o->traffic == ROOF_TRAFFIC_IDEAL;
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
        if (f->constant && l->billed[f->root] == 0)
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

void count_traffic(ledger *l, const node *n, const op_def *op, const work *w, roof_work *bytes) {
    bool is_view = op && op->kind == OP_VIEW;
    bool shape_only = op && (op->traits & OP_SHAPE_ONLY);
    roof_traffic_bytes *mode = bytes->traffic;
    for (unsigned i = 0; i < n->n_in && !shape_only; i++)
        if (n->in[i] && !is_repeated(n, i))
            add_input(l, n, op, w, i, mode);
    for (unsigned i = 0; i < n->n_out; i++)
        if (is_used(n->out[i]))
            add_output(l, n, w, i, mode);
    add_attributes(l, w, mode);
    if (is_view)
        mode[ROOF_TRAFFIC_IDEAL] = (roof_traffic_bytes){0};
    if (is_view && views_are_free(l->options))
        mode[ROOF_TRAFFIC_OP] = mode[ROOF_TRAFFIC_OUTPUT] = (roof_traffic_bytes){0};
    for (int t = 0; t < ROOF_TRAFFIC_COUNT; t++)
        mode[t].total = cnt_add(cnt_add(mode[t].weights, mode[t].read), mode[t].written);
    bytes->bytes = mode[l->options->traffic];
}
