/* The script of a chart. Text goes through put_quoted; data are numbers alone. */
#include "chart/layout.h"
#include <math.h>

/* Of gnuplot, in the order of chart_marker. */
static const int point_types[] = {0, 7, 5, 9, 13, 6};

static double line_width(const chart_series *s) {
    return s->width > 0 ? s->width : 2.5;
}

/* --- data --- */

static void put_bars(const frame *f, size_t k, FILE *out) {
    const chart_series *s = &f->panel->series[k];
    bool lie = bars_lie(f->panel);
    for (size_t i = 0; i < s->n; i++) {
        bar b = bar_of(f, k, i);
        unsigned color = s->colors ? s->colors[i] : s->color;
        double x0 = lie ? b.from : b.low, x1 = lie ? b.to : b.high;
        double y0 = lie ? b.low : b.from, y1 = lie ? b.high : b.to;
        if (b.to > b.from)
            fprintf(out, "%.8g %.8g %.8g %.8g %.8g %.8g %u\n", (x0 + x1) / 2, (y0 + y1) / 2, x0, x1,
                    y0, y1, color);
    }
}

static void put_curve(const frame *f, const chart_series *s, FILE *out) {
    bool log_x = f->x.scale == CHART_LOG10 || f->x.scale == CHART_LOG2;
    bool log_y = f->y.scale == CHART_LOG10 || f->y.scale == CHART_LOG2;
    for (size_t i = 0; i < s->n; i++) {
        bool usable = isfinite(s->x[i]) && isfinite(s->y[i]) && !(log_x && s->x[i] <= 0) &&
                      !(log_y && s->y[i] <= 0);
        if (usable)
            fprintf(out, "%.10g %.10g\n", s->x[i], s->y[i]);
        else
            fputc('\n', out); /* a gap */
    }
}

/* A data block that is empty is an error to gnuplot. */
static bool has_data(const frame *f, size_t k) {
    const chart_series *s = &f->panel->series[k];
    for (size_t i = 0; i < s->n; i++) {
        bar b = s->kind == CHART_BARS ? bar_of(f, k, i) : (bar){0};
        if (s->kind == CHART_BARS ? b.to > b.from : isfinite(s->y[i]))
            return true;
    }
    return false;
}

static void put_data(const layout *l, FILE *out) {
    for (size_t p = 0; p < l->n_frames; p++)
        for (size_t k = 0; k < l->frames[p].panel->n_series; k++) {
            const chart_series *s = &l->frames[p].panel->series[k];
            if (!has_data(&l->frames[p], k))
                continue;
            fprintf(out, "$panel%zu_series%zu << END_OF_SERIES\n", p + 1, k + 1);
            if (s->kind == CHART_BARS)
                put_bars(&l->frames[p], k, out);
            else
                put_curve(&l->frames[p], s, out);
            fputs("END_OF_SERIES\n", out);
        }
}

/* --- axes --- */

/* gnuplot reads the text of a tic as a format: each % of it has to be two. */
static void put_tic_text(FILE *out, const char *text) {
    char format[2048];
    size_t n = 0;
    for (; *text && n + 2 < sizeof format; text++) {
        format[n++] = *text;
        if (*text == '%')
            format[n++] = '%';
    }
    format[n] = '\0';
    put_quoted(out, format);
}

static void put_tics(const layout *l, const terminal *t, const ruler *r, const char *name,
                     bool bare, FILE *out) {
    const char *comma = "";
    fprintf(out, "set %stics (", name);
    for (size_t i = 0; i < r->n_tics; i++) {
        fputs(comma, out);
        put_tic_text(out, r->tics[i].text && !bare ? r->tics[i].text : "");
        fprintf(out, " %.10g%s", r->tics[i].value, r->tics[i].text ? "" : " 1");
        comma = ", ";
    }
    bool names = r->scale == CHART_NAMES;
    fprintf(out, ") nomirror out scale %s ", names ? "0,0" : "0.8,0.4");
    put_font(out, t, CHART_TIC * l->unit, false);
    fprintf(out, " textcolor rgb '#%06x'\n", names ? l->theme->ink : l->theme->frame);
}

