/* What calibrate prints: the table of ceilings beside their theory, what stands out, and series. */
#include "base/text.h"
#include "cli/calibrate.h"
#include "report/cells.h"
#include "report/format.h"
#include "report/lines.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const double LOW = 0.85, HIGH = 1.02; /* parts of theory beyond which a word is due */

typedef struct printout {
    const settings *settings;
    const roof_device *device;
    arena *arena;
    size_t width; /* of the terminal; 0: as wide as is needed */
    const roof_fact *facts;
    size_t n;
} printout;

static bool is_section(const roof_fact *f, const char *section) {
    return strcmp(f->section, section) == 0;
}

static bool is_measured(const roof_fact *f) {
    return f->kind == ROOF_MEASURED && (is_section(f, "compute") || is_section(f, "zeros") ||
                                        is_section(f, "memory") || is_section(f, "latency"));
}

/* A value in a cell, "-" when it is not known. */
static const char *amount(const printout *p, double value, const char *unit) {
    char text[32] = "-";
    if (value > 0)
        text_si(text, sizeof text, value, unit);
    return arena_strdup(p->arena, text);
}

/* The same of what only some machines tell: nothing when it is not known. */
static const char *telemetry(const printout *p, double value, const char *unit) {
    return value > 0 ? arena_printf(p->arena, "%.0f %s", value, unit) : "";
}

/* As --list names it, "matrix fp16 wgmma fp32", "l2 read"; but "avx2.1core", as in the profile. */
static const char *name_of(const printout *p, const roof_fact *f) {
    bool sums = strcmp(f->name, "matrix") == 0 && *f->accumulate;
    return arena_printf(p->arena, "%s %s%s%s%s%s", f->name, f->precision, *f->precision ? " " : "",
                        *f->variant ? f->variant : f->section, sums ? " " : "",
                        sums ? f->accumulate : "");
}

/* Of what is a guess or nobody knows: 0. */
static double part_of_theory(const printout *p, const roof_fact *f) {
    double theory = roof_device_theory_of(p->device, f);
    return theory > 0 ? f->value / theory : 0;
}

static void add_title(const printout *p, cells *c) {
    bool watts = false, celsius = false;
    for (size_t i = 0; i < p->n; i++) {
        watts = watts || (is_measured(&p->facts[i]) && p->facts[i].watts > 0);
        celsius = celsius || (is_measured(&p->facts[i]) && p->facts[i].celsius > 0);
    }
    const char *const titles[] = {"kernel",
                                  "median",
                                  "min",
                                  "max",
                                  "n",
                                  "clock",
                                  "theory there",
                                  "ratio",
                                  watts ? "power" : "",
                                  celsius ? "temp" : ""};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        cells_add(c, titles[i]);
}

static void add_fact(const printout *p, cells *c, const roof_fact *f) {
    double part = part_of_theory(p, f);
    cells_add(c, name_of(p, f));
    cells_add(c, amount(p, f->value, f->unit));
    cells_add(c, amount(p, f->min, f->unit));
    cells_add(c, amount(p, f->max, f->unit));
    cells_add(c, arena_printf(p->arena, "%lld", (long long)f->samples));
    cells_add(c, amount(p, f->clock_hz, "Hz"));
    cells_add(c, amount(p, roof_device_theory_of(p->device, f), f->unit));
    cells_add(c, part > 0 ? arena_printf(p->arena, "%.1f %%", 100 * part) : "-");
    cells_add(c, telemetry(p, f->watts, "W"));
    cells_add(c, telemetry(p, f->celsius, "C"));
}

static void print_table(const printout *p) {
    cells c = cells_new(p->arena, "lrrrrrrrrr", p->n + 1, 0);
    c.importance = "9934256910";
    c.titled = true;
    add_title(p, &c);
    for (size_t i = 0; i < p->n; i++)
        if (is_measured(&p->facts[i]))
            add_fact(p, &c, &p->facts[i]);
    cells_write(&c, p->width, wants_color(p->settings), stdout);
}

/* --- what stands out --- */

static bool is_library(const roof_fact *f) {
    return strcmp(f->variant, "library") == 0;
}

static bool is_low(const roof_fact *f, double part) {
    return part < LOW && !is_library(f);
}

static bool is_low_library(const roof_fact *f, double part) {
    return part < LOW && is_library(f);
}

static bool is_high(const roof_fact *f, double part) {
    (void)f;
    return part > HIGH;
}

