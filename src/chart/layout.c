/* Where the parts of a chart are: titles, legends, plots and their axes. */
#include "chart/layout.h"
#include "base/text.h"
#include <math.h>
#include <string.h>

static const double TITLE = 26, SUBTITLE = 16, CAPTION = 13, PANEL_TITLE = 18, KEY = 15,
                    KEY_STEP = 24, AXIS_TITLE = 16;

enum { DEFAULT_WIDTH = 1600, DEFAULT_HEIGHT = 1000, SMALLEST = 200, LARGEST = 20000 };

/* --- helpers --- */

double ruler_pixel(const ruler *r, double value) {
    bool is_log = r->scale == CHART_LOG10 || r->scale == CHART_LOG2;
    double part = is_log ? log(value / r->low) / log(r->high / r->low)
                         : (value - r->low) / (r->high - r->low);
    return r->start + part * (r->end - r->start);
}

bool ruler_shows(const ruler *r, double value) {
    double low = fmin(r->low, r->high), high = fmax(r->low, r->high);
    double slack = r->scale == CHART_LINEAR ? (high - low) * 1e-9 : low * 1e-9;
    return value >= low - fabs(slack) && value <= high + fabs(slack);
}

const char *layout_text(layout *l, const char *text, double size, double width) {
    char clean[1024];
    return text_fitted(l->arena, text_printable(clean, sizeof clean, text ? text : ""), size,
                       width);
}

void layout_word(layout *l, word w) {
    if (l->n_words < LAYOUT_WORDS && *w.text)
        l->words[l->n_words++] = w;
}

bool bars_lie(const chart_panel *p) {
    return p->y.scale == CHART_NAMES;
}

static double place_of(const chart_series *s, size_t i) {
    return s->x ? s->x[i] : (double)i;
}

bar bar_of(const frame *f, size_t series, size_t i) {
    static const double GAP = 0.06;
    const chart_series *s = &f->panel->series[series];
    double from = 0;
    for (size_t k = 0; k < series; k++) {
        const chart_series *below = &f->panel->series[k];
        if (below->kind == CHART_BARS && below->stack == s->stack && i < below->n &&
            isfinite(below->y[i]))
            from += below->y[i];
    }
    double width = f->slot / (f->n_stacks ? f->n_stacks : 1);
    double low = place_of(s, i) - f->slot / 2 + s->stack * width;
    return (bar){from, from + (isfinite(s->y[i]) ? s->y[i] : 0), low,
                 low + width * (1 - (f->n_stacks > 1 ? GAP : 0))};
}

/* --- titles and legends --- */

static void line_of_text(layout *l, const char *text, double y, double size, bool bold,
                         unsigned color) {
    double u = l->unit, left = 30 * u;
    if (text)
        layout_word(l, (word){.text = layout_text(l, text, size * u,
                                                  (l->width - 2 * left) * (bold ? 0.9 : 1)),
                              .x = left,
                              .y = y,
                              .size = size * u,
                              .align = 'l',
                              .bold = bold,
                              .color = color});
}

/* The legend of a panel from (left, top) on; returns its height. Only measures with !put. */
static double legend(layout *l, const frame *f, double left, double top, bool put) {
    double u = l->unit, x = left, y = top - KEY_STEP * u / 2, right = f->outer.right;
    size_t n = 0;
    for (size_t i = 0; i < f->panel->n_series && i < CHART_SERIES; i++) {
        const chart_series *s = &f->panel->series[i];
        if (!s->name)
            continue;
        const char *name = layout_text(l, s->name, KEY * u, 320 * u);
        double width = 34 * u + text_pixels(name, KEY * u) + 18 * u;
        if (x > left && x + width > right + 18 * u) {
            x = left;
            y -= KEY_STEP * u;
        }
        if (put && l->n_keys < LAYOUT_KEYS) {
            l->keys[l->n_keys++] = (key){x, y, s, (size_t)(f - l->frames)};
            layout_word(l, (word){.text = name,
                                  .x = x + 34 * u,
                                  .y = y,
                                  .size = KEY * u,
                                  .align = 'l',
                                  .color = l->theme->ink});
        }
        x += width;
        n++;
    }
    return n ? top - y + KEY_STEP * u / 2 + 4 * u : 0;
}

