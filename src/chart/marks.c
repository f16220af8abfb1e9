/* Texts in a plot, clear of its lines and of each other: at the ends of bars, beside points, along
 * lines and at the top of bands. */
#include "base/text.h"
#include "chart/layout.h"
#include <math.h>

static unsigned color_of(const layout *l, const chart_mark *m) {
    return m->color ? m->color : l->theme->ink;
}

/* --- what is there already --- */

static void remember_line(frame *f, double x0, double y0, double x1, double y1) {
    canvas_add_line(f->canvas, (segment){x0, y0, x1, y1}, 1);
}

/* A curve of very many points is what it covers in each of so many columns. */
static void remember_curve(frame *f, const chart_series *s) {
    enum { COLUMNS = 96 };
    double low[COLUMNS], high[COLUMNS], width = (f->x.end - f->x.start) / COLUMNS;
    for (int i = 0; i < COLUMNS; i++)
        low[i] = INFINITY, high[i] = -INFINITY;
    for (size_t i = 0; i < s->n; i++) {
        if (!isfinite(s->y[i]) || !ruler_shows(&f->x, s->x[i]) || !ruler_shows(&f->y, s->y[i]))
            continue;
        double y = ruler_pixel(&f->y, s->y[i]);
        int at = (int)((ruler_pixel(&f->x, s->x[i]) - f->x.start) / width);
        at = at < 0 ? 0 : at >= COLUMNS ? COLUMNS - 1 : at;
        low[at] = fmin(low[at], y);
        high[at] = fmax(high[at], y);
    }
    int last = -1;
    for (int i = 0; i < COLUMNS; i++) {
        double x = f->x.start + (i + 0.5) * width;
        if (!(low[i] <= high[i]))
            continue;
        remember_line(f, x, low[i], x, high[i]);
        if (last >= 0)
            remember_line(f, f->x.start + (last + 0.5) * width, high[last], x, high[i]);
        last = i;
    }
}

static void remember_points(frame *f, const chart_series *s) {
    bool drawn = false;
    for (size_t i = 0; i < s->n; i++) {
        bool usable =
            isfinite(s->y[i]) && ruler_shows(&f->x, s->x[i]) && ruler_shows(&f->y, s->y[i]);
        if (usable && drawn)
            remember_line(f, ruler_pixel(&f->x, s->x[i - 1]), ruler_pixel(&f->y, s->y[i - 1]),
                          ruler_pixel(&f->x, s->x[i]), ruler_pixel(&f->y, s->y[i]));
        drawn = usable;
    }
}

static void remember_lines(frame *f, const chart_series *s) {
    enum { MANY = 40 };
    if (s->n > MANY)
        remember_curve(f, s);
    else
        remember_points(f, s);
}

static void remember_discs(layout *l, frame *f) {
    enum { MOST = 400 };
    size_t n = 0;
    disc *discs = arena_array(l->arena, MOST, sizeof *discs);
    for (size_t k = 0; k < f->panel->n_series; k++) {
        const chart_series *s = &f->panel->series[k];
        for (size_t i = 0; s->marker && s->kind != CHART_BARS && i < s->n && n < MOST; i++)
            if (isfinite(s->y[i]))
                discs[n++] =
                    (disc){ruler_pixel(&f->x, s->x[i]), ruler_pixel(&f->y, s->y[i]), 5 * l->unit};
    }
    f->canvas->discs = discs;
    f->canvas->n_discs = n;
}

/* Faint, but text that stands between its lines is easier to read. */
static void remember_grid(frame *f) {
    static const double LIES = 0.2, STANDS = 0.06;
    for (size_t i = 0; i < f->y.n_tics && f->y.scale != CHART_NAMES; i++) {
        double y = ruler_pixel(&f->y, f->y.tics[i].value);
        if (f->y.tics[i].text)
            canvas_add_line(f->canvas, (segment){f->x.start, y, f->x.end, y}, LIES);
    }
    for (size_t i = 0; i < f->x.n_tics && f->x.scale != CHART_NAMES; i++) {
        double x = ruler_pixel(&f->x, f->x.tics[i].value);
        if (f->x.tics[i].text)
            canvas_add_line(f->canvas, (segment){x, f->y.start, x, f->y.end}, STANDS);
    }
}

/* --- texts --- */

static void put(layout *l, box at, const char *text, unsigned color) {
    layout_word(l, (word){.text = text,
                          .x = at.left,
                          .y = (at.bottom + at.top) / 2,
                          .size = CHART_LABEL * l->unit,
                          .align = 'l',
                          .color = color});
}

