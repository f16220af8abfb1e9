/* The public face of measuring. */
#include "base/error.h"
#include "base/text.h"
#include "calibrate/engine.h"
#include "calibrate/machine.h"
#include "calibrate/profile_of.h"
#include "calibrate/topology.h"
#include "device/profile.h"
#include <roofline/measure.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_KERNELS = 256 };

/* Says what keeps a run without any measurement from being a profile. */
static void explain_nothing(const roof_calibrate_options *options, const engine_result *results,
                            size_t n, roof_error *e) {
    if (n == 0)
        error_set(e, ROOF_USAGE, "no kernel here has \"%s\" in its name: see calibrate --list",
                  options->only ? options->only : "");
    else
        error_set(e, ROOF_FAILED, "nothing could be measured: %s: %s", results[0].kernel->name,
                  results[0].why.text);
}

static bool any_measured(const engine_result *results, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (results[i].n > 0)
            return true;
    return false;
}

static roof_device *measure(const backend *b, void *state, const roof_calibrate_options *options,
                            roof_error *e) {
    engine_result *results = calloc(MOST_KERNELS, sizeof *results);
    if (!results) {
        error_set(e, ROOF_FAILED, "out of memory");
        return NULL;
    }
    const engine_plan *plan = options->quick ? &engine_quick : &engine_thorough;
    size_t n = engine_run(b, state, options, plan, results, MOST_KERNELS, e);
    roof_device *d = NULL;
    if (any_measured(results, n))
        d = profile_of(b, state, results, n, e);
    else if (!e || e->status != ROOF_INTERRUPTED)
        explain_nothing(options, results, n, e);
    free(results);
    return d;
}

roof_device *roof_calibrate(const roof_calibrate_options *options, roof_error *error) {
    void *state;
    const backend *b = backend_open(options->backend, options, &state, error);
    if (!b)
        return NULL;
    roof_device *d = measure(b, state, options, error);
    b->close(state);
    return d;
}

const char *roof_calibrate_kernel(const char *backend_name, size_t i) {
    const backend *b = backend_find(backend_name);
    const bench_kernel *kernel = b ? b->kernel(NULL, i) : NULL;
    return kernel ? kernel->name : NULL;
}

bool roof_machine_signature(char *dst, size_t size) {
    machine m;
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
    roof_device *d = device_new();
    if (!d)
        error_set(error, ROOF_FAILED, "out of memory");
    else if (describe_theory(d, error))
        return d;
    roof_device_free(d);
    return NULL;
}
