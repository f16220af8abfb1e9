/* The panel beside the plot: what the marks mean, and what is not drawn. */
#include "plot/scene.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double ENTRY = 15, SMALL_ENTRY = 13, STEP = 25, RIGHT = 25;

enum { MAX_FAMILIES = 16, SHOWN_FAMILIES = 8 };

typedef struct family {
    const char *name;
    double share;
    size_t rows;
    unsigned color;
} family;

/* Writes down the panel, line by line, as far as there is room. */
typedef struct panel {
    scene *scene;
    double x, y, font; /* font: in steps of the design */
} panel;

static bool has_room(const panel *p) {
    return p->y > 40 * p->scene->unit;
}

static void write_text(panel *p, double x, char align, unsigned color, const char *text) {
    scene *s = p->scene;
    double size = p->font * s->unit;
    double room = align == 'r' ? s->width : s->width - x - 10 * s->unit;
    scene_add_text(s, (scene_text){.text = text_fitted(s->arena, text, size, room),
                                   .x = x,
                                   .y = p->y,
                                   .size = size,
                                   .align = align,
                                   .color = color});
}

static void entry(panel *p, double indent, unsigned color, const char *text) {
    if (has_room(p))
        write_text(p, p->x + indent * p->scene->unit, 'l', color, text);
    p->y -= STEP * p->scene->unit;
}

static void heading(panel *p, const char *text) {
    p->y -= 0.35 * STEP * p->scene->unit;
    entry(p, 0, p->scene->theme->faint, text);
}

/* A line whose value stands at the right. */
static void valued_at(panel *p, double indent, unsigned color, const char *text,
                      const char *value) {
    scene *s = p->scene;
    double right = s->width - RIGHT * s->unit, size = p->font * s->unit;
    double left = p->x + indent * s->unit, room = right - text_pixels(value, size) - left - size;
    if (has_room(p))
        write_text(p, right, 'r', color, value);
    entry(p, indent, color, text_fitted(s->arena, text, size, room));
}

static void valued(panel *p, const char *text, const char *value) {
    valued_at(p, 28, p->scene->theme->ink, text, value);
}

static void share_entry(panel *p, const char *text, double share) {
    valued(p, text, arena_printf(p->scene->arena, "%.1f%%", share * 100));
}

static void symbol(panel *p, scene_shape shape, bool hollow, double radius, unsigned color) {
    if (has_room(p))
        scene_add_symbol(p->scene, (scene_symbol){.shape = shape,
                                                  .hollow = hollow,
                                                  .x = p->x + 10 * p->scene->unit,
                                                  .y = p->y,
                                                  .radius = radius * p->scene->unit,
                                                  .color = color});
}

/* --- families, or items --- */

static int larger_share(const void *left, const void *right) {
    const family *a = left, *b = right;
    int order = (a->share < b->share) - (a->share > b->share);
    return order ? order : strcmp(a->name, b->name);
}

static size_t count_families(const scene *s, const roof_analysis *a, family out[MAX_FAMILIES]) {
    size_t n = 0, rows = roof_analysis_rows(a);
    for (size_t i = 0; i < rows; i++) {
        const roof_row *row = roof_analysis_row(a, i);
        if (!(row->time_share > 0))
            continue;
        size_t k = 0;
        while (k < n && strcmp(out[k].name, row->family) != 0)
            k++;
        if (k == n && n == MAX_FAMILIES)
            continue;
        if (k == n)
            out[n++] =
                (family){.name = row->family, .color = theme_family(s->theme, row->family_index)};
        out[k].share += row->time_share;
        out[k].rows++;
    }
    qsort(out, n, sizeof *out, larger_share);
    return n;
}

/* The small ones together, so that the panel has an end. */
static void write_rest(panel *p, const family *all, size_t n) {
    family rest = {.name = ""};
    for (size_t i = SHOWN_FAMILIES; i < n; i++) {
        rest.share += all[i].share;
        rest.rows += all[i].rows;
    }
    if (n > SHOWN_FAMILIES)
        share_entry(p,
                    arena_printf(p->scene->arena, "%zu more (%zu)", n - SHOWN_FAMILIES, rest.rows),
                    rest.share);
}