static void put_ruler(const layout *l, const terminal *t, const ruler *r, const char *name,
                      bool bare, FILE *out) {
    if (r->scale == CHART_LOG10 || r->scale == CHART_LOG2)
        fprintf(out, "set logscale %s %d\n", name, r->scale == CHART_LOG2 ? 2 : 10);
    else
        fprintf(out, "unset logscale %s\n", name);
    fprintf(out, "set %srange [%.10g:%.10g]\n", name, r->low, r->high);
    put_tics(l, t, r, name, bare, out);
}

static void put_axes(const layout *l, const terminal *t, const frame *f, FILE *out) {
    fprintf(out,
            "set lmargin at screen %.6f\nset rmargin at screen %.6f\n"
            "set bmargin at screen %.6f\nset tmargin at screen %.6f\n",
            f->x.start / l->width, f->x.end / l->width, f->y.start / l->height,
            f->y.end / l->height);
    put_ruler(l, t, &f->x, "x", f->panel->x.bare, out);
    put_ruler(l, t, &f->y, "y", f->panel->y.bare, out);
    bool x_names = f->x.scale == CHART_NAMES, y_names = f->y.scale == CHART_NAMES;
    fprintf(out,
            "set border %d linecolor rgb '#%06x'\nunset grid\nset grid%s%s back linetype 1 "
            "linewidth 0.7 linecolor rgb '#%06x'\n",
            y_names ? 2 : 3, l->theme->frame, x_names ? "" : " xtics", y_names ? "" : " ytics",
            l->theme->grid);
}

/* --- marks --- */

static void put_band(const layout *l, const chart_mark *m, FILE *out) {
    fprintf(out,
            "set object rectangle from first %.10g, graph 0 to first %.10g, graph 1 behind "
            "fillcolor rgb '#%08x' fillstyle solid noborder\n",
            m->x, m->x_end, 0xd8000000u | (m->color ? m->color : l->theme->soft));
}

static void put_mark(const layout *l, const terminal *t, const chart_mark *m, FILE *out) {
    unsigned color = m->color ? m->color : l->theme->ink;
    const char *dash = m->dashed ? " dashtype (9,6)" : "";
    double width = 1.5 * l->unit * t->line_pixel;
    if (m->kind == CHART_BAND)
        put_band(l, m, out);
    else if (m->kind == CHART_POINT)
        fprintf(out,
                "set label '' at first %.10g, first %.10g point pointtype %d pointsize %.4g "
                "linecolor rgb '#%06x' front\n",
                m->x, m->y, point_types[m->marker ? m->marker : CHART_DISC],
                6 * l->unit * point_pixel(t, l->unit), color);
    else if (m->kind == CHART_VERTICAL)
        fprintf(out,
                "set arrow from first %.10g, graph 0 to first %.10g, graph 1 nohead linewidth %.3g "
                "linecolor rgb '#%06x'%s back\n",
                m->x, m->x, width, color, dash);
    else
        fprintf(out,
                "set arrow from graph 0, first %.10g to graph 1, first %.10g nohead linewidth %.3g "
                "linecolor rgb '#%06x'%s back\n",
                m->y, m->y, width, color, dash);
}

/* --- legends --- */

static void put_sample_box(const layout *l, const key *k, FILE *out) {
    double u = l->unit, half = 7 * u;
    unsigned alpha = k->series->kind == CHART_AREA ? 0x90000000u : 0;
    fprintf(out,
            "set object rectangle from screen %.6f,%.6f to screen %.6f,%.6f front fillcolor rgb "
            "'#%08x' fillstyle solid noborder\n",
            (k->x + 8 * u) / l->width, (k->y - half) / l->height, (k->x + 26 * u) / l->width,
            (k->y + half) / l->height, alpha | k->series->color);
}

static void put_sample(const layout *l, const terminal *t, const key *k, FILE *out) {
    const chart_series *s = k->series;
    double u = l->unit;
    if (s->kind == CHART_BARS || s->kind == CHART_AREA) {
        put_sample_box(l, k, out);
        return;
    }
    fprintf(out,
            "set arrow from screen %.6f,%.6f to screen %.6f,%.6f nohead linewidth %.3g linecolor "
            "rgb '#%06x'%s front\n",
            k->x / l->width, k->y / l->height, (k->x + 28 * u) / l->width, k->y / l->height,
            line_width(s) * u * t->line_pixel, s->color, s->dashed ? " dashtype (9,6)" : "");
    if (s->marker)
        fprintf(out,
                "set label '' at screen %.6f,%.6f point pointtype %d pointsize %.4g linecolor rgb "
                "'#%06x' front\n",
                (k->x + 14 * u) / l->width, k->y / l->height, point_types[s->marker],
                5 * u * point_pixel(t, u), s->color);
}

