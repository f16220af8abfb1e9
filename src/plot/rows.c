/* The rows of the models as points, and as ticks where they do no arithmetic. */
#include "plot/scene.h"
#include <math.h>
#include <stdlib.h>

/* Radius of a point that takes all of the time, of the largest point, and of the smallest. */
static const double FULL_RADIUS = 90, LARGEST_RADIUS = 38, LEAST_RADIUS = 2.5, PALEST = 0.12;

static unsigned color_of(const scene *s, size_t item, const roof_row *row) {
    return s->n_items > 1 ? s->items[item].color : theme_family(s->theme, row->family_index);
}

static void add_point(scene *s, size_t item, const placed_row *p) {
    double x = p->flops / p->bytes, y = p->flops / p->time_s;
    bool placed = x > 0 && isfinite(x) && y > 0 && isfinite(y);
    if (!placed) {
        s->n_unmoved++;
        s->unmoved_share += p->share;
        return;
    }
    const roof_row *row = roof_analysis_row(s->items[item].analysis, p->row);
    scene_point point = {.x = x,
                         .y = y,
                         .bound = y,
                         .share = p->share,
                         .color = color_of(s, item, row),
                         .item = item,
                         .row = p->row,
                         .count = 1,
                         .estimated = p->estimated};
    s->points[s->n_points++] = point;
    if (!(p->measured_s > 0) || !isfinite(p->measured_s))
        return;
    point.y = p->flops / p->measured_s;
    point.estimated = false;
    s->attained[s->n_attained++] = point;
}

static void add_tick(scene *s, size_t item, const placed_row *p) {
    const roof_row *row = roof_analysis_row(s->items[item].analysis, p->row);
    s->ticks[s->n_ticks++] =
        (scene_tick){.bytes = p->bytes, .height = p->share, .color = color_of(s, item, row)};
    s->tick_share += p->share;
}

/* A fused group is drawn where it begins. */
static bool is_drawn_elsewhere(const roof_analysis *a, size_t index) {
    size_t n;
    const roof_group *groups = roof_analysis_groups(a, &n);
    int32_t group = roof_analysis_row(a, index)->group;
    return group >= 0 && (size_t)group < n && groups[group].rows[0] != index;
}

static void add_row(scene *s, size_t item, size_t index) {
    const roof_analysis *a = s->items[item].analysis;
    const roof_row *row = roof_analysis_row(a, index);
    double seconds = row_seconds(row);
    if (row->status == ROOF_FOLDED || row->status == ROOF_DEAD)
        return;
    if (!isfinite(seconds) || row->work.flops < 0) {
        s->n_unknown++;
        return;
    }
    placed_row p = place_of_row(a, index);
    if (is_drawn_elsewhere(a, index) || !(p.time_s > 0))
        return;
    if (p.flops > 0)
        add_point(s, item, &p);
    else if (p.bytes > 0)
        add_tick(s, item, &p);
}

/* --- rows of one colour at one place become one point --- */

enum { FINEST = 400, COARSEST = 10, MANY_POINTS = 1200 };

/* The place of a value in steps of a decade, in 20 bits. */
static uint64_t step_of(double value, int steps) {
    double step = isfinite(value) ? floor(log10(value) * steps) + (1 << 19) : 0;
    return (uint64_t)fmax(0, fmin(step, (1 << 20) - 1));
}

static void set_cells(scene_point *points, size_t n, int steps) {
    for (size_t i = 0; i < n; i++) {
        scene_point *p = &points[i];
        p->cell =
            step_of(p->x, steps) << 40 | step_of(p->y, steps) << 20 | step_of(p->bound, steps);
    }
}

static int by_cell(const void *left, const void *right) {
    const scene_point *a = left, *b = right;
    int order = (a->item > b->item) - (a->item < b->item);
    order = order ? order : (a->color > b->color) - (a->color < b->color);
    order = order ? order : (a->estimated > b->estimated) - (a->estimated < b->estimated);
    return order ? order : (a->cell > b->cell) - (a->cell < b->cell);
}

static int larger_first(const void *left, const void *right) {
    const scene_point *a = left, *b = right;
    int order = (a->share < b->share) - (a->share > b->share);
    order = order ? order : (a->row > b->row) - (a->row < b->row);
    return order ? order : (a->item > b->item) - (a->item < b->item);
}

