#include "cli/subject.h"
#include "base/error.h"
#include <roofline/saved.h>
#include <string.h>
#include <unistd.h>

/* A pipe can be read only once; a copy of it can be looked at first. */
static void keep_standard_input(void) {
    char chunk[1 << 16];
    FILE *copy = lseek(STDIN_FILENO, 0, SEEK_CUR) < 0 && !isatty(STDIN_FILENO) ? tmpfile() : NULL;
    ssize_t n;
    if (!copy)
        return;
    while ((n = read(STDIN_FILENO, chunk, sizeof chunk)) > 0)
        fwrite(chunk, 1, (size_t)n, copy);
    if (fflush(copy) == 0 && lseek(fileno(copy), 0, SEEK_SET) == 0)
        dup2(fileno(copy), STDIN_FILENO);
    fclose(copy);
}

bool is_saved(const char *path) {
    if (!strcmp(path, "-"))
        keep_standard_input();
    return roof_saved_is(path);
}

bool any_is_model(const settings *s) {
    for (size_t i = 0; i < s->n_args; i++)
        if (!is_saved(s->args[i]))
            return true;
    return false;
}

bool choose_device_of_models(const settings *s, roof_device **d, roof_error *e) {
    *d = NULL;
    return !any_is_model(s) || choose_device(s, d, e);
}

/* A saved analysis is what it is. Beside a model, where both are looked at together, options are
 * those of the model. */
static bool refuses_options(const settings *s) {
    bool together = s->n_variants > 0;
    return s->reanalyses && !(together && any_is_model(s));
}

static bool has_dim(const roof_analysis *a, const char *wanted) {
    const char *name;
    int64_t size;
    for (size_t i = 0; (name = roof_analysis_dim(a, i, &size)); i++)
        if (!strcmp(name, wanted))
            return true;
    return false;
}

/* Of several models each has its own dimensions. */
static roof_analysis *analyze(const settings *s, const char *path, const roof_model *m,
                              const roof_device *d, roof_error *e) {
    roof_options o = s->analysis;
    o.spare_dims = s->n_args > 1;
    roof_analysis *a = roof_analyze(m, d, &o, e);
    for (size_t i = 0; a && i < o.n_dims; i++)
        if (!has_dim(a, o.dims[i].name))
            note(s, "%s: no dimension is called %s", path, o.dims[i].name);
    return a;
}

static bool open_either(const settings *s, const char *path, const roof_device *d, subject *x,
                        roof_error *e) {
    if (is_saved(path)) {
        if (refuses_options(s))
            return error_set(e, ROOF_USAGE,
                             "--%s would change the analysis, and %s is one that was saved: give "
                             "the model instead",
                             s->reanalyses, path);
        x->analysis = roof_saved_open(path, e);
        return x->analysis != NULL;
    }
    x->model = roof_model_open(path, e);
    x->analysis = x->model ? analyze(s, path, x->model, d, e) : NULL;
    return x->analysis != NULL;
}

bool subject_open(const settings *s, const char *path, const roof_device *d, subject *x,
                  roof_error *e) {
    *x = (subject){NULL};
    if (open_either(s, path, d, x, e) && measure_subject(s, x->analysis, e))
        return true;
    subject_close(x);
    return false;
}

void subject_close(subject *x) {
    roof_analysis_free(x->analysis);
    roof_model_free(x->model);
    *x = (subject){NULL};
}

roof_model *open_model(const settings *s, const char *path, roof_error *e) {
    if (!is_saved(path))
        return roof_model_open(path, e);
    error_set(e, ROOF_USAGE, "%s needs the model, and %s is a saved analysis", s->command, path);
    return NULL;
}

bool check_strict(const settings *s, const subject *x, const char *path, roof_error *e) {
    const roof_coverage *c = roof_analysis_coverage(x->analysis);
    int64_t unknown = c->by_status[ROOF_ROW_UNKNOWN];
    if (!s->strict || unknown == 0)
        return true;
    const char *op = c->n_unsupported ? c->unsupported[0].op : NULL;
    return error_set(e, ROOF_NOT_COVERED, "%s: %lld of %lld nodes are not covered%s%s%s", path,
                     (long long)unknown, (long long)c->nodes, op ? " (" : "", op ? op : "",
                     op ? ", ...)" : "");
}
