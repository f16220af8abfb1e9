/* What a roofline picture shows, before anything is drawn: points and lines on the axes, text and
 * symbols in pixels (origin at the bottom left). */
#ifndef PLOT_SCENE_H
#define PLOT_SCENE_H

#include "draw/gnuplot.h"
#include "draw/labels.h"
#include "draw/theme.h"
#include "report/roofs.h"
#include <roofline/plot.h>

typedef struct axis {  /* logarithmic */
    double low, high;  /* values at its ends */
    double start, end; /* pixels */
} axis;

typedef enum scene_shape {
    SHAPE_DISC,
    SHAPE_SQUARE,
    SHAPE_TRIANGLE,
    SHAPE_DIAMOND,
    SHAPE_TRIANGLE_DOWN,
    SHAPE_PENTAGON,
    SHAPE_COUNT
} scene_shape;

/* --- what is compared --- */

typedef struct scene_ceiling { /* of arithmetic */
    const char *name;          /* "vector fp32" */
    const char *source;        /* "measured" */
    bool measured;
    double value, theory; /* FLOP/s; theory 0: none, or no different */
    roof_unit unit;
    roof_precision precision;
} scene_ceiling;

typedef struct scene_level { /* of memory */
    const char *name;        /* "dram" */
    const char *source;
    bool measured;
    double value, theory; /* B/s */
} scene_level;

enum { MAX_SCENE_LEVELS = 6 };

typedef struct scene_roof { /* one device */
    const roof_device *device;
    const char *name, *short_name;     /* printable */
    scene_ceiling ceilings[MAX_ROOFS]; /* from high to low */
    size_t n_ceilings;
    scene_level levels[MAX_SCENE_LEVELS]; /* from the inside; the last one is dram */
    size_t n_levels;
    unsigned color, theory_color;
} scene_roof;

typedef struct scene_item {
    const roof_analysis *analysis; /* NULL: the device alone */
    const char *label;             /* printable: what sets it apart */
    size_t roof;                   /* its device */
    unsigned color;
    scene_shape shape;
} scene_item;

/* --- what is drawn --- */

typedef struct scene_point { /* rows that lie on each other are one point */
    double x, y;             /* on the axes */
    double bound;            /* FLOP/s that would be attainable, of a point that was measured */
    double share;            /* of the time of its model, of all its rows */
    double radius;           /* pixels */
    double strength;         /* 1 as usual; less for a point that is one of very many */
    unsigned color;
    size_t item;
    size_t row;   /* the heaviest of its rows */
    size_t count; /* of rows, or of kernels under fused traffic */
    bool estimated;
    uint64_t cell; /* its place, rounded */
} scene_point;

typedef struct scene_tick { /* a row without arithmetic */
    double bytes, height;   /* height 0 to 1 */
    unsigned color;
} scene_tick;

typedef struct scene_line {
    segment at;
    bool on_axes; /* `at` holds values, else pixels */
    bool dashed, front;
    bool arrow; /* with a head at its end */
    double width;
    unsigned color;
} scene_line;

typedef word scene_text;

typedef struct scene_symbol {
    scene_shape shape;
    bool hollow;
    double x, y, radius; /* pixels */
    unsigned color;
} scene_symbol;

typedef struct scene_ridge { /* where a ceiling meets the slope of DRAM */
    disc at;                 /* pixels */
    const char *text;        /* "ridge 39.2 FLOP/B" */
    unsigned color;
} scene_ridge;

typedef struct scene_unnamed {         /* a line of the roof without room for its label */
    const char *device, *name, *value; /* "H200" (or ""), "vector fp32", "66.9 TFLOP/s" */
    unsigned color;
} scene_unnamed;

enum { MAX_SCENE = 1024, MAX_RIDGES = 32, MAX_UNNAMED = 64 };

/* In steps of the design: the font of the labels of ceilings, and the longest name in them. */
enum { CEILING_LABEL = 14, LONGEST_DEVICE = 230 };

