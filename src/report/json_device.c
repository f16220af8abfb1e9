/* A device in JSON: all that a report or a picture asks it for, so that it can be made again. */
#include "report/json.h"
#include <math.h>
#include <string.h>

/* What most facts do not have is left out. */
static void put_some(json_t *o, const char *key, double value) {
    if (value > 0)
        json_put(o, key, json_of_real(value));
}

static void put_text(json_t *o, const char *key, const char *text) {
    if (*text)
        json_put(o, key, json_of_text(text));
}

static json_t *fact_json(const roof_fact *f) {
    bool is_number = f->value != 0;
    json_t *o = json_object();
    json_put(o, "section", json_of_text(f->section));
    json_put(o, "name", json_of_text(f->name));
    json_put(o, "precision", json_of_optional(f->precision));
    json_put(o, "accumulate", json_of_optional(f->accumulate));
    json_put(o, "variant", json_of_optional(f->variant));
    json_put(o, "value", json_of_real(is_number ? f->value : NAN));
    json_put(o, "unit", json_of_text(f->unit));
    json_put(o, "source", json_of_text(f->source));
    put_text(o, "text", is_number ? "" : f->text);
    put_some(o, "min", f->min);
    put_some(o, "max", f->max);
    if (f->samples > 0)
        json_put(o, "samples", json_of_count(f->samples));
    put_some(o, "clock_hz", f->clock_hz);
    put_some(o, "watts", f->watts);
    put_some(o, "celsius", f->celsius);
    put_text(o, "formula", f->formula);
    put_text(o, "note", f->note);
    return o;
}

static bool is_ceiling(const roof_fact *f) {
    return strcmp(f->section, "compute") == 0 || strcmp(f->section, "memory") == 0;
}

/* Beside the ceilings; without the points of long runs, and what has a key of its own. */
static bool is_other(const roof_fact *f) {
    static const char *const keys[] = {"name", "kind", "signature", "date"};
    if (strcmp(f->section, "device") == 0)
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
            if (strcmp(f->name, keys[i]) == 0)
                return false;
    return !is_ceiling(f) && strcmp(f->section, "series") != 0 &&
           strcmp(f->section, "profile") != 0;
}

static json_t *facts_json(const roof_device *d, bool (*chosen)(const roof_fact *f)) {
    json_t *list = json_array();
    size_t n;
    const roof_fact *facts = roof_device_facts(d, &n);
    for (size_t i = 0; i < n; i++)
        if (chosen(&facts[i]))
            json_array_append_new(list, fact_json(&facts[i]));
    return list;
}

json_t *json_of_device(const roof_analysis *a) {
    const roof_device *d = roof_analysis_device(a);
    if (!d)
        return json_null();
    json_t *o = json_object();
    json_put(o, "name", json_of_text(roof_device_name(d)));
    json_put(o, "kind", json_of_text(roof_device_get_kind(d) == ROOF_GPU ? "gpu" : "cpu"));
    json_put(o, "source", json_of_text(roof_source_name(roof_device_source(d))));
    json_put(o, "signature", json_of_optional(roof_device_signature(d)));
    json_put(o, "date", json_of_optional(roof_device_date(d)));
    json_put(o, "ceilings", facts_json(d, is_ceiling));
    json_put(o, "facts", facts_json(d, is_other));
    return o;
}
