/* What calibrate prints: the table of ceilings beside their theory, what stands out, and series. */
#include "base/text.h"
#include "cli/calibrate.h"
#include <string.h>

static const double LOW = 0.85, HIGH = 1.02; /* parts of theory beyond which a word is due */

static bool is_section(const roof_fact *f, const char *section) {
    return strcmp(f->section, section) == 0;
}

static bool is_measured(const roof_fact *f) {
    return f->kind == ROOF_MEASURED && (is_section(f, "compute") || is_section(f, "zeros") ||
                                        is_section(f, "memory") || is_section(f, "latency"));
}

/* A value in a column, "-" when it is not known. */
static void cell(double value, const char *unit) {
    char text[32] = "-";
    if (value > 0)
        text_si(text, sizeof text, value, unit);
    printf(" %12s", text);
}

static const char *name_of(const roof_fact *f, char name[128]) {
    snprintf(name, 128, "%s %s%s%s", f->name, f->precision, *f->precision ? " " : "",
             *f->variant ? f->variant : f->section);
    return name;
}

/* Theory of memory is a guess or a datasheet's: a roof to stay under, nothing to reach. */
static double part_of_theory(const roof_device *d, const roof_fact *f) {
    double theory = roof_device_theory_of(d, f);
    return theory > 0 ? f->value / theory : 0;
}

static void print_fact(const roof_device *d, const roof_fact *f) {
    char name[128];
    double theory = roof_device_theory_of(d, f);
    printf("%-36s", name_of(f, name));
    cell(f->value, f->unit);
    cell(f->min, f->unit);
    cell(f->max, f->unit);
    printf(" %5lld", (long long)f->samples);
    cell(f->clock_hz, "Hz");
    cell(theory, f->unit);
    if (theory > 0)
        printf(" %6.1f %%", 100 * f->value / theory);
    else
        printf(" %8s", "-");
    if (f->watts > 0)
        printf(" %5.0f W", f->watts);
    if (f->celsius > 0)
        printf(" %3.0f C", f->celsius);
    putchar('\n');
}

/* Which kernels lie below or above what theory lets expect: one line each way. */
static void print_remarkable(const roof_device *d, bool above) {
    char name[128];
    size_t n;
    const roof_fact *f = roof_device_facts(d, &n);
    const char *before = above
                             ? "\nabove 102 % of theory, so the clock was read wrong or the theory "
                               "is not this machine's: "
                             : "\nbelow 85 % of theory (a busy or hot machine, or threads that "
                               "share a core: measure again, or with fewer --threads): ";
    const char *after = "";
    for (size_t i = 0; i < n; i++) {
        double part =
            is_measured(&f[i]) && is_section(&f[i], "compute") ? part_of_theory(d, &f[i]) : 0;
        if (part == 0 || (above ? part <= HIGH : part >= LOW))
            continue;
        printf("%s%s %.0f %%", before, name_of(&f[i], name), 100 * part);
        before = ", ";
        after = "\n";
    }
    fputs(after, stdout);
}

void print_calibration(const roof_device *d) {
    size_t n;
    const roof_fact *facts = roof_device_facts(d, &n);
    const char *partial = roof_device_partial(d);
    printf("%s%s%s%s\n\n%-36s %12s %12s %12s %5s %12s %12s %8s\n", roof_device_name(d),
           *partial ? " (partial: " : "", partial, *partial ? ")" : "", "kernel", "median", "min",
           "max", "n", "clock", "theory there", "ratio");
    for (size_t i = 0; i < n; i++)
        if (is_measured(&facts[i]))
            print_fact(d, &facts[i]);
    print_remarkable(d, false);
    print_remarkable(d, true);
}

static bool same_kernel(const roof_fact *a, const roof_fact *b) {
    return !strcmp(a->name, b->name) && !strcmp(a->precision, b->precision) &&
           !strcmp(a->variant, b->variant);
}

/* Whether point i of a series is one of about a dozen lines. */
static bool is_shown(const roof_fact *f, size_t n, size_t i, size_t first) {
    size_t points = 0;
    for (size_t k = 0; k < n; k++)
        points += is_section(&f[k], "series") && same_kernel(&f[k], &f[first]);
    size_t step = points > 12 ? points / 12 : 1;
    return (i - first) % step == 0;
}

void print_series(const roof_device *d) {
    char name[128];
    size_t n, first = 0;
    const roof_fact *f = roof_device_facts(d, &n);
    printf("%-36s %8s %12s %12s %6s %5s\n", "kernel", "seconds", "rate", "clock", "power", "temp");
    for (size_t i = 0; i < n; i++) {
        if (!is_section(&f[i], "series"))
            continue;
        if (i == 0 || !is_section(&f[i - 1], "series") || !same_kernel(&f[i], &f[i - 1]))
            first = i;
        if (!is_shown(f, n, i, first))
            continue;
        printf("%-36s %8.1f", name_of(&f[i], name), f[i].seconds);
        cell(f[i].value, f[i].unit);
        cell(f[i].clock_hz, "Hz");
        printf(f[i].watts > 0 ? " %4.0f W" : "      -", f[i].watts);
        printf(f[i].celsius > 0 ? " %3.0f C" : "     -", f[i].celsius);
        printf("%s%s\n", *f[i].note ? "  " : "", f[i].note);
    }
    for (size_t i = 0; i + 1 < n; i++)
        if (strstr(f[i + 1].variant, "sustained") && !is_section(&f[i], "series")) {
            char burst[32], sustained[32];
            printf("\n%s: burst %s, sustained %s after %.0f s (%.1f %%)\n", name_of(&f[i], name),
                   text_si(burst, sizeof burst, f[i].value, f[i].unit),
                   text_si(sustained, sizeof sustained, f[i + 1].value, f[i].unit),
                   f[i + 1].seconds, 100 * f[i + 1].value / f[i].value);
        }
}
