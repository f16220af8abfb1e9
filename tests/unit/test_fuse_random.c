/* Fusion on random graphs: groups have no cycle, their bytes are those of a slow and obvious
 * reference, and ideal <= fused <= op. */
#include "tiny_check.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { N = 8, NODES = 40, GRAPHS = 1500, WEIGHTS = 2, INPUTS = 3 };

/* A graph of NxN and Nx1 tensors. Nodes are made in execution order, so row i is node i. */
typedef struct random_graph {
    tiny *t;
    uint64_t seed;
    value *values[NODES + INPUTS]; /* what nodes may read */
    count columns[NODES + INPUTS];
    size_t n;
    value *weights[WEIGHTS], *axes, *scale;
    value *made[2 * NODES]; /* by row */
    size_t n_made;
} random_graph;

static unsigned draw(random_graph *g, unsigned below) {
    g->seed = g->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(g->seed >> 33) % below;
}

static value *node_of(random_graph *g, const char *op, value *x, value *y) {
    value *out = tiny_node(g->t, op, y ? 2 : 1, (value *[]){x, y});
    g->made[g->n_made++] = out;
    return out;
}

static void keep(random_graph *g, value *v, count columns) {
    g->values[g->n] = v;
    g->columns[g->n++] = columns;
}

/* One of the latest values, mostly: else groups would stay small. */
static size_t pick(random_graph *g) {
    size_t back = draw(g, 3) ? draw(g, 4) : draw(g, (unsigned)g->n);
    return g->n - 1 - (back < g->n ? back : g->n - 1);
}

static void add_wide(random_graph *g, size_t i) {
    value *x = g->values[i];
    switch (draw(g, 5)) {
    case 0:
        keep(g, node_of(g, "MatMul", x, g->weights[draw(g, WEIGHTS)]), N);
        break;
    case 1:
        keep(g, node_of(g, "Softmax", x, NULL), N);
        break;
    case 2:
        keep(g, node_of(g, "ReduceSum", x, g->axes), 1);
        break;
    case 3:
        keep(g, node_of(g, "Transpose", x, NULL), N);
        break;
    default: {
        size_t k = pick(g);
        keep(g, node_of(g, "MatMul", x, g->values[k]), g->columns[k]);
    }
    }
}

static void add_map(random_graph *g, size_t i) {
    static const char *const unary[] = {"Relu", "Sqrt", "Neg", "Identity"};
    if (draw(g, 2)) {
        keep(g, node_of(g, unary[draw(g, 4)], g->values[i], NULL), g->columns[i]);
        return;
    }
    size_t k = pick(g);
    count columns = g->columns[i] > g->columns[k] ? g->columns[i] : g->columns[k];
    keep(g, node_of(g, draw(g, 2) ? "Add" : "Mul", g->values[i], g->values[k]), columns);
}

static void add_quantization(random_graph *g, size_t i) {
    value *q = node_of(g, "QuantizeLinear", g->values[i], g->scale);
    keep(g, node_of(g, "DequantizeLinear", q, g->scale), g->columns[i]);
}

static void build(random_graph *g, uint64_t seed, bool quantized) {
    *g = (random_graph){.t = tiny_new(), .seed = seed * UINT64_C(0x9e3779b97f4a7c15)};
    for (int i = 0; i < INPUTS; i++) {
        count columns = i ? N : 1;
        char name[] = {'i', (char)('0' + i), 0};
        keep(g, tiny_input(g->t, name, DT_FLOAT, 2, (dim[]){SIZE(N), SIZE(columns)}), columns);
    }
    for (int i = 0; i < WEIGHTS; i++) {
        char name[] = {'w', (char)('0' + i), 0};
        g->weights[i] = tiny_weight(g->t, name, DT_FLOAT, 2, (count[]){N, N});
    }
    g->axes = tiny_ints(g->t, "axes", 1, (int64_t[]){1});
    g->scale = tiny_weight(g->t, "scale", DT_FLOAT, 0, NULL);
    while (g->n_made < NODES - 2) {
        size_t i = pick(g);
        if (quantized && draw(g, 4) == 0)
            add_quantization(g, i);
        else if (g->columns[i] == N && draw(g, 3) == 0)
            add_wide(g, i);
        else
            add_map(g, i);
    }
    tiny_output(g->t, g->values[g->n - 1]);
    for (size_t i = INPUTS; i + 1 < g->n; i++)
        if (draw(g, 8) == 0)
            tiny_output(g->t, g->values[i]);
}

/* --- the reference --- */

static bool is_live(const roof_row *row) {
    return row->status == ROOF_COUNTED;
}

static const value *memory_of(const value *v) {
    while (v->producer && !strcmp(v->producer->op, "Identity"))
        v = v->producer->in[0];
    return v;
}