static void bar_label(layout *l, frame *f, size_t k, size_t i) {
    const chart_series *s = &f->panel->series[k];
    double u = l->unit, size = CHART_LABEL * u;
    bar b = bar_of(f, k, i);
    bool lie = bars_lie(f->panel);
    double end = lie ? ruler_pixel(&f->x, fmax(b.to, 0)) : ruler_pixel(&f->y, fmax(b.to, 0));
    double across = ruler_pixel(lie ? &f->y : &f->x, (b.low + b.high) / 2);
    double most =
        lie ? f->x.end - end - 8 * u : fabs(ruler_pixel(&f->x, 1) - ruler_pixel(&f->x, 0));
    const char *text = layout_text(l, s->labels[i], size, most);
    double width = text_pixels(text, size);
    box at =
        lie ? (box){end + 8 * u, across - size * 0.65, end + 8 * u + width, across + size * 0.65}
            : (box){across - width / 2, end + 4 * u, across + width / 2, end + 4 * u + size * 1.3};
    canvas_take(f->canvas, at);
    put(l, at, text, l->theme->faint);
}

static void add_point(layout *l, frame *f, const chart_mark *m) {
    double u = l->unit, size = CHART_LABEL * u;
    disc at = {ruler_pixel(&f->x, m->x), ruler_pixel(&f->y, m->y), 7 * u};
    if (!m->text || !ruler_shows(&f->x, m->x) || !ruler_shows(&f->y, m->y))
        return;
    const char *text = layout_text(l, m->text, size, 0.6 * (f->x.end - f->x.start));
    spot s = canvas_beside(f->canvas, at, text_pixels(text, size), size * 1.3, NAN);
    put(l, s.text, text, l->theme->ink);
    if (s.has_leader && l->n_leaders < sizeof l->leaders / sizeof *l->leaders)
        l->leaders[l->n_leaders++] = s.leader;
}

/* The best of places from the end of a line backwards, on either side of it. */
static void along(layout *l, frame *f, const chart_mark *m, bool upright) {
    enum { STEPS = 16 };
    double u = l->unit, size = CHART_LABEL * u, least = INFINITY;
    const char *text = layout_text(l, m->text, size, 0.6 * (f->x.end - f->x.start));
    double width = text_pixels(text, size), height = size * 1.3;
    double line = upright ? ruler_pixel(&f->x, m->x) : ruler_pixel(&f->y, m->y);
    box best = {0};
    for (int i = 0; i < 2 * STEPS; i++) {
        double back = (i / 2) / (double)STEPS, side = i % 2 ? -1 : 1;
        double x = upright
                       ? line + (side > 0 ? 7 * u : -7 * u - width)
                       : f->x.end - 8 * u - width - back * (f->x.end - f->x.start - width - 16 * u);
        double y =
            upright ? f->y.end - 6 * u - height - back * (f->y.end - f->y.start - height - 12 * u)
                    : line + (side > 0 ? 2 * u : -2 * u - height);
        box b = {x, y, x + width, y + height};
        double cost = canvas_cost(f->canvas, b) + 3 * i;
        if (cost < least) {
            least = cost;
            best = b;
        }
    }
    canvas_take(f->canvas, best);
    put(l, best, text, color_of(l, m));
}

static void name_band(layout *l, frame *f, const chart_mark *m) {
    double u = l->unit, size = CHART_LABEL * u;
    double from = fmax(ruler_pixel(&f->x, m->x), f->x.start);
    double to = fmin(ruler_pixel(&f->x, m->x_end), f->x.end);
    if (to - from < 30 * u)
        return;
    const char *text = layout_text(l, m->text, size, to - from - 8 * u);
    double width = text_pixels(text, size), left = (from + to - width) / 2, top = f->y.end - 4 * u;
    box at = {left, top - size * 1.3, left + width, top};
    canvas_take(f->canvas, at);
    put(l, at, text, l->theme->faint);
}

static void add_mark(layout *l, frame *f, const chart_mark *m) {
    if (m->kind == CHART_POINT)
        add_point(l, f, m);
    else if (m->text && m->kind == CHART_BAND)
        name_band(l, f, m);
    else if (m->text &&
             (m->kind == CHART_VERTICAL ? ruler_shows(&f->x, m->x) : ruler_shows(&f->y, m->y)))
        along(l, f, m, m->kind == CHART_VERTICAL);
}

/* Lines first, then what has no choice where it is, then the rest. */
void layout_marks(layout *l, frame *f) {
    const chart_panel *p = f->panel;
    f->canvas = arena_alloc(l->arena, sizeof *f->canvas);
    f->canvas->area = (box){f->x.start, f->y.start, f->x.end, f->y.end};
    for (size_t k = 0; k < p->n_series; k++)
        if (p->series[k].kind != CHART_BARS)
            remember_lines(f, &p->series[k]);
    remember_discs(l, f);
    remember_grid(f);
    for (size_t k = 0; k < p->n_series; k++)
        for (size_t i = 0;
             p->series[k].kind == CHART_BARS && p->series[k].labels && i < p->series[k].n; i++)
            bar_label(l, f, k, i);
    for (int points = 0; points < 2; points++)
        for (size_t k = 0; k < p->n_marks && k < CHART_MARKS; k++)
            if ((p->marks[k].kind == CHART_POINT) == points)
                add_mark(l, f, &p->marks[k]);
}
