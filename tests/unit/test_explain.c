/* Explaining rows of small graphs, on a device of 10 FLOP/s and 2 B/s. */
#include "expect.h"
#include "small_device.h"
#include "tiny_model.h"
#include <jansson.h>
#include <roofline/explain.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct fixture {
    tiny *t;
    roof_device *d;
    roof_analysis *a;
} fixture;

/* #0 n0 x[4,8] . w[8,4]; #1 n1 Relu of it, the output; #2 n2 Neg of w, folded; #3 n3 Relu, dead. */
static void start(fixture *f, bool placed, dtype elem) {
    roof_error e = ROOF_ERROR_INIT;
    f->t = tiny_new();
    value *x = tiny_input(f->t, "x", elem, 2, (dim[]){{.size = 4}, {.size = 8}});
    value *w = tiny_weight(f->t, "w", elem, 2, (count[]){8, 4});
    value *y = tiny_node(f->t, "MatMul", 2, (value *[]){x, w});
    tiny_output(f->t, tiny_node(f->t, "Relu", 1, &y));
    tiny_output(f->t, tiny_node(f->t, "Neg", 1, &w));
    tiny_node(f->t, "Relu", 1, &x);
    f->d = placed ? small_device() : NULL;
    f->a = tiny_analyze(f->t, f->d, NULL, &e);
    assert_string_equal(e.text, "");
}

static void stop(fixture *f) {
    roof_analysis_free(f->a);
    roof_device_free(f->d);
    tiny_free(f->t);
}

static roof_explanation *explain(const fixture *f, size_t row) {
    roof_error e = ROOF_ERROR_INIT;
    roof_explanation *x = roof_explain(f->a, roof_analysis_row(f->a, row), &e);
    assert_non_null(x);
    return x;
}

/* 4.4.8 = 128 macs; 128 + 128 + 64 bytes; 256 FLOP take 25.6 s and 320 bytes 160 s; ridge 10 / 2.
 */
static void product(void **state) {
    (void)state;
    fixture f;
    start(&f, true, DT_FLOAT);
    roof_explanation *x = explain(&f, 0);
    assert_int_equal(x->n_products, 1);
    assert_string_equal(x->products[0].quantity, "macs");
    assert_int_equal(x->products[0].value, 128);
    assert_int_equal(x->products[0].n_factors, 4);
    assert_string_equal(x->products[0].factors[3].name, "K");
    assert_int_equal(x->products[0].factors[3].value, 8);
    assert_int_equal(x->n_operands, 3);
    static const int64_t bytes[] = {128, 128, 64};
    static const char *const roles[] = {"input", "weight", "output"};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(x->operands[i].bytes, bytes[i]);
        assert_int_equal(x->operands[i].touched, bytes[i]);
        assert_string_equal(x->operands[i].role, roles[i]);
    }
    assert_int_equal(x->n_terms, 2);
    about(x->terms[0].amount, 256);
    about(x->terms[0].time_s, 25.6);
    about(x->terms[0].ridge, 5);
    assert_string_equal(x->terms[0].fact->source, "measured");
    about(x->terms[1].amount, 320);
    about(x->terms[1].time_s, 160);
    assert_non_null(strstr(x->why, "dram takes 160 s, 6.2 times the 25.6 s of vector fp32"));
    assert_non_null(strstr(x->why, "0.8 FLOP/B on vector fp32, below the ridge of 5 FLOP/B"));
    roof_explanation_free(x);
    stop(&f);
}

/* Arithmetic on integers is integer_ops: 2 for each multiply-accumulate. */
static void integers(void **state) {
    (void)state;
    fixture f;
    start(&f, true, DT_INT32);
    roof_explanation *x = explain(&f, 0);
    assert_int_equal(x->n_products, 1);
    assert_string_equal(x->products[0].quantity, "integer_ops");
    assert_int_equal(x->products[0].value, 256);
    assert_int_equal(x->row->work.integer_ops, 256);
    roof_explanation_free(x);
    stop(&f);
}

static void rows_that_cost_nothing(void **state) {
    (void)state;
    static const struct {
        size_t row;
        roof_row_status status;
        const char *why;
    } cases[] = {
        {2, ROOF_FOLDED, "depends on constants and known shapes alone"},
        {3, ROOF_DEAD, "no output of the graph depends on it"},
    };
    fixture f;
    start(&f, true, DT_FLOAT);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_explanation *x = explain(&f, cases[i].row);
        assert_int_equal(x->row->status, cases[i].status);
        assert_int_equal(x->n_products, 0);
        assert_int_equal(x->n_terms, 0);
        for (size_t k = 0; k < x->n_operands; k++)
            assert_int_equal(x->operands[k].touched, 0);
        assert_non_null(strstr(x->why, cases[i].why));
        roof_explanation_free(x);
    }
    stop(&f);
}

static void without_device(void **state) {
    (void)state;
    fixture f;
    start(&f, false, DT_FLOAT);
    roof_explanation *x = explain(&f, 0);
    assert_int_equal(x->n_products, 1);
    assert_int_equal(x->n_terms, 0);
    assert_non_null(strstr(x->why, "--device"));
    roof_explanation_free(x);
    stop(&f);
}

