/* The public face of measuring. */
#include "base/error.h"
#include "calibrate/cuda_identity.h"
#include "calibrate/engine.h"
#include "calibrate/lock.h"
#include "calibrate/machine.h"
#include "calibrate/profile_of.h"
#include "calibrate/remarks.h"
#include "calibrate/sustained.h"
#include "calibrate/team.h"
#include "calibrate/topology.h"
#include "device/profile.h"
#include <fnmatch.h>
#include <roofline/measure.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { MOST_KERNELS = 256 };

/* Says what keeps a run without any measurement from being a profile: no kernel (NULL) was asked
 * for, or why the first one has no figure. */
static void explain_nothing(const roof_calibrate_options *options, const bench_kernel *first,
                            const roof_error *why, roof_error *e) {
    if (!first)
        error_set(e, ROOF_USAGE, "no kernel here has \"%s\" in its name: see calibrate --list",
                  options->only ? options->only : "");
    else
        error_set(e, ROOF_FAILED, "nothing could be measured: %s: %s", first->name, why->text);
}

static bool any_measured(const engine_result *results, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (results[i].n > 0)
            return true;
    return false;
}

/* What is needed to keep, after every kernel, what was measured so far. */
typedef struct journal {
    const backend *backend;
    void *state;
    const roof_calibrate_options *options;
    bool failed; /* once is enough */
} journal;

/* Saves the part d (NULL: none, *e says why) and frees it. */
static void keep_part(journal *j, roof_device *d, roof_error *e) {
    const char *target = j->options->journal;
    j->failed = !d || !roof_device_save_part(d, *target ? target : NULL, NULL, 0, e);
    if (j->failed)
        remark_tell(j->options, e->text);
    roof_device_free(d);
}

static void keep_so_far(void *user, const engine_result *results, size_t n) {
    journal *j = user;
    char partial[64];
    if (!j->options->journal || j->failed || !any_measured(results, n))
        return;
    roof_error e = ROOF_ERROR_INIT;
    snprintf(partial, sizeof partial, "ended after %zu kernels", n);
    keep_part(j, profile_of(j->backend, j->state, results, n, partial, &e), &e);
}

static bool any_sustained(const series *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (list[i].n > 0)
            return true;
    return false;
}

static roof_device *profile_of_series(const journal *j, const series *list, size_t n,
                                      const char *partial, roof_error *e) {
    roof_device *d = profile_of(j->backend, j->state, NULL, 0, partial, e);
    if (!d || (series_add(d, list, n) && device_derive(d)))
        return d;
    error_set(e, ROOF_FAILED, "cannot make a profile of what was measured");
    roof_device_free(d);
    return NULL;
}

static void keep_series(void *user, const series *list, size_t n) {
    journal *j = user;
    char partial[64];
    if (!j->options->journal || j->failed || !any_sustained(list, n))
        return;
    roof_error e = ROOF_ERROR_INIT;
    snprintf(partial, sizeof partial, "ended after %zu kernels of --sustained", n);
    keep_part(j, profile_of_series(j, list, n, partial, &e), &e);
}

static void remark_run(const backend *b, void *state, const roof_device *d,
                       const roof_calibrate_options *options) {
    char text[512] = "";
    remark_half(d, text, sizeof text);
    remark_tell(options, text);
    if (!b->load)
        return;
    bench_load load = b->load(state);
    remark_load(&load, text, sizeof text);
    if (!*text) /* nobody is seen, and yet */
        remark_spread(d, text, sizeof text);
    remark_tell(options, text);
}

static const engine_plan *plan_of(const roof_calibrate_options *options) {
    return options->quick ? &engine_quick : options->full ? &engine_full : &engine_thorough;
}

/* opening: seconds that it took. */
static roof_device *measure(const backend *b, void *state, const roof_calibrate_options *options,
                            double opening, roof_error *e) {
    engine_result *results = calloc(MOST_KERNELS, sizeof *results);
    if (!results) {
        error_set(e, ROOF_FAILED, "out of memory");
        return NULL;
    }
    journal j = {.backend = b, .state = state, .options = options};
    engine_plan plan = engine_plan_after(plan_of(options), opening);
    roof_error run = ROOF_ERROR_INIT;
    plan.kept = keep_so_far;
    plan.user = &j;
    size_t n = engine_run(b, state, options, &plan, results, MOST_KERNELS, &run);
    roof_device *d = NULL;
    if (any_measured(results, n))
        d = profile_of(b, state, results, n, run.status == ROOF_OK ? NULL : run.text, e);
    else if (run.status != ROOF_INTERRUPTED)
        explain_nothing(options, results->kernel, &results->why, e);
    if (run.status != ROOF_OK)
        error_set(e, run.status, "%s", run.text);
    if (d)
        remark_run(b, state, d, options);
    free(results);
    return d;
}

