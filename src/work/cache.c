#include "work/cache.h"
#include "work/work.h"
#include <string.h>

enum { NO_UPDATES = 0, MOST_VIEWS = 16 };

/* Where operators take a past and give the present: keys, and values next to them where `n` is 2.
 * Those that only append find what they append among their inputs and read nothing of the past. */
typedef struct cache_place {
    const char *domain, *op;
    unsigned past, present, n;
    bool appends;
    unsigned updates; /* the input that is written into a buffer of fixed length */
} cache_place;

static const cache_place places[] = {
    {"", "Concat", 0, 0, 1, true, NO_UPDATES},
    {"", "TensorScatter", 0, 0, 1, true, 1},
    {"", "ScatterND", 0, 0, 1, true, 2},
    {"", "ScatterElements", 0, 0, 1, true, 2},
    {"", "Attention", 4, 1, 2, false, NO_UPDATES},
    {"com.microsoft", "Attention", 4, 1, 1, false, NO_UPDATES},
    {"com.microsoft", "DecoderMaskedMultiHeadAttention", 5, 1, 2, false, NO_UPDATES},
    {"com.microsoft", "DecoderMaskedSelfAttention", 4, 1, 1, false, NO_UPDATES},
    {"com.microsoft", "GroupQueryAttention", 3, 1, 2, false, NO_UPDATES},
    {"com.microsoft", "MultiHeadAttention", 6, 1, 2, false, NO_UPDATES},
    {"com.microsoft", "PagedAttention", 3, 1, 2, false, NO_UPDATES},
    {"com.microsoft", "QAttention", 8, 1, 1, false, NO_UPDATES},
    {"com.microsoft", "SparseAttention", 3, 1, 2, false, NO_UPDATES},
};

static const cache_place *place_of(const node *n) {
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (!strcmp(n->op, places[i].op) && !strcmp(n->domain, places[i].domain))
            return &places[i];
    return NULL;
}

static const fact *fact_of(const caches *c, const value *v) {
    return &c->inference->engine.facts[v->id];
}

static const value *nth(value *const *values, unsigned n, unsigned i) {
    return i < n ? values[i] : NULL;
}

/* A cache has a batch, a length and what is kept of each position. */
static bool may_be_cache(const caches *c, const value *in, const value *out) {
    enum { LEAST_RANK = 3 };
    const fact *f = fact_of(c, in), *g = fact_of(c, out);
    return f->rank >= LEAST_RANK && f->rank == g->rank && f->elem == g->elem && !f->constant;
}

/* Up through views to where a value comes from. */
static const value *beneath_views(const caches *c, const value *v) {
    for (int i = 0; i < MOST_VIEWS && v->producer; i++) {
        const op_def *op = c->inference->ops[v->producer->id];
        if (!op || op->kind != OP_VIEW || !v->producer->in[0])
            break;
        v = v->producer->in[0];
    }
    return v;
}

static void note_present(caches *c, const value *past, const value *present) {
    const model *m = c->inference->engine.model;
    if (!c->past)
        c->past = arena_array(c->inference->engine.arena, m->n_values + 1, sizeof *c->past);
    c->past[present->id] = past;
}

static void find_past(caches *c, const bool *is_skipped, const value *output);

/* An exporter may keep the steps with and without a past in the branches of an If. */
static void find_within(caches *c, const bool *is_skipped, const node *n, const value *out) {
    const graph *g;
    uint32_t i = 0;
    while (i < n->n_out && n->out[i] != out)
        i++;
    for (size_t k = 0; (g = executed_graph(c->inference, n, k)); k++)
        if (!is_skipped || !is_skipped[g->id])
            find_past(c, is_skipped, passage_out(c->inference, n, g, i).other);
}

/* Is the output, without its views, what an operator makes of a past? */
static void find_past(caches *c, const bool *is_skipped, const value *output) {
    const value *present = beneath_views(c, output);
    const node *n = present->producer;
    const cache_place *p = n ? place_of(n) : NULL;
    if (n && !*n->domain && !strcmp(n->op, "If"))
        find_within(c, is_skipped, n, present);
    for (unsigned i = 0; p && i < p->n; i++) {
        const value *in = nth(n->in, n->n_in, p->past + i);
        if (!in || nth(n->out, n->n_out, p->present + i) != present)
            continue;
        const value *past = beneath_views(c, in);
        bool from_outside = past->is_input && past->owner == c->inference->engine.model->main;
        if (from_outside && may_be_cache(c, in, present))
            note_present(c, past, present);
    }
}

void find_caches(caches *c, const inference *inf, const uint32_t *alias, const bool *is_skipped) {
    *c = (caches){.inference = inf, .alias = alias};
    const graph *g = inf->engine.model->main;
    for (size_t i = 0; i < g->n_outputs; i++)
        find_past(c, is_skipped, g->outputs[i]);
}

const value *cache_past(const caches *c, const value *v) {
    return c->past ? c->past[c->alias[v->id]] : NULL;
}

/* Does the node write the present of a cache, as its output i? */
static const value *grown(const caches *c, const node *n, unsigned i) {
    const value *out = nth(n->out, n->n_out, i);
    return c->past && out ? c->past[out->id] : NULL;
}

count cache_read(const caches *c, const node *n, unsigned i, count touched) {
    const cache_place *p = c->past ? place_of(n) : NULL;
    return p && p->appends && i == p->past && grown(c, n, p->present) ? 0 : touched;
}

/* New rows of a buffer that stays as long as it is: as many as there are queries. */
static count rows_of_queries(const caches *c, const node *n, const fact *present) {
    enum { LENGTH = 2 }; /* of batch, heads, length, size */
    const value *query = nth(n->in, n->n_in, 0);
    const fact *q = query ? fact_of(c, query) : NULL;
    count length = q && q->rank == 4 ? q->dims[2] : q && q->rank == 3 ? q->dims[1] : UNKNOWN;
    count buffer = present->rank == 4 ? present->dims[LENGTH] : UNKNOWN;
    return cnt_mul(cnt_div(fact_elements(present), buffer), length);
}

count cache_written(const caches *c, const node *n, unsigned i, count written) {
    const value *past = grown(c, n, i);
    if (!past)
        return written;
    const fact *present = fact_of(c, n->out[i]);
    count whole = fact_elements(present), before = fact_elements(fact_of(c, past));
    const cache_place *p = place_of(n);
    count rows = cnt_sub(whole, before);
    if (whole == before && known(whole)) {
        const value *updates = p->updates ? nth(n->in, n->n_in, p->updates) : NULL;
        rows = updates ? fact_elements(fact_of(c, updates)) : rows_of_queries(c, n, present);
    }
    return known(rows) && known(written) && rows < written ? rows : written;
}
