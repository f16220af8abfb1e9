/* Names beside the heaviest points, and the point of the whole model. */
#include "base/text.h"
#include "plot/scene.h"
#include <math.h>
#include <stdint.h>
#include <string.h>

static const double LABEL = 14, LONGEST_NAME = 280, SAME_PLACE = 4;

enum { DEFAULT_LABELS = 8, MAX_LABELS = 40, WHOLE_MODEL_COLOR = 0x000000 };

/* Points that lie on each other share one label. */
typedef struct label {
    const scene_point *point;
    double x, y, share;
    size_t count;
} label;

static label *label_at(label *labels, size_t n, double x, double y, unsigned color, double near) {
    for (size_t i = 0; i < n; i++)
        if (distance(labels[i].x - x, labels[i].y - y) <= near && labels[i].point->color == color)
            return &labels[i];
    return NULL;
}

/* Small labels that would only make the picture busy. */
static bool is_negligible(const label *l, const label *heaviest) {
    return l->share < 0.01 && l->share < heaviest->share / 20;
}

static size_t heaviest(const scene *s, label labels[MAX_LABELS]) {
    size_t wanted = s->options->labels ? s->options->labels : DEFAULT_LABELS, n = 0;
    wanted = wanted < MAX_LABELS ? wanted : MAX_LABELS;
    for (size_t i = 0; i < s->n_points; i++) {
        const scene_point *p = &s->points[i];
        double x = axis_pixel(&s->x, p->x), y = axis_pixel(&s->y, p->y);
        label *same = label_at(labels, n, x, y, p->color, SAME_PLACE * s->unit);
        if (!same && n == wanted)
            continue;
        if (!same) {
            same = &labels[n++];
            *same = (label){.point = p, .x = x, .y = y};
        }
        same->count += p->count;
        same->share += p->share;
    }
    while (n > 1 && is_negligible(&labels[n - 1], &labels[0]))
        n--;
    return n;
}

/* Bytes of the scope ("/bert/encoder/") that the names of all labels begin with. */
static size_t common_scope(const scene *s, const label *labels, size_t n) {
    size_t scope = 0;
    const char *first = n > 1 ? roof_analysis_row(s->analysis, labels[0].point->row)->name : "";
    for (size_t at = 0; first[at]; at++) {
        for (size_t i = 1; i < n; i++)
            if (roof_analysis_row(s->analysis, labels[i].point->row)->name[at] != first[at])
                return scope;
        scope = first[at] == '/' ? at + 1 : scope;
    }
    return scope;
}

static const char *label_text(scene *s, const label *l, size_t scope) {
    const roof_row *row = roof_analysis_row(s->analysis, l->point->row);
    char name[512], op[64];
    if (row->name[scope])
        text_printable(name, sizeof name, row->name + scope);
    else
        snprintf(name, sizeof name, "%s %s", text_printable(op, sizeof op, row->op), row->id);
    const char *fitted = text_fitted(s->arena, name, LABEL * s->unit, LONGEST_NAME * s->unit);
    if (l->count == 1)
        return arena_printf(s->arena, "%s  %.1f%%", fitted, l->share * 100);
    return arena_printf(s->arena, "%s + %zu more  %.1f%%", fitted, l->count - 1, l->share * 100);
}

/* A name to be put beside its point. */
typedef struct caption {
    disc disc;
    const char *text;
    bool bold;
    spot spot;
    bool placed;
} caption;

static double font_of(const scene *s, const caption *c) {
    return LABEL * s->unit * (c->bold ? 1.1 : 1);
}

/* Puts caption i where it is best, given where the others are. */
static void place(scene *s, caption *captions, size_t n, size_t i, size_t n_texts,
                  size_t n_leaders) {
    canvas *c = &s->canvas;
    c->n_texts = n_texts;
    c->n_leaders = n_leaders;
    for (size_t k = 0; k < n; k++) {
        if (k == i || !captions[k].placed)
            continue;
        canvas_take(c, captions[k].spot.text);
        if (captions[k].spot.has_leader)
            canvas_take_leader(c, captions[k].spot.leader);
    }
    caption *own = &captions[i];
    double size = font_of(s, own), width = text_pixels(own->text, size) * (own->bold ? 1.1 : 1);
    own->spot = canvas_beside(c, own->disc, width, size * 1.3, NAN);
    own->placed = true;
}

