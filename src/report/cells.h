/* Small tables: cells are given row by row, columns are as wide as they need, and one of them gives
 * way when the terminal is narrow. */
#ifndef REPORT_CELLS_H
#define REPORT_CELLS_H

#include "base/arena.h"
#include <stdbool.h>
#include <stdio.h>

typedef struct cells {
    arena *arena;
    const char **text;      /* printable; trailing "" end a row early */
    const char **labels;    /* per row, left of it; NULL for none */
    const char *alignment;  /* per column: 'l' left, 'r' right */
    size_t columns, n;      /* n cells in all */
    size_t elastic;         /* the column that gives way */
    const char *importance; /* per column, '0' to '9': the least goes first when all do not fit, '9'
                             * stays; NULL: all stay */
    bool labelled;
    bool titled; /* the first row is of titles: bold where there is colour */
} cells;

/* Room for `rows` rows on the arena. */
cells cells_new(arena *a, const char *alignment, size_t rows, size_t elastic);
/* The label of the row that begins now. */
void cells_label(cells *c, const char *label);
void cells_add(cells *c, const char *text);
/* width 0: as wide as it needs. */
void cells_write(const cells *c, size_t width, bool color, FILE *out);

#endif
