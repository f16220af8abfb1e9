/* Measuring: the statistics, and the engine and the public call on scripted kernels. */
#include "calibrate/engine.h"
#include "calibrate/fake.h"
#include "calibrate/remarks.h"
#include "calibrate/statistics.h"
#include "calibrate/sustained.h"
#include "expect.h"
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* ---- statistics ---- */

static void median_is_the_middle(void **state) {
    (void)state;
    assert_near(statistics_median((double[]){3, 1, 2}, 3), 2, 0);
    assert_near(statistics_median((double[]){4, 1, 3, 2}, 4), 2.5, 0);
    assert_near(statistics_median((double[]){7}, 1), 7, 0);
}

/* 16 values 1 ... 16: reach 0.98 x 4 = 3.92, ranks floor(8 - 3.92) - 1 = 3 and ceil(11.92) = 12:
 * values 4 and 13, over the 9 at rank 8. Of 6 values, no rank is low enough. */
static void width_follows_from_ranks(void **state) {
    (void)state;
    double values[16];
    for (int i = 0; i < 16; i++)
        values[i] = i + 1;
    assert_near(statistics_width(values, 16), 1, 1e-12);
    assert_true(isinf(statistics_width(values, 6)));
}

/* 100 values of 1 +- 0.001 x (i mod 5), some of them moved. */
static void fill(double *values, double from, double to, double by) {
    for (int i = 0; i < 100; i++)
        values[i] = (1 + 0.001 * (i % 5)) * (i >= from && i < to ? by : 1);
}

static void drift_is_seen(void **state) {
    (void)state;
    double v[100];
    fill(v, 0, 0, 1);
    assert_near(statistics_drift(v, 100), 0, 0);
    fill(v, 50, 100, 0.9); /* of the last third all, of the first none */
    assert_near(statistics_drift(v, 100), -0.1, 1e-9);
    fill(v, 50, 100, 0.98); /* 2 % is none */
    assert_near(statistics_drift(v, 100), 0, 0);
    fill(v, 90, 100, 0.5); /* a few at the end are outliers */
    assert_near(statistics_drift(v, 100), 0, 0);
    for (int i = 0; i < 100; i++)
        v[i] = 1 + 0.3 * (i * 37 % 100) / 100; /* noise hides it */
    assert_near(statistics_drift(v, 100), 0, 0);
    assert_near(statistics_drift(v, 5), 0, 0);
}

