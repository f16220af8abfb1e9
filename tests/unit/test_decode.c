/* Decoding stored tensors on demand: every type, every place where values may lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above */
#include "graph/graph.h"
#include "onnx_bytes.h"
#include <cmocka.h>
#include <roofline/model.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST = 8 };

/* A model whose only initializer is `w`; its bytes stay in *b. */
static model *model_around(bytes w, bytes *b) {
    bytes g = {0};
    put_message(&g, GRAPH_INITIALIZER, w);
    put_message(&g, GRAPH_OUTPUT, float_value_of("w", 0, NULL));
    *b = model_of(g);
    roof_error e = ROOF_ERROR_INIT;
    model *m = roof_model_from_memory(b->data, b->n, "m.onnx", &e);
    if (!m)
        fail_msg("%s", e.text);
    return m;
}

static bool decode_tensor(bytes w, scalar *out, size_t n) {
    bytes b;
    model *m = model_around(w, &b);
    bool done = m->source->decode(m->source, m->main->initializers[0]->stored, out, n);
    roof_model_free(m);
    free(b.data);
    return done;
}

static bytes tensor_with(dtype t, size_t n) {
    return tensor_of("w", (int)t, 1, (int64_t[]){(int64_t)n});
}

/* --- raw data: elements side by side from the lowest bit on --- */

static const struct raw_case {
    dtype t;
    size_t n, size;
    unsigned char raw[16];
    double values[MOST];
} raw_cases[] = {
    {DT_FLOAT, 2, 8, {0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0}, {1, -2}},
    {DT_DOUBLE, 1, 8, {0, 0, 0, 0, 0, 0, 0xf8, 0x3f}, {1.5}},
    {DT_FLOAT16, 2, 4, {0, 0x3c, 0, 0xc0}, {1, -2}},
    {DT_BFLOAT16, 2, 4, {0x80, 0x3f, 0, 0xc0}, {1, -2}},
    {DT_INT8, 2, 2, {0x80, 0x7f}, {-128, 127}},
    {DT_UINT8, 2, 2, {0x80, 0x7f}, {128, 127}},
    {DT_INT16, 2, 4, {0xff, 0xff, 1, 0}, {-1, 1}},
    {DT_UINT16, 1, 2, {0xff, 0xff}, {65535}},
    {DT_INT32, 1, 4, {0xfe, 0xff, 0xff, 0xff}, {-2}},
    {DT_UINT32, 1, 4, {0xff, 0xff, 0xff, 0xff}, {4294967295}},
    {DT_INT64, 2, 16, {1, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255}, {1, -1}},
    {DT_UINT64, 1, 8, {0, 1}, {256}},
    {DT_BOOL, 3, 3, {0, 1, 1}, {0, 1, 1}},
    {DT_FLOAT8E4M3FN, 2, 2, {0x38, 0xb8}, {1, -1}},
    {DT_FLOAT8E5M2, 2, 2, {0x3c, 0xbc}, {1, -1}},
    {DT_FLOAT8E4M3FNUZ, 1, 1, {0x40}, {1}},
    {DT_FLOAT8E5M2FNUZ, 1, 1, {0x40}, {1}},
    {DT_FLOAT8E8M0, 2, 2, {127, 130}, {1, 8}},
    {DT_INT4, 3, 2, {0x8f, 0x07}, {-1, -8, 7}}, /* low nibble first */
    {DT_UINT4, 3, 2, {0x8f, 0x07}, {15, 8, 7}},
    {DT_FLOAT4E2M1, 2, 1, {0xa2}, {1, -1}},
    {DT_INT2, 5, 2, {0xe4, 0x01}, {0, 1, -2, -1, 1}},
    {DT_UINT2, 5, 2, {0xe4, 0x01}, {0, 1, 2, 3, 1}},
    /* 0x08 = 1, 0x10 = 2, 0x18 = 4, 0x04 = 0.5 in six bits each: 24 bits from the lowest on */
    {DT_FLOAT6E2M3, 4, 3, {0x08, 0x84, 0x11}, {1, 2, 4, 0.5}},
    {DT_FLOAT6E3M2, 1, 1, {0x0c}, {1}},
};

static void check_values(dtype t, const scalar *got, const double *values, size_t n) {
    for (size_t i = 0; i < n; i++) {
        double shown = dtype_kind(t) == CLASS_FLOAT ? got[i].f : (double)got[i].i;
        if (shown != values[i])
            fail_msg("%s: element %zu is %g, not %g", dtype_name(t), i, shown, values[i]);
    }
}

