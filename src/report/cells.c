#include "report/cells.h"
#include "base/text.h"
#include "report/lines.h"
#include <string.h>

enum { MOST_COLUMNS = 16, GAP = 2, LEAST = 12 };

cells cells_new(arena *a, const char *alignment, size_t rows, size_t elastic) {
    size_t columns = strlen(alignment);
    return (cells){.arena = a,
                   .text = arena_array(a, columns * rows + 1, sizeof(char *)),
                   .labels = arena_array(a, rows + 1, sizeof(char *)),
                   .alignment = alignment,
                   .columns = columns,
                   .elastic = elastic};
}

void cells_label(cells *c, const char *label) {
    c->labels[c->n / c->columns] = label;
    c->labelled = true;
}

void cells_add(cells *c, const char *text) {
    c->text[c->n++] = text;
}

typedef struct layout {
    size_t width[MOST_COLUMNS];
    bool left_out[MOST_COLUMNS];
} layout;

static size_t total_width(const cells *c, const layout *l) {
    size_t sum = c->labelled ? LABEL + 1 : 0;
    for (size_t k = 0, shown = 0; k < c->columns; k++)
        if (!l->left_out[k])
            sum += l->width[k] + (shown++ ? GAP : 0);
    return sum;
}

static bool leave_one_out(const cells *c, layout *l) {
    size_t least = c->columns;
    for (size_t k = 0; c->importance && k < c->columns; k++)
        if (!l->left_out[k] && c->importance[k] != '9' &&
            (least == c->columns || c->importance[k] < c->importance[least]))
            least = k;
    if (least == c->columns)
        return false;
    l->left_out[least] = true;
    return true;
}

static void fit(const cells *c, size_t room, layout *l) {
    *l = (layout){0};
    for (size_t i = 0; i < c->n; i++) {
        size_t *width = &l->width[i % c->columns], needed = text_width(c->text[i]);
        *width = needed > *width ? needed : *width;
    }
    for (size_t k = 0; k < c->columns; k++)
        l->left_out[k] = l->width[k] == 0;
    if (room == 0)
        return;
    while (total_width(c, l) > room && leave_one_out(c, l)) {
    }
    size_t excess = total_width(c, l) > room ? total_width(c, l) - room : 0;
    size_t *elastic = &l->width[c->elastic], spare = *elastic > LEAST ? *elastic - LEAST : 0;
    *elastic -= excess < spare ? excess : spare;
}

static void write_cell(const cells *c, const char *text, size_t width, bool left, bool last,
                       FILE *out) {
    size_t size = strlen(text) + 8;
    char *cut = arena_alloc(c->arena, size);
    snprintf(cut, size, "%s", text);
    shorten(cut, width);
    size_t pad = width - text_width(cut);
    if (!left)
        write_blanks(out, pad);
    fputs(cut, out);
    if (left && !last)
        write_blanks(out, pad);
    if (!last)
        write_blanks(out, GAP);
}

/* The last column of a row that shows something. */
static size_t last_shown(const cells *c, const layout *l, size_t row) {
    size_t k = c->columns - 1;
    while (k > 0 && (l->left_out[k] || !*c->text[row * c->columns + k]))
        k--;
    return k;
}

static void write_row(const cells *c, const layout *l, size_t row, FILE *out) {
    size_t last = last_shown(c, l, row);
    for (size_t k = 0; k <= last; k++)
        if (!l->left_out[k])
            write_cell(c, c->text[row * c->columns + k], l->width[k], c->alignment[k] == 'l',
                       k == last, out);
}

void cells_write(const cells *c, size_t room, bool color, FILE *out) {
    layout l;
    fit(c, room, &l);
    for (size_t row = 0; row * c->columns < c->n; row++) {
        bool bold = color && c->titled && row == 0;
        if (c->labelled)
            fprintf(out, "%-*s ", LABEL, c->labels[row] ? c->labels[row] : "");
        fputs(bold ? "\033[1m" : "", out);
        write_row(c, &l, row, out);
        fputs(bold ? "\033[0m\n" : "\n", out);
    }
}
