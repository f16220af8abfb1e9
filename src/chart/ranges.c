/* What the axes have to show. Bars and areas begin at 0, as their length is what is read. */
#include "chart/layout.h"
#include <math.h>

typedef struct range {
    double low, high;
} range;

static void include(range *r, const ruler *a, double value) {
    if (!isfinite(value) || ((a->scale == CHART_LOG10 || a->scale == CHART_LOG2) && value <= 0))
        return;
    r->low = fmin(r->low, value);
    r->high = fmax(r->high, value);
}

/* Where something that touches both rulers is seen. */
typedef struct extent {
    range x, y;
} extent;

static void include_bars(const frame *f, size_t k, extent *e) {
    bool lie = bars_lie(f->panel);
    for (size_t i = 0; i < f->panel->series[k].n; i++) {
        bar b = bar_of(f, k, i);
        include(lie ? &e->x : &e->y, lie ? &f->x : &f->y, b.from);
        include(lie ? &e->x : &e->y, lie ? &f->x : &f->y, b.to);
        include(lie ? &e->y : &e->x, lie ? &f->y : &f->x, b.low);
        include(lie ? &e->y : &e->x, lie ? &f->y : &f->x, b.high);
    }
}

static void include_series(const frame *f, size_t k, extent *e) {
    const chart_series *s = &f->panel->series[k];
    if (s->kind == CHART_BARS) {
        include_bars(f, k, e);
        return;
    }
    for (size_t i = 0; i < s->n; i++) {
        include(&e->x, &f->x, s->x[i]);
        include(&e->y, &f->y, s->y[i]);
    }
    if (s->kind == CHART_AREA)
        include(&e->y, &f->y, 0);
}

static void include_mark(const frame *f, const chart_mark *m, extent *e) {
    if (m->kind != CHART_HORIZONTAL)
        include(&e->x, &f->x, m->x);
    if (m->kind == CHART_BAND)
        include(&e->x, &f->x, m->x_end);
    if (m->kind == CHART_HORIZONTAL || m->kind == CHART_POINT)
        include(&e->y, &f->y, m->y);
}

static bool has_bars(const chart_panel *p) {
    for (size_t i = 0; i < p->n_series; i++)
        if (p->series[i].kind == CHART_BARS)
            return true;
    return false;
}

/* Some air around, so that nothing is drawn on the frame. */
static void settle(ruler *r, const chart_axis *axis, range seen, bool from_zero, bool values) {
    bool open = axis->low == 0 && axis->high == 0;
    if (axis->scale == CHART_NAMES)
        seen = (range){-0.5, (double)(axis->n_names ? axis->n_names : 1) - 0.5};
    if (!(seen.high >= seen.low))
        seen = (range){r->scale == CHART_LINEAR ? 0 : 1, r->scale == CHART_LINEAR ? 1 : 10};
    r->low = open ? seen.low : axis->low;
    r->high = open ? seen.high : axis->high;
    if (!open || axis->scale == CHART_NAMES)
        return;
    if (axis->scale != CHART_LINEAR) {
        double air = r->high > r->low ? pow(r->high / r->low, values ? 0.06 : 0.02) : 2;
        r->low /= air;
        r->high *= air;
        return;
    }
    if (from_zero)
        r->low = fmin(r->low, 0);
    double length = r->high > r->low ? r->high - r->low : fmax(fabs(r->high), 1);
    r->high += values ? 0.06 * length : 0;
    if (!(r->high > r->low))
        r->high = r->low + 1;
}

void layout_ranges(frame *f) {
    const chart_panel *p = f->panel;
    extent e = {{INFINITY, -INFINITY}, {INFINITY, -INFINITY}};
    f->x.scale = p->x.scale;
    f->y.scale = p->y.scale;
    for (size_t k = 0; k < p->n_series; k++)
        include_series(f, k, &e);
    for (size_t k = 0; k < p->n_marks; k++)
        include_mark(f, &p->marks[k], &e);
    bool bars = has_bars(p), lie = bars_lie(p);
    settle(&f->x, &p->x, e.x, bars && lie, bars && lie);
    settle(&f->y, &p->y, e.y, !lie, !lie);
    if (p->y.scale == CHART_NAMES) { /* the first is at the top */
        double low = f->y.low;
        f->y.low = f->y.high;
        f->y.high = low;
    }
}
