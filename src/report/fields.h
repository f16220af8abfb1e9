/* The machine-readable fields of a row: one table that JSON and CSV share, so that their names
 * agree. */
#ifndef REPORT_FIELDS_H
#define REPORT_FIELDS_H

#include <roofline/sums.h>

typedef enum field_kind {
    FIELD_TEXT,     /* const char *: as it is */
    FIELD_OPTIONAL, /* const char *: "" means that there is none */
    FIELD_COUNT,    /* int64_t, maybe ROOF_UNKNOWN */
    FIELD_REAL,     /* double, maybe NaN */
    FIELD_SHARE,    /* the same, from 0 to 1 */
    FIELD_BOOL,
    FIELD_GROUP, /* of the row: -1 means none */
    FIELD_STATUS,
    FIELD_LIMITER,
    FIELD_INPUTS, /* of the row as a whole: tensors */
    FIELD_OUTPUTS,
    FIELD_TRAFFIC, /* bytes under each traffic mode */
    FIELD_CEILINGS,
    FIELD_LEVELS /* of the memory hierarchy; left out of JSON where there are none */
} field_kind;

typedef struct field {
    const char *name;
    const char *unit; /* NULL when it has none or its name tells */
    field_kind kind;
    size_t offset; /* into roof_row, of a work field into roof_work; of kinds that hold one value */
} field;

/* Field i of a row, in the order of the schema, or NULL past the last. */
const field *row_field(size_t i);
/* Field i of a roof_work; rows have them too. */
const field *work_field(size_t i);

/* Field i of a sum of rows, whose first member is a row. */
const field *sum_field(roof_grouping by, size_t i);

/* Where a row keeps a field's value. */
const void *field_value(const roof_row *row, const field *f);

#endif
