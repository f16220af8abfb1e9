#include "draw/labels.h"
#include "base/text.h"
#include <math.h>
#include <string.h>

/* Costs of a place, against which each pixel of distance counts 0.25. */
static const double OVER_TEXT = 1000, OVER_LINE = 150, OVER_DISC = 3, ALONG_LINE = 90,
                    CROSSES_LINE = 20, LEADER_OVER_DISC = 25, MOST_OVER_DISCS = 60,
                    LEADER_CROSSES = 400, OUTSIDE = 1e6, AMBIGUOUS = 20, PER_PIXEL = 0.25,
                    WRONG_WAY = 15, SHIFTED = 8;

/* Advance widths of ASCII from 32 on in a wide sans-serif font (DejaVu Sans), in 1/1000 of its
 * size. */
static const short advance[95] = {
    317, 400, 459, 837, 636, 950, 779, 274, 390, 390, 500, 837, 317, 360, 317, 336, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 336, 336, 837, 837, 837, 530, 999, 684, 686, 698, 770, 631,
    575, 774, 751, 294, 294, 655, 557, 862, 748, 787, 603, 787, 694, 634, 610, 731, 684, 988, 685,
    610, 685, 390, 336, 390, 837, 500, 500, 612, 634, 549, 634, 615, 352, 634, 633, 277, 277, 579,
    277, 974, 633, 611, 634, 634, 411, 521, 392, 633, 591, 817, 591, 591, 524, 636, 336, 636, 837};

static size_t char_bytes(const char *s) {
    size_t n = 1;
    while (((unsigned char)s[n] & 0xc0) == 0x80)
        n++;
    return n;
}

static double char_pixels(const char *s, size_t bytes, double size) {
    unsigned char c = (unsigned char)*s;
    if (c >= 32 && c < 127)
        return advance[c - 32] * size / 1000;
    char one[8] = "";
    memcpy(one, s, bytes < sizeof one ? bytes : sizeof one - 1);
    return (text_width(one) > 1 ? 1.0 : 0.8) * size;
}

double text_pixels(const char *s, double size) {
    double sum = 0;
    while (*s) {
        size_t n = char_bytes(s);
        sum += char_pixels(s, n, size);
        s += n;
    }
    return sum;
}

/* Bytes at the start of s that take at most `width`. */
static size_t head_bytes(const char *s, double size, double width) {
    size_t n = 0;
    double sum = 0;
    while (s[n]) {
        size_t bytes = char_bytes(s + n);
        sum += char_pixels(s + n, bytes, size);
        if (sum > width)
            break;
        n += bytes;
    }
    return n;
}

const char *text_fitted(arena *a, const char *s, double size, double width) {
    if (text_pixels(s, size) <= width)
        return arena_strdup(a, s);
    double half = (width - text_pixels("..", size)) / 2;
    size_t head = head_bytes(s, size, half);
    size_t tail = head_bytes(s, size, text_pixels(s, size) - half);
    while (s[tail] && text_pixels(s + tail, size) > half)
        tail += char_bytes(s + tail);
    return arena_printf(a, "%.*s..%s", (int)head, s, s + tail);
}

void canvas_add_line(canvas *c, segment s, double weight) {
    if (c->n_lines < CANVAS_LINES)
        c->lines[c->n_lines++] = (struct canvas_line){s, weight};
}

void canvas_take(canvas *c, box b) {
    if (c->n_texts < CANVAS_TEXTS)
        c->texts[c->n_texts++] = b;
}

void canvas_take_leader(canvas *c, segment s) {
    if (c->n_leaders < CANVAS_TEXTS)
        c->leaders[c->n_leaders++] = s;
}

static bool boxes_meet(box a, box b) {
    return a.left < b.right && b.left < a.right && a.bottom < b.top && b.bottom < a.top;
}

static bool disc_meets(disc d, box b) {
    double x = fmax(b.left, fmin(d.x, b.right)) - d.x;
    double y = fmax(b.bottom, fmin(d.y, b.top)) - d.y;
    return x * x + y * y < d.radius * d.radius;
}

