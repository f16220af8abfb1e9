/* The graph: order, uses, captures, dead nodes, invariants, element values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above */
#include "graph/graph.h"
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A model whose graphs are written as lines "inputs>outputs", names separated by blanks. */
typedef struct fixture {
    arena *arena;
    model m;
    hash *names;
    roof_error error;
} fixture;

static graph *new_graph(fixture *f, size_t room) {
    graph *g = arena_alloc(f->arena, sizeof *g);
    g->name = "g";
    g->nodes = arena_array(f->arena, room, sizeof *g->nodes);
    g->inputs = arena_array(f->arena, room, sizeof *g->inputs);
    g->outputs = arena_array(f->arena, room, sizeof *g->outputs);
    return g;
}

static fixture *fixture_new(size_t room) {
    fixture *f = calloc(1, sizeof *f);
    f->arena = arena_new((size_t)1 << 30);
    assert_non_null(f->arena);
    if (arena_escape(f->arena))
        fail_msg("out of memory");
    f->m = (model){.arena = f->arena, .path = "m.onnx", .strings = hash_new(f->arena, 8)};
    hash_intern(f->m.strings, "");
    f->names = hash_new(f->arena, 8);
    f->m.main = new_graph(f, room);
    return f;
}

static void fixture_free(fixture *f) {
    arena_free(f->arena);
    free(f);
}

static value *named(fixture *f, const char *name) {
    value *v = hash_get(f->names, name);
    if (!v) {
        v = arena_alloc(f->arena, sizeof *v);
        v->name = arena_strdup(f->arena, name);
        v->declared.rank = -1;
        hash_put(f->names, v->name, v);
    }
    return v;
}

static value *define(fixture *f, graph *g, value *v) {
    v->owner = g;
    v->id = (uint32_t)f->m.n_values++;
    return v;
}

static void add_input(fixture *f, graph *g, const char *name) {
    value *v = define(f, g, named(f, name));
    v->is_input = true;
    g->inputs[g->n_inputs++] = v;
}

static void add_output(fixture *f, graph *g, const char *name) {
    value *v = named(f, name);
    v->is_output = true;
    g->outputs[g->n_outputs++] = v;
}

static uint32_t add_names(fixture *f, const char *list, value ***to) {
    char copy[64];
    strncpy(copy, list, sizeof copy - 1);
    copy[sizeof copy - 1] = '\0';
    *to = arena_array(f->arena, 8, sizeof **to);
    uint32_t n = 0;
    for (char *name = strtok(copy, " "); name; name = strtok(NULL, " "))
        (*to)[n++] = named(f, name);
    return n;
}

static node *add_node(fixture *f, graph *g, const char *inputs, const char *outputs) {
    node *n = arena_alloc(f->arena, sizeof *n);
    *n = (node){.name = "",
                .op = hash_intern(f->m.strings, "Op"),
                .domain = hash_intern(f->m.strings, ""),
                .overload = "",
                .scope = "",
                .id = (uint32_t)f->m.n_nodes++,
                .index = (uint32_t)g->n_nodes,
                .owner = g};
    n->n_in = add_names(f, inputs, &n->in);
    n->n_out = add_names(f, outputs, &n->out);
    for (uint32_t i = 0; i < n->n_out; i++)
        define(f, g, n->out[i])->producer = n;
    g->nodes[g->n_nodes++] = n;
    return n;
}

static graph *add_branch(fixture *f, node *n, const char *name) {
    graph *g = new_graph(f, 8);
    g->parent = n;
    g->branch = name;
    attribute *list = arena_array(f->arena, n->n_attrs + 1, sizeof *list);
    for (uint32_t i = 0; i < n->n_attrs; i++)
        list[i] = n->attrs[i];
    graph **graphs = arena_array(f->arena, 1, sizeof *graphs);
    graphs[0] = g;
    list[n->n_attrs++] = (attribute){.name = name, .kind = ATTR_GRAPH, .n = 1, .graphs = graphs};
    n->attrs = list;
    return g;
}

