/* gnuplot: its terminals, what of a script is the same in every picture, and running it.
 *
 * Scripts hold no text of a model or a user as it is: all text goes through put_quoted. */
#ifndef DRAW_GNUPLOT_H
#define DRAW_GNUPLOT_H

#include <roofline/error.h>
#include <stdbool.h>
#include <stdio.h>

/* How one of gnuplot's terminals counts: what a pixel of a picture is in its own units. */
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

/* "set terminal": a picture of width x height pixels, whose design has steps of `unit` pixels. */
void put_terminal(FILE *out, const terminal *t, double width, double height, double unit,
                  unsigned background);
/* The terminal's point size of a radius of one pixel. */
double point_pixel(const terminal *t, double unit);
/* Printable text as a string of gnuplot's, in which nothing has a meaning. */
void put_quoted(FILE *out, const char *text);
/* A font of so many pixels, as an option of a label or of tics. */
void put_font(FILE *out, const terminal *t, double pixels, bool bold);
/* 10^power as a tic has it: "0.01" without a unit, else "10 GFLOP/s". */
void tic_text(char *dst, size_t size, int power, const char *unit);

/* Text in a picture. */
typedef struct word {
    const char *text; /* printable */
    double x, y;      /* pixels from the bottom left; y is the middle of the line */
    double size, angle;
    char align; /* 'l', 'c', 'r' */
    bool bold;
    unsigned color;
} word;
/* As a label of a picture of width x height pixels. */
void put_word(FILE *out, const terminal *t, double width, double height, const word *w);

typedef enum gnuplot_result { GNUPLOT_DONE, GNUPLOT_MISSING, GNUPLOT_FAILED } gnuplot_result;

/* Runs gnuplot on a script file from its start, with its standard output in `picture`. Not through
 * a shell; killed when it hangs. *error says what went wrong when it failed. */
gnuplot_result gnuplot_run(FILE *script, int picture, roof_error *error);

#endif
