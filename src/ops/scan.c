/* Scan and SequenceMap. */
#include "ops/loop.h"
#include "ops/sequence.h"

/* --- Scan --- */

/* Scan as the node says it: version 8 has a batch dimension before all others. */
typedef struct scan {
    loop loop;
    bool has_batch;
    unsigned first;  /* of the states among the node's inputs */
    unsigned n_scan; /* inputs that are loop_sliced */
    count batch, length;
} scan;

static int64_t axis_of(const site *s, const char *name, size_t i) {
    size_t n;
    const int64_t *axes = site_ints(s, name, &n);
    return i < n ? axes[i] : 0;
}

static bool agree(scan *c, count *size, count found, const char *what) {
    if (known(*size) && known(found) && *size != found)
        site_invalid(c->loop.site, "%s is %lld in one input and %lld in another", what,
                     (long long)*size, (long long)found);
    if (!known(*size))
        *size = found;
    return !site_failed(c->loop.site);
}

static bool read_batch(scan *c, const fact *f) {
    return !c->has_batch || agree(c, &c->batch, fact_dim(f, 0), "the batch");
}

static bool read_scan_states(scan *c) {
    loop *l = &c->loop;
    for (unsigned k = 0; k < l->n_states; k++) {
        const fact none = {.rank = -1}, *in = site_in(l->site, c->first + k);
        fact f = !in ? none : c->has_batch ? loop_sliced(l->site, in, 0) : *in;
        if (in && !read_batch(c, in))
            return false;
        loop_set_state(l, k, &f);
    }
    return true;
}

static bool give_slice(scan *c, unsigned i) {
    loop *l = &c->loop;
    site *s = l->site;
    const value *v = l->body->inputs[l->n_states + i];
    const fact *in = site_in(s, c->first + l->n_states + i);
    fact slice = {.rank = -1};
    if (in && in->rank >= 0) {
        int64_t axis = c->has_batch ? 1 : axis_of(s, "scan_input_axes", i);
        int at = site_axis(s, axis, in->rank);
        if (at < 0 || !read_batch(c, in) || !agree(c, &c->length, in->dims[at], "the length"))
            return false;
        slice = loop_sliced(s, in, at);
        if (c->has_batch)
            slice = loop_sliced(s, &slice, 0);
    } else if (in) {
        slice.elem = in->elem;
    }
    slice.root = v->id;
    give_input(l->engine, v, &slice);
    return true;
}

static void set_scan_outputs(scan *c, bool runs) {
    loop *l = &c->loop;
    site *s = l->site;
    for (unsigned k = 0; k < site_n_out(s); k++) {
        fact f = k < l->n_states ? l->states[k] : *graph_result(l->engine, l->body, k);
        if (k < l->n_states && runs)
            f = *loop_state_after(l, k);
        if (k >= l->n_states)
            f = loop_stacked(s, &f, c->length, axis_of(s, "scan_output_axes", k - l->n_states));
        if (c->has_batch)
            f = loop_stacked(s, &f, c->batch, 0);
        if (!f.constant || c->has_batch)
            f = fact_of_flow(&f);
        set_output(s, k, &f);
    }
}

static bool start_scan(scan *c, site *s) {
    int64_t n_scan = site_int(s, "num_scan_inputs", 0);
    unsigned n_in = site_n_in(s);
    *c = (scan){.has_batch = s->version < 9, .batch = UNKNOWN, .length = UNKNOWN};
    c->first = c->has_batch;
    if (n_scan < 1 || n_in < c->first || n_scan > n_in - c->first) {
        site_invalid(s, "num_scan_inputs is %lld for %u inputs", (long long)n_scan, n_in);
        return false;
    }
    c->n_scan = (unsigned)n_scan;
    unsigned n_states = n_in - c->first - c->n_scan;
    c->loop =
        (loop){.site = s, .engine = s->engine, .body = site_graph(s, "body"), .n_states = n_states};
    return loop_check_body(s, c->loop.body, n_states + c->n_scan,
                           loop_larger(n_states, site_n_out(s)));
}

void infer_scan(site *s) {
    scan c;
    if (!s->engine->infer || !start_scan(&c, s))
        return;
    loop_start(&c.loop);
    if (!read_scan_states(&c))
        return;
    for (unsigned i = 0; i < c.n_scan; i++)
        if (!give_slice(&c, i))
            return;
    loop_infer_any(&c.loop);
    count n = c.has_batch ? cnt_mul(c.batch, c.length) : c.length;
    if (n > 0)
        graph_runs(s->engine, c.loop.body, n, NULL);
    else if (n != 0)
        graph_runs(s->engine, c.loop.body, 1, "the length of the sequence is not known: 1");
    if (!site_failed(s))
        set_scan_outputs(&c, n != 0);
}

/* --- SequenceMap --- */

/* The inputs of one iteration: element i of what are sequences; i < 0: of any. */
static void give_elements(site *s, const graph *body, count i) {
    for (unsigned k = 0; k < site_n_in(s); k++) {
        const fact none = {.rank = -1}, *in = site_in(s, k);
        fact f = !in ? none : in->kind == TYPE_SEQUENCE ? sequence_element(in, i) : *in;
        if (!f.constant)
            f.root = body->inputs[k]->id;
        give_input(s->engine, body->inputs[k], &f);
    }
}

static void map_each(site *s, const graph *body, count n) {
    unsigned n_out = site_n_out(s);
    fact *each = arena_array(s->arena, (size_t)n * n_out + 1, sizeof *each);
    iterations all;
    iterations_start(&all, s->engine, body);
    for (count i = 0; i < n && !site_failed(s); i++) {
        give_elements(s, body, i);
        s->engine->infer(s->engine, body);
        iterations_add(&all);
        for (unsigned k = 0; k < n_out; k++)
            each[(count)k * n + i] = fact_of_flow(graph_result(s->engine, body, k));
    }
    iterations_settle(&all);
    for (unsigned k = 0; k < n_out; k++)
        out_sequence(s, k, each + (count)k * n, n);
}

static void map_any(site *s, const graph *body, count n) {
    give_elements(s, body, -1);
    s->engine->infer(s->engine, body);
    for (unsigned k = 0; k < site_n_out(s); k++)
        out_sequence_of(s, k, graph_result(s->engine, body, k), n);
}

static bool may_map_each(engine *e, const graph *body, count n) {
    if (n < 1 || n > UNROLLED)
        return false;
    for (count i = 0; i < n; i++)
        if (!may_look_again(e, body))
            return false;
    return true;
}

void infer_sequence_map(site *s) {
    const graph *body = site_graph(s, "body");
    const fact *in = site_in(s, 0);
    engine *e = s->engine;
    if (!e->infer || !loop_check_body(s, body, site_n_in(s), site_n_out(s)))
        return;
    count n = in && in->held ? in->held->n : UNKNOWN;
    bool differ = in && in->held && in->held->each;
    if (differ && may_map_each(e, body, n))
        map_each(s, body, n);
    else
        map_any(s, body, n);
    if (n > 0)
        graph_runs(e, body, n, NULL);
    else if (n != 0)
        graph_runs(e, body, 1, "the length of the sequence is not known: 1");
}
