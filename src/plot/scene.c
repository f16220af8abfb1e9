#include "plot/scene.h"
#include "base/text.h"
#include <math.h>

enum { DEFAULT_WIDTH = 1600, DEFAULT_HEIGHT = 1000 };

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

double scene_shape_reach(scene_shape shape) {
    static const double reach[SHAPE_COUNT] = {
        [SHAPE_DISC] = 1,        [SHAPE_SQUARE] = 0.886,        [SHAPE_TRIANGLE] = 1.253,
        [SHAPE_DIAMOND] = 1.253, [SHAPE_TRIANGLE_DOWN] = 1.253, [SHAPE_PENTAGON] = 1.149};
    return reach[shape];
}

scene_shape scene_point_shape(const scene *s, const scene_point *p) {
    return s->n_items > 1 ? s->items[p->item].shape : SHAPE_DISC;
}

const char *scene_printable(scene *s, const char *text) {
    char clean[512];
    return arena_strdup(s->arena, text_printable(clean, sizeof clean, text));
}

const char *scene_level_name(scene *s, const scene_level *l) {
    char *name = arena_strdup(s->arena, l->name);
    for (char *p = name; *p; p++)
        *p = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
    return name;
}

const char *scene_si(scene *s, double value, const char *unit) {
    char text[64];
    return arena_strdup(s->arena, text_si(text, sizeof text, value, unit));
}

static double pixels(int asked, int otherwise) {
    int n = asked == 0 ? otherwise : asked;
    return n < ROOF_PLOT_SMALLEST  ? ROOF_PLOT_SMALLEST
           : n > ROOF_PLOT_LARGEST ? ROOF_PLOT_LARGEST
                                   : n;
}

/* Text of a small picture shrinks less than the picture does, so that it can be read on a slide. */
static double unit_of(const scene *s) {
    double part = fmin(s->width / DEFAULT_WIDTH, s->height / DEFAULT_HEIGHT);
    return part < 1 ? pow(part, 0.6) : part;
}

scene *scene_make(arena *a, const roof_plot_item *items, size_t n, const roof_plot_options *options,
                  roof_error *error) {
    scene *s = arena_alloc(a, sizeof *s);
    s->arena = a;
    s->options = options;
    s->theme = options->theme == ROOF_PLOT_DARK ? &theme_dark : &theme_light;
    s->width = pixels(options->width, DEFAULT_WIDTH);
    s->height = pixels(options->height, DEFAULT_HEIGHT);
    s->unit = unit_of(s);
    s->n_items = n;
    if (!scene_devices(s, items, error))
        return NULL;
    scene_items(s, items);
    scene_rows(s);
    scene_axes(s);
    scene_roofs(s);
    scene_arrows(s);
    scene_names(s);
    scene_panel(s);
    scene_titles(s);
    return s;
}
