/* The roof: compute ceilings, the memory slope, their labels and ridges. Measured lines are solid,
 * theoretical ones dashed. */
#include "base/text.h"
#include "plot/scene.h"
#include <math.h>
#include <string.h>

static const double LABEL = 14, THEORY_DIFFERS = 1.02;

enum { SHORT = 64, THEORY_COLOR = 0x8a9096 };

typedef struct ceiling { /* one line to draw */
    const char *name;
    double value;
    double from; /* x where it leaves the slope */
    bool theory;
    bool beside; /* the theory of a measured line */
    bool ridge;
    int side; /* where its label stands best: 1 above, -1 below */
} ceiling;

static const char *rate(scene *s, double value, const char *unit) {
    char text[SHORT];
    return arena_strdup(s->arena, text_si(text, sizeof text, value, unit));
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
                                   .color = c->beside ? THEORY_COLOR : ROOF_COLOR});
    remember(s, at, c->beside ? 0.7 : 1);
}

/* At the right end of its line, above or below it, or further left where that is taken. */
static void add_ceiling_label(scene *s, const ceiling *c) {
    enum { STEPS = 12 };
    double size = LABEL * s->unit, width = text_pixels(c->name, size), height = size * 1.3;
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
    scene_add_text(s, (scene_text){.text = c->name,
                                   .x = best.right,
                                   .y = (best.bottom + best.top) / 2,
                                   .size = size,
                                   .align = 'r',
                                   .color = c->beside ? FAINT_INK : INK});
}

/* The corner, a dotted line down to the axis, and its value. */
static void add_ridge(scene *s, const ceiling *c) {
    double x = axis_pixel(&s->x, c->from), y = axis_pixel(&s->y, c->value), u = s->unit;
    char value[SHORT];
    double v = c->from;
    snprintf(value, sizeof value,
             v < 10    ? "ridge %.2f FLOP/B"
             : v < 100 ? "ridge %.1f FLOP/B"
                       : "ridge %.0f FLOP/B",
             v);
    scene_add_line(s, (scene_line){.at = {c->from, s->y.low, c->from, c->value},
                                   .on_axes = true,
                                   .dashed = true,
                                   .width = u,
                                   .color = 0xb4b9be});
    remember(s, (segment){c->from, s->y.low, c->from, c->value}, 0.15);
    scene_add_symbol(s, (scene_symbol){.x = x, .y = y, .radius = 5 * u, .color = ROOF_COLOR});
    double size = LABEL * u;
    spot at = canvas_beside(&s->canvas, (disc){x, y, 6 * u}, text_pixels(value, size), size * 1.3,
                            3 * M_PI / 4);
    scene_add_text(s, (scene_text){.text = arena_strdup(s->arena, value),
                                   .x = at.text.left,
                                   .y = (at.text.bottom + at.text.top) / 2,
                                   .size = size,
                                   .align = 'l',
                                   .color = FAINT_INK});
    if (at.has_leader)
        scene_add_line(s, (scene_line){.at = at.leader, .width = u, .color = THEORY_COLOR});
}

/* --- the slope --- */

typedef struct slope {
    const char *name;
    double value; /* B/s */
    double top;   /* FLOP/s where it ends */
    bool theory;
    bool beside;
} slope;

/* The boxes along a text of `width` that is centred at (x, y) and rotated. */
static double along_text(scene *s, double x, double y, double width, double angle, bool take) {
    double size = LABEL * s->unit, cost = 0;
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
    enum { STEPS = 15, SIDES = 4 };
    static const double sides[SIDES] = {0.95, -0.95, 1.5, -1.5}; /* in sizes of the font */
    double dx = at.x1 - at.x0, dy = at.y1 - at.y0, angle = atan2(dy, dx);
    double size = LABEL * s->unit, width = text_pixels(m->name, size), least = INFINITY;
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
    scene_add_text(s, (scene_text){.text = m->name,
                                   .x = best_x,
                                   .y = best_y,
                                   .size = size,
                                   .angle = angle * 180 / M_PI,
                                   .align = 'c',
                                   .color = m->beside ? FAINT_INK : INK});
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
                                   .color = m->beside ? THEORY_COLOR : ROOF_COLOR});
}

/* --- what to draw --- */

static const char *source_of(roof_ceiling used, double value, const roof_device *d) {
    bool same = used.fact && fabs(used.value - value) <= 0.01 * value;
    return roof_source_name(same ? used.fact->kind : roof_device_source(d));
}

