/* (f) The bytes of a group: what comes from outside is read once, by the first row that needs it;
 * what is needed outside is written once, by the row that makes it. */
#include "work/fuse.h"
#include <math.h>

typedef struct bill {
    const fusion *f;
    const ledger *l;
    access_log *log;
    uint32_t group, row;
    uint32_t *payer; /* per value: the last group that has read it, plus 1 */
    count *paid;     /* per value: the bytes that it has read */
} bill;

/* Of `bytes` of a value, those that no earlier row of the group has read. */
static count due(bill *b, uint32_t id, count bytes) {
    if (!known(bytes))
        return UNKNOWN;
    count before = b->payer[id] == b->group + 1 ? b->paid[id] : 0;
    count rest = bytes > before ? bytes - before : 0;
    b->payer[id] = b->group + 1;
    b->paid[id] = before + rest;
    return rest;
}

static void note_access(bill *b, uint32_t memory, count bytes, bool is_write) {
    log_access(b->log, (access){memory, b->row, bytes, is_write});
}

static void add_read(bill *b, const read *r, roof_traffic_bytes *bytes) {
    const fact *f = fuse_fact(b->f, r->value);
    count cost = source_bytes(b->f->sources, r);
    if (f->constant) {
        cost = due(b, f->root, cost);
        bytes->weights = cnt_add(bytes->weights, cost);
        note_access(b, f->root, cost, false);
        return;
    }
    uint32_t from = fuse_producer(b->f, r->value);
    if (from != NO_ROW && b->f->group[from] == b->group)
        return;
    cost = due(b, r->value->id, cost);
    bytes->read = cnt_add(bytes->read, cost);
    note_access(b, r->value->id, cost, false);
}

static void add_inputs(bill *b, const node *n, roof_traffic_bytes *bytes) {
    bool in_place = roof_caches_grow(b->l->options, ROOF_TRAFFIC_FUSED);
    for (unsigned i = 0; i < n->n_in; i++) {
        if (!n->in[i] || is_repeated(n, i))
            continue;
        count touched = touched_elements(b->l, n, i);
        read reads[MAX_READS];
        if (in_place)
            touched = cache_read(&b->l->caches, n, i, touched);
        size_t n_reads = source_reads(b->f->sources, n->in[i], touched, reads);
        for (size_t k = 0; k < n_reads; k++)
            add_read(b, &reads[k], bytes);
    }
}

static void add_outputs(bill *b, const node *n, roof_traffic_bytes *bytes) {
    for (unsigned i = 0; i < n->n_out; i++) {
        if (!n->out[i] || !b->f->leaves[n->out[i]->id])
            continue;
        count written = written_elements(b->l, n, i);
        if (roof_caches_grow(b->l->options, ROOF_TRAFFIC_FUSED))
            written = cache_written(&b->l->caches, n, i, written);
        dtype elem = source_type(b->f->sources, n->out[i]);
        count cost = written == 0 ? 0 : dtype_bytes(elem, written);
        bytes->written = cnt_add(bytes->written, cost);
        note_access(b, n->out[i]->id, cost, true);
    }
}

static void bill_row(bill *b, counted *c, uint32_t row) {
    if (source_is_moved(b->f->sources, c->nodes[row]))
        return;
    const op_def *op = fuse_op(b->f, row);
    roof_traffic_bytes *bytes = &c->rows[row].work.traffic[ROOF_TRAFFIC_FUSED];
    b->row = row;
    note_access(b, NO_MEMORY, bytes->weights, false); /* so far those of attributes */
    if (!op || !(op->traits & OP_SHAPE_ONLY))
        add_inputs(b, c->nodes[row], bytes);
    add_outputs(b, c->nodes[row], bytes);
    sum_bytes(bytes);
}

/* Numbers the groups in the order of their first rows and lists the rows of each. `start` is filled
 * two further on, as listing moves it by one. */
