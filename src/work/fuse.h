/* Fusion groups: what an engine with ordinary fusion runs as one kernel. docs/counting.md section 4
 * has the rules, (a) to (g); the functions carry their letters.
 *
 * Rows here are live rows that do work of their own: views and moved DequantizeLinear nodes belong
 * to whoever reads them. */
#ifndef WORK_FUSE_H
#define WORK_FUSE_H

#include "work/work.h"

#define NO_ROW UINT32_MAX

typedef struct fusion {
    const counted *c;
    const sources *sources;
    uint32_t *live; /* the rows that are to be sorted into groups, in execution order */
    size_t n_live;
    uint32_t *row_of;    /* per node id: its row when it is live or dequantizes, or NO_ROW */
    uint32_t *runs_in;   /* per row that dequantizes: the first that reads it; NULL without any */
    uint32_t *readers;   /* per value that is a memory: live rows that read it */
    uint32_t *reader;    /* the last of them */
    bool *leaves;        /* per value that is a memory: it is needed outside its producer's group */
    uint32_t *group;     /* per row; NO_GROUP of views, folded and dead rows */
    unsigned char *kind; /* per group: as in grouping */
    uint32_t *head;      /* per group: one of its rows */
    uint32_t *next;      /* per row: another of its group, or NO_ROW */
    size_t n_groups;
} fusion;

/* Sorts the rows into groups: given are `c`, `sources` and room for `group`. Allocates on the
 * inference's arena what can be given back when the groups are listed. */
void fuse(fusion *f);

/* --- between the files that sort --- */

/* (c) attention and (d) row groups. */
void fuse_attention(fusion *f);
void fuse_rows(fusion *f);
/* (e) maps join what produces their largest input; everything else is a group of its own. */
void fuse_maps(fusion *f);

const op_def *fuse_op(const fusion *f, uint32_t row);
const fact *fuse_fact(const fusion *f, const value *v);
bool fuse_is_map(const fusion *f, uint32_t row);
/* Does data flow in through v: is it there, and no constant? */
bool fuse_flows(const fusion *f, const value *v);
/* The row that writes what is read through v, or NO_ROW. */
uint32_t fuse_producer(const fusion *f, const value *v);
/* The largest input that flows; of equal ones the one that is produced last. NULL without any. */
const value *fuse_main_input(const fusion *f, uint32_t row);

uint32_t fuse_new_group(fusion *f, unsigned char kind);
void fuse_join(fusion *f, uint32_t row, uint32_t group);

#endif
