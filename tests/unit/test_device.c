/* Profiles: derived peaks against published ones, lookup, fallback, hostile files. */
#include "base/text.h"
#include "device/profile.h"
#include <cmocka.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static roof_device *find(const char *name) {
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = roof_device_find(name, &e);
    if (!d)
        fail_msg("%s: %s", name, e.text);
    return d;
}

static roof_device *parse(const char *csv) {
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = roof_device_parse(csv, strlen(csv), "test.csv", &e);
    if (!d)
        fail_msg("%s", e.text);
    return d;
}

static double theory(const roof_device *d, roof_unit u, roof_precision p, roof_precision sum) {
    return roof_device_compute_theory(d, u, p, sum, false).value;
}

static void assert_near(const char *what, double got, double expected, double tolerance) {
    if (!(fabs(got - expected) <= tolerance * expected))
        fail_msg("%s: %g instead of %g", what, got, expected);
}

/* The figures of the source notes, to the digits given there. */
static void test_seed_peaks(void **state) {
    (void)state;
    static const struct {
        const char *device;
        roof_unit unit;
        roof_precision precision;
        double tera, half_digit;
    } cases[] = {
        /* 8 x 2 x 4 x 2 x 3.0 = 384; 8 x 2 x 8 x 2 x 3.0 = 768 GFLOP/s */
        {"Haswell i7", ROOF_VECTOR, ROOF_FP64, 0.384, 1e-9},
        {"Haswell i7", ROOF_VECTOR, ROOF_FP32, 0.768, 1e-9},
        /* 108 x 32 x 2 x 1.41, 108 x 64 x 2 x 1.41, 108 x 256 x 2 x 1.41 ... */
        {"NVIDIA A100", ROOF_VECTOR, ROOF_FP64, 9.7, 0.05},
        {"NVIDIA A100", ROOF_VECTOR, ROOF_FP32, 19.49, 0.01},
        {"NVIDIA A100", ROOF_VECTOR, ROOF_FP16, 78, 0.5},
        {"NVIDIA A100", ROOF_VECTOR, ROOF_INT8, 78, 0.5},
        {"NVIDIA A100", ROOF_MATRIX, ROOF_FP16, 312, 0.5},
        {"NVIDIA A100", ROOF_MATRIX, ROOF_INT8, 624, 0.5},
        /* 8 x 8 x 128 x 2 x 1.37 = 22.446 */
        {"Jetson AGX Xavier", ROOF_MATRIX, ROOF_INT8, 22.4, 0.05},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_device *d = find(cases[i].device);
        double got = theory(d, cases[i].unit, cases[i].precision, ROOF_PRECISION_NONE) / 1e12;
        if (!(fabs(got - cases[i].tera) <= cases[i].half_digit))
            fail_msg("%s %s: %g", cases[i].device, roof_precision_name(cases[i].precision), got);
        roof_device_free(d);
    }
}

