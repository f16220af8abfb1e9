#include "fake_analysis.h"
#include "base/count.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the device --- */

static const char *const precisions[] = {"fp64", "fp32", "tf32",  "fp16",  "bf16", "fp8",
                                         "fp6",  "fp4",  "int32", "int16", "int8", "int4"};
static const char *const units[] = {"matrix", "vector", "special"};
static const char *const families[] = {"conv",       "matmul",      "attention", "normalization",
                                       "activation", "elementwise", "pool",      "reduce",
                                       "movement",   "quantize",    "recurrent", "other"};

void fake_ceiling(roof_device *d, const char *section, const char *name, const char *precision,
                  double value, roof_source source) {
    d->facts[d->n_facts++] = (roof_fact){.section = section,
                                         .name = name,
                                         .precision = precision,
                                         .accumulate = "",
                                         .variant = "",
                                         .text = "",
                                         .value = value,
                                         .unit = *precision ? "FLOP/s" : "B/s",
                                         .kind = source,
                                         .source = roof_source_name(source),
                                         .formula = "",
                                         .note = ""};
}

const char *roof_precision_name(roof_precision p) {
    return p < 0 ? "" : precisions[p];
}

roof_precision roof_precision_from_name(const char *name) {
    for (int i = 0; i < ROOF_PRECISION_COUNT; i++)
        if (strcmp(precisions[i], name) == 0)
            return (roof_precision)i;
    return ROOF_PRECISION_NONE;
}

const char *roof_unit_name(roof_unit u) {
    return units[u];
}

const char *roof_source_name(roof_source s) {
    return s == ROOF_MEASURED ? "measured" : s == ROOF_DATASHEET ? "datasheet" : "theory";
}

const char *roof_device_name(const roof_device *d) {
    return d->name;
}

roof_device_kind roof_device_get_kind(const roof_device *d) {
    return d->kind;
}

const char *roof_device_signature(const roof_device *d) {
    (void)d;
    return "";
}

const char *roof_device_date(const roof_device *d) {
    return d->date ? d->date : "";
}

const char *roof_device_partial(const roof_device *d) {
    (void)d;
    return "";
}

double roof_device_theory_of(const roof_device *d, const roof_fact *f) {
    (void)d, (void)f;
    return 0;
}

roof_source roof_device_source(const roof_device *d) {
    roof_source best = ROOF_THEORY;
    for (size_t i = 0; i < d->n_facts; i++)
        if (d->facts[i].kind < best)
            best = d->facts[i].kind;
    return best;
}

const roof_fact *roof_device_facts(const roof_device *d, size_t *n) {
    *n = d->n_facts;
    return d->facts;
}

static roof_ceiling find(const roof_device *d, const char *section, const char *name,
                         const char *precision, bool theory_only) {
    roof_ceiling c = {.value = 0};
    for (size_t i = 0; i < d->n_facts; i++) {
        const roof_fact *f = &d->facts[i];
        if (strcmp(f->section, section) == 0 && strcmp(f->name, name) == 0 &&
            strcmp(f->precision, precision) == 0 && (!theory_only || f->kind == ROOF_THEORY) &&
            (!c.fact || f->kind < c.fact->kind)) {
            c.fact = f;
            c.value = f->value;
        }
    }
    return c;
}

roof_ceiling roof_device_compute(const roof_device *d, roof_unit unit, roof_precision p,
                                 roof_precision accumulate, bool sparse) {
    (void)accumulate, (void)sparse;
    return find(d, "compute", units[unit], roof_precision_name(p), false);
}

roof_ceiling roof_device_compute_theory(const roof_device *d, roof_unit unit, roof_precision p,
                                        roof_precision accumulate, bool sparse) {
    (void)accumulate, (void)sparse;
    return find(d, "compute", units[unit], roof_precision_name(p), true);
}

roof_ceiling roof_device_memory(const roof_device *d, const char *level) {
    return find(d, "memory", level, "", false);
}

roof_ceiling roof_device_memory_theory(const roof_device *d, const char *level) {
    return find(d, "memory", level, "", true);
}

/* --- the analysis --- */

