/* The compute ceilings that an analysis uses, and its memory roof: for the summary and the plot. */
#ifndef REPORT_ROOFS_H
#define REPORT_ROOFS_H

#include <roofline/analysis.h>
#include <roofline/device.h>

enum { MAX_ROOFS = 32 };

typedef struct roof_in_use {
    const char *name; /* "vector fp32" */
    roof_unit unit;
    roof_precision precision;
    double value;  /* FLOP/s */
    double time_s; /* of all rows' terms on it, repeats included */
    double ridge;  /* FLOP/byte; NaN without a memory roof */
    bool limits;   /* it is what limits some row */
} roof_in_use;

typedef struct roofs {
    roof_in_use compute[MAX_ROOFS]; /* from high to low */
    size_t n;
    double memory; /* B/s of DRAM; NaN when no row touches it */
} roofs;

void roofs_in_use(const roof_analysis *a, roofs *out);

/* The compute ceiling with most of the work by time, or NULL. */
const roof_in_use *roofs_main(const roofs *r);

/* "OP/s" for integers, else "FLOP/s". */
const char *roofs_unit(roof_precision p);

/* Takes the name of a row's compute ceiling apart, "vector fp32"; false when it names none. */
bool roofs_parse(const char *name, roof_unit *unit, roof_precision *precision);

/* Where a value comes from: from the device's ceiling when it is that, else as the device in
 * general. */
const char *roofs_source(roof_ceiling used, double value, const roof_device *d);

/* Seconds of all executions of a row; NaN when unknown. */
double row_seconds(const roof_row *row);
double row_measured_seconds(const roof_row *row);
/* A count of all executions, of which `each` is that of one; NaN when unknown. */
double row_amount(const roof_row *row, int64_t each);

#endif
