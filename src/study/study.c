/* Factors of operators, and the sweep over models that are built for each point. */
#include "study/study.h"
#include "base/error.h"
#include "base/text.h"
#include "sweep/sweep.h"
#include "write/save.h"
#include <stdlib.h>
#include <string.h>

static const study *const studies[] = {&study_conv, &study_gemm, &study_attention, &study_reshape};
enum { N_STUDIES = sizeof studies / sizeof *studies, MODEL_LIMIT = 16 << 20 };

/* --- the table --- */

static const study *find_study(const char *name) {
    for (size_t i = 0; i < N_STUDIES; i++)
        if (!strcmp(name, studies[i]->name))
            return studies[i];
    return NULL;
}

const char *roof_study_name(size_t i) {
    return i < N_STUDIES ? studies[i]->name : NULL;
}

const char *roof_study_meaning(const char *name) {
    const study *s = find_study(name);
    return s ? s->meaning : NULL;
}

const roof_factor *roof_study_factor(const char *name, size_t i) {
    const study *s = find_study(name);
    return s && i < s->n_factors ? &s->factors[i] : NULL;
}

const roof_standard *roof_study_standard(const char *name, size_t i) {
    const study *s = find_study(name);
    return s && i < s->n_standard ? &s->standard[i] : NULL;
}

bool roof_study_parse(const roof_factor *f, const char *text, int64_t values[ROOF_SWEEP_POINTS],
                      size_t *n, roof_error *error) {
    return sweep_parse(text, f->least, f->most, values, n, error);
}

/* --- pieces of graphs --- */

const char *dims_text(builder *b, ints dims) {
    const char *text = "";
    for (size_t i = 0; i < dims.count; i++)
        text = TEXT(b, "%s%s%lld", text, i ? "," : "", (long long)dims.items[i]);
    return text;
}

value study_input(builder *b, const char *name, ints dims) {
    return add_input(b, name, DT_FLOAT, dims_text(b, dims));
}

void study_output(builder *b, value v, const char *name, ints dims) {
    add_output(b, v, name, DT_FLOAT, dims_text(b, dims));
}

/* --- the model of a point --- */

/* What a sweep keeps while it runs: its points name only what varies. */
typedef struct plan {
    const study *study;
    int64_t values[ROOF_STUDY_FACTORS];
    bool given[ROOF_STUDY_FACTORS];
    size_t varies[ROOF_SWEEP_AXES]; /* the factor of each axis */
    size_t n_axes;
} plan;

static size_t find_factor(const study *s, const char *name) {
    size_t i = 0;
    while (i < s->n_factors && strcmp(name, s->factors[i].name) != 0)
        i++;
    return i;
}

static void take_point(const plan *p, const int64_t *at, int64_t *values) {
    memcpy(values, p->values, sizeof p->values);
    for (size_t i = 0; i < p->n_axes; i++)
        values[p->varies[i]] = at[i];
    for (size_t i = 0; i < p->study->n_factors; i++)
        if (p->study->factors[i].like && !p->given[i])
            values[i] = values[find_factor(p->study, p->study->factors[i].like)];
}

static bool refuse_point(const plan *p, const char *why, roof_error *error) {
    return error_set(error, ROOF_USAGE, "%s: %s", p->study->name, why);
}

static bool fits(const builder *b) {
    for (const constant *c = b->initializers; c; c = c->next)
        if (c->length < 0)
            return false;
    return true;
}

static bool write_model(const plan *p, arena *memory, const int64_t *at, wire *bytes,
                        roof_error *error) {
    int64_t values[ROOF_STUDY_FACTORS];
    char why[LONGEST_WHY];
    if (arena_escape(memory))
        return refuse_point(p, "not enough memory", error);
    take_point(p, at, values);
    if (p->study->misfit && p->study->misfit(values, why))
        return refuse_point(p, why, error);
    builder *b = builder_new(memory, p->study->name, p->study->opset, p->study->ir_version);
    p->study->build(b, values);
    if (!fits(b))
        return refuse_point(p, "weights of more than 2^63 bytes", error);
    *bytes = model_message(b);
    return !bytes->failed || refuse_point(p, "not enough memory", error);
}

/* See sweep_source. */
static bool make_model(const void *context, const int64_t *at, sweep_model *made,
                       roof_error *error) {
    const plan *p = context;
    wire bytes = {0};
    arena *memory = arena_new(MODEL_LIMIT);
    bool ok = memory ? write_model(p, memory, at, &bytes, error)
                     : refuse_point(p, "not enough memory", error);
    arena_free(memory);
    if (ok)
        made->model = roof_model_from_memory(bytes.bytes, bytes.used, p->study->name, error);
    made->bytes = bytes.bytes;
    bytes.bytes = NULL;
    wire_free(&bytes);
    return made->model != NULL;
}