/* One paragraph of the kernels that it holds of; none when there is none. */
static void print_remark(const printout *p, const char *what,
                         bool (*holds)(const roof_fact *f, double part), const char *why) {
    const char *text = "";
    for (size_t i = 0; i < p->n; i++) {
        double part = is_measured(&p->facts[i]) ? part_of_theory(p, &p->facts[i]) : 0;
        if (part > 0 && holds(&p->facts[i], part))
            text = arena_printf(p->arena, "%s%s%s %.0f %%", text, *text ? ", " : "",
                                name_of(p, &p->facts[i]), 100 * part);
    }
    if (!*text)
        return;
    putchar('\n');
    write_wrapped(stdout, p->width, "note", arena_printf(p->arena, "%s: %s (%s)", what, text, why));
}

static bool write_calibration(void *user, arena *memory, roof_error *error) {
    printout *p = user;
    char text[256];
    const char *partial = roof_device_partial(p->device);
    bool gpu = roof_device_get_kind(p->device) == ROOF_GPU;
    (void)error;
    p->arena = memory;
    printf("%s", text_printable(text, sizeof text, roof_device_name(p->device)));
    if (*partial)
        printf(" (partial: %s)", text_printable(text, sizeof text, partial));
    fputs("\n\n", stdout);
    print_table(p);
    print_remark(p, "below 85 % of theory", is_low,
                 gpu ? "a busy GPU or one whose clock was held down, or a path on which this chip "
                       "does not reach its peak"
                     : "a busy or hot machine, or threads that share a core: measure again, or "
                       "with fewer --threads");
    print_remark(p, "the library below 85 % of theory", is_low_library,
                 "its products do not keep the units busy");
    print_remark(p, "above 102 % of theory", is_high,
                 "so the clock was read wrong, or the theory is not this machine's");
    return true;
}

/* Where nobody looks, nothing is left out. */
static printout printout_of(const settings *s, const roof_device *d) {
    bool seen = isatty(STDOUT_FILENO) || getenv("COLUMNS");
    printout p = {.settings = s, .device = d, .width = seen ? terminal_width() : 0};
    p.facts = roof_device_facts(d, &p.n);
    return p;
}

bool print_calibration(const settings *s, const roof_device *d, roof_error *e) {
    printout p = printout_of(s, d);
    return write_document(stdout, "the table", write_calibration, &p, e);
}

/* --- series --- */

static bool same_kernel(const roof_fact *a, const roof_fact *b) {
    return !strcmp(a->name, b->name) && !strcmp(a->precision, b->precision) &&
           !strcmp(a->accumulate, b->accumulate) && !strcmp(a->variant, b->variant);
}

/* Whether point i of a series is one of about a dozen lines. */
static bool is_shown(const printout *p, size_t i, size_t first) {
    size_t points = 0;
    for (size_t k = 0; k < p->n; k++)
        points += is_section(&p->facts[k], "series") && same_kernel(&p->facts[k], &p->facts[first]);
    size_t step = points > 12 ? points / 12 : 1;
    return (i - first) % step == 0;
}

static void add_point(const printout *p, cells *c, const roof_fact *f) {
    cells_add(c, name_of(p, f));
    cells_add(c, arena_printf(p->arena, "%.1f", f->seconds));
    cells_add(c, amount(p, f->value, f->unit));
    cells_add(c, amount(p, f->clock_hz, "Hz"));
    cells_add(c, telemetry(p, f->watts, "W"));
    cells_add(c, telemetry(p, f->celsius, "C"));
    cells_add(c, arena_strdup(p->arena, f->note));
}

static void print_points(const printout *p) {
    static const char *const titles[] = {"kernel", "seconds", "rate", "clock", "", "", ""};
    cells c = cells_new(p->arena, "lrrrrrl", p->n + 1, 0);
    size_t first = 0;
    c.importance = "9993219";
    c.titled = true;
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        cells_add(&c, titles[i]);
    for (size_t i = 0; i < p->n; i++) {
        const roof_fact *f = &p->facts[i];
        if (!is_section(f, "series"))
            continue;
        if (i == 0 || !is_section(f - 1, "series") || !same_kernel(f, f - 1))
            first = i;
        if (is_shown(p, i, first))
            add_point(p, &c, f);
    }
    cells_write(&c, p->width, wants_color(p->settings), stdout);
}

static bool write_series(void *user, arena *memory, roof_error *error) {
    printout *p = user;
    (void)error;
    p->arena = memory;
    print_points(p);
    for (size_t i = 0; i + 1 < p->n; i++) {
        const roof_fact *burst = &p->facts[i], *sustained = burst + 1;
        if (!strstr(sustained->variant, "sustained") || is_section(burst, "series"))
            continue;
        printf("\n%s: burst %s, sustained %s after %.0f s (%.1f %%)\n", name_of(p, burst),
               amount(p, burst->value, burst->unit), amount(p, sustained->value, sustained->unit),
               sustained->seconds, 100 * sustained->value / burst->value);
    }
    return true;
}

bool print_series(const settings *s, const roof_device *d, roof_error *e) {
    printout p = printout_of(s, d);
    return write_document(stdout, "the table", write_series, &p, e);
}
