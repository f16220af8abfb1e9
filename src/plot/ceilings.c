/* The roof: compute ceilings, the memory slope, their labels and ridges. Measured lines are solid,
 * theoretical ones dashed. */
#include "plot/scene.h"
#include <math.h>
#include <string.h>

typedef struct ceiling { /* one line to draw */
    const scene_roof *roof;
    const char *text;
    double value;
    double from; /* x where it leaves the innermost slope */
    bool theory;
    bool beside; /* the theory of a measured line */
    int side;    /* where its label stands best: 1 above, -1 below */
} ceiling;

static unsigned line_color(const scene_roof *r, bool beside) {
    return beside ? r->theory_color : r->color;
}

/* A label has the colour of its device where there are several. */
static unsigned label_color(const scene *s, const scene_roof *r, bool beside) {
    unsigned usual = beside ? s->theme->faint : s->theme->ink;
    return r->color == s->theme->roof ? usual : r->color;
}

/* Lines and boxes that later text keeps clear of. */
static void remember(scene *s, segment on_axes, double weight) {
    canvas_add_line(&s->canvas,
                    (segment){axis_pixel(&s->x, on_axes.x0), axis_pixel(&s->y, on_axes.y0),
                              axis_pixel(&s->x, on_axes.x1), axis_pixel(&s->y, on_axes.y1)},
                    weight);
}

static void add_ceiling_line(scene *s, const ceiling *c) {
    segment at = {fmax(c->from, s->x.low), c->value, s->x.high, c->value};
    scene_add_line(s, (scene_line){.at = at,
                                   .on_axes = true,
                                   .dashed = c->theory,
                                   .width = (c->beside ? 1.5 : 2.5) * s->unit,
                                   .color = line_color(c->roof, c->beside)});
    remember(s, at, c->beside ? 0.7 : 1);
}

/* At the right end of its line, above or below it, or further left where that is taken. */
static void add_ceiling_label(scene *s, const ceiling *c) {
    enum { STEPS = 12 };
    double size = CEILING_LABEL * s->unit, width = text_pixels(c->text, size), height = size * 1.3;
    double line = axis_pixel(&s->y, c->value), least = INFINITY;
    double leftmost = axis_pixel(&s->x, fmax(c->from, s->x.low)) + 10 * s->unit;
    box best = {0};
    for (int i = 0; i < STEPS * 2; i++) {
        double right = s->x.end - (8 + 60 * (i / 2)) * s->unit;
        double middle = line + (i % 2 ? -1 : 1) * 0.85 * size;
        box b = {right - width, middle - height / 2, right, middle + height / 2};
        double cost = canvas_cost(&s->canvas, b) + 2 * i + ((i % 2 ? -1 : 1) == c->side ? 0 : 25);
        cost += b.left < leftmost ? 500 : 0;
        if (cost < least) {
            least = cost;
            best = b;
        }
    }
    canvas_take(&s->canvas, best);
    scene_add_text(s, (scene_text){.text = c->text,
                                   .x = best.right,
                                   .y = (best.bottom + best.top) / 2,
                                   .size = size,
                                   .align = 'r',
                                   .color = label_color(s, c->roof, c->beside)});
}

static const char *ridge_text(scene *s, double value, roof_precision p) {
    int digits = value < 10 ? 2 : value < 100 ? 1 : 0;
    bool integer = strcmp(roofs_unit(p), "OP/s") == 0;
    return arena_printf(s->arena, "ridge %.*f %s", digits, value, integer ? "OP/B" : "FLOP/B");
}

/* The corner with DRAM: a dotted line down to the axis, and its value, placed with other names. */
static void add_ridge(scene *s, const scene_roof *r, const scene_ceiling *c) {
    double value = c->value, ridge = value / r->levels[r->n_levels - 1].value;
    double x = axis_pixel(&s->x, ridge), y = axis_pixel(&s->y, value), u = s->unit;
    segment down = {ridge, s->y.low, ridge, value};
    scene_add_line(
        s, (scene_line){
               .at = down, .on_axes = true, .dashed = true, .width = u, .color = s->theme->guide});
    remember(s, down, 0.06);
    for (size_t i = 0; i < s->n_ridges; i++)
        if (distance(s->ridges[i].at.x - x, s->ridges[i].at.y - y) < 3 * u)
            return; /* another unit that is as fast */
    if (s->n_ridges < MAX_RIDGES)
        s->ridges[s->n_ridges++] = (scene_ridge){.at = {x, y, 6 * u},
                                                 .text = ridge_text(s, ridge, c->precision),
                                                 .color = label_color(s, r, true)};
}

