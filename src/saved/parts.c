/* The parts of a saved analysis that describe it as a whole. */
#include "report/fields.h"
#include "saved/load.h"
#include <stdlib.h>
#include <string.h>

/* 16 hexadecimal digits. */
static uint64_t hash_value(loader *l, const json_t *o, const char *key) {
    const char *text = text_of(l, o, key);
    if (!*text)
        return 0;
    if (strlen(text) != 16 || strspn(text, "0123456789abcdef") != 16)
        refuse(l, key, "must be 16 hexadecimal digits, and is \"%.60s\"", text);
    return strtoull(text, NULL, 16);
}

static void load_opsets(loader *l, const json_t *o, roof_model_info *m) {
    roof_opset *all = arena_array(l->arena, json_object_size(o) + 1, sizeof *all);
    const char *domain;
    json_t *version;
    json_object_foreach((json_t *)(uintptr_t)o, domain, version) all[m->n_opsets++] =
        (roof_opset){hash_intern(l->texts, domain), count_value(l, "opset", version)};
    m->opsets = all;
}

void load_model(loader *l, const json_t *o) {
    roof_model_info *m = &l->analysis->model;
    if (!is_object(l, o))
        return;
    *m = (roof_model_info){.path = text_of(l, o, "path"),
                           .producer = text_of(l, o, "producer"),
                           .graph = text_of(l, o, "graph"),
                           .structure_hash = hash_value(l, o, "structure_hash"),
                           .ir_version = count_of(l, o, "ir_version")};
    load_opsets(l, object_of(l, o, "opset"), m);
    l->analysis->totals.parameters = count_of(l, o, "parameters");
    l->analysis->totals.parameter_bytes = count_of(l, o, "parameter_bytes");
}

/* --- options --- */

static const char *traffic_name(int i) {
    return roof_traffic_name((roof_traffic)i);
}

static const char *types_name(int i) {
    return roof_types_name((roof_types)i);
}

static const char *views_name(int i) {
    return i == 0 ? "copy" : "free";
}

static const char *kv_name(int i) {
    return i == 0 ? "copy" : "inplace";
}

static const char *memory_name(int i) {
    return i == 0 ? "dram" : "hierarchy";
}

static const char *accumulate_name(int i) {
    return i == 0 ? "fp16" : "fp32";
}

static const char *sparsity_name(int i) {
    (void)i;
    return "2:4";
}

static void load_dims(loader *l, const json_t *o) {
    roof_analysis *a = l->analysis;
    analysis_dim *all = arena_array(l->arena, json_object_size(o) + 1, sizeof *all);
    const char *name;
    json_t *size;
    json_object_foreach((json_t *)(uintptr_t)o, name, size) all[a->n_dims++] =
        (analysis_dim){hash_intern(l->texts, name), count_value(l, "dims", size)};
    a->dims = all;
}

void load_options(loader *l, const json_t *o) {
    static const int views[] = {'c', 'f'}, kv[] = {'c', 'i'}, sums[] = {16, 32};
    if (!is_object(l, o))
        return;
    int view = choice_of(l, o, "views", views_name, 2, -1);
    int cache = choice_of(l, o, "kv", kv_name, 2, -1);
    int sum = choice_of(l, o, "accumulate", accumulate_name, 2, -1);
    l->analysis->options =
        (roof_options){.traffic = (roof_traffic)choice_of(l, o, "traffic", traffic_name,
                                                          ROOF_TRAFFIC_COUNT, ROOF_TRAFFIC_OP),
                       .views = view < 0 ? 0 : views[view],
                       .kv = cache < 0 ? 0 : kv[cache],
                       .types = (roof_types)choice_of(l, o, "precision", types_name,
                                                      ROOF_TYPES_COUNT, ROOF_TYPES_NATIVE),
                       .tf32 = flag_of(l, o, "tf32"),
                       .accumulate = sum < 0 ? 0 : sums[sum],
                       .sparse_weights = choice_of(l, o, "sparsity", sparsity_name, 1, -1) == 0,
                       .hierarchy = choice_of(l, o, "memory", memory_name, 2, 0) == 1};
    load_dims(l, object_of(l, o, "dims"));
}

