/* Where the roof turns: the corners of ceilings and slopes, and the ridges with DRAM. */
#include "plot/scene.h"
#include <math.h>
#include <string.h>

/* A label has the colour of its device where there are several. */
unsigned scene_label_color(const scene *s, const scene_roof *r, bool beside) {
    unsigned usual = beside ? s->theme->faint : s->theme->ink;
    return r->color == s->theme->roof ? usual : r->color;
}

void scene_remember(scene *s, segment on_axes, double weight) {
    canvas_add_line(&s->canvas,
                    (segment){axis_pixel(&s->x, on_axes.x0), axis_pixel(&s->y, on_axes.y0),
                              axis_pixel(&s->x, on_axes.x1), axis_pixel(&s->y, on_axes.y1)},
                    weight);
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
    scene_remember(s, down, 0.06);
    for (size_t i = 0; i < s->n_ridges; i++)
        if (distance(s->ridges[i].at.x - x, s->ridges[i].at.y - y) < 3 * u)
            return; /* another unit that is as fast */
    if (s->n_ridges < MAX_RIDGES)
        s->ridges[s->n_ridges++] = (scene_ridge){.at = {x, y, 6 * u},
                                                 .text = ridge_text(s, ridge, c->precision),
                                                 .color = scene_label_color(s, r, true)};
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

void scene_corners(scene *s) {
    for_ridges(s, add_corners);
}

void scene_reserve_ridges(scene *s) {
    for_ridges(s, reserve_ridge);
}

void scene_ridges(scene *s) {
    for_ridges(s, add_ridge);
}
