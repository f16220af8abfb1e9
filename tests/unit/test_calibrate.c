/* Measuring: the engine on scripted kernels, captured processors and control groups, the real
 * kernels for a moment each, and how profiles are kept. */
#include "calibrate/cpu.h"
#include "calibrate/engine.h"
#include "calibrate/fake.h"
#include "calibrate/identity.h"
#include "calibrate/machine.h"
#include "calibrate/sysfile.h"
#include "calibrate/topology.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define LENGTH(a) (sizeof(a) / sizeof *(a))

static void assert_near(double got, double want, double tolerance) {
    if (!(fabs(got - want) <= tolerance * fabs(want)))
        fail_msg("got %.9g, want %.9g", got, want);
}

/* ---- statistics ---- */

static void median_is_the_middle(void **state) {
    (void)state;
    assert_near(engine_median((double[]){3, 1, 2}, 3), 2, 0);
    assert_near(engine_median((double[]){4, 1, 3, 2}, 4), 2.5, 0);
    assert_near(engine_median((double[]){7}, 1), 7, 0);
}

/* 16 values 1 ... 16: reach 0.98 x 4 = 3.92, ranks floor(8 - 3.92) - 1 = 3 and ceil(11.92) = 12:
 * values 4 and 13, over the 9 at rank 8. Of 6 values, no rank is low enough. */
static void width_follows_from_ranks(void **state) {
    (void)state;
    double values[16];
    for (int i = 0; i < 16; i++)
        values[i] = i + 1;
    assert_near(engine_width(values, 16), 1, 1e-12);
    assert_true(isinf(engine_width(values, 6)));
}

/* ---- the engine on scripts ---- */

#define COMPUTE(title)                                                                             \
    .facts = {.name = title,                                                                       \
              .section = "compute",                                                                \
              .unit = "vector",                                                                    \
              .precision = "fp32",                                                                 \
              .accumulate = "fp32",                                                                \
              .variant = title,                                                                    \
              .flops = 1000,                                                                       \
              .source = "measured"}

typedef struct stopping {
    volatile sig_atomic_t stop;
    int at;      /* kernel during which to stop */
    bool inside; /* while it runs, else when it has ended */
    int calls, done;
    char last_note[768];
} stopping;

static void stop_at(void *user, const roof_progress *p) {
    stopping *s = user;
    s->calls++;
    s->done += p->done;
    snprintf(s->last_note, sizeof s->last_note, "%s", p->note);
    if (p->index == s->at && (s->inside ? p->value > 0 && !p->done : p->done))
        s->stop = 1;
}

static const engine_plan short_plan = {
    .total = 2, .warm_up = 0.03, .sample = 0.004, .at_least = 0.05, .narrow = 0.005};

enum { MOST = 24 };

static size_t run_script(const fake_kernel *kernels, size_t n, const roof_calibrate_options *o,
                         engine_result *results, double *lasted, roof_error *e) {
    fake_script script = {kernels, n};
    void *s = fake_open_script(&script);
    assert_non_null(s);
    size_t done = engine_run(&backend_fake, s, o, &short_plan, results, MOST, e);
    if (lasted)
        *lasted = backend_fake.now(s);
    backend_fake.close(s);
    return done;
}

/* 1000 FLOP in 1 us are 1 GFLOP/s; whatever slows some samples down, the fastest stays that, and
 * outliers do not move the median. */
static void statistics_of_scripts(void **state) {
    (void)state;
    static const fake_kernel kernels[] = {
        {COMPUTE("steady"), .seconds = 1e-6},
        {COMPUTE("noisy"), .seconds = 1e-6, .noise = 0.1},
        {COMPUTE("outliers"), .seconds = 1e-6, .outlier_every = 5},
        {COMPUTE("drifting"), .seconds = 1e-6, .drift = 0.001},
    };
    engine_result r[MOST];
    roof_error e = ROOF_ERROR_INIT;
    assert_int_equal(run_script(kernels, 4, &(roof_calibrate_options){0}, r, NULL, &e), 4);
    assert_int_equal(e.status, ROOF_OK);

    assert_near(r[0].median, 1e9, 1e-9);
    assert_near(r[0].min, r[0].max, 1e-9);
    assert_near(r[0].clock_hz, 1e9, 0);
    assert_in_range(r[0].n, 8, 40); /* narrow at once, but 50 ms of 4 ms samples at least */

    assert_near(r[1].median, 1e9 / 1.05, 0.01);
    assert_true(r[1].min >= 1e9 / 1.1 && r[1].max <= 1e9 && r[1].min < r[1].max);
    assert_true(r[1].n > r[0].n); /* wider, so it needs more */

    assert_near(r[2].median, 1e9, 1e-9);
    assert_near(r[2].min, 1e8, 1e-9);

    assert_true(r[3].max < 1e9 && r[3].median < r[3].max && r[3].min < r[3].median);
}

/* Ten runs of their own, then others take half of the time: the clean ones count, as long as there
 * are enough of them (warming up takes the first). */
