/* What the scripts of all pictures have in common. */
#include "draw/gnuplot.h"
#include <ctype.h>
#include <math.h>
#include <string.h>

/* From which some terminals count the size of points; times the unit of a picture. */
static const double BASE_FONT = 16;

/* Whatever could have a meaning to gnuplot (quotes, backslashes, backticks, @, $, %, {, }, ...) is
 * written as an octal number: single quotes are not enough, as gnuplot reads two of them at the
 * start of a string as the empty string. A number that begins with 0 has four digits.
 * In SVG gnuplot leaves ">" as it is, and "]]>" is not allowed there: a space without width breaks
 * it. */
void put_quoted(FILE *out, const char *text) {
    const char *start = text;
    fputc('"', out);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '>' && text - start >= 2 && text[-1] == ']' && text[-2] == ']')
            fputs("\xe2\x80\x8b", out);
        bool plain = c >= 0x80 || isalnum(c) || strchr(" ./,:-_()+=", c);
        fprintf(out, plain ? "%c" : "\\0%03o", c);
    }
    fputc('"', out);
}

void put_font(FILE *out, const terminal *t, double pixels, bool bold) {
    fprintf(out, "font '%s%s,%.4g'", t->font, bold ? t->bold : "", pixels * t->font_pixel);
}

void put_terminal(FILE *out, const terminal *t, double width, double height, double unit,
                  unsigned background) {
    fprintf(out, "set terminal %s ", t->name);
    if (t->per_inch > 0)
        fprintf(out, "size %.6gin,%.6gin ", width / t->per_inch, height / t->per_inch);
    else
        fprintf(out, "size %.0f,%.0f ", width, height);
    fprintf(out, "font '%s,%.4g' background rgb '#%06x' noenhanced\n", t->font,
            BASE_FONT * unit * t->font_pixel, background);
}

double point_pixel(const terminal *t, double unit) {
    return t->point_pixel > 0 ? t->point_pixel : 1 / (t->point_font * BASE_FONT * unit);
}

void tic_text(char *dst, size_t size, int power, const char *unit) {
    static const char *const prefixes[] = {"", "k", "M", "G", "T", "P", "E"};
    enum { PLAIN = 5, PREFIXES = sizeof prefixes / sizeof *prefixes };
    int group = power < (*unit ? 0 : PLAIN) ? 0 : power / 3;
    const char *gap = *unit || group ? " " : "";
    if (group < PREFIXES)
        snprintf(dst, size, "%.10g%s%s%s", pow(10, power - 3 * group), gap, prefixes[group], unit);
    else
        snprintf(dst, size, "1e%d%s%s", power, gap, unit);
}

void put_word(FILE *out, const terminal *t, double width, double height, const word *w) {
    const char *align = w->align == 'r' ? "right" : w->align == 'c' ? "center" : "left";
    fputs("set label ", out);
    put_quoted(out, w->text);
    fprintf(out, " at screen %.6f,%.6f %s ", w->x / width, w->y / height, align);
    if (w->angle != 0)
        fprintf(out, "rotate by %.3f ", w->angle);
    put_font(out, t, w->size, w->bold);
    fprintf(out, " textcolor rgb '#%06x' noenhanced front\n", w->color);
}
