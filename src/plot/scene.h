/* What a roofline picture shows, before anything is drawn: points and lines on the axes, text and
 * symbols in pixels (origin at the bottom left). */
#ifndef PLOT_SCENE_H
#define PLOT_SCENE_H

#include "draw/gnuplot.h"
#include "draw/labels.h"
#include "report/roofs.h"
#include <roofline/plot.h>

typedef struct axis {  /* logarithmic */
    double low, high;  /* values at its ends */
    double start, end; /* pixels */
} axis;

typedef struct scene_point { /* rows that lie on each other are one point */
    double x, y;             /* on the axes */
    double share;            /* of the time, of all its rows */
    double radius;           /* pixels */
    unsigned color;          /* 0xRRGGBB */
    size_t row;              /* the heaviest of its rows */
    size_t count;
} scene_point;

typedef struct scene_tick { /* a row without arithmetic */
    double bytes, height;   /* height 0 to 1 */
    unsigned color;
} scene_tick;

typedef struct scene_line {
    segment at;
    bool on_axes; /* `at` holds values, else pixels */
    bool dashed, front;
    double width;
    unsigned color;
} scene_line;

typedef struct scene_text {
    const char *text; /* printable */
    double x, y;      /* pixels; y is the middle of the line */
    double size, angle;
    char align; /* 'l', 'c', 'r' */
    bool bold;
    unsigned color;
} scene_text;

typedef enum scene_shape { SHAPE_DISC, SHAPE_DIAMOND } scene_shape;

typedef struct scene_symbol {
    scene_shape shape;
    double x, y, radius; /* pixels */
    unsigned color;
} scene_symbol;

enum { MAX_SCENE = 160 };

typedef struct scene {
    const roof_analysis *analysis;
    const roof_plot_options *options;
    arena *arena;
    double width, height, unit; /* pixels; of the picture, and of one step of its design */
    axis x, y, strip;           /* strip: bytes of the rows without arithmetic */
    double strip_bottom, strip_top;
    roofs roofs;
    double share_radius; /* pixels of a row that takes all of the time */
    scene_point *points; /* from large to small */
    size_t n_points;
    scene_tick *ticks;
    size_t n_ticks;
    double tick_share; /* of the time */
    size_t n_unknown, n_outside;
    double outside_share;
    canvas canvas;
    scene_line lines[MAX_SCENE];
    size_t n_lines;
    scene_text texts[MAX_SCENE];
    size_t n_texts;
    scene_symbol symbols[MAX_SCENE];
    size_t n_symbols;
} scene;

/* Makes the whole scene of a placed analysis on the arena. NULL and *error when there is nothing to
 * draw on. */
scene *scene_make(arena *a, const roof_analysis *analysis, const roof_plot_options *options,
                  roof_error *error);

/* Writes the scene as a gnuplot script with its data; a picture_script. */
void scene_script(const void *what, const terminal *t, FILE *out);

/* --- the parts, in the order in which they are made --- */

void scene_rows(scene *s);                    /* rows.c: points, ticks, what cannot be drawn */
bool scene_axes(scene *s, roof_error *error); /* axes.c: limits and margins */
void scene_roofs(scene *s);                   /* ceilings.c: lines, their labels, ridges */
void scene_names(scene *s);                   /* names.c: the heaviest rows, the whole model */
void scene_legend(scene *s);                  /* legend.c: the panel, titles and caption */

/* --- drawing into the scene --- */

double axis_pixel(const axis *a, double value);
void scene_add_line(scene *s, scene_line line);
void scene_add_text(scene *s, scene_text text);
void scene_add_symbol(scene *s, scene_symbol symbol);
unsigned family_color(const roof_row *row);

enum { INK = 0x1a1a1a, FAINT_INK = 0x6b6b6b, ROOF_COLOR = 0x33383d };

#endif
