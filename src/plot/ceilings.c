/* The roof: compute ceilings, the memory slope, and their labels. Measured lines are solid,
 * theoretical ones dashed. */
#include "plot/scene.h"
#include <math.h>
#include <string.h>

/* A label is clear when its place costs less than this, see labels.c: one of a ceiling is on no
 * other line, one of a slope crosses few. At the edge of the plot it stands as well as it can. */
static const double CLEAR = 100, CLEAR_ALONG = 2500, AT_EDGE = 1e6;

typedef struct line_label {
    const char *text; /* the whole of it: these parts, and the source */
    const char *device, *name, *value;
} line_label;

typedef struct ceiling { /* one line to draw */
    const scene_roof *roof;
    line_label label;
    double value;
    double from; /* x where it leaves the innermost slope */
    bool theory;
    bool beside; /* the theory of a measured line */
    int side;    /* where its label stands best: 1 above, -1 below */
} ceiling;

static unsigned line_color(const scene_roof *r, bool beside) {
    return beside ? r->theory_color : r->color;
}

/* The panel tells what has no room beside its line. */
static void leave_to_panel(scene *s, const line_label *l, unsigned color) {
    if (s->n_unnamed < MAX_UNNAMED)
        s->unnamed[s->n_unnamed++] = (scene_unnamed){l->device, l->name, l->value, color};
}

static void add_ceiling_line(scene *s, const ceiling *c) {
    segment at = {fmax(c->from, s->x.low), c->value, s->x.high, c->value};
    scene_add_line(s, (scene_line){.at = at,
                                   .on_axes = true,
                                   .dashed = c->theory,
                                   .width = (c->beside ? 1.5 : 2.5) * s->unit,
                                   .color = line_color(c->roof, c->beside)});
    scene_remember(s, at, c->beside ? 0.7 : 1);
}

/* Points may be in the way, other lines and labels not. */
static bool is_clear(scene *s, box b) {
    size_t n_discs = s->canvas.n_discs;
    s->canvas.n_discs = 0;
    double cost = canvas_cost(&s->canvas, b);
    s->canvas.n_discs = n_discs;
    return cost < CLEAR;
}

/* At the right end of its line, above or below it, or further left where that is taken. */
static void add_ceiling_label(scene *s, const ceiling *c) {
    enum { STEPS = 12 };
    const char *text = c->label.text;
    double size = CEILING_LABEL * s->unit, width = text_pixels(text, size), height = size * 1.3;
    double line = axis_pixel(&s->y, c->value), least = INFINITY;
    unsigned color = scene_label_color(s, c->roof, c->beside);
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
    if (!is_clear(s, best)) {
        leave_to_panel(s, &c->label, color);
        return;
    }
    canvas_take(&s->canvas, best);
    scene_add_text(s, (scene_text){.text = text,
                                   .x = best.right,
                                   .y = (best.bottom + best.top) / 2,
                                   .size = size,
                                   .align = 'r',
                                   .color = color});
}

/* --- the slope --- */

typedef struct slope {
    const scene_roof *roof;
    line_label label;
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
    const char *text = m->label.text;
    double size = CEILING_LABEL * s->unit, width = text_pixels(text, size), least = INFINITY;
    unsigned color = scene_label_color(s, m->roof, m->beside);
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
    if (least > CLEAR_ALONG && least < AT_EDGE) {
        leave_to_panel(s, &m->label, color);
        return;
    }
    along_text(s, best_x, best_y, width, angle, true);
    scene_add_text(s, (scene_text){.text = text,
                                   .x = best_x,
                                   .y = best_y,
                                   .size = size,
                                   .angle = angle * 180 / M_PI,
                                   .align = 'c',
                                   .color = color});
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

/* "A100" where there are several devices. */
static const char *device_part(scene *s, const scene_roof *r) {
    if (s->n_roofs == 1)
        return "";
    double size = CEILING_LABEL * s->unit;
    return text_fitted(s->arena, r->short_name, size, LONGEST_DEVICE * s->unit);
}

static line_label label_of(scene *s, const scene_roof *r, const char *name, double value,
                           const char *unit, const char *source) {
    line_label l = {.device = device_part(s, r), .name = name, .value = scene_si(s, value, unit)};
    l.text = arena_printf(s->arena, "%s%s%s: %s, %s", l.device, *l.device ? ", " : "", name,
                          l.value, source);
    return l;
}

/* A ceiling and, where it was measured, the theoretical one above it. Returns how many. */
static size_t lines_of(scene *s, const scene_roof *r, const scene_ceiling *c, ceiling out[2]) {
    const char *unit = roofs_unit(c->precision);
    const scene_level *inner = &r->levels[0];
    out[0] = (ceiling){.roof = r,
                       .label = label_of(s, r, c->name, c->value, unit, c->source),
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
                  .label = label_of(s, r, c->name, c->theory, unit, roof_source_name(ROOF_THEORY)),
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
                     .label = label_of(s, r, name, l->value, "B/s", l->source),
                     .value = l->value,
                     .top = top,
                     .theory = !l->measured};
    if (!(l->theory > 0))
        return 1;
    out[1] = (slope){.roof = r,
                     .label = label_of(s, r, name, l->theory, "B/s", roof_source_name(ROOF_THEORY)),
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

void scene_roofs(scene *s) {
    lines *l = arena_alloc(s->arena, sizeof *l);
    add_lines(s, l);
    scene_corners(s);
    for (size_t i = 0; i < l->n_ceilings; i++)
        add_ceiling_label(s, &l->ceilings[i]);
    size_t n_lines = s->canvas.n_lines;
    scene_reserve_ridges(s);
    scene_reserve_models(s);
    for (size_t i = l->n_slopes; i-- > 0;) {
        segment on_axes, at = slope_pixels(s, &l->slopes[i], &on_axes);
        add_slope_label(s, &l->slopes[i], at);
    }
    s->canvas.n_lines = n_lines;
    scene_ridges(s);
}
