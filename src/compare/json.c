/* JSON by the schema of docs/formats.md. What is unknown is null. */
#include "report/json.h"
#include "compare/compare.h"
#include <math.h>

static json_t *value_json(double v, bool is_count) {
    return is_count && isfinite(v) && fabs(v) < 0x1p53 ? json_integer((json_int_t)v)
                                                       : json_of_real(v);
}

static json_t *side_json(const roof_analysis *a) {
    json_t *o = json_object();
    json_put(o, "model", json_of_model(a));
    json_put(o, "device", json_of_device(a));
    json_put(o, "options", json_of_options(a));
    json_put(o, "assumptions", json_of_assumptions(a));
    json_put(o, "totals", json_of_totals(roof_analysis_totals(a)));
    return o;
}

static json_t *totals_json(const roof_comparison *c) {
    json_t *list = json_array();
    const roof_quantity *q;
    for (size_t i = 0; (q = roof_quantity_at(i)); i++) {
        double a = roof_quantity_of(c->a, q), b = roof_quantity_of(c->b, q);
        json_t *o = json_object();
        json_put(o, "quantity", json_of_text(q->name));
        json_put(o, "unit", json_of_optional(q->unit));
        json_put(o, "a", value_json(a, q->is_count));
        json_put(o, "b", value_json(b, q->is_count));
        json_put(o, "change", value_json(b - a, q->is_count));
        json_put(o, "ratio", json_of_real(b / a));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *conditions_json(const comparison_output *x) {
    json_t *list = json_array();
    for (size_t i = 0; i < x->options->n_conditions; i++) {
        const roof_condition *c = &x->options->conditions[i];
        char sentence[512];
        roof_truth truth =
            roof_condition_check(c, x->comparison->a, x->comparison->b, sentence, sizeof sentence);
        json_t *o = json_object();
        json_put(o, "condition", json_of_text(c->text));
        json_put(o, "holds",
                 truth == ROOF_NOBODY_KNOWS ? json_null() : json_boolean(truth == ROOF_TRUE));
        json_put(o, "text", json_of_text(sentence));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *row_json(const roof_row *row) {
    if (!row)
        return json_null();
    json_t *o = json_object();
    json_put(o, "id", json_of_text(row->id));
    json_put(o, "name", json_of_text(row->name));
    json_put(o, "op", json_of_text(row->op));
    json_put(o, "repeat", json_of_count(row->repeat));
    json_put(o, "precision", json_of_optional(row->precision));
    json_put(o, "flops", json_of_count(row->work.flops));
    json_put(o, "bytes", json_of_count(row->work.bytes.total));
    json_put(o, "time_s", json_of_real(row->time_s));
    json_put(o, "limiter", json_of_limiter(row->limiter));
    return o;
}

static json_t *pair_json(const roof_comparison *c, const roof_pair *p) {
    json_t *o = json_object();
    json_put(o, "match", p->a && p->b ? json_of_text(roof_match_name(p->match)) : json_null());
    json_put(o, c->placed ? "change_s" : "change_flops", json_of_real(p->value_b - p->value_a));
    json_put(o, "a", row_json(p->a));
    json_put(o, "b", row_json(p->b));
    return o;
}

void write_comparison_json(comparison_output *o) {
    const roof_comparison *c = o->comparison;
    fputs("{\"schema\":\"roofline.compare/1\"", o->out);
    json_write_part(o->out, "tool", json_of_tool(c->a));
    json_write_part(o->out, "a", side_json(c->a));
    json_write_part(o->out, "b", side_json(c->b));
    json_write_part(o->out, "totals", totals_json(c));
    if (o->options->n_conditions)
        json_write_part(o->out, "conditions", conditions_json(o));
    fputs(",\n\"rows\":[", o->out);
    for (size_t i = 0; i < c->n && !ferror(o->out); i++) {
        fputs(i ? ",\n" : "\n", o->out);
        json_write(o->out, pair_json(c, &c->pairs[i]));
    }
    fputs("\n]}\n", o->out);
}
