/* One line for each point, then one for each crossing; `record` tells them apart. */
#include "report/csv_cells.h"
#include "report/fields.h"
#include "sweep/sweep.h"

static void write_titles(sweep_output *o) {
    static const char *const ends[] = {"operational_intensity (FLOP/B)",
                                       "attainable_flops (FLOP/s)",
                                       "time_s",
                                       "bound_s",
                                       "per_second (1/s)",
                                       "limiter",
                                       "peak_activation_bytes (B)"};
    static const char *const starts[] = {"id", "name", "op", "before", "from", "to"};
    const field *f;
    fputs(o->sweep->operator_name ? "record,varies," : "record,", o->out);
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        fprintf(o->out, "%s,", starts[i]);
    for (size_t i = 0; i < sweep_columns(o->sweep); i++) {
        write_csv_text(o->out, o->arena, sweep_column(o->sweep, i));
        fputc(',', o->out);
    }
    fputs("complete", o->out);
    for (size_t i = 0; (f = work_field(i)); i++)
        fprintf(o->out, ",%s (%s)", f->name, f->unit);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        fprintf(o->out, ",%s", ends[i]);
    fputs("\n", o->out);
}

/* What a line is, and in a study the factors that vary in its sweep. */
static void write_start(sweep_output *o, const char *record) {
    fputs(record, o->out);
    for (size_t i = 0; o->sweep->operator_name && i < o->sweep->n_axes; i++)
        fprintf(o->out, "%s%s", i ? " " : ",", roof_sweep_axis_name(o->sweep, i));
}

static void write_at(sweep_output *o, const int64_t *at) {
    for (size_t i = 0; i < sweep_columns(o->sweep); i++) {
        fputc(',', o->out);
        write_csv_count(o->out, sweep_column_value(o->sweep, i, at));
    }
}

static void write_point(sweep_output *o, const roof_sweep_point *p) {
    const roof_totals *t = &p->totals;
    const double reals[] = {t->operational_intensity, t->attainable_flops, t->time_s, t->bound_s,
                            p->per_second};
    const field *f;
    write_start(o, "point");
    fputs(",,,,,,", o->out);
    write_at(o, p->at);
    fputs(t->complete ? ",true" : ",false", o->out);
    for (size_t i = 0; (f = work_field(i)); i++) {
        fputc(',', o->out);
        write_csv_count(o->out, *(const int64_t *)((const char *)&t->work + f->offset));
    }
    for (size_t i = 0; i < sizeof reals / sizeof *reals; i++) {
        fputc(',', o->out);
        write_csv_real(o->out, reals[i]);
    }
    fprintf(o->out, ",%s,", t->limiter == ROOF_LIMIT_NONE ? "" : roof_limiter_name(t->limiter));
    write_csv_count(o->out, t->peak_activation_bytes);
    fputs("\n", o->out);
}

static void write_crossing(sweep_output *o, const roof_sweep_row *r, const roof_crossing *c,
                           size_t blanks) {
    const char *const names[] = {r->id, r->name, r->op};
    write_start(o, "crossing");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        fputc(',', o->out);
        write_csv_text(o->out, o->arena, names[i]);
    }
    fprintf(o->out, ",%lld,%s,%s", (long long)c->before, roof_limiter_name(c->from),
            roof_limiter_name(c->to));
    write_at(o, (int64_t[]){c->at, c->second});
    for (size_t i = 0; i < blanks; i++)
        fputc(',', o->out);
    fputs("\n", o->out);
}

static void write_lines(sweep_output *o) {
    enum { BESIDE_WORK = 8 }; /* columns of points alone, besides those of the work */
    size_t n, fields = 0;
    const roof_sweep_point *points = roof_sweep_points(o->sweep, &n);
    const roof_sweep_row *r;
    while (work_field(fields))
        fields++;
    for (size_t i = 0; i < n && !ferror(o->out); i++)
        write_point(o, &points[i]);
    for (size_t i = 0; (r = roof_sweep_row_at(o->sweep, i)) && !ferror(o->out); i++)
        for (size_t k = 0; k < r->n_crossings; k++)
            write_crossing(o, r, &r->crossings[k], fields + BESIDE_WORK);
}

/* Lines of the same columns, whether a model is swept or the factors of an operator are. */
void write_sweep_csv(sweep_output *o) {
    write_titles(o);
    for (size_t i = 0; i < o->n_all; i++) {
        o->sweep = o->all[i];
        write_lines(o);
    }
}
