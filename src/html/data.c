/* The data that the page shows and the JSON of an analysis does not hold. */
#include "html/page.h"
#include "report/json.h"
#include "report/roofs.h"
#include "report/summary.h"
#include <ctype.h>
#include <math.h>
#include <roofline/device.h>
#include <string.h>

static json_t *verdict_json(const roof_analysis *a, arena *memory) {
    static const roof_report_options defaults = {0};
    report r = {.analysis = a,
                .options = &defaults,
                .arena = memory,
                .placed = roof_analysis_device(a) != NULL};
    return json_of_text(summary_verdict(&r));
}

/* 0 stands for nothing. */
static json_t *json_of_positive(double value) {
    return json_of_real(value > 0 ? value : NAN);
}

static json_t *compute_roof(const roof_device *d, const roof_in_use *u) {
    const roof_precision usual = ROOF_PRECISION_NONE;
    roof_ceiling used = roof_device_compute(d, u->unit, u->precision, usual, false);
    roof_ceiling theory = roof_device_compute_theory(d, u->unit, u->precision, usual, false);
    json_t *o = json_object();
    json_put(o, "name", json_of_text(u->name));
    json_put(o, "kind", json_of_text(roof_unit_name(u->unit)));
    json_put(o, "unit", json_of_text(roofs_unit(u->precision)));
    json_put(o, "value", json_of_real(u->value));
    json_put(o, "theory", json_of_positive(theory.value));
    json_put(o, "source", json_of_text(roofs_source(used, u->value, d)));
    json_put(o, "limits", json_boolean(u->limits));
    return o;
}

static json_t *memory_roof(const roof_device *d, const char *level, const char *shown,
                           double value) {
    if (!(value > 0))
        return json_null();
    roof_ceiling used = roof_device_memory(d, level);
    json_t *o = json_object();
    json_put(o, "name", json_of_text(shown));
    json_put(o, "value", json_of_real(value));
    json_put(o, "theory", json_of_positive(roof_device_memory_theory(d, level).value));
    json_put(o, "source", json_of_text(roofs_source(used, value, d)));
    return o;
}

/* The caches that serve rows, from the inside. */
static json_t *levels_json(const roof_analysis *a) {
    const roof_row *most = NULL;
    for (size_t i = 0; i < roof_analysis_rows(a); i++) {
        const roof_row *row = roof_analysis_row(a, i);
        if (row->n_levels > (most ? most->n_levels : 0))
            most = row;
    }
    json_t *list = json_array();
    for (size_t i = 0; most && i + 1 < most->n_levels; i++) {
        const roof_row_level *l = &most->levels[i];
        char shown[16];
        snprintf(shown, sizeof shown, "%s", l->level);
        for (char *c = shown; *c; c++)
            *c = (char)toupper((unsigned char)*c);
        json_array_append_new(list,
                              memory_roof(roof_analysis_device(a), l->level, shown, l->bandwidth));
    }
    return list;
}

static json_t *fact_json(const roof_device *d, const roof_fact *f) {
    json_t *o = json_object();
    json_put(o, "section", json_of_text(f->section));
    json_put(o, "name", json_of_text(f->name));
    json_put(o, "precision", json_of_optional(f->precision));
    json_put(o, "accumulate", json_of_optional(f->accumulate));
    json_put(o, "variant", json_of_optional(f->variant));
    json_put(o, "value", json_of_real(f->value));
    json_put(o, "unit", json_of_optional(f->unit));
    json_put(o, "kind", json_of_text(roof_source_name(f->kind)));
    json_put(o, "source", json_of_optional(f->source));
    json_put(o, "formula", json_of_optional(f->formula));
    json_put(o, "note", json_of_optional(f->note));
    json_put(o, "min", json_of_positive(f->min));
    json_put(o, "max", json_of_positive(f->max));
    json_put(o, "samples", json_of_positive((double)f->samples));
    json_put(o, "clock_hz", json_of_positive(f->clock_hz));
    json_put(
        o, "of_theory",
        json_of_positive(f->kind == ROOF_MEASURED ? f->value / roof_device_theory_of(d, f) : NAN));
    return o;
}

static json_t *facts_json(const roof_device *d) {
    static const char *const shown[] = {"compute", "memory", "latency", "capacity"};
    json_t *list = json_array();
    size_t n;
    const roof_fact *facts = roof_device_facts(d, &n);
    for (size_t s = 0; s < sizeof shown / sizeof *shown; s++)
        for (size_t i = 0; i < n; i++)
            if (strcmp(facts[i].section, shown[s]) == 0)
                json_array_append_new(list, fact_json(d, &facts[i]));
    return list;
}

static json_t *device_json(const roof_analysis *a) {
    const roof_device *d = roof_analysis_device(a);
    if (!d)
        return json_null();
    roofs in_use;
    roofs_in_use(a, &in_use);
    json_t *o = json_object(), *compute = json_array();
    for (size_t i = 0; i < in_use.n; i++)
        json_array_append_new(compute, compute_roof(d, &in_use.compute[i]));
    json_put(o, "compute", compute);
    json_put(o, "memory", memory_roof(d, "dram", "DRAM", in_use.memory));
    json_put(o, "levels", levels_json(a));
    json_put(o, "partial", json_of_optional(roof_device_partial(d)));
    json_put(o, "facts", facts_json(d));
    return o;
}

static json_t *families_json(void) {
    json_t *list = json_array();
    const char *name;
    for (int i = 0; (name = roof_family_name(i)); i++)
        json_array_append_new(list, json_of_text(name));
    return list;
}

void write_page_data(const roof_analysis *a, arena *memory, FILE *out) {
    json_t *o = json_object();
    json_put(o, "verdict", verdict_json(a, memory));
    json_put(o, "device", device_json(a));
    json_put(o, "families", families_json());
    fputs("{\"schema\":\"roofline.page/1\",\n\"page\":", out);
    json_write(out, o);
    fputs("}\n", out);
}
