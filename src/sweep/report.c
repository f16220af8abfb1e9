#include "base/error.h"
#include "base/numeric.h"
#include "report/format.h"
#include "sweep/sweep.h"
#include <errno.h>

enum { MEMORY_LIMIT = 512 << 20 };

static const struct {
    const char *name;
    void (*write)(sweep_output *o);
    void (*write_study)(sweep_output *o);
} formats[] = {
    {.name = "table", .write = write_sweep_table, .write_study = write_study_table},
    {.name = "csv", .write = write_sweep_csv, .write_study = write_sweep_csv},
    {.name = "json", .write = write_sweep_json, .write_study = write_study_json},
};
enum { N_FORMATS = sizeof formats / sizeof *formats };

const char *roof_sweep_format(size_t i) {
    return i < N_FORMATS ? formats[i].name : NULL;
}

static bool write_in(sweep_output *o, int format, roof_error *error) {
    if (arena_escape(o->arena))
        return error_set(error, ROOF_FAILED, "not enough memory to write the sweep");
    errno = 0;
    (o->sweep->operator_name ? formats[format].write_study : formats[format].write)(o);
    return end_document(o->out, "the sweep", error);
}

bool roof_study_report(const roof_sweep *const *sweeps, size_t n, const char *format,
                       const roof_sweep_options *options, FILE *out, roof_error *error) {
    static const roof_sweep_options defaults = {0};
    int i = find_format(format, roof_sweep_format, error);
    if (i < 0)
        return false;
    sweep_output o = {.sweep = sweeps[0],
                      .all = sweeps,
                      .n_all = n,
                      .options = options ? options : &defaults,
                      .out = out,
                      .arena = arena_new(MEMORY_LIMIT)};
    numeric_locale numeric = numeric_begin();
    bool ok = o.arena && write_in(&o, i, error);
    numeric_end(numeric);
    arena_free(o.arena);
    return ok || error_set(error, ROOF_FAILED, "not enough memory to write the sweep");
}

bool roof_sweep_report(const roof_sweep *s, const char *format, const roof_sweep_options *options,
                       FILE *out, roof_error *error) {
    return roof_study_report(&s, 1, format, options, out, error);
}
