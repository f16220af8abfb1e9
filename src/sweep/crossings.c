/* Which rows cross the ridge, and where. */
#include "report/cells.h"
#include "sweep/table.h"
#include <stdlib.h>
#include <string.h>

/* Rows that cross in the same way; one of each unless all are asked for. */
typedef struct crossing_group {
    const roof_sweep_row *row; /* the first of them */
    roof_crossing crossing;
    size_t n;
} crossing_group;

static bool is_same(const crossing_group *g, const roof_sweep_row *r, const roof_crossing *c) {
    return !strcmp(g->row->op, r->op) && g->crossing.at == c->at &&
           g->crossing.second == c->second && g->crossing.from == c->from &&
           g->crossing.to == c->to;
}

static int by_value(const void *left, const void *right) {
    const crossing_group *a = left, *b = right;
    if (a->crossing.second != b->crossing.second)
        return a->crossing.second < b->crossing.second ? -1 : 1;
    if (a->crossing.at != b->crossing.at)
        return a->crossing.at < b->crossing.at ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static size_t count_crossings(const sweep_output *o) {
    const roof_sweep_row *r;
    size_t n = 0;
    for (size_t i = 0; (r = roof_sweep_row_at(o->sweep, i)); i++)
        n += r->n_crossings;
    return n;
}

static void add_to_groups(crossing_group *all, size_t *n, const roof_sweep_row *r,
                          const roof_crossing *c, bool alone) {
    enum { LOOKED_AT = 256 }; /* keeps hostile models linear */
    for (size_t i = *n; !alone && i > 0 && *n - i < LOOKED_AT; i--)
        if (is_same(&all[i - 1], r, c)) {
            all[i - 1].n++;
            return;
        }
    all[(*n)++] = (crossing_group){.row = r, .crossing = *c, .n = 1};
}

static crossing_group *group_crossings(sweep_output *o, size_t *n) {
    crossing_group *all = arena_array(o->arena, count_crossings(o) + 1, sizeof *all);
    const roof_sweep_row *r;
    *n = 0;
    for (size_t i = 0; (r = roof_sweep_row_at(o->sweep, i)); i++)
        for (size_t k = 0; k < r->n_crossings; k++)
            add_to_groups(all, n, r, &r->crossings[k], o->options->all);
    qsort(all, *n, sizeof *all, by_value);
    return all;
}

static void add_group(sweep_output *o, cells *c, const crossing_group *g, size_t n_axes) {
    const roof_crossing *x = &g->crossing;
    cells_add(c, sweep_printable(o, g->row->id));
    cells_add(c, sweep_printable(o, g->row->name));
    cells_add(c, sweep_printable(o, g->row->op));
    cells_add(c, g->n > 1 ? arena_printf(o->arena, "and %zu like it", g->n - 1) : "");
    cells_add(c, n_axes > 1 ? sweep_whole(o, x->second) : "");
    cells_add(c, arena_printf(o->arena, "%s to %lld, %s from %lld", roof_limiter_name(x->from),
                              (long long)x->before, roof_limiter_name(x->to), (long long)x->at));
}

void sweep_write_crossings(sweep_output *o) {
    size_t n, n_axes;
    crossing_group *groups = group_crossings(o, &n);
    roof_sweep_axes(o->sweep, &n_axes);
    if (n == 0)
        return;
    size_t shown = n < sweep_most_shown(o) ? n : sweep_most_shown(o);
    cells c = cells_new(o->arena, "lllrrl", shown + 1, 1);
    const char *titles[] = {"#",
                            "crosses the ridge",
                            "op",
                            "",
                            n_axes > 1 ? sweep_axis_text(o, 1) : "",
                            sweep_axis_text(o, 0)};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        cells_add(&c, titles[i]);
    c.titled = true;
    c.importance = "991299";
    for (size_t i = 0; i < shown; i++)
        add_group(o, &c, &groups[i], n_axes);
    cells_write(&c, o->options->width, o->options->color, o->out);
    if (shown < n)
        fprintf(o->out, "... %zu more (--top all)\n", n - shown);
    fputc('\n', o->out);
}
