/* What is really read when a node reads a value: views are another shape of the same memory, and a
 * DequantizeLinear runs in its reader, which takes the integers and the scales. */
#ifndef WORK_SOURCE_H
#define WORK_SOURCE_H

#include "infer/infer.h"

typedef struct sources {
    const inference *inference;
    const value **of;         /* per value id: whose memory it is; NULL: its own. NULL: all have */
    const node **scaled_by;   /* per value id: the DequantizeLinear its readers apply, or NULL */
    unsigned char *stored_as; /* per value id: its dtype in memory; DT_UNKNOWN: that of its fact */
} sources; /* the last two are NULL where the model has no DequantizeLinear to move */

/* Elements that are read of a value. */
typedef struct read {
    const value *value;
    count elements;
} read;

enum { MAX_READS = 3 }; /* integers, scales, zero points */

/* `nodes` in execution order. Allocates on the inference's arena. */
void find_sources(sources *s, const inference *inf, const node *const *nodes, size_t n,
                  bool views_free);

/* The value whose memory v is. */
const value *source_of(const sources *s, const value *v);
/* Does the node's work happen in the readers of its output: is it a view or a DequantizeLinear? */
bool source_is_moved(const sources *s, const node *n);
/* What is read when `touched` elements of v are; the number of reads. */
size_t source_reads(const sources *s, const value *v, count touched, read reads[MAX_READS]);
/* What these elements cost: weights as they are stored, activations as they lie in memory. */
count source_bytes(const sources *s, const read *r);
/* The type in which a value lies in memory. */
dtype source_type(const sources *s, const value *v);
/* part / whole of some bytes, rounded up. */
count source_share(count bytes, count part, count whole);

#endif