static void finish(fixture *f, graph *g) {
    assert_true(graph_finish(&f->m, g, &f->error));
}

/* --- order --- */

typedef struct order_case {
    const char *nodes[6][2]; /* inputs, outputs, in the order of the file */
    const char *expected;    /* positions in the file, in the order of execution; NULL: a cycle */
} order_case;

static const order_case orders[] = {
    /* already valid: nothing moves, whatever else would be possible */
    {{{"x", "a"}, {"x", "b"}, {"b", "c"}, {"a c", "d"}}, "0123"},
    /* b needs a: a moves before it, the rest stays */
    {{{"a", "b"}, {"x", "c"}, {"x", "a"}}, "201"},
    /* reversed chain */
    {{{"c", "d"}, {"b", "c"}, {"a", "b"}, {"x", "a"}}, "3210"},
    /* reversed diamond: x -> a -> (b, c) -> d, written d b c a */
    {{{"b c", "d"}, {"a", "b"}, {"a", "c"}, {"x", "a"}}, "3120"},
    {{{"a", "a"}}, NULL},
    {{{"b", "a"}, {"a", "b"}}, NULL},
    {{{"x", "a"}, {"a d", "b"}, {"b", "c"}, {"c", "d"}}, NULL},
};

static void order_is_topological_and_stable(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        fixture *f = fixture_new(8);
        add_input(f, f->m.main, "x");
        for (size_t k = 0; k < 6 && orders[i].nodes[k][0]; k++)
            add_node(f, f->m.main, orders[i].nodes[k][0], orders[i].nodes[k][1]);
        bool valid = graph_finish(&f->m, f->m.main, &f->error);
        assert_int_equal(valid, orders[i].expected != NULL);
        char got[8] = "";
        for (size_t k = 0; valid && k < f->m.main->n_nodes; k++)
            got[k] = (char)('0' + f->m.main->nodes[k]->index);
        if (valid)
            assert_string_equal(got, orders[i].expected);
        else
            assert_int_equal(f->error.status, ROOF_DAMAGED);
        fixture_free(f);
    }
}

static void a_cycle_names_node_and_value(void **state) {
    (void)state;
    fixture *f = fixture_new(4);
    add_node(f, f->m.main, "b", "a");
    add_node(f, f->m.main, "a", "b")->name = "back";
    assert_false(graph_finish(&f->m, f->m.main, &f->error));
    assert_string_equal(f->error.text, "m.onnx: node #1 Op \"back\" uses \"a\", which needs that "
                                       "node's own output (a cycle)");
    fixture_free(f);
}

/* Deep graphs must not take the stack. */
static void a_reversed_chain_of_200000_nodes_is_sorted(void **state) {
    (void)state;
    enum { N = 200000 };
    fixture *f = fixture_new(N);
    char in[16], out[16];
    add_input(f, f->m.main, "v0");
    for (int i = N; i > 0; i--) {
        snprintf(in, sizeof in, "v%d", i - 1);
        snprintf(out, sizeof out, "v%d", i);
        add_node(f, f->m.main, in, out);
    }
    add_output(f, f->m.main, out);
    finish(f, f->m.main);
    assert_int_equal(f->m.main->nodes[0]->index, N - 1);
    assert_int_equal(f->m.main->nodes[N - 1]->index, 0);
    assert_null(graph_check(&f->m));
    fixture_free(f);
}

/* --- uses, captures, dead nodes --- */

/*     x -> 0: a -> 1: If { #0 uses x and a, gives t; #1 is useless and uses b } -> c (output)
 *     x -> 2: b                 (only the useless node needs it)
 *     x -> 3: d                 (nobody needs it) */
