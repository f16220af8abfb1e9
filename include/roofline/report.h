/* Writing an analysis for people and programs. */
#ifndef ROOFLINE_REPORT_H
#define ROOFLINE_REPORT_H

#include <roofline/analysis.h>
#include <roofline/sums.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Zero-initialise, then set what differs from the defaults. */
typedef struct roof_report_options {
    size_t top;          /* rows of the table to show: 0 means 20 */
    bool all;            /* every row, whatever `top` says */
    const char *sort;    /* NULL: "time" with a device, else "flops"; see roof_report_sort */
    roof_grouping group; /* sums of rows in the place of rows; in json beside them */
    int group_depth;     /* parts of module paths that count; 0: as many as is readable */
    size_t width;        /* columns of the terminal; 0: as wide as it needs */
    bool color;          /* ANSI colours in the table */
} roof_report_options;

/* Name of format i ("table", "csv", "json", "md"), or NULL past the last. */
ROOF_API const char *roof_report_format(size_t i);
/* Name of sort key i ("time", "flops", "bytes", ...), or NULL past the last. */
ROOF_API const char *roof_report_sort(size_t i);

/* Writes the analysis in a format to `out`. csv and json always hold every row in execution order
 * (csv and md obey sort and top when they are given). False and *error: unknown format or key
 * (ROOF_USAGE), or writing failed (ROOF_FAILED). */
ROOF_API bool roof_report(const roof_analysis *a, const char *format,
                          const roof_report_options *options, FILE *out, roof_error *error);

#ifdef __cplusplus
}
#endif

#endif