static void find(void **state) {
    (void)state;
    static const struct {
        const char *name;
        const char *id;    /* NULL: refused */
        const char *error; /* a part of the line */
    } cases[] = {
        {"#1", "#1", ""},
        {"n1", "#1", ""},
        {"v0", "#0", ""}, /* an output */
        {"n5", NULL, "did you mean n"},
        {"#17", NULL, "the 4 nodes have ids from #0 to #3"},
        {"\033[2J", NULL, "\\x1b[2J"},
        {"", NULL, "no node or output"},
    };
    fixture f;
    start(&f, false, DT_FLOAT);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_error e = ROOF_ERROR_INIT;
        const roof_row *row = roof_find_row(f.a, cases[i].name, &e);
        assert_int_equal(row != NULL, cases[i].id != NULL);
        if (row)
            assert_string_equal(row->id, cases[i].id);
        else
            assert_int_equal(e.status, ROOF_USAGE);
        assert_non_null(strstr(e.text, cases[i].error));
    }
    stop(&f);
}

static void ambiguous(void **state) {
    (void)state;
    roof_error e = ROOF_ERROR_INIT;
    tiny *t = tiny_new();
    value *x = tiny_input(t, "x", DT_FLOAT, 1, (dim[]){{.size = 4}});
    for (int i = 0; i < 6; i++) {
        value *y = tiny_node(t, "Relu", 1, &x);
        y->producer->name = "same";
        tiny_output(t, y);
    }
    roof_analysis *a = tiny_analyze(t, NULL, NULL, &e);
    assert_null(roof_find_row(a, "same", &e));
    assert_int_equal(e.status, ROOF_USAGE);
    assert_non_null(strstr(e.text, "6 nodes are named same"));
    assert_non_null(strstr(e.text, "#0, #1, #2, #3, ..."));
    roof_analysis_free(a);
    tiny_free(t);
}

/* What a format writes, freed by the caller. */
static char *written(const fixture *f, const roof_explanation *x, const char *format) {
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    roof_error e = ROOF_ERROR_INIT;
    assert_true(roof_explain_report(f->a, x, format, 100, false, out, &e));
    fclose(out);
    return text;
}

static void text(void **state) {
    (void)state;
    static const char *const lines[] = {
        "#0 MatMul  n0\n",
        "macs     batch 1 x M 4 x N 4 x K 8  =  128\n",
        "flops    2 x macs                   =  256\n",
        "         weight  w     fp32  8x4       128      128\n",
        "bytes    128 weights + 128 read + 64 written = 320 (traffic op)\n",
        "time     vector fp32  256 FLOP  /  10.0 FLOP/s  =  25.6 s\n",
        "         dram            320 B  /     2.00 B/s  =   160 s  <- the longest\n",
        "no matrix fp32",
        "bound    no correct run of this node is faster than 25.6 s\n",
    };
    fixture f;
    start(&f, true, DT_FLOAT);
    roof_explanation *x = explain(&f, 0);
    char *all = written(&f, x, "text");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        expect_part(all, lines[i]);
    free(all);
    roof_explanation_free(x);
    stop(&f);
}

static void json(void **state) {
    (void)state;
    fixture f;
    start(&f, true, DT_FLOAT);
    roof_explanation *x = explain(&f, 0);
    char *all = written(&f, x, "json"), *schema, *id, *unit;
    json_error_t wrong;
    json_t *document = json_loads(all, 0, &wrong);
    int k, touched;
    double amount;
    assert_non_null(document);
    assert_int_equal(
        json_unpack(
            document, "{s:s, s:{s:s}, s:[{s:[{},{},{},{s:i}]}], s:[{},{s:i}], s:[{s:s, s:F}]}",
            "schema", &schema, "node", "id", &id, "products", "factors", "value", &k, "operands",
            "bytes_touched", &touched, "terms", "unit", &unit, "amount", &amount),
        0);
    assert_string_equal(schema, "roofline.explanation/1");
    assert_string_equal(id, "#0");
    assert_int_equal(k, 8);
    assert_int_equal(touched, 128);
    assert_string_equal(unit, "vector fp32");
    about(amount, 256);
    json_decref(document);
    free(all);
    roof_explanation_free(x);
    stop(&f);
}

static void unknown_format(void **state) {
    (void)state;
    fixture f;
    roof_error e = ROOF_ERROR_INIT;
    start(&f, false, DT_FLOAT);
    roof_explanation *x = explain(&f, 0);
    assert_false(roof_explain_report(f.a, x, "txt", 0, false, stdout, &e));
    assert_int_equal(e.status, ROOF_USAGE);
    assert_non_null(strstr(e.text, "text"));
    roof_explanation_free(x);
    stop(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(product),
        cmocka_unit_test(integers),
        cmocka_unit_test(rows_that_cost_nothing),
        cmocka_unit_test(without_device),
        cmocka_unit_test(find),
        cmocka_unit_test(ambiguous),
        cmocka_unit_test(text),
        cmocka_unit_test(json),
        cmocka_unit_test(unknown_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