static void write_families(panel *p, const roof_analysis *a) {
    scene *s = p->scene;
    family families[MAX_FAMILIES];
    size_t n = count_families(s, a, families);
    if (n == 0)
        return;
    heading(p, "operators (rows), share of time");
    for (size_t i = 0; i < n && i < SHOWN_FAMILIES; i++) {
        symbol(p, SHAPE_DISC, false, 7, families[i].color);
        const char *name = scene_printable(s, families[i].name);
        share_entry(p, arena_printf(s->arena, "%s (%zu)", name, families[i].rows),
                    families[i].share);
    }
    write_rest(p, families, n);
}

static void write_items(panel *p) {
    scene *s = p->scene;
    bool times = false;
    for (size_t i = 0; i < s->n_items; i++)
        times = times || s->items[i].analysis;
    heading(p, times ? "predicted time" : "devices");
    for (size_t i = 0; i < s->n_items; i++) {
        const scene_item *item = &s->items[i];
        double time = item->analysis ? roof_analysis_totals(item->analysis)->time_s : NAN;
        symbol(p, item->shape, false, 7, item->color);
        valued(p, item->label, time > 0 ? scene_si(s, time, "s") : "");
    }
    if (s->n_arrows && has_room(p)) {
        scene_add_line(s, (scene_line){.at = {p->x, p->y, p->x + 24 * s->unit, p->y},
                                       .front = true,
                                       .arrow = true,
                                       .width = 1.6 * s->unit,
                                       .color = s->theme->ink});
        entry(p, 28, s->theme->ink, "from before to after");
    }
}

/* --- what else the marks mean --- */

/* Two sample points: about the largest share that is drawn, and a tenth of it. */
static void write_sizes(panel *p) {
    scene *s = p->scene;
    if (s->n_points == 0 || !(s->share_radius > 0))
        return;
    double largest = s->points[0].share;
    double power = pow(10, floor(log10(largest))), first = largest / power;
    double share = (first >= 5 ? 5 : first >= 2 ? 2 : 1) * power;
    heading(p, s->n_items > 1 ? "area, share of its model's time" : "area, share of time");
    double x = p->x;
    p->y -= fmax(0, s->share_radius * sqrt(share) - 12 * s->unit);
    for (int i = 0; i < 2 && has_room(p); i++, share /= 10) {
        double radius = s->share_radius * sqrt(share);
        const char *text = arena_printf(s->arena, "%.3g%%", share * 100);
        scene_add_symbol(
            s,
            (scene_symbol){.x = x + radius, .y = p->y, .radius = radius, .color = s->theme->soft});
        write_text(p, x + 2 * radius + 6 * s->unit, 'l', s->theme->ink, text);
        x += 2 * radius + text_pixels(text, ENTRY * s->unit) + 26 * s->unit;
    }
    p->y -= fmax(STEP * s->unit, s->share_radius * sqrt(share * 100) + 10 * s->unit);
}

static void line_sample(panel *p, bool dashed, double width, unsigned color, const char *text) {
    scene *s = p->scene;
    if (has_room(p))
        scene_add_line(s, (scene_line){.at = {p->x, p->y, p->x + 36 * s->unit, p->y},
                                       .dashed = dashed,
                                       .front = true,
                                       .width = width * s->unit,
                                       .color = color});
    entry(p, 48, s->theme->ink, text);
}

static void write_lines(panel *p) {
    scene *s = p->scene;
    bool solid = false, dashed = false;
    for (size_t i = 0; i < s->n_roofs; i++) {
        const scene_roof *r = &s->roofs[i];
        for (size_t k = 0; k < r->n_ceilings; k++) {
            solid = solid || r->ceilings[k].measured;
            dashed = dashed || !r->ceilings[k].measured || r->ceilings[k].theory > 0;
        }
        for (size_t k = 0; k < r->n_levels; k++) {
            solid = solid || r->levels[k].measured;
            dashed = dashed || !r->levels[k].measured || r->levels[k].theory > 0;
        }
    }
    heading(p, "roof");
    if (solid)
        line_sample(p, false, 2.5, s->theme->roof, "measured");
    if (dashed)
        line_sample(p, true, solid ? 1.5 : 2.5, s->theme->roof, "theory or datasheet");
}

