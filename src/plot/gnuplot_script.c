/* The script. Whatever comes from a model or a user is printable text that goes through put_quoted;
 * its data are numbers alone. */
#include "draw/gnuplot.h"
#include "plot/scene.h"
#include <math.h>

static const double TIC_FONT = 15, STRIP_FONT = 12;

static double screen_x(const scene *s, double pixels) {
    return pixels / s->width;
}

static double screen_y(const scene *s, double pixels) {
    return pixels / s->height;
}

static void put_head(const scene *s, const terminal *t, FILE *out) {
    fprintf(out,
            "# A roofline, drawn by: gnuplot THIS.gp > PICTURE\n"
            "# The layers are in $layers: FLOP/byte, FLOP/s, radius, symbol, colour, paleness; in\n"
            "# $measured: FLOP/byte, attained FLOP/s, radius, symbol, colour.\n");
    put_terminal(out, t, s->width, s->height, s->unit, s->theme->background);
    fprintf(out, "set encoding utf8\nunset key\nradius = %.6g\n", point_pixel(t, s->unit));
}

/* gnuplot's numbers of the symbols. */
static int symbol_type(scene_shape shape, bool hollow) {
    static const int filled[SHAPE_COUNT] = {
        [SHAPE_DISC] = 7,     [SHAPE_SQUARE] = 5,         [SHAPE_TRIANGLE] = 9,
        [SHAPE_DIAMOND] = 13, [SHAPE_TRIANGLE_DOWN] = 11, [SHAPE_PENTAGON] = 15};
    return filled[shape] - hollow;
}

static void put_point(const scene *s, const scene_point *p, FILE *out) {
    scene_shape shape = scene_point_shape(s, p);
    fprintf(out, "%.6g %.6g %.4g %d %u %.0f\n", p->x, p->y, p->radius * scene_shape_reach(shape),
            symbol_type(shape, false), p->color, 255 * (1 - p->strength));
}

static void put_data(const scene *s, FILE *out) {
    fputs("$layers << END_OF_LAYERS\n", out);
    for (size_t i = 0; i < s->n_points; i++)
        put_point(s, &s->points[i], out);
    fputs("END_OF_LAYERS\n$estimated << END_OF_ESTIMATED\n", out);
    for (size_t i = 0; i < s->n_points; i++)
        if (s->points[i].estimated)
            put_point(s, &s->points[i], out);
    fputs("END_OF_ESTIMATED\n$measured << END_OF_MEASURED\n", out);
    for (size_t i = 0; i < s->n_attained; i++)
        put_point(s, &s->attained[i], out);
    fputs("END_OF_MEASURED\n$moves << END_OF_MOVES\n", out);
    for (size_t i = 0; i < s->n_ticks; i++)
        fprintf(out, "%.6g %.4g %u\n", s->ticks[i].bytes, s->ticks[i].height, s->ticks[i].color);
    fputs("END_OF_MOVES\n", out);
}

static void put_margins(const scene *s, double left, double right, double bottom, double top,
                        FILE *out) {
    fprintf(out, "set lmargin at screen %.6f\nset rmargin at screen %.6f\n", screen_x(s, left),
            screen_x(s, right));
    fprintf(out, "set bmargin at screen %.6f\nset tmargin at screen %.6f\n", screen_y(s, bottom),
            screen_y(s, top));
}

/* A tick at each power of ten, with a minor one at its multiples where there are few decades. */
static void put_tics(const axis *a, const char *name, const char *unit, bool minor, FILE *out) {
    int first = (int)floor(log10(a->low)), last = (int)ceil(log10(a->high));
    const char *comma = "";
    fprintf(out, "set %stics (", name);
    for (int i = first; i <= last; i++) {
        char text[64];
        tic_text(text, sizeof text, i, unit);
        fprintf(out, "%s'%s' 1e%d", comma, text, i);
        comma = ", ";
        for (int k = 2; k < 10 && minor; k++)
            fprintf(out, ", '' %de%d 1", k, i);
    }
    fputs(")", out);
}

static void put_range(const axis *a, const char *name, FILE *out) {
    fprintf(out, "set logscale %s\nset %srange [%.8g:%.8g]\n", name, name, a->low, a->high);
}

static void put_line(const scene *s, const terminal *t, const scene_line *l, FILE *out) {
    if (l->on_axes)
        fprintf(out, "set arrow from first %.8g, first %.8g to first %.8g, first %.8g", l->at.x0,
                l->at.y0, l->at.x1, l->at.y1);
    else
        fprintf(out, "set arrow from screen %.6f,%.6f to screen %.6f,%.6f", screen_x(s, l->at.x0),
                screen_y(s, l->at.y0), screen_x(s, l->at.x1), screen_y(s, l->at.y1));
    if (l->arrow)
        fprintf(out, " head filled size screen %.5f,20", 14 * s->unit / s->width);
    else
        fputs(" nohead", out);
    fprintf(out, " linewidth %.3g linecolor rgb '#%06x'%s %s\n", l->width * t->line_pixel, l->color,
            l->dashed ? " dashtype (9,6)" : "", l->front ? "front" : "back");
}