static double header_of(layout *l, const frame *f) {
    double title = f->panel->title ? 32 * l->unit : 0;
    return title + legend(l, f, f->outer.left, 0, false) + 10 * l->unit;
}

static void write_header(layout *l, const frame *f) {
    double u = l->unit, top = f->outer.top;
    if (f->panel->title) {
        layout_word(l, (word){.text = layout_text(l, f->panel->title, PANEL_TITLE * u,
                                                  f->outer.right - f->outer.left),
                              .x = f->outer.left,
                              .y = top - 12 * u,
                              .size = PANEL_TITLE * u,
                              .align = 'l',
                              .color = l->theme->ink});
        top -= 32 * u;
    }
    legend(l, f, f->outer.left, top, true);
}

/* --- axes --- */

/* Names may be long: they get so much of the panel. */
static void fit_names(layout *l, const chart_axis *axis, ruler *r, double most) {
    for (size_t i = 0; i < r->n_tics; i++)
        if (r->tics[i].text && axis->scale == CHART_NAMES)
            r->tics[i].text = layout_text(l, r->tics[i].text, CHART_TIC * l->unit, most);
}

static double widest_tic(const ruler *r, double size) {
    double most = 0;
    for (size_t i = 0; i < r->n_tics; i++)
        if (r->tics[i].text)
            most = fmax(most, text_pixels(r->tics[i].text, size));
    return most;
}

static double label_width(const layout *l, const char *text) {
    char clean[256];
    return text_pixels(text_printable(clean, sizeof clean, text), CHART_LABEL * l->unit) +
           14 * l->unit;
}

/* The axis is long enough that what is written at the ends of bars stands inside. */
static void room_for_labels(layout *l, frame *f) {
    double length = f->x.end - f->x.start;
    if (!bars_lie(f->panel) || f->panel->x.high != 0)
        return;
    for (size_t k = 0; k < f->panel->n_series; k++) {
        const chart_series *s = &f->panel->series[k];
        for (size_t i = 0; s->kind == CHART_BARS && s->labels && i < s->n; i++) {
            double width = fmin(label_width(l, s->labels[i]), 0.7 * length);
            double to = fmax(bar_of(f, k, i).to, 0);
            f->x.high = fmax(f->x.high, to * length / (length - width));
        }
    }
}

static void axis_titles(layout *l, frame *f) {
    double u = l->unit, middle = (f->y.start + f->y.end) / 2;
    if (f->panel->x.title)
        layout_word(l, (word){.text = layout_text(l, f->panel->x.title, AXIS_TITLE * u,
                                                  f->outer.right - f->outer.left),
                              .x = (f->x.start + f->x.end) / 2,
                              .y = f->y.start - 50 * u,
                              .size = AXIS_TITLE * u,
                              .align = 'c',
                              .color = l->theme->ink});
    if (f->panel->y.title && !f->panel->y.bare)
        layout_word(l, (word){.text = layout_text(l, f->panel->y.title, AXIS_TITLE * u,
                                                  f->y.end - f->y.start),
                              .x = f->outer.left + 10 * u,
                              .y = middle,
                              .size = AXIS_TITLE * u,
                              .angle = 90,
                              .align = 'c',
                              .color = l->theme->ink});
}

static unsigned stacks_of(const chart_panel *p) {
    unsigned n = 0;
    for (size_t k = 0; k < p->n_series; k++)
        if (p->series[k].kind == CHART_BARS && p->series[k].stack + 1 > n)
            n = p->series[k].stack + 1;
    return n;
}

/* Bars are no thicker than they need to be. */
static double slot_of(const layout *l, const frame *f, double length) {
    const chart_axis *axis = bars_lie(f->panel) ? &f->panel->y : &f->panel->x;
    double most = 48 * l->unit * (f->n_stacks > 1 ? 1.6 : 1);
    return fmin(0.74, most * (double)(axis->n_names ? axis->n_names : 1) / length);
}

