/* Titles and caption: what the picture is of, and what one must know to trust it. */
#include "base/path.h"
#include "base/text.h"
#include "plot/about.h"
#include "plot/scene.h"
#include <math.h>
#include <string.h>

static const double TITLE = 26, SUBTITLE = 16, CAPTION = 13, POOR = 0.85;

static void write_at(scene *s, double x, double y, double size, unsigned color, const char *text) {
    double room = s->width - x - 10 * s->unit;
    scene_add_text(s, (scene_text){.text = text_fitted(s->arena, text, size * s->unit, room),
                                   .x = x,
                                   .y = y,
                                   .size = size * s->unit,
                                   .align = 'l',
                                   .color = color});
}

/* "a", "a and b", "a, b and c". */
static const char *listed(scene *s, const char *const *names, size_t n) {
    const char *text = names[0];
    for (size_t i = 1; i < n; i++)
        text = arena_printf(s->arena, "%s%s%s", text, i + 1 == n ? " and " : ", ", names[i]);
    return text;
}

/* Of many only how many, where their names are too long together; the panel has them all. */
static const char *devices_listed(scene *s, double size) {
    const char *names[ROOF_PLOT_ITEMS] = {""};
    for (size_t i = 0; i < s->n_roofs; i++)
        names[i] = s->roofs[i].name;
    const char *text = listed(s, names, s->n_roofs);
    return s->n_roofs > 2 && text_pixels(text, size * s->unit) > 0.8 * s->width
               ? arena_printf(s->arena, "%zu devices", s->n_roofs)
               : text;
}

/* --- the title --- */

/* Models by their names, each once; devices when there are none. */
static const char *names_text(scene *s) {
    const char *names[ROOF_PLOT_ITEMS] = {""};
    size_t n = 0;
    for (size_t i = 0; i < s->n_items; i++) {
        if (!s->items[i].analysis)
            continue;
        names[n] = scene_printable(s, about_file(s->items[i].analysis));
        size_t k = 0;
        while (k < n && strcmp(names[k], names[n]) != 0)
            k++;
        n += k == n;
    }
    if (n > 0)
        return listed(s, names, n);
    return devices_listed(s, TITLE);
}

const char *scene_title(scene *s) {
    if (s->options->title)
        return scene_printable(s, s->options->title);
    return s->n_items == 1 && s->items[0].analysis ? about_model(s->arena, s->items[0].analysis)
                                                   : names_text(s);
}

static const char *summary_text(scene *s, const roof_analysis *a) {
    return roof_analysis_totals(a)->time_s > 0
               ? arena_printf(s->arena, ": %s", about_totals(s->arena, a))
               : "";
}

const char *scene_subtitle(scene *s) {
    const char *devices = devices_listed(s, SUBTITLE);
    bool models = false;
    for (size_t i = 0; i < s->n_items; i++)
        models = models || s->items[i].analysis;
    if (!models)
        return s->n_roofs == 1 ? "roofline of the device" : "rooflines of the devices";
    const roof_analysis *only = s->n_items == 1 ? s->items[0].analysis : NULL;
    return arena_printf(s->arena, "on %s%s", devices, only ? summary_text(s, only) : "");
}

/* --- the caption --- */

static const char *source_text(scene *s, const scene_roof *r) {
    const char *date = roof_device_date(r->device);
    const char *source = roof_source_name(roof_device_source(r->device));
    const char *text =
        s->n_roofs > 1 ? arena_printf(s->arena, "%s %s", r->short_name, source) : source;
    return *date ? arena_printf(s->arena, "%s %.10s", text, scene_printable(s, date)) : text;
}

/* Ceilings that stay far below theory: of a busy machine, or of one that is badly set up. */
static const char *poor_text(scene *s, const scene_roof *r) {
    const char *text = "";
    for (size_t i = 0; i < r->n_ceilings; i++)
        if (r->ceilings[i].value < POOR * r->ceilings[i].theory)
            text = arena_printf(s->arena, "%s%s%s %.0f%%", text, *text ? ", " : "",
                                r->ceilings[i].name,
                                100 * r->ceilings[i].value / r->ceilings[i].theory);
    for (size_t i = 0; i < r->n_levels; i++)
        if (r->levels[i].value < POOR * r->levels[i].theory)
            text = arena_printf(s->arena, "%s%s%s %.0f%%", text, *text ? ", " : "",
                                scene_level_name(s, &r->levels[i]),
                                100 * r->levels[i].value / r->levels[i].theory);
    return text;
}

const char *scene_sources(scene *s) {
    const char *text = "ceilings: ";
    for (size_t i = 0; i < s->n_roofs; i++) {
        const char *poor = poor_text(s, &s->roofs[i]);
        text = arena_printf(s->arena, "%s%s%s", text, i ? ", " : "", source_text(s, &s->roofs[i]));
        if (*poor)
            text = arena_printf(s->arena, "%s (of theory: %s)", text, poor);
    }
    return text;
}

