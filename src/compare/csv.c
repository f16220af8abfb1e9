/* One line for each total, then one for each pair of rows; `record` tells them apart. */
#include "compare/compare.h"
#include "report/csv_cells.h"

static void write_values(comparison_output *o, double a, double b) {
    fputc(',', o->out);
    write_csv_real(o->out, a);
    fputc(',', o->out);
    write_csv_real(o->out, b);
    fputc(',', o->out);
    write_csv_real(o->out, b - a);
    fputc(',', o->out);
    write_csv_real(o->out, b / a);
}

static void write_text(comparison_output *o, const char *text) {
    fputc(',', o->out);
    write_csv_text(o->out, o->arena, text);
}

static void write_total(comparison_output *o, const roof_quantity *q) {
    fputs("total", o->out);
    write_text(o, q->name);
    write_text(o, q->unit);
    write_values(o, roof_quantity_of(o->comparison->a, q), roof_quantity_of(o->comparison->b, q));
    fputs(",,,,,,,,,\n", o->out);
}

static void write_row(comparison_output *o, const roof_row *row) {
    write_text(o, row ? row->id : "");
    write_text(o, row ? row->name : "");
    write_text(o, row ? row->op : "");
    write_text(o, row && row->limiter != ROOF_LIMIT_NONE ? roof_limiter_name(row->limiter) : "");
}

static void write_pair(comparison_output *o, const roof_pair *p) {
    fputs("row", o->out);
    write_text(o, o->comparison->placed ? "time" : "flops");
    write_text(o, o->comparison->placed ? "s" : "FLOP");
    write_values(o, p->value_a, p->value_b);
    write_text(o, roof_match_name(p->match));
    write_row(o, p->a);
    write_row(o, p->b);
    fputc('\n', o->out);
}

void write_comparison_csv(comparison_output *o) {
    fputs("record,quantity,unit,a,b,change,ratio,match,a_id,a_name,a_op,a_limiter,b_id,b_name,b_op,"
          "b_limiter\n",
          o->out);
    const roof_quantity *q;
    for (size_t i = 0; (q = roof_quantity_at(i)); i++)
        write_total(o, q);
    for (size_t i = 0; i < o->comparison->n && !ferror(o->out); i++)
        write_pair(o, &o->comparison->pairs[i]);
}
