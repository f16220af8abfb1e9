/* Names beside the heaviest points, the whole models and the ridges. */
#include "base/text.h"
#include "plot/captions.h"
#include <string.h>

static const double LABEL = 14, LONGEST_NAME = 280, SAME_PLACE = 4;

enum { DEFAULT_LABELS = 8, LABELS_BESIDE_MODELS = 5, LABEL_ROOM = 130 };

/* Points that lie on each other share one label. */
typedef struct label {
    const scene_point *point;
    double x, y, share;
    size_t count;
} label;

static label *label_at(label *labels, size_t n, double x, double y, unsigned color, double near) {
    for (size_t i = 0; i < n; i++)
        if (distance(labels[i].x - x, labels[i].y - y) <= near && labels[i].point->color == color)
            return &labels[i];
    return NULL;
}

/* Small labels that would only make the picture busy. */
static bool is_negligible(const label *l, const label *heaviest) {
    return l->share < 0.01 && l->share < heaviest->share / 20;
}

/* Of rows before and after only the latter: the arrow leads there. */
static bool is_named(const scene *s, const scene_point *p) {
    return s->options->n_arrows == 0 || p->item > 0;
}

static const roof_row *row_of(const scene *s, const label *l) {
    return roof_analysis_row(s->items[l->point->item].analysis, l->point->row);
}

/* The same row on another device needs no second name. */
static bool is_named_already(const scene *s, const label *labels, size_t n, const scene_point *p) {
    const char *name = roof_analysis_row(s->items[p->item].analysis, p->row)->name;
    for (size_t i = 0; i < n; i++)
        if (labels[i].point->item != p->item && *name &&
            strcmp(row_of(s, &labels[i])->name, name) == 0)
            return true;
    return false;
}

/* As many as asked for, or as a picture of this size has room for. */
static size_t labels_wanted(const scene *s) {
    size_t room = (size_t)((s->x.end - s->x.start) / s->unit / LABEL_ROOM);
    size_t most = s->n_items > 1 ? LABELS_BESIDE_MODELS : DEFAULT_LABELS;
    size_t usual = room < most ? room : most;
    size_t wanted = s->options->labels ? s->options->labels : usual;
    return wanted < MAX_LABELS ? wanted : MAX_LABELS;
}

static size_t heaviest(const scene *s, label labels[MAX_LABELS]) {
    size_t wanted = labels_wanted(s), n = 0;
    for (size_t i = 0; i < s->n_points; i++) {
        const scene_point *p = &s->points[i];
        if (!is_named(s, p))
            continue;
        double x = axis_pixel(&s->x, p->x), y = axis_pixel(&s->y, p->y);
        label *same = label_at(labels, n, x, y, p->color, SAME_PLACE * s->unit);
        if (!same && (n == wanted || is_named_already(s, labels, n, p)))
            continue;
        if (!same) {
            same = &labels[n++];
            *same = (label){.point = p, .x = x, .y = y};
        }
        same->count += p->count;
        same->share += p->share;
    }
    while (n > 1 && is_negligible(&labels[n - 1], &labels[0]))
        n--;
    return n;
}

/* Bytes of the scope ("/bert/encoder/") that the names of all labels begin with. */
static size_t common_scope(const scene *s, const label *labels, size_t n) {
    const char *names[MAX_LABELS];
    for (size_t i = 0; i < n; i++)
        names[i] = row_of(s, &labels[i])->name;
    return text_common(names, n, '/');
}

static const char *label_text(scene *s, const label *l, size_t scope) {
    const roof_row *row = row_of(s, l);
    char name[512], op[64];
    if (row->name[scope])
        text_printable(name, sizeof name, row->name + scope);
    else
        snprintf(name, sizeof name, "%s %s", text_printable(op, sizeof op, row->op), row->id);
    const char *fitted = text_fitted(s->arena, name, LABEL * s->unit, LONGEST_NAME * s->unit);
    if (l->count == 1)
        return arena_printf(s->arena, "%s  %.1f%%", fitted, l->share * 100);
    return arena_printf(s->arena, "%s + %zu more  %.1f%%", fitted, l->count - 1, l->share * 100);
}

void scene_names(scene *s) {
    label labels[MAX_LABELS];
    caption captions[MAX_CAPTIONS];
    size_t n_labels = heaviest(s, labels), scope = common_scope(s, labels, n_labels);
    size_t n = model_captions(s, captions);
    for (size_t i = 0; i < n_labels; i++)
        captions[n++] = (caption){.disc = {labels[i].x, labels[i].y, labels[i].point->radius},
                                  .text = label_text(s, &labels[i], scope),
                                  .color = s->theme->ink};
    for (size_t i = 0; i < s->n_ridges; i++)
        captions[n++] = (caption){.disc = s->ridges[i].at,
                                  .text = s->ridges[i].text,
                                  .upper_left = true,
                                  .color = s->ridges[i].color};
    captions_add(s, captions, n);
}