static void disturbed_samples_are_left_out(void **state) {
    (void)state;
    static const fake_kernel kernels[] = {
        {COMPUTE("some"), .seconds = 1e-3, .disturbed_from = 60},
        {COMPUTE("all"), .seconds = 1e-3, .disturbed_from = 1},
    };
    engine_plan plan = short_plan;
    plan.narrow = -1; /* sample until the time is over */
    fake_script script = {kernels, 2};
    void *s = fake_open_script(&script);
    engine_result r[MOST];
    stopping told = {.at = -1};
    roof_calibrate_options o = {.progress = stop_at, .user = &told};
    engine_run(&backend_fake, s, &o, &plan, r, MOST, NULL);
    backend_fake.close(s);
    assert_near(r[0].min, 1e6, 1e-9);
    assert_in_range(r[0].n, 20, 60);
    assert_in_range(r[0].disturbed, 60, 200);
    assert_near(r[1].median, 5e5, 1e-9);
    assert_int_equal(r[1].n, r[1].disturbed);
    assert_non_null(strstr(told.last_note, "other programs disturbed"));
}

/* However many kernels and however unsteady, the plan's total holds, to a sample per kernel. */
static void budget_is_kept(void **state) {
    (void)state;
    fake_kernel kernels[20];
    for (size_t i = 0; i < LENGTH(kernels); i++)
        kernels[i] = (fake_kernel){COMPUTE("noisy"), .seconds = 1e-6, .noise = 0.5};
    engine_result r[MOST];
    double lasted;
    assert_int_equal(run_script(kernels, 20, &(roof_calibrate_options){0}, r, &lasted, NULL), 20);
    assert_true(lasted <= 2 + 20 * 0.01);
    for (size_t i = 0; i < 20; i++)
        assert_true(r[i].n >= 8);
}

/* A repetition that is longer than all the time there is: one sample, and the next gets one too. */
static void slow_kernels_get_one_sample(void **state) {
    (void)state;
    static const fake_kernel kernels[] = {{COMPUTE("slow"), .seconds = 5},
                                          {COMPUTE("fast"), .seconds = 1e-6}};
    engine_result r[MOST];
    double lasted;
    run_script(kernels, 2, &(roof_calibrate_options){0}, r, &lasted, NULL);
    assert_int_equal(r[0].n, 1);
    assert_near(r[0].median, 200, 1e-9);
    assert_int_equal(r[1].n, 1);
    assert_true(lasted < 10.2);
}

static void failures_are_kept_apart(void **state) {
    (void)state;
    static const fake_kernel kernels[] = {
        {COMPUTE("unprepared"), .unprepared = true},
        {COMPUTE("at once"), .seconds = 1e-6, .fails_after = 1},
        {COMPUTE("later"), .seconds = 1e-6, .fails_after = 12},
        {COMPUTE("standing still"), .seconds = 0, .fails_after = 3},
        {COMPUTE("good"), .seconds = 1e-6},
    };
    engine_result r[MOST];
    roof_error e = ROOF_ERROR_INIT;
    assert_int_equal(run_script(kernels, 5, &(roof_calibrate_options){0}, r, NULL, &e), 5);
    assert_int_equal(e.status, ROOF_OK);
    static const char *const why[] = {"the script does not let it begin",
                                      "the script lets run 2 fail", "the script lets run 13 fail",
                                      "the clock did not advance while it ran"};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(r[i].n, 0);
        assert_string_equal(r[i].why.text, why[i]);
    }
    assert_near(r[4].median, 1e9, 1e-9);
}

/* What was measured stays, of the kernel in progress as well. */
static void stopping_keeps_results(void **state) {
    (void)state;
    static const fake_kernel kernels[] = {{COMPUTE("a"), .seconds = 1e-6, .noise = 0.3},
                                          {COMPUTE("b"), .seconds = 1e-6, .noise = 0.3},
                                          {COMPUTE("c"), .seconds = 1e-6, .noise = 0.3}};
    for (int inside = 0; inside < 2; inside++) {
        stopping s = {.at = 1, .inside = inside};
        roof_calibrate_options o = {.progress = stop_at, .user = &s, .stop = &s.stop};
        engine_result r[MOST];
        roof_error e = ROOF_ERROR_INIT;
        assert_int_equal(run_script(kernels, 3, &o, r, NULL, &e), 2);
        assert_int_equal(e.status, ROOF_INTERRUPTED);
        assert_string_equal(e.text, "interrupted after 2 of 3 measurements");
        assert_true(r[0].n > 0 && r[1].n > 0);
        assert_int_equal(s.done, 2);
    }
}

/* ---- the public call, on the fake backend ---- */

static const roof_fact *find_fact(const roof_device *d, const char *section, const char *name,
                                  const char *precision, const char *variant) {
    size_t n;
    const roof_fact *f = roof_device_facts(d, &n);
    for (size_t i = 0; i < n; i++)
        if (!strcmp(f[i].section, section) && !strcmp(f[i].name, name) &&
            (!precision || !strcmp(f[i].precision, precision)) &&
            (!variant || !strcmp(f[i].variant, variant)))
            return &f[i];
    return NULL;
}

