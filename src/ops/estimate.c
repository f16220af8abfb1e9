#include "ops/estimate.h"
#include "base/text.h"
#include "ops/merge.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* --- assuming --- */

bool site_estimates(site *s) {
    s->engine->is_open = true;
    return s->engine->told != NULL;
}

void site_assume(site *s, const char *format, ...) {
    char why[128], label[320];
    va_list args;
    va_start(args, format);
    vsnprintf(why, sizeof why, format, args);
    va_end(args);
    node_label(label, sizeof label, s->node);
    s->engine->reason = arena_printf(s->arena, "%s at %s", why, label);
}

count site_at_most(site *s, count most, const char *what) {
    if (!site_estimates(s) || !known(most))
        return UNKNOWN;
    site_assume(s, "at most %lld %s", (long long)most, what);
    return most;
}

/* --- what rests upon it --- */

static bool same_shape(const fact *a, const fact *b) {
    return a->rank == b->rank && (a->dims == b->dims || a->rank <= 0 ||
                                  !memcmp(a->dims, b->dims, (size_t)a->rank * sizeof *a->dims));
}

static bool same_number(const fact *a, const fact *b) {
    return a->held == b->held || (a->held && b->held && a->held->n == b->held->n);
}

bool is_estimated(const engine *e, const value *v) {
    if (!e->told)
        return false;
    const fact *sure = &e->told[v->id], *f = &e->facts[v->id];
    bool same_inner = !f->inner || (sure->inner && same_shape(sure->inner, f->inner));
    return !same_shape(sure, f) || !same_number(sure, f) || !same_inner;
}

/* Is an item known that was not? */
static bool knows_more(const content *sure, const content *now) {
    enum { COMPARED = 4096 };
    if (!now || sure == now)
        return false;
    if (!sure || sure->n != now->n || sure->splat != now->splat)
        return true;
    count n = now->splat ? 1 : now->n;
    for (count i = 0; sure->is_known && n <= COMPARED && i < n; i++)
        if (!sure->is_known[i] && (!now->is_known || now->is_known[i]))
            return true;
    return false;
}

static bool rests_upon_estimate(const engine *e, const value *v) {
    return is_estimated(e, v) || knows_more(e->told[v->id].content, e->facts[v->id].content);
}

const char *estimate_reason(const engine *e, const value *v) {
    return e->reasons ? e->reasons[v->id] : NULL;
}

static const char *reason_of(const engine *e, value *const *values, unsigned n) {
    for (unsigned i = 0; i < n; i++)
        if (values[i] && e->reasons[values[i]->id])
            return e->reasons[values[i]->id];
    return NULL;
}

/* A subgraph of which the first look did not tell whether, or how often, it runs. */
static void doubt_runs(engine *e, const node *n, const char *reason) {
    for (unsigned a = 0; a < n->n_attrs; a++)
        for (size_t k = 0; n->attrs[a].graphs && k < n->attrs[a].n; k++) {
            graph_run *run = &e->runs[n->attrs[a].graphs[k]->id];
            const graph_run *sure = &e->told_runs[n->attrs[a].graphs[k]->id];
            bool is_sure = sure->is_run && !sure->assumption && sure->repeat == run->repeat;
            if (run->is_run && !run->assumption && !is_sure)
                run->assumption = reason ? reason : "how often it runs depends on data";
        }
}

/* What the file declares of a shape is no truth, but better than nothing. */
static void take_hint(engine *e, const value *v) {
    const type *declared = &v->declared;
    fact *f = &e->facts[v->id];
    bool may_be = declared->kind == TYPE_TENSOR && declared->rank >= 0 &&
                  (f->kind == TYPE_TENSOR || f->kind == TYPE_UNDECLARED);
    if (!may_be || known(fact_elements(f)) || (f->rank >= 0 && f->rank != declared->rank))
        return;
    count *dims = arena_array(e->arena, (size_t)declared->rank + 1, sizeof *dims);
    bool helps = f->rank < 0;
    for (int k = 0; k < declared->rank; k++) {
        bool is_open = f->rank < 0 || !known(f->dims[k]);
        dims[k] = is_open ? declared->dims[k].size : f->dims[k];
        helps |= is_open && known(dims[k]);
    }
    if (!helps)
        return;
    f->kind = TYPE_TENSOR;
    f->rank = declared->rank;
    f->dims = dims;
    if (!e->reason) {
        char name[96];
        text_printable(name, sizeof name, v->name);
        e->reason = arena_printf(e->arena, "as the file declares \"%s\"", name);
    }
}

void estimate_look_for_hints(engine *e, const node *n) {
    for (unsigned i = 0; i < n->n_out && !e->is_open; i++) {
        const type *declared = n->out[i] ? &n->out[i]->declared : NULL;
        for (int k = 0; declared && declared->kind == TYPE_TENSOR && k < declared->rank; k++)
            e->is_open |= known(declared->dims[k].size);
        e->is_open = e->is_open && !known(fact_elements(&e->facts[n->out[i]->id]));
    }
}

const char *estimate_begin(engine *e, const node *n) {
    const char *outer = e->reason;
    e->reason = reason_of(e, n->in, n->n_in);
    if (!e->reason)
        e->reason = reason_of(e, n->captures, n->n_captures);
    if (!e->reason)
        e->reason = outer;
    return outer;
}

void estimate_end(engine *e, const node *n, const char *outer) {
    bool is_impossible = e->error->status != ROOF_OK;
    e->error->status = ROOF_OK;
    for (unsigned i = 0; i < n->n_out; i++) {
        if (!n->out[i])
            continue;
        uint32_t id = n->out[i]->id;
        if (is_impossible)
            e->facts[id] = e->told[id];
        take_hint(e, n->out[i]);
        e->reasons[id] = rests_upon_estimate(e, n->out[i]) ? e->reason : NULL;
    }
    doubt_runs(e, n, e->reason);
    e->reason = outer;
}