static int64_t group_of(const roof_analysis *a, const value *memory) {
    return memory->producer ? roof_analysis_row(a, memory->producer->index)->group : -1;
}

/* Is what lies there needed outside its group: given out, or read by another one? */
static bool leaves(const random_graph *g, const roof_analysis *a, const value *memory) {
    for (size_t i = 0; i < g->n_made; i++) {
        const roof_row *row = roof_analysis_row(a, i);
        const node *n = g->made[i]->producer;
        if (is_live(row) && g->made[i]->is_output && memory_of(g->made[i]) == memory)
            return true;
        for (unsigned k = 0; is_live(row) && row->group >= 0 && k < n->n_in; k++)
            if (memory_of(n->in[k]) == memory && row->group != group_of(a, memory))
                return true;
    }
    return false;
}

static int64_t bytes_of(const roof_analysis *a, const random_graph *g, const value *memory) {
    if (memory == g->axes)
        return 8;
    if (memory->stored)
        return N * N * 4;
    const value *v = memory;
    const roof_tensor *t =
        v->producer ? &roof_analysis_row(a, v->producer->index)->outputs[0] : NULL;
    return (t ? t->dims[0] * t->dims[1] : v->declared.dims[0].size * v->declared.dims[1].size) * 4;
}

static void check_group(const random_graph *g, const roof_analysis *a, int64_t group,
                        const roof_traffic_bytes *bytes) {
    int64_t read = 0, written = 0;
    const value *seen[4 * NODES];
    size_t n_seen = 0;
    for (size_t i = 0; i < g->n_made; i++) {
        if (roof_analysis_row(a, i)->group != group)
            continue;
        const node *n = g->made[i]->producer;
        for (unsigned k = 0; k < n->n_in; k++) {
            const value *memory = memory_of(n->in[k]);
            bool known_already = group_of(a, memory) == group;
            for (size_t s = 0; s < n_seen; s++)
                known_already = known_already || seen[s] == memory;
            if (!known_already)
                read += bytes_of(a, g, memory);
            seen[n_seen++] = memory;
        }
        if (leaves(g, a, g->made[i]))
            written += bytes_of(a, g, g->made[i]);
    }
    assert_int_equal(bytes->weights + bytes->read, read);
    assert_int_equal(bytes->written, written);
}

/* Takes away, again and again, a group that waits for none that is left. */
static void check_acyclic(const random_graph *g, const roof_analysis *a, size_t n_groups) {
    bool done[NODES] = {false};
    size_t left = n_groups;
    for (bool progress = true; progress;) {
        progress = false;
        for (size_t group = 0; group < n_groups; group++) {
            bool waits = done[group];
            for (size_t i = 0; i < g->n_made && !waits; i++) {
                const node *n = g->made[i]->producer;
                for (unsigned k = 0;
                     roof_analysis_row(a, i)->group == (int64_t)group && k < n->n_in; k++) {
                    int64_t from = group_of(a, memory_of(n->in[k]));
                    waits = waits || (from >= 0 && from != (int64_t)group && !done[from]);
                }
            }
            if (waits)
                continue;
            done[group] = progress = true;
            left--;
        }
    }
    assert_int_equal(left, 0);
}

static void check_order(const roof_analysis *a) {
    const roof_traffic_bytes *t = roof_analysis_totals(a)->work.traffic;
    assert_true(t[ROOF_TRAFFIC_IDEAL].total <= t[ROOF_TRAFFIC_FUSED].total);
    assert_true(t[ROOF_TRAFFIC_FUSED].total <= t[ROOF_TRAFFIC_OP].total);
}

static void fused_is_as_the_reference_says(void **state) {
    (void)state;
    size_t joined = 0;
    for (uint64_t seed = 1; seed <= GRAPHS; seed++) {
        random_graph g;
        build(&g, seed, false);
        roof_analysis *a = check_analyze(g.t, NULL, &(roof_options){.traffic = ROOF_TRAFFIC_FUSED});
        size_t n;
        const roof_group *groups = roof_analysis_groups(a, &n);
        for (size_t i = 0; i < n; i++) {
            check_group(&g, a, (int64_t)i, &groups[i].bytes);
            joined += groups[i].n_rows > 1;
        }
        check_acyclic(&g, a, n);
        check_order(a);
        roof_analysis_free(a);
        tiny_free(g.t);
    }
    assert_true(joined > GRAPHS);
}

static void fused_lies_between(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= GRAPHS; seed++) {
        random_graph g;
        build(&g, seed, true);
        for (const char *views = "fc"; *views; views++) {
            roof_analysis *a = check_analyze(g.t, NULL, &(roof_options){.views = *views});
            check_order(a);
            roof_analysis_free(a);
        }
        tiny_free(g.t);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fused_is_as_the_reference_says),
        cmocka_unit_test(fused_lies_between),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