static void profile_of_fake(void **state) {
    (void)state;
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = roof_calibrate(&(roof_calibrate_options){.backend = "fake"}, &e);
    assert_non_null(d);
    assert_string_equal(roof_device_name(d), "Fake machine");
    assert_string_equal(roof_device_signature(d), "fake");
    assert_int_equal(roof_device_source(d), ROOF_MEASURED);
    assert_int_equal(strlen(roof_device_date(d)), strlen("2026-01-31T12:00:00Z"));

    const roof_fact *f = find_fact(d, "compute", "vector", "fp32", "fake");
    assert_non_null(f);
    assert_near(f->value, 1e11, 1e-9);
    assert_near(f->clock_hz, 1e9, 0);
    assert_true(f->samples >= 8 && f->min <= f->value && f->value <= f->max);

    /* 4 cores x 32 x 1 GHz, and half in fp64 */
    assert_near(
        roof_device_compute_theory(d, ROOF_VECTOR, ROOF_FP32, ROOF_PRECISION_NONE, false).value,
        128e9, 1e-9);
    assert_near(
        roof_device_compute_theory(d, ROOF_VECTOR, ROOF_FP64, ROOF_PRECISION_NONE, false).value,
        64e9, 1e-9);
    /* the roof is the fastest kernel: reading, 10 GB/s */
    assert_near(roof_device_memory(d, "dram").value, 1e10, 1e-3);
    roof_device_free(d);
}

static void only_selects(void **state) {
    (void)state;
    stopping s = {.at = -1};
    roof_calibrate_options o = {
        .backend = "fake", .only = "dram", .progress = stop_at, .user = &s, .quick = true};
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = roof_calibrate(&o, &e);
    assert_non_null(d);
    assert_int_equal(s.done, 2);
    assert_null(find_fact(d, "compute", "vector", "fp32", "fake"));
    roof_device_free(d);

    o.only = "no such kernel";
    assert_null(roof_calibrate(&o, &e));
    assert_int_equal(e.status, ROOF_USAGE);

    e = (roof_error)ROOF_ERROR_INIT;
    assert_null(roof_calibrate(&(roof_calibrate_options){.backend = "abacus"}, &e));
    assert_int_equal(e.status, ROOF_USAGE);
}

static void interrupted_profile_is_partial(void **state) {
    (void)state;
    stopping s = {.at = 0};
    roof_calibrate_options o = {
        .backend = "fake", .progress = stop_at, .user = &s, .stop = &s.stop};
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = roof_calibrate(&o, &e);
    assert_int_equal(e.status, ROOF_INTERRUPTED);
    assert_non_null(d);
    assert_non_null(find_fact(d, "compute", "vector", "fp32", "fake"));
    assert_null(find_fact(d, "memory", "dram", NULL, NULL));
    roof_device_free(d);

    s.stop = 1; /* before anything */
    e = (roof_error)ROOF_ERROR_INIT;
    assert_null(roof_calibrate(&o, &e));
    assert_int_equal(e.status, ROOF_INTERRUPTED);
}

static void kernels_have_names(void **state) {
    (void)state;
    assert_string_equal(roof_calibrate_kernel("fake", 0), "vector fp32 fake");
    assert_string_equal(roof_calibrate_kernel("fake", 4), "dram copy");
    assert_null(roof_calibrate_kernel("fake", 5));
    assert_null(roof_calibrate_kernel("abacus", 0));
}

/* ---- captured processors ---- */

#define INTEL 0x756e6547, 0x6c65746e, 0x49656e69 /* ebx, ecx, edx of leaf 0 */
#define AMD   0x68747541, 0x444d4163, 0x69746e65

enum {
    ONE_C = 1 << 12 | 1 << 27 | 1 << 28, /* FMA, system saves registers, AVX */
    ONE_D = 1 << 26,                     /* SSE2 */
    AVX2 = 1 << 5,
    AVX512 = AVX2 | 1 << 16,
    SAVES_AVX = 0x7,
    SAVES_ALL = 0xe7
};

typedef struct captured {
    uint32_t vendor[3];
    uint32_t version, features; /* leaf 1 eax, leaf 7 ebx */
    uint64_t xcr0;
    const char *brand;
    unsigned family, model;
    const char *arch;
    cpu_isa_id widest;
    int fma_units;
} captured;

