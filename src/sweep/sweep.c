/* Runs the analysis again and again, and keeps of each run what a sweep tells. */
#include "sweep/sweep.h"
#include "base/error.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MEMORY_LIMIT = 900 << 20 };

/* --- axes --- */

static bool check_axis(const roof_sweep_axis *x, int64_t least, roof_error *error) {
    const char *name = x->name ? x->name : "batch";
    if (x->n == 0)
        return error_set(error, ROOF_USAGE, "%s: there is no value to take", name);
    for (size_t i = 0; i < x->n; i++)
        if (x->values[i] < least || (i > 0 && x->values[i] <= x->values[i - 1]))
            return error_set(error, ROOF_USAGE, "%s: the values must rise from %lld on", name,
                             (long long)least);
    return true;
}

static bool check_axes(const roof_sweep_axis *axes, size_t n, int64_t least, roof_error *error) {
    size_t points = 1;
    if (n < 1 || n > ROOF_SWEEP_AXES)
        return error_set(error, ROOF_USAGE, "%zu dimensions vary; there may be one or two", n);
    for (size_t i = 0; i < n; i++) {
        if (!check_axis(&axes[i], least, error))
            return false;
        if (axes[i].n > ROOF_SWEEP_POINTS / points)
            return error_set(error, ROOF_USAGE,
                             "these are more than %d points; take larger steps, as in 1..1024:x2",
                             ROOF_SWEEP_POINTS);
        points *= axes[i].n;
    }
    return true;
}

static void copy_axes(roof_sweep *s, const roof_sweep_axis *axes, size_t n) {
    s->n_axes = n;
    s->n_points = 1;
    for (size_t i = 0; i < n; i++) {
        int64_t *values = arena_array(s->arena, axes[i].n, sizeof *values);
        memcpy(values, axes[i].values, axes[i].n * sizeof *values);
        s->axes[i] = (roof_sweep_axis){axes[i].name ? arena_strdup(s->arena, axes[i].name) : NULL,
                                       values, axes[i].n};
        s->n_points *= axes[i].n;
    }
}

/* --- one point --- */

static void place_point(const roof_sweep *s, size_t i, roof_sweep_point *p) {
    for (size_t k = 0; k < s->n_axes; k++) {
        p->at[k] = s->axes[k].values[i % s->axes[k].n];
        i /= s->axes[k].n;
    }
}

/* The caller's options with the axes bound, on an arena. */
static roof_options bind_point(const roof_sweep *s, const roof_options *options,
                               const roof_sweep_point *p, arena *a) {
    roof_options o = *options;
    if (s->operator_name)
        return o; /* the model is made for the point */
    roof_binding *dims = arena_array(a, o.n_dims + s->n_axes, sizeof *dims);
    if (o.n_dims > 0)
        memcpy(dims, o.dims, o.n_dims * sizeof *dims);
    for (size_t k = 0; k < s->n_axes; k++) {
        if (s->axes[k].name)
            dims[o.n_dims++] =
                (roof_binding){s->axes[k].name, arena_printf(a, "%lld", (long long)p->at[k])};
        else
            o.batch = p->at[k];
    }
    o.dims = dims;
    return o;
}

static void keep_totals(roof_sweep *s, const roof_analysis *a, roof_sweep_point *p) {
    p->totals = *roof_analysis_totals(a);
    p->totals.peak_activation_node = arena_strdup(s->arena, p->totals.peak_activation_node);
    p->per_second =
        !s->operator_name && p->totals.time_s > 0 ? (double)p->at[0] / p->totals.time_s : NAN;
}

/* --- all points --- */

static void drop_last(roof_sweep *s) {
    roof_analysis_free(s->last);
    roof_model_free(s->made.model);
    free(s->made.bytes);
    s->last = NULL;
    s->made = (sweep_model){0};
}

/* "conv: with kernel = 3, ..." */
static bool too_large(roof_sweep *s, const roof_sweep_point *p, roof_error *error) {
    const char *text = "";
    for (size_t k = 0; k < s->n_axes; k++)
        text = arena_printf(s->arena, "%s%s%s = %lld", text, k ? ", " : "",
                            roof_sweep_axis_name(s, k), (long long)p->at[k]);
    return error_set(error, ROOF_USAGE, "%s: with %s its work does not fit 63 bits",
                     s->operator_name, text);
}

static bool run_point(roof_sweep *s, const sweep_source *source, const roof_device *device,
                      const roof_options *options, size_t i, roof_error *error) {
    roof_sweep_point *p = &s->points[i];
    place_point(s, i, p);
    roof_options bound = bind_point(s, options, p, s->arena);
    drop_last(s);
    if (!source->model && !source->make(source->context, p->at, &s->made, error))
        return false;
    const roof_model *model = source->model ? source->model : s->made.model;
    s->last = roof_analyze(model, device, &bound, error);
    if (!s->last)
        return false;
    keep_totals(s, s->last, p);
    if (s->operator_name && !p->totals.complete)
        return too_large(s, p, error);
    follow_rows(s, i);
    return true;
}

