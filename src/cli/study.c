/* roofline sweep conv|gemm|attention|reshape: the study of an operator. */
#include "base/error.h"
#include "cli/cli.h"
#include "cli/options.h"
#include <roofline/study.h>
#include <stdlib.h>
#include <string.h>

/* What the command line says of the operator's factors. */
typedef struct wanted {
    const char *name;
    roof_sweep_axis axes[ROOF_SWEEP_AXES];
    size_t n_axes;
    int64_t values[ROOF_SWEEP_AXES][ROOF_SWEEP_POINTS], one[ROOF_SWEEP_POINTS];
    roof_setting fixed[ROOF_STUDY_FACTORS];
    size_t n_fixed;
    roof_sweep *sweeps[ROOF_STUDY_FACTORS];
    size_t n_sweeps;
} wanted;

bool is_study(const settings *s) {
    for (size_t i = 0; s->n_args > 0 && roof_study_name(i); i++)
        if (!strcmp(s->args[0], roof_study_name(i)))
            return true;
    return false;
}

/* --- factors --- */

/* Where its text is kept. */
static const char *const *text_of(const settings *s, const option_row *o) {
    return (const char *const *)((const char *)s + o->at);
}

static const roof_factor *factor_of(const char *operator_name, const char *name) {
    const roof_factor *f;
    for (size_t i = 0; (f = roof_study_factor(operator_name, i)); i++)
        if (!strcmp(f->name, name))
            return f;
    return NULL;
}

static bool refuse_factor(const wanted *w, const char *name, roof_error *e) {
    const roof_factor *f;
    char all[160] = "";
    for (size_t i = 0; (f = roof_study_factor(w->name, i)); i++)
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s--%s", i ? ", " : "", f->name);
    return error_set(e, ROOF_USAGE, "--%s is no factor of %s; it has %s", name, w->name, all);
}

static bool take_range(wanted *w, const roof_factor *f, const char *text, roof_error *e) {
    if (w->n_axes == ROOF_SWEEP_AXES)
        return error_set(e, ROOF_USAGE, "%s: a sweep varies at most %d factors; give one number",
                         text, ROOF_SWEEP_AXES);
    roof_sweep_axis *x = &w->axes[w->n_axes];
    *x = (roof_sweep_axis){.name = f->name, .values = w->values[w->n_axes]};
    w->n_axes++;
    return roof_study_parse(f, text, w->values[w->n_axes - 1], &x->n, e);
}

static bool take_factor(wanted *w, const char *name, const char *text, roof_error *e) {
    const roof_factor *f = factor_of(w->name, name);
    roof_error own = ROOF_ERROR_INIT;
    size_t n;
    bool ok;
    if (!f)
        return refuse_factor(w, name, e);
    if (roof_sweep_is_range(text)) {
        ok = take_range(w, f, text, &own);
    } else {
        ok = roof_study_parse(f, text, w->one, &n, &own);
        w->fixed[w->n_fixed++] = (roof_setting){f->name, w->one[0]};
    }
    return ok || error_set(e, own.status, "--%s %s", name, own.text);
}

/* The first factor from this row on that was given, or NULL. */
static const option_row *next_factor(const settings *s, const option_row *from) {
    for (const option_row *o = from; o->name; o++)
        if (option_is_factor(o) && *text_of(s, o))
            return o;
    return NULL;
}

bool refuse_factors(const settings *s, roof_error *e) {
    const option_row *o = next_factor(s, option_table);
    return o && !error_set(e, ROOF_USAGE,
                           "--%s is a factor of an operator, as in roofline sweep conv --kernel "
                           "1..11; a model has --dim and --batch",
                           o->name);
}

/* The batch is an option that models have as well. */
static bool take_batch(const settings *s, wanted *w, roof_error *e) {
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)s->analysis.batch);
    const char *given = s->batch_range ? s->batch_range : s->analysis.batch > 0 ? text : NULL;
    return !given || take_factor(w, "batch", given, e);
}

