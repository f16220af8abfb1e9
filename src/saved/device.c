/* The device of a saved analysis, made again from its facts. */
#include "base/error.h"
#include "device/facts.h"
#include "saved/load.h"
#include <math.h>

enum { MOST_FACTS = 10000 };

/* Facts hold 0 where there is no figure. */
static double or_zero(double v) {
    return isnan(v) ? 0 : v;
}

static const char *fact_text(loader *l, const json_t *o, double value) {
    char number[NUMBER_SIZE];
    const char *text = text_of(l, o, "text");
    return *text || value == 0 ? text : hash_intern(l->texts, fact_number(number, value));
}

static roof_fact fact_of(loader *l, const json_t *o) {
    double value = or_zero(real_of(l, o, "value"));
    int64_t samples = count_of(l, o, "samples");
    return (roof_fact){.section = text_of(l, o, "section"),
                       .name = text_of(l, o, "name"),
                       .precision = text_of(l, o, "precision"),
                       .accumulate = text_of(l, o, "accumulate"),
                       .variant = text_of(l, o, "variant"),
                       .text = fact_text(l, o, value),
                       .value = value,
                       .unit = text_of(l, o, "unit"),
                       .min = or_zero(real_of(l, o, "min")),
                       .max = or_zero(real_of(l, o, "max")),
                       .samples = samples < 0 ? 0 : samples,
                       .clock_hz = or_zero(real_of(l, o, "clock_hz")),
                       .watts = or_zero(real_of(l, o, "watts")),
                       .celsius = or_zero(real_of(l, o, "celsius")),
                       .note = text_of(l, o, "note"),
                       .source = text_of(l, o, "source"),
                       .formula = text_of(l, o, "formula")};
}

/* Facts with a formula were derived, and come after those that were given. */
static void add_fact(loader *l, const char *key, const json_t *o) {
    char why[256];
    if (!json_is_object(o)) {
        refuse(l, key, "must be a list of objects");
        return;
    }
    roof_fact f = fact_of(l, o);
    if (l->device->n >= MOST_FACTS)
        refuse(l, key, "holds more than %d facts", MOST_FACTS);
    else if (!*f.section)
        refuse(l, key, "holds a fact without a section");
    else if (!fact_check(&f, why, sizeof why))
        refuse(l, key, "holds a fact whose %s", why);
    else if (*f.formula)
        fact_append_derived(l->device, &f);
    else
        fact_append(l->device, &f);
}

static void add_text(loader *l, const char *name, const char *text) {
    roof_fact f = {.section = "device",
                   .name = name,
                   .text = text,
                   .precision = "",
                   .accumulate = "",
                   .variant = "",
                   .unit = "",
                   .note = "",
                   .source = "",
                   .formula = ""};
    char why[256];
    if (!fact_check(&f, why, sizeof why))
        refuse(l, name, "is wrong: %s", why);
    else if (*text)
        fact_append(l->device, &f);
}

static void add_facts(loader *l, const json_t *o, const char *key) {
    const json_t *list = list_of(l, o, key);
    for (size_t i = 0; i < json_array_size(list) && is_good(l); i++)
        add_fact(l, key, json_array_get(list, i));
}

void load_device(loader *l, const json_t *o) {
    static const char *const texts[] = {"name", "kind", "signature", "date"};
    if (json_is_null(o) || !is_object(l, o))
        return;
    l->device = device_new();
    if (!l->device || arena_escape(l->device->arena)) {
        error_set(&l->error, ROOF_FAILED, "%s: not enough memory for its device", l->name);
        return;
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        add_text(l, texts[i], text_of(l, o, texts[i]));
    add_facts(l, o, "facts");
    add_facts(l, o, "ceilings");
}
