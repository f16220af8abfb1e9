/* The picture of several subjects. */
#ifndef CLI_FIGURE_H
#define CLI_FIGURE_H

#include "cli/subject.h"
#include <roofline/plot.h>

typedef struct figure {
    subject subjects[ROOF_PLOT_ITEMS];
    roof_plot_item items[ROOF_PLOT_ITEMS];
    size_t n;
} figure;

/* Adds a subject, which then is the figure's to close. There must be room. */
void figure_add(figure *f, const subject *x);
void figure_free(figure *f);
/* Draws what is there, if anything, and says so; "-" or NULL is text on standard output. */
bool figure_draw(const settings *s, const figure *f, const char *path, roof_error *e);

bool is_text_figure(const char *path);
/* Does the name end as that of a picture? */
bool is_picture_name(const char *path);
/* Does the name end as that of a page: .html or .htm? */
bool is_page_name(const char *path);
/* Refuses a page of anything but the whole of one subject; n are given. */
bool check_page(const settings *s, size_t n, roof_error *e);
/* Writes an analysis as a page to work with, and says so; path NULL is standard output. */
bool write_page(const settings *s, const roof_analysis *a, const char *path, roof_error *e);
/* Refuses figures that cannot be text. */
bool check_text_figure(const settings *s, roof_error *e);
/* Refuses options of a picture that is not asked for with --plot. */
bool check_no_figure(const settings *s, roof_error *e);
/* Refuses a name whose extension no picture has, unless it is "-". `option` is what goes before it
 * in the message; where `pages` may be written, too, the message says so. */
bool check_figure_name(const char *option, const char *path, bool pages, roof_error *e);

#endif