typedef struct scene {
    const roof_plot_options *options;
    const theme *theme;
    arena *arena;
    double width, height, unit; /* pixels; of the picture, and of one step of its design */
    scene_item items[ROOF_PLOT_ITEMS];
    size_t n_items;
    scene_roof roofs[ROOF_PLOT_ITEMS];
    size_t n_roofs;
    axis x, y, strip; /* strip: bytes of the rows without arithmetic */
    double strip_bottom, strip_top;
    size_t n_arrows;     /* drawn, from before to after */
    double share_radius; /* pixels of a row that takes all of the time */
    scene_point *points; /* from large to small */
    size_t n_points;
    scene_point *attained; /* what was measured, from large to small */
    size_t n_attained;
    bool aggregated; /* rows that are near each other are one point, as there are very many */
    scene_tick *ticks;
    size_t n_ticks, n_moves;                /* n_moves: rows without arithmetic */
    double tick_share;                      /* of the time */
    size_t n_unknown, n_outside, n_unmoved; /* unmoved: without memory traffic, of no intensity */
    double outside_share, unmoved_share;
    scene_ridge ridges[MAX_RIDGES];
    size_t n_ridges;
    scene_unnamed unnamed[MAX_UNNAMED];
    size_t n_unnamed;
    canvas canvas;
    scene_line lines[MAX_SCENE];
    size_t n_lines;
    scene_text texts[MAX_SCENE];
    size_t n_texts;
    scene_symbol symbols[MAX_SCENE];
    size_t n_symbols;
} scene;

/* Makes the whole scene of placed analyses and devices on the arena. NULL and *error when there is
 * nothing to draw on. */
scene *scene_make(arena *a, const roof_plot_item *items, size_t n, const roof_plot_options *options,
                  roof_error *error);

/* --- the parts, in the order in which they are made --- */

void scene_items(scene *s, const roof_plot_item *items);                      /* items.c */
bool scene_devices(scene *s, const roof_plot_item *items, roof_error *error); /* devices.c */
void scene_rows(scene *s);   /* rows.c: points, ticks, what cannot be drawn */
void scene_axes(scene *s);   /* axes.c: limits and margins */
void scene_roofs(scene *s);  /* ceilings.c: lines, their labels, corners */
void scene_arrows(scene *s); /* arrows.c: from before to after, from measured to bound */
void scene_names(scene *s);  /* names.c: the heaviest rows, the whole models, ridges */
void scene_panel(scene *s);  /* panel.c: what the marks mean */
void scene_titles(scene *s); /* titles.c: titles and caption */

/* ridges.c: corners before any label looks for its place; ridges when the slopes have theirs. */
void scene_corners(scene *s);
void scene_ridges(scene *s);
/* Places that labels of slopes rather leave: of the values of ridges, and of the whole models. */
void scene_reserve_ridges(scene *s);
void scene_reserve_models(scene *s); /* models.c */
/* Lines, in values of the axes, that later text keeps clear of. */
void scene_remember(scene *s, segment on_axes, double weight);
/* A label has the colour of its device where there are several. */
unsigned scene_label_color(const scene *s, const scene_roof *r, bool beside);

/* What the titles say, printable; where the ceilings come from. */
const char *scene_title(scene *s);
const char *scene_subtitle(scene *s);
const char *scene_sources(scene *s);

/* --- where things are --- */

/* Where a row stands, with the other rows of its kernel under fused traffic. */
typedef struct placed_row {
    double flops, bytes; /* bytes: of DRAM */
    double time_s, measured_s;
    double share; /* of the time, repeats included */
    bool estimated;
    size_t row; /* the one with most arithmetic */
} placed_row;
placed_row place_of_row(const roof_analysis *a, size_t row);

/* The whole model under a traffic mode; false when it has no place. */
bool place_of_model(const roof_analysis *a, roof_traffic t, double *x, double *y);

/* --- drawing the scene, and into it --- */

/* Writes it as a gnuplot script; a picture_script. */
void scene_script(const void *what, const terminal *t, FILE *out);

double axis_pixel(const axis *a, double value);
void scene_add_line(scene *s, scene_line line);
void scene_add_text(scene *s, scene_text text);
void scene_add_symbol(scene *s, scene_symbol symbol);
/* How far a symbol reaches to each side, with the area of a disc of radius 1: a square is 2 x 2
 * times that, a triangle 2 wide and high, the corners of the others are on the circle. */
double scene_shape_reach(scene_shape shape);
scene_shape scene_point_shape(const scene *s, const scene_point *p);
/* "L2" of "l2". */
const char *scene_level_name(scene *s, const scene_level *l);
/* Text that is safe to show; text with an engineering prefix. On the scene's arena. */
const char *scene_printable(scene *s, const char *text);
const char *scene_si(scene *s, double value, const char *unit);

#endif
