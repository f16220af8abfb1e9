/* Where rows and models stand: intensity by the traffic of DRAM, performance by the time that the
 * roofline gives them. */
#include "plot/scene.h"
#include <math.h>

static double share_of(const roof_row *row) {
    return row->time_share > 0 ? row->time_share : 0;
}

/* Bytes that go to DRAM: those of the outermost level where caches serve some. */
static double dram_bytes(const roof_row *row) {
    return (double)(row->n_levels ? row->levels[row->n_levels - 1].bytes : row->work.bytes.total);
}

static placed_row alone(const roof_row *row, size_t index) {
    return (placed_row){.flops = (double)row->work.flops,
                        .bytes = dram_bytes(row),
                        .time_s = row->time_s,
                        .measured_s = row->measured_s,
                        .share = share_of(row),
                        .estimated = row->status == ROOF_ESTIMATED,
                        .row = index};
}

/* The rows of a fused group are one kernel. */
static placed_row of_group(const roof_analysis *a, const roof_group *g) {
    placed_row sum = {.time_s = g->time_s, .measured_s = NAN, .row = g->rows[0]};
    double most = -1, bytes = 0, measured = 0;
    for (size_t i = 0; i < g->n_rows; i++) {
        const roof_row *row = roof_analysis_row(a, g->rows[i]);
        placed_row one = alone(row, g->rows[i]);
        sum.flops += one.flops;
        bytes += one.bytes;
        sum.share += one.share;
        if (isfinite(one.measured_s))
            measured += one.measured_s;
        sum.estimated = sum.estimated || one.estimated;
        if (one.flops > most) {
            most = one.flops;
            sum.row = g->rows[i];
        }
    }
    bool levels = roof_analysis_row(a, sum.row)->n_levels > 0;
    /* A profiler bills a fused kernel to its main node: without that the time is not known. */
    if (isfinite(roof_analysis_row(a, sum.row)->measured_s))
        sum.measured_s = measured;
    sum.bytes = levels ? bytes : (double)g->bytes.total;
    return sum;
}

placed_row place_of_row(const roof_analysis *a, size_t row) {
    const roof_row *r = roof_analysis_row(a, row);
    size_t n;
    const roof_group *groups = roof_analysis_groups(a, &n);
    return r->group >= 0 && (size_t)r->group < n ? of_group(a, &groups[r->group]) : alone(r, row);
}

/* Bytes of DRAM of the whole model where caches serve some. */
static double model_dram_bytes(const roof_analysis *a) {
    double bytes = 0;
    for (size_t i = 0; i < roof_analysis_rows(a); i++) {
        const roof_row *row = roof_analysis_row(a, i);
        if (row->n_levels && row->repeat > 0)
            bytes += dram_bytes(row) * (double)row->repeat;
    }
    return bytes;
}

bool place_of_model(const roof_analysis *a, roof_traffic t, double *x, double *y) {
    const roof_totals *totals = roof_analysis_totals(a);
    const roof_options *o = roof_analysis_options(a);
    bool selected = t == o->traffic;
    double flops = (double)totals->work.flops;
    double bytes =
        selected && o->hierarchy ? model_dram_bytes(a) : (double)totals->work.traffic[t].total;
    double time = selected ? totals->time_s : totals->time_by_traffic[t];
    *x = flops / bytes;
    *y = flops / time;
    return flops > 0 && bytes > 0 && time > 0 && isfinite(*x) && isfinite(*y);
}
