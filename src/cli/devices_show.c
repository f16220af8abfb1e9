/* One device with its derivations. */
#include "base/text.h"
#include "cli/devices.h"
#include <stdlib.h>
#include <string.h>

const char *ridge_text(char text[CELL], double peak, double bandwidth) {
    if (!(peak > 0 && bandwidth > 0))
        return "-";
    double ridge = peak / bandwidth;
    snprintf(text, CELL, "%.*f", ridge < 100 ? 1 : 0, ridge);
    return text;
}

static bool is_section(const roof_fact *f, const char *section) {
    return strcmp(f->section, section) == 0;
}

static roof_unit unit_of(const roof_fact *f) {
    roof_unit u = 0;
    while (u < ROOF_UNIT_COUNT && strcmp(f->name, roof_unit_name(u)) != 0)
        u++;
    return u;
}

/* Ceilings by unit, type and sum; of one the theory first, then what was measured. */
static int by_ceiling(const void *a, const void *b) {
    const roof_fact *x = *(const roof_fact *const *)a, *y = *(const roof_fact *const *)b;
    bool memory = is_section(x, "memory");
    int order = memory ? strcmp(x->name, y->name) : (int)unit_of(x) - (int)unit_of(y);
    if (!order)
        order = roof_precision_from_name(x->precision) - roof_precision_from_name(y->precision);
    if (!order)
        order = strcmp(x->accumulate, y->accumulate);
    if (!order)
        order = (int)y->kind - (int)x->kind;
    return order ? order : strcmp(x->variant, y->variant);
}

/* How a measured value came about: "93.1 % of 1.05 TFLOP/s, theory at 1.98 GHz, 30 samples, 310 W".
 */
static void print_measured(FILE *out, const roof_device *d, const roof_fact *f) {
    char text[CELL], note[NAME_SIZE];
    double theory = roof_device_theory_of(d, f);
    fputs("measured", out);
    if (theory > 0)
        fprintf(out, ": %.1f %% of %s, theory", 100 * f->value / theory,
                text_si(text, sizeof text, theory, f->unit));
    if (f->clock_hz > 0 && !(theory > 0 && strcmp(f->name, "dram") == 0)) /* has its own clock */
        fprintf(out, " at %s", text_si(text, sizeof text, f->clock_hz, "Hz"));
    if (f->samples > 0)
        fprintf(out, ", %lld samples", (long long)f->samples);
    if (f->watts > 0)
        fprintf(out, ", %.0f W", f->watts);
    if (f->celsius > 0)
        fprintf(out, ", %.0f C", f->celsius);
    if (theory > 0 && f->value > 1.02 * theory && is_section(f, "compute"))
        fputs("; more than theory: the clock was read wrong?", out);
    if (*f->note)
        fprintf(out, "; %s", text_printable(note, sizeof note, f->note));
}

/* Where a value comes from: its derivation, its measurement or its source. */
static void print_origin(FILE *out, const roof_device *d, const roof_fact *f) {
    char source[NAME_SIZE];
    if (f->kind == ROOF_MEASURED)
        print_measured(out, d, f);
    else if (*f->formula)
        fprintf(out, "%.*s", (int)(strstr(f->formula, " = ") - f->formula), f->formula);
    else
        fputs(text_printable(source, sizeof source, f->source), out);
    fputc('\n', out);
}

static void print_ceiling(FILE *out, const roof_device *d, const roof_fact *f, int width) {
    char peak[CELL], variant[32], level[32], ridge[CELL] = "";
    text_printable(variant, sizeof variant, f->variant);
    text_si(peak, sizeof peak, f->value,
            *f->unit                  ? f->unit
            : is_section(f, "memory") ? "B/s"
                                      : "FLOP/s");
    if (is_section(f, "memory"))
        fprintf(out, "%-18s %-*s %12s %6s  ", text_printable(level, sizeof level, f->name), width,
                variant, peak, "");
    else
        fprintf(out, "%-6s %-5s %-5s %-*s %12s %6s  ", f->name, f->precision, f->accumulate, width,
                variant, peak,
                unit_of(f) == ROOF_SPECIAL
                    ? ""
                    : ridge_text(ridge, f->value, roof_device_memory(d, "dram").value));
    print_origin(out, d, f);
}

/* The facts of a section, sorted. The caller frees the list. */
static const roof_fact **section_of(const roof_device *d, const char *section, size_t *n) {
    size_t all, k = 0;
    const roof_fact *f = roof_device_facts(d, &all);
    const roof_fact **list = calloc(all + 1, sizeof *list);
    for (size_t i = 0; list && i < all; i++)
        if (is_section(&f[i], section))
            list[k++] = &f[i];
    *n = k;
    return list;
}

