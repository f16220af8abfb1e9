/* The columns of the table that people read. */
#ifndef REPORT_COLUMNS_H
#define REPORT_COLUMNS_H

#include "report/format.h"

enum { CELL_SIZE = 512 };

/* When a report has a column: all that are named must hold. */
typedef enum column_use {
    ALWAYS = 0,
    WITH_DEVICE = 1,
    WITHOUT_DEVICE = 2,
    WITH_GROUPS = 4,
    OF_ROWS = 8, /* not of sums of them */
    OF_SUMS = 16,
    OF_OPS = 32, /* sums by operator */
    OF_MODULES = 64,
    WITH_TIMES = 128 /* of real runs */
} column_use;

typedef struct column {
    const char *title;
    bool left;      /* aligned left, else right */
    bool elastic;   /* may be shortened in the middle */
    unsigned use;   /* of column_use */
    int importance; /* the least important column goes first when the terminal is narrow */
    /* Writes row `row` as printable text. */
    void (*cell)(const report *r, const roof_row *row, char dst[CELL_SIZE]);
} column;

/* Column i from left to right, or NULL past the last. */
const column *report_column(size_t i);
/* Does this report have the column? */
bool column_applies(const report *r, const column *c);

/* An intensity or ratio with three significant digits; NaN gives "-". Returns dst. */
char *text_ratio(char *dst, size_t size, double value);
/* A count with an engineering prefix; unknown gives "?". Returns dst. */
char *text_amount(char *dst, size_t size, int64_t value, const char *unit);
/* A share as "12.3%"; NaN gives "-". Returns dst. */
char *text_share(char *dst, size_t size, double share);
/* A shape as "1x3x224x224"; unknown dims and ranks are "?". Returns dst. */
char *text_shape(char *dst, size_t size, const roof_tensor *t);

/* What a row of one execution amounts to over all its executions. */
int64_t times_repeat(const roof_row *row, int64_t value);

#endif
