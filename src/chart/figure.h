/* Inside of the figures of an analysis: each makes a chart of it. */
#ifndef CHART_FIGURE_H
#define CHART_FIGURE_H

#include "base/arena.h"
#include "chart/chart.h"
#include <roofline/figure.h>

typedef struct figure {
    arena *arena;
    const roof_analysis *analysis;
    const roof_plot_options *options;
    const theme *theme;
    bool placed; /* there is a device */
} figure;

/* One function per figure; false and *error when there is nothing to show. */
bool draw_families(const figure *f, const char *path, roof_error *error);
bool draw_share(const figure *f, const char *path, roof_error *error);
bool draw_memory(const figure *f, const char *path, roof_error *error);
bool draw_traffic(const figure *f, const char *path, roof_error *error);

/* --- about.c: what all of them say --- */

/* A chart with title, caption, size and theme: "resnet50.onnx: what". */
chart figure_chart(const figure *f, const char *what, const char *subtitle);
/* "on DEVICE: 1.23 ms predicted, 8.21 GFLOP, 180 MB" */
const char *figure_totals(const figure *f);
/* "3 rows of unknown work are left out", or "". */
const char *figure_unknown(const figure *f);
/* Text with an engineering prefix, on the arena. */
const char *figure_si(const figure *f, double value, const char *unit);
/* "12.3%", "0.0024%" */
const char *figure_percent(const figure *f, double share);
/* What a row weighs: seconds of all its executions, FLOPs without a device; 0 when unknown. */
double figure_weight(const figure *f, const roof_row *row);
/* "s" or "FLOP" */
const char *figure_weight_unit(const figure *f);
/* A row's name, or its operator and id; printable. */
const char *figure_row_name(const figure *f, size_t row);

#endif
