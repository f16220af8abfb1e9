#include "report/fields.h"

#define ROW(member)  offsetof(roof_row, member)
#define WORK(member) offsetof(roof_work, member)

static const field head[] = {
    {.name = "id", .kind = FIELD_TEXT, .offset = ROW(id)},
    {.name = "name", .kind = FIELD_TEXT, .offset = ROW(name)},
    {.name = "op", .kind = FIELD_TEXT, .offset = ROW(op)},
    {.name = "domain", .kind = FIELD_TEXT, .offset = ROW(domain)},
    {.name = "scope", .kind = FIELD_TEXT, .offset = ROW(scope)},
    {.name = "repeat", .kind = FIELD_COUNT, .offset = ROW(repeat)},
    {.name = "group", .kind = FIELD_GROUP},
    {.name = "status", .kind = FIELD_STATUS, .offset = ROW(status)},
    {.name = "inputs", .kind = FIELD_INPUTS},
    {.name = "outputs", .kind = FIELD_OUTPUTS},
    {.name = "precision", .kind = FIELD_OPTIONAL, .offset = ROW(precision)},
    {.name = "weight_dtype", .kind = FIELD_OPTIONAL, .offset = ROW(weight_dtype)},
    {.name = "activation_dtype", .kind = FIELD_OPTIONAL, .offset = ROW(activation_dtype)},
    {.name = "accumulate_dtype", .kind = FIELD_OPTIONAL, .offset = ROW(accumulate_dtype)},
};

static const field work[] = {
    {.name = "macs", .unit = "MAC", .kind = FIELD_COUNT, .offset = WORK(macs)},
    {.name = "macs_valid", .unit = "MAC", .kind = FIELD_COUNT, .offset = WORK(macs_valid)},
    {.name = "macs_nonzero", .unit = "MAC", .kind = FIELD_COUNT, .offset = WORK(macs_nonzero)},
    {.name = "flops", .unit = "FLOP", .kind = FIELD_COUNT, .offset = WORK(flops)},
    {.name = "matrix_flops", .unit = "FLOP", .kind = FIELD_COUNT, .offset = WORK(matrix_flops)},
    {.name = "vector_flops", .unit = "FLOP", .kind = FIELD_COUNT, .offset = WORK(vector_flops)},
    {.name = "special_flops", .unit = "FLOP", .kind = FIELD_COUNT, .offset = WORK(special_flops)},
    {.name = "integer_ops", .unit = "OP", .kind = FIELD_COUNT, .offset = WORK(integer_ops)},
    {.name = "bytes", .unit = "B", .kind = FIELD_COUNT, .offset = WORK(bytes.total)},
    {.name = "bytes_weights", .unit = "B", .kind = FIELD_COUNT, .offset = WORK(bytes.weights)},
    {.name = "bytes_read", .unit = "B", .kind = FIELD_COUNT, .offset = WORK(bytes.read)},
    {.name = "bytes_written", .unit = "B", .kind = FIELD_COUNT, .offset = WORK(bytes.written)},
};

static const field tail[] = {
    {.name = "traffic", .unit = "B", .kind = FIELD_TRAFFIC},
    {.name = "live_bytes", .unit = "B", .kind = FIELD_COUNT, .offset = ROW(live_bytes)},
    {.name = "operational_intensity",
     .unit = "FLOP/B",
     .kind = FIELD_REAL,
     .offset = ROW(operational_intensity)},
    {.name = "attainable_flops",
     .unit = "FLOP/s",
     .kind = FIELD_REAL,
     .offset = ROW(attainable_flops)},
    {.name = "time_s", .kind = FIELD_REAL, .offset = ROW(time_s)},
    {.name = "time_share", .kind = FIELD_SHARE, .offset = ROW(time_share)},
    {.name = "bound_s", .kind = FIELD_REAL, .offset = ROW(bound_s)},
    {.name = "limiter", .kind = FIELD_LIMITER, .offset = ROW(limiter)},
    {.name = "ceilings", .kind = FIELD_CEILINGS},
    {.name = "measured_s", .kind = FIELD_REAL, .offset = ROW(measured_s)},
    {.name = "efficiency", .kind = FIELD_REAL, .offset = ROW(efficiency)},
    {.name = "levels", .unit = "B", .kind = FIELD_LEVELS},
    {.name = "note", .kind = FIELD_OPTIONAL, .offset = ROW(note)},
    {.name = "family", .kind = FIELD_OPTIONAL, .offset = ROW(family)},
    {.name = "rule", .kind = FIELD_OPTIONAL, .offset = ROW(rule)},
};

/* What sums of rows have: what their rows share, and those figures that add up. */
static const field sum_head[] = {
    [ROOF_GROUP_OP] = {.name = "op", .kind = FIELD_TEXT, .offset = ROW(op)},
    [ROOF_GROUP_MODULE] = {.name = "module", .kind = FIELD_TEXT, .offset = ROW(scope)},
};

static const field sum_more[] = {
    {.name = "domain", .kind = FIELD_TEXT, .offset = ROW(domain)},
    {.name = "family", .kind = FIELD_OPTIONAL, .offset = ROW(family)},
    {.name = "nodes", .kind = FIELD_COUNT, .offset = offsetof(roof_sum, nodes)},
    {.name = "complete", .kind = FIELD_BOOL, .offset = offsetof(roof_sum, complete)},
    {.name = "status", .kind = FIELD_STATUS},
};

enum {
    N_HEAD = sizeof head / sizeof *head,
    N_WORK = sizeof work / sizeof *work,
    N_TAIL = sizeof tail / sizeof *tail
};

const field *work_field(size_t i) {
    return i < N_WORK ? &work[i] : NULL;
}

const field *row_field(size_t i) {
    if (i < N_HEAD)
        return &head[i];
    i -= N_HEAD;
    if (i < N_WORK)
        return &work[i];
    i -= N_WORK;
    return i < N_TAIL ? &tail[i] : NULL;
}

const void *field_value(const roof_row *row, const field *f) {
    bool of_work = f >= work && f < work + N_WORK;
    return (const char *)row + (of_work ? ROW(work) : 0) + f->offset;
}

static bool adds_up(const field *f) {
    return f->kind != FIELD_CEILINGS && f->kind != FIELD_LEVELS && f->kind != FIELD_OPTIONAL;
}

const field *sum_field(roof_grouping by, size_t i) {
    /* domain and family are those of operators */
    size_t first = by == ROOF_GROUP_OP ? 0 : 2;
    if (i == 0)
        return &sum_head[by];
    i += first - 1;
    if (i < sizeof sum_more / sizeof *sum_more)
        return &sum_more[i];
    i -= sizeof sum_more / sizeof *sum_more;
    if (i < N_WORK)
        return &work[i];
    i -= N_WORK;
    for (size_t k = 0; k < N_TAIL; k++)
        if (adds_up(&tail[k]) && i-- == 0)
            return &tail[k];
    return NULL;
}
