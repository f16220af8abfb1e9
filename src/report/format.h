/* Inside of the reports: what every format is given, and the formats themselves.
 *
 * A format is one row of the table in report.c and one file with its write function. */
#ifndef REPORT_FORMAT_H
#define REPORT_FORMAT_H

#include "base/arena.h"
#include <roofline/report.h>
#include <roofline/sums.h>

struct report_format;

typedef struct report {
    const roof_analysis *analysis;
    const roof_report_options *options;
    const struct report_format *format;
    FILE *out;
    arena *arena;         /* for what lives as long as the report */
    arena *scratch;       /* a format resets it after every row */
    const roof_sum *sums; /* of options->group; NULL: none */
    size_t n_sums;
    int depth;           /* of modules that are summed up */
    bool grouped;        /* sums are written in the place of rows */
    const size_t *order; /* the rows to write, in this order */
    size_t n_order;
    const char *sort; /* key of the order; NULL: execution order */
    bool placed;      /* there is a device */
    bool timed;       /* real runs were measured */
} report;

typedef enum row_choice {
    ROWS_TOP,      /* sorted, the first of them */
    ROWS_AS_ASKED, /* all in execution order, unless options ask otherwise */
    ROWS_ALL       /* all in execution order, whatever options ask */
} row_choice;

typedef struct report_format {
    const char *name;
    row_choice rows;
    void (*write)(report *r);
} report_format;

void write_table(report *r);
void write_csv(report *r);
void write_json(report *r);
void write_markdown(report *r);

/* Chooses the rows and their order; false and *error when the sort key is unknown. */
bool choose_rows(report *r, row_choice rows, roof_error *error);
/* What is written as rows: the rows of the analysis, or sums of them. */
size_t report_rows(const report *r);
const roof_row *report_row(const report *r, size_t i);
/* Name of sort key i, or NULL past the last. */
const char *sort_key(size_t i);

/* --- of every kind of document --- */

/* Refuses a name that is none of `names`, says which it may be, and which is near. */
void refuse_name(roof_error *error, const char *what, const char *name, const char *const *names,
                 size_t n);
/* The index of a format among those that format_name(0), ... tell; -1 and *error when it is none.
 */
int find_format(const char *name, const char *(*format_name)(size_t i), roof_error *error);
/* Writes a document, "the sweep": calls `write` with memory that lives as long as that, numbers
 * with a decimal point. False and *error when `write` says so, when memory ran out, or when `out`
 * did not take all of it. */
bool write_document(FILE *out, const char *what,
                    bool (*write)(void *user, arena *memory, roof_error *error), void *user,
                    roof_error *error);

#endif
