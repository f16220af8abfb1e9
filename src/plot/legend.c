/* The panel beside the plot, titles and caption: what the marks mean, and what the picture is of.
 */
#include "base/text.h"
#include "plot/scene.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double TITLE = 26, SUBTITLE = 16, ENTRY = 15, CAPTION = 13, STEP = 25;

enum { SHORT = 64, MAX_FAMILIES = 16 };

typedef struct family {
    const char *name;
    double share;
    size_t rows;
    unsigned color;
} family;

/* Writes down the panel, line by line. */
typedef struct panel {
    scene *scene;
    double x, y;
} panel;

static const char *rate(scene *s, double value, const char *unit) {
    char text[SHORT];
    return arena_strdup(s->arena, text_si(text, sizeof text, value, unit));
}

static const char *printable(scene *s, const char *text) {
    char clean[512];
    return arena_strdup(s->arena, text_printable(clean, sizeof clean, text));
}

static void write_at(scene *s, double x, double y, double size, unsigned color, const char *text) {
    double room = s->width - x - 10 * s->unit;
    scene_add_text(s, (scene_text){.text = text_fitted(s->arena, text, size * s->unit, room),
                                   .x = x,
                                   .y = y,
                                   .size = size * s->unit,
                                   .align = 'l',
                                   .color = color});
}

static void entry(panel *p, double indent, unsigned color, const char *text) {
    write_at(p->scene, p->x + indent * p->scene->unit, p->y, ENTRY, color, text);
    p->y -= STEP * p->scene->unit;
}

static void heading(panel *p, const char *text) {
    p->y -= 0.35 * STEP * p->scene->unit;
    entry(p, 0, FAINT_INK, text);
}

/* --- families --- */

static int larger_share(const void *left, const void *right) {
    const family *a = left, *b = right;
    int order = (a->share < b->share) - (a->share > b->share);
    return order ? order : strcmp(a->name, b->name);
}

static size_t count_families(const scene *s, family out[MAX_FAMILIES]) {
    size_t n = 0, rows = roof_analysis_rows(s->analysis);
    for (size_t i = 0; i < rows; i++) {
        const roof_row *row = roof_analysis_row(s->analysis, i);
        if (!(row->time_share > 0))
            continue;
        size_t k = 0;
        while (k < n && strcmp(out[k].name, row->family) != 0)
            k++;
        if (k == n && n == MAX_FAMILIES)
            continue;
        if (k == n)
            out[n++] = (family){.name = row->family, .color = family_color(row)};
        out[k].share += row->time_share;
        out[k].rows++;
    }
    qsort(out, n, sizeof *out, larger_share);
    return n;
}