static void raw_data_of_every_type(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof raw_cases / sizeof *raw_cases; i++) {
        const struct raw_case *c = &raw_cases[i];
        scalar got[MOST];
        bytes w = tensor_with(c->t, c->n);
        put_bytes(&w, TENSOR_RAW, c->raw, c->size);
        if (!decode_tensor(w, got, c->n))
            fail_msg("%s cannot be decoded", dtype_name(c->t));
        check_values(c->t, got, c->values, c->n);
        for (int off = -1; off <= 1; off += 2) { /* one byte too few, one too many */
            w = tensor_with(c->t, c->n);
            put_bytes(&w, TENSOR_RAW, c->raw, (size_t)((int)c->size + off));
            if (c->size < 16 || off < 0)
                assert_false(decode_tensor(w, got, c->n));
            else
                free(w.data);
        }
    }
}

/* More than one chunk, and a size that no chunk divides. */
static void long_raw_data(void **state) {
    (void)state;
    enum { N = 20001 };
    static scalar got[N];
    static unsigned char raw[N * 6 / 8 + 1];
    for (size_t i = 0; i < N; i++) /* code i % 32 at bit 6 i */
        for (size_t k = 0; k < 5; k++)
            if (i % 32 >> k & 1)
                raw[(6 * i + k) / 8] |= (unsigned char)(1 << (6 * i + k) % 8);
    bytes w = tensor_with(DT_FLOAT6E3M2, N);
    put_bytes(&w, TENSOR_RAW, raw, (N * 6 + 7) / 8);
    assert_true(decode_tensor(w, got, N));
    for (size_t i = 0; i < N; i++)
        assert_true(got[i].f == scalar_from_bits(DT_FLOAT6E3M2, i % 32).f);
}

/* --- typed data --- */

static const struct typed_case {
    dtype t;
    unsigned number;
    size_t n, entries;
    int64_t numbers[4];
    double values[MOST];
} typed_cases[] = {
    {DT_INT32, TENSOR_INT32S, 2, 2, {5, -6}, {5, -6}},
    {DT_INT8, TENSOR_INT32S, 2, 2, {-1, 100}, {-1, 100}},
    {DT_UINT8, TENSOR_INT32S, 1, 1, {200}, {200}},
    {DT_INT16, TENSOR_INT32S, 1, 1, {-300}, {-300}},
    {DT_UINT16, TENSOR_INT32S, 1, 1, {60000}, {60000}},
    {DT_BOOL, TENSOR_INT32S, 2, 2, {1, 0}, {1, 0}},
    {DT_FLOAT16, TENSOR_INT32S, 2, 2, {0x3c00, 0xc000}, {1, -2}},
    {DT_BFLOAT16, TENSOR_INT32S, 1, 1, {0x4040}, {3}},
    {DT_FLOAT8E4M3FN, TENSOR_INT32S, 1, 1, {0xb8}, {-1}},
    {DT_INT4, TENSOR_INT32S, 3, 2, {0x8f, 0x07}, {-1, -8, 7}}, /* two to an entry */
    {DT_FLOAT4E2M1, TENSOR_INT32S, 2, 1, {0xa2}, {1, -1}},
    {DT_UINT2, TENSOR_INT32S, 5, 2, {0xe4, 1}, {0, 1, 2, 3, 1}}, /* four to an entry */
    {DT_FLOAT6E2M3, TENSOR_INT32S, 2, 2, {8, 4}, {1, 0.5}},      /* one to an entry */
    {DT_INT64, TENSOR_INT64S, 2, 2, {1, -9}, {1, -9}},
    {DT_UINT32, TENSOR_UINT64S, 1, 1, {4000000000}, {4000000000}},
    {DT_UINT64, TENSOR_UINT64S, 1, 1, {5}, {5}},
};

/* packed 0: one field each; 1: one packed field; 2: a packed field for each. */
static bytes typed_tensor(const struct typed_case *c, int packed, size_t entries) {
    bytes w = tensor_with(c->t, c->n), all = {0};
    for (size_t i = 0; i < entries; i++) {
        bytes one = {0};
        if (packed == 0) {
            put_int(&w, c->number, c->numbers[i]);
        } else if (packed == 1) {
            put_varint(&all, (uint64_t)c->numbers[i]);
        } else {
            put_varint(&one, (uint64_t)c->numbers[i]);
            put_message(&w, c->number, one);
        }
    }
    if (packed == 1)
        put_message(&w, c->number, all);
    return w;
}