static void write_limits(panel *p, const roof_analysis *a) {
    const roof_totals *t = roof_analysis_totals(a);
    if (!(t->time_s > 0))
        return;
    heading(p, "limited by, share of time");
    for (int i = ROOF_LIMIT_MATRIX; i < ROOF_LIMITER_COUNT; i++)
        if (t->limiter_share[i] >= 0.0005)
            share_entry(p, roof_limiter_name((roof_limiter)i), t->limiter_share[i]);
}

/* The order is that of the line that joins the points. */
static void write_models(panel *p, const roof_analysis *a) {
    static const struct {
        roof_traffic traffic;
        const char *name;
    } modes[] = {{ROOF_TRAFFIC_OP, "op: each node alone"},
                 {ROOF_TRAFFIC_FUSED, "fused: usual fusion"},
                 {ROOF_TRAFFIC_IDEAL, "ideal: least traffic"},
                 {ROOF_TRAFFIC_OUTPUT, "output: a textbook's"}};
    scene *s = p->scene;
    const roof_options *o = roof_analysis_options(a);
    double x, y;
    if (!place_of_model(a, o->traffic, &x, &y))
        return;
    heading(p, "whole model, time by traffic");
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        roof_traffic t = modes[i].traffic;
        double time = t == o->traffic ? roof_analysis_totals(a)->time_s
                                      : roof_analysis_totals(a)->time_by_traffic[t];
        symbol(p, SHAPE_DIAMOND, t == ROOF_TRAFFIC_OUTPUT, t == o->traffic ? 9 : 5, s->theme->ink);
        valued(p, modes[i].name, scene_si(s, time, "s"));
    }
}

/* Marks that are not in every picture. */
static void write_marks(panel *p) {
    scene *s = p->scene;
    bool estimated = false;
    for (size_t i = 0; i < s->n_points; i++)
        estimated = estimated || s->points[i].estimated;
    if (!estimated && !s->n_attained && !s->n_unknown && !s->n_outside && !s->n_unmoved)
        return;
    heading(p, "rows");
    if (estimated) {
        symbol(p, SHAPE_DISC, false, 7, s->theme->soft);
        symbol(p, SHAPE_DISC, false, 3.2, s->theme->background);
        entry(p, 28, s->theme->ink, "estimated: depends on data");
    }
    if (s->n_attained) {
        symbol(p, SHAPE_DISC, true, 7, s->theme->soft);
        entry(p, 28, s->theme->ink, "measured, with its roof");
    }
    if (s->n_unknown)
        entry(p, 0, s->theme->ink,
              arena_printf(s->arena, "%zu of unknown work: not drawn", s->n_unknown));
    if (s->n_unmoved)
        share_entry(p, arena_printf(s->arena, "%zu that move nothing", s->n_unmoved),
                    s->unmoved_share);
    if (s->n_outside)
        share_entry(p, arena_printf(s->arena, "%zu outside the axes", s->n_outside),
                    s->outside_share);
}

/* Rather the name of the device is cut than what it is the ceiling of. */
static void write_ceiling(panel *p, const scene_unnamed *c) {
    scene *s = p->scene;
    double size = p->font * s->unit, all = s->width - RIGHT * s->unit - p->x - size;
    const char *rest = arena_printf(s->arena, "%s%s", *c->device ? ", " : "", c->name);
    double room = all - text_pixels(c->value, size) - text_pixels(rest, size);
    const char *device = text_fitted(s->arena, c->device, size, fmax(room, 0));
    valued_at(p, 0, c->color, arena_printf(s->arena, "%s%s", device, rest), c->value);
}

/* Lines of the roof that lie too close for a label. */
static void write_unnamed(panel *p) {
    scene *s = p->scene;
    if (s->n_unnamed)
        heading(p, "ceilings without a label");
    p->font = SMALL_ENTRY;
    for (size_t i = 0; i < s->n_unnamed; i++)
        write_ceiling(p, &s->unnamed[i]);
}

void scene_panel(scene *s) {
    panel p = {
        .scene = s, .x = s->x.end + 30 * s->unit, .y = s->y.end - 4 * s->unit, .font = ENTRY};
    const roof_analysis *a = s->items[0].analysis;
    if (s->n_items > 1)
        write_items(&p);
    else if (a) {
        write_families(&p, a);
        write_limits(&p, a);
    }
    write_sizes(&p);
    if (s->n_items == 1 && a)
        write_models(&p, a);
    write_marks(&p);
    write_lines(&p);
    write_unnamed(&p);
}
