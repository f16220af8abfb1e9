/* The public face of an analysis: what callers may look at. */
#include "place/analysis.h"
#include "ops/op.h"

void roof_analysis_free(roof_analysis *a) {
    if (!a)
        return;
    roof_device_free(a->own_device);
    arena_free(a->arena);
}

const roof_measured *roof_analysis_measured(const roof_analysis *a) {
    return a->measured;
}

size_t roof_analysis_rows(const roof_analysis *a) {
    return a->n_rows;
}

const roof_row *roof_analysis_row(const roof_analysis *a, size_t i) {
    return i < a->n_rows ? &a->rows[i] : NULL;
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

const roof_tensor *roof_analysis_outputs(const roof_analysis *a, size_t *n) {
    *n = a->n_outputs;
    return a->outputs;
}

const char *roof_analysis_assumption(const roof_analysis *a, size_t i) {
    return i < a->n_assumptions ? a->assumptions[i] : NULL;
}

const char *roof_analysis_dim(const roof_analysis *a, size_t i, int64_t *size) {
    if (i >= a->n_dims)
        return NULL;
    *size = a->dims[i].size;
    return a->dims[i].name;
}

const char *roof_traffic_name(roof_traffic t) {
    static const char *const names[ROOF_TRAFFIC_COUNT] = {[ROOF_TRAFFIC_OP] = "op",
                                                          [ROOF_TRAFFIC_OUTPUT] = "output",
                                                          [ROOF_TRAFFIC_FUSED] = "fused",
                                                          [ROOF_TRAFFIC_IDEAL] = "ideal"};
    return t >= 0 && t < ROOF_TRAFFIC_COUNT ? names[t] : NULL;
}

const char *roof_types_name(roof_types t) {
    static const char *const names[ROOF_TYPES_COUNT] = {
        [ROOF_TYPES_NATIVE] = "native", [ROOF_TYPES_FP64] = "fp64",  [ROOF_TYPES_FP32] = "fp32",
        [ROOF_TYPES_TF32] = "tf32",     [ROOF_TYPES_BF16] = "bf16",  [ROOF_TYPES_FP16] = "fp16",
        [ROOF_TYPES_FP8] = "fp8",       [ROOF_TYPES_INT8] = "int8",  [ROOF_TYPES_INT4] = "int4",
        [ROOF_TYPES_W8A16] = "w8a16",   [ROOF_TYPES_W4A16] = "w4a16"};
    return t >= 0 && t < ROOF_TYPES_COUNT ? names[t] : NULL;
}

const char *roof_status_name(roof_row_status s) {
    static const char *const names[ROOF_STATUS_COUNT] = {[ROOF_COUNTED] = "counted",
                                                         [ROOF_FOLDED] = "folded",
                                                         [ROOF_DEAD] = "dead",
                                                         [ROOF_ESTIMATED] = "estimated",
                                                         [ROOF_ROW_UNKNOWN] = "unknown"};
    return s >= 0 && s < ROOF_STATUS_COUNT ? names[s] : NULL;
}

const char *roof_limiter_name(roof_limiter l) {
    static const char *const names[ROOF_LIMITER_COUNT] = {
        [ROOF_LIMIT_NONE] = "none",     [ROOF_LIMIT_MATRIX] = "matrix",
        [ROOF_LIMIT_VECTOR] = "vector", [ROOF_LIMIT_SPECIAL] = "special",
        [ROOF_LIMIT_MEMORY] = "memory", [ROOF_LIMIT_OVERHEAD] = "overhead"};
    return l >= 0 && l < ROOF_LIMITER_COUNT ? names[l] : NULL;
}

const char *roof_family_name(int i) {
    return i >= 0 && i < FAMILY_COUNT ? op_family_name((op_family)i) : NULL;
}
