/* What stands around a picture of characters: titles above; below, what its marks mean and the rows
 * that it numbers. */
#include "base/text.h"
#include "plot/terminal.h"
#include "report/cells.h"
#include <math.h>
#include <string.h>

enum { MAX_FAMILIES = 16 };

void text_line(text_plot *p, const char *text) {
    size_t used = 0;
    while (*text) {
        size_t n = strcspn(text, " ");
        const char *part = arena_strndup(p->scene->arena, text, n);
        bool wraps = used > 0 && used + 1 + text_width(part) > p->options->width;
        fputs(wraps ? "\n" : used > 0 ? " " : "", p->out);
        used = (wraps || used == 0 ? 0 : used + 1) + text_width(part);
        fputs(part, p->out);
        text += n + strspn(text + n, " ");
    }
    fputc('\n', p->out);
}

/* --- what the marks mean --- */

static void mark_line(text_plot *p) {
    bool utf8 = p->options->utf8, solid = false, dashed = false,
         measured = p->scene->n_attained > 0;
    const scene *s = p->scene;
    for (size_t k = 0; k < s->n_roofs; k++)
        for (size_t i = 0; i < s->roofs[k].n_ceilings; i++) {
            const scene_ceiling *c = &s->roofs[k].ceilings[i];
            solid = solid || c->measured;
            dashed = dashed || !c->measured || c->theory > 0;
        }
    const char *row =
        utf8 ? "\u25cf row, \u2022 under 1% of the time, " : "O row, o under 1% of the time, ";
    const char *real = utf8 ? "\u25cb measured, " : "m measured, ";
    const char *whole = utf8 ? "\u25c6 whole model, \u25c7 under other traffic"
                             : "# whole model, + under other traffic";
    text_line(p, arena_printf(p->scene->arena, "%s%s%s%s%s", row, measured ? real : "", whole,
                              solid ? ", solid: measured ceilings" : "",
                              dashed ? ", dotted: theory" : ""));
}

/* --- families, or items where there are several --- */

typedef struct entry {
    const char *name;
    double share;
    unsigned color;
} entry;

static void add_share(entry *list, size_t *n, const char *name, double share, unsigned color) {
    size_t k = 0;
    while (k < *n && strcmp(list[k].name, name) != 0)
        k++;
    if (k == MAX_FAMILIES)
        return;
    if (k == *n)
        list[(*n)++] = (entry){.name = name, .color = color};
    list[k].share += share;
}

static size_t entries(text_plot *p, entry *list) {
    const scene *s = p->scene;
    size_t n = 0;
    for (size_t i = 0; i < s->n_items && s->n_items > 1; i++)
        add_share(list, &n, s->items[i].label, NAN, s->items[i].color);
    const roof_analysis *a = s->n_items == 1 ? s->items[0].analysis : NULL;
    for (size_t i = 0; a && i < roof_analysis_rows(a); i++) {
        const roof_row *row = roof_analysis_row(a, i);
        if (row->time_share > 0)
            add_share(list, &n, scene_printable(p->scene, row->family), row->time_share,
                      theme_family(s->theme, row->family_index));
    }
    for (size_t i = 1; i < n; i++) /* few: the heaviest first */
        for (size_t k = i; k > 0 && list[k].share > list[k - 1].share; k--) {
            entry swapped = list[k];
            list[k] = list[k - 1];
            list[k - 1] = swapped;
        }
    return n;
}

static void color_line(text_plot *p) {
    entry list[MAX_FAMILIES];
    size_t n = entries(p, list), used = 0;
    for (size_t i = 0; i < n; i++) {
        const char *share = isnan(list[i].share)
                                ? ""
                                : arena_printf(p->scene->arena, " %.1f%%", 100 * list[i].share);
        size_t width = 2 + text_width(list[i].name) + strlen(share);
        if (used > 0 && used + 2 + width > p->options->width) {
            fputc('\n', p->out);
            used = 0;
        }
        fputs(used > 0 ? "  " : "", p->out);
        put_color(p->out, p->options->color, (int)list[i].color, true);
        fputs(p->options->utf8 ? "\u25cf" : "o", p->out);
        put_reset(p->out, p->options->color);
        fprintf(p->out, " %s%s", list[i].name, share);
        used += width + (used > 0 ? 2 : 0);
    }
    if (n > 0)
        fputc('\n', p->out);
}

/* --- the numbered rows --- */

static const char *row_name(scene *s, const roof_row *row) {
    return *row->name ? scene_printable(s, row->name)
                      : arena_printf(s->arena, "%s %s", scene_printable(s, row->op), row->id);
}

static void row_table(text_plot *p) {
    scene *s = p->scene;
    bool several = s->n_items > 1;
    cells c = cells_new(s->arena, "rlllrrl", p->n_named, 1);
    c.importance = "9919873";
    for (size_t i = 0; i < p->n_named; i++) {
        const scene_point *point = &s->points[p->named[i]];
        const roof_row *row = roof_analysis_row(s->items[point->item].analysis, point->row);
        const char *more = point->count > 1 ? arena_printf(s->arena, "%s + %zu more",
                                                           row_name(s, row), point->count - 1)
                                            : row_name(s, row);
        cells_add(&c, arena_printf(s->arena, "%zu", i + 1));
        cells_add(&c, more);
        cells_add(&c, scene_printable(s, row->family));
        cells_add(&c, several ? s->items[point->item].label : "");
        cells_add(&c, arena_printf(s->arena, "%.1f%%", 100 * point->share));
        cells_add(&c, scene_si(s, point->y, "FLOP/s"));
        cells_add(&c, roof_limiter_name(row->limiter));
    }
    cells_write(&c, p->options->width, p->options->color, p->out);
}

static void not_drawn(text_plot *p, size_t n, const char *why) {
    if (n)
        fprintf(p->out, "not drawn: %zu %s %s\n", n, n == 1 ? "row" : "rows", why);
}

static void left_out(text_plot *p) {
    const scene *s = p->scene;
    const char *share = s->n_items > 1 ? ""
                                       : arena_printf(p->scene->arena, " (%.1f%% of the time)",
                                                      100 * s->tick_share);
    not_drawn(p, s->n_moves, arena_printf(p->scene->arena, "without arithmetic%s", share));
    not_drawn(p, s->n_unknown, "of unknown work");
    not_drawn(p, s->n_unmoved, "without memory traffic");
    not_drawn(p, s->n_outside, "outside the axes");
}

void text_legend(text_plot *p) {
    fputc('\n', p->out);
    if (p->scene->n_points)
        mark_line(p);
    color_line(p);
    if (p->n_named) {
        fputc('\n', p->out);
        row_table(p);
    }
    left_out(p);
    text_line(p, scene_sources(p->scene));
}
