/* The sweep as a document: one point and one row to a line. */
#include "report/json.h"
#include "report/roofs.h"
#include "sweep/sweep.h"

static json_t *axes_json(const roof_sweep *s) {
    size_t n;
    const roof_sweep_axis *axes = roof_sweep_axes(s, &n);
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *o = json_object(), *values = json_array();
        for (size_t k = 0; k < axes[i].n; k++)
            json_array_append_new(values, json_of_count(axes[i].values[k]));
        json_put(o, "name", json_of_text(roof_sweep_axis_name(s, i)));
        json_put(o, "values", values);
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *at_json(const roof_sweep *s, const int64_t *at) {
    size_t n;
    roof_sweep_axes(s, &n);
    json_t *o = json_object();
    for (size_t i = 0; i < n; i++) {
        json_t *key = json_of_text(roof_sweep_axis_name(s, i));
        json_put(o, json_string_value(key), json_of_count(at[i]));
        json_decref(key);
    }
    return o;
}

static json_t *point_json(const roof_sweep *s, const roof_sweep_point *p) {
    json_t *o = json_object();
    json_put(o, "at", at_json(s, p->at));
    json_put(o, "per_second", json_of_real(p->per_second));
    json_put(o, "totals", json_of_totals(&p->totals));
    return o;
}

static json_t *crossing_json(const roof_sweep *s, const roof_crossing *c) {
    json_t *o = json_object();
    json_put(o, "before", json_of_count(c->before));
    json_put(o, "at", at_json(s, (int64_t[]){c->at, c->second}));
    json_put(o, "from", json_of_limiter(c->from));
    json_put(o, "to", json_of_limiter(c->to));
    return o;
}

static json_t *row_json(const roof_sweep *s, const roof_sweep_row *r) {
    json_t *o = json_object(), *crossings = json_array();
    for (size_t i = 0; i < r->n_crossings; i++)
        json_array_append_new(crossings, crossing_json(s, &r->crossings[i]));
    json_put(o, "id", json_of_text(r->id));
    json_put(o, "name", json_of_text(r->name));
    json_put(o, "op", json_of_text(r->op));
    json_put(o, "first", json_of_limiter(r->first));
    json_put(o, "last", json_of_limiter(r->last));
    json_put(o, "crossings", crossings);
    return o;
}

static void write_points(sweep_output *o) {
    size_t n;
    const roof_sweep_point *points = roof_sweep_points(o->sweep, &n);
    const roof_sweep_row *r;
    fputs(",\n\"points\":[", o->out);
    for (size_t i = 0; i < n && !ferror(o->out); i++) {
        fputs(i ? ",\n" : "\n", o->out);
        json_write(o->out, point_json(o->sweep, &points[i]));
    }
    fputs("\n],\n\"rows\":[", o->out);
    for (size_t i = 0; (r = roof_sweep_row_at(o->sweep, i)) && !ferror(o->out); i++) {
        fputs(i ? ",\n" : "\n", o->out);
        json_write(o->out, row_json(o->sweep, r));
    }
    fputs("\n]", o->out);
}

void write_sweep_json(sweep_output *o) {
    const roof_analysis *a = roof_sweep_analysis(o->sweep);
    fputs("{\"schema\":\"roofline.sweep/1\"", o->out);
    json_write_part(o->out, "tool", json_of_tool(a));
    json_write_part(o->out, "model", json_of_model(a));
    json_write_part(o->out, "device", json_of_device(a));
    json_write_part(o->out, "options", json_of_options(a));
    json_write_part(o->out, "axes", axes_json(o->sweep));
    write_points(o);
    fputs("}\n", o->out);
}

/* --- studies --- */

/* The ceiling that most of the work runs on, over the memory roof; null without a device. */
static json_t *ridge_json(const roof_sweep *s) {
    roofs in_use;
    roofs_in_use(roof_sweep_analysis(s), &in_use);
    const roof_in_use *u = roofs_main(&in_use);
    if (!u)
        return json_null();
    json_t *o = json_object();
    json_put(o, "unit", json_of_text(u->name));
    json_put(o, "value", json_of_real(u->value));
    json_put(o, "bandwidth", json_of_real(in_use.memory));
    json_put(o, "operational_intensity", json_of_real(u->ridge));
    return o;
}

static json_t *fixed_json(const roof_sweep *s) {
    size_t n;
    const roof_sweep_factor *factors = roof_sweep_factors(s, &n);
    json_t *o = json_object();
    for (size_t i = 0; i < n; i++)
        if (factors[i].axis < 0)
            json_put(o, factors[i].name, json_of_count(factors[i].value));
    return o;
}

void write_study_json(sweep_output *o) {
    const roof_analysis *a = roof_sweep_analysis(o->sweep);
    fputs("{\"schema\":\"roofline.study/1\"", o->out);
    json_write_part(o->out, "tool", json_of_tool(a));
    json_write_part(o->out, "operator", json_of_text(o->sweep->operator_name));
    json_write_part(o->out, "device", json_of_device(a));
    json_write_part(o->out, "options", json_of_options(a));
    fputs(",\n\"sweeps\":[", o->out);
    for (size_t i = 0; i < o->n_all && !ferror(o->out); i++) {
        o->sweep = o->all[i];
        fputs(i ? ",\n{\"axes\":" : "\n{\"axes\":", o->out);
        json_write(o->out, axes_json(o->sweep));
        json_write_part(o->out, "fixed", fixed_json(o->sweep));
        json_write_part(o->out, "ridge", ridge_json(o->sweep));
        write_points(o);
        fputc('}', o->out);
    }
    fputs("\n]}\n", o->out);
}