/* Cuts [*from, *to] of the segment to where p + t.d lies between low and high. */
static bool clip(double p, double d, double low, double high, double *from, double *to) {
    if (d == 0)
        return p > low && p < high;
    double a = (low - p) / d, b = (high - p) / d;
    *from = fmax(*from, fmin(a, b));
    *to = fmin(*to, fmax(a, b));
    return *from < *to;
}

static bool segment_meets(segment s, box b) {
    double from = 0, to = 1;
    return clip(s.x0, s.x1 - s.x0, b.left, b.right, &from, &to) &&
           clip(s.y0, s.y1 - s.y0, b.bottom, b.top, &from, &to);
}

static double side(segment s, double x, double y) {
    return (s.x1 - s.x0) * (y - s.y0) - (s.y1 - s.y0) * (x - s.x0);
}

static bool segments_cross(segment a, segment b) {
    return side(a, b.x0, b.y0) * side(a, b.x1, b.y1) < 0 &&
           side(b, a.x0, a.y0) * side(b, a.x1, a.y1) < 0;
}

/* As canvas_cost, but may stop as soon as the cost is above the limit. */
static double cost_up_to(const canvas *c, box b, double limit) {
    bool inside = b.left >= c->area.left && b.right <= c->area.right &&
                  b.bottom >= c->area.bottom && b.top <= c->area.top;
    double cost = inside ? 0 : OUTSIDE;
    for (size_t i = 0; i < c->n_texts && cost < limit; i++)
        cost += boxes_meet(c->texts[i], b) ? OVER_TEXT : 0;
    for (size_t i = 0; i < c->n_lines && cost < limit; i++)
        cost += segment_meets(c->lines[i].at, b) ? OVER_LINE * c->lines[i].weight : 0;
    for (size_t i = 0; i < c->n_leaders && cost < limit; i++)
        cost += segment_meets(c->leaders[i], b) ? LEADER_CROSSES : 0;
    for (size_t i = 0; i < c->n_discs && cost < limit; i++)
        cost += disc_meets(c->discs[i], b) ? OVER_DISC * c->discs[i].radius : 0;
    return cost;
}

double canvas_cost(const canvas *c, box b) {
    return cost_up_to(c, b, INFINITY);
}

static double distance_to(segment s, double x, double y) {
    double dx = s.x1 - s.x0, dy = s.y1 - s.y0, length = dx * dx + dy * dy;
    double t = length > 0 ? ((x - s.x0) * dx + (y - s.y0) * dy) / length : 0;
    t = fmax(0, fmin(1, t));
    return distance(s.x0 + t * dx - x, s.y0 + t * dy - y);
}

/* What the leader shares with lines: it should cross few, and lie on none, where nobody sees it. */
static double lines_cost(const canvas *c, segment s) {
    enum { SAMPLES = 4 };
    double cost = 0;
    for (size_t i = 0; i < c->n_lines; i++) {
        const struct canvas_line *l = &c->lines[i];
        cost += segments_cross(s, l->at) ? CROSSES_LINE * l->weight : 0;
        for (int k = 1; k < SAMPLES; k++) {
            double t = (double)k / SAMPLES;
            double x = s.x0 + t * (s.x1 - s.x0), y = s.y0 + t * (s.y1 - s.y0);
            cost += distance_to(l->at, x, y) < 4 ? ALONG_LINE * l->weight : 0;
        }
    }
    return cost;
}

static double leader_cost(const canvas *c, segment s) {
    double cost = lines_cost(c, s);
    for (size_t i = 0; i < c->n_texts; i++)
        cost += segment_meets(s, c->texts[i]) ? LEADER_CROSSES : 0;
    for (size_t i = 0; i < c->n_leaders; i++)
        cost += segments_cross(s, c->leaders[i]) ? LEADER_CROSSES : 0;
    double discs = 0; /* a way through a crowd is not worse than any way out of it */
    for (size_t i = 0; i < c->n_discs && discs < MOST_OVER_DISCS; i++)
        discs += distance_to(s, c->discs[i].x, c->discs[i].y) < 0.85 * c->discs[i].radius
                     ? LEADER_OVER_DISC
                     : 0;
    return cost + discs;
}