static const captured processors[] = {
    {{INTEL},
     0x306c3,
     AVX2,
     SAVES_AVX,
     "Intel(R) Core(TM) i7-4770 CPU @ 3.40GHz",
     6,
     0x3c,
     "haswell",
     CPU_AVX2_FMA,
     0},
    {{INTEL},
     0x50654,
     AVX512,
     SAVES_ALL,
     "Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz",
     6,
     0x55,
     "skylake-server",
     CPU_AVX512F,
     0},
    {{INTEL},
     0x50654,
     AVX512,
     SAVES_ALL,
     "Intel(R) Xeon(R) Silver 4110 CPU @ 2.10GHz",
     6,
     0x55,
     "skylake-server",
     CPU_AVX512F,
     1},
    {{INTEL},
     0x50657,
     AVX512,
     SAVES_ALL,
     "Intel(R) Xeon(R) Gold 5222 CPU @ 3.80GHz",
     6,
     0x55,
     "skylake-server",
     CPU_AVX512F,
     0},
    {{INTEL},
     0x906ea,
     AVX2,
     SAVES_AVX,
     "Intel(R) Core(TM) i7-8700K CPU @ 3.70GHz",
     6,
     0x9e,
     "skylake-client",
     CPU_AVX2_FMA,
     0},
    {{INTEL},
     0x606a6,
     AVX512,
     SAVES_ALL,
     "Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz",
     6,
     0x6a,
     "icelake-server",
     CPU_AVX512F,
     0},
    {{INTEL},
     0x806c1,
     AVX512,
     SAVES_ALL,
     "11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz",
     6,
     0x8c,
     "x86-64-v4",
     CPU_AVX512F,
     1},
    {{INTEL},
     0x806f8,
     AVX512,
     SAVES_ALL,
     "Intel(R) Xeon(R) Platinum 8488C",
     6,
     0x8f,
     "sapphirerapids",
     CPU_AVX512F,
     0},
    {{INTEL},
     0xb0671,
     AVX2,
     SAVES_AVX,
     "13th Gen Intel(R) Core(TM) i9-13900K",
     6,
     0xb7,
     "x86-64-v3",
     CPU_AVX2_FMA,
     0},
    {{AMD}, 0x800f11, AVX2, SAVES_AVX, "AMD Ryzen 7 1700", 0x17, 0x01, "zen1", CPU_AVX2_FMA, 0},
    {{AMD}, 0x830f10, AVX2, SAVES_AVX, "AMD EPYC 7742", 0x17, 0x31, "zen2", CPU_AVX2_FMA, 0},
    {{AMD}, 0xa00f11, AVX2, SAVES_AVX, "AMD EPYC 7763", 0x19, 0x01, "zen3", CPU_AVX2_FMA, 0},
    {{AMD}, 0xa10f11, AVX512, SAVES_ALL, "AMD EPYC 9654", 0x19, 0x11, "zen4", CPU_AVX512F, 0},
    {{AMD}, 0xa60f12, AVX512, SAVES_ALL, "AMD Ryzen 9 7950X", 0x19, 0x61, "zen4", CPU_AVX512F, 0},
    {{AMD}, 0xb00f21, 0xf1bf07ab, SAVES_ALL, "AMD EPYC", 0x1a, 0x02, "zen5", CPU_AVX512F, 0},
    /* the system or the hypervisor keeps the wide registers back */
    {{AMD}, 0xb00f21, 0xf1bf07ab, SAVES_AVX, "AMD EPYC", 0x1a, 0x02, "zen5", CPU_AVX2_FMA, 0},
    {{INTEL},
     0x606a6,
     AVX512,
     0x3,
     "Intel Xeon Processor (Icelake)",
     6,
     0x6a,
     "icelake-server",
     CPU_SSE2,
     0},
    /* nobody knows it: by what it can do */
    {{0x20202020, 0x20202020, 0x20202020},
     0x00f00,
     AVX512,
     SAVES_ALL,
     "",
     15,
     0,
     "x86-64-v4",
     CPU_AVX512F,
     0},
    {{0x20202020, 0x20202020, 0x20202020}, 0x00f00, 0, 0, "", 15, 0, "x86-64-v2", CPU_SSE2, 0},
};

static size_t capture(const captured *c, cpuid_leaf *leaves) {
    size_t n = 0;
    leaves[n++] = (cpuid_leaf){0, 0, 0x16, c->vendor[0], c->vendor[1], c->vendor[2]};
    leaves[n++] = (cpuid_leaf){1, 0, c->version, 0, ONE_C, ONE_D};
    leaves[n++] = (cpuid_leaf){7, 0, 0, c->features, 0, 0};
    char brand[48] = "";
    memcpy(brand, c->brand, strlen(c->brand));
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t words[4];
        memcpy(words, brand + 16 * i, 16);
        leaves[n++] = (cpuid_leaf){0x80000002U + i, 0, words[0], words[1], words[2], words[3]};
    }
    return n;
}

static void processors_are_recognised(void **state) {
    (void)state;
    for (size_t i = 0; i < LENGTH(processors); i++) {
        const captured *c = &processors[i];
        cpuid_leaf leaves[CPUID_LEAVES];
        cpu_identity id;
        identity_from_cpuid(&id, leaves, capture(c, leaves), c->xcr0);
        assert_string_equal(id.arch, c->arch);
        assert_int_equal(id.family, c->family);
        assert_int_equal(id.model, c->model);
        assert_string_equal(id.brand, c->brand);
        assert_int_equal(id.avx512_fma_units, c->fma_units);
        assert_true(id.runs[CPU_SSE2]);
        assert_int_equal(id.runs[CPU_AVX2_FMA], c->widest != CPU_SSE2);
        assert_int_equal(id.runs[CPU_AVX512F], c->widest == CPU_AVX512F);
        assert_false(id.runs[CPU_NEON]);
    }
}