static fixture *nested(void) {
    fixture *f = fixture_new(8);
    graph *g = f->m.main;
    add_input(f, g, "x");
    add_node(f, g, "x", "a");
    node *branching = add_node(f, g, "a", "c");
    add_node(f, g, "x", "b");
    add_node(f, g, "x", "d");
    graph *branch = add_branch(f, branching, "then_branch");
    add_node(f, branch, "x a", "t");
    add_node(f, branch, "b", "u");
    add_output(f, branch, "t");
    add_output(f, g, "c");
    finish(f, branch);
    finish(f, g);
    graph_mark_dead(&f->m);
    return f;
}

static void captures_are_gathered_and_counted(void **state) {
    (void)state;
    fixture *f = nested();
    assert_null(graph_check(&f->m));
    /* the If waits for b, which is written after it in the file */
    static const uint32_t expected[] = {0, 2, 1, 3};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(f->m.main->nodes[i]->index, expected[i]);
    const node *branching = f->m.main->nodes[2];
    assert_int_equal(branching->n_captures, 3);
    assert_ptr_equal(branching->captures[0], named(f, "x"));
    assert_ptr_equal(branching->captures[1], named(f, "a"));
    assert_ptr_equal(branching->captures[2], named(f, "b"));
    /* x: nodes 0, 2, 3, the inner node, the capture; a: If, inner node, capture; t: output */
    assert_int_equal(named(f, "x")->n_uses, 5);
    assert_int_equal(named(f, "a")->n_uses, 3);
    assert_int_equal(named(f, "t")->n_uses, 1);
    assert_int_equal(named(f, "d")->n_uses, 0);
    fixture_free(f);
}

static void dead_nodes_are_found_through_subgraphs(void **state) {
    (void)state;
    fixture *f = nested();
    assert_false(named(f, "a")->producer->dead);
    assert_false(named(f, "c")->producer->dead);
    assert_false(named(f, "t")->producer->dead);
    assert_true(named(f, "u")->producer->dead);
    assert_true(named(f, "b")->producer->dead); /* only a dead node uses it */
    assert_true(named(f, "d")->producer->dead);
    fixture_free(f);
}

static void subgraphs_of_dead_nodes_are_dead(void **state) {
    (void)state;
    fixture *f = fixture_new(4);
    add_input(f, f->m.main, "x");
    node *useless = add_node(f, f->m.main, "x", "a");
    graph *branch = add_branch(f, useless, "body");
    add_node(f, branch, "x", "t");
    add_output(f, branch, "t");
    add_output(f, f->m.main, "x");
    finish(f, branch);
    finish(f, f->m.main);
    graph_mark_dead(&f->m);
    assert_true(useless->dead);
    assert_true(branch->nodes[0]->dead);
    assert_null(graph_check(&f->m));
    fixture_free(f);
}

/* --- the checker finds what it should --- */

static void break_uses(fixture *f) {
    named(f, "a")->n_uses++;
}
static void break_value_id(fixture *f) {
    named(f, "a")->id = named(f, "x")->id;
}
static void break_value_range(fixture *f) {
    named(f, "a")->id = 1000;
}
static void break_node_id(fixture *f) {
    f->m.main->nodes[1]->id = f->m.main->nodes[0]->id;
}
static void break_order(fixture *f) {
    node *first = f->m.main->nodes[0];
    f->m.main->nodes[0] = f->m.main->nodes[2];
    f->m.main->nodes[2] = first;
}
static void break_owner(fixture *f) {
    named(f, "t")->owner = f->m.main;
}
static void break_capture(fixture *f) {
    f->m.main->nodes[2]->n_captures--;
}
static void break_repeated_capture(fixture *f) {
    f->m.main->nodes[2]->captures[1] = f->m.main->nodes[2]->captures[0];
}
static void break_producer(fixture *f) {
    named(f, "a")->producer = f->m.main->nodes[3];
}
static void break_index(fixture *f) {
    f->m.main->nodes[0]->index = 1;
}
static void break_interning(fixture *f) {
    f->m.main->nodes[0]->op = "Op";
}
static void break_trailing_input(fixture *f) {
    f->m.main->nodes[0]->in[0] = NULL;
}
static void break_dead(fixture *f) {
    named(f, "a")->producer->dead = true;
}
static void break_parent(fixture *f) {
    f->m.main->nodes[2]->attrs[0].graphs[0]->parent = f->m.main->nodes[0];
}
static void break_type(fixture *f) {
    named(f, "x")->declared = (type){.kind = TYPE_TENSOR, .rank = 2};
}
static void break_output(fixture *f) {
    named(f, "c")->is_output = false;
}
static void break_scope(fixture *f) { /* the inner t is not seen outside */
    f->m.main->nodes[3]->in[0] = named(f, "t");
}
static void break_count(fixture *f) {
    f->m.n_values++;
}

