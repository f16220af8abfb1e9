#include "compare/compare.h"
#include "base/error.h"
#include "report/format.h"
#include "report/roofs.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MEMORY_LIMIT = 1 << 30 };

const char *roof_match_name(roof_match m) {
    static const char *const names[ROOF_MATCH_COUNT] = {[ROOF_BY_NAME] = "name",
                                                        [ROOF_BY_OPERATOR] = "operator",
                                                        [ROOF_ONLY_A] = "only in A",
                                                        [ROOF_ONLY_B] = "only in B"};
    return m >= 0 && m < ROOF_MATCH_COUNT ? names[m] : NULL;
}

/* --- pairs --- */

static double value_of(const roof_comparison *c, const roof_row *row) {
    if (!row)
        return 0;
    return c->placed ? row_seconds(row) : row_amount(row, row->work.flops);
}

static void add_pair(roof_comparison *c, roof_match match, size_t row_a, size_t row_b) {
    const roof_row *a = row_a == NO_MATCH ? NULL : roof_analysis_row(c->a, row_a);
    const roof_row *b = row_b == NO_MATCH ? NULL : roof_analysis_row(c->b, row_b);
    c->by_match[match]++;
    c->pairs[c->n++] = (roof_pair){.match = match,
                                   .a = a,
                                   .b = b,
                                   .row_a = row_a,
                                   .row_b = row_b,
                                   .value_a = value_of(c, a),
                                   .value_b = value_of(c, b)};
}

static double amount(const roof_pair *p) {
    return fabs(p->value_b - p->value_a);
}

/* In the order of A, then of B, where changes are equal. */
static int larger_change_first(const void *left, const void *right) {
    const roof_pair *a = left, *b = right;
    double x = amount(a), y = amount(b);
    int order = isnan(x) - isnan(y);
    order = order ? order : (x < y) - (x > y);
    order = order ? order : (a->row_a > b->row_a) - (a->row_a < b->row_a);
    return order ? order : (a->row_b > b->row_b) - (a->row_b < b->row_b);
}

static void make_pairs(roof_comparison *c) {
    size_t n_a = roof_analysis_rows(c->a), n_b = roof_analysis_rows(c->b);
    c->pairs = arena_array(c->arena, n_a + n_b + 1, sizeof *c->pairs);
    matching m = match_rows(c->arena, c->a, c->b);
    for (size_t i = 0; i < n_a; i++)
        add_pair(c,
                 m.of_a[i] == NO_MATCH ? ROOF_ONLY_A
                 : m.by_name[i]        ? ROOF_BY_NAME
                                       : ROOF_BY_OPERATOR,
                 i, m.of_a[i]);
    for (size_t i = 0; i < n_b; i++)
        if (!m.taken[i])
            add_pair(c, ROOF_ONLY_B, NO_MATCH, i);
    qsort(c->pairs, c->n, sizeof *c->pairs, larger_change_first);
}

roof_comparison *roof_compare(const roof_analysis *a, const roof_analysis *b, roof_error *error) {
    arena *memory = arena_new(MEMORY_LIMIT);
    if (!memory || arena_escape(memory)) {
        arena_free(memory);
        error_set(error, ROOF_FAILED, "not enough memory to compare");
        return NULL;
    }
    roof_comparison *c = arena_alloc(memory, sizeof *c);
    c->arena = memory;
    c->a = a;
    c->b = b;
    c->placed = roof_analysis_device(a) && roof_analysis_device(b);
    make_pairs(c);
    return c;
}

void roof_comparison_free(roof_comparison *c) {
    if (c)
        arena_free(c->arena);
}

const roof_pair *roof_comparison_pairs(const roof_comparison *c, size_t *n) {
    *n = c->n;
    return c->pairs;
}

/* --- reports --- */

static const struct {
    const char *name;
    void (*write)(comparison_output *o);
} formats[] = {
    {.name = "table", .write = write_comparison_table},
    {.name = "csv", .write = write_comparison_csv},
    {.name = "json", .write = write_comparison_json},
    {.name = "md", .write = write_comparison_markdown},
};
enum { N_FORMATS = sizeof formats / sizeof *formats };

const char *roof_compare_format(size_t i) {
    return i < N_FORMATS ? formats[i].name : NULL;
}

static bool write_as(void *user, arena *memory, roof_error *error) {
    (void)error;
    comparison_output *o = user;
    o->arena = memory;
    formats[o->format].write(o);
    return true;
}

bool roof_compare_report(const roof_comparison *c, const char *format,
                         const roof_compare_options *options, FILE *out, roof_error *error) {
    static const roof_compare_options defaults = {0};
    comparison_output o = {.comparison = c,
                           .format = find_format(format, roof_compare_format, error),
                           .options = options ? options : &defaults,
                           .out = out};
    return o.format >= 0 && write_document(out, "the comparison", write_as, &o, error);
}
