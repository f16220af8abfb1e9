/* Drawing a roofline through gnuplot. */
#ifndef ROOFLINE_PLOT_H
#define ROOFLINE_PLOT_H

#include <roofline/analysis.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Zero-initialise, then set what differs from the defaults. */
typedef struct roof_plot_options {
    const char *title; /* NULL: made from the model's name */
    int width, height; /* pixels; 0: 1600 x 1000 */
    size_t labels;     /* heaviest rows to name; 0: 8 */
} roof_plot_options;

/* Draws the placed analysis into `path`; its extension chooses: .png .svg .pdf, or .gp for the
 * script with its data. The file is written beside and renamed. False and *error: no device in the
 * analysis or unknown extension (ROOF_USAGE), gnuplot missing (the script is written to path.gp and
 * the text says so), failing or hanging (ROOF_FAILED). */
ROOF_API bool roof_plot(const roof_analysis *a, const char *path, const roof_plot_options *options,
                        roof_error *error);

/* Extension i that roof_plot understands, without its dot, or NULL past the last. */
ROOF_API const char *roof_plot_extension(size_t i);

#ifdef __cplusplus
}
#endif

#endif
