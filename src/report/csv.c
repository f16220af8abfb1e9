/* CSV: one line per row, the names of the JSON as columns. What is unknown is an empty cell. */
#include "base/text.h"
#include "report/columns.h"
#include "report/csv_cells.h"
#include "report/fields.h"
#include "report/format.h"
#include <csv.h>
#include <math.h>
#include <string.h>

void write_csv_text(FILE *out, arena *scratch, const char *s) {
    size_t size = 4 * strlen(s) + 2; /* escaped, a byte becomes at most four */
    char *text = arena_alloc(scratch, size);
    bool formula = *s && strchr("=+-@", *s);
    text[0] = '\'';
    text_printable(text + formula, size - formula, s);
    csv_fwrite2(out, text, strlen(text), '"');
}

void write_csv_count(FILE *out, int64_t value) {
    if (value >= 0)
        fprintf(out, "%lld", (long long)value);
}

void write_csv_real(FILE *out, double value) {
    if (isfinite(value))
        fprintf(out, "%.10g", value);
}

static void put_shapes(report *r, const roof_tensor *t, size_t n) {
    const char *text = "";
    char one[CELL_SIZE];
    for (size_t i = 0; i < n; i++)
        text = arena_printf(r->scratch, "%s%s%s", text, i ? " " : "",
                            text_shape(one, sizeof one, &t[i]));
    write_csv_text(r->out, r->scratch, text);
}

static void put_traffic(report *r, const roof_row *row) {
    for (int i = 0; i < ROOF_TRAFFIC_COUNT; i++) {
        if (i)
            fputc(',', r->out);
        write_csv_count(r->out, row->work.traffic[i].total);
    }
}

static void put_ceilings(report *r, const roof_row *row) {
    const char *text = "";
    for (size_t i = 0; i < row->n_ceilings; i++)
        text = arena_printf(r->scratch, "%s%s%s=%.10g", text, i ? "; " : "", row->ceilings[i].unit,
                            row->ceilings[i].value);
    write_csv_text(r->out, r->scratch, text);
}

static void put_levels(report *r, const roof_row *row) {
    const char *text = "";
    for (size_t i = 0; i < row->n_levels; i++)
        text = arena_printf(r->scratch, "%s%s%s=%lld", text, i ? "; " : "", row->levels[i].level,
                            (long long)row->levels[i].bytes);
    write_csv_text(r->out, r->scratch, text);
}

static void put_field(report *r, const roof_row *row, const field *f) {
    const void *value = field_value(row, f);
    switch (f->kind) {
    case FIELD_TEXT:
    case FIELD_OPTIONAL:
        write_csv_text(r->out, r->scratch, *(const char *const *)value);
        break;
    case FIELD_COUNT:
        write_csv_count(r->out, *(const int64_t *)value);
        break;
    case FIELD_REAL:
    case FIELD_SHARE:
        write_csv_real(r->out, *(const double *)value);
        break;
    case FIELD_BOOL:
        fputs(*(const bool *)value ? "true" : "false", r->out);
        break;
    case FIELD_GROUP:
        write_csv_count(r->out, row->group);
        break;
    case FIELD_STATUS:
        write_csv_text(r->out, r->scratch, roof_status_name(row->status));
        break;
    case FIELD_LIMITER:
        write_csv_text(r->out, r->scratch,
                       row->limiter == ROOF_LIMIT_NONE ? "" : roof_limiter_name(row->limiter));
        break;
    case FIELD_INPUTS:
        put_shapes(r, row->inputs, row->n_inputs);
        break;
    case FIELD_OUTPUTS:
        put_shapes(r, row->outputs, row->n_outputs);
        break;
    case FIELD_TRAFFIC:
        put_traffic(r, row);
        break;
    case FIELD_CEILINGS:
        put_ceilings(r, row);
        break;
    case FIELD_LEVELS:
        put_levels(r, row);
        break;
    }
}

static void put_title(report *r, const field *f) {
    if (f->kind == FIELD_TRAFFIC) {
        for (int i = 0; i < ROOF_TRAFFIC_COUNT; i++)
            fprintf(r->out, "%s%s_%s (%s)", i ? "," : "", f->name, roof_traffic_name(i), f->unit);
        return;
    }
    fputs(f->name, r->out);
    if (f->unit)
        fprintf(r->out, " (%s)", f->unit);
}

static const field *csv_field(const report *r, size_t i) {
    return r->grouped ? sum_field(r->options->group, i) : row_field(i);
}

void write_csv(report *r) {
    const field *f;
    for (size_t i = 0; (f = csv_field(r, i)); i++) {
        if (i)
            fputc(',', r->out);
        put_title(r, f);
    }
    fputc('\n', r->out);
    for (size_t k = 0; k < r->n_order && !ferror(r->out); k++) {
        const roof_row *row = report_row(r, r->order[k]);
        for (size_t i = 0; (f = csv_field(r, i)); i++) {
            if (i)
                fputc(',', r->out);
            put_field(r, row, f);
        }
        fputc('\n', r->out);
        arena_reset(r->scratch);
    }
}
