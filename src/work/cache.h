/* Caches that grow in place: the past comes in as a graph input, the present leaves as a graph
 * output, and an engine keeps both in one buffer, so that only the new rows are written. */
#ifndef WORK_CACHE_H
#define WORK_CACHE_H

#include "infer/infer.h"

typedef struct caches {
    const inference *inference;
    const uint32_t *alias; /* per value id: the value whose memory it is */
    const value **past;    /* per memory of a present: its past, else NULL; NULL without any */
} caches;

/* `alias` and `is_skipped` (or NULL) as in counted. Allocates on the inference's arena. */
void find_caches(caches *c, const inference *inf, const uint32_t *alias, const bool *is_skipped);

/* The past in whose buffer the present v grows, or NULL. */
const value *cache_past(const caches *c, const value *v);
/* Elements that the node really reads of its input i, of `touched`: appending to a cache does not
 * read it. */
count cache_read(const caches *c, const node *n, unsigned i, count touched);
/* Elements that the node really writes of its output i, of `written`: the new rows. */
count cache_written(const caches *c, const node *n, unsigned i, count written);

#endif