/* --- totals and coverage --- */

static void load_shares(loader *l, const json_t *o, roof_totals *t) {
    for (int i = ROOF_LIMIT_MATRIX; i < ROOF_LIMITER_COUNT; i++)
        t->limiter_share[i] = share_of(l, o, roof_limiter_name((roof_limiter)i));
}

static void load_traffic_kinds(loader *l, const json_t *o, roof_work *w) {
    for (int i = 0; i < ROOF_TRAFFIC_COUNT; i++) {
        const json_t *kinds = object_of(l, o, roof_traffic_name((roof_traffic)i));
        w->traffic[i].weights = count_of(l, kinds, "weights");
        w->traffic[i].read = count_of(l, kinds, "read");
        w->traffic[i].written = count_of(l, kinds, "written");
    }
}

void load_totals(loader *l, const json_t *o) {
    roof_totals *t = &l->analysis->totals;
    if (!is_object(l, o))
        return;
    const field *f;
    for (size_t i = 0; (f = work_field(i)); i++)
        *(int64_t *)(void *)((char *)&t->work + f->offset) = count_of(l, o, f->name);
    load_traffic(l, object_of(l, o, "traffic"), &t->work);
    load_traffic_kinds(l, object_of(l, o, "traffic_kinds"), &t->work);
    const json_t *times = object_of(l, o, "time_by_traffic");
    for (int i = 0; i < ROOF_TRAFFIC_COUNT; i++)
        t->time_by_traffic[i] = real_of(l, times, roof_traffic_name((roof_traffic)i));
    t->complete = flag_of(l, o, "complete");
    t->operational_intensity = real_of(l, o, "operational_intensity");
    t->attainable_flops = real_of(l, o, "attainable_flops");
    t->time_s = real_of(l, o, "time_s");
    t->bound_s = real_of(l, o, "bound_s");
    t->limiter = limiter_of(l, o);
    t->peak_activation_bytes = count_of(l, o, "peak_activation_bytes");
    t->peak_activation_node = text_of(l, o, "peak_activation_node");
    load_shares(l, object_of(l, o, "limiter_share"), t);
}

void load_coverage(loader *l, const json_t *o) {
    roof_coverage *c = &l->analysis->coverage;
    if (!is_object(l, o))
        return;
    c->nodes = number_of(l, o, "nodes");
    for (int i = 0; i < ROOF_STATUS_COUNT; i++)
        c->by_status[i] = number_of(l, o, roof_status_name((roof_row_status)i));
    const json_t *list = list_of(l, o, "unsupported");
    roof_unsupported *all = arena_array(l->arena, json_array_size(list) + 1, sizeof *all);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        all[i] = (roof_unsupported){.op = text_of(l, one, "op"),
                                    .domain = text_of(l, one, "domain"),
                                    .count = number_of(l, one, "count")};
    }
    c->unsupported = all;
    c->n_unsupported = json_array_size(list);
}

/* --- lists --- */

void load_assumptions(loader *l, const json_t *list) {
    size_t n = json_array_size(list);
    const char **all = arena_array(l->arena, n + 1, sizeof *all);
    if (!json_is_array(list))
        refuse(l, NULL, "must be a list");
    for (size_t i = 0; i < n; i++)
        all[i] = text_value(l, NULL, json_array_get(list, i));
    l->analysis->assumptions = all;
    l->analysis->n_assumptions = n;
}

void load_outputs(loader *l, const json_t *list) {
    if (!json_is_array(list))
        refuse(l, NULL, "must be a list");
    l->analysis->outputs = load_tensors(l, NULL, list, &l->analysis->n_outputs);
}
