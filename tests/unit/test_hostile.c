/* Bytes that want to do harm: never a crash, a hang or a gigabyte, always one line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above */
#include "onnx/model.h"
#include "onnx_bytes.h"
#include <cmocka.h>
#include <roofline/model.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

/* Freed memory that a sanitizer holds back would count as ours. */
ROOF_API const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "quarantine_size_mb=16";
}

/* Opens the bytes; what can be opened must keep every invariant and survive decoding. */
static roof_status open_bytes(const unsigned char *data, size_t n, roof_error *e) {
    *e = (roof_error)ROOF_ERROR_INIT;
    model *m = roof_model_from_memory(data, n, "m.onnx", e);
    if (!m) {
        assert_true(e->status == ROOF_DAMAGED || e->status == ROOF_FAILED);
        assert_int_equal(strncmp(e->text, "m.onnx: ", 8), 0);
        assert_null(strchr(e->text, '\n'));
        return e->status;
    }
    const char *problem = graph_check(m);
    if (problem)
        fail_msg("%s", problem);
    for (size_t i = 0; i < m->main->n_initializers; i++) {
        scalar items[512];
        count elements = stored_elements(m->main->initializers[i]->stored);
        if (known(elements) && elements <= 512)
            m->source->decode(m->source, m->main->initializers[i]->stored, items, (size_t)elements);
    }
    roof_model_free(m);
    return ROOF_OK;
}

static roof_status open_and_free(bytes b, roof_error *e) {
    roof_status status = open_bytes(b.data, b.n, e);
    free(b.data);
    return status;
}

static void every_truncation_is_refused(void **state) {
    (void)state;
    bytes b = model_of(sample_graph());
    for (size_t n = 0; n < b.n; n++) {
        /* Exactly n bytes, so that a sanitizer sees the first one beyond. */
        unsigned char *cut = malloc(n ? n : 1);
        memcpy(cut, b.data, n);
        roof_error e;
        assert_int_equal(open_bytes(cut, n, &e), ROOF_DAMAGED);
        free(cut);
    }
    free(b.data);
}

static void every_changed_byte_is_survived(void **state) {
    (void)state;
    static const unsigned char flips[] = {0x01, 0x02, 0x08, 0x40, 0x80, 0x7f, 0xff};
    bytes b = model_of(sample_graph());
    for (size_t i = 0; i < b.n; i++)
        for (size_t k = 0; k < sizeof flips; k++) {
            roof_error e;
            b.data[i] ^= flips[k];
            open_bytes(b.data, b.n, &e);
            b.data[i] ^= flips[k];
        }
    free(b.data);
}

static void noise_is_survived(void **state) {
    (void)state;
    uint64_t seed = 1;
    for (int round = 0; round < 2000; round++) {
        unsigned char noise[256];
        for (size_t i = 0; i < sizeof noise; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            noise[i] = (unsigned char)(seed >> 56);
        }
        roof_error e;
        open_bytes(noise, sizeof noise, &e);
    }
}

/* --- lengths, numbers, groups --- */

