/* Names that are put beside points, all together, so that none is in the way of another. */
#ifndef PLOT_CAPTIONS_H
#define PLOT_CAPTIONS_H

#include "plot/scene.h"

enum {
    MAX_LABELS = 40,
    MAX_CAPTIONS = MAX_LABELS + MAX_RIDGES + ROOF_PLOT_ITEMS + ROOF_TRAFFIC_COUNT
};

typedef struct caption {
    disc disc; /* what it names */
    const char *text;
    bool bold;
    bool upper_left; /* where it looks best */
    bool optional;   /* left out where there is no good place */
    unsigned color;
    spot spot; /* where it goes */
    bool placed;
} caption;

/* Draws the points of the whole models and makes their captions, at most one for each item and
 * traffic mode; returns how many. */
size_t model_captions(scene *s, caption *out);

/* Finds a place for each and draws it. */
void captions_add(scene *s, caption *captions, size_t n);

#endif