static void test_seed_memory_and_ridges(void **state) {
    (void)state;
    static const struct {
        const char *device;
        double gigabytes, half_digit;
        double ridge; /* FP32, 0: not given */
    } cases[] = {
        {"Xeon Gold 6000", 128, 0.5, 0},         /* 2.666 x 8 x 6 = 127.97 */
        {"Quadro RTX 6000", 672, 1e-9, 0},       /* 1.75 x 8 x 48 */
        {"RTX 3080", 760.3, 0.05, 39.2},         /* 1.188 x 16 x 40; 29767.7 / 760.3 */
        {"Jetson AGX Xavier", 137, 1e-9, 10.24}, /* as published; 512 x 2 x 1.37 / 137 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_device *d = find(cases[i].device);
        double bandwidth = roof_device_memory(d, "dram").value;
        if (!(fabs(bandwidth / 1e9 - cases[i].gigabytes) <= cases[i].half_digit))
            fail_msg("%s: %g", cases[i].device, bandwidth);
        double ridge = theory(d, ROOF_VECTOR, ROOF_FP32, ROOF_PRECISION_NONE) / bandwidth;
        if (cases[i].ridge != 0 && !(fabs(ridge - cases[i].ridge) <= 0.05))
            fail_msg("%s: ridge %g", cases[i].device, ridge);
        roof_device_free(d);
    }
}

/* The numbers are put into the formula. */
static void test_formula(void **state) {
    (void)state;
    static const struct {
        const char *device;
        roof_unit unit;
        roof_precision precision;
        bool sparse;
        const char *formula;
    } cases[] = {
        {"A100", ROOF_VECTOR, ROOF_FP32, false,
         "108 SM x 64 FP32 cores x 2 x 1.41 GHz = 19.5 TFLOP/s"},
        {"A100", ROOF_MATRIX, ROOF_INT8, false,
         "108 SM x 4 Tensor Cores x 512 MAC x 2 x 1.41 GHz = 624 TOP/s"},
        {"A100", ROOF_MATRIX, ROOF_FP16, true, "2:4 sparsity: 2 x 312 TFLOP/s = 624 TFLOP/s"},
        {"A100", ROOF_SPECIAL, ROOF_FP32, false,
         "108 SM x 16 special function lanes x 1.41 GHz = 2.44 TFLOP/s"},
        {"Haswell i7", ROOF_VECTOR, ROOF_FP64, false,
         "8 cores x 2 FMA units x 4 FP64 x 2 x 3 GHz = 384 GFLOP/s"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_device *d = find(cases[i].device);
        roof_ceiling c = roof_device_compute(d, cases[i].unit, cases[i].precision,
                                             ROOF_PRECISION_NONE, cases[i].sparse);
        assert_string_equal(c.fact->formula, cases[i].formula);
        assert_string_equal(c.fallback, "");
        roof_device_free(d);
    }
    roof_device *d = find("Xeon Gold 6148");
    assert_string_equal(roof_device_memory(d, "dram").fact->formula,
                        "6 channels x 2.666 GT/s x 8 byte = 128 GB/s");
    roof_device_free(d);
    d = find("RTX 3080");
    assert_string_equal(roof_device_memory(d, "dram").fact->formula,
                        "1188 MHz x 16 per clock x 320 bit / 8 = 760 GB/s");
    roof_device_free(d);
}

/* Published peaks in TFLOP/s or TOP/s, dense, and GB/s; 0: not published. Data sheets and
 * whitepapers of the vendors, EPYC and Xeon: cores x FLOP per clock x base clock as in the Rpeak of
 * the lists of large machines. */
static const struct {
    const char *name;
    double fp64, fp32, fp16_matrix, tf32, fp8, int8, dram;
} published[] = {
    {"NVIDIA V100 SXM2 16 GB", 7.8, 15.7, 125, 0, 0, 0, 900},
    {"NVIDIA V100 PCIe 16 GB", 7, 14, 112, 0, 0, 0, 900},
    {"NVIDIA T4", 0, 8.1, 65, 0, 0, 130, 320},
    {"NVIDIA Quadro RTX 6000", 0, 16.3, 130.5, 0, 0, 261, 672},
    {"NVIDIA GeForce RTX 2080 Ti", 0, 13.4, 53.8, 0, 0, 215.2, 616},
    {"NVIDIA A100 SXM4 40 GB", 9.7, 19.5, 312, 156, 0, 624, 1555},
    {"NVIDIA A100 SXM4 80 GB", 9.7, 19.5, 312, 156, 0, 624, 2039},
    {"NVIDIA A100 PCIe 40 GB", 9.7, 19.5, 312, 156, 0, 624, 1555},
    {"NVIDIA A100 PCIe 80 GB", 9.7, 19.5, 312, 156, 0, 624, 1935},
    {"NVIDIA A10", 0, 31.2, 125, 62.5, 0, 250, 600},
    {"NVIDIA GeForce RTX 3080", 0.465, 29.8, 59.5, 29.8, 0, 238, 760},
    {"NVIDIA GeForce RTX 3090", 0.556, 35.6, 71, 35.6, 0, 284, 936},
    {"NVIDIA L4", 0, 30.3, 121, 60, 242.5, 242.5, 300},
    {"NVIDIA L40S", 0, 91.6, 362, 183, 733, 733, 864},
    {"NVIDIA GeForce RTX 4090", 1.29, 82.6, 165.2, 82.6, 330.3, 660.6, 1008},
    {"NVIDIA H100 SXM", 34, 67, 989.4, 494.7, 1978.9, 1978.9, 3350},
    {"NVIDIA H100 PCIe", 26, 51, 756, 378, 1513, 1513, 2000},
    {"NVIDIA H200", 34, 67, 989.4, 494.7, 1978.9, 1978.9, 4800},
    {"NVIDIA B200", 37, 75, 2250, 1125, 4500, 4500, 7700},
    {"NVIDIA GeForce RTX 5090", 1.64, 104.8, 209.5, 104.8, 419, 838, 1792},
    {"NVIDIA Jetson AGX Xavier", 0, 1.41, 11, 0, 0, 22, 137},
    {"NVIDIA Jetson AGX Orin 64 GB", 0, 5.3, 0, 0, 0, 85, 204.8},
    {"NVIDIA Jetson AGX Thor", 0, 8.06, 0, 0, 517, 0, 273},
    {"Intel Core i7-5960X", 0.384, 0.768, 0, 0, 0, 0, 68},
    {"Intel Xeon Gold 6148", 1.536, 3.072, 0, 0, 0, 0, 128},
    {"Intel Xeon Platinum 8380", 2.944, 5.888, 0, 0, 0, 0, 204.8},
    {"Intel Xeon Platinum 8480+", 3.584, 7.168, 0, 0, 0, 229.4, 307.2},
    {"AMD EPYC 7742", 2.304, 4.608, 0, 0, 0, 0, 204.8},
    {"AMD EPYC 7763", 2.5088, 5.0176, 0, 0, 0, 0, 204.8},
    {"AMD EPYC 9654", 3.6864, 7.3728, 0, 0, 0, 0, 460.8},
    {"AMD EPYC 9755", 11.06, 22.12, 0, 0, 0, 0, 614},
    {"AWS Graviton2", 1.28, 2.56, 0, 0, 0, 0, 204.8},
    {"AWS Graviton3", 2.6624, 5.3248, 0, 0, 0, 0, 307.2},
    {"AWS Graviton4", 4.3008, 8.6016, 0, 0, 0, 0, 537.6},
};
enum { N_PUBLISHED = sizeof published / sizeof *published };

static void test_published(void **state) {
    (void)state;
    for (size_t i = 0; i < N_PUBLISHED; i++) {
        const char *name = published[i].name;
        roof_device *d = find(name);
        assert_string_equal(roof_device_name(d), name);
        const struct {
            roof_unit unit;
            roof_precision precision;
            double tera;
        } peaks[] = {{ROOF_VECTOR, ROOF_FP64, published[i].fp64},
                     {ROOF_VECTOR, ROOF_FP32, published[i].fp32},
                     {ROOF_MATRIX, ROOF_FP16, published[i].fp16_matrix},
                     {ROOF_MATRIX, ROOF_TF32, published[i].tf32},
                     {ROOF_MATRIX, ROOF_FP8, published[i].fp8},
                     {ROOF_MATRIX, ROOF_INT8, published[i].int8}};
        for (size_t k = 0; k < sizeof peaks / sizeof *peaks; k++)
            if (peaks[k].tera != 0)
                assert_near(name, theory(d, peaks[k].unit, peaks[k].precision, ROOF_PRECISION_NONE),
                            peaks[k].tera * 1e12, 0.03);
        assert_near(name, roof_device_memory(d, "dram").value, published[i].dram * 1e9, 0.03);
        roof_device_free(d);
    }
}

/* No built-in profile without its published peaks above, and each input names its source. */
static void test_builtin_complete(void **state) {
    (void)state;
    size_t n = 0;
    for (const char *name; (name = roof_device_builtin(n)); n++) {
        bool listed = false;
        for (size_t i = 0; i < N_PUBLISHED; i++)
            listed |= strcmp(name, published[i].name) == 0;
        if (!listed)
            fail_msg("%s has no published peaks to be checked against", name);
        roof_device *d = find(name);
        size_t facts;
        const roof_fact *f = roof_device_facts(d, &facts);
        for (size_t i = 0; i < facts; i++) {
            bool input = strcmp(f[i].section, "param") == 0 && strcmp(f[i].name, "alias") != 0;
            if ((input || strcmp(f[i].section, "capacity") == 0) && !*f[i].source)
                fail_msg("%s: %s has no source", name, f[i].name);
        }
        roof_device_free(d);
    }
    assert_int_equal(n, N_PUBLISHED);
}

/* Accumulators and professional parts. */
static void test_accumulate(void **state) {
    (void)state;
    static const struct {
        const char *device;
        roof_precision precision, accumulate;
        double tera;
    } cases[] = {
        {"RTX 3080", ROOF_FP16, ROOF_FP16, 119.07}, /* 68 x 4 x 128 x 2 x 1.71 */
        {"RTX 3080", ROOF_FP16, ROOF_FP32, 59.53},  /* half */
        {"RTX 4090", ROOF_FP8, ROOF_FP16, 660.6},   {"RTX 4090", ROOF_FP8, ROOF_FP32, 330.3},
        {"L4", ROOF_FP16, ROOF_FP32, 121.2},        {"L4", ROOF_FP16, ROOF_FP16, 121.2},
        {"H200", ROOF_FP64, ROOF_FP64, 66.9}, /* 132 x 4 x 32 x 2 x 1.98: its own clock */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_device *d = find(cases[i].device);
        assert_near(cases[i].device,
                    theory(d, ROOF_MATRIX, cases[i].precision, cases[i].accumulate),
                    cases[i].tera * 1e12, 0.001);
        roof_device_free(d);
    }
}

#define HEAD  "section,name,precision,accumulate,variant,value,unit,source\n"
#define SMALL HEAD "device,name,,,,Small,,\ndevice,kind,,,,gpu,,\n"

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
        roof_device *d = parse(csv);
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
    roof_device *d = parse(SMALL "device,date,,,,2026-01-02T03:04:05Z,,\n"
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

/* What a core's ports move per clock. Haswell loads twice 32 bytes and stores 32: on 8 cores at 3
 * GHz 8 x 64 x 3e9 read, 8 x 32 x 3e9 written, twice that copied, three times that as a triad. The
 * whole L2 of an A100 gives 5120 bytes per clock of 1.41 GHz. */
static void test_theory_of_caches(void **state) {
    (void)state;
    roof_error e = ROOF_ERROR_INIT;
    roof_device *haswell = roof_device_find("Haswell", &e), *a100 = roof_device_find("A100", &e);
    assert_true(roof_device_memory_theory(haswell, "l1").value == 3 * 8 * 32 * 3e9);
    assert_string_equal(roof_device_memory(haswell, "l1").fact->variant, "triad");
    assert_true(roof_device_memory(haswell, "l2").value == 8 * 64 * 3e9);
    assert_true(roof_device_memory(haswell, "l3").value == 0);
    assert_string_equal(roof_device_memory(a100, "l2").fact->formula,
                        "5120 byte x 1.41 GHz = 7.22 TB/s");
    /* One core that ran at 2 GHz. */
    roof_fact measured = {
        .section = "memory", .name = "l1", .variant = "copy.1core", .value = 1e11, .clock_hz = 2e9};
    assert_true(roof_device_theory_of(haswell, &measured) == 2 * 32 * 2e9);
    measured.variant = "read";
    assert_true(roof_device_theory_of(haswell, &measured) == 8 * 64 * 2e9);
    measured.name = "l3";
    assert_true(roof_device_theory_of(haswell, &measured) == 0);
    roof_device_free(a100);
    roof_device_free(haswell);
}

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
    assert_near("zen4", theory(d, ROOF_VECTOR, ROOF_FP32, ROOF_PRECISION_NONE), 233.6e9, 1e-9);
    assert_true(roof_device_compute(d, ROOF_VECTOR, ROOF_FP32, ROOF_PRECISION_NONE, false).value ==
                2.3333333333333334e11);
    size_t n;
    char *text = write_to_memory(d, &n);
    roof_device *back = parse(text);
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
        roof_device *d = find(name);
        size_t n;
        char *text = write_to_memory(d, &n);
        roof_device *back = parse(text);
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

/* Numbers have a point, whatever the program's locale says. */
static void test_locale(void **state) {
    (void)state;
    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8") && !setlocale(LC_NUMERIC, "fr_FR.UTF-8"))
        skip();
    roof_device *d = find("RTX 3080");
    assert_near("dram", roof_device_memory(d, "dram").value, 760.32e9, 1e-12);
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
        roof_device *d = find(cases[i].typed);
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
    roof_device *d = find("t4");
    assert_true(roof_device_memory(d, "dram").value == 2);
    roof_device_free(d);
    snprintf(path, sizeof path, "%s/roofline/old.csv", folder);
    d = find(path);
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
        cmocka_unit_test(test_seed_peaks),
        cmocka_unit_test(test_seed_memory_and_ridges),
        cmocka_unit_test(test_formula),
        cmocka_unit_test(test_published),
        cmocka_unit_test(test_builtin_complete),
        cmocka_unit_test(test_accumulate),
        cmocka_unit_test(test_fallback),
        cmocka_unit_test(test_memory_and_details),
        cmocka_unit_test(test_theory_of_caches),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_mutations),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_builtin_round_trip),
        cmocka_unit_test(test_refused_facts),
        cmocka_unit_test(test_locale),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_not_found),
        cmocka_unit_test(test_saved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
