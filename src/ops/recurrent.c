/* Recurrent networks: RNN, GRU and LSTM, one layer each in one or both directions. */
#include "ops/compute.h"
#include "ops/fold.h"
#include <string.h>

enum { X, WEIGHTS, RECURRENCE, BIAS, LENGTHS, INITIAL_H, INITIAL_C, PEEPHOLES };

enum { SLOTS = 3 };

/* What tells the cells apart. */
typedef struct cell {
    count gates;
    unsigned slots;           /* activation functions that a direction has */
    const char *usual[SLOTS]; /* their names when none are given */
    count uses[SLOTS];        /* how often each is applied per hidden element */
    count combining;          /* vector FLOP per hidden element besides */
    bool transposed;          /* weights are (directions, inputs, gates x hidden) */
} cell;

static const cell RNN = {.gates = 1, .slots = 1, .usual = {"Tanh"}, .uses = {1}};
static const cell GRU = {
    .gates = 3, .slots = 2, .usual = {"Sigmoid", "Tanh"}, .uses = {2, 1}, .combining = 5};
static const cell LSTM = {.gates = 4,
                          .slots = 3,
                          .usual = {"Sigmoid", "Tanh", "Tanh"},
                          .uses = {3, 1, 1},
                          .combining = 4};
static const cell QUANTIZED_LSTM = {.gates = 4,
                                    .slots = 3,
                                    .usual = {"Sigmoid", "Tanh", "Tanh"},
                                    .uses = {3, 1, 1},
                                    .combining = 4,
                                    .transposed = true};

/* --- shapes --- */

typedef struct layer {
    count length, batch, input, hidden, directions;
    bool batch_first;
} layer;

static count directions_of(const site *s) {
    const char *direction = site_string(s, "direction", "forward");
    return !strcmp(direction, "bidirectional") ? 2 : 1;
}

/* False after site_invalid. */
static bool read_layer(site *s, const cell *c, layer *l) {
    const fact *x = site_in(s, X), *w = site_in(s, WEIGHTS), *r = site_in(s, RECURRENCE);
    int inner = c->transposed ? 1 : 2, outer = c->transposed ? 2 : 1;
    int64_t hidden = site_int(s, "hidden_size", UNKNOWN);
    if (x && x->rank >= 0 && x->rank != 3) {
        site_invalid(s, "the input has %d dimensions and must have 3", x->rank);
        return false;
    }
    *l = (layer){.batch_first = site_int(s, "layout", 0) != 0, .directions = directions_of(s)};
    l->length = fact_dim(x, l->batch_first ? 1 : 0);
    l->batch = fact_dim(x, l->batch_first ? 0 : 1);
    l->input = known(fact_dim(x, 2)) ? fact_dim(x, 2) : fact_dim(w, inner);
    l->hidden = hidden > 0 ? hidden : fact_dim(r, inner);
    count rows = fact_dim(w, outer), wanted = cnt_mul(c->gates, l->hidden);
    if (known(rows) && known(wanted) && rows != wanted) {
        site_invalid(s, "%lld rows of weights are not %lld gates of %lld", (long long)rows,
                     (long long)c->gates, (long long)l->hidden);
        return false;
    }
    return true;
}

static void infer_layer(site *s, const cell *c) {
    const fact *x = site_in(s, X);
    layer l;
    if (!x || !read_layer(s, c, &l))
        return;
    count by_time[] = {l.length, l.directions, l.batch, l.hidden};
    count by_batch[] = {l.batch, l.length, l.directions, l.hidden};
    count last_by_time[] = {l.directions, l.batch, l.hidden};
    count last_by_batch[] = {l.batch, l.directions, l.hidden};
    out_tensor(s, 0, x->elem, 4, l.batch_first ? by_batch : by_time);
    for (unsigned i = 1; i < site_n_out(s); i++)
        out_tensor(s, i, x->elem, 3, l.batch_first ? last_by_batch : last_by_time);
}

static void infer_rnn(site *s) {
    infer_layer(s, &RNN);
}

static void infer_gru(site *s) {
    infer_layer(s, &GRU);
}

static void infer_lstm(site *s) {
    infer_layer(s, &LSTM);
}

/* --- work --- */

