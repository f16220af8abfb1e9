/* roofline calibrate, and the quick calibration that other commands fall back on. */
#include "base/error.h"
#include "base/text.h"
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

/* How progress is shown. */
typedef struct display {
    bool redraw; /* one line, again and again: stderr is a terminal */
    bool lines;  /* one line for each kernel */
} display;

static void show_progress(void *user, const roof_progress *p) {
    const display *d = user;
    char value[32] = "-";
    if (p->value > 0)
        text_si(value, sizeof value, p->value, p->unit);
    if (d->redraw)
        fprintf(stderr, "\r\033[K[%d/%d] %s  %s", p->index + 1, p->total, p->kernel, value);
    if (p->done && (d->lines || *p->note))
        fprintf(stderr, "%s[%d/%d] %s  %s%s%s\n", d->redraw ? "\r\033[K" : "", p->index + 1,
                p->total, p->kernel, value, *p->note ? ": " : "", p->note);
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static roof_device *measure(const settings *s, const roof_calibrate_options *o, bool lines,
                            roof_error *e) {
    display shown = {.redraw = !s->quiet && isatty(STDERR_FILENO)};
    shown.lines = lines && !s->quiet && !shown.redraw;
    roof_calibrate_options options = *o;
    options.stop = &interrupted;
    options.user = &shown;
    options.progress = s->quiet ? NULL : show_progress;
    roof_device *d = roof_calibrate(&options, e);
    if (shown.redraw)
        fputs("\r\033[K", stderr);
    return d;
}

roof_device *measure_and_save(const settings *s, const roof_calibrate_options *o, const char *path,
                              roof_error *e) {
    char saved[PATH_SIZE];
    double began = seconds_now();
    roof_device *d = measure(s, o, false, e);
    if (!d || e->status != ROOF_OK) { /* interrupted: a part of a profile is none */
        roof_device_free(d);
        return NULL;
    }
    double lasted = seconds_now() - began;
    roof_error unsaved = ROOF_ERROR_INIT;
    if (roof_device_save(d, path, saved, sizeof saved, &unsaved))
        note(s, "measured this machine in %.1f s, saved as %s (roofline calibrate is more precise)",
             lasted, saved);
    else
        note(s, "measured this machine in %.1f s; %s", lasted, unsaved.text);
    return d;
}

static bool is_ceiling(const roof_fact *f) {
    return f->kind == ROOF_MEASURED &&
           (strcmp(f->section, "compute") == 0 || strcmp(f->section, "memory") == 0);
}

/* What theory says of the same ceiling at the clock that was measured under it; 0 when nothing. */
static double theory_of(const roof_device *d, const roof_fact *f) {
    if (strcmp(f->section, "compute") != 0)
        return roof_device_memory_theory(d, f->name).value;
    for (roof_unit u = 0; u < ROOF_UNIT_COUNT; u++) {
        if (strcmp(f->name, roof_unit_name(u)) != 0)
            continue;
        roof_ceiling c = roof_device_compute_theory(d, u, roof_precision_from_name(f->precision),
                                                    ROOF_PRECISION_NONE, false);
        if (!c.fact || *c.fallback)
            return 0;
        bool rescale = c.fact->clock_hz > 0 && f->clock_hz > 0;
        return rescale ? c.value * f->clock_hz / c.fact->clock_hz : c.value;
    }
    return 0;
}

/* A value in a column, "-" when it is not known. */
static void cell(double value, const char *unit) {
    char text[32] = "-";
    if (value > 0)
        text_si(text, sizeof text, value, unit);
    printf(" %13s", text);
}

static void print_fact(const roof_device *d, const roof_fact *f) {
    char name[128];
    snprintf(name, sizeof name, "%s %s%s%s", f->name, f->precision, *f->precision ? " " : "",
             f->variant);
    double theory = theory_of(d, f);
    printf("%-34s", name);
    cell(f->value, f->unit);
    cell(f->min, f->unit);
    cell(f->max, f->unit);
    printf(" %5lld", (long long)f->samples);
    cell(f->clock_hz, "Hz");
    cell(theory, f->unit);
    if (theory > 0)
        printf(" %5.1f %%\n", 100 * f->value / theory);
    else
        printf(" %7s\n", "-");
}

static void print_table(const roof_device *d) {
    size_t n;
    const roof_fact *facts = roof_device_facts(d, &n);
    printf("%s\n\n%-34s %13s %13s %13s %5s %13s %13s %7s\n", roof_device_name(d), "kernel",
           "median", "min", "max", "n", "clock", "theory there", "ratio");
    for (size_t i = 0; i < n; i++)
        if (is_ceiling(&facts[i]))
            print_fact(d, &facts[i]);
}

static roof_status list_kernels(const settings *s) {
    const char *name;
    for (size_t i = 0; (name = roof_calibrate_kernel(s->calibrate.backend, i)); i++)
        puts(name);
    return ROOF_OK;
}

/* The profile of this machine is that of all its kernels on all its cores: less than that is only
 * saved where the user says. */
static roof_status save(const settings *s, const roof_device *d, roof_error *e) {
    char saved[PATH_SIZE];
    bool partial = s->calibrate.only || s->calibrate.threads > 0;
    if (partial && !s->output) {
        printf("\nnot saved, as only a part was measured: -o FILE saves it\n");
        return ROOF_OK;
    }
    if (!roof_device_save(d, s->output, saved, sizeof saved, e))
        return e->status;
    printf("\nsaved as %s\n", saved);
    return ROOF_OK;
}

roof_status command_calibrate(const settings *s, roof_error *e) {
    if (s->n_args > 0) {
        error_set(e, ROOF_USAGE, "calibrate takes no argument: \"%s\"", s->args[0]);
        return e->status;
    }
    if (s->list)
        return list_kernels(s);
    roof_device *d = measure(s, &s->calibrate, true, e);
    if (d)
        print_table(d);
    if (d && e->status == ROOF_OK)
        save(s, d, e);
    roof_device_free(d);
    return e->status;
}
