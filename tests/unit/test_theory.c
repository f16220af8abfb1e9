/* Peaks derived from what a profile gives, against those published. */
#include "device_case.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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
        roof_device *d = device_found(cases[i].device);
        double got = device_peak(d, cases[i].unit, cases[i].precision, ROOF_PRECISION_NONE) / 1e12;
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
        roof_device *d = device_found(cases[i].device);
        double bandwidth = roof_device_memory(d, "dram").value;
        if (!(fabs(bandwidth / 1e9 - cases[i].gigabytes) <= cases[i].half_digit))
            fail_msg("%s: %g", cases[i].device, bandwidth);
        double ridge = device_peak(d, ROOF_VECTOR, ROOF_FP32, ROOF_PRECISION_NONE) / bandwidth;
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
        roof_device *d = device_found(cases[i].device);
        roof_ceiling c = roof_device_compute(d, cases[i].unit, cases[i].precision,
                                             ROOF_PRECISION_NONE, cases[i].sparse);
        assert_string_equal(c.fact->formula, cases[i].formula);
        assert_string_equal(c.fallback, "");
        roof_device_free(d);
    }
    roof_device *d = device_found("Xeon Gold 6148");
    assert_string_equal(roof_device_memory(d, "dram").fact->formula,
                        "6 channels x 2.666 GT/s x 8 byte = 128 GB/s");
    roof_device_free(d);
    d = device_found("RTX 3080");
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
        roof_device *d = device_found(name);
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
                device_near(name,
                            device_peak(d, peaks[k].unit, peaks[k].precision, ROOF_PRECISION_NONE),
                            peaks[k].tera * 1e12, 0.03);
        device_near(name, roof_device_memory(d, "dram").value, published[i].dram * 1e9, 0.03);
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
        roof_device *d = device_found(name);
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
        roof_device *d = device_found(cases[i].device);
        device_near(cases[i].device,
                    device_peak(d, ROOF_MATRIX, cases[i].precision, cases[i].accumulate),
                    cases[i].tera * 1e12, 0.001);
        roof_device_free(d);
    }
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
    /* Of a profile of memory alone nothing else tells the clock. */
    roof_device *alone = device_parsed(HEAD "device,name,,,,Alone,,\ndevice,kind,,,,cpu,,\n"
                                            "param,arch,,,,haswell,,\nparam,core_count,,,,4,,\n");
    measured.name = "l2";
    assert_true(roof_device_theory_of(alone, &measured) == 4 * 64 * 2e9);
    roof_device_free(alone);
    roof_device_free(a100);
    roof_device_free(haswell);
}

/* Graviton3, 64 cores of Neoverse V1, at 2 GHz: 4 NEON pipes of 128 bits or 2 of SVE of 256 come to
 * the same; half precision has twice the lanes. The roof is derived once. */
static void test_theory_of_paths(void **state) {
    (void)state;
    roof_error e = ROOF_ERROR_INIT;
    roof_device *v1 = roof_device_find("Graviton3", &e);
    roof_fact measured = {.section = "compute",
                          .name = "vector",
                          .precision = "fp32",
                          .variant = "neon",
                          .clock_hz = 2e9};
    assert_true(roof_device_theory_of(v1, &measured) == 64 * 4 * 4 * 2 * 2e9);
    measured.variant = "sve.1core";
    assert_true(roof_device_theory_of(v1, &measured) == 2 * 8 * 2 * 2e9);
    measured.precision = "fp16";
    assert_true(roof_device_theory_of(v1, &measured) == 2 * 16 * 2 * 2e9);
    size_t n, paths = 0;
    const roof_fact *facts = roof_device_facts(v1, &n);
    for (size_t i = 0; i < n; i++)
        paths += strcmp(facts[i].variant, "sve") == 0;
    assert_int_equal(paths, 0);
    roof_device_free(v1);
}

int main(void) {
    setenv("XDG_DATA_HOME", "/nowhere",
           1); /* the saved profiles of this user are no part of this */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seed_peaks),       cmocka_unit_test(test_seed_memory_and_ridges),
        cmocka_unit_test(test_formula),          cmocka_unit_test(test_published),
        cmocka_unit_test(test_builtin_complete), cmocka_unit_test(test_accumulate),
        cmocka_unit_test(test_theory_of_caches), cmocka_unit_test(test_theory_of_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