/* Steps of all sequences together, each no longer than the longest possible. */
static count all_steps(site *s, const layer *l, bool *assumed) {
    const content *lengths = fold_source(s, LENGTHS);
    count whole = cnt_mul(l->length, l->batch), sum = 0;
    *assumed = false;
    if (!site_in(s, LENGTHS))
        return whole;
    *assumed = !content_all_known(lengths) || lengths->n != l->batch || lengths->splat;
    for (count i = 0; !*assumed && i < lengths->n; i++) {
        int64_t length;
        sum = cnt_add(sum, content_int(lengths, i, &length) ? cnt_min(length, l->length) : UNKNOWN);
    }
    return *assumed ? whole : sum;
}

/* FLOP of a function that only recurrent layers have, or of one that others have too. */
static bool function_rate(const char *name, count *vector, count *special) {
    if (!strcmp(name, "Affine")) {
        *vector = 2;
        *special = 0;
        return true;
    }
    if (!strcmp(name, "ScaledTanh")) {
        *vector = 2;
        *special = 1;
        return true;
    }
    return activation_rate(name, vector, special);
}

/* The functions of one direction, `n` times each of their uses. */
static void add_functions(site *s, work *w, const cell *c, count direction, count n) {
    const attribute *a = node_attribute(s->node, "activations");
    const char *const *given = a && a->kind == ATTR_STRINGS ? a->strings : NULL;
    for (unsigned k = 0; k < c->slots; k++) {
        size_t i = (size_t)direction * c->slots + k;
        const char *name = given && i < a->n ? given[i] : c->usual[k];
        count vector, special;
        if (function_rate(name, &vector, &special))
            work_each(w, "uses of a function", cnt_mul(n, c->uses[k]), vector, special);
        else
            w->vector = UNKNOWN;
    }
}

static void cost_layer(site *s, work *w, const cell *c) {
    layer l;
    bool assumed;
    if (!read_layer(s, c, &l))
        return;
    count steps = all_steps(s, &l, &assumed), hidden = cnt_mul(steps, l.hidden); /* a direction's */
    count gates = cnt_mul3(hidden, l.directions, c->gates);
    work_macs(w, {"steps", steps}, {"directions", l.directions}, {"gates", c->gates},
              {"h", l.hidden}, {"in + h", cnt_add(l.input, l.hidden)});
    work_each(w, "steps x directions x h", cnt_mul(hidden, l.directions), c->combining, 0);
    for (count d = 0; d < l.directions; d++)
        add_functions(s, w, c, d, hidden);
    if (site_in(s, BIAS))
        work_each(w, "bias of the gates", gates, 1, 0);
    if (site_has(s, "clip"))
        work_each(w, "clipped gates", gates, 2, 0);
    if (c->gates == LSTM.gates && site_in(s, PEEPHOLES))
        work_each(w, "peepholes", cnt_mul(hidden, l.directions), 6, 0);
    w->estimated = assumed;
    if (assumed)
        work_note(s, w, "sequence_lens is data: every sequence is taken as long as they may be");
}

static void cost_rnn(site *s, work *w) {
    cost_layer(s, w, &RNN);
}

static void cost_gru(site *s, work *w) {
    cost_layer(s, w, &GRU);
}

static void cost_lstm(site *s, work *w) {
    cost_layer(s, w, &LSTM);
}

void quantized_lstm_infer(site *s) {
    infer_layer(s, &QUANTIZED_LSTM);
}

void quantized_lstm_cost(site *s, work *w) {
    cost_layer(s, w, &QUANTIZED_LSTM);
}

#define RECURRENT .domain = "", .since = 1, .kind = OP_ANCHOR, .family = FAMILY_RECURRENT

const op_def ops_recurrent[] = {
    {RECURRENT, .name = "RNN", .infer = infer_rnn, .cost = cost_rnn,
     .rule = "per step, direction and row macs = h.(in + h); bias h; its activation per h; "
             "estimated: lengths"},
    {RECURRENT, .name = "GRU", .infer = infer_gru, .cost = cost_gru,
     .rule = "per step, direction and row macs = 3h.(in + h); bias 3h; per h 2 sigmoid, 1 tanh "
             "and 5 vector; estimated: lengths"},
    {RECURRENT, .name = "LSTM", .infer = infer_lstm, .cost = cost_lstm,
     .rule = "per step, direction and row macs = 4h.(in + h); bias 4h; per h 3 sigmoid, 2 tanh "
             "and 4 vector, peepholes 6; estimated: lengths"},
    {0},
};