/* Every corner of a ceiling is marked, before any label looks for its place. */
static void add_corners(scene *s, const scene_roof *r, const scene_ceiling *c) {
    for (size_t i = 0; i < r->n_levels; i++) {
        double x = axis_pixel(&s->x, c->value / r->levels[i].value);
        double y = axis_pixel(&s->y, c->value);
        double radius = (i + 1 == r->n_levels ? 5 : 3.5) * s->unit;
        scene_add_symbol(s, (scene_symbol){.x = x, .y = y, .radius = radius, .color = r->color});
        double side = radius * 0.7;
        canvas_take(&s->canvas, (box){x - side, y - side, x + side, y + side});
    }
}

/* --- the slope --- */

typedef struct slope {
    const scene_roof *roof;
    const char *text;
    double value; /* B/s */
    double top;   /* FLOP/s where it ends */
    bool theory;
    bool beside;
} slope;

/* The boxes along a text of `width` that is centred at (x, y) and rotated. */
static double along_text(scene *s, double x, double y, double width, double angle, bool take) {
    double size = CEILING_LABEL * s->unit, cost = 0;
    for (double t = -width / 2; t <= width / 2; t += size * 0.8) {
        double cx = x + t * cos(angle), cy = y + t * sin(angle), half = size * 0.45;
        box b = {cx - half, cy - half, cx + half, cy + half};
        cost += canvas_cost(&s->canvas, b);
        if (take)
            canvas_take(&s->canvas, b);
    }
    return cost;
}

static void add_slope_label(scene *s, const slope *m, segment at) {
    enum { STEPS = 31, SIDES = 4 };
    static const double sides[SIDES] = {0.95, -0.95, 1.5, -1.5}; /* in sizes of the font */
    double dx = at.x1 - at.x0, dy = at.y1 - at.y0, angle = atan2(dy, dx);
    double size = CEILING_LABEL * s->unit, width = text_pixels(m->text, size), least = INFINITY;
    double length = distance(dx, dy), best_x = 0, best_y = 0;
    for (int i = 0; i < STEPS * SIDES; i++) {
        double margin = fmin(0.5, (width / 2 + size) / length);
        double part = margin + (1 - 2 * margin) * (i / SIDES) / (STEPS - 1.0);
        double off = sides[i % SIDES] * size;
        double x = at.x0 + part * dx - off * sin(angle), y = at.y0 + part * dy + off * cos(angle);
        double cost =
            along_text(s, x, y, width, angle, false) + 8 * (i % SIDES) + fabs(part - 0.45) * 20;
        if (cost < least) {
            least = cost;
            best_x = x, best_y = y;
        }
    }
    along_text(s, best_x, best_y, width, angle, true);
    scene_add_text(s, (scene_text){.text = m->text,
                                   .x = best_x,
                                   .y = best_y,
                                   .size = size,
                                   .angle = angle * 180 / M_PI,
                                   .align = 'c',
                                   .color = label_color(s, m->roof, m->beside)});
}

static segment slope_pixels(const scene *s, const slope *m, segment *on_axes) {
    double left = fmax(s->x.low, s->y.low / m->value);
    *on_axes = (segment){left, left * m->value, m->top / m->value, m->top};
    return (segment){axis_pixel(&s->x, on_axes->x0), axis_pixel(&s->y, on_axes->y0),
                     axis_pixel(&s->x, on_axes->x1), axis_pixel(&s->y, on_axes->y1)};
}

static void add_slope_line(scene *s, const slope *m) {
    segment on_axes, at = slope_pixels(s, m, &on_axes);
    canvas_add_line(&s->canvas, at, m->beside ? 0.7 : 1);
    scene_add_line(s, (scene_line){.at = on_axes,
                                   .on_axes = true,
                                   .dashed = m->theory,
                                   .width = (m->beside ? 1.5 : 2.5) * s->unit,
                                   .color = line_color(m->roof, m->beside)});
}

/* --- what to draw --- */

/* "A100, " where there are several devices. */
static const char *device_prefix(scene *s, const scene_roof *r) {
    if (s->n_roofs == 1)
        return "";
    double size = CEILING_LABEL * s->unit;
    return arena_printf(s->arena, "%s, ",
                        text_fitted(s->arena, r->short_name, size, LONGEST_DEVICE * s->unit));
}

static const char *line_text(scene *s, const scene_roof *r, const char *name, double value,
                             const char *unit, const char *source) {
    return arena_printf(s->arena, "%s%s: %s, %s", device_prefix(s, r), name,
                        scene_si(s, value, unit), source);
}

