/* (e) A map joins the group that produces its largest input when element counts agree and the
 * groups stay acyclic. Everything else is a group of its own.
 *
 * The groups that are placed stand in an order in which each comes after those it reads from. A row
 * that joins a group may make it read from a group that stands later: then what that one depends on
 * is moved before the first, unless the first is among it (Pearce and Kelly's way of keeping a
 * topological order). */
#include "work/fuse.h"
#include <string.h>

enum { MOST_MOVED = 4096, MOST_VISITED = 4096 }; /* a map stays alone rather than take longer */

typedef struct order {
    fusion *f;
    uint32_t *place;   /* per group, or NO_GROUP: not placed */
    uint32_t *at;      /* per place: its group */
    uint32_t *visited; /* per group: the search that has seen it last */
    uint32_t *stack;
    uint32_t n_placed, search;
} order;

static void append(order *o, uint32_t group) {
    o->place[group] = o->n_placed;
    o->at[o->n_placed++] = group;
}

static uint32_t group_of(const order *o, const value *v) {
    uint32_t row = fuse_flows(o->f, v) ? fuse_producer(o->f, v) : NO_ROW;
    return row == NO_ROW ? NO_GROUP : o->f->group[row];
}

/* A search backwards from some group, not beyond `floor`. */
typedef struct search {
    order *o;
    uint32_t floor, wanted;
    size_t depth, rows;
    bool found;
} search;

static void visit(search *s, uint32_t group) {
    order *o = s->o;
    if (group == s->wanted)
        s->found = true;
    if (group == NO_GROUP || o->place[group] == NO_GROUP || o->place[group] <= s->floor ||
        o->visited[group] == o->search)
        return;
    o->visited[group] = o->search;
    o->stack[s->depth++] = group;
}

/* The values that a row reads: scales, and what its subgraphs take from outside, included. */
static void visit_inputs(search *s, uint32_t row) {
    const fusion *f = s->o->f;
    const node *n = f->c->nodes[row];
    for (unsigned i = 0; i < n->n_captures && !s->found; i++)
        visit(s, group_of(s->o, n->captures[i]));
    for (unsigned i = 0; i < n->n_in && !s->found; i++) {
        if (!n->in[i])
            continue;
        visit(s, group_of(s->o, n->in[i]));
        const node *scale = f->sources->scaled_by ? f->sources->scaled_by[n->in[i]->id] : NULL;
        for (unsigned k = 1; scale && k < scale->n_in; k++)
            if (scale->in[k])
                visit(s, group_of(s->o, scale->in[k]));
    }
}

/* Does `from` depend on `on`? Marks all it depends on that stands after `on`. When it takes too
 * long, the answer is yes. */
static bool depends(order *o, uint32_t from, uint32_t on) {
    search s = {.o = o, .floor = o->place[on], .wanted = on};
    o->search++;
    visit(&s, from);
    while (s.depth > 0 && !s.found && s.rows <= MOST_VISITED) {
        uint32_t group = o->stack[--s.depth];
        for (uint32_t r = o->f->head[group]; r != NO_ROW && !s.found; r = o->f->next[r]) {
            visit_inputs(&s, r);
            s.rows++;
        }
    }
    return s.found || s.rows > MOST_VISITED;
}

/* Between the places of `later` and `earlier`, what the last search marked goes first. */
static void move_marked(order *o, uint32_t earlier, uint32_t later) {
    uint32_t kept[MOST_MOVED];
    uint32_t to = o->place[earlier], end = o->place[later], n_kept = 0;
    for (uint32_t i = to; i <= end; i++) {
        uint32_t group = o->at[i];
        if (o->visited[group] == o->search) {
            o->place[group] = to;
            o->at[to++] = group;
        } else {
            kept[n_kept++] = group;
        }
    }
    for (uint32_t i = 0; i < n_kept; i++) {
        o->place[kept[i]] = to;
        o->at[to++] = kept[i];
    }
}

/* Makes group `before` stand before `group`; false when it depends on it. */
static bool let_precede(order *o, uint32_t before, uint32_t group) {
    if (o->place[before] < o->place[group])
        return true;
    if (o->place[before] - o->place[group] >= MOST_MOVED || depends(o, before, group))
        return false;
    move_marked(o, group, before);
    return true;
}

/* Can the row join without that its group comes to wait for itself? */
static bool stays_acyclic(order *o, uint32_t row, uint32_t group) {
    const fusion *f = o->f;
    const node *n = f->c->nodes[row];
    for (unsigned i = 0; i < n->n_in; i++) {
        if (!n->in[i])
            continue;
        const node *scale = f->sources->scaled_by ? f->sources->scaled_by[n->in[i]->id] : NULL;
        unsigned n_scales = scale ? scale->n_in : 1;
        for (unsigned k = 0; k < n_scales; k++) {
            const value *v = k == 0 ? n->in[i] : scale->in[k];
            uint32_t other = v ? group_of(o, v) : NO_GROUP;
            if (other != NO_GROUP && other != group && !let_precede(o, other, group))
                return false;
        }
    }
    return true;
}

/* The group that a map may join, or NO_GROUP. */
static uint32_t home(order *o, uint32_t row) {
    const fusion *f = o->f;
    const node *n = f->c->nodes[row];
    const value *input = fuse_is_map(f, row) ? fuse_main_input(f, row) : NULL;
    uint32_t from = input ? fuse_producer(f, input) : NO_ROW;
    if (from == NO_ROW || n->n_out == 0 || !n->out[0] || f->c->nodes[from]->owner != n->owner)
        return NO_GROUP;
    count size = fact_elements(fuse_fact(f, n->out[0]));
    const op_def *op = fuse_op(f, from);
    bool fits =
        known(size) && size == fact_elements(fuse_fact(f, input)) && op && op->kind != OP_OPAQUE;
    return fits && stays_acyclic(o, row, f->group[from]) ? f->group[from] : NO_GROUP;
}

/* Attention is placed with its last row, as only that is seen from outside; row groups with their
 * first, as all that they read is there before. */
static void place_member(order *o, uint32_t row) {
    fusion *f = o->f;
    uint32_t group = f->group[row];
    bool attention = f->kind[group] == FAMILY_ATTENTION;
    if (o->place[group] == NO_GROUP && (!attention || f->head[group] == row))
        append(o, group);
}

static unsigned char kind_of(const fusion *f, uint32_t row) {
    const op_def *op = fuse_op(f, row);
    return (unsigned char)(op ? op->family : FAMILY_OTHER);
}

void fuse_maps(fusion *f) {
    arena *a = f->c->inference->engine.arena;
    order o = {.f = f};
    o.place = arena_array(a, f->n_live + 1, sizeof *o.place);
    o.at = arena_array(a, f->n_live + 1, sizeof *o.at);
    o.visited = arena_array(a, f->n_live + 1, sizeof *o.visited);
    o.stack = arena_array(a, f->n_live + 1, sizeof *o.stack);
    memset(o.place, 0xff, (f->n_live + 1) * sizeof *o.place);
    for (size_t i = 0; i < f->n_live; i++) {
        uint32_t row = f->live[i];
        if (f->group[row] != NO_GROUP) {
            place_member(&o, row);
            continue;
        }
        uint32_t group = home(&o, row);
        if (group == NO_GROUP) {
            group = fuse_new_group(f, kind_of(f, row));
            append(&o, group);
        }
        fuse_join(f, row, group);
    }
}
