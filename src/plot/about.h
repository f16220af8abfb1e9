/* What pictures of one analysis say about it. Printable, on the arena. */
#ifndef PLOT_ABOUT_H
#define PLOT_ABOUT_H

#include "base/arena.h"
#include <roofline/analysis.h>

/* "resnet50.onnx, batch = 1" */
const char *about_model(arena *a, const roof_analysis *analysis);
/* "1.23 ms predicted, 8.21 GFLOP, 333 MB, 24.7 FLOP/B"; without a device its counts. */
const char *about_totals(arena *a, const roof_analysis *analysis);
/* The last part of the path of its model, as it is. */
const char *about_file(const roof_analysis *analysis);

#endif