static roof_device *measure_sustained(const backend *b, void *state,
                                      const roof_calibrate_options *options, roof_error *e) {
    enum { MOST_SERIES = 64 };
    series *list = calloc(MOST_SERIES, sizeof *list);
    if (!list) {
        error_set(e, ROOF_FAILED, "out of memory");
        return NULL;
    }
    journal j = {.backend = b, .state = state, .options = options};
    roof_error run = ROOF_ERROR_INIT;
    size_t n =
        sustain(b, state, options, &(series_keeper){keep_series, &j}, list, MOST_SERIES, &run);
    roof_device *d = NULL;
    if (any_sustained(list, n))
        d = profile_of_series(
            &j, list, n, run.status == ROOF_OK ? "only what --sustained measures" : run.text, e);
    else
        explain_nothing(options, list->kernel, &list->why, &run);
    if (run.status != ROOF_OK)
        error_set(e, run.status, "%s", run.text);
    if (d)
        remark_run(b, state, d, options);
    free(list);
    return d;
}

/* ROOFLINE_LOCK names another one, for tests, which measure nothing that could be disturbed. */
static const char *lock_file(void) {
    const char *other = getenv("ROOFLINE_LOCK");
    return other && *other ? other : LOCK_FILE;
}

/* What a calibration has saved that gave its lock back a moment ago, which it does first. */
static roof_device *just_saved(void) {
    const struct timespec pause = {.tv_nsec = 20000000};
    roof_error none = ROOF_ERROR_INIT;
    roof_device *d = roof_machine_saved(&none);
    for (int i = 0; i < 10 && !d; i++) {
        nanosleep(&pause, NULL);
        d = roof_machine_saved(&none);
    }
    return d;
}

roof_device *roof_calibrate(const roof_calibrate_options *options, roof_error *error) {
    void *state;
    const double begin = team_clock();
    const backend *b = backend_open(options->backend, options, &state, error);
    const double opening = team_clock() - begin;
    if (!b)
        return NULL;
    bool waited = false;
    int lock = b->real ? lock_take(lock_file(), options, LOCK_PATIENCE, &waited, error) : LOCK_NONE;
    roof_device *d = waited && options->found && lock != LOCK_BUSY ? just_saved() : NULL;
    if (d)
        *options->found = true;
    else if (lock != LOCK_BUSY)
        d = options->sustained > 0 ? measure_sustained(b, state, options, error)
                                   : measure(b, state, options, opening, error);
    if (lock >= 0)
        close(lock);
    b->close(state);
    return d;
}

const char *roof_calibrate_kernel(const char *backend_name, size_t i) {
    const backend *b = backend_find(backend_name);
    const bench_kernel *kernel = b ? b->kernel(NULL, i) : NULL;
    return kernel ? kernel->name : NULL;
}

bool roof_calibrate_matches(const char *kernel, const char *pattern) {
    char anywhere[256];
    int n = snprintf(anywhere, sizeof anywhere, "*%s*", pattern);
    return n > 0 && (size_t)n < sizeof anywhere &&
           fnmatch(anywhere, kernel, FNM_CASEFOLD | FNM_NOESCAPE) == 0;
}

bool roof_machine_signature(char *dst, size_t size) {
    machine m;
    if (cuda_measurable())
        return cuda_signature(dst, size);
    machine_read(&m);
    return machine_signature(&m, dst, size);
}

static bool describe_theory(roof_device *d, roof_error *e) {
    machine m;
    machine_read(&m);
    if (!m.cpu.arch[0])
        return error_set(e, ROOF_FAILED,
                         "no theory is known of this processor: name a device with --device");
    topology *t = topology_open(e);
    if (!t)
        return false;
    int cores = machine_threads(&m, topology_cores(t));
    topology_close(t);
    const char *source;
    double clock = machine_clock("", &m.cpu, &source);
    if (!(clock > 0))
        return error_set(e, ROOF_FAILED,
                         "this machine does not tell its clock, so it has no theoretical roof: "
                         "run roofline calibrate");
    return (machine_describe(&m, cores, d) &&
            device_add(d, &(roof_fact){.section = "param",
                                       .name = "clock_hz",
                                       .value = clock,
                                       .unit = "Hz",
                                       .source = source}) &&
            device_derive(d) && machine_assume_memory(&m, cores, d)) ||
           error_set(e, ROOF_FAILED, "cannot derive the theoretical roof of %s", m.cpu.brand);
}

roof_device *roof_machine_theory(roof_error *error) {
    roof_device *d = cuda_theory();
    if (d)
        return d;
    d = device_new();
    if (!d)
        error_set(error, ROOF_FAILED, "out of memory");
    else if (describe_theory(d, error))
        return d;
    roof_device_free(d);
    return NULL;
}
