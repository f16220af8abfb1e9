#include "calibrate/remarks.h"
#include "base/text.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

void remark_kernel(const engine_result *r, char *text, size_t size) {
    char low[32], high[32];
    text[0] = '\0';
    if (r->why.status != ROOF_OK)
        snprintf(text, size, "%s", r->why.text);
    else if (r->throttled)
        snprintf(text, size, "the clock was held down: %s", r->throttled);
    else if (r->disturbed > r->taken / 4)
        snprintf(text, size, "other programs disturbed %d of %d samples", r->disturbed, r->taken);
    else if (r->high > 0)
        snprintf(text, size, "two speeds, %s and %s: the clock changed, or something came between",
                 text_si(low, sizeof low, r->low, engine_unit(r->kernel)),
                 text_si(high, sizeof high, r->high, engine_unit(r->kernel)));
    else if (r->drift != 0)
        snprintf(text, size, "%.0f %% %s at the end than at the start: see --sustained",
                 100 * fabs(r->drift), r->drift < 0 ? "less" : "more");
    else if (r->outliers > r->n / 10)
        snprintf(text, size, "%d of %d samples lie far off", r->outliers, r->n);
}

void remark_load(const bench_load *l, char *text, size_t size) {
    text[0] = '\0';
    if (!l->known)
        return;
    if (l->held_back > 0.02)
        snprintf(text, size,
                 "a control group held this process back for %.0f %% of the time: raise its quota, "
                 "or use fewer --threads",
                 100 * l->held_back);
    else if (l->others > 0.1)
        snprintf(
            text, size,
            "other programs used %.1f processors meanwhile (load average %.1f, %.0f "
            "interruptions per second), so peaks may be higher: measure again when the machine "
            "is quiet",
            l->others, l->average, l->preempted);
    else if (l->stolen > 0.05)
        snprintf(text, size,
                 "other guests of this machine's host took %.1f processors meanwhile, so peaks may "
                 "be higher: measure again later",
                 l->stolen);
}

void remark_spread(const roof_device *d, char *text, size_t size) {
    enum { FEWEST_SAMPLES = 5, FEWEST = 2, ONE_OF = 10 };
    size_t n, measured = 0, spread = 0;
    const roof_fact *f = roof_device_facts(d, &n);
    for (size_t i = 0; i < n; i++) {
        bool is_rate = strcmp(f[i].section, "compute") == 0 || strcmp(f[i].section, "memory") == 0;
        if (!is_rate || f[i].samples < FEWEST_SAMPLES)
            continue;
        measured++;
        spread += f[i].max > 1.1 * f[i].value;
    }
    text[0] = '\0';
    if (spread >= FEWEST && spread * ONE_OF >= measured)
        snprintf(
            text, size,
            "%zu of %zu kernels were for a while more than 10 %% faster than mostly: others, "
            "as the neighbours of a virtual machine, use the same cores or memory, so peaks may "
            "be higher and another run may differ: measure again later",
            spread, measured);
}

/* The measured part of theory, of a kernel that computes on all cores; 0 for others. */
static double part_of_theory(const roof_device *d, const roof_fact *f) {
    if (f->kind != ROOF_MEASURED || strcmp(f->section, "compute") != 0 || strchr(f->variant, '.'))
        return 0;
    double theory = roof_device_theory_of(d, f);
    return theory > 0 ? f->value / theory : 0;
}

/* What one core reaches of its theory at best; 0 when that was not measured. */
static double best_alone(const roof_device *d) {
    size_t n;
    const roof_fact *f = roof_device_facts(d, &n);
    double best = 0;
    for (size_t i = 0; i < n; i++) {
        bool alone = strstr(f[i].variant, ".1core") && strcmp(f[i].section, "compute") == 0;
        double theory = alone ? roof_device_theory_of(d, &f[i]) : 0;
        if (theory > 0)
            best = fmax(best, f[i].value / theory);
    }
    return best;
}

void remark_half(const roof_device *d, char *text, size_t size) {
    size_t n;
    const roof_fact *f = roof_device_facts(d, &n);
    double least = INFINITY, most = 0;
    int kernels = 0;
    text[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        double part = part_of_theory(d, &f[i]);
        if (part == 0)
            continue;
        kernels++;
        least = fmin(least, part);
        most = fmax(most, part);
    }
    if (kernels < 2 || least < 0.4 || most > 0.6)
        return;
    double alone = best_alone(d);
    if (alone > 0.85)
        snprintf(text, size,
                 "all cores together reach half of theory, one alone %.0f %%: the processors are "
                 "likely hardware threads of half as many cores: --threads measures with fewer",
                 100 * alone);
    else if (alone == 0)
        snprintf(
            text, size,
            "every kernel reaches about half of theory: two processors may be hardware threads "
            "of one core, as in many virtual machines: --threads measures with fewer");
}

void remark_tell(const roof_calibrate_options *options, const char *text) {
    if (*text && options->notice)
        options->notice(options->user, text);
}
