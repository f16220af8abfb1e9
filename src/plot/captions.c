/* Where the names of points go. */
#include "plot/captions.h"
#include <math.h>
#include <string.h>

/* GOOD_PLACE, OVERLAPS: costs, see labels.c. */
static const double LABEL = 14, GOOD_PLACE = 45, SHORT_WAY = 30, OVERLAPS = 400,
                    RIDGE_OVERLAPS = 800;

static double font_of(const scene *s, const caption *c) {
    return LABEL * s->unit * (c->bold ? 1.1 : 1);
}

/* Puts caption i where it is best, given where the others are. */
static void place_one(scene *s, caption *captions, size_t n, size_t i, size_t n_texts,
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
    own->spot =
        canvas_beside(c, own->disc, width, size * 1.3, own->upper_left ? 3 * M_PI / 4 : NAN);
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
            place_one(s, captions, n, i, n_texts, n_leaders);
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
    enum { MOST_ORDERS = 24, LEAST_ORDERS = 4, EFFORT = 340 };
    size_t effort = EFFORT / (n + 1);
    size_t orders = effort > MOST_ORDERS    ? MOST_ORDERS
                    : effort < LEAST_ORDERS ? LEAST_ORDERS
                                            : effort;
    caption best[MAX_CAPTIONS], tried[MAX_CAPTIONS];
    double least = INFINITY;
    uint32_t seed = 1;
    for (size_t k = 0; k < orders; k++) {
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
                                   .color = c->color});
    if (c->spot.has_leader)
        scene_add_line(s, (scene_line){.at = c->spot.leader,
                                       .front = true,
                                       .width = s->unit,
                                       .color = s->theme->leader});
}

/* Few crossings and a short way: else the picture is clearer without. */
static bool is_clear(const scene *s, const caption *c) {
    segment l = c->spot.leader;
    double way = c->spot.has_leader ? distance(l.x1 - l.x0, l.y1 - l.y0) : 0;
    return c->spot.cost < GOOD_PLACE && way < SHORT_WAY * s->unit;
}

/* The value of a ridge may be cut by one line rather than be left out. */
static bool overlaps(const caption *c) {
    return !c->bold && c->spot.cost > (c->upper_left ? RIDGE_OVERLAPS : OVERLAPS);
}

/* Takes away the worst half of those that stand on others, or are cut by a leader: the others may
 * have room then. Returns how many there are left. */
static size_t thin_out(caption *captions, size_t n) {
    size_t crowded = 0;
    for (size_t i = 0; i < n; i++)
        crowded += overlaps(&captions[i]);
    for (size_t left = (crowded + 1) / 2; left > 0; left--) {
        size_t worst = n;
        for (size_t i = 0; i < n; i++)
            if (overlaps(&captions[i]) &&
                (worst == n || captions[i].spot.cost > captions[worst].spot.cost))
                worst = i;
        captions[worst] = captions[--n];
    }
    return n;
}

void captions_add(scene *s, caption *captions, size_t n) {
    enum { ROUNDS = 4 };
    place_all(s, captions, n);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!captions[i].optional || is_clear(s, &captions[i]))
            captions[kept++] = captions[i];
    if (kept < n)
        place_all(s, captions, kept);
    for (int i = 0; i < ROUNDS; i++) {
        size_t fewer = thin_out(captions, kept);
        if (fewer == kept)
            break;
        kept = fewer;
        place_all(s, captions, kept);
    }
    for (size_t i = 0; i < kept; i++)
        draw(s, &captions[i]);
}
