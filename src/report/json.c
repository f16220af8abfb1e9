/* JSON by the schema of docs: one part after the other and one node at a time, so that memory stays
 * small however large the model is. What is unknown is null. */
#include "report/json.h"
#include "base/text.h"
#include "report/fields.h"
#include "report/format.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Only ASCII is written: a terminal that shows the document cannot be steered by it. 17 digits tell
 * every double from its neighbours: who reads the document has the very numbers. */
static const size_t DUMP_FLAGS =
    JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY | JSON_REAL_PRECISION(17);

json_t *json_of_text(const char *s) {
    if (!s)
        return json_null();
    json_t *valid = json_string(s);
    if (valid)
        return valid;
    size_t size = 4 * strlen(s) + 1; /* escaped, a byte becomes at most four */
    char *printable = malloc(size);
    if (!printable)
        return json_null();
    json_t *made = json_string(text_printable(printable, size, s));
    free(printable);
    return made;
}

json_t *json_of_optional(const char *s) {
    return s && *s ? json_of_text(s) : json_null();
}

json_t *json_of_count(int64_t value) {
    return value < 0 ? json_null() : json_integer(value);
}

json_t *json_of_real(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

void json_put(json_t *object, const char *key, json_t *value) {
    json_object_set_new_nocheck(object, key, value);
}

json_t *json_of_limiter(roof_limiter l) {
    return l == ROOF_LIMIT_NONE ? json_null() : json_of_text(roof_limiter_name(l));
}

/* "?" stands for what is not known. */
static json_t *dtype(const char *name) {
    return strcmp(name, "?") == 0 ? json_null() : json_of_optional(name);
}

static json_t *json_of_shape(int rank, const int64_t *dims) {
    json_t *shape = rank < 0 ? json_null() : json_array();
    for (int i = 0; i < rank; i++)
        json_array_append_new(shape, json_of_count(dims[i]));
    return shape;
}

json_t *json_of_tensor(const roof_tensor *t) {
    json_t *o = json_object();
    json_put(o, "name", json_of_text(t->name));
    json_put(o, "dtype", dtype(t->dtype));
    json_put(o, "shape", json_of_shape(t->rank, t->dims));
    if (t->is_estimated)
        json_put(o, "estimated_shape", json_of_shape(t->estimated_rank, t->estimated_dims));
    return o;
}

static json_t *tensors(const roof_tensor *t, size_t n) {
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_of_tensor(&t[i]));
    return list;
}

static json_t *traffic(const roof_work *w) {
    json_t *o = json_object();
    for (int i = 0; i < ROOF_TRAFFIC_COUNT; i++)
        json_put(o, roof_traffic_name(i), json_of_count(w->traffic[i].total));
    return o;
}

