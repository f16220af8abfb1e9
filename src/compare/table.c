/* The comparison for people: what is compared, the totals, the rows that changed most. */
#include "base/text.h"
#include "compare/compare.h"
#include "report/cells.h"
#include "report/lines.h"
#include "report/markdown.h"
#include "report/summary.h"
#include <math.h>
#include <string.h>

enum { SHORT = 64, NAME = 256, DEFAULT_TOP = 20 };

static void write_line(comparison_output *o, const char *label, const char *text) {
    if (o->markdown)
        markdown_item(o->out, label, text);
    else
        write_wrapped(o->out, o->options->width, label, text);
}

static void write_table_of(comparison_output *o, const cells *c) {
    if (o->markdown)
        markdown_cells(o->out, c);
    else
        cells_write(c, o->options->width, o->options->color, o->out);
}

/* --- what is compared --- */

typedef struct head {
    summary_line lines[MAX_SUMMARY];
    size_t n;
} head;

static head head_of(comparison_output *o, const roof_analysis *a) {
    static const roof_report_options plain = {0};
    report *r = arena_alloc(o->arena, sizeof *r);
    *r = (report){.analysis = a,
                  .options = &plain,
                  .arena = o->arena,
                  .placed = roof_analysis_device(a) != NULL};
    head h;
    h.n = summary_head(r, h.lines);
    return h;
}

static const char *line_of(const head *h, const char *label) {
    for (size_t i = 0; i < h->n; i++)
        if (!strcmp(h->lines[i].label, label))
            return h->lines[i].text;
    return "-";
}

static void write_both(comparison_output *o, const char *label, const char *a, const char *b) {
    if (!strcmp(a, b)) {
        write_line(o, label, a);
        return;
    }
    write_line(o, label, arena_printf(o->arena, "A  %s", a));
    write_line(o, "", arena_printf(o->arena, "B  %s", b));
}

static void write_head(comparison_output *o) {
    head a = head_of(o, o->comparison->a), b = head_of(o, o->comparison->b);
    for (size_t i = 0; i < a.n; i++)
        write_both(o, a.lines[i].label, a.lines[i].text, line_of(&b, a.lines[i].label));
    for (size_t i = 0; i < b.n; i++)
        if (!strcmp(line_of(&a, b.lines[i].label), "-"))
            write_both(o, b.lines[i].label, "-", b.lines[i].text);
}

/* --- figures --- */

static const char *value_text(comparison_output *o, double v, const char *unit, bool is_count) {
    char text[SHORT];
    if (isnan(v))
        return is_count ? "?" : "-";
    if (v == 0 || (is_count && v < 1000))
        return arena_printf(o->arena, "%.0f%s%s", v, *unit ? " " : "", unit);
    return arena_strdup(o->arena, text_si(text, sizeof text, v, unit));
}

static const char *change_text(comparison_output *o, double a, double b, const char *unit,
                               bool is_count) {
    double change = b - a;
    if (!isfinite(change))
        return "-";
    return change == 0 ? "0"
                       : arena_printf(o->arena, "%c%s", change > 0 ? '+' : '-',
                                      value_text(o, fabs(change), unit, is_count));
}

/* "-75.0%", "x 12.3": how B lies to A. */
static const char *ratio_text(comparison_output *o, double a, double b) {
    double ratio = b / a;
    if (!isfinite(ratio))
        return "-";
    if (a == b)
        return "same";
    return ratio < 10 ? arena_printf(o->arena, "%+.1f%%", 100 * (ratio - 1))
                      : arena_printf(o->arena, "x %.3g", ratio);
}

/* "memory 71%". */
static const char *limiter_text(comparison_output *o, const roof_totals *t) {
    double share = t->limiter_share[t->limiter];
    if (t->limiter == ROOF_LIMIT_NONE)
        return "-";
    const char *name = roof_limiter_name(t->limiter);
    return isnan(share) ? name : arena_printf(o->arena, "%s %.0f%%", name, 100 * share);
}

static void add_cells(cells *c, const char *const *texts, size_t n) {
    for (size_t i = 0; i < n; i++)
        cells_add(c, texts[i]);
}

/* Limiters that take no time on either side say nothing, nor does it that all is known. */
static bool is_shown(const roof_quantity *q, double a, double b, bool limited) {
    bool nothing = (a == 0 || isnan(a)) && (b == 0 || isnan(b));
    return !(nothing && (limited || !strcmp(q->name, "unknown")));
}

static bool is_limiter(const roof_quantity *q) {
    for (int l = ROOF_LIMIT_MATRIX; l < ROOF_LIMITER_COUNT; l++)
        if (!strcmp(q->name, roof_limiter_name((roof_limiter)l)))
            return true;
    return false;
}

