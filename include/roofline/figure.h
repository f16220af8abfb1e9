/* Figures of an analysis beside its roofline. */
#ifndef ROOFLINE_FIGURE_H
#define ROOFLINE_FIGURE_H

#include <roofline/plot.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum roof_figure_kind {
    ROOF_FIGURE_ROOFLINE,
    ROOF_FIGURE_FAMILIES, /* time by operator family and limiter, bytes by what they are */
    ROOF_FIGURE_SHARE,    /* the heaviest rows, and how many of them make 90% of the time */
    ROOF_FIGURE_MEMORY,   /* live activations along the graph, with their peak */
    ROOF_FIGURE_TRAFFIC,  /* bytes and time under each traffic mode */
    ROOF_FIGURE_COUNT
} roof_figure_kind;

/* "roofline", "families", ... */
ROOF_API const char *roof_figure_name(roof_figure_kind kind);

/* Draws a figure of n items into `path`, as roof_plot does; all but the roofline show one analysis,
 * which needs no device: without one FLOPs stand for the time. */
ROOF_API bool roof_figure(roof_figure_kind kind, const roof_plot_item *items, size_t n,
                          const char *path, const roof_plot_options *options, roof_error *error);

#ifdef __cplusplus
}
#endif

#endif