/* --- curves --- */

static void put_style(const layout *l, const terminal *t, const chart_series *s, FILE *out) {
    double width = line_width(s) * l->unit * t->line_pixel;
    const char *dash = s->dashed ? " dashtype (9,6)" : "";
    if (s->kind == CHART_BARS)
        fputs("using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid noborder linecolor rgb variable",
              out);
    else if (s->kind == CHART_AREA)
        fprintf(out,
                "using 1:2 with filledcurves y1=0 fillstyle solid noborder fillcolor rgb '#%08x'",
                0x90000000u | s->color);
    else
        fprintf(out, "using 1:2 with %s linewidth %.3g linecolor rgb '#%06x'%s",
                s->kind == CHART_STEPS ? "steps" : "lines", width, s->color, dash);
    fputs(" notitle", out);
}

static void put_curves(const layout *l, const terminal *t, const frame *f, FILE *out) {
    size_t p = (size_t)(f - l->frames) + 1;
    bool any = false;
    for (size_t k = 0; k < f->panel->n_series; k++) {
        const chart_series *s = &f->panel->series[k];
        if (!has_data(f, k))
            continue;
        fprintf(out, "%s$panel%zu_series%zu ", any ? ", \\\n     " : "plot ", p, k + 1);
        put_style(l, t, s, out);
        any = true;
        if (s->marker && s->kind != CHART_BARS)
            fprintf(out,
                    ", \\\n     $panel%zu_series%zu using 1:2 with points pointtype %d pointsize "
                    "%.4g linecolor rgb '#%06x' notitle",
                    p, k + 1, point_types[s->marker], 5 * l->unit * point_pixel(t, l->unit),
                    s->color);
    }
    fputs(any ? "\n" : "plot NaN notitle\n", out);
}

static void put_frame(const layout *l, const terminal *t, const frame *f, FILE *out) {
    put_axes(l, t, f, out);
    for (size_t i = 0; i < f->panel->n_marks && i < CHART_MARKS; i++) {
        const chart_mark *m = &f->panel->marks[i];
        bool seen =
            (m->kind == CHART_HORIZONTAL || m->kind == CHART_BAND || ruler_shows(&f->x, m->x)) &&
            (m->kind == CHART_VERTICAL || m->kind == CHART_BAND || ruler_shows(&f->y, m->y));
        if (seen)
            put_mark(l, t, m, out);
    }
    put_curves(l, t, f, out);
    fputs("unset label\nunset arrow\nunset object\n", out);
}

/* What belongs to no panel is drawn with the first. */
static void put_around(const layout *l, const terminal *t, FILE *out) {
    for (size_t i = 0; i < l->n_keys; i++)
        put_sample(l, t, &l->keys[i], out);
    for (size_t i = 0; i < l->n_leaders; i++)
        fprintf(out,
                "set arrow from screen %.6f,%.6f to screen %.6f,%.6f nohead linewidth %.3g "
                "linecolor rgb '#%06x' front\n",
                l->leaders[i].x0 / l->width, l->leaders[i].y0 / l->height,
                l->leaders[i].x1 / l->width, l->leaders[i].y1 / l->height, l->unit * t->line_pixel,
                l->theme->theory);
    for (size_t i = 0; i < l->n_words; i++)
        put_word(out, t, l->width, l->height, &l->words[i]);
}

void layout_script(const void *what, const terminal *t, FILE *out) {
    const layout *l = what;
    fputs("# A chart, drawn by: gnuplot THIS.gp > PICTURE\n"
          "# Bars: middle x and y, x from and to, y from and to, colour; curves: x and y.\n",
          out);
    put_terminal(out, t, l->width, l->height, l->unit, l->theme->background);
    fputs("set encoding utf8\nunset key\n", out);
    put_data(l, out);
    fputs("set multiplot\n", out);
    put_around(l, t, out);
    for (size_t i = 0; i < l->n_frames; i++)
        put_frame(l, t, &l->frames[i], out);
    fputs("unset multiplot\n", out);
}
