/* The points of the whole models. Of one model there is one for each traffic mode: the selected one
 * large, and a line along those of engines, from each node alone to the least possible. */
#include "plot/captions.h"
#include <math.h>
#include <string.h>

static const double LARGE = 11, SMALL = 6, SAME_PLACE = 7;

typedef struct whole {
    bool placed;
    double x, y; /* pixels */
} whole;

static whole whole_of(const scene *s, const roof_analysis *a, roof_traffic t) {
    whole w = {0};
    double x, y;
    w.placed = place_of_model(a, t, &x, &y);
    if (w.placed) {
        w.x = axis_pixel(&s->x, x);
        w.y = axis_pixel(&s->y, y);
    }
    return w;
}

static void add_symbol(scene *s, whole w, bool large, bool hollow, unsigned color) {
    double radius = (large ? LARGE : SMALL) * s->unit;
    scene_add_symbol(s, (scene_symbol){.shape = SHAPE_DIAMOND,
                                       .hollow = hollow,
                                       .x = w.x,
                                       .y = w.y,
                                       .radius = radius,
                                       .color = color});
}

/* Nothing else may stand on it. Its own leader begins outside. */
static void take(scene *s, whole w, bool large) {
    double side = (large ? LARGE : SMALL) * 0.7 * s->unit;
    canvas_take(&s->canvas, (box){w.x - side, w.y - side, w.x + side, w.y + side});
}

static const char *rate_of(scene *s, const roof_analysis *a) {
    return scene_si(s, roof_analysis_totals(a)->attainable_flops, "FLOP/s");
}

static void join(scene *s, const whole *all) {
    static const roof_traffic way[] = {ROOF_TRAFFIC_OP, ROOF_TRAFFIC_FUSED, ROOF_TRAFFIC_IDEAL};
    for (int i = 0; i < 2; i++) {
        whole a = all[way[i]], b = all[way[i + 1]];
        if (!a.placed || !b.placed)
            continue;
        segment at = {a.x, a.y, b.x, b.y};
        scene_add_line(
            s,
            (scene_line){.at = at, .front = true, .width = 1.5 * s->unit, .color = s->theme->ink});
        canvas_add_line(&s->canvas, at, 0.3);
    }
}

/* Room for the points before they are drawn. */
void scene_reserve_models(scene *s) {
    for (size_t i = 0; i < s->n_items; i++) {
        const roof_analysis *a = s->items[i].analysis;
        for (int t = 0; a && t < ROOF_TRAFFIC_COUNT; t++) {
            bool large = (roof_traffic)t == roof_analysis_options(a)->traffic;
            if (s->n_items > 1 && !large)
                continue;
            whole w = whole_of(s, a, (roof_traffic)t);
            double reach = (large ? LARGE : SMALL) * scene_shape_reach(SHAPE_DIAMOND) * s->unit;
            if (!w.placed)
                continue;
            canvas_add_line(&s->canvas, (segment){w.x - reach, w.y, w.x + reach, w.y}, 0.4);
            canvas_add_line(&s->canvas, (segment){w.x, w.y - reach, w.x, w.y + reach}, 0.4);
        }
    }
}

/* Modes that stand in one place share a caption. */
static const char *modes_at(scene *s, const whole *all, int t) {
    const char *text = roof_traffic_name((roof_traffic)t);
    for (int i = 0; i < ROOF_TRAFFIC_COUNT; i++) {
        bool same = i != t && all[i].placed &&
                    distance(all[i].x - all[t].x, all[i].y - all[t].y) < SAME_PLACE * s->unit;
        if (same)
            text = arena_printf(s->arena, "%s, %s", text, roof_traffic_name((roof_traffic)i));
    }
    return text;
}

static bool has_caption(const scene *s, const whole *all, int t, int selected) {
    for (int i = 0; i < ROOF_TRAFFIC_COUNT; i++) {
        bool before = i < t || i == selected;
        if (i != t && before && t != selected && all[i].placed &&
            distance(all[i].x - all[t].x, all[i].y - all[t].y) < SAME_PLACE * s->unit)
            return false;
    }
    return all[t].placed;
}

static size_t by_traffic(scene *s, const roof_analysis *a, caption *out) {
    whole all[ROOF_TRAFFIC_COUNT];
    int selected = (int)roof_analysis_options(a)->traffic;
    size_t n = 0;
    for (int t = 0; t < ROOF_TRAFFIC_COUNT; t++)
        all[t] = whole_of(s, a, (roof_traffic)t);
    join(s, all);
    for (int t = 0; t < ROOF_TRAFFIC_COUNT; t++) {
        bool large = t == selected;
        if (all[t].placed)
            add_symbol(s, all[t], large, t == ROOF_TRAFFIC_OUTPUT, s->theme->ink);
        if (!has_caption(s, all, t, selected))
            continue;
        take(s, all[t], large);
        const char *modes = modes_at(s, all, t);
        out[n++] = (caption){
            .disc = {all[t].x, all[t].y, (large ? LARGE : SMALL) * s->unit},
            .text = large ? arena_printf(s->arena, "whole model (%s)  %s", modes, rate_of(s, a))
                          : modes,
            .bold = large,
            .optional = !large,
            .color = large ? s->theme->ink : s->theme->faint};
    }
    return n;
}

size_t model_captions(scene *s, caption *out) {
    size_t n = 0;
    if (s->n_items == 1)
        return s->items[0].analysis ? by_traffic(s, s->items[0].analysis, out) : 0;
    for (size_t i = 0; i < s->n_items; i++) {
        const roof_analysis *a = s->items[i].analysis;
        whole w = {0};
        if (a)
            w = whole_of(s, a, roof_analysis_options(a)->traffic);
        if (!w.placed)
            continue;
        add_symbol(s, w, true, false, s->items[i].color);
        take(s, w, true);
        const char *label = text_fitted(s->arena, s->items[i].label, 15 * s->unit, 300 * s->unit);
        out[n++] = (caption){.disc = {w.x, w.y, LARGE * s->unit},
                             .text = arena_printf(s->arena, "%s  %s", label, rate_of(s, a)),
                             .bold = true,
                             .color = s->items[i].color};
    }
    return n;
}
