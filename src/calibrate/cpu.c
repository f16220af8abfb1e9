/* The CPU backend: kernels of the best instruction set on all allowed cores. */
#include "base/error.h"
#include "calibrate/cpu_state.h"
#include "device/profile.h"
#include <stdlib.h>
#include <string.h>

enum {
    LOOP = 2048,       /* iterations of a compute kernel in a repetition: some 25 us */
    CHAIN_STEPS = 2048 /* of the clock: 131072 cycles, about 40 us */
};

/* Each thread makes what it will work on, so that it lies in the memory next to its core. */
static void make_work(void *user, int i) {
    cpu_state *s = user;
    void *work = NULL;
    if (posix_memalign(&work, 64, sizeof(cpu_work)) != 0)
        return;
    memset(work, 0, sizeof(cpu_work));
    s->lanes[i].work = work;
    cpu_work_init(work, (unsigned)i);
}

static void cpu_close(void *state) {
    cpu_state *s = state;
    team_stop(s->team);
    for (int i = 0; s->lanes && i < s->n; i++)
        free(s->lanes[i].work);
    free(s->lanes);
    cpu_memory_release(s);
    topology_close(s->cores);
    free(s);
}

static bool open_team(cpu_state *s, int threads, roof_error *e) {
    s->cores = topology_open(e);
    if (!s->cores)
        return false;
    int most = topology_cores(s->cores);
    if (threads > most)
        return error_set(e, ROOF_USAGE, "%d threads asked for, but only %d core%s may be used",
                         threads, most, most == 1 ? "" : "s");
    s->n = threads > 0 ? threads : machine_threads(&s->machine, most);
    s->lanes = calloc((size_t)s->n, sizeof *s->lanes);
    s->team = s->lanes ? team_start(s->cores, s->n, e) : NULL;
    if (!s->team)
        return error_set(e, ROOF_FAILED, "out of memory");
    team_run(s->team, make_work, s);
    for (int i = 0; i < s->n; i++)
        if (!s->lanes[i].work)
            return error_set(e, ROOF_FAILED, "out of memory");
    return true;
}

static void *cpu_open(const roof_calibrate_options *options, roof_error *e) {
    cpu_state *s = calloc(1, sizeof *s);
    if (!s) {
        error_set(e, ROOF_FAILED, "out of memory");
        return NULL;
    }
    machine_read(&s->machine);
    s->began = load_read("");
    if (!cpu_kernel_at(s->machine.cpu.runs, true, 0))
        error_set(e, ROOF_FAILED, "no kernel is written for this processor (%s)",
                  s->machine.cpu.brand);
    else if (open_team(s, options->threads, e))
        return s;
    cpu_close(s);
    return NULL;
}

/* `state` NULL: of the machine that this runs on. */
static const cpu_kernel *kernel_of(const cpu_state *s, size_t i) {
    machine here;
    if (s)
        return cpu_kernel_at(s->machine.cpu.runs, s->n > 1, i);
    identity_read(&here.cpu);
    return cpu_kernel_at(here.cpu.runs, true, i);
}

static const bench_kernel *cpu_kernel_facts(const void *state, size_t i) {
    const cpu_kernel *k = kernel_of(state, i);
    return k ? &k->facts : NULL;
}

static bench_effort cpu_effort_of(const void *state, size_t i) {
    const cpu_state *s = state;
    return cpu_effort(s->machine.cpu.runs, kernel_of(s, i));
}

static bool cpu_prepare(void *state, size_t i, roof_error *e) {
    cpu_state *s = state;
    s->kernel = kernel_of(s, i);
    s->iterations = LOOP;
    s->used = s->kernel->alone ? 1 : s->n;
    return s->kernel->streams == 0 || cpu_memory_ready(s, e);
}

/* A chase goes on from where it is. */
static bool is_chase(const cpu_kernel *k) {
    return strcmp(k->facts.section, "latency") == 0;
}