static void clock_as_stated(void **state) {
    (void)state;
    cpu_identity id = {.brand = "Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz"};
    const char *source;
    assert_near(machine_clock("/no/such/root", &id, &source), 2.1e9, 1e-12);
    assert_string_equal(source, "the processor's name");
    id.max_hz = 3.7e9;
    assert_near(machine_clock("/no/such/root", &id, &source), 3.7e9, 1e-12);
    id = (cpu_identity){.brand = "AMD EPYC"};
    assert_near(machine_clock("/no/such/root", &id, &source), 0, 0);
}

static void arm_is_recognised(void **state) {
    (void)state;
    static const struct {
        const char *text, *arch, *brand;
        bool neon;
    } cases[] = {
        {"processor\t: 0\nBogoMIPS\t: 243.75\nFeatures\t: fp asimd evtstrm aes\n"
         "CPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x3\nCPU part\t: 0xd0c\n"
         "CPU revision\t: 1\n",
         "neoverse-n1", "Arm Neoverse N1", true},
        {"Features\t: fp asimd sve\nCPU implementer\t: 0x41\nCPU part\t: 0xd40\n", "neoverse-v1",
         "Arm Neoverse V1", true},
        {"Features\t: fp asimd\nCPU implementer\t: 0x61\nCPU part\t: 0x022\n", "armv8",
         "Arm part 61/22", true},
        {"", "armv8", "Arm part 0/0", false},
        {"CPU implementer", "armv8", "Arm part 0/0", false},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        cpu_identity id;
        identity_from_cpuinfo(&id, cases[i].text);
        assert_string_equal(id.arch, cases[i].arch);
        assert_string_equal(id.brand, cases[i].brand);
        assert_int_equal(id.runs[CPU_NEON], cases[i].neon);
    }
}

/* ---- captured control groups ---- */

static char root[64]; /* a folder that is removed in the end */