static void place_axes(layout *l, frame *f, double header) {
    const chart_panel *p = f->panel;
    double u = l->unit, names = 0.42 * (f->outer.right - f->outer.left);
    f->n_stacks = stacks_of(p);
    f->y.start = f->outer.bottom + (p->x.title ? 62 : 34) * u;
    f->y.end = f->outer.top - header;
    f->slot = slot_of(l, f, bars_lie(p) ? f->y.end - f->y.start : f->outer.right - f->outer.left);
    layout_ranges(f);
    layout_tics(l, &f->y, &p->y, 46 * u);
    fit_names(l, &p->y, &f->y, names);
    double tics = p->y.bare ? 0 : widest_tic(&f->y, CHART_TIC * u) + 12 * u;
    f->x.start = f->outer.left + tics + (p->y.title && !p->y.bare ? 28 * u : 0) + 4 * u;
    f->x.end = f->outer.right - (bars_lie(p) ? 4 : 22) * u;
    room_for_labels(l, f);
    layout_tics(l, &f->x, &p->x, 120 * u);
    fit_names(l, &p->x, &f->x, (f->x.end - f->x.start) / fmax(1, (double)p->x.n_names));
    axis_titles(l, f);
}

static double share_of(const chart_panel *p) {
    return p->share > 0 ? p->share : 1;
}

/* n frames beside each other, from `bottom` to `top`; there is room for `columns`. */
static void place_row(layout *l, frame *frames, size_t n, size_t columns, double bottom,
                      double top) {
    double u = l->unit, gap = 34 * u, left = 30 * u, header = 0, parts = (double)(columns - n);
    for (size_t i = 0; i < n; i++)
        parts += share_of(frames[i].panel);
    double room = l->width - 2 * left - gap * (double)(columns - 1);
    for (size_t i = 0; i < n; i++) {
        double width = room * share_of(frames[i].panel) / parts;
        frames[i].outer = (box){left, bottom, left + width, top};
        left += width + gap;
        header = fmax(header, header_of(l, &frames[i]));
    }
    for (size_t i = 0; i < n; i++) {
        write_header(l, &frames[i]);
        place_axes(l, &frames[i], header);
        layout_marks(l, &frames[i]);
    }
}

static void place_panels(layout *l) {
    const chart *c = l->chart;
    double u = l->unit, gap = 26 * u, bottom = (c->caption ? 40 : 14) * u;
    double top = l->height - (c->subtitle ? 92 : c->title ? 66 : 20) * u;
    l->n_frames = c->n_panels < CHART_PANELS ? c->n_panels : CHART_PANELS;
    for (size_t i = 0; i < l->n_frames; i++)
        l->frames[i].panel = &c->panels[i];
    size_t rows = c->rows ? c->rows : 1, columns = (l->n_frames + rows - 1) / rows;
    double height = (top - bottom - gap * (double)(rows - 1)) / (double)rows;
    for (size_t i = 0; i < l->n_frames; i += columns) {
        size_t n = l->n_frames - i < columns ? l->n_frames - i : columns;
        place_row(l, &l->frames[i], n, columns, top - height, top);
        top -= height + gap;
    }
}

static double pixels(int asked, int otherwise) {
    int n = asked == 0 ? otherwise : asked;
    return n < SMALLEST ? SMALLEST : n > LARGEST ? LARGEST : n;
}

layout *layout_make(arena *a, const chart *c) {
    layout *l = arena_alloc(a, sizeof *l);
    l->arena = a;
    l->chart = c;
    l->theme = c->theme ? c->theme : &theme_light;
    l->width = pixels(c->width, DEFAULT_WIDTH);
    int design = c->design_height > 0 ? c->design_height : DEFAULT_HEIGHT;
    l->height = pixels(c->height, design);
    l->unit = fmin(l->width / DEFAULT_WIDTH, l->height / design);
    line_of_text(l, c->title, l->height - 32 * l->unit, TITLE, true, l->theme->ink);
    line_of_text(l, c->subtitle, l->height - 66 * l->unit, SUBTITLE, false, l->theme->faint);
    line_of_text(l, c->caption, 18 * l->unit, CAPTION, false, l->theme->faint);
    place_panels(l);
    return l;
}