static void put_symbol(const scene *s, const terminal *t, const scene_symbol *m, FILE *out) {
    fprintf(out,
            "set label '' at screen %.6f,%.6f point pointtype %d pointsize %.4g linewidth %.3g "
            "linecolor rgb '#%06x' front\n",
            screen_x(s, m->x), screen_y(s, m->y), symbol_type(m->shape, m->hollow),
            m->radius * point_pixel(t, s->unit), 1.6 * s->unit * t->line_pixel, m->color);
}

/* The rows without arithmetic, below the plot on an axis of their own. */
static void put_strip(const scene *s, const terminal *t, FILE *out) {
    put_margins(s, s->strip.start, s->strip.end, s->strip_bottom, s->strip_top, out);
    put_range(&s->strip, "x", out);
    fprintf(out,
            "set yrange [0:1]\nunset ytics\nunset xlabel\nunset ylabel\nunset grid\n"
            "set border 1 linecolor rgb '#%06x'\n",
            s->theme->frame);
    put_tics(&s->strip, "x", "B", false, out);
    fputs(" nomirror out scale 0.5 ", out);
    put_font(out, t, STRIP_FONT * s->unit, false);
    fprintf(out,
            " textcolor rgb '#%06x'\nplot $moves using 1:2:($3 + 0x40000000) with impulses "
            "linewidth %.3g linecolor rgb variable notitle\n",
            s->theme->faint, 2.5 * s->unit * t->line_pixel);
}

static void put_axes(const scene *s, const terminal *t, FILE *out) {
    put_margins(s, s->x.start, s->x.end, s->y.start, s->y.end, out);
    put_range(&s->x, "x", out);
    put_range(&s->y, "y", out);
    fprintf(out,
            "set border 3 linecolor rgb '#%06x'\n"
            "set grid xtics ytics back linetype 1 linewidth 0.7 linecolor rgb '#%06x'\n",
            s->theme->frame, s->theme->grid);
    const char *names[] = {"x", "y"}, *units[] = {"", "FLOP/s"};
    const axis *axes[] = {&s->x, &s->y};
    for (int i = 0; i < 2; i++) {
        put_tics(axes[i], names[i], units[i], true, out);
        fputs(" nomirror out scale 0.8,0.4 ", out);
        put_font(out, t, TIC_FONT * s->unit, false);
        fprintf(out, " textcolor rgb '#%06x'\n", s->theme->ink);
    }
}

/* Filled and outlined; estimated ones with a hole, measured ones as outlines where they are. */
static void put_points(const scene *s, const terminal *t, FILE *out) {
    const char *with = "with points pointtype variable pointsize variable";
    double line = s->unit * t->line_pixel;
    bool estimated = false;
    for (size_t i = 0; i < s->n_points; i++)
        estimated = estimated || s->points[i].estimated;
    fprintf(out,
            "pale(color, part) = color + int(part) * 0x1000000\n"
            "plot $layers using 1:2:($3 * radius):4:(pale($5, 80 + 0.68 * $6)) %s linecolor rgb "
            "variable notitle, \\\n"
            "     $layers using 1:2:($3 * radius):($4 - 1):(pale($5, $6)) %s linewidth %.3g "
            "linecolor rgb variable notitle",
            with, with, line);
    if (estimated)
        fprintf(out,
                ", \\\n     $estimated using 1:2:($3 * 0.45 * radius):4:(%u) %s linecolor rgb "
                "variable notitle",
                s->theme->background, with);
    if (s->n_attained)
        fprintf(out,
                ", \\\n     $measured using 1:2:($3 * radius):($4 - 1):5 %s linewidth %.3g "
                "linecolor rgb variable notitle",
                with, 1.8 * line);
    fputc('\n', out);
}

void scene_script(const void *what, const terminal *t, FILE *out) {
    const scene *s = what;
    put_head(s, t, out);
    put_data(s, out);
    fputs("set multiplot\n", out);
    if (s->n_ticks)
        put_strip(s, t, out);
    put_axes(s, t, out);
    for (size_t i = 0; i < s->n_lines; i++)
        put_line(s, t, &s->lines[i], out);
    for (size_t i = 0; i < s->n_symbols; i++)
        put_symbol(s, t, &s->symbols[i], out);
    for (size_t i = 0; i < s->n_texts; i++)
        put_word(out, t, s->width, s->height, &s->texts[i]);
    if (s->n_points)
        put_points(s, t, out);
    else
        fputs("plot NaN notitle\n", out);
    fputs("unset multiplot\n", out);
}