static void print_ceilings(FILE *out, const roof_device *d, const char *section, int width) {
    size_t n;
    const roof_fact **list = section_of(d, section, &n);
    if (list)
        qsort(list, n, sizeof *list, by_ceiling);
    if (n > 0 && strcmp(section, "zeros") == 0)
        fputs("\non operands that are all zero, which take less power: no ceilings", out);
    if (n > 0 && strcmp(section, "memory") != 0)
        fprintf(out, "\n%-6s %-5s %-5s %-*s %12s %6s  %s\n", "unit", "type", "sum", width, "path",
                "peak", "ridge", "from");
    else if (n > 0)
        fprintf(out, "\n%-18s %-*s %12s %6s  %s\n", "memory", width, "kernel", "useful bytes", "",
                "from");
    for (size_t i = 0; i < n; i++)
        print_ceiling(out, d, list[i], width);
    free(list);
}

/* A value as people write it: caches in binary units, memory and rates in decimal ones. */
static void input_text(char text[CELL], const roof_fact *f) {
    char raw[CELL - 2];
    bool hertz = strcmp(f->unit, "Hz") == 0, transfers = strcmp(f->unit, "transfers/s") == 0;
    if (hertz || transfers)
        snprintf(text, CELL, "%.6g G%s", f->value / 1e9, hertz ? "Hz" : "T/s");
    else if (is_section(f, "latency") ||
             (is_section(f, "capacity") && strcmp(f->name, "dram") == 0))
        text_si(text, CELL, f->value, is_section(f, "latency") ? "s" : "B");
    else if (is_section(f, "capacity"))
        snprintf(text, CELL, f->value < 1 << 20 ? "%.5g KiB" : "%.5g MiB",
                 f->value / (f->value < 1 << 20 ? 1 << 10 : 1 << 20));
    else
        snprintf(text, CELL, "%s%s", text_printable(raw, sizeof raw, f->text),
                 strcmp(f->unit, "W") == 0 ? " W" : "");
}

/* "clock_hz matrix fp64": a param with what it is restricted to. */
static const char *full_name(char name[NAME_SIZE], const roof_fact *f) {
    char raw[NAME_SIZE];
    snprintf(raw, sizeof raw, "%s%s%s%s%s", f->name, *f->variant ? " " : "", f->variant,
             *f->precision ? " " : "", f->precision);
    return text_printable(name, NAME_SIZE, raw);
}

static bool is_alias(const roof_fact *f) {
    return is_section(f, "param") && strcmp(f->name, "alias") == 0;
}

static void print_inputs(FILE *out, const roof_device *d, const char *section, const char *title) {
    char name[NAME_SIZE], text[CELL], source[NAME_SIZE];
    size_t n;
    const roof_fact **list = section_of(d, section, &n);
    if (n > 0)
        fprintf(out, "\n%s\n", title);
    for (size_t i = 0; i < n; i++) {
        if (is_alias(list[i]))
            continue;
        input_text(text, list[i]);
        int wide = 15 + (int)(strlen(text) - text_width(text)); /* µ is more than a byte */
        fprintf(out, "%-22s %*s  %s\n", full_name(name, list[i]), wide, text,
                text_printable(source, sizeof source, list[i]->source));
    }
    free(list);
}

static void print_aliases(FILE *out, const roof_device *d) {
    char name[NAME_SIZE];
    size_t n;
    const roof_fact *f = roof_device_facts(d, &n);
    const char *before = "also found as ", *after = "";
    for (size_t i = 0; i < n; i++) {
        if (!is_alias(&f[i]))
            continue;
        fprintf(out, "%s%s", before, text_printable(name, sizeof name, f[i].text));
        before = ", ";
        after = "\n";
    }
    fputs(after, out);
}

static int path_width(const roof_device *d) {
    size_t n, width = strlen("kernel");
    const roof_fact *f = roof_device_facts(d, &n);
    for (size_t i = 0; i < n; i++)
        if ((is_section(&f[i], "compute") || is_section(&f[i], "zeros") ||
             is_section(&f[i], "memory")) &&
            text_width(f[i].variant) > width)
            width = text_width(f[i].variant);
    return width < 24 ? (int)width : 24;
}

void print_device(FILE *out, const roof_device *d) {
    char name[NAME_SIZE], date[64];
    int width = path_width(d);
    text_printable(date, sizeof date, roof_device_date(d));
    fprintf(out, "%s: %s, peaks from %s%s%s\n",
            text_printable(name, sizeof name, roof_device_name(d)),
            roof_device_get_kind(d) == ROOF_GPU ? "gpu" : "cpu",
            roof_source_name(roof_device_source(d)), *date ? ", " : "", date);
    if (*roof_device_partial(d))
        fprintf(out, "partial: %s\n", text_printable(name, sizeof name, roof_device_partial(d)));
    print_aliases(out, d);
    print_ceilings(out, d, "compute", width);
    print_ceilings(out, d, "zeros", width);
    print_ceilings(out, d, "memory", width);
    print_inputs(out, d, "capacity", "capacity of the whole device");
    print_inputs(out, d, "latency", "latency");
    print_inputs(out, d, "param", "inputs");
    fputs("\nridge: FLOP per byte of DRAM traffic from which on this unit is the limit.\n", out);
}
