/* Where text goes in a picture: free of other text, of lines and of points. All in pixels, the
 * origin at the bottom left. */
#ifndef DRAW_LABELS_H
#define DRAW_LABELS_H

#include "base/arena.h"
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct box {
    double left, bottom, right, top;
} box;

typedef struct segment {
    double x0, y0, x1, y1;
} segment;

typedef struct disc {
    double x, y, radius;
} disc;

enum { CANVAS_TEXTS = 1024, CANVAS_LINES = 1024 };

/* What is drawn already. */
typedef struct canvas {
    box area; /* where text may stand */
    box texts[CANVAS_TEXTS];
    size_t n_texts;
    struct canvas_line {
        segment at;
        double weight; /* how unpleasant it is to cross: 1 for bold lines */
    } lines[CANVAS_LINES];
    size_t n_lines;
    segment leaders[CANVAS_TEXTS];
    size_t n_leaders;
    const disc *discs;
    size_t n_discs;
} canvas;

/* Estimated width of text in a font of `size` pixels; rather too large than too small. */
double text_pixels(const char *s, double size);
/* Copies printable text, cut in the middle so that it is at most `width` pixels wide. */
const char *text_fitted(arena *a, const char *s, double size, double width);

void canvas_add_line(canvas *c, segment s, double weight);
/* Nothing else may stand here. */
void canvas_take(canvas *c, box b);
/* Nor here, nor across here. */
void canvas_take_leader(canvas *c, segment s);
/* How bad it would be to put text there; 0 is free. */
double canvas_cost(const canvas *c, box b);

/* A place for text beside a point. */
typedef struct spot {
    box text;
    segment leader; /* from the point to the text */
    bool has_leader;
    double cost; /* how bad it is */
} spot;

/* Finds the best place for text of width x height beside a disc, near it and, when `preferred` is
 * not NaN, in that direction (radians); takes it. */
spot canvas_beside(canvas *c, disc d, double width, double height, double preferred);

/* The length of a vector. (hypot would need a newer C library on the machines it is copied to.) */
static inline double distance(double dx, double dy) {
    return sqrt(dx * dx + dy * dy);
}

#endif
