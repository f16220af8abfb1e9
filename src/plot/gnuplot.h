/* Writing a scene as a gnuplot script, and running gnuplot. */
#ifndef PLOT_GNUPLOT_H
#define PLOT_GNUPLOT_H

#include "plot/scene.h"
#include <stdio.h>

/* How one of gnuplot's terminals counts: what a pixel of the scene is in its own units. */
typedef struct terminal {
    const char *name; /* "pngcairo" */
    const char *font;
    const char *bold;   /* follows the font's name */
    double per_inch;    /* pixels; 0: its size is given in pixels */
    double font_pixel;  /* its font size of one pixel */
    double point_pixel; /* its point size of a radius of one pixel, */
    double point_font;  /* or else the radius of its point size 1 in parts of its base font */
    double line_pixel;
} terminal;

/* Writes the script with its data. It draws to standard output. */
void gnuplot_script(const scene *s, const terminal *t, FILE *out);

typedef enum gnuplot_result { GNUPLOT_DONE, GNUPLOT_MISSING, GNUPLOT_FAILED } gnuplot_result;

/* Runs gnuplot on a script file from its start, with its standard output in `picture`. Not through
 * a shell; killed when it hangs. *error says what went wrong when it failed. */
gnuplot_result gnuplot_run(FILE *script, int picture, roof_error *error);

#endif
