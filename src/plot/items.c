/* What sets the items of a figure apart: labels, colours, symbols. */
#include "base/text.h"
#include "plot/about.h"
#include "plot/scene.h"
#include <string.h>

/* Where devices stand beside each other, the words that all begin with, "NVIDIA ", say nothing. */
static void shorten_names(scene *s) {
    const char *names[ROOF_PLOT_ITEMS];
    for (size_t i = 0; i < s->n_roofs; i++)
        names[i] = s->roofs[i].name;
    size_t common = text_common(names, s->n_roofs, ' ');
    for (size_t i = 0; i < s->n_roofs; i++)
        s->roofs[i].short_name = s->roofs[i].name + common;
}

/* What a label is made of. */
typedef enum part { PART_MODEL, PART_DEVICE, PART_TYPES, PART_TRAFFIC, PART_DIMS, PART_COUNT } part;

static const char *dims_text(scene *s, const roof_analysis *a) {
    const char *text = "", *name;
    int64_t value;
    for (size_t i = 0; (name = roof_analysis_dim(a, i, &value)); i++)
        text = arena_printf(s->arena, "%s%s%s = %lld", text, *text ? ", " : "",
                            scene_printable(s, name), (long long)value);
    return text;
}

static const char *part_text(scene *s, size_t i, part p) {
    const roof_analysis *a = s->items[i].analysis;
    if (p == PART_DEVICE)
        return s->roofs[s->items[i].roof].short_name;
    if (!a)
        return "";
    const roof_options *o = roof_analysis_options(a);
    switch (p) {
    case PART_MODEL:
        return scene_printable(s, about_file(a));
    case PART_TYPES:
        return o->tf32 ? "tf32" : roof_types_name(o->types);
    case PART_TRAFFIC:
        return arena_printf(s->arena, "%s traffic", roof_traffic_name(o->traffic));
    default:
        return dims_text(s, a);
    }
}

static bool differs(scene *s, part p) {
    const char *first = NULL;
    for (size_t i = 0; i < s->n_items; i++) {
        if (!s->items[i].analysis && p != PART_DEVICE)
            continue;
        const char *text = part_text(s, i, p);
        if (first && strcmp(first, text) != 0)
            return true;
        first = text;
    }
    return false;
}

static const char *made_label(scene *s, size_t i, const bool parts[PART_COUNT]) {
    const char *text = "";
    for (int p = 0; p < PART_COUNT; p++) {
        const char *one = parts[p] ? part_text(s, i, (part)p) : "";
        if (*one)
            text = arena_printf(s->arena, "%s%s%s", text, *text ? ", " : "", one);
    }
    bool alone = !s->items[i].analysis;
    return *text ? text : part_text(s, i, alone ? PART_DEVICE : PART_MODEL);
}

/* False when two labels are the same. */
static bool make_labels(scene *s, const bool parts[PART_COUNT]) {
    bool unique = true;
    for (size_t i = 0; i < s->n_items; i++) {
        s->items[i].label = made_label(s, i, parts);
        for (size_t k = 0; k < i; k++)
            unique = unique && strcmp(s->items[k].label, s->items[i].label) != 0;
    }
    return unique;
}

/* A device has the colour of what is on it, where that is one thing. */
static void color_roofs(scene *s) {
    const theme *p = s->theme;
    for (size_t i = 0; i < s->n_roofs; i++) {
        s->roofs[i].color = p->roof;
        s->roofs[i].theory_color = p->theory;
    }
    for (size_t i = 0; i < s->n_items && s->n_roofs > 1 && s->n_roofs == s->n_items; i++) {
        scene_roof *r = &s->roofs[s->items[i].roof];
        r->color = r->theory_color = s->items[i].color;
    }
}

void scene_items(scene *s, const roof_plot_item *items) {
    bool parts[PART_COUNT];
    shorten_names(s);
    for (size_t i = 0; i < s->n_items; i++) {
        s->items[i].analysis = items[i].analysis;
        s->items[i].color = s->theme->items[i];
        s->items[i].shape = (scene_shape)(i % SHAPE_COUNT);
    }
    for (int p = 0; p < PART_COUNT; p++)
        parts[p] = differs(s, (part)p);
    bool dims = parts[PART_DIMS];
    parts[PART_DIMS] = false; /* only where nothing else sets them apart */
    if (!make_labels(s, parts) && dims) {
        parts[PART_DIMS] = true;
        make_labels(s, parts);
    }
    for (size_t i = 0; i < s->n_items; i++)
        if (items[i].label)
            s->items[i].label = scene_printable(s, items[i].label);
    color_roofs(s);
}