static json_t *row_ceilings(const roof_row *row) {
    json_t *list = json_array();
    for (size_t i = 0; i < row->n_ceilings; i++) {
        json_t *o = json_object();
        json_put(o, "unit", json_of_text(row->ceilings[i].unit));
        json_put(o, "value", json_of_real(row->ceilings[i].value));
        json_put(o, "time_s", json_of_real(row->ceilings[i].time_s));
        json_put(o, "fallback", json_of_optional(row->ceilings[i].fallback));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *row_levels(const roof_row *row) {
    json_t *list = json_array();
    for (size_t i = 0; i < row->n_levels; i++) {
        json_t *o = json_object();
        json_put(o, "level", json_of_text(row->levels[i].level));
        json_put(o, "bytes", json_of_count(row->levels[i].bytes));
        json_put(o, "value", json_of_real(row->levels[i].bandwidth));
        json_put(o, "time_s", json_of_real(row->levels[i].time_s));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *field_json(const roof_row *row, const field *f) {
    const void *value = field_value(row, f);
    switch (f->kind) {
    case FIELD_TEXT:
        return json_of_text(*(const char *const *)value);
    case FIELD_OPTIONAL:
        return json_of_optional(*(const char *const *)value);
    case FIELD_COUNT:
        return json_of_count(*(const int64_t *)value);
    case FIELD_REAL:
    case FIELD_SHARE:
        return json_of_real(*(const double *)value);
    case FIELD_BOOL:
        return json_boolean(*(const bool *)value);
    case FIELD_GROUP:
        return json_of_count(row->group);
    case FIELD_STATUS:
        return json_of_text(roof_status_name(row->status));
    case FIELD_LIMITER:
        return json_of_limiter(row->limiter);
    case FIELD_INPUTS:
        return tensors(row->inputs, row->n_inputs);
    case FIELD_OUTPUTS:
        return tensors(row->outputs, row->n_outputs);
    case FIELD_TRAFFIC:
        return traffic(&row->work);
    case FIELD_CEILINGS:
        return row_ceilings(row);
    case FIELD_LEVELS:
        return row_levels(row);
    }
    return json_null();
}

json_t *json_of_row(const roof_row *row) {
    json_t *o = json_object();
    const field *f;
    for (size_t i = 0; (f = row_field(i)); i++)
        if (f->kind != FIELD_LEVELS || row->n_levels > 0)
            json_put(o, f->name, field_json(row, f));
    return o;
}

/* --- the parts of the document --- */

json_t *json_of_tool(const roof_analysis *a) {
    (void)a;
    json_t *o = json_object();
    json_put(o, "version", json_of_text(ROOF_VERSION));
    return o;
}

json_t *json_of_model(const roof_analysis *a) {
    const roof_model_info *m = roof_analysis_model(a);
    const roof_totals *t = roof_analysis_totals(a);
    char hash[17];
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)m->structure_hash);
    json_t *o = json_object(), *opset = json_object();
    for (size_t i = 0; i < m->n_opsets; i++) {
        json_t *domain = json_of_text(m->opsets[i].domain);
        json_put(opset, json_string_value(domain), json_of_count(m->opsets[i].version));
        json_decref(domain);
    }
    json_put(o, "path", json_of_text(m->path));
    json_put(o, "structure_hash", json_of_text(hash));
    json_put(o, "producer", json_of_text(m->producer));
    json_put(o, "ir_version", json_of_count(m->ir_version));
    json_put(o, "opset", opset);
    json_put(o, "graph", json_of_text(m->graph));
    json_put(o, "parameters", json_of_count(t->parameters));
    json_put(o, "parameter_bytes", json_of_count(t->parameter_bytes));
    return o;
}

json_t *json_of_options(const roof_analysis *a) {
    const roof_options *options = roof_analysis_options(a);
    bool free_views = roof_views_are_free(options, options->traffic);
    bool in_place = roof_caches_grow(options, options->traffic);
    json_t *o = json_object(), *dims = json_object();
    const char *name;
    int64_t value;
    for (size_t i = 0; (name = roof_analysis_dim(a, i, &value)); i++) {
        json_t *key = json_of_text(name);
        json_put(dims, json_string_value(key), json_of_count(value));
        json_decref(key);
    }
    json_put(o, "traffic", json_of_text(roof_traffic_name(options->traffic)));
    json_put(o, "views", json_of_text(free_views ? "free" : "copy"));
    json_put(o, "kv", json_of_text(in_place ? "inplace" : "copy"));
    json_put(o, "memory", json_of_text(options->hierarchy ? "hierarchy" : "dram"));
    json_put(o, "precision", json_of_text(roof_types_name(options->types)));
    json_put(o, "accumulate",
             json_of_optional(options->accumulate == 16   ? "fp16"
                              : options->accumulate == 32 ? "fp32"
                                                          : ""));
    json_put(o, "sparsity", json_of_optional(options->sparse_weights ? "2:4" : ""));
    json_put(o, "tf32", json_boolean(options->tf32));
    json_put(o, "dims", dims);
    return o;
}

/* Of the time; none without a device. */
static json_t *limiter_shares(const roof_totals *t) {
    json_t *o = json_object();
    for (int i = ROOF_LIMIT_MATRIX; i < ROOF_LIMITER_COUNT; i++)
        json_put(o, roof_limiter_name((roof_limiter)i),
                 json_of_real(isfinite(t->time_s) ? t->limiter_share[i] : NAN));
    return o;
}

/* What the bytes of each traffic model are. */
static json_t *traffic_kinds(const roof_work *w) {
    json_t *o = json_object();
    for (int i = 0; i < ROOF_TRAFFIC_COUNT; i++) {
        json_t *kinds = json_object();
        json_put(kinds, "weights", json_of_count(w->traffic[i].weights));
        json_put(kinds, "read", json_of_count(w->traffic[i].read));
        json_put(kinds, "written", json_of_count(w->traffic[i].written));
        json_put(o, roof_traffic_name(i), kinds);
    }
    return o;
}

json_t *json_of_totals(const roof_totals *t) {
    json_t *o = json_object(), *times = json_object();
    for (int i = 0; i < ROOF_TRAFFIC_COUNT; i++)
        json_put(times, roof_traffic_name(i), json_of_real(t->time_by_traffic[i]));
    json_put(o, "complete", json_boolean(t->complete));
    const field *f;
    for (size_t i = 0; (f = work_field(i)); i++)
        json_put(o, f->name, json_of_count(*(const int64_t *)((const char *)&t->work + f->offset)));
    json_put(o, "operational_intensity", json_of_real(t->operational_intensity));
    json_put(o, "traffic", traffic(&t->work));
    json_put(o, "traffic_kinds", traffic_kinds(&t->work));
    json_put(o, "peak_activation_bytes", json_of_count(t->peak_activation_bytes));
    json_put(o, "peak_activation_node", json_of_optional(t->peak_activation_node));
    json_put(o, "attainable_flops", json_of_real(t->attainable_flops));
    json_put(o, "time_s", json_of_real(t->time_s));
    json_put(o, "time_by_traffic", times);
    json_put(o, "bound_s", json_of_real(t->bound_s));
    json_put(o, "limiter", json_of_limiter(t->limiter));
    json_put(o, "limiter_share", limiter_shares(t));
    return o;
}

static json_t *totals_json(const roof_analysis *a) {
    return json_of_totals(roof_analysis_totals(a));
}

static json_t *coverage_json(const roof_analysis *a) {
    const roof_coverage *c = roof_analysis_coverage(a);
    json_t *o = json_object(), *list = json_array();
    for (size_t i = 0; i < c->n_unsupported; i++) {
        json_t *one = json_object();
        json_put(one, "op", json_of_text(c->unsupported[i].op));
        json_put(one, "domain", json_of_text(c->unsupported[i].domain));
        json_put(one, "count", json_of_count(c->unsupported[i].count));
        json_array_append_new(list, one);
    }
    json_put(o, "nodes", json_of_count(c->nodes));
    for (int i = 0; i < ROOF_STATUS_COUNT; i++)
        json_put(o, roof_status_name((roof_row_status)i), json_of_count(c->by_status[i]));
    json_put(o, "unsupported", list);
    return o;
}

json_t *json_of_assumptions(const roof_analysis *a) {
    json_t *list = json_array();
    const char *sentence;
    for (size_t i = 0; (sentence = roof_analysis_assumption(a, i)); i++)
        json_array_append_new(list, json_of_text(sentence));
    return list;
}

static json_t *outputs_json(const roof_analysis *a) {
    size_t n;
    const roof_tensor *t = roof_analysis_outputs(a, &n);
    return tensors(t, n);
}

static json_t *group_json(const roof_analysis *a, const roof_group *g, size_t id) {
    json_t *o = json_object(), *rows = json_array();
    for (size_t i = 0; i < g->n_rows; i++)
        json_array_append_new(rows, json_of_text(roof_analysis_row(a, g->rows[i])->id));
    json_put(o, "id", json_integer((json_int_t)id));
    json_put(o, "kind", json_of_text(g->kind));
    json_put(o, "nodes", rows);
    json_put(o, "repeat", json_of_count(g->repeat));
    json_put(o, "bytes", json_of_count(g->bytes.total));
    json_put(o, "bytes_weights", json_of_count(g->bytes.weights));
    json_put(o, "bytes_read", json_of_count(g->bytes.read));
    json_put(o, "bytes_written", json_of_count(g->bytes.written));
    json_put(o, "time_s", json_of_real(g->time_s));
    json_put(o, "limiter", json_of_limiter(g->limiter));
    return o;
}

static const struct {
    const char *key;
    json_t *(*make)(const roof_analysis *a);
} parts[] = {
    {.key = "tool", .make = json_of_tool},
    {.key = "model", .make = json_of_model},
    {.key = "device", .make = json_of_device},
    {.key = "options", .make = json_of_options},
    {.key = "totals", .make = totals_json},
    {.key = "coverage", .make = coverage_json},
    {.key = "assumptions", .make = json_of_assumptions},
    {.key = "outputs", .make = outputs_json},
};

void json_write(FILE *out, json_t *value) {
    json_dumpf(value, out, DUMP_FLAGS);
    json_decref(value);
}

void json_write_part(FILE *out, const char *key, json_t *value) {
    fprintf(out, ",\n\"%s\":", key);
    json_write(out, value);
}

static void write_groups(report *r) {
    size_t n;
    const roof_group *groups = roof_analysis_groups(r->analysis, &n);
    if (!n)
        return;
    fputs(",\n\"groups\":[", r->out);
    for (size_t i = 0; i < n && !ferror(r->out); i++) {
        fputs(i ? ",\n" : "\n", r->out);
        json_write(r->out, group_json(r->analysis, &groups[i], i));
    }
    fputs("\n]", r->out);
}

static json_t *named_json(const roof_named *n) {
    json_t *o = json_object(), *names = json_array();
    for (size_t i = 0; i < n->n_names; i++)
        json_array_append_new(names, json_of_text(n->names[i]));
    json_put(o, "count", json_of_count(n->n));
    json_put(o, "seconds", json_of_real(n->seconds));
    json_put(o, "names", names);
    return o;
}

static void write_measured(report *r) {
    const roof_measured *m = roof_analysis_measured(r->analysis);
    if (!m)
        return;
    json_t *o = json_object();
    json_put(o, "path", json_of_text(m->path));
    json_put(o, "format", json_of_text(m->format));
    json_put(o, "runs", m->runs > 0 ? json_of_count(m->runs) : json_null());
    json_put(o, "warm_ups", json_of_count(m->warm_ups));
    json_put(o, "run_s", json_of_real(m->run_s));
    json_put(o, "times_s", json_of_real(m->times_s));
    json_put(o, "rows", json_of_count(m->rows));
    json_put(o, "measured_s", json_of_real(m->measured_s));
    json_put(o, "compared_s", json_of_real(m->compared_s));
    json_put(o, "time_s", json_of_real(m->time_s));
    json_put(o, "efficiency", json_of_real(m->compared_s > 0 ? m->time_s / m->compared_s : NAN));
    json_put(o, "covered", json_of_real(m->covered));
    json_put(o, "no_row", named_json(&m->no_row));
    json_put(o, "nested", named_json(&m->nested));
    json_put(o, "no_time", named_json(&m->no_time));
    json_put(o, "too_fast", named_json(&m->too_fast));
    json_put(o, "too_fast_by", json_of_real(m->too_fast.n ? m->too_fast_by : NAN));
    json_put(o, "remark", json_of_optional(m->remark));
    json_write_part(r->out, "measured", o);
}

/* The groups of --group; `groups` are those of fused kernels. */
static void write_sums(report *r) {
    roof_grouping by = r->options->group;
    if (!r->sums)
        return;
    fprintf(r->out, ",\n\"grouped\":{\"by\":\"%s\",\"depth\":", roof_grouping_name(by));
    json_write(r->out, by == ROOF_GROUP_MODULE ? json_integer(r->depth) : json_null());
    fputs(",\"sums\":[", r->out);
    for (size_t k = 0; k < r->n_sums && !ferror(r->out); k++) {
        json_t *o = json_object();
        const field *f;
        for (size_t i = 0; (f = sum_field(by, i)); i++)
            json_put(o, f->name, field_json(&r->sums[k].row, f));
        fputs(k ? ",\n" : "\n", r->out);
        json_write(r->out, o);
    }
    fputs("\n]}", r->out);
}

void write_json(report *r) {
    fputs("{\"schema\":\"roofline.analysis/1\"", r->out);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        json_write_part(r->out, parts[i].key, parts[i].make(r->analysis));
    write_groups(r);
    write_measured(r);
    write_sums(r);
    fputs(",\n\"nodes\":[", r->out);
    for (size_t k = 0; k < r->n_order && !ferror(r->out); k++) {
        fputs(k ? ",\n" : "\n", r->out);
        json_write(r->out, json_of_row(roof_analysis_row(r->analysis, r->order[k])));
    }
    fputs("\n]}\n", r->out);
}
