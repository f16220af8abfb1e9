/* Roofs, points and axes in characters. */
#include "base/text.h"
#include "plot/terminal.h"
#include <math.h>
#include <string.h>

enum { MARGIN = 7, LEAST_ROWS = 14, MOST_ROWS = 40 };

/* The scene's axes on the dots of the grid. */
typedef struct view {
    grid g;
    axis x, y;
    scene *scene;
} view;

static double dot_x(const view *v, double value) {
    return axis_pixel(&v->x, value);
}

static double dot_y(const view *v, double value) {
    return axis_pixel(&v->y, value);
}

static long column_of(const view *v, double x) {
    return lround(dot_x(v, x)) / 2;
}

static long row_of(const view *v, double y) {
    return (long)v->g.rows - 1 - lround(dot_y(v, y)) / 4;
}

/* --- roofs --- */

enum { SOLID = 1, DASHED = 3, GUIDE = 4 };

static void level_line(view *v, double ceiling, double bandwidth, bool solid, int color) {
    double from = fmax(ceiling / bandwidth, v->x.low);
    if (ceiling < v->y.low || ceiling > v->y.high || from > v->x.high)
        return;
    grid_line(&v->g,
              (segment){dot_x(v, from), dot_y(v, ceiling), dot_x(v, v->x.high), dot_y(v, ceiling)},
              solid ? SOLID : DASHED, solid ? '-' : '.', color);
}

static void slope_line(view *v, double bandwidth, double top, bool solid, int color) {
    double left = fmax(v->x.low, v->y.low / bandwidth), right = fmin(v->x.high, top / bandwidth);
    if (right <= left)
        return;
    grid_line(&v->g,
              (segment){dot_x(v, left), dot_y(v, left * bandwidth), dot_x(v, right),
                        dot_y(v, right * bandwidth)},
              solid ? SOLID : DASHED, solid ? '/' : '.', color);
}

static void ridge(view *v, double ceiling, double bandwidth, int color) {
    double x = ceiling / bandwidth;
    if (x < v->x.low || x > v->x.high || ceiling < v->y.low || ceiling > v->y.high)
        return;
    grid_line(&v->g, (segment){dot_x(v, x), dot_y(v, ceiling), dot_x(v, x), 0}, GUIDE, ':', color);
}

static double highest(const scene_roof *r, bool theory) {
    double top = 0;
    for (size_t i = 0; i < r->n_ceilings; i++)
        top = fmax(top, theory && r->ceilings[i].theory > 0 ? r->ceilings[i].theory
                                                            : r->ceilings[i].value);
    return top;
}

/* Ridges and theory first: what was measured is drawn over them. */
static void draw_roof(view *v, const scene_roof *r) {
    const scene_level *dram = r->n_levels ? &r->levels[r->n_levels - 1] : NULL;
    double bandwidth = dram ? dram->value : INFINITY;
    int color = v->scene->n_roofs > 1 ? (int)r->color : NO_COLOR,
        pale = (int)v->scene->theme->theory;
    for (size_t i = 0; dram && i < r->n_ceilings; i++)
        if (r->ceilings[i].unit != ROOF_SPECIAL)
            ridge(v, r->ceilings[i].value, bandwidth, pale);
    for (size_t i = 0; i < r->n_ceilings; i++)
        if (r->ceilings[i].theory > 0)
            level_line(v, r->ceilings[i].theory, fmax(bandwidth, dram ? dram->theory : 0), false,
                       pale);
    if (dram && dram->theory > 0)
        slope_line(v, dram->theory, highest(r, true), false, pale);
    for (size_t i = 0; i < r->n_levels; i++)
        slope_line(v, r->levels[i].value, highest(r, false), r->levels[i].measured, color);
    for (size_t i = 0; i < r->n_ceilings; i++)
        level_line(v, r->ceilings[i].value, bandwidth, r->ceilings[i].measured, color);
}

/* --- points --- */

static void draw_measured(view *v, const scene_point *p) {
    double x = dot_x(v, p->x);
    grid_line(&v->g, (segment){x, dot_y(v, p->y), x, dot_y(v, p->bound)}, 2, ':', (int)p->color);
    grid_mark(&v->g, column_of(v, p->x), row_of(v, p->y), "\u25cb", 'm', (int)p->color);
}