static void write_families(panel *p) {
    scene *s = p->scene;
    family families[MAX_FAMILIES];
    size_t n = count_families(s, families);
    if (n == 0)
        return;
    heading(p, "operators (rows), share of time");
    for (size_t i = 0; i < n; i++) {
        scene_add_symbol(s, (scene_symbol){.x = p->x + 10 * s->unit,
                                           .y = p->y,
                                           .radius = 7 * s->unit,
                                           .color = families[i].color});
        scene_add_text(
            s, (scene_text){.text = arena_printf(s->arena, "%.1f%%", families[i].share * 100),
                            .x = s->width - 25 * s->unit,
                            .y = p->y,
                            .size = ENTRY * s->unit,
                            .align = 'r',
                            .color = INK});
        entry(p, 28, INK,
              arena_printf(s->arena, "%s (%zu)", printable(s, families[i].name), families[i].rows));
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
    heading(p, "area, share of time");
    double x = p->x;
    p->y -= fmax(0, s->share_radius * sqrt(share) - 12 * s->unit);
    for (int i = 0; i < 2; i++, share /= 10) {
        double radius = s->share_radius * sqrt(share);
        const char *text = arena_printf(s->arena, "%.3g%%", share * 100);
        scene_add_symbol(
            s, (scene_symbol){.x = x + radius, .y = p->y, .radius = radius, .color = 0xa8adb3});
        write_at(s, x + 2 * radius + 6 * s->unit, p->y, ENTRY, INK, text);
        x += 2 * radius + text_pixels(text, ENTRY * s->unit) + 26 * s->unit;
    }
    p->y -= fmax(STEP * s->unit, s->share_radius * sqrt(share * 100) + 10 * s->unit);
}

static void line_sample(panel *p, bool dashed, double width, const char *text) {
    scene *s = p->scene;
    scene_add_line(s, (scene_line){.at = {p->x, p->y, p->x + 36 * s->unit, p->y},
                                   .dashed = dashed,
                                   .front = true,
                                   .width = width * s->unit,
                                   .color = ROOF_COLOR});
    entry(p, 48, INK, text);
}

static void write_lines(panel *p) {
    heading(p, "roof");
    bool solid = false, dashed = false;
    for (size_t i = 0; i < p->scene->n_lines; i++) {
        const scene_line *l = &p->scene->lines[i];
        bool roof = l->on_axes && l->at.x0 != l->at.x1;
        solid = solid || (roof && !l->dashed);
        dashed = dashed || (roof && l->dashed);
    }
    if (solid)
        line_sample(p, false, 2.5, "measured");
    if (dashed)
        line_sample(p, true, solid ? 1.5 : 2.5, "theory");
}

static void write_limits(panel *p) {
    const roof_totals *t = roof_analysis_totals(p->scene->analysis);
    if (!(t->time_s > 0))
        return;
    heading(p, "limited by, share of time");
    for (int i = ROOF_LIMIT_MATRIX; i < ROOF_LIMITER_COUNT; i++)
        if (t->limiter_share[i] >= 0.0005) {
            scene *s = p->scene;
            scene_add_text(
                s, (scene_text){.text = arena_printf(s->arena, "%.1f%%", t->limiter_share[i] * 100),
                                .x = s->width - 25 * s->unit,
                                .y = p->y,
                                .size = ENTRY * s->unit,
                                .align = 'r',
                                .color = INK});
            entry(p, 28, INK, roof_limiter_name((roof_limiter)i));
        }
}

/* --- titles and caption --- */

static const char *title_text(scene *s) {
    if (s->options->title)
        return printable(s, s->options->title);
    const char *path = roof_analysis_model(s->analysis)->path, *slash = strrchr(path, '/');
    const char *text = printable(s, slash && slash[1] ? slash + 1 : path), *name;
    int64_t value;
    for (size_t i = 0; (name = roof_analysis_dim(s->analysis, i, &value)); i++)
        text = arena_printf(s->arena, "%s, %s = %lld", text, printable(s, name), (long long)value);
    return text;
}

static const char *subtitle_text(scene *s) {
    const roof_totals *t = roof_analysis_totals(s->analysis);
    const roof_device *d = roof_analysis_device(s->analysis);
    const char *text = arena_printf(s->arena, "on %s", printable(s, roof_device_name(d)));
    if (!(t->time_s > 0))
        return text;
    const char *least = t->complete ? "" : "at least ";
    text = arena_printf(s->arena, "%s: %s%s predicted, %s%s", text, least, rate(s, t->time_s, "s"),
                        least, rate(s, (double)t->work.flops, "FLOP"));
    text = arena_printf(s->arena, "%s, %s", text, rate(s, (double)t->work.bytes.total, "B"));
    return isfinite(t->operational_intensity)
               ? arena_printf(s->arena, "%s, %.3g FLOP/B", text, t->operational_intensity)
               : text;
}

static const char *caption_text(scene *s) {
    const roof_device *d = roof_analysis_device(s->analysis);
    const roof_options *o = roof_analysis_options(s->analysis);
    const char *date = roof_device_date(d);
    const char *text = arena_printf(s->arena, "ceilings: %s%s%.10s; traffic: %s",
                                    roof_source_name(roof_device_source(d)), *date ? " " : "",
                                    printable(s, date), roof_traffic_name(o->traffic));
    if (s->n_unknown)
        text = arena_printf(s->arena, "%s; not drawn: %zu %s of unknown work", text, s->n_unknown,
                            s->n_unknown == 1 ? "row" : "rows");
    if (s->n_outside)
        text =
            arena_printf(s->arena, "%s; outside the axes: %zu %s, %.2g%% of the time", text,
                         s->n_outside, s->n_outside == 1 ? "row" : "rows", s->outside_share * 100);
    return arena_printf(s->arena, "%s; roofline " ROOF_VERSION, text);
}

static void write_strip_title(scene *s) {
    if (s->n_ticks == 0)
        return;
    const char *text = arena_printf(
        s->arena, "%zu %s without arithmetic, %.1f%% of the time: by bytes moved, height by time",
        s->n_ticks, s->n_ticks == 1 ? "row" : "rows", s->tick_share * 100);
    write_at(s, s->x.start, s->strip_top + 15 * s->unit, CAPTION, FAINT_INK, text);
}

void scene_legend(scene *s) {
    double u = s->unit;
    panel p = {.scene = s, .x = s->x.end + 30 * u, .y = s->y.end - 4 * u};
    write_families(&p);
    write_limits(&p);
    write_sizes(&p);
    write_lines(&p);
    double left = 30 * u;
    scene_add_text(s, (scene_text){.text = text_fitted(s->arena, title_text(s), TITLE * u,
                                                       (s->width - 2 * left) * 0.9),
                                   .x = left,
                                   .y = s->height - 32 * u,
                                   .size = TITLE * u,
                                   .align = 'l',
                                   .bold = true,
                                   .color = INK});
    write_at(s, left, s->height - 66 * u, SUBTITLE, FAINT_INK, subtitle_text(s));
    write_at(s, left, 18 * u, CAPTION, FAINT_INK, caption_text(s));
    write_strip_title(s);
}