static const struct {
    const char *data;
    size_t n;
    const char *says; /* part of the message */
} wires[] = {
#define CASE(data, says)                                                                           \
    { data, sizeof data - 1, says }
    CASE("\x3a\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
         "length 9223372036854775807 runs past the end of the file (truncated download?)"),
    CASE("\x3a\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01",
         "length 9223372036854775808 runs past the end of the file"),
    CASE("\x3a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "length 18446744073709551615 runs past"),
    CASE("\x3a\x04\x0a\x03\x0a\x00\x08\x08", "length 3 runs past the end of its message"),
    CASE("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "a number has more than 10 bytes"),
    CASE("\x08\xff\xff", "a number is cut off"),
    CASE("\x3a\x02\x0d\x01", "a number is cut off"),
    CASE("\x33\x08\x01\x34", "a field has a type that ONNX does not use"),
    CASE("\x08\x08\x37", "a field has a type that ONNX does not use"),
    CASE("\x08\x08\x02\x00", "field number 0"),
    CASE("\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x00\x00", "a field number is out of range"),
    CASE("\x08\x08\x3a\x07\x0a\x05\x22\x03"
         "a\0b",
         "NodeProto.op_type holds a NUL character"),
    CASE("\x08\x08\x12\x03"
         "a\0b",
         "ModelProto.producer_name holds a NUL character"),
    CASE("\x38\x05", "ModelProto.graph is not of the type"),
    CASE("\x08\x08\x3a\x02\x08\x01", "field 1 of the graph is not of the type"),
    CASE("\x08\x08\x3a\x04\x0a\x02\x20\x01", "NodeProto.op_type is not of the type"),
    /* our own field numbers (1007 as a graph's place) mean nothing in a file */
    CASE("\x08\x08\xfa\x3e\x12\x09\x00\x00\x00\x00\x00\x00\x00\x00\x11\x01\x00\x00\x00\x00\x00\x00"
         "\x00",
         "holds no graph"),
#undef CASE
};

static void bad_wire_is_named(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof wires / sizeof *wires; i++) {
        roof_error e;
        assert_int_equal(open_bytes((const unsigned char *)wires[i].data, wires[i].n, &e),
                         ROOF_DAMAGED);
        if (!strstr(e.text, wires[i].says))
            fail_msg("case %zu says: %s", i, e.text);
    }
}

/* --- nesting --- */

/* The message inside, wrapped n times into the fields listed, innermost first. Built backwards, as
 * each length depends on what is inside. */
static bytes nest(bytes inside, const unsigned *fields, size_t n_fields, size_t n) {
    for (size_t i = 0; i < n; i++) {
        bytes outer = {0};
        put_message(&outer, fields[i % n_fields], inside);
        inside = outer;
    }
    return inside;
}

static void nested_graphs_are_refused(void **state) {
    (void)state;
    /* graph in attribute in node in graph */
    static const unsigned fields[] = {ATTRIBUTE_G, NODE_ATTRIBUTE, GRAPH_NODE};
    roof_error e;
    bytes b = model_of(nest((bytes){0}, fields, 3, 30000));
    assert_int_equal(open_and_free(b, &e), ROOF_DAMAGED);
}

/* If in If in If ..., each well formed. */
static bytes nested_ifs(int n) {
    bytes g = {0};
    put_message(&g, GRAPH_NODE, node_of("Relu", "r", "x", "r"));
    put_message(&g, GRAPH_OUTPUT, float_value_of("r", 0, NULL));
    for (int i = 0; i < n; i++) {
        char name[16];
        snprintf(name, sizeof name, "v%d", i);
        bytes branch = attribute_of("then_branch", 5), either = node_of("If", "", "x", name);
        put_message(&branch, ATTRIBUTE_G, g);
        put_message(&either, NODE_ATTRIBUTE, branch);
        g = (bytes){0};
        put_message(&g, GRAPH_NODE, either);
        put_message(&g, GRAPH_OUTPUT, float_value_of(name, 0, NULL));
    }
    put_message(&g, GRAPH_INPUT, float_value_of("x", 0, NULL));
    return g;
}

static void subgraphs_nest_up_to_the_limit(void **state) {
    (void)state;
    roof_error e;
    assert_int_equal(open_and_free(model_of(nested_ifs(31)), &e), ROOF_OK);
    assert_int_equal(open_and_free(model_of(nested_ifs(3000)), &e), ROOF_DAMAGED);
    assert_non_null(strstr(e.text, "messages are nested more than 100 deep"));
}

static void nested_types_are_refused(void **state) {
    (void)state;
    static const unsigned fields[] = {1, 4}; /* the element of a sequence, the sequence of a type */
    bytes g = {0};
    put_message(&g, GRAPH_INPUT, value_of("x", nest((bytes){0}, fields, 2, 20000)));
    roof_error e;
    assert_int_equal(open_and_free(model_of(g), &e), ROOF_DAMAGED);
    assert_non_null(strstr(e.text, "messages are nested more than 100 deep"));
}

/* --- bombs: small in the file, large in memory --- */

static bytes repeated(unsigned number, const void *data, size_t size, size_t n) {
    bytes b = {0};
    for (size_t i = 0; i < n; i++)
        put_bytes(&b, number, data, size);
    return b;
}

static bytes bomb(int which) {
    enum { MANY = 4750000 };
    bytes g = {0}, n = {0}, b = {0};
    switch (which) {
    case 0: /* a node with 9.5 MB of empty attributes */
        n = repeated(NODE_ATTRIBUTE, "", 0, MANY);
        put_text(&n, NODE_OP, "Relu");
        put_message(&g, GRAPH_NODE, n);
        return model_of(g);
    case 1: /* empty input names */
        n = repeated(NODE_INPUT, "", 0, MANY);
        put_text(&n, NODE_OP, "Relu");
        put_message(&g, GRAPH_NODE, n);
        return model_of(g);
    case 2: /* nodes that are nothing but an operator */
        return model_of(repeated(GRAPH_NODE, "\x22\x01R", 3, MANY / 2));
    case 3: /* empty nodes */
        return model_of(repeated(GRAPH_NODE, "", 0, MANY));
    case 4: /* dimensions: of a shape, of a tensor, of a type */
        b = repeated(1, "", 0, MANY);
        put_message(&n, 2, b);
        b = (bytes){0};
        put_message(&b, 1, n);
        put_message(&g, GRAPH_INPUT, value_of("x", b));
        return model_of(g);
    case 5: /* operator sets */
        b = repeated(MODEL_OPSET, "", 0, MANY);
        put_message(&b, MODEL_GRAPH, sample_graph());
        return b;
    case 6: /* functions */
        b = repeated(MODEL_FUNCTION, "", 0, MANY);
        put_message(&b, MODEL_GRAPH, sample_graph());
        return b;
    case 7: /* empty subgraphs of one attribute */
        b = repeated(ATTRIBUTE_GRAPHS, "", 0, MANY);
        n = node_of("If", "", "", "y");
        put_message(&n, NODE_ATTRIBUTE, b);
        put_message(&g, GRAPH_NODE, n);
        return model_of(g);
    default: /* the same name again and again */
        n = repeated(NODE_NAME, "0123456789", 10, MANY / 6);
        put_text(&n, NODE_OP, "Relu");
        put_message(&g, GRAPH_NODE, n);
        return model_of(g);
    }
}

static void bombs_do_not_go_off(void **state) {
    (void)state;
    for (int which = 0; which < 9; which++) {
        roof_error e;
        clock_t start = clock();
        bytes b = bomb(which);
        open_and_free(b, &e);
        if ((double)(clock() - start) / CLOCKS_PER_SEC > 20) /* 5 s without sanitizers */
            fail_msg("bomb %d takes too long", which);
    }
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    assert_true(use.ru_maxrss < 1 << 20); /* kB: 1 GB */
}

/* --- failing allocations --- */

/* A graph that fills several blocks of memory. */
static bytes long_graph(void) {
    bytes g = sample_graph();
    for (int i = 0; i < 4000; i++) {
        char in[16], out[16];
        snprintf(in, sizeof in, "n%d", i - 1);
        snprintf(out, sizeof out, "n%d", i);
        put_message(&g, GRAPH_NODE, node_of("Relu", out, i ? in : "y", out));
    }
    return g;
}

static bool read_with_failures(const bytes *b, unsigned memory_fails, unsigned scratch_fails,
                               roof_error *e) {
    arena *memory = arena_new((size_t)1 << 28), *scratch = arena_new((size_t)1 << 28);
    arena_fail_after(memory, memory_fails);
    arena_fail_after(scratch, scratch_fails);
    *e = (roof_error)ROOF_ERROR_INIT;
    model *m = read_model(source_memory(b->data, b->n, "m.onnx", e), memory, scratch, e);
    roof_model_free(m);
    return m != NULL;
}

static void failing_allocations_are_errors(void **state) {
    (void)state;
    bytes b = model_of(long_graph());
    roof_error e;
    unsigned n = 1;
    for (; n < 300 && !read_with_failures(&b, n, 0, &e); n++)
        assert_int_equal(e.status, ROOF_FAILED);
    assert_in_range(n, 5, 299); /* it needs that many blocks, and then works */
    for (n = 1; n < 300 && !read_with_failures(&b, 0, n, &e); n++)
        assert_int_equal(e.status, ROOF_FAILED);
    assert_in_range(n, 2, 299);
    assert_null(read_model(source_memory(b.data, b.n, "m.onnx", &e), NULL, NULL, &e));
    free(b.data);
}

static void a_model_beyond_its_limit_is_an_error(void **state) {
    (void)state;
    bytes b = model_of(long_graph());
    for (size_t limit = 1 << 10; limit < 1 << 20; limit *= 2) {
        roof_error e = ROOF_ERROR_INIT;
        assert_null(read_model(source_memory(b.data, b.n, "m.onnx", &e), arena_new(limit),
                               arena_new((size_t)1 << 28), &e));
        assert_int_equal(e.status, ROOF_FAILED);
        assert_non_null(strstr(e.text, "out of memory"));
    }
    free(b.data);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(every_changed_byte_is_survived),
        cmocka_unit_test(noise_is_survived),
        cmocka_unit_test(bad_wire_is_named),
        cmocka_unit_test(nested_graphs_are_refused),
        cmocka_unit_test(subgraphs_nest_up_to_the_limit),
        cmocka_unit_test(nested_types_are_refused),
        cmocka_unit_test(bombs_do_not_go_off),
        cmocka_unit_test(failing_allocations_are_errors),
        cmocka_unit_test(a_model_beyond_its_limit_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