/* The text box that touches (x, y), seen from the disc in direction (dx, dy), with the part `aside`
 * of its width to the left. */
static box box_at(double x, double y, double dy, double aside, double width, double height) {
    double left = x - aside * width;
    double bottom = fabs(dy) < 0.3 ? y - height / 2 : dy > 0 ? y : y - height;
    return (box){left, bottom, left + width, bottom + height};
}

static segment leader_to(disc d, double dx, double dy, double x, double y) {
    return (segment){d.x + dx * d.radius, d.y + dy * d.radius, x - 2 * dx, y - 2 * dy};
}

/* How the text may be shifted against its leader: a side label not at all. */
static size_t shifts(double dx, double dy, double out[5]) {
    static const double all[] = {0, 0.25, 0.5, 0.75, 1};
    if (fabs(dy) < 0.5) {
        out[0] = dx > 0 ? 0 : 1;
        return 1;
    }
    memcpy(out, all, sizeof all);
    return 5;
}

/* The shift that looks best in this direction. */
static double usual_shift(double dx) {
    return fabs(dx) < 0.3 ? 0.5 : dx > 0 ? 0 : 1;
}

/* Text without a leader seems to belong to every disc that it is near. */
static double ambiguity(const canvas *c, disc own, box b) {
    double near = (b.top - b.bottom) / 2, cost = 0;
    for (size_t i = 0; i < c->n_discs; i++) {
        disc d = c->discs[i];
        d.radius += near;
        bool same = d.x == own.x && d.y == own.y;
        cost += !same && disc_meets(d, b) ? AMBIGUOUS : 0;
    }
    return cost;
}

/* The cost of a spot, `so_far` included; anything at or above the limit when it is too much. */
static double spot_cost(const canvas *c, disc own, const spot *s, double so_far, double limit,
                        double height) {
    double air = height / 3;
    box padded = {s->text.left - air, s->text.bottom, s->text.right + air, s->text.top};
    double cost = so_far < limit ? so_far + cost_up_to(c, padded, limit - so_far) : so_far;
    if (cost >= limit)
        return cost;
    return cost + (s->has_leader ? leader_cost(c, s->leader) : ambiguity(c, own, s->text));
}

/* A search for the best spot so far. */
typedef struct search {
    const canvas *canvas;
    disc disc;
    double width, height, preferred;
    spot best;
} search;

static void try_direction(search *f, double angle, double distance, bool has_leader) {
    double dx = cos(angle), dy = sin(angle), shift[5];
    double reach = f->disc.radius + distance;
    double x = f->disc.x + dx * reach, y = f->disc.y + dy * reach;
    size_t n = shifts(dx, dy, shift);
    for (size_t i = 0; i < n; i++) {
        spot s = {.text = box_at(x, y, dy, shift[i], f->width, f->height),
                  .leader = leader_to(f->disc, dx, dy, x, y),
                  .has_leader = has_leader};
        double taste = reach * PER_PIXEL + SHIFTED * fabs(shift[i] - usual_shift(dx));
        taste += isnan(f->preferred) ? 0 : WRONG_WAY * (1 - cos(angle - f->preferred));
        double cost = spot_cost(f->canvas, f->disc, &s, taste, f->best.cost, f->height);
        s.cost = cost;
        if (cost < f->best.cost)
            f->best = s;
    }
}

spot canvas_beside(canvas *c, disc d, double width, double height, double preferred) {
    enum { DIRECTIONS = 24 };
    /* In heights of the text. */
    static const double distances[] = {0.15, 0.6, 1.2, 2, 3, 4.2, 5.7, 7.5, 9.5, 12};
    search f = {.canvas = c,
                .disc = d,
                .width = width,
                .height = height,
                .preferred = preferred,
                .best.cost = INFINITY};
    for (size_t k = 0; k < sizeof distances / sizeof *distances; k++)
        for (int i = 0; i < DIRECTIONS; i++)
            try_direction(&f, 2 * M_PI * i / DIRECTIONS, distances[k] * height, k > 0);
    canvas_take(c, f.best.text);
    if (f.best.has_leader)
        canvas_take_leader(c, f.best.leader);
    return f.best;
}
