/* Charts other than the roofline: one or more panels of lines, steps, areas and bars on axes.
 *
 * A chart is a description: fill in the structs (zero-initialised, with what differs from the
 * defaults), then chart_write. All text may come from a model as it is: it is made printable,
 * shortened where it has to be, and never read as a command. Nothing is kept after the call.
 *
 *     const double batch[] = {1, 2, 4, 8}, intensity[] = {0.9, 1.8, 3.5, 6.4};
 *     const chart_series series[] = {{.name = "fc1", .color = theme_family(&theme_light, 0),
 *                                     .x = batch, .y = intensity, .n = 4, .marker = CHART_DISC}};
 *     const chart_mark ridge = {.kind = CHART_HORIZONTAL, .y = 38, .text = "ridge", .dashed =
 * true}; const chart_panel panel = {.x = {.title = "batch", .scale = CHART_LOG2}, .y = {.title =
 * "intensity, FLOP/B", .scale = CHART_LOG10}, .series = series, .n_series = 1, .marks = &ridge,
 * .n_marks = 1}; chart_write(&(chart){.title = "Intensity by batch", .panels = &panel, .n_panels =
 * 1}, "sweep.svg", &error);
 */
#ifndef CHART_CHART_H
#define CHART_CHART_H

#include "draw/theme.h"
#include <roofline/error.h>
#include <stdbool.h>
#include <stddef.h>

enum { CHART_PANELS = 6, CHART_SERIES = 32, CHART_MARKS = 64, CHART_NAMES_MOST = 64 };

typedef enum chart_scale {
    CHART_LINEAR,
    CHART_LOG10,
    CHART_LOG2,
    CHART_NAMES /* named places 0, 1, 2, ...: from the left, or on a y axis from the top */
} chart_scale;

typedef struct chart_axis {
    const char *title; /* NULL: none */
    const char *unit;  /* "B", "s", "FLOP/s": tics get engineering prefixes; "%": the values are
                        * shares, 0.5 reads 50%; NULL: plain numbers */
    chart_scale scale;
    double low, high;   /* both 0: from what is drawn; bars and areas always begin at 0 */
    const double *tics; /* n_tics of them; NULL: chosen */
    size_t n_tics;
    const char *const *names; /* CHART_NAMES: n_names of them, at most CHART_NAMES_MOST */
    size_t n_names;
    bool bare; /* nothing is written beside it: a panel to the left has the same names */
} chart_axis;

typedef enum chart_kind { CHART_LINES, CHART_STEPS, CHART_AREA, CHART_BARS } chart_kind;

typedef enum chart_marker {
    CHART_NO_MARKER,
    CHART_DISC,
    CHART_SQUARE,
    CHART_TRIANGLE,
    CHART_DIAMOND,
    CHART_CIRCLE /* hollow */
} chart_marker;

typedef struct chart_series {
    const char *name; /* in the legend; NULL: not there */
    chart_kind kind;
    unsigned color;  /* 0xRRGGBB */
    const double *x; /* of bars: NULL for 0, 1, 2, ... */
    const double *y; /* n of both; a gap where y is NaN, or not positive on a logarithmic axis */
    size_t n;
    chart_marker marker;
    bool dashed;
    double width; /* of the line, in steps of the design (1600 wide); 0: 2.5 */
    /* Bars lie along the axis that is CHART_NAMES. Those of one stack lie on those of the series
     * before; stacks 0, 1, ... stand beside each other. */
    unsigned stack;
    const unsigned *colors;    /* n, one of each bar; NULL: color */
    const char *const *labels; /* n, at the end of the stack; NULL: none */
} chart_series;

typedef enum chart_mark_kind {
    CHART_POINT,      /* a symbol at x, y with its text beside it */
    CHART_VERTICAL,   /* a line at x */
    CHART_HORIZONTAL, /* a line at y */
    CHART_BAND        /* a faint area from x to x_end, named at its top */
} chart_mark_kind;

typedef struct chart_mark {
    chart_mark_kind kind;
    double x, y, x_end;
    const char *text; /* NULL: none */
    unsigned color;
    chart_marker marker; /* of a point; CHART_NO_MARKER: CHART_DISC */
    bool dashed;
} chart_mark;

typedef struct chart_panel {
    const char *title; /* NULL: none */
    chart_axis x, y;
    const chart_series *series;
    size_t n_series;
    const chart_mark *marks;
    size_t n_marks;
    double share; /* of the width, against the other panels; 0: 1 */
} chart_panel;

typedef struct chart {
    const char *title, *subtitle, *caption; /* NULL: none */
    const theme *theme;                     /* NULL: theme_light */
    int width, height;                      /* pixels; 0: 1600 x design_height */
    int design_height;                      /* at a width of 1600; 0: 1000 */
    const chart_panel *panels;              /* beside each other, and then below */
    size_t n_panels;
    size_t rows; /* of panels; 0: 1 */
} chart;

/* Draws into `path`; its extension chooses the format. See picture_write for what may fail. */
bool chart_write(const chart *c, const char *path, roof_error *error);

#endif
