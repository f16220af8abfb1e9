/* Devices: what falls back to what, what is looked up, which profile is taken. */
#include "device_case.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* "Peak 10, bandwidth 2": what falls back to what, and what is said about it. */
static void test_fallback(void **state) {
    (void)state;
    static const struct {
        const char *rows;
        roof_unit unit;
        roof_precision precision, accumulate;
        bool sparse;
        double value;
        const char *fallback;
    } cases[] = {
        {"compute,vector,fp32,,,10,,theory\n", ROOF_VECTOR, ROOF_FP32, ROOF_PRECISION_NONE, false,
         10, ""},
        {"compute,vector,fp32,,,10,,theory\ncompute,vector,fp32,,,8,,measured\n", ROOF_VECTOR,
         ROOF_FP32, ROOF_PRECISION_NONE, false, 8, ""}, /* measured before theory */
        {"compute,vector,fp32,,a,7,,measured\ncompute,vector,fp32,,b,8,,measured\n", ROOF_VECTOR,
         ROOF_FP32, ROOF_PRECISION_NONE, false, 8, ""}, /* the best path */
        {"compute,vector,fp32,,,10,,theory\ncompute,vector,fp32,,,9,,datasheet: x\n", ROOF_VECTOR,
         ROOF_FP32, ROOF_PRECISION_NONE, false, 9, ""},
        {"compute,vector,fp32,,,10,,theory\n", ROOF_MATRIX, ROOF_FP32, ROOF_PRECISION_NONE, false,
         10, "no matrix fp32: vector fp32"},
        {"compute,vector,fp32,,,10,,theory\ncompute,matrix,fp64,,,20,,theory\n", ROOF_MATRIX,
         ROOF_FP32, ROOF_PRECISION_NONE, false, 10, "no matrix fp32: vector fp32"}, /* same type */
        {"compute,vector,fp32,,,10,,theory\ncompute,vector,fp16,,,20,,theory\n", ROOF_MATRIX,
         ROOF_FP16, ROOF_PRECISION_NONE, false, 20, "no matrix fp16: vector fp16"},
        {"compute,vector,fp32,,,10,,theory\ncompute,matrix,fp16,fp32,,80,,theory\n", ROOF_VECTOR,
         ROOF_FP16, ROOF_PRECISION_NONE, false, 10, "no vector fp16: vector fp32"},
        /* bf16 has more exponent than fp16; fp8 has not; tf32 is only taken when asked for */
        {"compute,vector,fp32,,,10,,theory\ncompute,matrix,fp16,fp32,,80,,theory\n", ROOF_MATRIX,
         ROOF_BF16, ROOF_PRECISION_NONE, false, 10, "no matrix bf16: vector fp32"},
        {"compute,vector,fp32,,,10,,theory\ncompute,matrix,fp16,fp32,,80,,theory\n", ROOF_MATRIX,
         ROOF_FP8, ROOF_PRECISION_NONE, false, 80, "no matrix fp8: matrix fp16"},
        {"compute,vector,fp32,,,10,,theory\ncompute,matrix,tf32,fp32,,40,,theory\n", ROOF_MATRIX,
         ROOF_FP16, ROOF_PRECISION_NONE, false, 10, "no matrix fp16: vector fp32"},
        {"compute,vector,fp32,,,10,,theory\ncompute,matrix,tf32,fp32,,40,,theory\n", ROOF_MATRIX,
         ROOF_TF32, ROOF_PRECISION_NONE, false, 40, ""},
        {"compute,vector,fp32,,,10,,theory\n", ROOF_MATRIX, ROOF_TF32, ROOF_PRECISION_NONE, false,
         10, "no matrix tf32: vector fp32"},
        /* integers */
        {"compute,matrix,int8,int32,,80,,theory\n", ROOF_MATRIX, ROOF_INT4, ROOF_PRECISION_NONE,
         false, 80, "no matrix int4: matrix int8"},
        {"compute,vector,int8,int32,dp4a,20,,theory\ncompute,matrix,fp16,fp32,,80,,theory\n",
         ROOF_MATRIX, ROOF_INT8, ROOF_INT32, false, 20, "no matrix int8: vector int8"},
        {"compute,vector,fp32,,,10,,theory\n", ROOF_MATRIX, ROOF_INT8, ROOF_INT32, false, 10,
         "no matrix int8: vector fp32"},
        {"compute,vector,fp64,,,5,,theory\ncompute,vector,fp32,,,10,,theory\n", ROOF_VECTOR,
         ROOF_INT32, ROOF_PRECISION_NONE, false, 5, "no vector int32: vector fp64"},
        /* sums: never in a narrower type than asked */
        {"compute,matrix,fp16,fp16,,80,,theory\ncompute,matrix,fp16,fp32,,40,,theory\n",
         ROOF_MATRIX, ROOF_FP16, ROOF_PRECISION_NONE, false, 40, ""},
        {"compute,matrix,fp16,fp16,,80,,theory\ncompute,matrix,fp16,fp32,,40,,theory\n",
         ROOF_MATRIX, ROOF_FP16, ROOF_FP16, false, 80, ""},
        {"compute,matrix,fp16,fp32,,40,,theory\n", ROOF_MATRIX, ROOF_FP16, ROOF_FP16, false, 40,
         "no matrix fp16 summed in fp16: matrix fp16 summed in fp32"},
        {"compute,matrix,fp16,fp16,,80,,theory\ncompute,vector,fp32,,,10,,theory\n", ROOF_MATRIX,
         ROOF_FP16, ROOF_PRECISION_NONE, false, 10, "no matrix fp16: vector fp32"},
        /* sparsity */
        {"compute,matrix,fp16,fp32,,40,,theory\ncompute,matrix,fp16,fp32,sparse,80,,theory\n",
         ROOF_MATRIX, ROOF_FP16, ROOF_PRECISION_NONE, true, 80, ""},
        {"compute,matrix,fp16,fp32,,40,,theory\ncompute,matrix,fp16,fp32,sparse,80,,theory\n",
         ROOF_MATRIX, ROOF_FP16, ROOF_PRECISION_NONE, false, 40, ""},
        {"compute,matrix,fp16,fp32,,40,,theory\n", ROOF_MATRIX, ROOF_FP16, ROOF_PRECISION_NONE,
         true, 40, "no 2:4 sparse matrix fp16: dense matrix fp16"},
        /* nothing */
        {"compute,vector,fp32,,,10,,theory\n", ROOF_VECTOR, ROOF_FP64, ROOF_PRECISION_NONE, false,
         0, "nothing known that runs vector fp64"},
        {"compute,vector,fp32,,,10,,theory\n", ROOF_SPECIAL, ROOF_FP32, ROOF_PRECISION_NONE, false,
         10, "no special fp32: vector fp32"},
        {"compute,matrix,fp32,,,10,,theory\n", ROOF_SPECIAL, ROOF_FP32, ROOF_PRECISION_NONE, false,
         0, "nothing known that runs special fp32"},
        {"compute,special,fp32,,ex2,3,,measured\n", ROOF_SPECIAL, ROOF_FP16, ROOF_PRECISION_NONE,
         false, 3, "no special fp16: special fp32"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char csv[1024];
        snprintf(csv, sizeof csv, SMALL "memory,dram,,,copy,2,B/s,measured\n%s", cases[i].rows);
        roof_device *d = device_parsed(csv);
        roof_ceiling c = roof_device_compute(d, cases[i].unit, cases[i].precision,
                                             cases[i].accumulate, cases[i].sparse);
        if (c.value != cases[i].value || strcmp(c.fallback, cases[i].fallback) != 0)
            fail_msg("case %zu: %g \"%s\"", i, c.value, c.fallback);
        assert_true((c.fact == NULL) == (c.value == 0));
        assert_true(roof_device_memory(d, "dram").value == 2);
        assert_true(roof_device_memory(d, "l2").value == 0);
        roof_device_free(d);
    }
}

static void test_memory_and_details(void **state) {
    (void)state;
    roof_device *d = device_parsed(SMALL "device,date,,,,2026-01-02T03:04:05Z,,\n"
                                         "device,signature,,,,GPU-1,,driver\n"
                                         "memory,dram,,,copy,2,B/s,measured\n"
                                         "memory,dram,,,read,3,B/s,measured\n"
                                         "memory,dram,,,,4,B/s,theory\n"
                                         "capacity,l2,,,,1000,B,x\n"
                                         "latency,launch,,,,2e-6,s,measured\n"
                                         "later,thing,,,,nan,what,x\n");
    assert_true(roof_device_memory(d, "dram").value == 3);
    assert_string_equal(roof_device_memory(d, "dram").fact->variant, "read");
    assert_true(roof_device_memory_theory(d, "dram").value == 4);
    assert_true(roof_device_capacity(d, "l2") == 1000);
    assert_true(roof_device_capacity(d, "l1") == 0);
    assert_true(roof_device_latency(d, "launch") == 2e-6);
    assert_int_equal(roof_device_source(d), ROOF_MEASURED);
    assert_int_equal(roof_device_get_kind(d), ROOF_GPU);
    assert_string_equal(roof_device_signature(d), "GPU-1");
    assert_string_equal(roof_device_date(d), "2026-01-02T03:04:05Z");
    roof_device_free(d);
}

/* Numbers have a point, whatever the program's locale says. */
static void test_locale(void **state) {
    (void)state;
    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8") && !setlocale(LC_NUMERIC, "fr_FR.UTF-8"))
        skip();
    roof_device *d = device_found("RTX 3080");
    device_near("dram", roof_device_memory(d, "dram").value, 760.32e9, 1e-12);
    assert_non_null(strstr(
        roof_device_compute(d, ROOF_VECTOR, ROOF_FP32, ROOF_PRECISION_NONE, false).fact->formula,
        "1.71 GHz"));
    roof_device_free(d);
    setlocale(LC_NUMERIC, "C");
}

static void test_find(void **state) {
    (void)state;
    static const struct {
        const char *typed, *name;
    } cases[] = {
        {"A100", "NVIDIA A100 SXM4 40 GB"},
        {"nvidia a100", "NVIDIA A100 SXM4 40 GB"},
        {"NVIDIA A100-SXM4-80GB", "NVIDIA A100 SXM4 80 GB"},
        {"a10", "NVIDIA A10"},
        {"h100", "NVIDIA H100 SXM"},
        {"h100pcie", "NVIDIA H100 PCIe"},
        {"t4", "NVIDIA T4"},
        {"l4", "NVIDIA L4"},
        {"RTX4090", "NVIDIA GeForce RTX 4090"},
        {"4090", "NVIDIA GeForce RTX 4090"},
        {"geforce rtx 2080 ti", "NVIDIA GeForce RTX 2080 Ti"},
        {"xavier", "NVIDIA Jetson AGX Xavier"},
        {"zen 4", "AMD EPYC 9654"},
        {"Intel Haswell", "Intel Core i7-5960X"},
        {"graviton 3", "AWS Graviton3"},
        {"8480+", "Intel Xeon Platinum 8480+"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_device *d = device_found(cases[i].typed);
        assert_string_equal(roof_device_name(d), cases[i].name);
        roof_device_free(d);
    }
}

static void test_not_found(void **state) {
    (void)state;
    static const struct {
        const char *typed, *message;
    } cases[] = {
        {"RTX 4900", "did you mean \"NVIDIA GeForce RTX 4090\"?"},
        {"H201", "did you mean \"NVIDIA H200\"?"},
        {"a toaster with a lamp", "\"roofline devices\" lists them"},
        {"", "\"roofline devices\" lists them"},
        {"nothing.csv", "nothing.csv: No such file"},
        {"/", "/: Is a directory"},
        {"epyc", "could be AMD EPYC 7742, AMD EPYC 7763, AMD EPYC 9654, AMD EPYC 9755: give more"},
        {"NVIDIA", "and others: give more"},
        {"x\x1b[31m/y", "x\\x1b[31m/y: No such file"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_error e = ROOF_ERROR_INIT;
        assert_null(roof_device_find(cases[i].typed, &e));
        assert_int_equal(e.status, ROOF_FAILED);
        if (!strstr(e.text, cases[i].message))
            fail_msg("%s", e.text);
    }
}

static void save(const char *path, const char *csv) {
    FILE *f = fopen(path, "w");
    fputs(csv, f);
    fclose(f);
}

/* Saved profiles stand before built-in ones; of two of one name the newer; damaged ones are
 * skipped.
 */
static void test_saved(void **state) {
    (void)state;
    char folder[] = "/tmp/roofline-test-XXXXXX", path[256], got[256];
    assert_non_null(mkdtemp(folder));
    setenv("XDG_DATA_HOME", folder, 1);
    assert_true(roof_device_folder(got, sizeof got));
    snprintf(path, sizeof path, "%s/roofline", folder);
    assert_string_equal(got, path);
    assert_false(roof_device_folder(got, 5));
    mkdir(path, 0700);
    static const struct {
        const char *file, *csv;
    } files[] = {
        {"old.csv", HEAD "device,name,,,,NVIDIA T4,,\ndevice,kind,,,,gpu,,\ndevice,date,,,,2025,,\n"
                         "memory,dram,,,,1,,measured\n"},
        {"new.csv", HEAD "device,name,,,,NVIDIA T4,,\ndevice,kind,,,,gpu,,\ndevice,date,,,,2026,,\n"
                         "memory,dram,,,,2,,measured\n"},
        {"bad.csv", "noise"},
        {"note.txt", "noise"},
    };
    enum { N = sizeof files / sizeof *files };
    for (size_t i = 0; i < N; i++) {
        snprintf(path, sizeof path, "%s/roofline/%s", folder, files[i].file);
        save(path, files[i].csv);
    }
    roof_device *d = device_found("t4");
    assert_true(roof_device_memory(d, "dram").value == 2);
    roof_device_free(d);
    snprintf(path, sizeof path, "%s/roofline/old.csv", folder);
    d = device_found(path);
    assert_true(roof_device_memory(d, "dram").value == 1);
    roof_device_free(d);
    for (size_t i = 0; i < N; i++) {
        snprintf(path, sizeof path, "%s/roofline/%s", folder, files[i].file);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/roofline", folder);
    rmdir(path);
    rmdir(folder);
    setenv("XDG_DATA_HOME", "/nowhere", 1);
}

int main(void) {
    setenv("XDG_DATA_HOME", "/nowhere",
           1); /* the saved profiles of this user are no part of this */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fallback),  cmocka_unit_test(test_memory_and_details),
        cmocka_unit_test(test_locale),    cmocka_unit_test(test_find),
        cmocka_unit_test(test_not_found), cmocka_unit_test(test_saved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
