/* From measurements to a device profile. */
#include "calibrate/profile_of.h"
#include "base/error.h"
#include "calibrate/remarks.h"
#include "device/profile.h"
#include <string.h>
#include <time.h>

static bool is_compute(const engine_result *r) {
    return strcmp(r->kernel->section, "compute") == 0;
}

static bool same_ceiling(const engine_result *a, const engine_result *b) {
    return strcmp(a->kernel->unit, b->kernel->unit) == 0 &&
           strcmp(a->kernel->precision, b->kernel->precision) == 0;
}

/* Whether result i is the fastest way to its ceiling, and the first of equally fast ones; of those
 * that know their clock. */
static bool is_best(const engine_result *results, size_t n, size_t i) {
    for (size_t k = 0; k < n; k++)
        if (is_compute(&results[k]) && results[k].n > 0 && results[k].clock_hz > 0 &&
            same_ceiling(&results[k], &results[i]) &&
            (results[k].median > results[i].median ||
             (k < i && results[k].median == results[i].median)))
            return false;
    return true;
}

static bool add_result(roof_device *d, const engine_result *r) {
    char note[sizeof r->why.text];
    remark_kernel(r, note, sizeof note);
    return device_add(d, &(roof_fact){.section = r->kernel->section,
                                      .name = r->kernel->unit,
                                      .precision = r->kernel->precision,
                                      .accumulate = r->kernel->accumulate,
                                      .variant = r->kernel->variant,
                                      .value = r->median,
                                      .unit = engine_unit(r->kernel),
                                      .min = r->min,
                                      .max = r->max,
                                      .samples = r->n,
                                      .clock_hz = r->clock_hz,
                                      .watts = r->watts,
                                      .celsius = r->celsius,
                                      .note = note,
                                      .source = r->kernel->source});
}

/* The clock at which theory is to be compared with this ceiling: wide vectors lower it. */
static bool add_clock(roof_device *d, const backend *b, const engine_result *r, bool general) {
    roof_fact clock = {.section = "param",
                       .name = "clock_hz",
                       .value = r->clock_hz,
                       .unit = "Hz",
                       .source = b->clock_source};
    if (general && !device_add(d, &clock))
        return false;
    clock.precision = r->kernel->precision;
    clock.variant = r->kernel->unit;
    return device_add(d, &clock);
}

static bool add_results(roof_device *d, const backend *b, const engine_result *results, size_t n) {
    bool general = !device_param(d, "clock_hz"); /* what describes it knows none */
    for (size_t i = 0; i < n; i++) {
        const engine_result *r = &results[i];
        if (r->n == 0 || !is_compute(r) || !(r->clock_hz > 0) || !is_best(results, n, i))
            continue;
        if (!add_clock(d, b, r, general))
            return false;
        general = false; /* that of the first ceiling, the usual precision */
    }
    for (size_t i = 0; i < n; i++)
        if (results[i].n > 0 && !add_result(d, &results[i]))
            return false;
    return true;
}

static bool add_date(roof_device *d) {
    char date[32];
    time_t now = time(NULL);
    struct tm utc;
    return gmtime_r(&now, &utc) && strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &utc) > 0 &&
           device_add(d, &(roof_fact){.section = "device", .name = "date", .text = date});
}

static bool add_partial(roof_device *d, const char *partial) {
    return !partial ||
           device_add(d, &(roof_fact){.section = "device", .name = "partial", .text = partial});
}

roof_device *profile_of(const backend *b, void *state, const engine_result *results, size_t n,
                        const char *partial, roof_error *e) {
    roof_device *d = device_new();
    if (d && b->describe(state, d) && add_date(d) && add_partial(d, partial) &&
        add_results(d, b, results, n) && device_derive(d))
        return d;
    roof_device_free(d);
    error_set(e, ROOF_FAILED, "cannot make a profile of what was measured");
    return NULL;
}
