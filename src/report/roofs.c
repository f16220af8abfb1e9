#include "report/roofs.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *roofs_unit(roof_precision p) {
    bool integer = p == ROOF_INT32 || p == ROOF_INT16 || p == ROOF_INT8 || p == ROOF_INT4;
    return integer ? "OP/s" : "FLOP/s";
}

const char *roofs_source(roof_ceiling used, double value, const roof_device *d) {
    bool same = used.fact && fabs(used.value - value) <= 0.01 * value;
    return roof_source_name(same ? used.fact->kind : roof_device_source(d));
}

double row_seconds(const roof_row *row) {
    return row->repeat < 0 ? NAN : row->time_s * (double)row->repeat;
}

double row_measured_seconds(const roof_row *row) {
    return row->repeat < 0 ? NAN : row->measured_s * (double)row->repeat;
}

double row_amount(const roof_row *row, int64_t each) {
    return each < 0 || row->repeat < 0 ? NAN : (double)each * (double)row->repeat;
}

bool roofs_parse(const char *name, roof_unit *unit, roof_precision *precision) {
    for (int u = 0; u < ROOF_UNIT_COUNT; u++) {
        size_t n = strlen(roof_unit_name((roof_unit)u));
        if (strncmp(name, roof_unit_name((roof_unit)u), n) == 0 && name[n] == ' ') {
            *unit = (roof_unit)u;
            *precision = roof_precision_from_name(name + n + 1);
            return true;
        }
    }
    return false;
}

static bool is_memory(const roof_row_ceiling *c) {
    roof_unit unit;
    roof_precision precision;
    return !roofs_parse(c->unit, &unit, &precision);
}

/* The entry of a compute ceiling, made when new; NULL when it is none or there is no room. */
static roof_in_use *entry(roofs *out, const roof_row_ceiling *c) {
    for (size_t i = 0; i < out->n; i++)
        if (strcmp(out->compute[i].name, c->unit) == 0)
            return &out->compute[i];
    roof_in_use made = {.name = c->unit, .value = c->value, .ridge = NAN};
    if (out->n == MAX_ROOFS || !roofs_parse(c->unit, &made.unit, &made.precision))
        return NULL;
    out->compute[out->n] = made;
    return &out->compute[out->n++];
}

/* Does this ceiling hold the row back? The slowest compute term does when memory is no slower. */
static bool limits_row(const roof_row *row, const roof_row_ceiling *c) {
    if (row->limiter != ROOF_LIMIT_MATRIX && row->limiter != ROOF_LIMIT_VECTOR &&
        row->limiter != ROOF_LIMIT_SPECIAL)
        return false;
    for (size_t i = 0; i < row->n_ceilings; i++)
        if (!is_memory(&row->ceilings[i]) && row->ceilings[i].time_s > c->time_s)
            return false;
    return c->time_s > 0;
}

static void add_row(roofs *out, const roof_row *row) {
    if (row->n_levels > 0)
        out->memory = row->levels[row->n_levels - 1].bandwidth;
    for (size_t i = 0; i < row->n_ceilings; i++) {
        const roof_row_ceiling *c = &row->ceilings[i];
        if (!(c->value > 0))
            continue;
        roof_in_use *u = is_memory(c) ? NULL : entry(out, c);
        if (strcmp(c->unit, "dram") == 0)
            out->memory = c->value;
        if (!u)
            continue;
        if (isfinite(c->time_s) && row->repeat > 0)
            u->time_s += c->time_s * (double)row->repeat;
        u->limits = u->limits || limits_row(row, c);
    }
}

static int higher_first(const void *left, const void *right) {
    const roof_in_use *a = left, *b = right;
    int order = (a->value < b->value) - (a->value > b->value);
    return order ? order : strcmp(a->name, b->name);
}

void roofs_in_use(const roof_analysis *a, roofs *out) {
    *out = (roofs){.memory = NAN};
    size_t n = roof_analysis_rows(a);
    for (size_t i = 0; i < n; i++)
        add_row(out, roof_analysis_row(a, i));
    qsort(out->compute, out->n, sizeof *out->compute, higher_first);
    for (size_t i = 0; i < out->n; i++)
        out->compute[i].ridge = out->compute[i].value / out->memory;
}

const roof_in_use *roofs_main(const roofs *r) {
    const roof_in_use *best = NULL;
    for (size_t i = 0; i < r->n; i++)
        if (!best || r->compute[i].time_s > best->time_s)
            best = &r->compute[i];
    return best;
}