static int family_index(const char *name) {
    for (int i = 0; i < (int)(sizeof families / sizeof *families); i++)
        if (strcmp(families[i], name) == 0)
            return i;
    abort(); /* a mistake of the test */
}

static roof_work work_of(const fake_row *f) {
    roof_work w = {.macs = cnt_div(f->matrix, 2),
                   .macs_valid = cnt_div(f->matrix, 2),
                   .macs_nonzero = cnt_div(f->matrix, 2),
                   .matrix_flops = f->matrix,
                   .vector_flops = f->vector,
                   .special_flops = f->special,
                   .flops = cnt_add(cnt_add(f->matrix, f->vector), f->special)};
    count total = cnt_add(cnt_add(f->weights, f->read), f->written);
    w.bytes = (roof_traffic_bytes){f->weights, f->read, f->written, total};
    w.traffic[ROOF_TRAFFIC_OP] = w.bytes;
    w.traffic[ROOF_TRAFFIC_OUTPUT] =
        (roof_traffic_bytes){f->weights, 0, f->written, cnt_add(f->weights, f->written)};
    w.traffic[ROOF_TRAFFIC_FUSED] = w.bytes;
    w.traffic[ROOF_TRAFFIC_IDEAL] = (roof_traffic_bytes){f->weights, 0, 0, f->weights};
    return w;
}

static void add_term(roof_analysis *a, size_t i, const char *unit, double amount, double value,
                     roof_limiter limiter) {
    roof_row *row = &a->rows[i];
    if (amount == 0)
        return;
    double t = amount < 0 ? NAN : amount / value;
    a->ceilings[i][row->n_ceilings++] = (roof_row_ceiling){unit, value, t, ""};
    if (isnan(t) || isnan(row->time_s)) {
        row->time_s = NAN;
        row->limiter = ROOF_LIMIT_NONE;
    } else if (t > row->time_s) {
        row->time_s = t;
        row->limiter = limiter;
    }
}

/* "matrix fp32"; one of a few, as the strings must outlive the analysis. */
static const char *unit_text(roof_unit u, roof_precision p) {
    static char names[ROOF_UNIT_COUNT][ROOF_PRECISION_COUNT][24];
    snprintf(names[u][p], sizeof names[u][p], "%s %s", units[u], precisions[p]);
    return names[u][p];
}

static void place(roof_analysis *a, size_t i, const fake_row *f) {
    roof_row *row = &a->rows[i];
    roof_precision p = roof_precision_from_name(f->precision ? f->precision : "fp32");
    double matrix = roof_device_compute(a->device, ROOF_MATRIX, p, p, false).value;
    double vector = roof_device_compute(a->device, ROOF_VECTOR, ROOF_FP32, p, false).value;
    double special = roof_device_compute(a->device, ROOF_SPECIAL, ROOF_FP32, p, false).value;
    double dram = roof_device_memory(a->device, "dram").value;
    row->time_s = 0;
    row->ceilings = a->ceilings[i];
    double on_vector = (double)f->vector + (matrix > 0 ? 0 : (double)f->matrix);
    if (matrix > 0)
        add_term(a, i, unit_text(ROOF_MATRIX, p), (double)f->matrix, matrix, ROOF_LIMIT_MATRIX);
    add_term(a, i, unit_text(ROOF_VECTOR, ROOF_FP32), on_vector, vector, ROOF_LIMIT_VECTOR);
    add_term(a, i, unit_text(ROOF_SPECIAL, ROOF_FP32), (double)f->special, special,
             ROOF_LIMIT_SPECIAL);
    add_term(a, i, "dram", (double)row->work.bytes.total, dram, ROOF_LIMIT_MEMORY);
    row->attainable_flops =
        row->work.flops < 0 || !(row->time_s > 0) ? NAN : (double)row->work.flops / row->time_s;
    row->bound_s = row->time_s / 2;
}

