#include "report/columns.h"
#include "base/count.h"
#include "base/text.h"
#include "report/roofs.h"
#include <math.h>
#include <string.h>

char *text_ratio(char *dst, size_t size, double value) {
    if (!isfinite(value))
        snprintf(dst, size, "-");
    else if (value >= 999.5e3)
        text_si(dst, size, value, "");
    else if (value == 0 || value >= 99.95)
        snprintf(dst, size, "%.0f", value);
    else if (value >= 9.995)
        snprintf(dst, size, "%.1f", value);
    else
        snprintf(dst, size, value >= 0.0095 ? "%.2f" : "%.0e", value);
    return dst;
}

char *text_amount(char *dst, size_t size, int64_t value, const char *unit) {
    if (value < 0)
        snprintf(dst, size, "?");
    else if (value < 1000)
        snprintf(dst, size, "%d%s%s", (int)value, *unit ? " " : "", unit);
    else
        text_si(dst, size, (double)value, unit);
    return dst;
}

char *text_share(char *dst, size_t size, double share) {
    if (!isfinite(share))
        snprintf(dst, size, "-");
    else
        snprintf(dst, size, "%.1f%%", share * 100);
    return dst;
}

char *text_shape(char *dst, size_t size, const roof_tensor *t) {
    int rank = !t ? -1 : t->is_estimated ? t->estimated_rank : t->rank;
    if (rank <= 0) {
        snprintf(dst, size, "%s", !t ? "-" : rank < 0 ? "?" : "scalar");
        return dst;
    }
    const int64_t *dims = t->is_estimated ? t->estimated_dims : t->dims;
    size_t used = 0;
    for (int i = 0; i < rank && used < size; i++) {
        bool is_sure = !t->is_estimated || (t->rank == rank && t->dims[i] == dims[i]);
        const char *cross = i ? "x" : "", *about = is_sure ? "" : "~";
        int n = dims[i] < 0 ? snprintf(dst + used, size - used, "%s?", cross)
                            : snprintf(dst + used, size - used, "%s%s%lld", cross, about,
                                       (long long)dims[i]);
        used += (size_t)n;
    }
    return dst;
}

int64_t times_repeat(const roof_row *row, int64_t value) {
    return cnt_mul(value, row->repeat);
}

static void cell_id(const report *r, const roof_row *row, char dst[CELL_SIZE]) {
    (void)r;
    text_printable(dst, CELL_SIZE, row->id);
}

static void cell_name(const report *r, const roof_row *row, char dst[CELL_SIZE]) {
    (void)r;
    enum { ROOM_FOR_REPEAT = 24 };
    text_printable(dst, CELL_SIZE - ROOM_FOR_REPEAT, row->name);
    size_t n = strlen(dst);
    if (row->repeat != 1)
        snprintf(dst + n, CELL_SIZE - n, " (%lld times)", (long long)row->repeat);
}

/* Rows outside of any module have no path. */
static void cell_sum(const report *r, const roof_row *row, char dst[CELL_SIZE]) {
    (void)r;
    text_printable(dst, CELL_SIZE, *row->name ? row->name : "-");
}

static void cell_family(const report *r, const roof_row *row, char dst[CELL_SIZE]) {
    (void)r;
    text_printable(dst, CELL_SIZE, row->family);
}

static void cell_nodes(const report *r, const roof_row *row, char dst[CELL_SIZE]) {
    (void)r;
    const roof_sum *s = (const roof_sum *)row;
    snprintf(dst, CELL_SIZE, "%lld", (long long)s->nodes);
}

static void cell_group(const report *r, const roof_row *row, char dst[CELL_SIZE]) {
    (void)r;
    if (row->group < 0)
        snprintf(dst, CELL_SIZE, "-");
    else
        snprintf(dst, CELL_SIZE, "%d", (int)row->group);
}

static void cell_op(const report *r, const roof_row *row, char dst[CELL_SIZE]) {
    (void)r;
    text_printable(dst, CELL_SIZE, row->op);
}

static void cell_shape(const report *r, const roof_row *row, char dst[CELL_SIZE]) {
    (void)r;
    text_shape(dst, CELL_SIZE, row->n_outputs ? &row->outputs[0] : NULL);
}

static void cell_precision(const report *r, const roof_row *row, char dst[CELL_SIZE]) {
    (void)r;
    snprintf(dst, CELL_SIZE, "%s", *row->precision ? row->precision : "-");
}

/* An estimate carries a tilde; a sum without the rows that are unknown is at least what it says. */
static size_t write_mark(const report *r, const roof_row *row, bool is_known, char dst[CELL_SIZE]) {
    const char *mark = !is_known                                       ? ""
                       : row->status == ROOF_ESTIMATED                 ? "~"
                       : r->grouped && row->status == ROOF_ROW_UNKNOWN ? ">="
                                                                       : "";
    return (size_t)snprintf(dst, CELL_SIZE, "%s", mark);
}

static void amount_cell(const report *r, const roof_row *row, int64_t value, const char *unit,
                        char dst[CELL_SIZE]) {
    size_t n = write_mark(r, row, value >= 0, dst);
    text_amount(dst + n, CELL_SIZE - n, times_repeat(row, value), unit);
}

static void cell_flops(const report *r, const roof_row *row, char dst[CELL_SIZE]) {
    amount_cell(r, row, row->work.flops, "", dst);
}

static void cell_macs(const report *r, const roof_row *row, char dst[CELL_SIZE]) {
    amount_cell(r, row, row->work.macs, "", dst);
}

static void cell_bytes(const report *r, const roof_row *row, char dst[CELL_SIZE]) {
    amount_cell(r, row, row->work.bytes.total, "B", dst);
}

