/* The devices of a figure with their ceilings in play: each device once, however many items are on
 * it. */
#include "base/error.h"
#include "plot/scene.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double THEORY_DIFFERS = 1.02;

static bool is_measured(const char *source) {
    return strcmp(source, roof_source_name(ROOF_MEASURED)) == 0;
}

/* Theory is drawn beside what is measured where the difference can be seen. */
static double theory_beside(bool measured, double value, double theory) {
    return measured && theory >= value * THEORY_DIFFERS ? theory : 0;
}

static void add_ceiling(scene_roof *r, const char *name, roof_unit unit, roof_precision p,
                        double value) {
    for (size_t i = 0; i < r->n_ceilings; i++)
        if (strcmp(r->ceilings[i].name, name) == 0) {
            r->ceilings[i].value = fmax(r->ceilings[i].value, value);
            return;
        }
    if (r->n_ceilings == MAX_ROOFS || !(value > 0))
        return;
    roof_ceiling used = roof_device_compute(r->device, unit, p, ROOF_PRECISION_NONE, false);
    double theory =
        roof_device_compute_theory(r->device, unit, p, ROOF_PRECISION_NONE, false).value;
    const char *source = roofs_source(used, value, r->device);
    r->ceilings[r->n_ceilings++] =
        (scene_ceiling){.name = name,
                        .source = source,
                        .measured = is_measured(source),
                        .value = value,
                        .theory = theory_beside(is_measured(source), value, theory),
                        .unit = unit,
                        .precision = p};
}

static void add_level(scene_roof *r, const char *name, double value) {
    for (size_t i = 0; i < r->n_levels; i++)
        if (strcmp(r->levels[i].name, name) == 0)
            return;
    if (r->n_levels == MAX_SCENE_LEVELS || !(value > 0))
        return;
    const char *source = roofs_source(roof_device_memory(r->device, name), value, r->device);
    double theory = roof_device_memory_theory(r->device, name).value;
    r->levels[r->n_levels++] =
        (scene_level){.name = name,
                      .source = source,
                      .measured = is_measured(source),
                      .value = value,
                      .theory = theory_beside(is_measured(source), value, theory)};
}

/* --- an analysis --- */

static void add_levels(scene_roof *r, const roof_analysis *a) {
    for (size_t i = 0; i < roof_analysis_rows(a); i++) {
        const roof_row *row = roof_analysis_row(a, i);
        for (size_t k = 0; k < row->n_levels; k++)
            add_level(r, row->levels[k].level, row->levels[k].bandwidth);
        if (row->n_levels)
            return; /* all rows have the same */
    }
}

static void add_in_use(scene_roof *r, const roof_analysis *a) {
    roofs used;
    roofs_in_use(a, &used);
    for (size_t i = 0; i < used.n; i++) {
        const roof_in_use *u = &used.compute[i];
        if (u->unit != ROOF_SPECIAL || u->limits)
            add_ceiling(r, u->name, u->unit, u->precision, u->value);
    }
    add_levels(r, a);
    if (isfinite(used.memory))
        add_level(r, "dram", used.memory);
}

/* --- a device alone --- */

static void add_exact(scene *s, scene_roof *r, roof_unit unit, roof_precision p) {
    roof_ceiling c = roof_device_compute(r->device, unit, p, ROOF_PRECISION_NONE, false);
    if (c.value > 0 && !*c.fallback)
        add_ceiling(r,
                    arena_printf(s->arena, "%s %s", roof_unit_name(unit), roof_precision_name(p)),
                    unit, p, c.value);
}

