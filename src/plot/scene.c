#include "plot/scene.h"
#include <math.h>
#include <string.h>

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
 * families that are seldom large. */
unsigned family_color(const char *family) {
    static const struct {
        const char *family;
        unsigned color;
    } colors[] = {
        {.family = "conv", .color = 0x0072b2},       {.family = "matmul", .color = 0xd55e00},
        {.family = "attention", .color = 0xcc79a7},  {.family = "norm", .color = 0x009e73},
        {.family = "activation", .color = 0xe69f00}, {.family = "elementwise", .color = 0x56b4e9},
        {.family = "pool", .color = 0xb8a900},       {.family = "reduce", .color = 0x882255},
        {.family = "movement", .color = 0x5c5c5c},   {.family = "quantize", .color = 0x6f4e37},
        {.family = "recurrent", .color = 0x332288},
    };
    for (size_t i = 0; i < sizeof colors / sizeof *colors; i++)
        if (strcmp(colors[i].family, family) == 0)
            return colors[i].color;
    return 0x999999;
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