static void typed_data_of_every_type(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof typed_cases / sizeof *typed_cases; i++) {
        const struct typed_case *c = &typed_cases[i];
        for (int packed = 0; packed < 3; packed++) {
            scalar got[MOST];
            if (!decode_tensor(typed_tensor(c, packed, c->entries), got, c->n))
                fail_msg("%s cannot be decoded", dtype_name(c->t));
            check_values(c->t, got, c->values, c->n);
            assert_false(decode_tensor(typed_tensor(c, packed, c->entries - 1), got, c->n));
            bytes extra = typed_tensor(c, packed, c->entries);
            put_int(&extra, c->number, 1);
            assert_false(decode_tensor(extra, got, c->n));
        }
    }
}

static void floats_packed_or_not(void **state) {
    (void)state;
    float f[] = {1.5f, -2, 4};
    double d[] = {1.5, -2, 4}, expected[] = {1.5, -2, 4};
    scalar got[3];
    bytes w = tensor_with(DT_FLOAT, 3);
    put_bytes(&w, TENSOR_FLOATS, f, 8);
    put_float(&w, TENSOR_FLOATS, f[2]);
    assert_true(decode_tensor(w, got, 3));
    check_values(DT_FLOAT, got, expected, 3);
    w = tensor_with(DT_DOUBLE, 3);
    put_bytes(&w, TENSOR_DOUBLES, d, 16);
    put_tag(&w, TENSOR_DOUBLES, 1);
    put_raw(&w, &d[2], 8);
    assert_true(decode_tensor(w, got, 3));
    check_values(DT_DOUBLE, got, expected, 3);
}

/* --- what cannot be had --- */

static void what_cannot_be_decoded(void **state) {
    (void)state;
    scalar got[MOST];
    unsigned char raw[16] = {[7] = 0x80};
    bytes w = tensor_with(DT_STRING, 1);
    put_text(&w, TENSOR_STRINGS, "text");
    assert_false(decode_tensor(w, got, 1));
    w = tensor_with(DT_COMPLEX64, 1);
    put_bytes(&w, TENSOR_RAW, raw, 8);
    assert_false(decode_tensor(w, got, 1));
    w = tensor_with(DT_UINT64, 1); /* 2^63 is no int64 */
    put_bytes(&w, TENSOR_RAW, raw, 8);
    assert_false(decode_tensor(w, got, 1));
    w = tensor_with(DT_FLOAT, 1); /* a packed float of three bytes */
    put_bytes(&w, TENSOR_FLOATS, raw, 3);
    assert_false(decode_tensor(w, got, 1));
    w = tensor_with(DT_FLOAT, 1); /* in the field of another type */
    put_int(&w, TENSOR_INT32S, 1);
    assert_false(decode_tensor(w, got, 1));
    w = tensor_with(DT_FLOAT, 2); /* the caller expects another number */
    put_bytes(&w, TENSOR_RAW, raw, 8);
    assert_false(decode_tensor(w, got, 1));
    assert_false(decode_tensor(tensor_with(DT_FLOAT, 1), got, 1)); /* nothing there */
    assert_true(decode_tensor(tensor_with(DT_FLOAT, 0), got, 0));
}

/* --- external data --- */

static char folder[] = "/tmp/roofline-decode-XXXXXX";

static void write_file(const char *name, const void *data, size_t n) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

/* Two int16 at `location`, from a model that is a file in `folder`. */
static bool decode_external(const char *location, const char *offset, const char *length,
                            scalar *got) {
    bytes w = tensor_with(DT_INT16, 2), g = {0};
    put_message(&w, TENSOR_EXTERNAL, pair_of("location", location));
    if (offset)
        put_message(&w, TENSOR_EXTERNAL, pair_of("offset", offset));
    if (length)
        put_message(&w, TENSOR_EXTERNAL, pair_of("length", length));
    put_int(&w, TENSOR_LOCATION, 1);
    put_message(&g, GRAPH_INITIALIZER, w);
    bytes b = model_of(g);
    write_file("model.onnx", b.data, b.n);
    free(b.data);
    char path[128];
    snprintf(path, sizeof path, "%s/model.onnx", folder);
    roof_error e = ROOF_ERROR_INIT;
    model *m = roof_model_open(path, &e);
    assert_non_null(m);
    bool done = m->source->decode(m->source, m->main->initializers[0]->stored, got, 2);
    roof_model_free(m);
    return done;
}