static void two_speeds_are_seen(void **state) {
    (void)state;
    double v[100], low, high;
    fill(v, 0, 40, 0.8);
    statistics_median(v, 100);
    assert_true(statistics_two_modes(v, 100, &low, &high));
    assert_near(low, 0.8 * 1.002, 1e-9);
    assert_near(high, 1.002, 1e-9);
    fill(v, 0, 10, 0.8); /* too few for a speed */
    statistics_median(v, 100);
    assert_false(statistics_two_modes(v, 100, &low, &high));
    assert_int_equal(statistics_outliers(v, 100), 10);
    fill(v, 0, 40, 0.97); /* too near */
    statistics_median(v, 100);
    assert_false(statistics_two_modes(v, 100, &low, &high));
    for (int i = 0; i < 100; i++)
        v[i] = 1 + 0.01 * i; /* evenly spread */
    assert_false(statistics_two_modes(v, 100, &low, &high));
    assert_int_equal(statistics_outliers(v, 100), 0);
    assert_false(statistics_two_modes(v, 10, &low, &high));
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

/* Of 2.1 s: 0.4 of opening are foreseen, a second more is taken away, but never more than half. */
static void a_slow_start_leaves_less_time(void **state) {
    (void)state;
    assert_float_equal(engine_plan_after(&engine_quick, 0.3).total, 2.1, 1e-9);
    assert_float_equal(engine_plan_after(&engine_quick, 1.4).total, 1.1, 1e-9);
    assert_float_equal(engine_plan_after(&engine_quick, 9).total, 1.05, 1e-9);
    assert_float_equal(engine_plan_after(&engine_quick, 1.4).warm_up, 0.02, 1e-9);
}

enum { MOST = 24 };

static size_t run_script(const fake_kernel *kernels, size_t n, const roof_calibrate_options *o,
                         engine_result *results, double *lasted, roof_error *e) {
    fake_script script = {.kernels = kernels, .n = n};
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
    fake_script script = {.kernels = kernels, .n = 2};
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

/* One note, the one that explains most. */
static void notes_say_what_happened(void **state) {
    (void)state;
    static const struct {
        fake_kernel kernel;
        const char *note;
    } cases[] = {
        {{COMPUTE("steady"), .seconds = 1e-6}, ""},
        {{COMPUTE("outliers"), .seconds = 1e-6, .outlier_every = 7}, "samples lie far off"},
        {{COMPUTE("drifting"), .seconds = 1e-6, .drift = 0.005}, "less at the end"},
        {{COMPUTE("two speeds"), .seconds = 1e-6, .second_speed = 1.3},
         "two speeds, 769 MFLOP/s and 1.00 GFLOP/s"},
        {{COMPUTE("hot"), .seconds = 1e-6, .throttled_from = 20}, "held down: heat"},
        {{COMPUTE("busy"), .seconds = 1e-6, .disturbed_from = 20}, "other programs disturbed"},
        {{COMPUTE("unprepared"), .unprepared = true}, "does not let it begin"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        engine_result r[MOST];
        stopping told = {.at = -1};
        roof_calibrate_options o = {.progress = stop_at, .user = &told};
        engine_plan plan = short_plan;
        plan.narrow = -1;
        plan.total = 0.4;
        fake_script script = {.kernels = &cases[i].kernel, .n = 1};
        void *s = fake_open_script(&script);
        engine_run(&backend_fake, s, &o, &plan, r, MOST, NULL);
        backend_fake.close(s);
        if (*cases[i].note ? !strstr(told.last_note, cases[i].note) : *told.last_note != '\0')
            fail_msg("%s: \"%s\"", cases[i].kernel.facts.name, told.last_note);
    }
}

static void telemetry_is_kept(void **state) {
    (void)state;
    static const fake_kernel hot[] = {{COMPUTE("hot"), .seconds = 1e-6, .throttled_from = 1}};
    engine_result r[MOST];
    run_script(hot, 1, &(roof_calibrate_options){0}, r, NULL, NULL);
    assert_near(r[0].watts, 100, 0);
    assert_near(r[0].celsius, 90, 0);
    assert_near(r[0].clock_hz, 5e8, 0);
    assert_string_equal(r[0].throttled, "heat");
}

/* The plan's effort chooses, unless a name is asked for. */
static void effort_chooses(void **state) {
    (void)state;
    static const fake_kernel kernels[] = {
        {COMPUTE("a"), .seconds = 1e-6},
        {COMPUTE("b"), .seconds = 1e-6, .effort = EFFORT_USUAL},
        {COMPUTE("c"), .seconds = 1e-6, .effort = EFFORT_FULL},
    };
    fake_script script = {.kernels = kernels, .n = 3};
    for (int effort = EFFORT_QUICK; effort <= EFFORT_FULL; effort++) {
        engine_plan plan = short_plan;
        plan.effort = (bench_effort)effort;
        void *s = fake_open_script(&script);
        engine_result r[MOST];
        roof_calibrate_options all = {0}, one = {.only = "c"};
        assert_int_equal(engine_run(&backend_fake, s, &all, &plan, r, MOST, NULL), effort + 1);
        assert_int_equal(engine_run(&backend_fake, s, &one, &plan, r, MOST, NULL), 1);
        backend_fake.close(s);
    }
}

/* A part of the name, whatever its capitals; * and ? stand for anything, and nothing else does. */
static void patterns_choose_names(void **state) {
    (void)state;
    static const struct {
        const char *pattern;
        bool matches;
    } cases[] = {
        {"fp32 avx2", true},   {"", true},    {"FP32", true},        {"vector*avx2", true},
        {"v?ctor", true},      {"*", true},   {"1core", true},       {"avx2*fp32", false},
        {"vector avx", false}, {"\\", false}, {"vector fp32", true}, {"fp64", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(roof_calibrate_matches("vector fp32 avx2 1core", cases[i].pattern),
                         cases[i].matches);
    char longer[600];
    memset(longer, '*', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_false(roof_calibrate_matches("vector", longer)); /* not cut to one that matches */
}

/* ---- what else went on ---- */

static void contention_is_told(void **state) {
    (void)state;
    static const struct {
        bench_load load;
        const char *text;
    } cases[] = {
        {{.known = false, .others = 3}, ""},
        {{.known = true, .others = 0.05, .stolen = 0.01}, ""},
        {{.known = true, .others = 1.5, .average = 4}, "other programs used 1.5 processors"},
        {{.known = true, .stolen = 0.3}, "other guests of this machine's host took 0.3"},
        {{.known = true, .held_back = 0.4, .others = 1}, "held this process back for 40 %"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        remark_load(&cases[i].load, text, sizeof text);
        assert_true(*cases[i].text ? strstr(text, cases[i].text) != NULL : !*text);
    }
}

/* 4 cores at 1 GHz: 128 GFLOP/s in theory with AVX2, 64 in fp64, 32 on one core. */
static roof_device *profile_with(double fp32, double fp64, double alone) {
    char csv[1024];
    const char *head = "section,name,precision,accumulate,variant,value,unit,clock_hz,source\n"
                       "device,name,,,,Box,,,\ndevice,kind,,,,cpu,,,\n"
                       "param,arch,,,,x86-64-v3,,,x\nparam,core_count,,,,4,,,x\n";
    int n = snprintf(csv, sizeof csv,
                     "%scompute,vector,fp32,fp32,avx2,%g,FLOP/s,1e9,measured\n"
                     "compute,vector,fp64,fp64,avx2,%g,FLOP/s,1e9,measured\n",
                     head, fp32, fp64);
    if (alone > 0)
        n += snprintf(csv + n, sizeof csv - (size_t)n,
                      "compute,vector,fp32,fp32,avx2.1core,%g,FLOP/s,1e9,measured\n", alone);
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = roof_device_parse(csv, (size_t)n, "box.csv", &e);
    assert_non_null(d);
    return d;
}

/* Three kernels that reach at most `most` times their median of 1e9. */
static roof_device *profile_of_spread(double most, int samples) {
    static const char *const names[] = {"read", "write", "copy"};
    char csv[1024];
    int n = snprintf(csv, sizeof csv,
                     "section,name,precision,accumulate,variant,value,unit,min,max,samples,source\n"
                     "device,name,,,,Box,,,,,\ndevice,kind,,,,cpu,,,,,\n");
    for (size_t i = 0; i < 3; i++)
        n += snprintf(csv + n, sizeof csv - (size_t)n,
                      "memory,dram,,,%s,1e9,B/s,9e8,%g,%d,measured\n", names[i], most * 1e9,
                      samples);
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = roof_device_parse(csv, (size_t)n, "box.csv", &e);
    assert_non_null(d);
    return d;
}

static void spread_is_told(void **state) {
    (void)state;
    static const struct {
        double most;
        int samples;
        const char *text;
    } cases[] = {
        {1.05, 30, ""}, {1.2, 30, "3 of 3 kernels were for a while"}, {1.2, 4, ""} /* too few */};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        roof_device *d = profile_of_spread(cases[i].most, cases[i].samples);
        remark_spread(d, text, sizeof text);
        assert_true(*cases[i].text ? strstr(text, cases[i].text) != NULL : !*text);
        roof_device_free(d);
    }
}

static void half_of_theory_is_explained(void **state) {
    (void)state;
    static const struct {
        double fp32, fp64, alone;
        const char *text;
    } cases[] = {
        {64e9, 33e9, 31e9, "one alone 97 %"},
        {64e9, 33e9, 0, "may be hardware threads of one core"},
        {64e9, 33e9, 16e9, ""}, /* one core is no better: something else is wrong */
        {126e9, 63e9, 31e9, ""},
        {64e9, 63e9, 31e9, ""}, /* only one of them */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        roof_device *d = profile_with(cases[i].fp32, cases[i].fp64, cases[i].alone);
        remark_half(d, text, sizeof text);
        assert_true(*cases[i].text ? strstr(text, cases[i].text) != NULL : !*text);
        roof_device_free(d);
    }
}

/* ---- long runs ---- */

/* From the 100th run of 20 ms on, 2 s, every sample takes twice as long: of 10 s the first tenth is
 * at 1 GFLOP/s, the last third at half of it. */
static void sustained_is_less_than_burst(void **state) {
    (void)state;
    static const fake_kernel kernels[] = {
        {COMPUTE("tiring"), .seconds = 1e-6, .disturbed_from = 100},
        {COMPUTE("other"), .seconds = 1e-6}};
    fake_script script = {.kernels = kernels, .n = 2};
    void *s = fake_open_script(&script);
    series list[2];
    roof_error e = ROOF_ERROR_INIT;
    roof_calibrate_options o = {.sustained = 10};
    assert_int_equal(sustain(&backend_fake, s, &o, NULL, list, 2, &e), 1); /* the first */
    assert_int_equal(e.status, ROOF_OK);
    assert_in_range(list[0].n, 60, SERIES_POINTS);
    assert_near(list[0].burst, 1e9, 1e-9);
    assert_near(list[0].sustained, 5e8, 1e-9);
    assert_near(list[0].points[list[0].n - 1].seconds, 10, 0.02);
    o.only = "i"; /* in "tiring" alone */
    assert_int_equal(sustain(&backend_fake, s, &o, NULL, list, 2, &e), 1);
    o.only = "o such";
    assert_int_equal(sustain(&backend_fake, s, &o, NULL, list, 2, &e), 0);
    backend_fake.close(s);

    roof_device *d =
        roof_calibrate(&(roof_calibrate_options){.backend = "fake", .sustained = 2}, &e);
    assert_non_null(d);
    size_t n, points = 0;
    const roof_fact *f = roof_device_facts(d, &n);
    for (size_t i = 0; i < n; i++)
        points += !strcmp(f[i].section, "series");
    assert_in_range(points, 50, SERIES_POINTS);
    assert_true(*roof_device_partial(d) != '\0');
    roof_device_free(d);
}

/* However many kernels and however unsteady, the plan's total holds, to a sample per kernel. */
static void budget_is_kept(void **state) {
    (void)state;
    fake_kernel kernels[20];
    for (size_t i = 0; i < 20; i++)
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
    assert_int_equal(r[1].n, ENGINE_ENOUGH);
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
    assert_string_equal(roof_device_partial(d), "interrupted after 1 of 5 measurements");
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slow_start_leaves_less_time),
        cmocka_unit_test(median_is_the_middle),
        cmocka_unit_test(width_follows_from_ranks),
        cmocka_unit_test(drift_is_seen),
        cmocka_unit_test(two_speeds_are_seen),
        cmocka_unit_test(notes_say_what_happened),
        cmocka_unit_test(telemetry_is_kept),
        cmocka_unit_test(effort_chooses),
        cmocka_unit_test(patterns_choose_names),
        cmocka_unit_test(contention_is_told),
        cmocka_unit_test(spread_is_told),
        cmocka_unit_test(half_of_theory_is_explained),
        cmocka_unit_test(sustained_is_less_than_burst),
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
