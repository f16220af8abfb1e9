/* Quantities of the totals that can be compared. */
#include <math.h>
#include <roofline/compare.h>
#include <stdint.h>

typedef struct quantity_row {
    roof_quantity public; /* the first member */
    double (*real)(const roof_analysis *a);
    int64_t (*count)(const roof_analysis *a);
    roof_limiter limiter; /* of the time that one limits */
} quantity_row;

static double seconds(const roof_analysis *a) {
    return roof_analysis_totals(a)->time_s;
}

static double bound(const roof_analysis *a) {
    return roof_analysis_totals(a)->bound_s;
}

static double intensity(const roof_analysis *a) {
    return roof_analysis_totals(a)->operational_intensity;
}

static int64_t flops(const roof_analysis *a) {
    return roof_analysis_totals(a)->work.flops;
}

static int64_t macs(const roof_analysis *a) {
    return roof_analysis_totals(a)->work.macs;
}

static int64_t bytes(const roof_analysis *a) {
    return roof_analysis_totals(a)->work.bytes.total;
}

static int64_t parameters(const roof_analysis *a) {
    return roof_analysis_totals(a)->parameters;
}

static int64_t parameter_bytes(const roof_analysis *a) {
    return roof_analysis_totals(a)->parameter_bytes;
}

static int64_t peak(const roof_analysis *a) {
    return roof_analysis_totals(a)->peak_activation_bytes;
}

static int64_t unknown_rows(const roof_analysis *a) {
    return roof_analysis_coverage(a)->by_status[ROOF_ROW_UNKNOWN];
}

#define REAL(text, of_unit, function)                                                              \
    { .public = {.name = text, .unit = of_unit}, .real = function }
#define COUNT(text, of_unit, function)                                                             \
    { .public = {.name = text, .unit = of_unit, .is_count = true}, .count = function }
#define LIMITED(text, by)                                                                          \
    { .public = {.name = text, .unit = "s"}, .limiter = by }

static const quantity_row rows[] = {
    REAL("time", "s", seconds),
    REAL("bound", "s", bound),
    COUNT("flops", "FLOP", flops),
    COUNT("macs", "MAC", macs),
    COUNT("bytes", "B", bytes),
    REAL("intensity", "FLOP/B", intensity),
    COUNT("parameters", "", parameters),
    COUNT("parameter_bytes", "B", parameter_bytes),
    COUNT("peak", "B", peak),
    LIMITED("matrix", ROOF_LIMIT_MATRIX),
    LIMITED("vector", ROOF_LIMIT_VECTOR),
    LIMITED("special", ROOF_LIMIT_SPECIAL),
    LIMITED("memory", ROOF_LIMIT_MEMORY),
    LIMITED("overhead", ROOF_LIMIT_OVERHEAD),
    COUNT("unknown", "rows", unknown_rows),
};

const roof_quantity *roof_quantity_at(size_t i) {
    return i < sizeof rows / sizeof *rows ? &rows[i].public : NULL;
}

double roof_quantity_of(const roof_analysis *a, const roof_quantity *q) {
    const quantity_row *row = (const quantity_row *)q;
    const roof_totals *t = roof_analysis_totals(a);
    if (row->limiter != ROOF_LIMIT_NONE)
        return t->time_s * t->limiter_share[row->limiter];
    if (row->real)
        return row->real(a);
    int64_t n = row->count(a);
    return n < 0 ? NAN : (double)n;
}