static bool run_all(roof_sweep *s, const sweep_source *source, const roof_device *device,
                    const roof_options *options, const volatile sig_atomic_t *stop,
                    roof_error *error) {
    for (size_t i = 0; i < s->n_points; i++) {
        if (stop && *stop)
            return error_set(error, ROOF_INTERRUPTED, "interrupted at point %zu of %zu", i + 1,
                             s->n_points);
        if (!run_point(s, source, device, options, i, error))
            return false;
    }
    return true;
}

static void out_of_memory(roof_error *error) {
    error_set(error, ROOF_FAILED, "not enough memory for a sweep of so many points and rows");
}

/* An empty sweep, or NULL when there is no memory. */
static roof_sweep *new_sweep(void) {
    roof_sweep *s = calloc(1, sizeof *s);
    arena *memory = s ? arena_new(MEMORY_LIMIT) : NULL;
    if (!memory) {
        free(s);
        return NULL;
    }
    s->arena = memory;
    return s;
}

static void describe(roof_sweep *s, const sweep_source *source, const roof_sweep_axis *axes,
                     size_t n_axes) {
    copy_axes(s, axes, n_axes);
    s->points = arena_array(s->arena, s->n_points, sizeof *s->points);
    s->operator_name = source->operator_name;
    s->meaning = source->meaning;
    s->n_factors = source->n_factors;
    s->factors = arena_array(s->arena, s->n_factors, sizeof *s->factors);
    for (size_t i = 0; i < s->n_factors; i++)
        s->factors[i] = source->factors[i];
}

static bool run_source(roof_sweep *s, const sweep_source *source, const roof_device *device,
                       const roof_options *options, const roof_sweep_axis *axes, size_t n_axes,
                       const volatile sig_atomic_t *stop, roof_error *error) {
    if (arena_escape(s->arena)) {
        out_of_memory(error);
        return false;
    }
    describe(s, source, axes, n_axes);
    return run_all(s, source, device, options, stop, error);
}

roof_sweep *sweep_run(const sweep_source *source, const roof_device *device,
                      const roof_options *options, const roof_sweep_axis *axes, size_t n_axes,
                      const volatile sig_atomic_t *stop, roof_error *error) {
    static const roof_options defaults = {0};
    if (!check_axes(axes, n_axes, source->model ? 1 : 0, error))
        return NULL;
    roof_sweep *s = new_sweep();
    if (!s)
        out_of_memory(error);
    else if (run_source(s, source, device, options ? options : &defaults, axes, n_axes, stop,
                        error))
        return s;
    roof_sweep_free(s);
    return NULL;
}

roof_sweep *roof_sweep_run(const roof_model *model, const roof_device *device,
                           const roof_options *options, const roof_sweep_axis *axes, size_t n_axes,
                           const volatile sig_atomic_t *stop, roof_error *error) {
    return sweep_run(&(sweep_source){.model = model}, device, options, axes, n_axes, stop, error);
}

void roof_sweep_free(roof_sweep *s) {
    if (!s)
        return;
    drop_last(s);
    arena_free(s->arena);
    free(s);
}

/* --- looking at it --- */

const roof_sweep_axis *roof_sweep_axes(const roof_sweep *s, size_t *n) {
    *n = s->n_axes;
    return s->axes;
}

const char *roof_sweep_axis_name(const roof_sweep *s, size_t axis) {
    return s->axes[axis].name ? s->axes[axis].name : "batch";
}

const roof_sweep_point *roof_sweep_points(const roof_sweep *s, size_t *n) {
    *n = s->n_points;
    return s->points;
}

const roof_sweep_row *roof_sweep_row_at(const roof_sweep *s, size_t i) {
    return i < s->n_rows ? &s->rows[i]->public : NULL;
}

const roof_analysis *roof_sweep_analysis(const roof_sweep *s) {
    return s->last;
}

const char *roof_sweep_operator(const roof_sweep *s) {
    return s->operator_name;
}

const roof_sweep_factor *roof_sweep_factors(const roof_sweep *s, size_t *n) {
    *n = s->n_factors;
    return s->factors;
}

size_t sweep_columns(const roof_sweep *s) {
    return s->operator_name ? s->n_factors : s->n_axes;
}

const char *sweep_column(const roof_sweep *s, size_t i) {
    return s->operator_name ? s->factors[i].name : roof_sweep_axis_name(s, i);
}

int64_t sweep_column_value(const roof_sweep *s, size_t i, const int64_t *at) {
    int axis = s->operator_name ? s->factors[i].axis : (int)i;
    return axis < 0 ? s->factors[i].value : at[axis];
}

static bool is_given(const roof_options *options, const char *name) {
    for (size_t i = 0; i < options->n_dims; i++)
        if (!strcmp(options->dims[i].name, name))
            return true;
    return false;
}

bool sweep_keeps(const roof_sweep *s, const char *dim) {
    bool batch = false;
    for (size_t i = 0; i < s->n_axes; i++) {
        if (s->axes[i].name && !strcmp(s->axes[i].name, dim))
            return false;
        batch = batch || !s->axes[i].name;
    }
    return !batch || is_given(roof_analysis_options(s->last), dim);
}