static void list_groups(const fusion *f, grouping *g) {
    arena *a = f->c->inference->engine.arena;
    uint32_t *number = arena_array(a, f->n_groups + 1, sizeof *number);
    for (uint32_t r = 0; r < f->c->n_rows; r++) {
        uint32_t *group = &g->of[r];
        if (*group == NO_GROUP)
            continue;
        if (!number[*group]) {
            g->kind[g->n] = f->kind[*group];
            number[*group] = (uint32_t)++g->n;
        }
        *group = number[*group] - 1;
        g->start[*group + 2]++;
    }
    for (size_t i = 2; i < g->n + 2; i++)
        g->start[i] += g->start[i - 1];
    for (uint32_t r = 0; r < f->c->n_rows; r++)
        if (g->of[r] != NO_GROUP)
            g->row[g->start[g->of[r] + 1]++] = r;
}

static const char *kind_name(unsigned char kind) {
    return kind == KIND_NORM ? "norm" : op_family_name((op_family)kind);
}

/* The groups as callers see them. */
static void describe_groups(counted *c) {
    arena *a = c->inference->engine.arena;
    const grouping *g = &c->groups;
    size_t *rows = arena_array(a, g->start[g->n] + 1, sizeof *rows);
    c->fused = arena_array(a, g->n + 1, sizeof *c->fused);
    for (size_t i = 0; i < g->n; i++) {
        roof_group *shown = &c->fused[i];
        *shown = (roof_group){.kind = kind_name(g->kind[i]),
                              .rows = &rows[g->start[i]],
                              .n_rows = g->start[i + 1] - g->start[i],
                              .time_s = NAN};
        for (uint32_t k = g->start[i]; k < g->start[i + 1]; k++) {
            roof_row *row = &c->rows[g->row[k]];
            const roof_traffic_bytes *bytes = &row->work.traffic[ROOF_TRAFFIC_FUSED];
            rows[k] = g->row[k];
            row->group = (int32_t)i;
            shown->repeat = row->repeat;
            shown->bytes.weights = cnt_add(shown->bytes.weights, bytes->weights);
            shown->bytes.read = cnt_add(shown->bytes.read, bytes->read);
            shown->bytes.written = cnt_add(shown->bytes.written, bytes->written);
        }
        sum_bytes(&shown->bytes);
    }
}

static void bill_groups(counted *c, const ledger *l, const fusion *f) {
    const model *m = c->inference->engine.model;
    arena *a = c->inference->engine.arena;
    bool chosen = l->options->traffic == ROOF_TRAFFIC_FUSED;
    bill b = {.f = f, .l = l, .log = chosen ? &c->accesses : &(access_log){.arena = NULL}};
    b.payer = arena_array(a, m->n_values + 1, sizeof *b.payer);
    b.paid = arena_array(a, m->n_values + 1, sizeof *b.paid);
    for (b.group = 0; b.group < c->groups.n; b.group++)
        for (uint32_t i = c->groups.start[b.group]; i < c->groups.start[b.group + 1]; i++)
            bill_row(&b, c, c->groups.row[i]);
}

void count_fused(counted *c, const ledger *l) {
    const inference *inf = c->inference;
    arena *a = inf->engine.arena;
    fusion f = {.c = c, .sources = &l->sources};
    sources copied;
    c->groups.of = f.group = arena_array(a, c->n_rows + 1, sizeof *c->groups.of);
    c->groups.row = arena_array(a, c->n_rows + 1, sizeof *c->groups.row);
    c->groups.start = arena_array(a, c->n_rows + 2, sizeof *c->groups.start);
    c->groups.kind = arena_alloc(a, c->n_rows + 1);
    arena_mark before = arena_mark_here(a);
    if (!roof_views_are_free(l->options, ROOF_TRAFFIC_FUSED)) {
        find_sources(&copied, inf, c->running, c->n_running, false);
        f.sources = &copied;
    }
    fuse(&f);
    list_groups(&f, &c->groups);
    bill_groups(c, l, &f);
    if (!c->accesses.arena) /* its log stands behind */
        arena_release(a, before);
    if (l->options->traffic == ROOF_TRAFFIC_FUSED)
        describe_groups(c);
}
