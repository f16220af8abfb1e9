/* Work and traffic: every node becomes a row with its FLOPs and bytes. See docs/counting.md. */
#ifndef WORK_WORK_H
#define WORK_WORK_H

#include "infer/infer.h"
#include "work/access.h"
#include "work/cache.h"
#include "work/source.h"
#include <roofline/analysis.h>

/* What placement needs to know of a row beyond the public part. */
typedef struct row_units {
    roof_precision matrix;     /* of the contraction; ROOF_PRECISION_NONE without one */
    roof_precision vector;     /* of vector and special work */
    roof_precision accumulate; /* of the contraction */
    bool sparse;               /* of each four weights two are zero */
    bool may_not_run;          /* it is in a branch or loop that perhaps does not execute */
    bool may_be_less; /* its sizes depend on data: those that are counted are the largest */
} row_units;

/* The fusion groups: rows of group g are row[start[g]] up to row[start[g + 1] - 1], in execution
 * order; groups are in the order of their first rows. */
#define NO_GROUP UINT32_MAX

typedef struct grouping {
    size_t n;
    uint32_t *of;        /* per row: its group; NO_GROUP of views, folded and dead rows */
    uint32_t *start;     /* n + 1 of them */
    uint32_t *row;       /* all rows of groups */
    unsigned char *kind; /* per group: the family of its main row, or KIND_NORM */
} grouping;

enum { KIND_NORM = FAMILY_COUNT };

typedef struct counted {
    const inference *inference;
    const node **nodes; /* per row */
    roof_row *rows;     /* in execution order (a node before those of its subgraphs), not placed */
    row_units *units;   /* per row */
    size_t n_rows;
    const node **running; /* the nodes of all rows, but for those of skipped branches */
    size_t n_running;
    grouping groups;
    roof_group
        *fused; /* groups.n of them under ROOF_TRAFFIC_FUSED, else NULL; times not filled in */
    bool *is_skipped;    /* per graph: a branch whose rows are not counted, as another one's are */
    access_log accesses; /* of `op` or `fused`, when a memory hierarchy is asked for */
    roof_totals totals;  /* counts only */
    int64_t uncertain_bytes; /* of `ideal`, those of rows that may be less */
    roof_coverage coverage;
    uint32_t *alias; /* per value: the value whose memory it is (itself, or through views) */
} counted;

/* Counts every node of the model. Allocates on the inference's arena. */
void count_model(counted *c, const inference *inf, const roof_options *options);

/* A value as the public tensor: what is sure of its shape, and what is counted with. */
roof_tensor tensor_of(const inference *inf, const value *v);

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
    const count **moved;   /* per node: elements touched of each input, written of each output; NULL
                              where that is all of them */
    sources sources;       /* with free views */
    caches caches;
    access_log *log; /* of the accesses of `op` */
    uint32_t row;    /* that is being counted */
    int64_t parameters, parameter_bytes;
    roof_traffic_bytes *once; /* within a loop: what `ideal` bills for all iterations together */
} ledger;
/* Reads the running nodes and the aliases of `c`. */
void ledger_start(ledger *l, const counted *c, const roof_options *o);
/* The bytes of one execution of a counted row, in each traffic mode but `fused`. */
void count_traffic(ledger *l, const node *n, const op_def *op, const work *w, roof_work *bytes);
/* Of a row that count_traffic has seen: elements of input i (not left out) that are read; of output
 * i that are written; and the bytes that these cost under a traffic mode. */
count touched_elements(const ledger *l, const node *n, unsigned i);
count written_elements(const ledger *l, const node *n, unsigned i);
count written_bytes(const ledger *l, const node *n, unsigned i, count written, roof_traffic t);
void sum_bytes(roof_traffic_bytes *t);
/* Bytes that input i (not left out) costs a row: weights as they are stored, activations as they
 * flow; and those that output i costs. */
count input_bytes(const inference *inf, const node *n, const work *w, unsigned i);
count output_bytes(const inference *inf, const node *n, const work *w, unsigned i);
/* Is input i the second or later mention of a tensor in the same row? It costs nothing then. */
bool is_repeated(const node *n, unsigned i);
/* What an operator without a rule moves as far as shapes are known. */
void whole_traffic(const inference *inf, const node *n, work *w);

/* Sorts the rows into groups and bills them what `fused` moves. */
void count_fused(counted *c, const ledger *l);

/* The peak of live activation bytes in graph order; sets both totals. */
void count_live(counted *c);

/* What `ideal` bills a node for the tensors that a subgraph of it reads or writes by slices. */
void count_slices(ledger *l, const node *n, const graph *g, roof_traffic_bytes *ideal);

/* --- nodes with subgraphs --- */

/* The i-th of a node's subgraphs that execute, or NULL. */
const graph *executed_graph(const inference *inf, const node *n, size_t i);
/* Per graph: of several branches of which one executes, all but the costliest. */
bool *skipped_graphs(const inference *inf, const roof_options *o, work *w);

/* How a value gets into a subgraph, or out of it. */
typedef struct passage {
    const value *other; /* outside, or inside; NULL when it is made by the node itself */
    bool is_slice;      /* what is inside is a slice of what is outside */
    /* Of an output that a loop hands to its next iteration: the body's input that it becomes. */
    const value *next;
    size_t next_index;
} passage;
/* Of input i of the subgraph; of output i of the node. */
passage passage_in(const inference *inf, const node *n, const graph *g, size_t i);
passage passage_out(const inference *inf, const node *n, const graph *g, size_t i);

/* For every value the value whose memory it really is. */
uint32_t *find_aliases(const inference *inf, const bool *is_skipped);

#endif
