/* Drawing a roofline through gnuplot. */
#ifndef ROOFLINE_PLOT_H
#define ROOFLINE_PLOT_H

#include <roofline/analysis.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    ROOF_PLOT_ITEMS = 12,     /* at most, in one figure */
    ROOF_PLOT_SMALLEST = 200, /* pixels of a side */
    ROOF_PLOT_LARGEST = 20000
};

/* What a figure shows: a placed analysis on its device, or a device alone. Strings stay the
 * caller's. */
typedef struct roof_plot_item {
    const roof_analysis *analysis; /* NULL: the device alone */
    const roof_device *device;     /* NULL: the one that the analysis is placed on */
    const char *label;             /* NULL: made from the model's or the device's name */
} roof_plot_item;

typedef enum roof_plot_theme { ROOF_PLOT_LIGHT, ROOF_PLOT_DARK } roof_plot_theme;

/* The way of one row from item 0, before, to item 1, after. */
typedef struct roof_plot_arrow {
    size_t from_row, to_row;
} roof_plot_arrow;

/* Zero-initialise, then set what differs from the defaults. */
typedef struct roof_plot_options {
    const char *title; /* NULL: made from the names of the models or devices */
    int width, height; /* pixels, 200 to 20000; 0: 1600 x 1000 */
    size_t labels;     /* heaviest rows to name; 0: 8 */
    roof_plot_theme theme;
    const roof_plot_arrow *arrows; /* n_arrows of them; the heaviest are drawn */
    size_t n_arrows;
} roof_plot_options;

/* Draws n items, 1 to ROOF_PLOT_ITEMS, into one figure at `path`; its extension chooses: .png .svg
 * .pdf, or .gp for the script with its data. The file is written beside and renamed. False and
 * *error: no device or unknown extension (ROOF_USAGE), gnuplot missing (the script is written to
 * path.gp and the text says so), failing or hanging (ROOF_FAILED). */
ROOF_API bool roof_plot(const roof_plot_item *items, size_t n, const char *path,
                        const roof_plot_options *options, roof_error *error);

/* How a figure is written in characters. */
typedef struct roof_text_options {
    size_t width; /* columns, 60 to 200; what is outside is taken as the nearest; 0: 100 */
    bool color;   /* with escape codes of colours */
    bool utf8;    /* braille; else ASCII alone */
    const char *title;
} roof_text_options;

/* Writes the roofline of n items as text, with the heaviest rows numbered and named below. */
ROOF_API bool roof_plot_text(const roof_plot_item *items, size_t n,
                             const roof_text_options *options, FILE *out, roof_error *error);

/* Extension i that roof_plot understands, without its dot, or NULL past the last. */
ROOF_API const char *roof_plot_extension(size_t i);

#ifdef __cplusplus
}
#endif

#endif
