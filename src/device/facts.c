#include "device/facts.h"
#include "base/error.h"
#include "base/numeric.h"
#include "base/text.h"
#include <math.h>
#include <string.h>

enum { ARENA_LIMIT = 64 << 20 };

/* What the value of a section is measured in; its value must be a positive number. */
static const struct {
    const char *section;
    const char *units[2];
} quantities[] = {
    {"compute", {"FLOP/s", "OP/s"}},
    {"zeros", {"FLOP/s", "OP/s"}},
    {"memory", {"B/s"}},
    {"capacity", {"B"}},
    {"latency", {"s"}},
};
enum { N_QUANTITIES = sizeof quantities / sizeof *quantities };

static const char *const numeric_params[] = {
    "sm_count",        "core_count",           "clock_hz",
    "memory_clock_hz", "memory_data_rate",     "memory_bus_bits",
    "memory_channels", "memory_transfer_rate", "avx512_fma_units",
};
enum { N_NUMERIC = sizeof numeric_params / sizeof *numeric_params };

roof_device *device_new(void) {
    arena *a = arena_new(ARENA_LIMIT);
    if (!a || arena_escape(a)) {
        arena_free(a);
        return NULL;
    }
    roof_device *d = arena_alloc(a, sizeof *d);
    d->arena = a;
    return d;
}

void roof_device_free(roof_device *d) {
    if (d)
        arena_free(d->arena);
}

static int quantity_of(const char *section) {
    int i = 0;
    while (i < N_QUANTITIES && strcmp(section, quantities[i].section) != 0)
        i++;
    return i;
}

bool fact_is_number(const char *section, const char *name) {
    if (strcmp(section, "param") != 0)
        return quantity_of(section) < N_QUANTITIES;
    for (int i = 0; i < N_NUMERIC; i++)
        if (strcmp(name, numeric_params[i]) == 0)
            return true;
    return false;
}

static bool in_range(double v) {
    return v >= FACT_SMALLEST && v <= FACT_LARGEST; /* false for NaN */
}

static bool refuse(char *why, size_t size, const char *what, const char *value,
                   const char *allowed) {
    snprintf(why, size, "%s is \"%s\"; allowed is %s", what, value, allowed);
    return false;
}

static bool check_unit(const roof_fact *f, char *why, size_t size) {
    int q = quantity_of(f->section);
    if (q == N_QUANTITIES || !*f->unit)
        return true;
    const char *first = quantities[q].units[0], *second = quantities[q].units[1];
    if (strcmp(f->unit, first) == 0 || (second && strcmp(f->unit, second) == 0))
        return true;
    return refuse(why, size, "unit", f->unit, first);
}

static bool check_precision(const char *column, const char *name, bool required, char *why,
                            size_t size) {
    if ((!*name && !required) || roof_precision_from_name(name) != ROOF_PRECISION_NONE)
        return true;
    return refuse(why, size, column, name,
                  "fp64, fp32, tf32, fp16, bf16, fp8, fp6, fp4, int32, int16, int8 or int4");
}

static bool check_compute(const roof_fact *f, char *why, size_t size) {
    if (unit_from_name(f->name) == ROOF_UNIT_COUNT)
        return refuse(why, size, "name", f->name, "matrix, vector or special");
    return check_precision("precision", f->precision, true, why, size) &&
           check_precision("accumulate", f->accumulate, false, why, size);
}

static bool check_device(const roof_fact *f, char *why, size_t size) {
    if (strcmp(f->name, "name") == 0 && !*f->text)
        return refuse(why, size, "device name", f->text, "a name");
    if (strcmp(f->name, "kind") == 0 && strcmp(f->text, "cpu") != 0 && strcmp(f->text, "gpu") != 0)
        return refuse(why, size, "device kind", f->text, "cpu or gpu");
    return true;
}

/* The figures beside the value: none (0), or positive numbers. */
static bool check_details(const roof_fact *f, char *why, size_t size) {
    const struct {
        const char *column;
        double value;
    } details[] = {{"min", f->min},
                   {"max", f->max},
                   {"clock_hz", f->clock_hz},
                   {"watts", f->watts},
                   {"celsius", f->celsius},
                   {"seconds", f->seconds},
                   {"samples", (double)f->samples}};
    for (size_t i = 0; i < sizeof details / sizeof *details; i++) {
        char number[NUMBER_SIZE];
        if (details[i].value != 0 && !in_range(details[i].value))
            return refuse(why, size, details[i].column, fact_number(number, details[i].value),
                          "a positive number, or nothing");
    }
    return true;
}

bool fact_check(const roof_fact *f, char *why, size_t size) {
    if (!*f->name)
        return refuse(why, size, "name", "", "what the row is about");
    if (fact_is_number(f->section, f->name) && !in_range(f->value)) {
        char number[NUMBER_SIZE];
        return refuse(why, size, "value", *f->text ? f->text : fact_number(number, f->value),
                      "a positive number from 1e-18 to 1e24");
    }
    if (strcmp(f->section, "compute") == 0 && !check_compute(f, why, size))
        return false;
    if (strcmp(f->section, "device") == 0 && !check_device(f, why, size))
        return false;
    return check_unit(f, why, size) && check_details(f, why, size);
}