/* The light ones first, as heavy ones are to be seen. */
static void draw_points(view *v) {
    const scene *s = v->scene;
    for (size_t i = s->n_attained; i-- > 0;)
        if (s->attained[i].y >= v->y.low && s->attained[i].y <= v->y.high)
            draw_measured(v, &s->attained[i]);
    for (size_t i = s->n_points; i-- > 0;) {
        const scene_point *p = &s->points[i];
        bool heavy = p->share >= 0.01;
        grid_mark(&v->g, column_of(v, p->x), row_of(v, p->y), heavy ? "\u25cf" : "\u2022",
                  heavy ? 'O' : 'o', (int)p->color);
    }
}

static void draw_models(view *v) {
    const scene *s = v->scene;
    for (size_t i = 0; i < s->n_items; i++) {
        const roof_analysis *a = s->items[i].analysis;
        int color = s->n_items > 1 ? (int)s->items[i].color : NO_COLOR;
        roof_traffic used = a ? roof_analysis_options(a)->traffic : ROOF_TRAFFIC_OP;
        for (int k = 0; a && k <= ROOF_TRAFFIC_COUNT; k++) { /* the selected one last */
            int t = k == ROOF_TRAFFIC_COUNT ? (int)used : k;
            double x, y;
            bool selected = k == ROOF_TRAFFIC_COUNT;
            if (place_of_model(a, (roof_traffic)t, &x, &y))
                grid_mark(&v->g, column_of(v, x), row_of(v, y), selected ? "\u25c6" : "\u25c7",
                          selected ? '#' : '+', color);
        }
    }
}

static bool is_whole_model(const view *v, long column, long row) {
    for (size_t i = 0; i < v->scene->n_items; i++) {
        const roof_analysis *a = v->scene->items[i].analysis;
        double x, y;
        if (a && place_of_model(a, roof_analysis_options(a)->traffic, &x, &y) &&
            column_of(v, x) == column && row_of(v, y) == row)
            return true;
    }
    return false;
}

/* Numbers the heaviest points that stand in cells of their own. */
static void number_points(view *v, text_plot *p) {
    const scene *s = v->scene;
    for (size_t i = 0; i < s->n_points && p->n_named < TEXT_NAMED; i++) {
        const scene_point *point = &s->points[i];
        long column = column_of(v, point->x), row = row_of(v, point->y);
        char digit[2] = {(char)('1' + p->n_named), '\0'};
        bool taken = (i > 0 && point->share < 0.002) || is_whole_model(v, column, row);
        for (size_t k = 0; k < p->n_named; k++) {
            const scene_point *other = &s->points[p->named[k]];
            taken = taken || (column_of(v, other->x) == column && row_of(v, other->y) == row);
        }
        if (taken)
            continue;
        p->named[p->n_named++] = i;
        grid_mark(&v->g, column, row, digit, digit[0], (int)point->color);
    }
}

/* --- labels --- */

/* "H200 " where there are several devices: colours alone do not tell them apart everywhere. */
static const char *device_of(const view *v, const scene_roof *r) {
    return v->scene->n_roofs > 1 ? arena_printf(v->scene->arena, "%s ", r->short_name) : "";
}

/* Above or below the line, from its right end to the left, where nothing is. */
static void label_ceiling(view *v, const scene_roof *r, const scene_ceiling *c) {
    char text[128], rate[32];
    snprintf(text, sizeof text, "%.60s%s %s", device_of(v, r), c->name,
             text_si(rate, sizeof rate, c->value, roofs_unit(c->precision)));
    size_t width = text_width(text);
    long row = row_of(v, c->value);
    if (c->value < v->y.low || c->value > v->y.high)
        return;
    for (long at = (long)v->g.columns - (long)width; at > (long)v->g.columns / 3; at--)
        for (int side = -1; side <= 1; side += 2)
            if (grid_is_free(&v->g, at - 1, row + side, width + 1)) {
                grid_text(&v->g, at, row + side, text, NO_COLOR);
                return;
            }
}

/* To the right of the slope, from its middle downwards. */
static void label_slope(view *v, const scene_roof *r, const scene_level *l, double top) {
    char text[128], rate[32];
    snprintf(text, sizeof text, "%.60s%.20s %s", device_of(v, r), scene_level_name(v->scene, l),
             text_si(rate, sizeof rate, l->value, "B/s"));
    size_t width = text_width(text);
    for (long i = (long)v->g.rows / 2; i < (long)v->g.rows; i++) {
        double y = v->y.low * pow(v->y.high / v->y.low,
                                  ((double)v->g.rows - 0.5 - (double)i) / (double)v->g.rows);
        if (y > top || y / l->value < v->x.low || y / l->value > v->x.high)
            continue;
        long at = column_of(v, y / l->value) + 4;
        if (!grid_is_free(&v->g, at - 1, i, width + 2))
            continue;
        grid_text(&v->g, at, i, text, NO_COLOR);
        return;
    }
}

