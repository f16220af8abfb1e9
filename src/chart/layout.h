/* Inside of charts: where everything is, in pixels with the origin at the bottom left. */
#ifndef CHART_LAYOUT_H
#define CHART_LAYOUT_H

#include "base/arena.h"
#include "chart/chart.h"
#include "draw/gnuplot.h"
#include "draw/labels.h"

typedef struct tic {
    double value;
    const char *text; /* NULL: a small one without text */
} tic;

typedef struct ruler { /* an axis on its pixels */
    chart_scale scale;
    double low, high;
    double start, end;
    tic *tics;
    size_t n_tics;
} ruler;

typedef struct frame { /* a panel on its pixels */
    const chart_panel *panel;
    box outer;
    double inside; /* its plot begins so far from the left of outer */
    ruler x, y;
    double header; /* height of title and legend */
    unsigned n_stacks;
    double slot; /* what the bars of a place take of it, 0 to 1 */
    canvas *canvas;
} frame;

enum { LAYOUT_WORDS = 512, LAYOUT_KEYS = CHART_PANELS * CHART_SERIES };

typedef struct key { /* a sample in a legend */
    double x, y;
    const chart_series *series;
    size_t panel;
} key;

typedef struct layout {
    arena *arena;
    const chart *chart;
    const theme *theme;
    double width, height, unit; /* pixels; of the picture, and of one step of its design */
    frame frames[CHART_PANELS];
    size_t n_frames;
    word words[LAYOUT_WORDS];
    size_t n_words;
    segment leaders[CHART_PANELS * CHART_MARKS];
    size_t n_leaders;
    key keys[LAYOUT_KEYS];
    size_t n_keys;
} layout;

layout *layout_make(arena *a, const chart *c);

/* --- its parts, in the order in which they are made --- */

void layout_ranges(frame *f); /* ranges.c: from the data, where the axis leaves it open */
void layout_tics(layout *l, ruler *r, const chart_axis *axis,
                 double room);          /* tics.c: pixels each */
void layout_marks(layout *l, frame *f); /* marks.c: texts beside marks and bars */

/* --- helpers --- */

static const double CHART_TIC = 15, CHART_LABEL = 14;

double ruler_pixel(const ruler *r, double value);
bool ruler_shows(const ruler *r, double value);
/* Printable, and at most so wide. */
const char *layout_text(layout *l, const char *text, double size, double width);
void layout_word(layout *l, word w);
bool bars_lie(const chart_panel *p); /* along x: the names are on the y axis */
/* Where bar i of a series begins and ends along its values, and across. */
typedef struct bar {
    double from, to;  /* values */
    double low, high; /* places */
} bar;
bar bar_of(const frame *f, size_t series, size_t i);
/* The script; a picture_script of a layout. */
void layout_script(const void *what, const terminal *t, FILE *out);

#endif
