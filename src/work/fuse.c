#include "work/fuse.h"
#include <string.h>

const op_def *fuse_op(const fusion *f, uint32_t row) {
    return f->c->inference->ops[f->c->nodes[row]->id];
}

const fact *fuse_fact(const fusion *f, const value *v) {
    return &f->c->inference->engine.facts[v->id];
}

bool fuse_is_map(const fusion *f, uint32_t row) {
    const op_def *op = fuse_op(f, row);
    return op && op->kind == OP_MAP;
}

bool fuse_flows(const fusion *f, const value *v) {
    return v && !fuse_fact(f, v)->constant;
}

uint32_t fuse_producer(const fusion *f, const value *v) {
    const value *memory = source_of(f->sources, v);
    return memory->producer ? f->row_of[memory->producer->id] : NO_ROW;
}

const value *fuse_main_input(const fusion *f, uint32_t row) {
    const node *n = f->c->nodes[row];
    const value *best = NULL;
    count most = -1;
    uint32_t latest = 0;
    for (unsigned i = 0; i < n->n_in; i++) {
        if (!fuse_flows(f, n->in[i]))
            continue;
        count size = fact_elements(fuse_fact(f, n->in[i]));
        uint32_t from = fuse_producer(f, n->in[i]);
        uint32_t when = from == NO_ROW ? 0 : from + 1;
        if (!best || size > most || (size == most && when > latest)) {
            best = n->in[i];
            most = size;
            latest = when;
        }
    }
    return best;
}

uint32_t fuse_new_group(fusion *f, unsigned char kind) {
    uint32_t g = (uint32_t)f->n_groups++;
    f->kind[g] = kind;
    f->head[g] = NO_ROW;
    return g;
}

void fuse_join(fusion *f, uint32_t row, uint32_t group) {
    f->group[row] = group;
    f->next[row] = f->head[group];
    f->head[group] = row;
}

/* --- who reads what --- */

static void note_reader(fusion *f, uint32_t row, const value *v) {
    const value *memory = source_of(f->sources, v);
    if (f->readers[memory->id] > 0 && f->reader[memory->id] == row)
        return;
    f->readers[memory->id]++;
    f->reader[memory->id] = row;
}

/* Whoever reads dequantized values reads their scales, too; the first of them runs the node. */
static void note_scales(fusion *f, uint32_t row, const value *v) {
    const node *scale = f->sources->scaled_by ? f->sources->scaled_by[v->id] : NULL;
    uint32_t moved = scale ? f->row_of[scale->id] : NO_ROW;
    if (moved != NO_ROW && f->runs_in[moved] == NO_ROW)
        f->runs_in[moved] = row;
    for (unsigned i = 1; scale && i < scale->n_in; i++)
        if (fuse_flows(f, scale->in[i]))
            note_reader(f, row, scale->in[i]);
}

static void index_row(fusion *f, uint32_t row) {
    const node *n = f->c->nodes[row];
    const op_def *op = fuse_op(f, row);
    f->live[f->n_live++] = row;
    f->row_of[n->id] = row;
    for (unsigned i = 0; i < n->n_in && !(op && (op->traits & OP_SHAPE_ONLY)); i++)
        if (fuse_flows(f, n->in[i])) {
            note_reader(f, row, n->in[i]);
            note_scales(f, row, n->in[i]);
        }
}

/* Everything that a graph gives out has to be in memory. */
static void note_outputs(fusion *f, const node *n) {
    for (unsigned i = 0; i < n->n_out; i++)
        if (n->out[i] && n->out[i]->is_output)
            f->leaves[source_of(f->sources, n->out[i])->id] = true;
}

static void index_rows(fusion *f) {
    const counted *c = f->c;
    for (size_t i = 0; i < c->inference->engine.model->n_nodes; i++)
        f->row_of[i] = NO_ROW;
    for (uint32_t r = 0; r < c->n_rows; r++) {
        roof_row_status status = c->rows[r].status;
        f->group[r] = NO_GROUP;
        if (status == ROOF_FOLDED || status == ROOF_DEAD)
            continue;
        note_outputs(f, c->nodes[r]);
        if (!source_is_moved(f->sources, c->nodes[r]))
            index_row(f, r);
        else if (f->runs_in && fuse_op(f, r)->kind != OP_VIEW)
            f->row_of[c->nodes[r]->id] = r;
    }
}

/* A DequantizeLinear belongs to the group that runs it. */
static void join_dequantizations(fusion *f) {
    for (uint32_t r = 0; f->runs_in && r < f->c->n_rows; r++)
        if (f->runs_in[r] != NO_ROW)
            f->group[r] = f->group[f->runs_in[r]];
}

/* What another group reads has to be in memory, too. */
static void note_crossing(fusion *f, uint32_t row, const value *v) {
    uint32_t from = fuse_producer(f, v);
    if (from != NO_ROW && f->group[from] != f->group[row])
        f->leaves[source_of(f->sources, v)->id] = true;
}

static void note_crossings(fusion *f, uint32_t row) {
    const node *n = f->c->nodes[row];
    const op_def *op = fuse_op(f, row);
    for (unsigned i = 0; i < n->n_in && !(op && (op->traits & OP_SHAPE_ONLY)); i++) {
        if (!fuse_flows(f, n->in[i]))
            continue;
        note_crossing(f, row, n->in[i]);
        const node *scale = f->sources->scaled_by ? f->sources->scaled_by[n->in[i]->id] : NULL;
        for (unsigned k = 1; scale && k < scale->n_in; k++)
            if (fuse_flows(f, scale->in[k]))
                note_crossing(f, row, scale->in[k]);
    }
}

void fuse(fusion *f) {
    const counted *c = f->c;
    const model *m = c->inference->engine.model;
    arena *a = c->inference->engine.arena;
    f->live = arena_array(a, c->n_rows + 1, sizeof *f->live);
    f->row_of = arena_array(a, m->n_nodes + 1, sizeof *f->row_of);
    f->readers = arena_array(a, m->n_values + 1, sizeof *f->readers);
    f->reader = arena_array(a, m->n_values + 1, sizeof *f->reader);
    f->leaves = arena_array(a, m->n_values + 1, sizeof *f->leaves);
    f->kind = arena_alloc(a, c->n_rows + 1);
    f->head = arena_array(a, c->n_rows + 1, sizeof *f->head);
    f->next = arena_array(a, c->n_rows + 1, sizeof *f->next);
    if (f->sources->scaled_by) {
        f->runs_in = arena_array(a, c->n_rows + 1, sizeof *f->runs_in);
        memset(f->runs_in, 0xff, (c->n_rows + 1) * sizeof *f->runs_in);
    }
    index_rows(f);
    fuse_attention(f);
    fuse_rows(f);
    fuse_maps(f);
    for (size_t i = 0; i < f->n_live; i++)
        note_crossings(f, f->live[i]);
    join_dequantizations(f);
}
