/* Reading and writing profiles: hostile files, round trips, what is refused. */
#include "device/profile.h"
#include "device_case.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect_error(const char *csv, size_t n, const char *message) {
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = roof_device_parse(csv, n, "bad.csv", &e);
    if (d || e.status != ROOF_DAMAGED || !strstr(e.text, message))
        fail_msg("\"%s\" instead of \"%s\"", d ? "accepted" : e.text, message);
}

static void test_hostile(void **state) {
    (void)state;
    static const struct {
        const char *csv, *message;
    } cases[] = {
        {"", "bad.csv:1: empty"},
        {"\n\n", "bad.csv:2: empty"},
        {"hello\n", "bad.csv:1: no column \"section\""},
        {"\x7f"
         "ELF\x02\x01",
         "bad.csv:1: no column \"section\""},
        {"section;name;value\n", "bad.csv:1: no column \"section\""},
        {"section,name,value,name\n", "bad.csv:1: column \"name\" is there twice"},
        {HEAD, "ends without a row device,name"},
        {HEAD "device,name,,,,x,,\n", "ends without a row device,kind"},
        {HEAD "device,kind,,,,tpu,,\n", "bad.csv:2: device kind is \"tpu\"; allowed is cpu or gpu"},
        {HEAD "device,name,,,,,,\n", "bad.csv:2: device name is \"\""},
        {SMALL "device,name,,,,Other,,\n", "bad.csv:4: device name is there twice: \"Small\""},
        {SMALL "profile,schema,,,,2,,\n", "bad.csv:4: profile schema is \"2\""},
        {SMALL "compute,vector,fp32,,,nan,,\n", "bad.csv:4: value is \"nan\""},
        {SMALL "compute,vector,fp32,,,inf,,\n", "bad.csv:4: value is \"inf\""},
        {SMALL "compute,vector,fp32,,,-1,,\n", "bad.csv:4: value is \"-1\""},
        {SMALL "compute,vector,fp32,,,0,,\n", "bad.csv:4: value is 0"},
        {SMALL "compute,vector,fp32,,,,,\n", "bad.csv:4: value is \"\""},
        {SMALL "compute,vector,fp32\n", "bad.csv:4: value is \"\""},
        {SMALL "compute,vector,fp32,,,1e13x,,\n", "bad.csv:4: value is \"1e13x\""},
        {SMALL "compute,vector,fp32,,,0x10,,\n", "bad.csv:4: value is \"0x10\""},
        {SMALL "compute,vector,fp32,,,\"1,5\",,\n", "bad.csv:4: value is \"1,5\""},
        {SMALL "compute,vector,fp32,,,1e400,,\n", "bad.csv:4: value is \"1e400\""},
        {SMALL "compute,vector,fp32,,,1e-300,,\n", "bad.csv:4: value is \"1e-300\""},
        {SMALL "compute,vector,fp23,,,1,,\n", "bad.csv:4: precision is \"fp23\""},
        {SMALL "compute,vector,,,,1,,\n", "bad.csv:4: precision is \"\""},
        {SMALL "compute,matrix,fp16,fp17,,1,,\n", "bad.csv:4: accumulate is \"fp17\""},
        {SMALL "compute,tensor,fp16,,,1,,\n", "bad.csv:4: name is \"tensor\""},
        {SMALL "compute,vector,fp32,,,1,GFLOP/s,\n", "bad.csv:4: unit is \"GFLOP/s\""},
        {SMALL "memory,dram,,,,1,GB/s,\n", "bad.csv:4: unit is \"GB/s\"; allowed is B/s"},
        {SMALL "memory,,,,,1,B/s,\n", "bad.csv:4: name is \"\""},
        {SMALL "latency,launch,,,,-2e-6,s,\n", "bad.csv:4: value is \"-2e-6\""},
        {SMALL "param,sm_count,,,,many,,\n", "bad.csv:4: value is \"many\""},
        {SMALL "param,sm_count,,,,1,,\nparam,sm_count,,,,2,,\n",
         "bad.csv:5: param sm_count is there"},
        {SMALL "\n\nmemory,dram,,,,x,,\n", "bad.csv:6: value is \"x\""},
        {SMALL "memory,dram,,,\"a\nb\",x,,\n", "bad.csv:4: value is \"x\""},
        {SMALL "memory,dram,,,a\"b,1,,\n", "bad.csv:4: a quote in the middle"},
        {SMALL "memory,dram,,,\"a,1,,\n", "bad.csv:4: a quote is never closed"},
        {SMALL "memory,dram,,,,1,,x,y\n", "bad.csv:4: field 9 is more than the header has"},
        {SMALL "memory,\x1b[31m,,,,x,,\n", "bad.csv:4: value is \"x\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_error(cases[i].csv, strlen(cases[i].csv), cases[i].message);
    expect_error("section,name,value,samples\nmemory,dram,1,1.5\n", 44,
                 "bad.csv:2: samples is \"1.5\"");
    expect_error("section,name,value,watts\nmemory,dram,1,-3\n", 41, "bad.csv:2: watts is \"-3\"");
    expect_error("section,name,value\n\0device", 26, "bad.csv:2: byte 20 of the file is NUL");
}

/* The same row until the file is full. */
static size_t fill(char *text, size_t size, const char *row) {
    static const char header[] = "section,name,value\n";
    size_t n = strlen(row), used = sizeof header - 1;
    memcpy(text, header, used);
    for (; used + n < size; used += n)
        memcpy(text + used, row, n);
    return used;
}

static void test_large(void **state) {
    (void)state;
    enum { N = (4 << 20) + 1 };
    char *text = malloc(N);
    if (!text) {
        fail();
        return;
    }
    memset(text, 'x', N);
    expect_error(text, N, "bad.csv: larger than 4 MB");
    memset(text, ',', N);
    expect_error(text, N - 1, "bad.csv:1: more than 64 columns");
    expect_error(text, fill(text, N, "device,a\n"), "bad.csv:3: device a is there twice");
    expect_error(text, fill(text, N, "memory,a,1\n"), "more than 10000 facts");
    free(text);
}

/* Every truncation and every changed byte of a profile: accepted, or one clear line. */
static void test_mutations(void **state) {
    (void)state;
    static const char good[] = SMALL "param,arch,,,,sm_80,,x\nparam,sm_count,,,,2,,\"a, b\"\n"
                                     "param,clock_hz,,,,1e9,Hz,x\nmemory,dram,,,copy,2,B/s,m\n";
    char text[sizeof good];
    for (size_t i = 0; i < sizeof good - 1; i++) {
        for (int c = 0; c < 256; c += c < 128 ? 1 : 31) {
            memcpy(text, good, sizeof good);
            text[i] = (char)c;
            roof_error e = ROOF_ERROR_INIT;
            roof_device *d = roof_device_parse(text, sizeof good - 1, "x", &e);
            assert_true(d || (e.status == ROOF_DAMAGED && *e.text));
            roof_device_free(d);
        }
        roof_error e = ROOF_ERROR_INIT;
        roof_device *d = roof_device_parse(good, i, "x", &e);
        assert_true(d || (e.status == ROOF_DAMAGED && *e.text));
        roof_device_free(d);
    }
}

static char *write_to_memory(const roof_device *d, size_t *n) {
    char *text = NULL;
    FILE *f = open_memstream(&text, n);
    assert_true(roof_device_write(d, f));
    fclose(f);
    return text;
}

static roof_device *made_by_program(void) {
    roof_device *d = device_new();
    static const roof_fact facts[] = {
        {.section = "device", .name = "name", .text = "A \"quoted\", made one"},
        {.section = "device", .name = "kind", .text = "cpu"},
        {.section = "param", .name = "arch", .text = "zen4"},
        {.section = "param", .name = "core_count", .value = 2, .source = "driver"},
        {.section = "param", .name = "clock_hz", .value = 3.65e9, .source = "driver"},
        {.section = "compute",
         .name = "vector",
         .precision = "fp32",
         .variant = "avx2",
         .value = 2.3333333333333334e11,
         .unit = "FLOP/s",
         .min = 0.1e11,
         .max = 2.4e11,
         .samples = 30,
         .clock_hz = 3.6e9,
         .watts = 31.25,
         .source = "measured"},
        {.section = "memory",
         .name = "dram",
         .variant = "copy",
         .value = 1e10 / 3,
         .source = "measured"},
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        assert_true(device_add(d, &facts[i]));
    return d;
}

static void assert_same_facts(const roof_device *a, const roof_device *b) {
    size_t n, m;
    const roof_fact *f = roof_device_facts(a, &n), *g = roof_device_facts(b, &m);
    while (n && strcmp(f->section, "profile") == 0)
        f++, n--;
    while (m && strcmp(g->section, "profile") == 0)
        g++, m--;
    assert_int_equal(n, m);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(f[i].section, g[i].section);
        assert_string_equal(f[i].name, g[i].name);
        assert_string_equal(f[i].precision, g[i].precision);
        assert_string_equal(f[i].accumulate, g[i].accumulate);
        assert_string_equal(f[i].variant, g[i].variant);
        assert_string_equal(f[i].text, g[i].text);
        assert_string_equal(f[i].unit, g[i].unit);
        assert_string_equal(f[i].source, g[i].source);
        assert_string_equal(f[i].formula, g[i].formula);
        assert_true(f[i].value == g[i].value && f[i].min == g[i].min && f[i].max == g[i].max);
        assert_true(f[i].samples == g[i].samples && f[i].clock_hz == g[i].clock_hz);
        assert_true(f[i].watts == g[i].watts && f[i].kind == g[i].kind);
    }
}

static void test_round_trip(void **state) {
    (void)state;
    roof_device *d = made_by_program();
    assert_true(device_derive(d));
    /* 2 cores x 2 FMA units x 8 lanes x 2 x 3.65 GHz */
    device_near("zen4", device_peak(d, ROOF_VECTOR, ROOF_FP32, ROOF_PRECISION_NONE), 233.6e9, 1e-9);
    assert_true(roof_device_compute(d, ROOF_VECTOR, ROOF_FP32, ROOF_PRECISION_NONE, false).value ==
                2.3333333333333334e11);
    size_t n;
    char *text = write_to_memory(d, &n);
    roof_device *back = device_parsed(text);
    assert_same_facts(d, back);
    assert_string_equal(roof_device_name(back), "A \"quoted\", made one");
    free(text);
    roof_device_free(back);
    /* Facts added after the theory stand before it. */
    assert_true(device_add(d, &(roof_fact){.section = "capacity", .name = "l1", .value = 1}));
    const roof_fact *f = roof_device_facts(d, &n);
    assert_string_equal(f[n - 1].source, "theory");
    assert_true(roof_device_capacity(d, "l1") == 1);
    roof_device_free(d);
}

static void test_builtin_round_trip(void **state) {
    (void)state;
    const char *name;
    for (size_t i = 0; (name = roof_device_builtin(i)); i++) {
        roof_device *d = device_found(name);
        size_t n;
        char *text = write_to_memory(d, &n);
        roof_device *back = device_parsed(text);
        assert_same_facts(d, back);
        free(text);
        roof_device_free(back);
        roof_device_free(d);
    }
}

static void test_refused_facts(void **state) {
    (void)state;
    roof_device *d = device_new();
    static const roof_fact bad[] = {
        {.section = "compute", .name = "vector", .precision = "fp32", .value = NAN},
        {.section = "compute", .name = "vector", .precision = "fp32", .value = INFINITY},
        {.section = "compute", .name = "vector", .precision = "fp32"},
        {.section = "compute", .name = "vector", .value = 1},
        {.section = "compute", .name = "cube", .precision = "fp32", .value = 1},
        {.section = "memory", .name = "dram", .value = 1, .unit = "GB/s"},
        {.section = "memory", .name = "dram", .value = 1, .watts = NAN},
        {.section = "device", .name = "kind", .text = "abacus"},
        {.name = "dram", .value = 1},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (device_add(d, &bad[i]))
            fail_msg("fact %zu was taken", i);
    size_t n;
    roof_device_facts(d, &n);
    assert_int_equal(n, 0);
    roof_device_free(d);
}

int main(void) {
    setenv("XDG_DATA_HOME", "/nowhere",
           1); /* the saved profiles of this user are no part of this */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_mutations),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_builtin_round_trip),
        cmocka_unit_test(test_refused_facts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
