#include "base/text.h"
#include "plot/terminal.h"
#include <math.h>
#include <string.h>

grid grid_new(arena *a, size_t columns, size_t rows, bool utf8) {
    return (grid){.cells = arena_array(a, columns * rows + 1, sizeof(cell)),
                  .columns = columns,
                  .rows = rows,
                  .utf8 = utf8};
}

static cell *cell_at(const grid *g, long column, long row) {
    bool inside = column >= 0 && row >= 0 && (size_t)column < g->columns && (size_t)row < g->rows;
    return inside ? &g->cells[(size_t)row * g->columns + (size_t)column] : NULL;
}

/* The bits of braille: columns of three dots, then the lowest row. */
static void set_dot(grid *g, long x, long y, char line, int color) {
    static const unsigned char bits[4][2] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    long down = 4 * (long)g->rows - 1 - y;
    cell *c = x < 0 || down < 0 ? NULL : cell_at(g, x / 2, down / 4);
    if (!c || *c->glyph)
        return;
    c->dots |= bits[down % 4][x % 2];
    c->line = line;
    c->color = color;
}

void grid_line(grid *g, segment at, int every, char line, int color) {
    long steps = (long)fmax(fabs(at.x1 - at.x0), fabs(at.y1 - at.y0));
    if (steps > 100000)
        return;
    for (long i = 0; i <= steps; i += every) {
        double part = steps ? (double)i / (double)steps : 0;
        set_dot(g, lround(at.x0 + part * (at.x1 - at.x0)), lround(at.y0 + part * (at.y1 - at.y0)),
                line, color);
    }
}

void grid_mark(grid *g, long column, long row, const char *glyph, char plain, int color) {
    cell *c = cell_at(g, column, row);
    if (!c)
        return;
    *c = (cell){.color = color, .bold = true};
    if (g->utf8)
        snprintf(c->glyph, sizeof c->glyph, "%s", glyph);
    else
        c->glyph[0] = plain;
}

bool grid_is_free(const grid *g, long column, long row, size_t columns) {
    for (size_t i = 0; i < columns; i++) {
        const cell *c = cell_at(g, column + (long)i, row);
        if (!c || *c->glyph || c->dots)
            return false;
    }
    return true;
}

void grid_text(grid *g, long column, long row, const char *text, int color) {
    while (*text) {
        size_t n = 1;
        while (((unsigned char)text[n] & 0xc0) == 0x80)
            n++;
        cell *c = cell_at(g, column++, row);
        if (c && n < sizeof c->glyph) {
            *c = (cell){.color = color};
            memcpy(c->glyph, text, n);
        }
        text += n;
    }
}

/* --- writing --- */

/* The nearest of the 6 x 6 x 6 colours that terminals share. */
static int cube(int color) {
    int index = 16;
    for (int shift = 16, weight = 36; shift >= 0; shift -= 8, weight /= 6) {
        int level = color >> shift & 0xff;
        index += weight * (level < 48 ? 0 : level < 115 ? 1 : (level - 35) / 40);
    }
    return index;
}

void put_color(FILE *out, bool wanted, int color, bool bold) {
    if (wanted && bold)
        fputs("\033[1m", out);
    if (wanted && color != NO_COLOR)
        fprintf(out, "\033[38;5;%dm", cube(color));
}

void put_reset(FILE *out, bool wanted) {
    if (wanted)
        fputs("\033[0m", out);
}

static void put_cell(const grid *g, const cell *c, FILE *out) {
    if (*c->glyph)
        fputs(c->glyph, out);
    else if (c->dots && g->utf8) /* U+2800 and the dots */
        fprintf(out, "\xe2%c%c", 0xa0 | c->dots >> 6, 0x80 | (c->dots & 0x3f));
    else
        fputc(c->dots ? c->line : ' ', out);
}

static bool is_blank(const cell *c) {
    return !*c->glyph && !c->dots;
}

void grid_write(const grid *g, bool color, FILE *out) {
    for (size_t row = 0; row < g->rows; row++) {
        const cell *line = &g->cells[row * g->columns];
        size_t n = g->columns;
        while (n > 0 && is_blank(&line[n - 1]))
            n--;
        for (size_t i = 0; i < n; i++) {
            bool styled =
                color && !is_blank(&line[i]) && (line[i].color != NO_COLOR || line[i].bold);
            put_color(out, styled, line[i].color, line[i].bold);
            put_cell(g, &line[i], out);
            put_reset(out, styled);
        }
        fputc('\n', out);
    }
}
