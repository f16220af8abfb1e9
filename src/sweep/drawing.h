/* Inside of the pictures of sweeps: panels are made on an arena, then drawn as one chart. */
#ifndef SWEEP_DRAWING_H
#define SWEEP_DRAWING_H

#include "chart/chart.h"
#include "report/roofs.h"
#include "sweep/sweep.h"

enum { DRAWING_LINES = 8 }; /* of values of the second axis, at most */

typedef struct drawing {
    arena *arena;
    const theme *theme;
    const roof_sweep *sweep; /* the one that is being drawn */
    roofs roofs;             /* of its last point */
    const roof_in_use *main; /* the ceiling that most of its work runs on; NULL without a device */
    const char *names;       /* of what varies in it: "kernel", "kernel, with stride 2" */
    bool in_grid;            /* one of several */
    bool with_legend;        /* its panel explains colours for all */
    bool limits[ROOF_LIMITER_COUNT]; /* some point of some sweep */
    double low, high;                /* intensities of all points and ridges */
} drawing;

/* What is drawn of a point; NaN: nothing. */
typedef double drawing_value(const roof_sweep_point *p);
double point_intensity(const roof_sweep_point *p);
double point_attainable(const roof_sweep_point *p);
double point_per_second(const roof_sweep_point *p);
double point_seconds(const roof_sweep_point *p);

/* The lines of a picture: of the values of the second axis all, or some evenly between. */
size_t drawing_lines(const roof_sweep *s);
/* The points of line i, as many as the first axis has values. */
const roof_sweep_point *drawing_line(const roof_sweep *s, size_t i);
/* The colour of a limiter where a picture tells them apart. */
unsigned drawing_color(const drawing *d, roof_limiter l);
/* Three significant digits. */
const char *drawing_number(const drawing *d, double value);
const char *drawing_si(const drawing *d, double value, const char *unit);

/* A value along the first axis; `level` is a line across, NaN: none. */
chart_panel curve_panel(drawing *d, const char *title, drawing_value *of, chart_axis y,
                        double level, const char *level_text);
/* What of the time each limiter takes. */
chart_panel share_panel(drawing *d);
/* The points on the roof of the device. */
chart_panel roof_panel(drawing *d);

#endif
