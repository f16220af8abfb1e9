/* JSON by the schema of docs: one part after the other and one node at a time, so that memory stays
 * small however large the model is. What is unknown is null. */
#include "base/text.h"
#include "report/fields.h"
#include "report/format.h"
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Only ASCII is written: a terminal that shows the document cannot be steered by it. */
static const size_t DUMP_FLAGS =
    JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY | JSON_REAL_PRECISION(10);

static json_t *text(const char *s) {
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

static json_t *optional(const char *s) {
    return s && *s ? text(s) : json_null();
}

static json_t *count_or_null(int64_t value) {
    return value < 0 ? json_null() : json_integer(value);
}

static json_t *real_or_null(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static void put(json_t *object, const char *key, json_t *value) {
    json_object_set_new_nocheck(object, key, value);
}

static json_t *limiter(roof_limiter l) {
    return l == ROOF_LIMIT_NONE ? json_null() : text(roof_limiter_name(l));
}

/* "?" stands for what is not known. */
static json_t *dtype(const char *name) {
    return strcmp(name, "?") == 0 ? json_null() : optional(name);
}

static json_t *tensor(const roof_tensor *t) {
    json_t *o = json_object(), *shape = t->rank < 0 ? json_null() : json_array();
    for (int i = 0; i < t->rank; i++)
        json_array_append_new(shape, count_or_null(t->dims[i]));
    put(o, "name", text(t->name));
    put(o, "dtype", dtype(t->dtype));
    put(o, "shape", shape);
    return o;
}

static json_t *tensors(const roof_tensor *t, size_t n) {
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, tensor(&t[i]));
    return list;
}

static json_t *traffic(const roof_work *w) {
    json_t *o = json_object();
    for (int i = 0; i < ROOF_TRAFFIC_COUNT; i++)
        put(o, roof_traffic_name(i), count_or_null(w->traffic[i].total));
    return o;
}

static json_t *row_ceilings(const roof_row *row) {
    json_t *list = json_array();
    for (size_t i = 0; i < row->n_ceilings; i++) {
        json_t *o = json_object();
        put(o, "unit", text(row->ceilings[i].unit));
        put(o, "value", real_or_null(row->ceilings[i].value));
        put(o, "fallback", optional(row->ceilings[i].fallback));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *field_json(const roof_row *row, const field *f) {
    const void *value = field_value(row, f);
    switch (f->kind) {
    case FIELD_TEXT:
        return text(*(const char *const *)value);
    case FIELD_OPTIONAL:
        return optional(*(const char *const *)value);
    case FIELD_COUNT:
        return count_or_null(*(const int64_t *)value);
    case FIELD_REAL:
        return real_or_null(*(const double *)value);
    case FIELD_STATUS:
        return text(roof_status_name(row->status));
    case FIELD_LIMITER:
        return limiter(row->limiter);
    case FIELD_INPUTS:
        return tensors(row->inputs, row->n_inputs);
    case FIELD_OUTPUTS:
        return tensors(row->outputs, row->n_outputs);
    case FIELD_TRAFFIC:
        return traffic(&row->work);
    case FIELD_CEILINGS:
        return row_ceilings(row);
    }
    return json_null();
}

static json_t *row_json(const roof_row *row) {
    json_t *o = json_object();
    const field *f;
    for (size_t i = 0; (f = row_field(i)); i++)
        put(o, f->name, field_json(row, f));
    return o;
}

/* --- the parts of the document --- */

static json_t *tool_json(const roof_analysis *a) {
    (void)a;
    json_t *o = json_object();
    put(o, "version", text(ROOF_VERSION));
    return o;
}

static json_t *model_json(const roof_analysis *a) {
    const roof_model_info *m = roof_analysis_model(a);
    const roof_totals *t = roof_analysis_totals(a);
    char hash[17];
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)m->structure_hash);
    json_t *o = json_object(), *opset = json_object();
    for (size_t i = 0; i < m->n_opsets; i++) {
        json_t *domain = text(m->opsets[i].domain);
        put(opset, json_string_value(domain), count_or_null(m->opsets[i].version));
        json_decref(domain);
    }
    put(o, "path", text(m->path));
    put(o, "structure_hash", text(hash));
    put(o, "producer", text(m->producer));
    put(o, "ir_version", count_or_null(m->ir_version));
    put(o, "opset", opset);
    put(o, "graph", text(m->graph));
    put(o, "parameters", count_or_null(t->parameters));
    put(o, "parameter_bytes", count_or_null(t->parameter_bytes));
    return o;
}

static json_t *device_ceilings(const roof_device *d) {
    json_t *list = json_array();
    size_t n;
    const roof_fact *facts = roof_device_facts(d, &n);
    for (size_t i = 0; i < n; i++) {
        const roof_fact *f = &facts[i];
        if (strcmp(f->section, "compute") != 0 && strcmp(f->section, "memory") != 0)
            continue;
        json_t *o = json_object();
        put(o, "section", text(f->section));
        put(o, "name", text(f->name));
        put(o, "precision", optional(f->precision));
        put(o, "accumulate", optional(f->accumulate));
        put(o, "variant", optional(f->variant));
        put(o, "value", real_or_null(f->value));
        put(o, "unit", text(f->unit));
        put(o, "source", text(f->source));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *device_json(const roof_analysis *a) {
    const roof_device *d = roof_analysis_device(a);
    if (!d)
        return json_null();
    json_t *o = json_object();
    put(o, "name", text(roof_device_name(d)));
    put(o, "kind", text(roof_device_get_kind(d) == ROOF_GPU ? "gpu" : "cpu"));
    put(o, "source", text(roof_source_name(roof_device_source(d))));
    put(o, "signature", optional(roof_device_signature(d)));
    put(o, "date", optional(roof_device_date(d)));
    put(o, "ceilings", device_ceilings(d));
    return o;
}

static json_t *options_json(const roof_analysis *a) {
    const roof_options *options = roof_analysis_options(a);
    bool free_views =
        options->views ? options->views == 'f' : options->traffic == ROOF_TRAFFIC_IDEAL;
    json_t *o = json_object(), *dims = json_object();
    const char *name;
    int64_t value;
    for (size_t i = 0; (name = roof_analysis_dim(a, i, &value)); i++) {
        json_t *key = text(name);
        put(dims, json_string_value(key), count_or_null(value));
        json_decref(key);
    }
    put(o, "traffic", text(roof_traffic_name(options->traffic)));
    put(o, "views", text(free_views ? "free" : "copy"));
    put(o, "tf32", json_boolean(options->tf32));
    put(o, "dims", dims);
    return o;
}

static json_t *totals_json(const roof_analysis *a) {
    const roof_totals *t = roof_analysis_totals(a);
    json_t *o = json_object(), *times = json_object();
    for (int i = 0; i < ROOF_TRAFFIC_COUNT; i++)
        put(times, roof_traffic_name(i), real_or_null(t->time_by_traffic[i]));
    put(o, "complete", json_boolean(t->complete));
    const field *f;
    for (size_t i = 0; (f = work_field(i)); i++)
        put(o, f->name, count_or_null(*(const int64_t *)((const char *)&t->work + f->offset)));
    put(o, "operational_intensity", real_or_null(t->operational_intensity));
    put(o, "traffic", traffic(&t->work));
    put(o, "peak_activation_bytes", count_or_null(t->peak_activation_bytes));
    put(o, "peak_activation_node", optional(t->peak_activation_node));
    put(o, "attainable_flops", real_or_null(t->attainable_flops));
    put(o, "time_s", real_or_null(t->time_s));
    put(o, "time_by_traffic", times);
    put(o, "bound_s", real_or_null(t->bound_s));
    put(o, "limiter", limiter(t->limiter));
    return o;
}

static json_t *coverage_json(const roof_analysis *a) {
    const roof_coverage *c = roof_analysis_coverage(a);
    json_t *o = json_object(), *list = json_array();
    for (size_t i = 0; i < c->n_unsupported; i++) {
        json_t *one = json_object();
        put(one, "op", text(c->unsupported[i].op));
        put(one, "domain", text(c->unsupported[i].domain));
        put(one, "count", count_or_null(c->unsupported[i].count));
        json_array_append_new(list, one);
    }
    put(o, "nodes", count_or_null(c->nodes));
    for (int i = 0; i < ROOF_STATUS_COUNT; i++)
        put(o, roof_status_name((roof_row_status)i), count_or_null(c->by_status[i]));
    put(o, "unsupported", list);
    return o;
}

static json_t *assumptions_json(const roof_analysis *a) {
    json_t *list = json_array();
    const char *sentence;
    for (size_t i = 0; (sentence = roof_analysis_assumption(a, i)); i++)
        json_array_append_new(list, text(sentence));
    return list;
}

static json_t *outputs_json(const roof_analysis *a) {
    size_t n;
    const roof_tensor *t = roof_analysis_outputs(a, &n);
    return tensors(t, n);
}

static const struct {
    const char *key;
    json_t *(*make)(const roof_analysis *a);
} parts[] = {
    {.key = "tool", .make = tool_json},
    {.key = "model", .make = model_json},
    {.key = "device", .make = device_json},
    {.key = "options", .make = options_json},
    {.key = "totals", .make = totals_json},
    {.key = "coverage", .make = coverage_json},
    {.key = "assumptions", .make = assumptions_json},
    {.key = "outputs", .make = outputs_json},
};

static void dump(report *r, json_t *value) {
    json_dumpf(value, r->out, DUMP_FLAGS);
    json_decref(value);
}

void write_json(report *r) {
    fputs("{\"schema\":\"roofline.analysis/1\"", r->out);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        fprintf(r->out, ",\n\"%s\":", parts[i].key);
        dump(r, parts[i].make(r->analysis));
    }
    fputs(",\n\"nodes\":[", r->out);
    for (size_t k = 0; k < r->n_order && !ferror(r->out); k++) {
        fputs(k ? ",\n" : "\n", r->out);
        dump(r, row_json(roof_analysis_row(r->analysis, r->order[k])));
    }
    fputs("\n]}\n", r->out);
}