static bool take_factors(const settings *s, wanted *w, roof_error *e) {
    if (s->n_args != 1)
        return error_set(e, ROOF_USAGE, "sweep %s takes options only, not \"%s\"", w->name,
                         s->args[1]);
    if (s->analysis.n_dims + s->analysis.n_shapes + s->analysis.n_values > 0)
        return error_set(e, ROOF_USAGE,
                         "--dim, --shape and --value are for models; %s has factors, as in "
                         "--%s 1..8",
                         w->name, roof_study_factor(w->name, 0)->name);
    for (const option_row *o = next_factor(s, option_table); o; o = next_factor(s, o + 1))
        if (!take_factor(w, o->name, *text_of(s, o), e))
            return false;
    return take_batch(s, w, e);
}

/* --- sweeps --- */

static bool is_fixed(const wanted *w, const char *name) {
    for (size_t i = 0; i < w->n_fixed; i++)
        if (!strcmp(w->fixed[i].factor, name))
            return true;
    return false;
}

static bool run_one(const settings *s, wanted *w, const roof_device *d, size_t n_fixed,
                    roof_error *e) {
    roof_options o = s->analysis;
    o.batch = 0;
    roof_sweep *made =
        roof_study_run(w->name, d, &o, w->axes, w->n_axes, w->fixed, n_fixed, &interrupted, e);
    if (made)
        w->sweeps[w->n_sweeps++] = made;
    return made != NULL;
}

/* What else a part of the standard study fixes; the number of settings then. */
static size_t add_settings(wanted *w, const roof_standard *part) {
    size_t n = w->n_fixed;
    for (size_t k = 0; k < ROOF_STUDY_WITH && part->with[k].factor; k++)
        if (!is_fixed(w, part->with[k].factor))
            w->fixed[n++] = part->with[k];
    return n;
}

static bool run_part(const settings *s, wanted *w, const roof_device *d, const roof_standard *part,
                     roof_error *e) {
    size_t n_fixed = add_settings(w, part), n;
    if (!roof_study_parse(factor_of(w->name, part->factor), part->values, w->values[0], &n, e))
        return false;
    n = roof_study_fitting(w->name, part->factor, w->values[0], n, w->fixed, n_fixed);
    w->axes[0] = (roof_sweep_axis){part->factor, w->values[0], n};
    w->n_axes = 1;
    return n == 0 || run_one(s, w, d, n_fixed, e);
}

/* Each factor in turn, but those that were given. */
static bool run_standard(const settings *s, wanted *w, const roof_device *d, roof_error *e) {
    const roof_standard *part;
    for (size_t i = 0; (part = roof_study_standard(w->name, i)); i++)
        if (!is_fixed(w, part->factor) && !run_part(s, w, d, part, e))
            return false;
    return w->n_sweeps > 0 ||
           error_set(e, ROOF_USAGE,
                     "sweep %s: no factor is left to vary with these values; give one a range",
                     w->name);
}

static void run_and_report(const settings *s, wanted *w, FILE *out, roof_error *e) {
    roof_device *d = NULL;
    if (choose_device(s, &d, e) &&
        (w->n_axes > 0 ? run_one(s, w, d, w->n_fixed, e) : run_standard(s, w, d, e)))
        report_sweeps(s, (const roof_sweep *const *)w->sweeps, w->n_sweeps, out, e);
    for (size_t i = 0; i < w->n_sweeps; i++)
        roof_sweep_free(w->sweeps[i]);
    roof_device_free(d);
}

roof_status command_study(const settings *s, roof_error *e) {
    output out;
    wanted *w = calloc(1, sizeof *w);
    if (!w)
        return error_set(e, ROOF_FAILED, "not enough memory"), e->status;
    w->name = s->args[0];
    if (take_factors(s, w, e) && output_open(&out, s->output, e)) {
        roof_error own = ROOF_ERROR_INIT;
        run_and_report(s, w, out.file, &own);
        output_end(&out, &own, e);
    }
    free(w);
    return e->status;
}