/* The heaviest row of a cell stands for all of it. */
static size_t merge_cells(scene_point *points, size_t n, int steps) {
    set_cells(points, n, steps);
    qsort(points, n, sizeof *points, by_cell);
    size_t kept = 0;
    double heaviest = 0;
    for (size_t i = 0; i < n; i++) {
        scene_point *last = kept ? &points[kept - 1] : NULL, p = points[i];
        if (!last || by_cell(last, &p) != 0) {
            points[kept++] = p;
            heaviest = p.share;
            continue;
        }
        scene_point merged =
            p.share > heaviest || (p.share == heaviest && p.row < last->row) ? p : *last;
        heaviest = fmax(heaviest, p.share);
        merged.share = last->share + p.share;
        merged.count = last->count + p.count;
        *last = merged;
    }
    return kept;
}

/* Very many points would be a blot of ink: nearby rows become one, and their area shows how much
 * of the time they take together. */
static size_t merge_points(scene_point *points, size_t n, bool *aggregated) {
    int steps = FINEST;
    n = merge_cells(points, n, steps);
    for (; n > MANY_POINTS && steps > COARSEST; *aggregated = true)
        n = merge_cells(points, n, steps = steps * 2 / 3);
    qsort(points, n, sizeof *points, larger_first);
    return n;
}

/* Area follows the share of the time. What is too small for that is paler where there are very
 * many. */
static void scale_points(const scene *s, scene_point *points, size_t n, double scale) {
    for (size_t i = 0; i < n; i++) {
        double radius = sqrt(points[i].share) * scale;
        points[i].radius = fmax(radius, LEAST_RADIUS) * s->unit;
        points[i].strength = s->aggregated ? fmax(PALEST, fmin(1, radius / LEAST_RADIUS)) : 1;
    }
}

static void finish_points(scene *s) {
    s->n_points = merge_points(s->points, s->n_points, &s->aggregated);
    s->n_attained = merge_points(s->attained, s->n_attained, &s->aggregated);
    double largest = s->n_points ? sqrt(s->points[0].share) : 0;
    double scale = largest > 0 ? fmin(FULL_RADIUS, LARGEST_RADIUS / largest) : 0;
    scale_points(s, s->points, s->n_points, scale);
    scale_points(s, s->attained, s->n_attained, scale);
    s->share_radius = scale * s->unit;
}

/* --- ticks --- */

static int by_bytes(const void *left, const void *right) {
    const scene_tick *a = left, *b = right;
    int order = (a->color > b->color) - (a->color < b->color);
    return order ? order : (a->bytes > b->bytes) - (a->bytes < b->bytes);
}

/* Rows of as many bytes are one tick. Its height is the time that they take. */
static void merge_ticks(scene *s) {
    qsort(s->ticks, s->n_ticks, sizeof *s->ticks, by_bytes);
    s->n_moves = s->n_ticks;
    size_t kept = 0;
    double largest = 0;
    for (size_t i = 0; i < s->n_ticks; i++) {
        scene_tick t = s->ticks[i], *last = kept ? &s->ticks[kept - 1] : NULL;
        bool same = last && last->color == t.color &&
                    step_of(last->bytes, FINEST / 2) == step_of(t.bytes, FINEST / 2);
        if (same)
            last->height += t.height;
        else
            s->ticks[kept++] = t;
        largest = fmax(largest, s->ticks[kept - 1].height);
    }
    s->n_ticks = kept;
    for (size_t i = 0; i < s->n_ticks; i++)
        s->ticks[i].height = largest > 0 ? fmax(s->ticks[i].height / largest, 0.08) : 0.5;
}

void scene_rows(scene *s) {
    size_t n = 0;
    for (size_t i = 0; i < s->n_items; i++)
        n += s->items[i].analysis ? roof_analysis_rows(s->items[i].analysis) : 0;
    s->points = arena_array(s->arena, n, sizeof *s->points);
    s->attained = arena_array(s->arena, n, sizeof *s->attained);
    s->ticks = arena_array(s->arena, n, sizeof *s->ticks);
    for (size_t item = 0; item < s->n_items; item++) {
        const roof_analysis *a = s->items[item].analysis;
        bool placed = a && roof_analysis_device(a);
        for (size_t i = 0; placed && i < roof_analysis_rows(a); i++)
            add_row(s, item, i);
    }
    finish_points(s);
    merge_ticks(s);
}