static void fill_row(roof_analysis *a, size_t i, const fake_row *f) {
    static const int64_t shape[] = {1, 64, 56, 56};
    snprintf(a->ids[i], sizeof a->ids[i], "#%zu", i);
    a->tensors[i] = (roof_tensor){.name = f->name,
                                  .dtype = "fp32",
                                  .rank = f->rank ? f->rank : 4,
                                  .dims = f->rank ? f->dims : shape};
    a->rows[i] = (roof_row){.id = a->ids[i],
                            .name = f->name,
                            .op = f->op,
                            .domain = f->domain ? f->domain : "",
                            .scope = f->scope ? f->scope : "",
                            .family = f->family,
                            .family_index = family_index(f->family),
                            .repeat = f->repeat ? f->repeat : 1,
                            .group = -1,
                            .status = f->status,
                            .rule = "",
                            .note = f->note ? f->note : "",
                            .inputs = &a->tensors[i],
                            .n_inputs = 1,
                            .outputs = &a->tensors[i],
                            .n_outputs = 1,
                            .precision = f->precision ? f->precision : "fp32",
                            .weight_dtype = f->weights ? "fp32" : "",
                            .activation_dtype = "fp32",
                            .accumulate_dtype = "fp32",
                            .work = work_of(f),
                            .live_bytes = f->written,
                            .attainable_flops = NAN,
                            .time_s = NAN,
                            .time_share = NAN,
                            .bound_s = NAN,
                            .measured_s = NAN,
                            .efficiency = NAN};
    roof_work *w = &a->rows[i].work;
    a->rows[i].operational_intensity =
        w->flops < 0 || w->bytes.total <= 0 ? NAN : (double)w->flops / (double)w->bytes.total;
    if (a->device)
        place(a, i, f);
}

static void add_counts(int64_t *sum, const int64_t *row, size_t n, int64_t repeat) {
    for (size_t i = 0; i < n; i++)
        if (row[i] >= 0)
            sum[i] += row[i] * repeat;
}

static void add_row(roof_analysis *a, const roof_row *row) {
    roof_totals *t = &a->totals;
    add_counts(&t->work.macs, &row->work.macs, sizeof(roof_work) / sizeof(int64_t), row->repeat);
    t->complete = t->complete && row->status != ROOF_ROW_UNKNOWN;
    a->coverage.by_status[row->status]++;
    if (!isnan(row->time_s)) {
        t->time_s += row->time_s * (double)row->repeat;
        t->limiter_share[row->limiter] += row->time_s * (double)row->repeat;
    }
}

static void sum_up(roof_analysis *a) {
    roof_totals *t = &a->totals;
    t->complete = true;
    for (size_t i = 0; i < a->n; i++)
        add_row(a, &a->rows[i]);
    t->operational_intensity = (double)t->work.flops / (double)t->work.bytes.total;
    for (int i = 0; i < ROOF_TRAFFIC_COUNT; i++)
        t->time_by_traffic[i] = a->device ? t->time_s : NAN;
    t->attainable_flops = a->device && t->time_s > 0 ? (double)t->work.flops / t->time_s : NAN;
    t->bound_s = t->time_s / 2;
    for (int i = 0; i < ROOF_LIMITER_COUNT; i++) {
        t->limiter_share[i] = t->time_s > 0 ? t->limiter_share[i] / t->time_s : 0;
        if (i > 0 && t->limiter_share[i] > t->limiter_share[t->limiter])
            t->limiter = (roof_limiter)i;
    }
    for (size_t i = 0; i < a->n && a->device; i++)
        a->rows[i].time_share = a->rows[i].time_s * (double)a->rows[i].repeat / t->time_s;
    if (!a->device)
        t->time_s = t->bound_s = NAN;
}

roof_device *fake_device(void) {
    static roof_device d;
    d = (roof_device){.name = "Test", .date = "2026-01-02", .kind = ROOF_CPU};
    fake_ceiling(&d, "compute", "vector", "fp32", 10, ROOF_MEASURED);
    fake_ceiling(&d, "compute", "special", "fp32", 1, ROOF_MEASURED);
    fake_ceiling(&d, "memory", "dram", "", 2, ROOF_MEASURED);
    return &d;
}

