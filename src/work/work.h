/* Work and traffic: every node becomes a row with its FLOPs and bytes. See docs/counting.md. */
#ifndef WORK_WORK_H
#define WORK_WORK_H

#include "infer/infer.h"
#include <roofline/analysis.h>

/* What placement needs to know of a row beyond the public part. */
typedef struct row_units {
    roof_precision matrix;     /* of the contraction; ROOF_PRECISION_NONE without one */
    roof_precision vector;     /* of vector and special work */
    roof_precision accumulate; /* of the contraction */
} row_units;

typedef struct counted {
    const inference *inference;
    const node **nodes; /* per row */
    roof_row *rows;     /* in execution order, placement not yet filled in */
    row_units *units;   /* per row */
    size_t n_rows;
    roof_totals totals; /* counts only */
    roof_coverage coverage;
    uint32_t *alias; /* per value: the value whose memory it is (itself, or through views) */
} counted;

/* Counts every node of the model. Allocates on the inference's arena. */
void count_model(counted *c, const inference *inf, const roof_options *options);

/* --- between the files of this floor --- */

/* Everything about one row but its traffic and tensors: status, work, types, note. `w` is kept for
 * the traffic: what is touched and written. */
void count_row(const inference *inf, const node *n, roof_row *row, row_units *units, work *w);

/* What traffic remembers from row to row. */
typedef struct ledger {
    const inference *inference;
    const roof_options *options;
    const uint32_t *alias;
    count *billed;         /* per value: bytes already paid for in `ideal` */
    unsigned char *memory; /* per value: does its memory hold a graph input or output? */
    int64_t parameters, parameter_bytes;
} ledger;
void ledger_start(ledger *l, const inference *inf, const roof_options *o, const uint32_t *alias);
/* The bytes of one execution of a counted row, in each traffic mode. */
void count_traffic(ledger *l, const node *n, const op_def *op, const work *w, roof_work *bytes);
/* Bytes that input i (not left out) costs a row: weights as they are stored, activations as they
 * flow; and those that output i costs. */
count input_bytes(const inference *inf, const node *n, const work *w, unsigned i);
count output_bytes(const inference *inf, const node *n, const work *w, unsigned i);
/* Is input i the second or later mention of a tensor in the same row? It costs nothing then. */
bool is_repeated(const node *n, unsigned i);
/* What an operator without a rule moves as far as shapes are known. */
void whole_traffic(const inference *inf, const node *n, work *w);

/* The peak of live activation bytes in graph order; sets both totals. */
void count_live(counted *c);

/* For every value the value whose memory it really is. */
uint32_t *find_aliases(const inference *inf);

#endif