/* --- what varies, and what does not --- */

static bool check_value(const plan *p, const roof_factor *f, int64_t given, roof_error *error) {
    if (given >= f->least && given <= f->most)
        return true;
    return error_set(error, ROOF_USAGE, "%s: %s %lld: must be a whole number from %lld to %lld",
                     p->study->name, f->name, (long long)given, (long long)f->least,
                     (long long)f->most);
}

/* The factor of this name that nothing has set yet, marked as set. */
static bool claim(plan *p, const char *name, size_t *factor, roof_error *error) {
    *factor = find_factor(p->study, name);
    if (*factor == p->study->n_factors)
        return error_set(error, ROOF_USAGE, "%s has no factor \"%s\"", p->study->name, name);
    if (p->given[*factor])
        return error_set(error, ROOF_USAGE, "%s: %s is given twice", p->study->name, name);
    p->given[*factor] = true;
    return true;
}

static bool take_settings(plan *p, const roof_setting *settings, size_t n, roof_error *error) {
    for (size_t i = 0, k; i < n; i++) {
        if (!claim(p, settings[i].factor, &k, error) ||
            !check_value(p, &p->study->factors[k], settings[i].value, error))
            return false;
        p->values[k] = settings[i].value;
    }
    return true;
}

static bool take_axes(plan *p, const roof_sweep_axis *axes, size_t n, roof_error *error) {
    for (size_t i = 0; i < n && i < ROOF_SWEEP_AXES; i++) {
        size_t k;
        if (!claim(p, axes[i].name ? axes[i].name : "batch", &k, error))
            return false;
        for (size_t j = 0; j < axes[i].n; j++)
            if (!check_value(p, &p->study->factors[k], axes[i].values[j], error))
                return false;
        p->varies[p->n_axes++] = k;
    }
    return true;
}

static int axis_of(const plan *p, size_t factor) {
    for (size_t i = 0; i < p->n_axes; i++)
        if (p->varies[i] == factor)
            return (int)i;
    return -1;
}

/* A factor that nobody gave may follow another, also along its axis. */
static void list_factors(const plan *p, roof_sweep_factor *factors) {
    for (size_t i = 0; i < p->study->n_factors; i++) {
        const roof_factor *f = &p->study->factors[i];
        size_t from = f->like && !p->given[i] ? find_factor(p->study, f->like) : i;
        factors[i] = (roof_sweep_factor){
            .name = f->name, .axis = axis_of(p, from), .value = p->values[from]};
    }
}

static plan new_plan(const study *s) {
    plan p = {.study = s};
    for (size_t i = 0; i < s->n_factors; i++)
        p.values[i] = s->factors[i].usual;
    return p;
}

size_t roof_study_fitting(const char *name, const char *factor, int64_t *values, size_t n,
                          const roof_setting *settings, size_t n_settings) {
    const study *s = find_study(name);
    size_t kept = 0;
    for (size_t i = 0; s && i < n; i++) {
        const roof_sweep_axis axis = {.name = factor, .values = &values[i], .n = 1};
        int64_t all[ROOF_STUDY_FACTORS];
        char why[LONGEST_WHY];
        plan p = new_plan(s);
        if (!take_axes(&p, &axis, 1, NULL) || !take_settings(&p, settings, n_settings, NULL))
            return 0;
        take_point(&p, &values[i], all);
        if (!s->misfit || !s->misfit(all, why))
            values[kept++] = values[i];
    }
    return kept;
}

roof_sweep *roof_study_run(const char *name, const roof_device *device, const roof_options *options,
                           const roof_sweep_axis *axes, size_t n_axes, const roof_setting *settings,
                           size_t n_settings, const volatile sig_atomic_t *stop,
                           roof_error *error) {
    const study *s = find_study(name);
    if (!s) {
        error_set(error, ROOF_USAGE, "there is no study of \"%s\"", name);
        return NULL;
    }
    plan p = new_plan(s);
    if (!take_axes(&p, axes, n_axes, error) || !take_settings(&p, settings, n_settings, error))
        return NULL;
    roof_sweep_factor factors[ROOF_STUDY_FACTORS];
    list_factors(&p, factors);
    const sweep_source source = {.operator_name = p.study->name,
                                 .meaning = p.study->meaning,
                                 .make = make_model,
                                 .context = &p,
                                 .factors = factors,
                                 .n_factors = p.study->n_factors};
    return sweep_run(&source, device, options, axes, n_axes, stop, error);
}
