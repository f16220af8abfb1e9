/* A backend whose kernels take scripted times, for tests. */
#include "calibrate/fake.h"
#include "base/error.h"
#include "device/profile.h"
#include <stdlib.h>

/* 100 GFLOP/s, half of it in fp64, 10 Gexp/s; 10 GB/s read, 8 GB/s copied. */
static const fake_kernel built_in[] = {
    {.facts = {.name = "vector fp32 fake",
               .section = "compute",
               .unit = "vector",
               .precision = "fp32",
               .accumulate = "fp32",
               .variant = "fake",
               .source = "measured",
               .flops = 1e5},
     .seconds = 1e-6},
    {.facts = {.name = "vector fp64 fake",
               .section = "compute",
               .unit = "vector",
               .precision = "fp64",
               .accumulate = "fp64",
               .variant = "fake",
               .source = "measured",
               .flops = 1e5},
     .seconds = 2e-6,
     .noise = 0.02},
    {.facts = {.name = "special exp fp32 fake",
               .section = "compute",
               .unit = "special",
               .precision = "fp32",
               .accumulate = "fp32",
               .variant = "fake",
               .source = "measured",
               .flops = 1e4},
     .seconds = 1e-6,
     .outlier_every = 7},
    {.facts = {.name = "dram read",
               .section = "memory",
               .unit = "dram",
               .variant = "read",
               .source = "measured",
               .bytes = 1e7},
     .seconds = 1e-3},
    {.facts = {.name = "dram copy",
               .section = "memory",
               .unit = "dram",
               .variant = "copy",
               .source = "measured",
               .bytes = 8e6},
     .seconds = 1e-3,
     .drift = 1e-5},
};
static const fake_script default_script = {.kernels = built_in,
                                           .n = sizeof built_in / sizeof *built_in};

typedef struct fake_state {
    const fake_script *script;
    double now;
    int runs; /* of the kernel that was prepared last */
} fake_state;

void *fake_open_script(const fake_script *script) {
    fake_state *s = calloc(1, sizeof *s);
    if (s)
        s->script = script;
    return s;
}

static void *fake_open(const roof_calibrate_options *options, roof_error *e) {
    (void)options;
    void *state = fake_open_script(&default_script);
    if (!state)
        error_set(e, ROOF_FAILED, "out of memory");
    return state;
}

static const bench_kernel *fake_kernel_facts(const void *state, size_t i) {
    const fake_state *s = state;
    const fake_script *script = s ? s->script : &default_script;
    return i < script->n ? &script->kernels[i].facts : NULL;
}

static bool fake_prepare(void *state, size_t i, roof_error *e) {
    fake_state *s = state;
    s->runs = 0;
    if (s->script->kernels[i].unprepared)
        return error_set(e, ROOF_FAILED, "the script does not let it begin");
    return true;
}

static bool fake_run(void *state, size_t i, int64_t repetitions, bench_sample *sample,
                     roof_error *e) {
    fake_state *s = state;
    const fake_kernel *k = &s->script->kernels[i];
    s->runs++;
    if (k->fails_after && s->runs > k->fails_after)
        return error_set(e, ROOF_FAILED, "the script lets run %d fail", s->runs);
    double part = (double)((unsigned)s->runs * 2654435761U) / 4294967296.0;
    double seconds = (double)repetitions * k->seconds * (1 + k->noise * part);
    seconds *= 1 + k->drift * s->runs;
    if (k->outlier_every && s->runs % k->outlier_every == 0)
        seconds *= 10;
    if (k->second_speed > 0 && s->runs % 3 == 0)
        seconds *= k->second_speed;
    bool throttled = k->throttled_from && s->runs >= k->throttled_from;
    bool disturbed = k->disturbed_from && s->runs >= k->disturbed_from;
    seconds *= disturbed ? 2 : 1;
    s->now += seconds;
    *sample = (bench_sample){.seconds = seconds,
                             .iterations = (double)repetitions,
                             .clock_hz = throttled ? 5e8 : 1e9,
                             .watts = 100,
                             .celsius = throttled ? 90 : 50,
                             .throttled = throttled ? "heat" : NULL,
                             .disturbed = disturbed};
    return true;
}

static bench_effort fake_effort(const void *state, size_t i) {
    const fake_state *s = state;
    return s->script->kernels[i].effort;
}

static bench_load fake_load(void *state) {
    return ((fake_state *)state)->script->load;
}

static double fake_now(void *state) {
    return ((fake_state *)state)->now;
}

static double fake_shortest_sample(const void *state) {
    (void)state;
    return 0;
}

/* 4 cores at 1 GHz with AVX2: 128 GFLOP/s in theory. */
static bool fake_describe(void *state, roof_device *d) {
    (void)state;
    static const roof_fact facts[] = {
        {.section = "device", .name = "name", .text = "Fake machine", .source = "script"},
        {.section = "device", .name = "kind", .text = "cpu"},
        {.section = "device", .name = "signature", .text = "fake", .source = "script"},
        {.section = "param", .name = "arch", .text = "x86-64-v3", .source = "script"},
        {.section = "param", .name = "core_count", .value = 4, .source = "script"},
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (!device_add(d, &facts[i]))
            return false;
    return true;
}

const backend backend_fake = {
    .name = "fake",
    .automatic = false,
    .open = fake_open,
    .close = free,
    .kernel = fake_kernel_facts,
    .effort = fake_effort,
    .prepare = fake_prepare,
    .run = fake_run,
    .now = fake_now,
    .shortest_sample = fake_shortest_sample,
    .clock_source = "measured: by the script",
    .load = fake_load,
    .describe = fake_describe,
};