static void (*const breakers[])(fixture *f) = {
    break_uses,           break_value_id, break_value_range, break_node_id,
    break_order,          break_owner,    break_capture,     break_repeated_capture,
    break_producer,       break_index,    break_dead,        break_interning,
    break_trailing_input, break_parent,   break_type,        break_output,
    break_scope,          break_count,
};

static void the_checker_finds_every_fault(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof breakers / sizeof *breakers; i++) {
        fixture *f = nested();
        assert_null(graph_check(&f->m));
        breakers[i](f);
        if (!graph_check(&f->m))
            fail_msg("fault %zu is not found", i);
        fixture_free(f);
    }
}

/* --- look-ups --- */

static void labels_tell_the_way_to_a_node(void **state) {
    (void)state;
    fixture *f = nested();
    char label[320];
    node *inner = named(f, "t")->producer;
    inner->name = "in\nner";
    assert_string_equal(node_label(label, sizeof label, inner),
                        "node #1/then_branch/#0 Op \"in\\x0aner\"");
    assert_string_equal(node_label(label, sizeof label, f->m.main->nodes[0]), "node #0 Op");
    assert_string_equal(node_label(label, 8, f->m.main->nodes[0]), "node #0");
    fixture_free(f);
}

static void attributes_and_operator_sets_are_found_by_name(void **state) {
    (void)state;
    attribute attrs[] = {{.name = "axis", .reference = "outer_axis", .kind = ATTR_INT},
                         {.name = "axis", .kind = ATTR_INT, .i = 3}};
    node n = {.attrs = attrs, .n_attrs = 2};
    assert_int_equal(node_attribute(&n, "axis")->i, 3); /* the reference is unresolved */
    assert_null(node_attribute(&n, "axes"));
    opset sets[] = {{"", 17}, {"com.microsoft", 1}};
    model m = {.opsets = sets, .n_opsets = 2};
    assert_int_equal(model_opset(&m, ""), 17);
    assert_int_equal(model_opset(&m, "com.microsoft"), 1);
    assert_int_equal(model_opset(&m, "ai.onnx.ml"), 0);
}

static void stored_elements_are_checked(void **state) {
    (void)state;
    count dims[] = {(count)1 << 62, 4, 0};
    assert_int_equal(stored_elements(&(stored){.rank = 0}), 1);
    assert_int_equal(stored_elements(&(stored){.rank = 1, .dims = dims}), dims[0]);
    assert_int_equal(stored_elements(&(stored){.rank = 2, .dims = dims}), UNKNOWN);
    assert_int_equal(stored_elements(&(stored){.rank = 3, .dims = dims}), 0);
}

/* --- element values; codes from the formats' definitions --- */

typedef struct bits_case {
    dtype type;
    uint64_t bits;
    double value; /* NAN: not a number */
} bits_case;