/* Places all; those that come first do not know where later ones have to go, so a few rounds are
 * needed. Returns how bad the result is. */
static double settle(scene *s, caption *captions, size_t n) {
    enum { ROUNDS = 3 };
    size_t n_texts = s->canvas.n_texts, n_leaders = s->canvas.n_leaders;
    double cost = 0;
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < n; i++)
            place(s, captions, n, i, n_texts, n_leaders);
    for (size_t i = 0; i < n; i++)
        cost += captions[i].spot.cost;
    s->canvas.n_texts = n_texts;
    s->canvas.n_leaders = n_leaders;
    return cost;
}

/* Another order, the same in every run. */
static void shuffle(caption *captions, size_t n, uint32_t *seed) {
    for (size_t i = n; i > 1; i--) {
        *seed = *seed * 1664525u + 1013904223u;
        size_t k = (*seed >> 8) % i;
        caption swapped = captions[k];
        captions[k] = captions[i - 1];
        captions[i - 1] = swapped;
    }
}

/* Where a search ends depends on the order: the best of several. */
static void place_all(scene *s, caption *captions, size_t n) {
    enum { ORDERS = 10 };
    caption best[MAX_LABELS + 1], tried[MAX_LABELS + 1];
    double least = INFINITY;
    uint32_t seed = 1;
    for (int k = 0; k < ORDERS; k++) {
        memcpy(tried, captions, n * sizeof *tried);
        if (k > 0)
            shuffle(tried, n, &seed);
        double cost = settle(s, tried, n);
        if (cost < least) {
            least = cost;
            memcpy(best, tried, n * sizeof *best);
        }
    }
    memcpy(captions, best, n * sizeof *best);
}

static void draw(scene *s, const caption *c) {
    scene_add_text(s, (scene_text){.text = c->text,
                                   .x = c->spot.text.left,
                                   .y = (c->spot.text.bottom + c->spot.text.top) / 2,
                                   .size = font_of(s, c),
                                   .align = 'l',
                                   .bold = c->bold,
                                   .color = INK});
    if (c->spot.has_leader)
        scene_add_line(
            s,
            (scene_line){.at = c->spot.leader, .front = true, .width = s->unit, .color = 0x7a7a7a});
}

/* The point of the whole model; false when it has none. */
static bool add_whole_model(scene *s, caption *out) {
    const roof_totals *t = roof_analysis_totals(s->analysis);
    bool placed = t->operational_intensity > 0 && isfinite(t->operational_intensity) &&
                  t->attainable_flops > 0 && isfinite(t->attainable_flops);
    if (!placed)
        return false;
    double x = axis_pixel(&s->x, t->operational_intensity);
    double y = axis_pixel(&s->y, t->attainable_flops), radius = 11 * s->unit;
    scene_add_symbol(
        s,
        (scene_symbol){
            .shape = SHAPE_DIAMOND, .x = x, .y = y, .radius = radius, .color = WHOLE_MODEL_COLOR});
    canvas_take(&s->canvas, (box){x - radius, y - radius, x + radius, y + radius});
    char rate[64];
    *out =
        (caption){.disc = {x, y, radius},
                  .text = arena_printf(s->arena, "whole model  %s",
                                       text_si(rate, sizeof rate, t->attainable_flops, "FLOP/s")),
                  .bold = true};
    return true;
}

void scene_names(scene *s) {
    label labels[MAX_LABELS];
    caption captions[MAX_LABELS + 1];
    size_t n_labels = heaviest(s, labels), scope = common_scope(s, labels, n_labels);
    size_t n = add_whole_model(s, &captions[0]) ? 1 : 0;
    for (size_t i = 0; i < n_labels; i++)
        captions[n++] = (caption){.disc = {labels[i].x, labels[i].y, labels[i].point->radius},
                                  .text = label_text(s, &labels[i], scope)};
    place_all(s, captions, n);
    for (size_t i = 0; i < n; i++)
        draw(s, &captions[i]);
}