static void external_data_beside_and_below_the_model(void **state) {
    (void)state;
    assert_non_null(mkdtemp(folder));
    char below[128];
    snprintf(below, sizeof below, "%s/below", folder);
    assert_int_equal(mkdir(below, 0700), 0);
    unsigned char data[] = {9, 9, 1, 0, 0xff, 0xff, 7};
    write_file("w.bin", data, sizeof data);
    write_file("below/..w", data, sizeof data);
    scalar got[2];
    const double expected[] = {1, -1};
    assert_true(decode_external("w.bin", "2", "4", got));
    check_values(DT_INT16, got, expected, 2);
    assert_true(decode_external("below/..w", "2", NULL, got));
    check_values(DT_INT16, got, expected, 2);
    assert_true(decode_external("w.bin", NULL, NULL, got));
    assert_int_equal(got[0].i, 0x0909);

    assert_false(decode_external("w.bin", "2", "5", got)); /* not what the dims say */
    assert_false(decode_external("w.bin", "4", "4", got)); /* past the end */
    assert_false(decode_external("w.bin", "-1", NULL, got));
    assert_false(decode_external("w.bin", "2x", NULL, got));
    assert_false(decode_external("w.bin", "9223372036854775807", NULL, got));
    assert_false(decode_external("missing.bin", NULL, NULL, got));
    assert_false(decode_external("", NULL, NULL, got));
    assert_false(decode_external("below", NULL, NULL, got)); /* a folder */
    assert_false(decode_external("-", NULL, NULL, got));     /* not standard input */
    assert_false(decode_external("below/../w.bin", "2", NULL, got));
    assert_false(decode_external("../w.bin", NULL, NULL, got));
    assert_false(decode_external("..", NULL, NULL, got));
    char absolute[128];
    snprintf(absolute, sizeof absolute, "%s/w.bin", folder);
    assert_false(decode_external(absolute, "2", NULL, got));
}

/* --- strings --- */

static bool decode_strings(bytes w, size_t size, const char **out, size_t n, char *text) {
    bytes b;
    model *m = model_around(w, &b);
    const stored *s = m->main->initializers[0]->stored;
    bool done = m->source->strings(m->source, s, text, size, out, n);
    roof_model_free(m);
    free(b.data);
    return done;
}

static bytes words(size_t n, const char *last, size_t bytes_of_last) {
    bytes w = tensor_with(DT_STRING, n);
    put_text(&w, TENSOR_STRINGS, "one");
    put_bytes(&w, TENSOR_STRINGS, last, bytes_of_last);
    return w;
}

static void strings(void **state) {
    (void)state;
    const char *out[2];
    char text[8];
    assert_true(decode_strings(words(2, "two", 3), sizeof text, out, 2, text));
    assert_string_equal(out[0], "one");
    assert_string_equal(out[1], "two");
    assert_true(decode_strings(words(2, "", 0), sizeof text, out, 2, text));
    assert_string_equal(out[1], "");
    assert_false(decode_strings(words(2, "four", 4), sizeof text, out, 2, text)); /* no room */
    assert_false(decode_strings(words(2, "t\0o", 3), sizeof text, out, 2, text));
    assert_false(decode_strings(words(1, "two", 3), sizeof text, out, 1, text));
    assert_false(decode_strings(words(3, "two", 3), sizeof text, out, 3, text));
    assert_false(decode_strings(tensor_with(DT_INT8, 2), sizeof text, out, 2, text));
}

static int remove_folder(void **state) {
    (void)state;
    static const char *const names[] = {"/below/..w", "/below", "/w.bin", "/model.onnx", ""};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", folder, names[i]);
        remove(path);
    }
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raw_data_of_every_type),
        cmocka_unit_test(long_raw_data),
        cmocka_unit_test(typed_data_of_every_type),
        cmocka_unit_test(floats_packed_or_not),
        cmocka_unit_test(what_cannot_be_decoded),
        cmocka_unit_test(external_data_beside_and_below_the_model),
        cmocka_unit_test(strings),
    };
    return cmocka_run_group_tests(tests, NULL, remove_folder);
}
