/* The table for terminals: fits their width, and says in one line what to do about the model. */
#include "base/text.h"
#include "report/columns.h"
#include "report/format.h"
#include "report/lines.h"
#include "report/summary.h"
#include <string.h>

enum { MAX_COLUMNS = 20, GAP = 2, COMFORTABLE = 28, LONGEST = 64 };

/* ANSI sequences; all empty without colour. */
typedef struct palette {
    const char *bold, *faint, *plain;
    const char *limiter[ROOF_LIMITER_COUNT];
} palette;

static const palette no_colors = {.bold = "", .faint = "", .plain = ""};
static const palette colors = {.bold = "\033[1m",
                               .faint = "\033[2m",
                               .plain = "\033[0m",
                               .limiter = {[ROOF_LIMIT_MATRIX] = "\033[32m",
                                           [ROOF_LIMIT_VECTOR] = "\033[36m",
                                           [ROOF_LIMIT_SPECIAL] = "\033[35m",
                                           [ROOF_LIMIT_MEMORY] = "\033[33m",
                                           [ROOF_LIMIT_OVERHEAD] = "\033[31m"}};

typedef struct layout {
    const column *column[MAX_COLUMNS];
    size_t width[MAX_COLUMNS];
    size_t n;
} layout;

/* --- columns that fit --- */

static void measure(const report *r, layout *l) {
    const column *c;
    for (size_t i = 0; (c = report_column(i)) && l->n < MAX_COLUMNS; i++)
        if (column_applies(r, c)) {
            l->column[l->n] = c;
            l->width[l->n++] = text_width(c->title);
        }
    char cell[CELL_SIZE];
    for (size_t k = 0; k < r->n_order; k++) {
        const roof_row *row = report_row(r, r->order[k]);
        for (size_t i = 0; i < l->n; i++) {
            l->column[i]->cell(r, row, cell);
            size_t width = text_width(cell);
            l->width[i] = width > l->width[i] ? width : l->width[i];
        }
    }
}

static size_t total_width(const layout *l) {
    size_t sum = l->n ? (l->n - 1) * GAP : 0;
    for (size_t i = 0; i < l->n; i++)
        sum += l->width[i];
    return sum;
}

/* Takes up to `excess` columns from the elastic columns wider than `least`; returns what is left.
 */
static size_t squeeze(layout *l, size_t least, size_t excess) {
    for (; excess > 0; excess--) {
        size_t widest = l->n;
        for (size_t i = 0; i < l->n; i++)
            if (l->column[i]->elastic && l->width[i] > least &&
                (widest == l->n || l->width[i] > l->width[widest]))
                widest = i;
        if (widest == l->n)
            return excess;
        l->width[widest]--;
    }
    return 0;
}

static void drop_least_important(layout *l) {
    size_t least = 0;
    for (size_t i = 1; i < l->n; i++)
        if (l->column[i]->importance < l->column[least]->importance)
            least = i;
    l->n--;
    memmove(&l->column[least], &l->column[least + 1], (l->n - least) * sizeof *l->column);
    memmove(&l->width[least], &l->width[least + 1], (l->n - least) * sizeof *l->width);
}

static size_t excess(const layout *l, size_t width) {
    size_t total = total_width(l);
    return total > width ? total - width : 0;
}

/* Names give way down to a comfortable width, then columns go, then names shrink to the minimum. */
static void fit(layout *l, size_t width) {
    enum { KEPT = 4 };
    squeeze(l, LONGEST, SIZE_MAX / 2);
    if (width == 0)
        return;
    layout natural = *l;
    while (squeeze(l, COMFORTABLE, excess(l, width)) > 0 && natural.n > KEPT) {
        drop_least_important(&natural);
        *l = natural;
    }
    squeeze(l, SHORTEST, excess(l, width));
    while (excess(l, width) > 0 && l->n > 1)
        drop_least_important(l);
}

/* --- writing --- */

static void write_cell(report *r, const layout *l, size_t i, char *text, const char *on,
                       const char *off) {
    shorten(text, l->width[i]);
    size_t pad = l->width[i] - text_width(text);
    bool last = i + 1 == l->n;
    if (!l->column[i]->left)
        write_blanks(r->out, pad);
    fprintf(r->out, "%s%s%s", on, text, off);
    if (l->column[i]->left && !last)
        write_blanks(r->out, pad);
    if (!last)
        write_blanks(r->out, GAP);
}

static void write_rows(report *r, const palette *p) {
    layout l = {.n = 0};
    measure(r, &l);
    fit(&l, r->options->width);
    char cell[CELL_SIZE];
    for (size_t i = 0; i < l.n; i++) {
        snprintf(cell, sizeof cell, "%s", l.column[i]->title);
        write_cell(r, &l, i, cell, p->bold, p->plain);
    }
    fputc('\n', r->out);
    for (size_t k = 0; k < r->n_order && !ferror(r->out); k++) {
        const roof_row *row = report_row(r, r->order[k]);
        const char *color = p->limiter[row->limiter] ? p->limiter[row->limiter] : "";
        for (size_t i = 0; i < l.n; i++) {
            l.column[i]->cell(r, row, cell);
            bool last = i + 1 == l.n;
            write_cell(r, &l, i, cell, last ? color : "", last && *color ? p->plain : "");
        }
        fputc('\n', r->out);
    }
}

static void write_lines(report *r, const summary_line *lines, size_t n) {
    for (size_t i = 0; i < n; i++)
        write_wrapped(r->out, r->options->width, lines[i].label, lines[i].text);
}

void write_table(report *r) {
    const palette *p = r->options->color ? &colors : &no_colors;
    summary_line lines[MAX_SUMMARY];
    write_lines(r, lines, summary_head(r, lines));
    fputc('\n', r->out);
    if (r->n_order > 0) {
        write_rows(r, p);
        fputc('\n', r->out);
    }
    write_lines(r, lines, summary_figures(r, lines));
    fprintf(r->out, "\n%s", p->bold);
    write_wrapped(r->out, r->options->width, "verdict", summary_verdict(r));
    fputs(p->plain, r->out);
}
