#include "base/error.h"
#include "base/text.h"
#include "report/format.h"
#include "report/roofs.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_TOP = 20 };

/* Numbers sort from large to small, with what is not known last; text and index from small to
 * large. */
typedef struct key {
    const char *name;
    double (*number)(const roof_row *row);
    const char *(*text)(const roof_row *row);
} key;

static double by_flops(const roof_row *row) {
    return row_amount(row, row->work.flops);
}

static double by_bytes(const roof_row *row) {
    return row_amount(row, row->work.bytes.total);
}

static double by_macs(const roof_row *row) {
    return row_amount(row, row->work.macs);
}

static double by_intensity(const roof_row *row) {
    return row->operational_intensity;
}

static double by_share(const roof_row *row) {
    return row->time_share;
}

static double by_efficiency(const roof_row *row) {
    return row->efficiency;
}

static const char *by_name(const roof_row *row) {
    return row->name;
}

static const char *by_op(const roof_row *row) {
    return row->op;
}

static const key keys[] = {
    {.name = "time", .number = row_seconds},
    {.name = "flops", .number = by_flops},
    {.name = "bytes", .number = by_bytes},
    {.name = "macs", .number = by_macs},
    {.name = "intensity", .number = by_intensity},
    {.name = "share", .number = by_share},
    {.name = "measured", .number = row_measured_seconds},
    {.name = "efficiency", .number = by_efficiency},
    {.name = "name", .text = by_name},
    {.name = "op", .text = by_op},
    {.name = "index"},
};

enum { N_KEYS = sizeof keys / sizeof *keys };

const char *sort_key(size_t i) {
    return i < N_KEYS ? keys[i].name : NULL;
}

static const key *find_key(const char *name, roof_error *error) {
    const char *names[N_KEYS];
    for (size_t i = 0; i < N_KEYS; i++) {
        names[i] = keys[i].name;
        if (strcmp(name, names[i]) == 0)
            return &keys[i];
    }
    refuse_name(error, "sort key", name, names, N_KEYS);
    return NULL;
}

typedef struct item { /* a row and what it sorts by */
    double number;
    const char *text;
    size_t index;
} item;

static int compare(const void *left, const void *right) {
    const item *a = left, *b = right;
    int order = a->text && b->text ? strcmp(a->text, b->text) : 0;
    if (order == 0)
        order = isnan(a->number) - isnan(b->number);
    if (order == 0)
        order = (a->number < b->number) - (a->number > b->number);
    return order ? order : (a->index > b->index) - (a->index < b->index);
}

static void sort_rows(report *r, const key *k, size_t *order, size_t n) {
    item *items = arena_array(r->arena, n, sizeof *items);
    for (size_t i = 0; i < n; i++) {
        const roof_row *row = report_row(r, i);
        items[i] = (item){.number = k->number ? k->number(row) : 0,
                          .text = k->text ? k->text(row) : NULL,
                          .index = i};
    }
    qsort(items, n, sizeof *items, compare);
    for (size_t i = 0; i < n; i++)
        order[i] = items[i].index;
}

size_t report_rows(const report *r) {
    return r->grouped ? r->n_sums : roof_analysis_rows(r->analysis);
}

const roof_row *report_row(const report *r, size_t i) {
    return r->grouped ? &r->sums[i].row : roof_analysis_row(r->analysis, i);
}

bool choose_rows(report *r, row_choice rows, roof_error *error) {
    const roof_report_options *o = r->options;
    r->grouped = r->sums && rows != ROWS_ALL;
    size_t n = report_rows(r);
    bool cut = rows == ROWS_TOP || (rows == ROWS_AS_ASKED && o->top > 0);
    bool sorted = cut || (rows == ROWS_AS_ASKED && o->sort);
    const char *name = o->sort ? o->sort : r->placed ? "time" : "flops";
    const key *k = find_key(name, error);
    if (!k)
        return false;
    size_t *order = arena_array(r->arena, n, sizeof *order);
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    if (sorted)
        sort_rows(r, k, order, n);
    size_t top = o->top ? o->top : DEFAULT_TOP;
    r->order = order;
    r->n_order = cut && !o->all && top < n ? top : n;
    r->sort = sorted ? k->name : NULL;
    return true;
}