static void cell_intensity(const report *r, const roof_row *row, char dst[CELL_SIZE]) {
    (void)r;
    text_ratio(dst, CELL_SIZE, row->operational_intensity);
}

static void cell_attainable(const report *r, const roof_row *row, char dst[CELL_SIZE]) {
    (void)r;
    text_si(dst, CELL_SIZE, row->attainable_flops, "FLOP/s");
}

static void cell_time(const report *r, const roof_row *row, char dst[CELL_SIZE]) {
    (void)r;
    text_si(dst, CELL_SIZE, row_seconds(row), "s");
}

static void cell_measured(const report *r, const roof_row *row, char dst[CELL_SIZE]) {
    (void)r;
    text_si(dst, CELL_SIZE, row_measured_seconds(row), "s");
}

/* Below a hundredth with one digit, so that 0 % is no answer. */
static void cell_efficiency(const report *r, const roof_row *row, char dst[CELL_SIZE]) {
    (void)r;
    double percent = row->efficiency * 100;
    if (isfinite(percent) && percent > 0 && percent < 0.1)
        snprintf(dst, CELL_SIZE, "%.0e%%", percent);
    else
        text_share(dst, CELL_SIZE, row->efficiency);
}

/* Of the time; without a device, of the FLOPs. */
static void cell_share(const report *r, const roof_row *row, char dst[CELL_SIZE]) {
    const roof_totals *t = roof_analysis_totals(r->analysis);
    int64_t flops = times_repeat(row, row->work.flops);
    double of_flops = flops >= 0 && t->work.flops > 0 ? (double)flops / (double)t->work.flops : NAN;
    text_share(dst, CELL_SIZE, r->placed ? row->time_share : of_flops);
}

/* What limits the row, or why nothing does. */
static void cell_limiter(const report *r, const roof_row *row, char dst[CELL_SIZE]) {
    (void)r;
    bool counted = row->status == ROOF_COUNTED || row->status == ROOF_ESTIMATED;
    const char *text = row->limiter != ROOF_LIMIT_NONE ? roof_limiter_name(row->limiter)
                       : counted                       ? "-"
                                                       : roof_status_name(row->status);
    snprintf(dst, CELL_SIZE, "%s", text);
}

static void cell_status(const report *r, const roof_row *row, char dst[CELL_SIZE]) {
    (void)r;
    snprintf(dst, CELL_SIZE, "%s", roof_status_name(row->status));
}

static const column columns[] = {
    {.title = "op",
     .left = true,
     .elastic = true,
     .importance = 12,
     .use = OF_OPS,
     .cell = cell_sum},
    {.title = "module",
     .left = true,
     .elastic = true,
     .importance = 12,
     .use = OF_MODULES,
     .cell = cell_sum},
    {.title = "family", .left = true, .importance = 4, .use = OF_OPS, .cell = cell_family},
    {.title = "nodes", .importance = 7, .use = OF_SUMS, .cell = cell_nodes},
    {.title = "#", .left = true, .importance = 8, .use = OF_ROWS, .cell = cell_id},
    {.title = "name",
     .left = true,
     .elastic = true,
     .importance = 12,
     .use = OF_ROWS,
     .cell = cell_name},
    {.title = "op",
     .left = true,
     .elastic = true,
     .importance = 7,
     .use = OF_ROWS,
     .cell = cell_op},
    {.title = "output",
     .left = true,
     .elastic = true,
     .importance = 4,
     .use = OF_ROWS,
     .cell = cell_shape},
    {.title = "group", .importance = 4, .use = OF_ROWS | WITH_GROUPS, .cell = cell_group},
    {.title = "type", .left = true, .importance = 3, .use = OF_ROWS, .cell = cell_precision},
    {.title = "MACs", .importance = 1, .cell = cell_macs},
    {.title = "FLOPs", .importance = 9, .cell = cell_flops},
    {.title = "bytes", .importance = 6, .cell = cell_bytes},
    {.title = "FLOP/B", .importance = 5, .cell = cell_intensity},
    {.title = "attainable", .importance = 2, .use = WITH_DEVICE, .cell = cell_attainable},
    {.title = "time", .importance = 11, .use = WITH_DEVICE, .cell = cell_time},
    {.title = "measured", .importance = 11, .use = WITH_TIMES, .cell = cell_measured},
    {.title = "efficiency",
     .importance = 10,
     .use = WITH_TIMES | WITH_DEVICE,
     .cell = cell_efficiency},
    {.title = "share", .importance = 10, .cell = cell_share},
    {.title = "limiter", .left = true, .importance = 10, .use = WITH_DEVICE, .cell = cell_limiter},
    {.title = "status", .left = true, .importance = 10, .use = WITHOUT_DEVICE, .cell = cell_status},
};

const column *report_column(size_t i) {
    return i < sizeof columns / sizeof *columns ? &columns[i] : NULL;
}

bool column_applies(const report *r, const column *c) {
    size_t n_groups;
    roof_analysis_groups(r->analysis, &n_groups);
    roof_grouping by = r->grouped ? r->options->group : ROOF_GROUP_NONE;
    unsigned holds = (r->placed ? WITH_DEVICE : WITHOUT_DEVICE) | (n_groups > 0 ? WITH_GROUPS : 0) |
                     (r->grouped ? OF_SUMS : OF_ROWS) | (by == ROOF_GROUP_OP ? OF_OPS : 0) |
                     (by == ROOF_GROUP_MODULE ? OF_MODULES : 0) | (r->timed ? WITH_TIMES : 0);
    return (c->use & ~holds) == 0;
}
