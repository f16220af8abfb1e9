#include "plot/scene.h"
#include <math.h>

enum { DEFAULT_WIDTH = 1600, DEFAULT_HEIGHT = 1000, SMALLEST = 200, LARGEST = 20000 };

double axis_pixel(const axis *a, double value) {
    double part = log(value / a->low) / log(a->high / a->low);
    return a->start + part * (a->end - a->start);
}

void scene_add_line(scene *s, scene_line line) {
    if (s->n_lines < MAX_SCENE)
        s->lines[s->n_lines++] = line;
}

void scene_add_text(scene *s, scene_text text) {
    if (s->n_texts < MAX_SCENE)
        s->texts[s->n_texts++] = text;
}

void scene_add_symbol(scene *s, scene_symbol symbol) {
    if (s->n_symbols < MAX_SCENE)
        s->symbols[s->n_symbols++] = symbol;
}

/* Colours that colour-blind people can tell apart: Okabe and Ito's, then darker ones for the
 * families that are seldom large. In the order of roof_family_name. */
unsigned family_color(const roof_row *row) {
    static const unsigned colors[] = {0x0072b2, 0xd55e00, 0xcc79a7, 0x009e73, 0xe69f00, 0x56b4e9,
                                      0xb8a900, 0x882255, 0x5c5c5c, 0x6f4e37, 0x332288, 0x999999};
    enum { N = sizeof colors / sizeof *colors };
    return colors[row->family_index >= 0 && row->family_index < N ? row->family_index : N - 1];
}

static double pixels(int asked, int otherwise) {
    int n = asked == 0 ? otherwise : asked;
    return n < SMALLEST ? SMALLEST : n > LARGEST ? LARGEST : n;
}

scene *scene_make(arena *a, const roof_analysis *analysis, const roof_plot_options *options,
                  roof_error *error) {
    scene *s = arena_alloc(a, sizeof *s);
    s->arena = a;
    s->analysis = analysis;
    s->options = options;
    s->width = pixels(options->width, DEFAULT_WIDTH);
    s->height = pixels(options->height, DEFAULT_HEIGHT);
    s->unit = fmin(s->width / DEFAULT_WIDTH, s->height / DEFAULT_HEIGHT);
    scene_rows(s);
    if (!scene_axes(s, error))
        return NULL;
    scene_roofs(s);
    scene_names(s);
    scene_legend(s);
    return s;
}