static const bits_case reals[] = {
    {DT_FLOAT, 0x3fc00000, 1.5},
    {DT_DOUBLE, 0xc000000000000000, -2},
    {DT_FLOAT16, 0x3c00, 1},
    {DT_FLOAT16, 0xc500, -5}, /* 1.25 x 2^2 */
    {DT_FLOAT16, 0x7bff, 65504},
    {DT_FLOAT16, 0x0001, 0x1p-24},
    {DT_FLOAT16, 0xfc00, -INFINITY},
    {DT_FLOAT16, 0x7e00, NAN},
    {DT_BFLOAT16, 0x4040, 3},
    {DT_BFLOAT16, 0xff80, -INFINITY},
    {DT_FLOAT8E4M3FN, 0x7e, 448},
    {DT_FLOAT8E4M3FN, 0x7f, NAN},
    {DT_FLOAT8E4M3FN, 0x80, 0},
    {DT_FLOAT8E4M3FN, 0x01, 0x1p-9},
    {DT_FLOAT8E4M3FNUZ, 0x7f, 240},
    {DT_FLOAT8E4M3FNUZ, 0x80, NAN},
    {DT_FLOAT8E4M3FNUZ, 0x01, 0x1p-10},
    {DT_FLOAT8E5M2, 0x7b, 57344},
    {DT_FLOAT8E5M2, 0x7c, INFINITY},
    {DT_FLOAT8E5M2, 0x7d, NAN},
    {DT_FLOAT8E5M2FNUZ, 0x7f, 57344},
    {DT_FLOAT8E5M2FNUZ, 0x80, NAN},
    {DT_FLOAT4E2M1, 0x7, 6},
    {DT_FLOAT4E2M1, 0x9, -0.5},
    {DT_FLOAT4E2M1, 0x2, 1},
    {DT_FLOAT6E2M3, 0x1f, 7.5},
    {DT_FLOAT6E2M3, 0x21, -0.125},
    {DT_FLOAT6E3M2, 0x1f, 28},
    {DT_FLOAT6E3M2, 0x01, 0.0625},
    {DT_FLOAT8E8M0, 127, 1},
    {DT_FLOAT8E8M0, 0, 0x1p-127},
    {DT_FLOAT8E8M0, 0xff, NAN},
};

static void real_codes_are_decoded(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof reals / sizeof *reals; i++) {
        double got = scalar_from_bits(reals[i].type, reals[i].bits).f;
        bool same = isnan(reals[i].value) ? isnan(got) : got == reals[i].value;
        if (!same)
            fail_msg("%s 0x%llx is %g, not %g", dtype_name(reals[i].type),
                     (unsigned long long)reals[i].bits, got, reals[i].value);
    }
}

static const struct {
    dtype type;
    uint64_t bits;
    int64_t value;
} integers[] = {
    {DT_INT8, 0x80, -128},
    {DT_INT8, 0xffffffffffffff80, -128}, /* as a varint of int32_data holds it */
    {DT_UINT8, 0xff, 255},
    {DT_INT16, 0xffff, -1},
    {DT_UINT16, 0xffff, 65535},
    {DT_INT32, 0x80000000, INT32_MIN},
    {DT_UINT32, 0x80000000, 2147483648},
    {DT_INT64, 0x8000000000000000, INT64_MIN},
    {DT_UINT64, 0x7fffffffffffffff, INT64_MAX},
    {DT_BOOL, 2, 1},
    {DT_BOOL, 0, 0},
    {DT_INT4, 0xf8, -8},
    {DT_UINT4, 0xf8, 8},
    {DT_INT2, 2, -2},
    {DT_UINT2, 3, 3},
};

static void integer_codes_are_decoded(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++)
        assert_int_equal(scalar_from_bits(integers[i].type, integers[i].bits).i, integers[i].value);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_topological_and_stable),
        cmocka_unit_test(a_cycle_names_node_and_value),
        cmocka_unit_test(a_reversed_chain_of_200000_nodes_is_sorted),
        cmocka_unit_test(captures_are_gathered_and_counted),
        cmocka_unit_test(dead_nodes_are_found_through_subgraphs),
        cmocka_unit_test(subgraphs_of_dead_nodes_are_dead),
        cmocka_unit_test(the_checker_finds_every_fault),
        cmocka_unit_test(labels_tell_the_way_to_a_node),
        cmocka_unit_test(attributes_and_operator_sets_are_found_by_name),
        cmocka_unit_test(stored_elements_are_checked),
        cmocka_unit_test(real_codes_are_decoded),
        cmocka_unit_test(integer_codes_are_decoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
