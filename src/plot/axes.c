/* Limits and margins: everything that matters is inside, and nothing else makes the picture small.
 */
#include "plot/scene.h"
#include <math.h>

/* Rows with less of the time than this do not stretch the axes by more than a decade. */
static const double MINOR_SHARE = 5e-4;
static const double LEAST_DECADES = 2.5;
/* Pixels at the right of the x axis that are left to the labels of ceilings, and the part of the
 * axis that they may take. */
static const double ROOM_FOR_LABELS = 290, MOST_ROOM = 0.42;

typedef struct range {
    double low, high;
} range;

static void include(range *r, double value) {
    if (!(value > 0) || !isfinite(value))
        return;
    r->low = fmin(r->low, value);
    r->high = fmax(r->high, value);
}

/* Points beyond the range of those that matter are left out, and told of. */
static bool is_inside(const scene_point *p, range x, range y) {
    return p->x >= x.low && p->x <= x.high && p->y >= y.low && p->y <= y.high;
}

static void drop_outside(scene *s, range x, range y) {
    size_t kept = 0, attained = 0;
    for (size_t i = 0; i < s->n_points; i++) {
        scene_point p = s->points[i];
        if (is_inside(&p, x, y)) {
            s->points[kept++] = p;
            continue;
        }
        s->n_outside += p.count;
        s->outside_share += p.share;
    }
    s->n_points = kept;
    for (size_t i = 0; i < s->n_attained; i++)
        if (is_inside(&s->attained[i], x, y))
            s->attained[attained++] = s->attained[i];
    s->n_attained = attained;
}

static void include_points(const scene *s, range *x, range *y) {
    range all_x = {INFINITY, 0}, all_y = {INFINITY, 0};
    double minor = s->n_points ? fmin(MINOR_SHARE, 0.1 / (double)s->n_points) : 0;
    for (size_t i = 0; i < s->n_points + s->n_attained; i++) {
        const scene_point *p = i < s->n_points ? &s->points[i] : &s->attained[i - s->n_points];
        bool matters = p->share >= minor;
        include(matters ? x : &all_x, p->x);
        include(matters ? y : &all_y, p->y);
    }
    include(x, fmax(all_x.low, x->low / 10));
    include(y, fmax(all_y.low, y->low / 10));
    include(x, fmin(all_x.high, x->high * 10));
}

static void widen(range *r, double low, double high) {
    r->low /= low;
    r->high *= high;
    double missing = LEAST_DECADES - log10(r->high / r->low);
    if (missing > 0)
        r->low /= pow(10, missing);
}

static double room_for_labels(const scene *s) {
    double name = 0;
    for (size_t i = 0; i < s->n_roofs && s->n_roofs > 1; i++)
        name = fmax(name, text_pixels(s->roofs[i].short_name, CEILING_LABEL * s->unit));
    name = fmin(name, LONGEST_DEVICE * s->unit);
    return fmin(MOST_ROOM, (name + ROOM_FOR_LABELS * s->unit) / (s->x.end - s->x.start));
}

/* The high end that leaves the rightmost part of the axis, beyond `value`, to labels. */
static double with_room(const scene *s, double low, double value) {
    double room = room_for_labels(s);
    return exp((log(value) - room * log(low)) / (1 - room));
}

/* The ceilings that bear on points decide; others do not stretch the axes. */
static void include_roofs(const scene *s, range *x, range *y) {
    for (size_t i = 0; i < s->n_roofs; i++) {
        const scene_roof *r = &s->roofs[i];
        double first = r->levels[0].value, last = r->levels[r->n_levels - 1].value;
        for (size_t k = 0; k < r->n_ceilings; k++) {
            include(x, r->ceilings[k].value / last);
            include(y, r->ceilings[k].value);
            include(y, r->ceilings[k].theory);
        }
        include(x, r->ceilings[r->n_ceilings - 1].value / first);
    }
}

static void include_models(const scene *s, range *x, range *y) {
    for (size_t i = 0; i < s->n_items; i++)
        for (int t = 0; t < ROOF_TRAFFIC_COUNT && s->items[i].analysis; t++) {
            const roof_analysis *a = s->items[i].analysis;
            double at_x, at_y;
            bool shown = s->n_items == 1 || (roof_traffic)t == roof_analysis_options(a)->traffic;
            if (!shown || !place_of_model(a, (roof_traffic)t, &at_x, &at_y))
                continue;
            include(x, at_x);
            include(y, at_y);
        }
}

static void set_limits(scene *s) {
    range x = {INFINITY, 0}, y = {INFINITY, 0};
    include_roofs(s, &x, &y);
    include_models(s, &x, &y);
    include_points(s, &x, &y);
    widen(&x, 2, 1.6);
    x.high = fmax(x.high, with_room(s, x.low, x.high / 1.6));
    widen(&y, 2, 4);
    drop_outside(s, x, y);
    s->x.low = x.low, s->x.high = x.high;
    s->y.low = y.low, s->y.high = y.high;
}

static void set_strip(scene *s) {
    range bytes = {INFINITY, 0};
    for (size_t i = 0; i < s->n_ticks; i++)
        include(&bytes, s->ticks[i].bytes);
    double spare = fmax(2, sqrt(1000 / (bytes.high / bytes.low)));
    s->strip.low = bytes.low / spare;
    s->strip.high = bytes.high * spare;
}

/* Later text keeps clear of the points, of the largest ones when there are very many. */
static void remember_points(scene *s) {
    enum { ENOUGH = 400 };
    disc *discs = arena_array(s->arena, 2 * ENOUGH, sizeof *discs);
    size_t n = 0;
    for (int attained = 0; attained < 2; attained++) {
        const scene_point *points = attained ? s->attained : s->points;
        size_t count = attained ? s->n_attained : s->n_points;
        for (size_t i = 0; i < count && i < ENOUGH; i++) {
            const scene_point *p = &points[i];
            double radius = p->radius * fmax(1, scene_shape_reach(scene_point_shape(s, p)));
            discs[n++] = (disc){axis_pixel(&s->x, p->x), axis_pixel(&s->y, p->y), radius};
        }
    }
    s->canvas.discs = discs;
    s->canvas.n_discs = n;
}

void scene_axes(scene *s) {
    double u = s->unit;
    s->x.start = 150 * u;
    s->x.end = s->width - 315 * u;
    s->y.start = (s->n_ticks ? 235 : 120) * u;
    s->y.end = s->height - 100 * u;
    s->strip.start = s->x.start;
    s->strip.end = s->x.end;
    s->strip_bottom = 82 * u;
    s->strip_top = 132 * u;
    set_limits(s);
    if (s->n_ticks)
        set_strip(s);
    s->canvas.area =
        (box){s->x.start + 4 * u, s->y.start + 4 * u, s->x.end - 4 * u, s->y.end - 4 * u};
    remember_points(s);
}