char *fact_number(char dst[NUMBER_SIZE], double value) {
    for (int digits = 15; digits <= 17; digits++) {
        double back = 0;
        snprintf(dst, NUMBER_SIZE, "%.*g", digits, value);
        if (text_to_double(dst, &back) && back == value)
            break;
    }
    return dst;
}

static roof_source source_kind(const char *source) {
    if (strncmp(source, "measured", strlen("measured")) == 0)
        return ROOF_MEASURED;
    return strncmp(source, "theory", strlen("theory")) == 0 ? ROOF_THEORY : ROOF_DATASHEET;
}

static const char *keep(arena *a, const char *s) {
    return s && *s ? arena_strdup(a, s) : "";
}

static roof_fact own(arena *a, const roof_fact *f) {
    roof_fact copy = *f;
    copy.section = keep(a, f->section);
    copy.name = keep(a, f->name);
    copy.precision = keep(a, f->precision);
    copy.accumulate = keep(a, f->accumulate);
    copy.variant = keep(a, f->variant);
    copy.text = keep(a, f->text);
    copy.unit = keep(a, f->unit);
    copy.source = keep(a, f->source);
    copy.formula = keep(a, f->formula);
    copy.note = keep(a, f->note);
    copy.kind = source_kind(copy.source);
    return copy;
}

/* Makes room for one more fact at the end. */
static void reserve(roof_device *d) {
    if (d->n < d->capacity)
        return;
    size_t capacity = d->capacity ? d->capacity * 2 : 32;
    roof_fact *larger = arena_array(d->arena, capacity, sizeof *larger);
    if (d->n)
        memcpy(larger, d->facts, d->n * sizeof *larger);
    d->facts = larger;
    d->capacity = capacity;
}

void fact_append_derived(roof_device *d, const roof_fact *f) {
    roof_fact copy = own(d->arena, f);
    reserve(d);
    d->facts[d->n++] = copy;
}

void fact_append(roof_device *d, const roof_fact *f) {
    roof_fact copy = own(d->arena, f);
    reserve(d);
    roof_fact *place = d->facts + d->n_given;
    memmove(place + 1, place, (d->n - d->n_given) * sizeof *place);
    *place = copy;
    d->n_given++;
    d->n++;
}

static const char *or_empty(const char *s) {
    return s ? s : "";
}

/* A fact of a program: absent strings are "", text and value are both there. */
static roof_fact complete(const roof_fact *f, char number[NUMBER_SIZE]) {
    roof_fact c = *f;
    c.section = or_empty(f->section);
    c.name = or_empty(f->name);
    c.precision = or_empty(f->precision);
    c.accumulate = or_empty(f->accumulate);
    c.variant = or_empty(f->variant);
    c.unit = or_empty(f->unit);
    c.source = or_empty(f->source);
    c.formula = "";
    c.note = or_empty(f->note);
    c.text = or_empty(f->text);
    if (!*c.text && c.value != 0)
        c.text = fact_number(number, c.value);
    else if (c.value == 0 && !text_to_double(c.text, &c.value))
        c.value = 0;
    return c;
}

bool device_add(roof_device *d, const roof_fact *fact) {
    char number[NUMBER_SIZE], why[256];
    numeric_locale before = numeric_begin();
    roof_fact whole = complete(fact, number);
    bool good = *whole.section && fact_check(&whole, why, sizeof why);
    numeric_end(before);
    if (!good || arena_escape(d->arena))
        return false;
    fact_append(d, &whole);
    return true;
}

const roof_fact *fact_find(const roof_device *d, const char *section, const char *name) {
    for (size_t i = 0; i < d->n; i++) {
        const roof_fact *f = &d->facts[i];
        if (strcmp(f->section, section) == 0 && strcmp(f->name, name) == 0 && !*f->precision &&
            !*f->variant)
            return f;
    }
    return NULL;
}

const roof_fact *device_param(const roof_device *d, const char *name) {
    return fact_find(d, "param", name);
}

static const char *device_text(const roof_device *d, const char *name) {
    const roof_fact *f = fact_find(d, "device", name);
    return f ? f->text : "";
}

const char *roof_device_name(const roof_device *d) {
    return device_text(d, "name");
}

roof_device_kind roof_device_get_kind(const roof_device *d) {
    return strcmp(device_text(d, "kind"), "gpu") == 0 ? ROOF_GPU : ROOF_CPU;
}

const char *roof_device_signature(const roof_device *d) {
    return device_text(d, "signature");
}

const char *roof_device_date(const roof_device *d) {
    return device_text(d, "date");
}

const char *roof_device_partial(const roof_device *d) {
    return device_text(d, "partial");
}

roof_source roof_device_source(const roof_device *d) {
    roof_source best = ROOF_THEORY;
    for (size_t i = 0; i < d->n; i++) {
        const roof_fact *f = &d->facts[i];
        bool ceiling = strcmp(f->section, "compute") == 0 || strcmp(f->section, "memory") == 0;
        if (ceiling && f->kind < best)
            best = f->kind;
    }
    return best;
}

const roof_fact *roof_device_facts(const roof_device *d, size_t *n) {
    *n = d->n;
    return d->facts;
}