static bool is_theory(const char *source) {
    return strcmp(source, roof_source_name(ROOF_MEASURED)) != 0;
}

/* The ceiling in use and, where it was measured, the theoretical one above it. Returns how many. */
static size_t lines_of(scene *s, const roof_in_use *u, double theory_memory, ceiling out[2]) {
    const roof_device *d = roof_analysis_device(s->analysis);
    const char *unit = roofs_unit(u->precision);
    roof_ceiling used = roof_device_compute(d, u->unit, u->precision, ROOF_PRECISION_NONE, false);
    double theory =
        roof_device_compute_theory(d, u->unit, u->precision, ROOF_PRECISION_NONE, false).value;
    const char *source = source_of(used, u->value, d);
    out[0] = (ceiling){
        .name = arena_printf(s->arena, "%s: %s, %s", u->name, rate(s, u->value, unit), source),
        .value = u->value,
        .from = u->ridge,
        .theory = is_theory(source),
        .ridge = u->unit != ROOF_SPECIAL,
        .side = 1};
    if (out[0].theory || theory < u->value * THEORY_DIFFERS)
        return 1;
    double gap = axis_pixel(&s->y, theory) - axis_pixel(&s->y, u->value);
    out[0].side = gap < 2 * LABEL * s->unit ? -1 : 1;
    out[1] = (ceiling){.name = arena_printf(s->arena, "%s: %s, %s", u->name, rate(s, theory, unit),
                                            roof_source_name(ROOF_THEORY)),
                       .value = theory,
                       .from = theory / theory_memory,
                       .theory = true,
                       .beside = true,
                       .side = 1};
    return 2;
}

static size_t all_lines(scene *s, double theory_memory, ceiling lines[2 * MAX_ROOFS]) {
    size_t n = 0;
    for (size_t i = 0; i < s->roofs.n; i++) {
        const roof_in_use *u = &s->roofs.compute[i];
        if (u->unit != ROOF_SPECIAL || u->limits)
            n += lines_of(s, u, theory_memory, lines + n);
    }
    return n;
}

static size_t all_slopes(scene *s, const ceiling *lines, size_t n, slope out[2]) {
    const roof_device *d = roof_analysis_device(s->analysis);
    double used = s->roofs.memory, theory = roof_device_memory_theory(d, "dram").value;
    double top = 0, top_theory = 0;
    for (size_t i = 0; i < n; i++) {
        top = fmax(top, lines[i].ridge || !lines[i].theory ? lines[i].value : 0);
        top_theory = fmax(top_theory, lines[i].value);
    }
    const char *source = source_of(roof_device_memory(d, "dram"), used, d);
    out[0] = (slope){.name = arena_printf(s->arena, "DRAM: %s, %s", rate(s, used, "B/s"), source),
                     .value = used,
                     .top = top,
                     .theory = is_theory(source)};
    if (out[0].theory || theory < used * THEORY_DIFFERS)
        return 1;
    out[1] = (slope){.name = arena_printf(s->arena, "DRAM: %s, %s", rate(s, theory, "B/s"),
                                          roof_source_name(ROOF_THEORY)),
                     .value = theory,
                     .top = top_theory,
                     .theory = true,
                     .beside = true};
    return 2;
}

void scene_roofs(scene *s) {
    const roof_device *d = roof_analysis_device(s->analysis);
    double theory_memory = fmax(roof_device_memory_theory(d, "dram").value, s->roofs.memory);
    ceiling lines[2 * MAX_ROOFS];
    slope slopes[2];
    size_t n = all_lines(s, theory_memory, lines), n_slopes = all_slopes(s, lines, n, slopes);
    for (size_t i = 0; i < n; i++)
        add_ceiling_line(s, &lines[i]);
    for (size_t i = 0; i < n_slopes; i++)
        add_slope_line(s, &slopes[i]);
    for (size_t i = 0; i < n; i++)
        add_ceiling_label(s, &lines[i]);
    for (size_t i = n_slopes; i-- > 0;) {
        segment on_axes, at = slope_pixels(s, &slopes[i], &on_axes);
        add_slope_label(s, &slopes[i], at);
    }
    for (size_t i = 0; i < n; i++)
        if (lines[i].ridge)
            add_ridge(s, &lines[i]);
}