roof_analysis *fake_analyze(const roof_device *d, const fake_row *rows, size_t n) {
    roof_analysis *a = calloc(1, sizeof *a);
    a->device = d;
    a->n = n;
    a->rows = calloc(n + 1, sizeof *a->rows);
    a->tensors = calloc(n + 1, sizeof *a->tensors);
    a->ids = calloc(n + 1, sizeof *a->ids);
    a->ceilings = calloc(n + 1, sizeof *a->ceilings);
    for (size_t i = 0; i < n; i++)
        fill_row(a, i, &rows[i]);
    sum_up(a);
    a->coverage.nodes = (int64_t)n;
    a->coverage.unsupported = a->unsupported;
    a->opset = (roof_opset){.domain = "", .version = 17};
    a->model = (roof_model_info){.path = "models/fake.onnx",
                                 .producer = "by hand",
                                 .graph = "main",
                                 .structure_hash = 0xfeedbeef,
                                 .ir_version = 8,
                                 .opsets = &a->opset,
                                 .n_opsets = 1};
    a->totals.parameters = a->totals.work.bytes.weights / 4;
    a->totals.parameter_bytes = a->totals.work.bytes.weights;
    a->totals.peak_activation_bytes = n ? a->rows[0].work.bytes.written : 0;
    a->totals.peak_activation_node = n ? a->rows[0].id : "";
    return a;
}

void fake_free(roof_analysis *a) {
    free(a->rows);
    free(a->tensors);
    free(a->ids);
    free(a->ceilings);
    free(a);
}

size_t roof_analysis_rows(const roof_analysis *a) {
    return a->n;
}

const roof_row *roof_analysis_row(const roof_analysis *a, size_t i) {
    return &a->rows[i];
}

const roof_totals *roof_analysis_totals(const roof_analysis *a) {
    return &a->totals;
}

const roof_coverage *roof_analysis_coverage(const roof_analysis *a) {
    return &a->coverage;
}

const roof_model_info *roof_analysis_model(const roof_analysis *a) {
    return &a->model;
}

const roof_device *roof_analysis_device(const roof_analysis *a) {
    return a->device;
}

const roof_options *roof_analysis_options(const roof_analysis *a) {
    return &a->options;
}

const roof_group *roof_analysis_groups(const roof_analysis *a, size_t *n) {
    *n = a->n_groups;
    return a->groups;
}

const roof_measured *roof_analysis_measured(const roof_analysis *a) {
    return a->measured;
}

const roof_tensor *roof_analysis_outputs(const roof_analysis *a, size_t *n) {
    *n = a->n ? 1 : 0;
    return a->n ? &a->tensors[a->n - 1] : NULL;
}

const char *roof_analysis_assumption(const roof_analysis *a, size_t i) {
    return i < FAKE_MAX_TEXTS ? a->assumptions[i] : NULL;
}

const char *roof_analysis_dim(const roof_analysis *a, size_t i, int64_t *value) {
    *value = i < FAKE_MAX_TEXTS ? a->dim_values[i] : 0;
    return i < FAKE_MAX_TEXTS ? a->dims[i] : NULL;
}

const char *roof_traffic_name(roof_traffic t) {
    static const char *const names[] = {"op", "output", "fused", "ideal"};
    return names[t];
}

bool roof_views_are_free(const roof_options *o, roof_traffic t) {
    return o->views ? o->views == 'f' : t >= ROOF_TRAFFIC_FUSED;
}

bool roof_caches_grow(const roof_options *o, roof_traffic t) {
    return o->kv ? o->kv == 'i' : t >= ROOF_TRAFFIC_FUSED;
}

const char *roof_types_name(roof_types t) {
    return t == ROOF_TYPES_W8A16 ? "w8a16" : "native";
}

const char *roof_status_name(roof_row_status s) {
    static const char *const names[] = {"counted", "folded", "dead", "estimated", "unknown"};
    return names[s];
}

const char *roof_limiter_name(roof_limiter l) {
    static const char *const names[] = {"none",    "matrix", "vector",
                                        "special", "memory", "overhead"};
    return names[l];
}

const char *roof_family_name(int i) {
    return i >= 0 && i < (int)(sizeof families / sizeof *families) ? families[i] : NULL;
}
