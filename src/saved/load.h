/* Inside of reading a saved analysis.
 *
 * The first thing that is wrong stays in the error; whatever is read after it is unknown, so that
 * readers need not look after each value. */
#ifndef SAVED_LOAD_H
#define SAVED_LOAD_H

#include "base/hash.h"
#include "device/profile.h"
#include "place/analysis.h"
#include <jansson.h>

typedef struct loader {
    const char *name; /* of the document */
    const char *text; /* what is left of it */
    size_t left;
    roof_error error;
    arena *arena;
    hash *texts;
    roof_analysis *analysis;
    json_t *value;       /* being looked at; let go by whoever owns the loader */
    roof_device *device; /* until the analysis owns it */
    const char *part;    /* of the document, for messages */
    int64_t index;       /* in the list that the part is; -1: it is none */
    unsigned seen;       /* parts, as bits of their places in the table */
    bool is_analysis;    /* the schema says so */
    roof_row *rows;
    size_t n_rows, row_room;
    struct saved_group *groups;
    size_t n_groups, group_room;
} loader;

/* A group that names its rows, until they are all known. */
typedef struct saved_group {
    roof_group group;
    const char **ids;
} saved_group;

/* --- document.c: the outermost level --- */

/* Reads all parts of the document, one value at a time. */
void load_document(loader *l);

/* --- the parts --- */

typedef void load_part(loader *l, const json_t *value);

load_part load_device;   /* device.c */
load_part load_measured; /* measured.c */
load_part load_row;      /* rows.c: one of "nodes" */
load_part load_group;    /* rows.c: one of "groups" */
void link_groups(loader *l);
load_part load_model, load_options, load_totals, load_coverage, load_assumptions,
    load_outputs; /* parts.c */

/* --- values.c: members of an object, by their type --- */

/* Always false. The message names the document, the part and the key (maybe NULL). */
bool refuse(loader *l, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool is_good(const loader *l);

/* Absent members and null are "", ROOF_UNKNOWN, NaN, false and NULL. Texts live as long as the
 * analysis. */
const char *text_of(loader *l, const json_t *o, const char *key);
int64_t count_of(loader *l, const json_t *o, const char *key);
int64_t number_of(loader *l, const json_t *o, const char *key); /* absent: 0 */
double real_of(loader *l, const json_t *o, const char *key);
double share_of(loader *l, const json_t *o, const char *key); /* from 0 to 1 */
bool flag_of(loader *l, const json_t *o, const char *key);
const json_t *list_of(loader *l, const json_t *o, const char *key);
const json_t *object_of(loader *l, const json_t *o, const char *key);
/* The number of the name that a member holds among the n that `name` gives; `absent` without one.
 */
int choice_of(loader *l, const json_t *o, const char *key, const char *(*name)(int), int n,
              int absent);
/* The same for values themselves. */
const char *text_value(loader *l, const char *key, const json_t *value);
int64_t count_value(loader *l, const char *key, const json_t *value);
double real_value(loader *l, const char *key, const json_t *value);
bool is_object(loader *l, const json_t *value);

roof_limiter limiter_of(loader *l, const json_t *o);
/* The totals of each traffic model, from an object. */
void load_traffic(loader *l, const json_t *o, roof_work *w);
const roof_tensor *load_tensors(loader *l, const char *key, const json_t *list, size_t *n);

#endif