static void run_repetition(const cpu_state *s, lane *l) {
    bool streams = s->kernel->streams > 0 && !is_chase(s->kernel);
    for (int k = 0; streams && k < s->kernel->streams; k++)
        l->work->stream[k] = l->slice + (size_t)k * s->stream_bytes + l->at;
    s->kernel->loop(l->work, s->iterations);
    if (streams)
        l->at = (l->at + s->chunk) % s->stream_bytes;
}

/* The clock is taken right after the kernel, while the core still runs at the kernel's. */
static void run_lane(void *user, int i) {
    cpu_state *s = user;
    lane *l = &s->lanes[i];
    if (i >= s->used)
        return;
    double had = team_processor_time();
    l->began = team_clock();
    for (int64_t r = 0; r < s->repetitions; r++)
        run_repetition(s, l);
    l->ended = team_clock();
    cpu_cycle_chain(CHAIN_STEPS);
    l->clock_hz = (double)CHAIN_STEPS * CPU_CHAIN_STEP / (team_clock() - l->ended);
    l->lost = team_clock() - l->began - (team_processor_time() - had);
}

/* Whether something else ran on this thread's core, for more than an interrupt now and then, or
 * kept the thread from beginning with the `first`. */
static bool was_disturbed(const lane *l, double first) {
    double most = 0.02 * (l->ended - l->began) + 20e-6;
    return l->lost > most || l->began - first > most;
}

static bool cpu_run(void *state, size_t i, int64_t repetitions, bench_sample *sample,
                    roof_error *e) {
    cpu_state *s = state;
    (void)i, (void)e; /* as prepared; it cannot fail */
    s->repetitions = repetitions;
    team_run(s->team, run_lane, s);
    double first = s->lanes[0].began, last = s->lanes[0].ended, clocks = 0;
    for (int k = 0; k < s->used; k++) {
        first = s->lanes[k].began < first ? s->lanes[k].began : first;
        last = s->lanes[k].ended > last ? s->lanes[k].ended : last;
        clocks += s->lanes[k].clock_hz;
    }
    for (int k = 0; k < s->used; k++)
        sample->disturbed |= was_disturbed(&s->lanes[k], first);
    sample->seconds = last - first;
    sample->iterations = (double)repetitions * (double)s->iterations * s->used;
    sample->clock_hz = clocks / s->used;
    return true;
}

static double cpu_now(void *state) {
    (void)state;
    return team_clock();
}

/* A quota below one CPU stops the thread for a part of each period, usually 0.1 s: only samples of
 * several periods see it. */
static double cpu_shortest_sample(const void *state) {
    const cpu_state *s = state;
    return s->machine.quota > 0 && s->machine.quota < s->n ? 0.5 : 0;
}

static bench_load cpu_load(void *state) {
    const cpu_state *s = state;
    load_reading now = load_read("");
    return load_between(&s->began, &now);
}

static bool cpu_describe(void *state, roof_device *d) {
    static const char *const names[] = {"l1", "l2", "l3"};
    cpu_state *s = state;
    if (!machine_describe(&s->machine, s->n, d))
        return false;
    for (int level = 1; level <= 3; level++) {
        double bytes = topology_cache(s->cores, level, s->n);
        if (bytes > 0 && !device_add(d, &(roof_fact){.section = "capacity",
                                                     .name = names[level - 1],
                                                     .value = bytes,
                                                     .unit = "B",
                                                     .source = "hwloc"}))
            return false;
    }
    return true;
}

const backend backend_cpu = {
    .name = "cpu",
    .automatic = true,
    .real = true,
    .open = cpu_open,
    .close = cpu_close,
    .kernel = cpu_kernel_facts,
    .effort = cpu_effort_of,
    .prepare = cpu_prepare,
    .run = cpu_run,
    .now = cpu_now,
    .shortest_sample = cpu_shortest_sample,
    .clock_source = "measured: a chain of one-cycle additions",
    .load = cpu_load,
    .describe = cpu_describe,
};