/* Whose times the hollow marks are, and how near to the roof they come. */
static const char *measured_text(scene *s) {
    const roof_measured *m = NULL;
    for (size_t i = 0; i < s->n_items && !m && s->n_attained; i++)
        m = s->items[i].analysis ? roof_analysis_measured(s->items[i].analysis) : NULL;
    if (!m)
        return "";
    const char *text = arena_printf(
        s->arena, "; %s %lld %s from %s", m->rows == 1 ? "time of" : "times of", (long long)m->rows,
        m->rows == 1 ? "row" : "rows", scene_printable(s, path_file(m->path)));
    double part = m->time_s / m->compared_s;
    return isfinite(part) ? arena_printf(s->arena, "%s, %.1f%% of the roof", text, part * 100)
                          : text;
}

static const char *traffic_text(roof_traffic t) {
    static const char *const texts[ROOF_TRAFFIC_COUNT] = {
        [ROOF_TRAFFIC_OP] = "traffic op: each node alone",
        [ROOF_TRAFFIC_OUTPUT] = "traffic output: weights and results only, no bound",
        [ROOF_TRAFFIC_FUSED] = "traffic fused: a point is a fused kernel",
        [ROOF_TRAFFIC_IDEAL] = "traffic ideal: the least possible"};
    return texts[t];
}

static const char *assumptions_text(scene *s, const roof_analysis *a) {
    const char *text = "", *one;
    for (size_t i = 0; (one = roof_analysis_assumption(a, i)); i++)
        text = arena_printf(s->arena, "%s%s%s", text,
                            *text ? ", " : "; assumed: ", scene_printable(s, one));
    return text;
}

/* How the items are counted; what all have in common. */
static const char *counting_text(scene *s) {
    const roof_analysis *first = NULL;
    bool same = true, hierarchy = false;
    for (size_t i = 0; i < s->n_items; i++) {
        const roof_analysis *a = s->items[i].analysis;
        if (!a)
            continue;
        first = first ? first : a;
        same = same && roof_analysis_options(a)->traffic == roof_analysis_options(first)->traffic;
        hierarchy = hierarchy || roof_analysis_options(a)->hierarchy;
    }
    if (!first)
        return "";
    const char *text =
        same ? traffic_text(roof_analysis_options(first)->traffic) : "traffic: as labelled";
    if (hierarchy)
        text = arena_printf(s->arena,
                            "%s; caches serve reads, points stand at their DRAM intensity", text);
    if (s->aggregated)
        text = arena_printf(s->arena, "%s; nearby rows are one point", text);
    return arena_printf(s->arena, "%s%s; ", text, assumptions_text(s, first));
}

static void write_axis_titles(scene *s) {
    bool hierarchy = false;
    for (size_t i = 0; i < s->n_items; i++)
        hierarchy = hierarchy || (s->items[i].analysis &&
                                  roof_analysis_options(s->items[i].analysis)->hierarchy);
    scene_text title = {.text = hierarchy
                                    ? "operational intensity (FLOP per byte of DRAM traffic)"
                                    : "operational intensity (FLOP per byte of memory traffic)",
                        .x = (s->x.start + s->x.end) / 2,
                        .y = s->y.start - 52 * s->unit,
                        .size = SUBTITLE * s->unit,
                        .align = 'c',
                        .color = s->theme->ink};
    scene_add_text(s, title);
    title.text = "attainable performance";
    title.x = 18 * s->unit;
    title.y = (s->y.start + s->y.end) / 2;
    title.angle = 90;
    scene_add_text(s, title);
}

static void write_strip_title(scene *s) {
    if (s->n_ticks == 0)
        return;
    const char *share =
        s->n_items > 1 ? "" : arena_printf(s->arena, ", %.1f%% of the time", s->tick_share * 100);
    const char *text =
        arena_printf(s->arena, "%zu %s without arithmetic%s: by bytes moved, height by time",
                     s->n_moves, s->n_moves == 1 ? "row" : "rows", share);
    write_at(s, s->x.start, s->strip_top + 15 * s->unit, CAPTION, s->theme->faint, text);
}

void scene_titles(scene *s) {
    double u = s->unit, left = 30 * u;
    scene_add_text(s, (scene_text){.text = text_fitted(s->arena, scene_title(s), TITLE * u,
                                                       (s->width - 2 * left) * 0.9),
                                   .x = left,
                                   .y = s->height - 32 * u,
                                   .size = TITLE * u,
                                   .align = 'l',
                                   .bold = true,
                                   .color = s->theme->ink});
    write_at(s, left, s->height - 66 * u, SUBTITLE, s->theme->faint, scene_subtitle(s));
    write_at(s, left, 36 * u, CAPTION, s->theme->faint,
             arena_printf(s->arena, "%s%s", scene_sources(s), measured_text(s)));
    write_at(s, left, 16 * u, CAPTION, s->theme->faint,
             arena_printf(s->arena, "%sroofline " ROOF_VERSION, counting_text(s)));
    write_strip_title(s);
    write_axis_titles(s);
}
