/* Rows, their totals, and how much of the model they cover. */
#include "ops/estimate.h"
#include "work/work.h"
#include <math.h>
#include <string.h>

/* --- rows --- */

roof_tensor tensor_of(const inference *inf, const value *v) {
    const engine *e = &inf->engine;
    const fact *f = &e->facts[v->id], *sure = e->told ? &e->told[v->id] : f;
    roof_tensor t = {
        .name = v->name, .dtype = dtype_name(f->elem), .rank = sure->rank, .dims = sure->dims};
    t.is_estimated = is_estimated(e, v) && f->kind == TYPE_TENSOR && f->rank >= 0;
    if (t.is_estimated) {
        t.estimated_rank = (short)f->rank;
        t.estimated_dims = f->dims;
    }
    return t;
}

static const roof_tensor *tensors_of(const inference *inf, value *const *values, unsigned n,
                                     size_t *n_tensors) {
    roof_tensor *t = arena_array(inf->engine.arena, n ? n : 1, sizeof *t);
    for (unsigned i = 0; i < n; i++)
        if (values[i])
            t[(*n_tensors)++] = tensor_of(inf, values[i]);
    return t;
}

/* Made for every row of models with a million of them, hence by hand. */
static const char *row_id(arena *a, const node *n) {
    enum { PREFIX = 8192, NUMBER = 12 }; /* graphs and calls as deep as they may be nested */
    char id[PREFIX + NUMBER], digits[NUMBER];
    size_t at = NUMBER, prefix;
    uint32_t rest = n->index;
    do
        digits[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    digits[--at] = '#';
    node_prefix(id, PREFIX, n);
    prefix = strlen(id);
    memcpy(id + prefix, digits + at, NUMBER - at);
    return arena_strndup(a, id, prefix + NUMBER - at);
}

/* Does it read what the row before it writes, and nothing else? */
static bool follows(const node *n, const node *before) {
    return n->n_in == 1 && before->n_out == 1 && n->in[0] && n->in[0] == before->out[0];
}

/* `before`: the node of the row before this one, or NULL. */
static void describe(const inference *inf, const node *n, const node *before, roof_row *row) {
    const op_def *op = inf->ops[n->id];
    *row = (roof_row){.id = row_id(inf->engine.arena, n),
                      .name = n->name,
                      .op = n->op,
                      .domain = n->domain,
                      .scope = n->scope,
                      .family_index = op ? (int)op->family : FAMILY_OTHER,
                      .group = -1,
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
                      .bound_s = NAN,
                      .measured_s = NAN,
                      .efficiency = NAN};
    row->family = op_family_name((op_family)row->family_index);
    if (before && follows(n, before)) {
        row->inputs = row[-1].outputs;
        row->n_inputs = row[-1].n_outputs;
    } else {
        row->inputs = tensors_of(inf, n->in, n->n_in, &row->n_inputs);
    }
    row->outputs = tensors_of(inf, n->out, n->n_out, &row->n_outputs);
}

static const char *both(arena *a, const char *first, const char *second) {
    return !*first ? second : !*second ? first : arena_printf(a, "%s; %s", first, second);
}

/* A row of which a shape rests upon an estimate: says why, up to two reasons. */
static bool note_estimates(const inference *inf, const node *n, roof_row *row) {
    const engine *e = &inf->engine;
    const char *why[2] = {NULL};
    size_t n_why = 0;
    bool estimated = false;
    for (unsigned i = 0; e->told && i < n->n_in + n->n_out; i++) {
        const value *v = i < n->n_in ? n->in[i] : n->out[i - n->n_in];
        if (!v || !is_estimated(e, v))
            continue;
        const char *reason = estimate_reason(e, v);
        estimated = true;
        if (reason && n_why < 2 && reason != why[0])
            why[n_why++] = reason;
    }
    if (!estimated)
        return false;
    const char *sizes = "its sizes depend on data";
    if (n_why > 0)
        sizes = arena_printf(e->arena, "%s: %s%s%s", sizes, why[0], n_why > 1 ? "; " : "",
                             n_why > 1 ? why[1] : "");
    row->note = both(e->arena, row->note, sizes);
    if (row->status == ROOF_COUNTED)
        row->status = ROOF_ESTIMATED;
    return true;
}

static bool is_free(const roof_row *row) {
    return row->status == ROOF_FOLDED || row->status == ROOF_DEAD;
}

static void set_intensity(roof_row *row) {
    row->operational_intensity = NAN;
    if (row->status != ROOF_ROW_UNKNOWN && row->work.flops > 0 && row->work.bytes.total > 0)
        row->operational_intensity = (double)row->work.flops / (double)row->work.bytes.total;
    else if (row->work.flops == 0 && row->work.bytes.total > 0)
        row->operational_intensity = 0;
}

/* What follows from the bytes of the chosen traffic. */
static void choose_bytes(roof_row *row, roof_traffic traffic) {
    row->work.bytes = row->work.traffic[traffic];
    if (!known(row->work.bytes.total) && row->status != ROOF_ROW_UNKNOWN) {
        row->status = ROOF_ROW_UNKNOWN;
        row->note = "its traffic depends on a shape or type that is not known";
    }
    set_intensity(row);
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
    add_to(&t->work.macs_nonzero, row->repeat, row->work.macs_nonzero, ok);
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

/* --- graphs --- */

typedef struct counter {
    counted *c;
    ledger ledger;
    work work;
} counter;

/* What the rows of a graph share. */
typedef struct frame {
    int64_t repeat;
    const char *assumption; /* or NULL */
    bool is_skipped;        /* another branch is counted */
    bool may_not_run;
} frame;

static frame frame_inside(const counter *k, const frame *outer, const graph *g) {
    const inference *inf = k->c->inference;
    const graph_run *run = &inf->engine.runs[g->id];
    frame f = *outer;
    f.repeat = cnt_mul(outer->repeat, run->repeat);
    f.is_skipped |= k->c->is_skipped[g->id];
    if (!run->assumption)
        return f;
    f.may_not_run = true;
    if (f.assumption && f.assumption != run->assumption)
        f.assumption = both(inf->engine.arena, f.assumption, run->assumption);
    else
        f.assumption = run->assumption;
    return f;
}

/* How often a row executes, and how sure that is. */
static void apply_frame(arena *a, const frame *f, roof_row *row) {
    row->repeat = f->repeat;
    if (is_free(row))
        return;
    if (f->assumption)
        row->note = both(a, row->note, f->assumption);
    if (f->assumption && row->status == ROOF_COUNTED)
        row->status = ROOF_ESTIMATED;
    if (!known(f->repeat)) {
        row->status = ROOF_ROW_UNKNOWN;
        row->note = "the trip counts around it exceed 2^63";
    }
}

static void count_graph(counter *k, const graph *g, const frame *f);

static void add_once(roof_row *row, const roof_traffic_bytes *once) {
    roof_traffic_bytes *ideal = &row->work.traffic[ROOF_TRAFFIC_IDEAL];
    ideal->weights = cnt_add(ideal->weights, once->weights);
    ideal->read = cnt_add(ideal->read, once->read);
    ideal->written = cnt_add(ideal->written, once->written);
    sum_bytes(ideal);
}

/* The rows inside. What a loop needs once for all its iterations goes, in `ideal`, to the node
 * itself: no share of it would be a whole number of bytes. */
static void count_inside(counter *k, const node *n, roof_row *row, const frame *f) {
    const graph *g;
    roof_traffic_bytes once = {0};
    for (size_t i = 0; (g = executed_graph(k->c->inference, n, i)); i++) {
        frame inside = frame_inside(k, f, g);
        bool is_outermost = !k->ledger.once && inside.repeat != 1;
        if (is_outermost)
            k->ledger.once = &once;
        if (!inside.is_skipped)
            count_slices(&k->ledger, n, g, k->ledger.once ? k->ledger.once : &once);
        count_graph(k, g, &inside);
        if (is_outermost)
            k->ledger.once = NULL;
        if (!inside.is_skipped && inside.assumption && !*row->note)
            row->note = inside.assumption;
    }
    add_once(row, &once);
}

static count sum_of(const roof_traffic_bytes *b) {
    return b ? cnt_add(cnt_add(b->weights, b->read), b->written) : 0;
}

static void count_traffic_of(counter *k, const node *n, roof_row *row, const frame *f) {
    count before = sum_of(k->ledger.once);
    k->ledger.row = (uint32_t)(row - k->c->rows);
    count_traffic(&k->ledger, n, k->c->inference->ops[n->id], &k->work, &row->work);
    const row_units *units = &k->c->units[k->ledger.row];
    if (!units->may_not_run && !units->may_be_less)
        return;
    count own = cnt_mul(f->repeat, row->work.traffic[ROOF_TRAFFIC_IDEAL].total);
    count shared = cnt_sub(sum_of(k->ledger.once), before);
    k->c->uncertain_bytes = cnt_add(k->c->uncertain_bytes, cnt_add(own, shared));
}

static void count_node(counter *k, const node *n, const frame *f) {
    counted *c = k->c;
    arena *a = c->inference->engine.arena;
    size_t r = c->n_rows++;
    roof_row *row = &c->rows[r];
    if (c->nodes[r] != n)
        c->nodes[r] = n;
    describe(c->inference, n, r > 0 ? c->nodes[r - 1] : NULL, row);
    if (f->is_skipped) {
        row->status = ROOF_DEAD;
        row->note = "another branch is counted, which costs more";
    } else {
        count_row(c->inference, n, row, &c->units[r], &k->work);
    }
    bool is_sure = is_free(row) || !note_estimates(c->inference, n, row);
    c->units[r].may_not_run = f->may_not_run;
    c->units[r].may_be_less = !is_sure;
    if (!is_free(row))
        count_traffic_of(k, n, row, f);
    apply_frame(a, f, row);
    if (executed_graph(c->inference, n, 0))
        count_inside(k, n, row, f);
}

static void count_graph(counter *k, const graph *g, const frame *f) {
    for (size_t i = 0; i < g->n_nodes; i++)
        count_node(k, g->nodes[i], f);
}

/* How many rows there will be, and the most inputs or outputs that one of them has. */
static void measure(const inference *inf, const graph *g, size_t *n_rows, unsigned *widest) {
    for (size_t i = 0; i < g->n_nodes; i++) {
        const node *n = g->nodes[i];
        const graph *inner;
        ++*n_rows;
        if (n->n_in > *widest)
            *widest = n->n_in;
        if (n->n_out > *widest)
            *widest = n->n_out;
        for (size_t k = 0; (inner = executed_graph(inf, n, k)); k++)
            measure(inf, inner, n_rows, widest);
    }
}

/* Lists the nodes of all rows but those of skipped branches. */
static void list_running(counted *c, const graph *g) {
    for (size_t i = 0; i < g->n_nodes; i++) {
        const graph *inner;
        c->running[c->n_running++] = g->nodes[i];
        for (size_t k = 0; (inner = executed_graph(c->inference, g->nodes[i], k)); k++)
            if (!c->is_skipped[inner->id])
                list_running(c, inner);
    }
}

static void count_all(counter *k, const roof_options *options) {
    counted *c = k->c;
    const inference *inf = c->inference;
    const graph *g = inf->engine.model->main;
    arena *a = inf->engine.arena;
    size_t n_rows = 0;
    unsigned widest = 1;
    measure(inf, g, &n_rows, &widest);
    c->rows = arena_array(a, n_rows + 1, sizeof *c->rows);
    c->units = arena_array(a, n_rows + 1, sizeof *c->units);
    /* without subgraphs the rows are the nodes of the main graph */
    c->nodes = n_rows == g->n_nodes ? (const node **)g->nodes
                                    : arena_array(a, n_rows + 1, sizeof *c->nodes);
    k->work = (work){.touched = arena_array(a, widest, sizeof(count)),
                     .written = arena_array(a, widest, sizeof(count))};
    c->is_skipped = skipped_graphs(inf, options, &k->work);
    c->alias = find_aliases(inf, c->is_skipped);
    c->running = c->nodes;
    c->n_running = n_rows;
    if (n_rows != g->n_nodes) {
        c->running = arena_array(a, n_rows + 1, sizeof *c->running);
        c->n_running = 0;
        list_running(c, g);
    }
    ledger_start(&k->ledger, c, options);
    bool lasts = options->traffic == ROOF_TRAFFIC_OP || options->traffic == ROOF_TRAFFIC_FUSED;
    if (options->hierarchy && lasts)
        c->accesses.arena = a;
    k->ledger.log = options->traffic == ROOF_TRAFFIC_OP ? &c->accesses : NULL;
    count_graph(k, g, &(frame){.repeat = 1});
    count_fused(c, &k->ledger);
    for (size_t i = 0; i < c->n_rows; i++)
        if (!is_free(&c->rows[i])) {
            choose_bytes(&c->rows[i], options->traffic);
            add_row(&c->totals, &c->rows[i]);
        }
}

void count_model(counted *c, const inference *inf, const roof_options *options) {
    *c = (counted){.inference = inf, .totals = {.complete = true}};
    counter k = {.c = c};
    count_all(&k, options);
    c->totals.parameters = k.ledger.parameters;
    c->totals.parameter_bytes = k.ledger.parameter_bytes;
    if (c->totals.work.bytes.total > 0)
        c->totals.operational_intensity =
            (double)c->totals.work.flops / (double)c->totals.work.bytes.total;
    else
        c->totals.operational_intensity = NAN;
    cover(c);
    count_live(c);
}