static void draw_labels(view *v) {
    for (size_t k = 0; k < v->scene->n_roofs && v->scene->n_roofs <= 3; k++) {
        const scene_roof *r = &v->scene->roofs[k];
        for (size_t i = 0; i < r->n_ceilings; i++)
            label_ceiling(v, r, &r->ceilings[i]);
        for (size_t i = 0; i < r->n_levels; i++)
            label_slope(v, r, &r->levels[i], highest(r, false));
    }
}

/* --- axes, around the grid --- */

/* 10^power with a prefix: "100 G", "0.01". */
static const char *decade(char *dst, size_t size, int power) {
    static const char *const prefixes[] = {"", " k", " M", " G", " T", " P", " E"};
    enum { LEAST = -5, MOST = 21 }; /* what fits the margin */
    int group = power < 0 ? 0 : power / 3;
    if (power < LEAST || power >= MOST)
        snprintf(dst, size, "1e%d", power);
    else
        snprintf(dst, size, "%.*f%s", power < 0 ? -power : 0, pow(10, power - 3 * group),
                 prefixes[group]);
    return dst;
}

static void write_x_axis(const view *v, FILE *out) {
    size_t n = v->g.columns;
    char line[256], text[32];
    memset(line, ' ', sizeof line);
    long free_from = 0;
    for (int e = (int)ceil(log10(v->x.low)); e <= (int)floor(log10(v->x.high)); e++) {
        long width = (long)strlen(decade(text, sizeof text, e));
        long at = column_of(v, pow(10, e)) - width / 2;
        if (at < free_from || (size_t)(at + width) > n)
            continue;
        memcpy(line + at, text, (size_t)width);
        free_from = at + width + 1;
    }
    while (n > 0 && line[n - 1] == ' ')
        n--;
    fprintf(out, "%*s%.*s\n", MARGIN + 1, "", (int)n, line);
    static const char title[] = "operational intensity, FLOP/byte";
    fprintf(out, "%*s%s\n", (int)(MARGIN + 1 + (v->g.columns - strlen(title)) / 2), "", title);
}

/* The grid with decades beside it. */
static void write_grid(const view *v, bool color, FILE *out) {
    for (size_t row = 0; row < v->g.rows; row++) {
        grid one = {.cells = &v->g.cells[row * v->g.columns],
                    .columns = v->g.columns,
                    .rows = 1,
                    .utf8 = v->g.utf8};
        char text[32] = "";
        for (int e = (int)ceil(log10(v->y.low)); e <= (int)floor(log10(v->y.high)); e++)
            if (row_of(v, pow(10, e)) == (long)row)
                decade(text, sizeof text, e);
        const char *frame = v->g.utf8 ? (*text ? "\u2524" : "\u2502") : *text ? "+" : "|";
        fprintf(out, "%*s %s", MARGIN - 1, text, frame);
        grid_write(&one, color, out);
    }
    fprintf(out, "%*s%s", MARGIN, "", v->g.utf8 ? "\u2514" : "+");
    for (size_t i = 0; i < v->g.columns; i++) {
        bool tick = false;
        for (int e = (int)ceil(log10(v->x.low)); e <= (int)floor(log10(v->x.high)); e++)
            tick = tick || column_of(v, pow(10, e)) == (long)i;
        fputs(v->g.utf8 ? (tick ? "\u252c" : "\u2500") : tick ? "+" : "-", out);
    }
    fputc('\n', out);
}

void text_picture(text_plot *p) {
    scene *s = p->scene;
    size_t columns = p->options->width - MARGIN - 2, rows = p->options->width * 27 / 100;
    rows = rows < LEAST_ROWS ? LEAST_ROWS : rows > MOST_ROWS ? MOST_ROWS : rows;
    view v = {.g = grid_new(s->arena, columns, rows, p->options->utf8),
              .x = {s->x.low, s->x.high, 0, 2 * (double)columns - 1},
              .y = {s->y.low, s->y.high, 0, 4 * (double)rows - 1},
              .scene = s};
    for (size_t i = 0; i < s->n_roofs; i++)
        draw_roof(&v, &s->roofs[i]);
    draw_points(&v);
    number_points(&v, p);
    draw_models(&v);
    draw_labels(&v);
    fprintf(p->out, "%*s\n", MARGIN, "FLOP/s");
    write_grid(&v, p->options->color, p->out);
    write_x_axis(&v, p->out);
}