static void put_file(const char *path, const char *text) {
    char full[512];
    snprintf(full, sizeof full, "%s%s", root, path);
    for (char *slash = full; (slash = strchr(slash + 1, '/'));) {
        *slash = '\0';
        mkdir(full, 0777);
        *slash = '/';
    }
    FILE *f = fopen(full, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static int make_root(void **state) {
    (void)state;
    snprintf(root, sizeof root, "/tmp/roofline-test-XXXXXX");
    return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    return system(command);
}

static void quota_texts(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double cpus;
    } cases[] = {{"max 100000\n", 0}, {"150000 100000\n", 1.5},
                 {"200000 50000", 4}, {"", 0},
                 {"0 100000", 0},     {"-1 100000", 0},
                 {"100000", 0},       {"x y", 0},
                 {"100000 0", 0},     {"nan 1", 0}};
    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_near(cgroup_parse_cpu_max(cases[i].text), cases[i].cpus, 0);
}

/* Version 2: the tightest of the group and those above it. */
static void groups_of_version_2(void **state) {
    (void)state;
    put_file("/proc/self/cgroup", "0::/user.slice/job.scope\n");
    put_file("/sys/fs/cgroup/user.slice/job.scope/cpu.max", "800000 100000\n");
    put_file("/sys/fs/cgroup/user.slice/cpu.max", "250000 100000\n");
    put_file("/sys/fs/cgroup/user.slice/job.scope/memory.max", "max\n");
    put_file("/sys/fs/cgroup/user.slice/memory.max", "3000000\n");
    put_file("/sys/fs/cgroup/user.slice/memory.current", "1000000\n");
    put_file("/proc/meminfo", "MemTotal: 4000 kB\nMemFree: 10 kB\nMemAvailable:    1500 kB\n");
    assert_near(cgroup_cpus(root), 2.5, 0);
    assert_near(cgroup_memory_left(root), 2e6, 0);
    assert_near(memory_available(root), 1500 * 1024.0, 0);
    put_file("/proc/meminfo", "MemAvailable: 999999 kB\n");
    assert_near(memory_available(root), 2e6, 0);
}

/* Version 1; and in a container the path is the host's, of which only the top is mounted. */
static void groups_of_version_1(void **state) {
    (void)state;
    put_file("/proc/self/cgroup", "5:memory:/docker/abc\n4:cpuset:/\n3:cpu,cpuacct:/docker/abc\n");
    put_file("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000\n");
    put_file("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
    put_file("/sys/fs/cgroup/memory/memory.limit_in_bytes", "5000000\n");
    put_file("/sys/fs/cgroup/memory/memory.usage_in_bytes", "6000000\n");
    assert_near(cgroup_cpus(root), 0.5, 0);
    assert_near(cgroup_memory_left(root), 0, 0);
    put_file("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
    assert_near(cgroup_cpus(root), 0, 0);
}

static void no_groups(void **state) {
    (void)state;
    assert_near(cgroup_cpus(root), 0, 0);
    assert_true(isinf(cgroup_memory_left(root)));
    assert_near(memory_available(root), 0, 0);
    put_file("/proc/self/cgroup", "garbage\n\n::\n7:cpu:relative\n");
    assert_near(cgroup_cpus(root), 0, 0);
}

/* ---- cores and memory ---- */

/* 2 packages x 2 third-level caches of 8 MB x 4 cores of 1 MB and 32 kB x 2 threads. */
static void cores_of_a_made_up_machine(void **state) {
    (void)state;
    topology *t = topology_synthetic("pack:2 l3:2(size=8000000) l2:4(size=1000000) "
                                     "l1:1(size=32000) core:1 pu:2");
    assert_non_null(t);
    assert_int_equal(topology_cores(t), 16);
    assert_near(topology_cache(t, 1, 16), 16 * 32000, 0);
    assert_near(topology_cache(t, 2, 3), 3e6, 0);
    assert_near(topology_cache(t, 3, 4), 8e6, 0);
    assert_near(topology_cache(t, 3, 5), 16e6, 0);
    assert_near(topology_cache(t, 0, 16), 32e6, 0);
    topology_close(t);

    t = topology_synthetic("pu:3"); /* neither cores nor caches told apart */
    assert_int_equal(topology_cores(t), 3);
    assert_near(topology_cache(t, 0, 3), 0, 0);
    topology_close(t);
}

static void threads_within_the_quota(void **state) {
    (void)state;
    assert_int_equal(machine_threads(&(machine){.quota = 0}, 8), 8);
    assert_int_equal(machine_threads(&(machine){.quota = 2.5}, 8), 2);
    assert_int_equal(machine_threads(&(machine){.quota = 0.5}, 8), 1);
    assert_int_equal(machine_threads(&(machine){.quota = 64}, 8), 8);
}

static void working_set_leaves_caches_and_memory(void **state) {
    (void)state;
    assert_int_equal(cpu_working_set(32 << 20, 24e9), 256 << 20);
    assert_int_equal(cpu_working_set(0, 24e9), 128 << 20);
    assert_int_equal(cpu_working_set(128e6, 4096e5 * 8), 4096 * 200000); /* a quarter: 6.4 times */
    assert_int_equal(cpu_working_set(256e6, 4e9), 0); /* 1.02 GB are more than a quarter */
    assert_int_equal(cpu_working_set(0, 0), 0);
}

static void signature_says_what_limits(void **state) {
    (void)state;
    char text[256], again[256];
    machine m = {.cpu = {.vendor = "AuthenticAMD",
                         .family = 26,
                         .model = 2,
                         .stepping = 1,
                         .brand = "AMD EPYC"},
                 .cpus = 2};
    assert_true(machine_signature(&m, text, sizeof text));
    assert_string_equal(text, "cpu AuthenticAMD 26.2.1 AMD EPYC, cpus 2, quota none");
    m.quota = 1.5;
    assert_true(machine_signature(&m, text, sizeof text));
    assert_string_equal(text, "cpu AuthenticAMD 26.2.1 AMD EPYC, cpus 2, quota 1.50");
    assert_false(machine_signature(&m, text, 20));

    assert_true(roof_machine_signature(text, sizeof text));
    assert_true(roof_machine_signature(again, sizeof again));
    assert_string_equal(text, again);
}

/* ---- the kernels themselves ---- */

static void kernels_of_this_machine(const bool **runs) {
    static cpu_identity id;
    identity_read(&id);
    *runs = id.runs;
}

static const cpu_kernel *find_kernel(const cpu_isa *isa, const char *symbol) {
    for (size_t i = 0; i < isa->n; i++)
        if (!strcmp(isa->kernels[i].symbol, symbol))
            return &isa->kernels[i];
    return NULL;
}

static cpu_work *new_work(void) {
    void *work;
    assert_int_equal(posix_memalign(&work, 64, sizeof(cpu_work)), 0);
    memset(work, 0, sizeof(cpu_work));
    cpu_work_init(work, 1);
    return work;
}

/* Each step is undone by the next, so the accumulators end where they began, and differ. */
static void peaks_compute(const cpu_isa *isa) {
    cpu_work *w = new_work();
    find_kernel(isa, "vector_fp32")->loop(w, 100);
    const float *f = (const float *)(const void *)w->result;
    for (int i = 0; i < 4; i++)
        assert_near(f[i], w->fp32[i], 1e-4);
    assert_true(f[0] != f[1] && f[1] != f[2]);
    find_kernel(isa, "vector_fp64")->loop(w, 100);
    const double *d = (const double *)(const void *)w->result;
    for (int i = 0; i < 2; i++)
        assert_near(d[i], w->fp64[i], 1e-12);
    free(w);
}

/* Against libc: 3 units in the last place, in the range of the inputs and at both ends. */
static void exp_is_right(const cpu_isa *isa) {
    cpu_work *w = new_work();
    w->input[0] = 0;
    w->input[1] = 88;
    w->input[2] = -87;
    const cpu_kernel *k = find_kernel(isa, "special_exp");
    k->loop(w, (int64_t)(CPU_ELEMENTS / k->facts.flops));
    for (int i = 0; i < CPU_ELEMENTS; i++)
        assert_near(w->output[i], exp((double)w->input[i]), 4e-7);
    free(w);
}

enum { BLOCKS = 9, FLOATS = BLOCKS * CPU_STREAM_BLOCK / 4 };

static void streams_move(const cpu_isa *isa) {
    cpu_work *w = new_work();
    for (size_t i = 0; i < isa->n; i++) {
        const cpu_kernel *k = &isa->kernels[i];
        float *stream[3];
        for (int s = 0; s < 3; s++) {
            void *memory;
            assert_int_equal(posix_memalign(&memory, 64, FLOATS * sizeof(float)), 0);
            stream[s] = memory;
            w->stream[s] = memory;
            for (int j = 0; j < FLOATS; j++)
                stream[s][j] = (float)(j + 1000 * s);
        }
        if (k->streams > 0)
            k->loop(w, BLOCKS);
        for (int j = 0; j < FLOATS && k->streams > 1; j++)
            assert_near(stream[0][j],
                        k->streams == 2 ? stream[1][j] : stream[1][j] + 0.5 * stream[2][j], 0);
        for (int s = 0; s < 3; s++)
            free(stream[s]);
    }
    free(w);
}

static void kernels_do_their_work(void **state) {
    (void)state;
    const bool *runs;
    const cpu_isa *isa;
    kernels_of_this_machine(&runs);
    for (size_t i = 0; (isa = cpu_isa_compiled(i)); i++) {
        if (!runs[isa->id])
            continue;
        peaks_compute(isa);
        exp_is_right(isa);
        streams_move(isa);
    }
}

/* On AVX-512 both widths compute, and the wider one alone streams; no name occurs twice. */
static void kernels_that_are_chosen(void **state) {
    (void)state;
    const cpu_kernel *k;
    bool all[CPU_ISA_COUNT] = {true, true, true, true}, none[CPU_ISA_COUNT] = {false};
    assert_null(cpu_kernel_at(none, 0));
    int drams = 0;
    for (size_t i = 0; (k = cpu_kernel_at(all, i)); i++) {
        drams += k->streams > 0;
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(cpu_kernel_at(all, j)->facts.name, k->facts.name);
    }
    assert_in_range(drams, cpu_isa_compiled(0) ? 3 : 0, 4);
}

/* The whole CPU backend, for a moment: whatever the machine, the numbers are numbers. */
static void cpu_backend_measures(void **state) {
    (void)state;
    static const engine_plan moment = {.total = 0.02, .warm_up = 0, .sample = 1e-4};
    roof_calibrate_options o = {0};
    roof_error e = ROOF_ERROR_INIT;
    void *s = backend_cpu.open(&o, &e);
    if (!s)
        skip(); /* no kernels for this processor */
    engine_result r[MOST];
    size_t n = engine_run(&backend_cpu, s, &o, &moment, r, MOST, &e);
    assert_in_range(n, 6, MOST);
    for (size_t i = 0; i < n; i++) {
        if (r[i].n == 0) /* only memory may be short */
            assert_string_equal(r[i].kernel->section, "memory");
        else
            assert_true(r[i].min > 0 && r[i].min <= r[i].median && r[i].median <= r[i].max &&
                        r[i].clock_hz > 0);
    }
    backend_cpu.close(s);
    assert_null(backend_cpu.open(&(roof_calibrate_options){.threads = 1 << 20}, &e));
    assert_int_equal(e.status, ROOF_USAGE);
}

/* ---- theory and saving ---- */

static void theory_is_labelled(void **state) {
    (void)state;
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = roof_machine_theory(&e);
    if (!d) { /* a machine that does not tell its clock */
        assert_int_equal(e.status, ROOF_FAILED);
        skip();
    }
    assert_int_equal(roof_device_source(d), ROOF_THEORY);
    assert_true(roof_device_compute(d, ROOF_VECTOR, ROOF_FP32, ROOF_PRECISION_NONE, false).value >
                1e9);
    const roof_ceiling dram = roof_device_memory(d, "dram");
    assert_true(dram.value >= 1e9);
    assert_non_null(strstr(dram.fact->source, "assumed"));
    roof_device_free(d);
}

static void use_root_as_home(void) {
    assert_int_equal(setenv("XDG_DATA_HOME", root, 1), 0);
}

static roof_device *fake_profile(void) {
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = roof_calibrate(&(roof_calibrate_options){.backend = "fake"}, &e);
    assert_non_null(d);
    return d;
}

static size_t count_files(const char *folder) {
    char command[4200];
    snprintf(command, sizeof command, "ls -A '%s' | wc -l", folder);
    FILE *f = popen(command, "r");
    size_t n = 0;
    assert_int_equal(fscanf(f, "%zu", &n), 1);
    pclose(f);
    return n;
}

static void saved_profile_is_read_again(void **state) {
    (void)state;
    char path[4096], folder[4096];
    roof_error e = ROOF_ERROR_INIT;
    use_root_as_home();
    roof_device *d = fake_profile();
    assert_true(roof_device_save(d, NULL, path, sizeof path, &e));
    roof_device *again = roof_device_load(path, &e);
    assert_non_null(again);
    assert_string_equal(roof_device_signature(again), "fake");
    assert_near(find_fact(again, "compute", "vector", "fp32", "fake")->value, 1e11, 1e-6);
    assert_true(roof_device_folder(folder, sizeof folder));
    assert_int_equal(count_files(folder), 1); /* no temporary file */
    roof_device_free(again);
    roof_device_free(d);
}

/* This machine's theory carries its signature, so it stands for a calibration here. */
static void saved_profile_is_found_by_signature(void **state) {
    (void)state;
    char path[4096];
    roof_error e = ROOF_ERROR_INIT;
    use_root_as_home();
    assert_null(roof_machine_saved(&e));
    assert_int_equal(e.status, ROOF_OK);
    roof_device *d = roof_machine_theory(&e);
    if (!d)
        skip();
    assert_true(roof_device_save(d, NULL, path, sizeof path, &e));
    roof_device_free(d);
    d = roof_machine_saved(&e);
    assert_non_null(d);
    roof_device_free(d);

    assert_int_equal(truncate(path, 20), 0);
    assert_null(roof_machine_saved(&e));
    assert_true(e.status != ROOF_OK);
    char hint[4200];
    snprintf(hint, sizeof hint, "delete %s", path);
    assert_non_null(strstr(e.text, hint));
}

/* A disk that is full after 100 bytes: the old profile stays as it was, nothing is left beside. */
static void full_disk_leaves_the_old_profile(void **state) {
    (void)state;
    char path[128], text[16] = "";
    snprintf(path, sizeof path, "%s/old.csv", root);
    put_file("/old.csv", "old");
    roof_device *d = fake_profile();
    struct rlimit before;
    getrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){100, before.rlim_max});
    roof_error e = ROOF_ERROR_INIT;
    bool saved = roof_device_save(d, path, NULL, 0, &e);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_false(saved);
    assert_int_equal(e.status, ROOF_FAILED);
    assert_non_null(strstr(e.text, path));
    assert_true(sysfile_read(root, "/old.csv", text, sizeof text));
    assert_string_equal(text, "old");
    assert_int_equal(count_files(root), 1);
    roof_device_free(d);
}

static void bad_places_are_refused(void **state) {
    (void)state;
    char below_a_file[128];
    snprintf(below_a_file, sizeof below_a_file, "%s/file/profile.csv", root);
    put_file("/file", "");
    const char *const bad[] = {below_a_file, "/no/such/folder/x.csv", "/dev/null", root, ""};
    roof_device *d = fake_profile();
    for (size_t i = 0; i < LENGTH(bad); i++) {
        roof_error e = ROOF_ERROR_INIT;
        assert_false(roof_device_save(d, bad[i], NULL, 0, &e));
        assert_int_equal(e.status, ROOF_FAILED);
    }
    roof_error e = ROOF_ERROR_INIT;
    setenv("XDG_DATA_HOME", below_a_file, 1);
    assert_false(roof_device_save(d, NULL, NULL, 0, &e));
    assert_int_equal(e.status, ROOF_FAILED);
    struct stat is;
    assert_true(stat("/dev/null", &is) == 0 && S_ISCHR(is.st_mode));
    roof_device_free(d);
}

int main(void) {
#define IN_ROOT(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(median_is_the_middle),
        cmocka_unit_test(width_follows_from_ranks),
        cmocka_unit_test(statistics_of_scripts),
        cmocka_unit_test(disturbed_samples_are_left_out),
        cmocka_unit_test(budget_is_kept),
        cmocka_unit_test(slow_kernels_get_one_sample),
        cmocka_unit_test(failures_are_kept_apart),
        cmocka_unit_test(stopping_keeps_results),
        cmocka_unit_test(profile_of_fake),
        cmocka_unit_test(only_selects),
        cmocka_unit_test(interrupted_profile_is_partial),
        cmocka_unit_test(kernels_have_names),
        cmocka_unit_test(processors_are_recognised),
        cmocka_unit_test(clock_as_stated),
        cmocka_unit_test(arm_is_recognised),
        cmocka_unit_test(quota_texts),
        IN_ROOT(groups_of_version_2),
        IN_ROOT(groups_of_version_1),
        IN_ROOT(no_groups),
        cmocka_unit_test(cores_of_a_made_up_machine),
        cmocka_unit_test(threads_within_the_quota),
        cmocka_unit_test(working_set_leaves_caches_and_memory),
        cmocka_unit_test(signature_says_what_limits),
        cmocka_unit_test(kernels_do_their_work),
        cmocka_unit_test(kernels_that_are_chosen),
        cmocka_unit_test(cpu_backend_measures),
        cmocka_unit_test(theory_is_labelled),
        IN_ROOT(saved_profile_is_read_again),
        IN_ROOT(saved_profile_is_found_by_signature),
        IN_ROOT(full_disk_leaves_the_old_profile),
        IN_ROOT(bad_places_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