/* A ceiling and, where it was measured, the theoretical one above it. Returns how many. */
static size_t lines_of(scene *s, const scene_roof *r, const scene_ceiling *c, ceiling out[2]) {
    const char *unit = roofs_unit(c->precision);
    const scene_level *inner = &r->levels[0];
    out[0] = (ceiling){.roof = r,
                       .text = line_text(s, r, c->name, c->value, unit, c->source),
                       .value = c->value,
                       .from = c->value / inner->value,
                       .theory = !c->measured,
                       .side = 1};
    if (!(c->theory > 0))
        return 1;
    double gap = axis_pixel(&s->y, c->theory) - axis_pixel(&s->y, c->value);
    out[0].side = gap < 2 * CEILING_LABEL * s->unit ? -1 : 1;
    out[1] =
        (ceiling){.roof = r,
                  .text = line_text(s, r, c->name, c->theory, unit, roof_source_name(ROOF_THEORY)),
                  .value = c->theory,
                  .from = c->theory / fmax(inner->value, inner->theory),
                  .theory = true,
                  .beside = true,
                  .side = 1};
    return 2;
}

static size_t slopes_of(scene *s, const scene_roof *r, const scene_level *l, slope out[2]) {
    double top = 0, top_theory = 0;
    for (size_t i = 0; i < r->n_ceilings; i++) {
        top = fmax(top, r->ceilings[i].value);
        top_theory = fmax(top_theory, fmax(r->ceilings[i].value, r->ceilings[i].theory));
    }
    const char *name = scene_level_name(s, l);
    out[0] = (slope){.roof = r,
                     .text = line_text(s, r, name, l->value, "B/s", l->source),
                     .value = l->value,
                     .top = top,
                     .theory = !l->measured};
    if (!(l->theory > 0))
        return 1;
    out[1] = (slope){.roof = r,
                     .text = line_text(s, r, name, l->theory, "B/s", roof_source_name(ROOF_THEORY)),
                     .value = l->theory,
                     .top = top_theory,
                     .theory = true,
                     .beside = true};
    return 2;
}

/* The lines of all devices, before any label looks for its place. */
typedef struct lines {
    ceiling ceilings[2 * MAX_ROOFS * ROOF_PLOT_ITEMS];
    size_t n_ceilings;
    slope slopes[2 * MAX_SCENE_LEVELS * ROOF_PLOT_ITEMS];
    size_t n_slopes;
} lines;

static void add_lines(scene *s, lines *l) {
    for (size_t i = 0; i < s->n_roofs; i++) {
        const scene_roof *r = &s->roofs[i];
        for (size_t k = 0; k < r->n_ceilings; k++)
            l->n_ceilings += lines_of(s, r, &r->ceilings[k], l->ceilings + l->n_ceilings);
        for (size_t k = 0; k < r->n_levels; k++)
            l->n_slopes += slopes_of(s, r, &r->levels[k], l->slopes + l->n_slopes);
    }
    for (size_t i = 0; i < l->n_ceilings; i++)
        add_ceiling_line(s, &l->ceilings[i]);
    for (size_t i = 0; i < l->n_slopes; i++)
        add_slope_line(s, &l->slopes[i]);
}

/* Labels of slopes rather leave the place where the value of a ridge stands best. */
static void reserve_ridge(scene *s, const scene_roof *r, const scene_ceiling *c) {
    double x = axis_pixel(&s->x, c->value / r->levels[r->n_levels - 1].value);
    double y = axis_pixel(&s->y, c->value) + CEILING_LABEL * s->unit;
    canvas_add_line(&s->canvas, (segment){x - 120 * s->unit, y, x - 10 * s->unit, y}, 0.4);
}

/* Special functions have no ridge of their own: no row does nothing else. */
static void for_ridges(scene *s, void draw(scene *, const scene_roof *, const scene_ceiling *)) {
    for (size_t i = 0; i < s->n_roofs; i++)
        for (size_t k = 0; k < s->roofs[i].n_ceilings; k++)
            if (s->roofs[i].ceilings[k].unit != ROOF_SPECIAL)
                draw(s, &s->roofs[i], &s->roofs[i].ceilings[k]);
}

void scene_roofs(scene *s) {
    lines *l = arena_alloc(s->arena, sizeof *l);
    add_lines(s, l);
    for_ridges(s, add_corners);
    for (size_t i = 0; i < l->n_ceilings; i++)
        add_ceiling_label(s, &l->ceilings[i]);
    size_t n_lines = s->canvas.n_lines;
    for_ridges(s, reserve_ridge);
    for (size_t i = l->n_slopes; i-- > 0;) {
        segment on_axes, at = slope_pixels(s, &l->slopes[i], &on_axes);
        add_slope_label(s, &l->slopes[i], at);
    }
    s->canvas.n_lines = n_lines;
    for_ridges(s, add_ridge);
}
