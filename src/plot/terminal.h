/* A roofline in characters: a grid of them, each a letter, or 2 x 4 dots of braille. */
#ifndef PLOT_TERMINAL_H
#define PLOT_TERMINAL_H

#include "plot/scene.h"
#include <stdio.h>

enum { NO_COLOR = -1 };

typedef struct cell {
    char glyph[8];      /* a character, or "" */
    unsigned char dots; /* of braille, where there is no character */
    char line;          /* what stands for the dots in ASCII */
    int color;          /* 0xRRGGBB, or NO_COLOR */
    bool bold;
} cell;

typedef struct grid {
    cell *cells; /* from the top left */
    size_t columns, rows;
    bool utf8;
} grid;

grid grid_new(arena *a, size_t columns, size_t rows, bool utf8);
/* In dots: 2 in a column, 4 in a row, y upwards. Every `every`-th dot is set. `line` stands for it
 * in ASCII. */
void grid_line(grid *g, segment at, int every, char line, int color);
/* One character, in cells from the top left. `plain` stands for it in ASCII. */
void grid_mark(grid *g, long column, long row, const char *glyph, char plain, int color);
bool grid_is_free(const grid *g, long column, long row, size_t columns);
/* Printable text from a column on, as far as there is room. */
void grid_text(grid *g, long column, long row, const char *text, int color);
void grid_write(const grid *g, bool color, FILE *out);

/* Sets and resets the colour of what follows. */
void put_color(FILE *out, bool wanted, int color, bool bold);
void put_reset(FILE *out, bool wanted);

enum { TEXT_NAMED = 9 };

/* The picture with its numbered rows, and what stands below it. */
typedef struct text_plot {
    scene *scene;
    const roof_text_options *options;
    FILE *out;
    size_t named[TEXT_NAMED]; /* points, the heaviest first */
    size_t n_named;
} text_plot;

void text_picture(text_plot *p); /* terminal_picture.c */
void text_legend(text_plot *p);  /* terminal_legend.c */
/* Printable text on as many lines as it needs. */
void text_line(text_plot *p, const char *text);

#endif
