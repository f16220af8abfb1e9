/* Lines between points: from what was measured to its bound, and from before to after. */
#include "plot/scene.h"
#include <math.h>
#include <stdlib.h>

enum { MOST_ARROWS = 12, HEAVY_LINES = 60 };

/* From the rim of the mark: what is hollow stays so. */
static void add_measured(scene *s) {
    for (size_t i = 0; i < s->n_attained; i++) {
        const scene_point *p = &s->attained[i];
        double x = axis_pixel(&s->x, p->x), y = axis_pixel(&s->y, p->y);
        double bound = axis_pixel(&s->y, p->bound);
        if (fabs(bound - y) <= p->radius)
            continue;
        double rim = y + (bound > y ? p->radius : -p->radius);
        scene_add_line(
            s, (scene_line){.at = {x, rim, x, bound}, .width = 1.2 * s->unit, .color = p->color});
    }
}

typedef struct arrow {
    segment at; /* pixels */
    double share;
    size_t order;
} arrow;

static int heaviest_first(const void *left, const void *right) {
    const arrow *a = left, *b = right;
    int order = (a->share < b->share) - (a->share > b->share);
    return order ? order : (a->order > b->order) - (a->order < b->order);
}

static bool pixel_of(const scene *s, size_t item, size_t row, double *x, double *y, double *share) {
    const roof_analysis *a = s->items[item].analysis;
    if (!a || row >= roof_analysis_rows(a))
        return false;
    placed_row p = place_of_row(a, row);
    *x = axis_pixel(&s->x, p.flops / p.bytes);
    *y = axis_pixel(&s->y, p.flops / p.time_s);
    *share = fmax(*share, p.share);
    return p.flops > 0 && p.bytes > 0 && p.time_s > 0 && *x >= s->x.start && *x <= s->x.end &&
           *y >= s->y.start && *y <= s->y.end;
}

/* Those of rows that really move, each way once. */
static size_t moving(const scene *s, arrow *out) {
    const roof_plot_options *o = s->options;
    size_t n = 0;
    for (size_t i = 0; i < o->n_arrows && s->n_items > 1; i++) {
        arrow one = {.order = i};
        if (pixel_of(s, 0, o->arrows[i].from_row, &one.at.x0, &one.at.y0, &one.share) &&
            pixel_of(s, 1, o->arrows[i].to_row, &one.at.x1, &one.at.y1, &one.share) &&
            distance(one.at.x1 - one.at.x0, one.at.y1 - one.at.y0) > 4 * s->unit)
            out[n++] = one;
    }
    return n;
}

static bool is_drawn(const arrow *arrows, size_t n, segment at) {
    for (size_t i = 0; i < n; i++) {
        segment b = arrows[i].at;
        if (distance(b.x0 - at.x0, b.y0 - at.y0) < 3 && distance(b.x1 - at.x1, b.y1 - at.y1) < 3)
            return true;
    }
    return false;
}

static void add_arrows(scene *s) {
    arrow *arrows = arena_array(s->arena, s->options->n_arrows + 1, sizeof *arrows);
    size_t n = moving(s, arrows), kept = 0;
    qsort(arrows, n, sizeof *arrows, heaviest_first);
    for (size_t i = 0; i < n && kept < MOST_ARROWS; i++) {
        if (is_drawn(arrows, kept, arrows[i].at))
            continue;
        arrows[kept++] = arrows[i];
        scene_add_line(s, (scene_line){.at = arrows[i].at,
                                       .front = true,
                                       .arrow = true,
                                       .width = 1.6 * s->unit,
                                       .color = s->theme->ink});
        canvas_add_line(&s->canvas, arrows[i].at, 0.5);
    }
    s->n_arrows = kept;
}

void scene_arrows(scene *s) {
    add_measured(s);
    add_arrows(s);
}