/* What the other devices show, or else what most models need. */
static void add_usual(scene *s, scene_roof *r) {
    static const struct {
        roof_unit unit;
        roof_precision precision;
        bool alone; /* only where there is one device, as many lines confuse */
    } usual[] = {{ROOF_MATRIX, ROOF_FP8, true},   {ROOF_MATRIX, ROOF_INT8, true},
                 {ROOF_MATRIX, ROOF_FP16, false}, {ROOF_MATRIX, ROOF_TF32, true},
                 {ROOF_VECTOR, ROOF_FP32, false}, {ROOF_VECTOR, ROOF_FP64, true}};
    for (size_t i = 0; i < s->n_roofs; i++)
        for (size_t k = 0; &s->roofs[i] != r && k < s->roofs[i].n_ceilings; k++)
            add_exact(s, r, s->roofs[i].ceilings[k].unit, s->roofs[i].ceilings[k].precision);
    bool shared = r->n_ceilings > 0;
    for (size_t i = 0; i < sizeof usual / sizeof *usual && !shared; i++)
        if (!usual[i].alone || s->n_roofs == 1)
            add_exact(s, r, usual[i].unit, usual[i].precision);
}

static void add_caches(scene_roof *r) {
    static const char *const names[] = {"l1", "l2", "l3"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        add_level(r, names[i], roof_device_memory(r->device, names[i]).value);
}

/* --- all --- */

static bool is_same(const roof_device *a, const roof_device *b) {
    return a == b || (strcmp(roof_device_name(a), roof_device_name(b)) == 0 &&
                      strcmp(roof_device_date(a), roof_device_date(b)) == 0 &&
                      roof_device_source(a) == roof_device_source(b));
}

static scene_roof *roof_of(scene *s, const roof_device *d, size_t *index) {
    for (*index = 0; *index < s->n_roofs; ++*index)
        if (is_same(s->roofs[*index].device, d))
            return &s->roofs[*index];
    s->roofs[s->n_roofs++] =
        (scene_roof){.device = d, .name = scene_printable(s, roof_device_name(d))};
    return &s->roofs[*index];
}

static int higher_first(const void *left, const void *right) {
    const scene_ceiling *a = left, *b = right;
    int order = (a->value < b->value) - (a->value > b->value);
    return order ? order : strcmp(a->name, b->name);
}

/* A model without arithmetic still gets the usual roof. */
static bool complete(scene *s, scene_roof *r, roof_error *error) {
    bool alone = r->n_ceilings == 0 && r->n_levels == 0;
    if (r->n_ceilings == 0)
        add_usual(s, r);
    if (r->n_ceilings == 0) {
        roof_ceiling c =
            roof_device_compute(r->device, ROOF_VECTOR, ROOF_FP32, ROOF_PRECISION_NONE, false);
        add_ceiling(r, "vector fp32", ROOF_VECTOR, ROOF_FP32, c.value);
    }
    if (alone && s->n_roofs == 1)
        add_caches(r);
    add_level(r, "dram", roof_device_memory(r->device, "dram").value);
    if (r->n_ceilings == 0 || r->n_levels == 0 ||
        strcmp(r->levels[r->n_levels - 1].name, "dram") != 0)
        return error_set(error, ROOF_USAGE, "cannot draw a roof: the device \"%s\" has no %s",
                         r->name, r->n_ceilings ? "memory bandwidth" : "compute ceiling");
    qsort(r->ceilings, r->n_ceilings, sizeof *r->ceilings, higher_first);
    return true;
}

bool scene_devices(scene *s, const roof_plot_item *items, roof_error *error) {
    for (size_t i = 0; i < s->n_items; i++) {
        const roof_device *d = items[i].device;
        if (!d && items[i].analysis)
            d = roof_analysis_device(items[i].analysis);
        if (!d)
            return error_set(error, ROOF_USAGE,
                             "a roofline plot needs a device: name one by --device");
        scene_roof *r = roof_of(s, d, &s->items[i].roof);
        if (items[i].analysis)
            add_in_use(r, items[i].analysis);
    }
    for (size_t i = 0; i < s->n_roofs; i++)
        if (!complete(s, &s->roofs[i], error))
            return false;
    return true;
}
