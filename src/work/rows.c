/* Rows, their totals, and how much of the model they cover. */
#include "work/work.h"
#include <math.h>
#include <string.h>

/* --- rows --- */

static roof_tensor tensor_of(const inference *inf, const value *v) {
    const fact *f = &inf->engine.facts[v->id];
    return (roof_tensor){
        .name = v->name, .dtype = dtype_name(f->elem), .rank = f->rank, .dims = f->dims};
}

static const roof_tensor *tensors_of(const inference *inf, value *const *values, unsigned n,
                                     size_t *n_tensors) {
    roof_tensor *t = arena_array(inf->engine.arena, n ? n : 1, sizeof *t);
    for (unsigned i = 0; i < n; i++)
        if (values[i])
            t[(*n_tensors)++] = tensor_of(inf, values[i]);
    return t;
}

static void describe(const inference *inf, const node *n, roof_row *row) {
    const op_def *op = inf->ops[n->id];
    *row = (roof_row){.id = arena_printf(inf->engine.arena, "#%u", n->index),
                      .name = n->name,
                      .op = n->op,
                      .domain = n->domain,
                      .scope = n->scope,
                      .family_index = op ? (int)op->family : FAMILY_OTHER,
                      .repeat = 1,
                      .rule = op && op->rule ? op->rule : "",
                      .note = "",
                      .precision = "",
                      .weight_dtype = "",
                      .activation_dtype = "",
                      .accumulate_dtype = "",
                      .operational_intensity = NAN,
                      .attainable_flops = NAN,
                      .time_s = NAN,
                      .time_share = NAN,
                      .bound_s = NAN};
    row->family = op_family_name((op_family)row->family_index);
    row->inputs = tensors_of(inf, n->in, n->n_in, &row->n_inputs);
    row->outputs = tensors_of(inf, n->out, n->n_out, &row->n_outputs);
}

static unsigned widest(const graph *g) {
    unsigned most = 1;
    for (size_t i = 0; i < g->n_nodes; i++) {
        if (g->nodes[i]->n_in > most)
            most = g->nodes[i]->n_in;
        if (g->nodes[i]->n_out > most)
            most = g->nodes[i]->n_out;
    }
    return most;
}

static void count_bytes(ledger *l, const node *n, const work *w, roof_row *row) {
    const op_def *op = l->inference->ops[n->id];
    count_traffic(l, n, op, w, &row->work);
    if (row->status != ROOF_ROW_UNKNOWN && row->work.flops > 0)
        row->operational_intensity = row->work.bytes.total > 0
                                         ? (double)row->work.flops / (double)row->work.bytes.total
                                         : NAN;
    else if (row->work.flops == 0 && row->work.bytes.total > 0)
        row->operational_intensity = 0;
    if (!known(row->work.bytes.total) && row->status != ROOF_ROW_UNKNOWN) {
        row->status = ROOF_ROW_UNKNOWN;
        row->note = "its traffic depends on a shape or type that is not known";
    }
}

/* --- totals --- */

static void add_to(int64_t *total, int64_t repeat, int64_t part, bool *complete) {
    int64_t sum = cnt_add(*total, cnt_mul(repeat, part));
    if (known(sum))
        *total = sum;
    else
        *complete = false;
}

static void add_bytes(roof_traffic_bytes *t, int64_t repeat, const roof_traffic_bytes *r,
                      bool *complete) {
    add_to(&t->weights, repeat, r->weights, complete);
    add_to(&t->read, repeat, r->read, complete);
    add_to(&t->written, repeat, r->written, complete);
    add_to(&t->total, repeat, r->total, complete);
}

static void add_row(roof_totals *t, const roof_row *row) {
    bool *ok = &t->complete;
    add_to(&t->work.macs, row->repeat, row->work.macs, ok);
    add_to(&t->work.macs_valid, row->repeat, row->work.macs_valid, ok);
    add_to(&t->work.flops, row->repeat, row->work.flops, ok);
    add_to(&t->work.matrix_flops, row->repeat, row->work.matrix_flops, ok);
    add_to(&t->work.vector_flops, row->repeat, row->work.vector_flops, ok);
    add_to(&t->work.special_flops, row->repeat, row->work.special_flops, ok);
    add_to(&t->work.integer_ops, row->repeat, row->work.integer_ops, ok);
    add_bytes(&t->work.bytes, row->repeat, &row->work.bytes, ok);
    for (int i = 0; i < ROOF_TRAFFIC_COUNT; i++)
        add_bytes(&t->work.traffic[i], row->repeat, &row->work.traffic[i], ok);
}

/* --- coverage --- */

static void add_unsupported(counted *c, hash *seen, const roof_row *row) {
    arena *a = c->inference->engine.arena;
    const char *key = arena_printf(a, "%s\x1f%s", row->domain, row->op);
    roof_unsupported *u = hash_get(seen, key);
    if (!u) {
        roof_unsupported *all = (roof_unsupported *)(uintptr_t)c->coverage.unsupported;
        u = &all[c->coverage.n_unsupported++];
        *u = (roof_unsupported){.op = row->op, .domain = row->domain};
        hash_put(seen, key, u);
    }
    u->count++;
}

static void cover(counted *c) {
    arena *a = c->inference->engine.arena;
    size_t unknown = 0;
    c->coverage.nodes = (int64_t)c->n_rows;
    for (size_t i = 0; i < c->n_rows; i++) {
        c->coverage.by_status[c->rows[i].status]++;
        unknown += c->rows[i].status == ROOF_ROW_UNKNOWN;
    }
    if (!unknown)
        return;
    hash *seen = hash_new(a, 16);
    c->coverage.unsupported = arena_array(a, unknown, sizeof(roof_unsupported));
    for (size_t i = 0; i < c->n_rows; i++)
        if (c->rows[i].status == ROOF_ROW_UNKNOWN && !c->inference->ops[c->nodes[i]->id])
            add_unsupported(c, seen, &c->rows[i]);
}

void count_model(counted *c, const inference *inf, const roof_options *options) {
    const graph *g = inf->engine.model->main;
    arena *a = inf->engine.arena;
    *c = (counted){.inference = inf, .n_rows = g->n_nodes, .totals = {.complete = true}};
    c->rows = arena_array(a, g->n_nodes + 1, sizeof *c->rows);
    c->units = arena_array(a, g->n_nodes + 1, sizeof *c->units);
    c->nodes = (const node **)g->nodes;
    c->alias = find_aliases(inf);
    ledger l;
    ledger_start(&l, inf, options, c->alias);
    unsigned n = widest(g);
    work w = {.touched = arena_array(a, n, sizeof(count)),
              .written = arena_array(a, n, sizeof(count))};
    for (size_t i = 0; i < g->n_nodes; i++) {
        roof_row *row = &c->rows[i];
        describe(inf, g->nodes[i], row);
        count_row(inf, g->nodes[i], row, &c->units[i], &w);
        if (row->status == ROOF_FOLDED || row->status == ROOF_DEAD)
            continue;
        count_bytes(&l, g->nodes[i], &w, row);
        add_row(&c->totals, row);
    }
    c->totals.parameters = l.parameters;
    c->totals.parameter_bytes = l.parameter_bytes;
    if (c->totals.work.bytes.total > 0)
        c->totals.operational_intensity =
            (double)c->totals.work.flops / (double)c->totals.work.bytes.total;
    else
        c->totals.operational_intensity = NAN;
    cover(c);
    count_live(c);
}
