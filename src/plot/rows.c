/* The rows of the model as points, and as ticks where they do no arithmetic. */
#include "plot/scene.h"
#include <math.h>
#include <stdlib.h>

/* Radius of a point that takes all of the time, of the largest point, and of the smallest. */
static const double FULL_RADIUS = 90, LARGEST_RADIUS = 38, LEAST_RADIUS = 2.5;

static double share_of(const roof_row *row) {
    return row->time_share > 0 ? row->time_share : 0;
}

static void add_point(scene *s, const roof_row *row, size_t index) {
    bool placed = row->operational_intensity > 0 && isfinite(row->operational_intensity) &&
                  row->attainable_flops > 0 && isfinite(row->attainable_flops);
    if (!placed) {
        s->n_outside++;
        s->outside_share += share_of(row);
        return;
    }
    s->points[s->n_points++] = (scene_point){.x = row->operational_intensity,
                                             .y = row->attainable_flops,
                                             .share = share_of(row),
                                             .color = family_color(row),
                                             .row = index,
                                             .count = 1};
}

static void add_tick(scene *s, const roof_row *row) {
    s->ticks[s->n_ticks++] = (scene_tick){.bytes = (double)row->work.bytes.total,
                                          .height = share_of(row),
                                          .color = family_color(row)};
    s->tick_share += share_of(row);
}

static void add_row(scene *s, const roof_row *row, size_t index) {
    double seconds = row_seconds(row);
    if (row->status == ROOF_FOLDED || row->status == ROOF_DEAD || seconds == 0)
        return;
    if (!isfinite(seconds) || row->work.flops < 0)
        s->n_unknown++;
    else if (row->work.flops > 0)
        add_point(s, row, index);
    else if (row->work.bytes.total > 0)
        add_tick(s, row);
}

/* --- rows of one family at one place become one point --- */

/* Steps of a value that nobody could tell apart in a picture. */
static int64_t place(double value) {
    return (int64_t)floor(log10(value) * 400);
}

static int by_place(const void *left, const void *right) {
    const scene_point *a = left, *b = right;
    int64_t ax = place(a->x), bx = place(b->x), ay = place(a->y), by = place(b->y);
    int order = (a->color > b->color) - (a->color < b->color);
    order = order ? order : (ax > bx) - (ax < bx);
    return order ? order : (ay > by) - (ay < by);
}

static int larger_first(const void *left, const void *right) {
    const scene_point *a = left, *b = right;
    int order = (a->share < b->share) - (a->share > b->share);
    return order ? order : (a->row > b->row) - (a->row < b->row);
}

static void merge_points(scene *s) {
    qsort(s->points, s->n_points, sizeof *s->points, by_place);
    size_t kept = 0;
    for (size_t i = 0; i < s->n_points; i++) {
        scene_point *last = kept ? &s->points[kept - 1] : NULL, p = s->points[i];
        if (!last || by_place(last, &p) != 0) {
            s->points[kept++] = p;
            continue;
        }
        const roof_row *a = roof_analysis_row(s->analysis, last->row);
        const roof_row *b = roof_analysis_row(s->analysis, p.row);
        bool heavier =
            share_of(b) > share_of(a) || (share_of(b) == share_of(a) && p.row < last->row);
        last->row = heavier ? p.row : last->row;
        last->share += p.share;
        last->count++;
    }
    s->n_points = kept;
    qsort(s->points, s->n_points, sizeof *s->points, larger_first);
}

/* Area follows the share of the time. */
static void scale_points(scene *s) {
    double largest = s->n_points ? sqrt(s->points[0].share) : 0;
    double scale = largest > 0 ? fmin(FULL_RADIUS, LARGEST_RADIUS / largest) : 0;
    for (size_t i = 0; i < s->n_points; i++)
        s->points[i].radius = fmax(sqrt(s->points[i].share) * scale, LEAST_RADIUS) * s->unit;
    s->share_radius = scale * s->unit;
}

static void scale_ticks(scene *s) {
    double largest = 0;
    for (size_t i = 0; i < s->n_ticks; i++)
        largest = fmax(largest, s->ticks[i].height);
    for (size_t i = 0; i < s->n_ticks; i++)
        s->ticks[i].height = largest > 0 ? fmax(s->ticks[i].height / largest, 0.08) : 0.5;
}

void scene_rows(scene *s) {
    size_t n = roof_analysis_rows(s->analysis);
    s->points = arena_array(s->arena, n, sizeof *s->points);
    s->ticks = arena_array(s->arena, n, sizeof *s->ticks);
    for (size_t i = 0; i < n; i++)
        add_row(s, roof_analysis_row(s->analysis, i), i);
    merge_points(s);
    scale_points(s);
    scale_ticks(s);
    roofs_in_use(s->analysis, &s->roofs);
}
