/* Writing an analysis as a page to work with. */
#ifndef ROOFLINE_HTML_H
#define ROOFLINE_HTML_H

#include <roofline/analysis.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes the analysis to `out` as one HTML page that needs nothing else: the roofline, figures,
 * the device's ceilings and a table of all rows to sort, filter and search; counts only without a
 * device. Whatever comes from a model or a profile is data of the page, never markup or script.
 * False and *error (ROOF_FAILED) when writing failed. */
ROOF_API bool roof_html(const roof_analysis *a, FILE *out, roof_error *error);

#ifdef __cplusplus
}
#endif

#endif
