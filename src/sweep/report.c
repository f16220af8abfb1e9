#include "report/format.h"
#include "sweep/sweep.h"

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

static bool write_as(void *user, arena *memory, roof_error *error) {
    (void)error;
    sweep_output *o = user;
    o->arena = memory;
    (o->sweep->operator_name ? formats[o->format].write_study : formats[o->format].write)(o);
    return true;
}

bool roof_study_report(const roof_sweep *const *sweeps, size_t n, const char *format,
                       const roof_sweep_options *options, FILE *out, roof_error *error) {
    static const roof_sweep_options defaults = {0};
    sweep_output o = {.sweep = sweeps[0],
                      .all = sweeps,
                      .n_all = n,
                      .format = find_format(format, roof_sweep_format, error),
                      .options = options ? options : &defaults,
                      .out = out};
    return o.format >= 0 && write_document(out, "the sweep", write_as, &o, error);
}

bool roof_sweep_report(const roof_sweep *s, const char *format, const roof_sweep_options *options,
                       FILE *out, roof_error *error) {
    return roof_study_report(&s, 1, format, options, out, error);
}