static void write_totals(comparison_output *o) {
    enum { ROWS = 32 };
    const roof_analysis *a = o->comparison->a, *b = o->comparison->b;
    static const char *const titles[] = {"total", "A", "B", "change", "B to A"};
    const roof_totals *left = roof_analysis_totals(a), *right = roof_analysis_totals(b);
    cells c = cells_new(o->arena, "lrrrr", ROWS, 0);
    c.titled = true;
    add_cells(&c, titles, 5);
    const roof_quantity *q;
    for (size_t i = 0; (q = roof_quantity_at(i)); i++) {
        double x = roof_quantity_of(a, q), y = roof_quantity_of(b, q);
        bool limited = is_limiter(q);
        const char *const row[] = {
            limited ? arena_printf(o->arena, "time by %s", q->name) : q->name,
            value_text(o, x, q->unit, q->is_count), value_text(o, y, q->unit, q->is_count),
            change_text(o, x, y, q->unit, q->is_count), ratio_text(o, x, y)};
        if (is_shown(q, x, y, limited))
            add_cells(&c, row, 5);
    }
    const char *const last[] = {"limiter", limiter_text(o, left), limiter_text(o, right), "", ""};
    add_cells(&c, last, 5);
    write_table_of(o, &c);
    if ((!left->complete || !right->complete) && o->markdown)
        fputc('\n', o->out);
    if (!left->complete || !right->complete)
        write_line(o, "unknown",
                   arena_printf(o->arena, "the totals of %s are of the rows that are known",
                                left->complete    ? "B"
                                : right->complete ? "A"
                                                  : "both"));
}

/* --- rows --- */

static const char *name_of(comparison_output *o, const roof_row *row) {
    char text[NAME];
    return arena_strdup(o->arena,
                        text_printable(text, sizeof text, *row->name ? row->name : row->id));
}

/* "a", or "a -> b" where the two sides say different things. */
static const char *two_texts(comparison_output *o, const char *a, const char *b) {
    return !strcmp(a, b) ? a : arena_printf(o->arena, "%s -> %s", a, b);
}

static const char *limiter_of(const roof_row *row) {
    return row->limiter == ROOF_LIMIT_NONE ? "-" : roof_limiter_name(row->limiter);
}

static const char *op_of(comparison_output *o, const roof_row *row) {
    char text[NAME];
    return arena_strdup(o->arena, text_printable(text, sizeof text, row->op));
}

static void add_pair(comparison_output *o, cells *c, const roof_pair *p) {
    const roof_row *a = p->a ? p->a : p->b, *b = p->b ? p->b : p->a;
    const char *unit = o->comparison->placed ? "s" : "FLOP";
    const char *side = p->match == ROOF_ONLY_A   ? "only in A"
                       : p->match == ROOF_ONLY_B ? "only in B"
                                                 : NULL;
    const char *const row[] = {two_texts(o, name_of(o, a), name_of(o, b)),
                               two_texts(o, op_of(o, a), op_of(o, b)),
                               p->a ? value_text(o, p->value_a, unit, false) : "",
                               p->b ? value_text(o, p->value_b, unit, false) : "",
                               change_text(o, p->value_a, p->value_b, unit, false),
                               side ? "" : ratio_text(o, p->value_a, p->value_b),
                               side ? side : two_texts(o, limiter_of(a), limiter_of(b))};
    add_cells(c, row, 7);
}

static bool is_changed(const roof_pair *p) {
    return p->value_a != p->value_b || !p->a || !p->b;
}

static void write_rows(comparison_output *o) {
    const roof_comparison *x = o->comparison;
    static const char *const titles[] = {"name", "op", "A", "B", "change", "B to A", "limiter"};
    size_t changed = 0, shown = 0, top = o->options->top ? o->options->top : DEFAULT_TOP;
    for (size_t i = 0; i < x->n; i++)
        changed += is_changed(&x->pairs[i]);
    size_t most = o->options->all || changed < top ? changed : top;
    if (most > 0) {
        cells c = cells_new(o->arena, "llrrrrl", most + 1, 0);
        c.titled = true;
        c.importance = "9244938";
        add_cells(&c, titles, 7);
        for (size_t i = 0; i < x->n && shown < most; i++)
            if (is_changed(&x->pairs[i])) {
                add_pair(o, &c, &x->pairs[i]);
                shown++;
            }
        fputc('\n', o->out);
        write_table_of(o, &c);
    }
    fputc('\n', o->out);
    if (changed > shown)
        write_line(o, "...",
                   arena_printf(o->arena, "%zu of %zu rows that changed not shown", changed - shown,
                                changed));
    write_line(o, "rows",
               arena_printf(o->arena,
                            "%zu matched by name, %zu by operator and order; %zu only in A, %zu "
                            "only in B; %zu take %s on both sides",
                            x->by_match[ROOF_BY_NAME], x->by_match[ROOF_BY_OPERATOR],
                            x->by_match[ROOF_ONLY_A], x->by_match[ROOF_ONLY_B], x->n - changed,
                            x->placed ? "the same time" : "the same FLOPs"));
}

void write_comparison_table(comparison_output *o) {
    write_head(o);
    fputc('\n', o->out);
    write_totals(o);
    write_rows(o);
}

void write_comparison_markdown(comparison_output *o) {
    o->markdown = true;
    fputs("# B compared with A\n\n", o->out);
    write_comparison_table(o);
}
