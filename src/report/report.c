#include "base/error.h"
#include "report/format.h"
#include "report/sums.h"
#include <math.h>

enum { SCRATCH_LIMIT = 1 << 30 };

/* Every output format. */
static const report_format formats[] = {
    {.name = "table", .rows = ROWS_TOP, .write = write_table},
    {.name = "csv", .rows = ROWS_AS_ASKED, .write = write_csv},
    {.name = "json", .rows = ROWS_ALL, .write = write_json},
    {.name = "md", .rows = ROWS_AS_ASKED, .write = write_markdown},
};

enum { N_FORMATS = sizeof formats / sizeof *formats };

const char *roof_report_format(size_t i) {
    return i < N_FORMATS ? formats[i].name : NULL;
}

const char *roof_report_sort(size_t i) {
    return sort_key(i);
}

static bool write_as(void *user, arena *memory, roof_error *error) {
    report *r = user;
    if (!r->scratch || arena_escape(r->scratch))
        return error_set(error, ROOF_FAILED, "not enough memory to write the report");
    r->arena = memory;
    if (r->options->group != ROOF_GROUP_NONE) {
        r->depth = r->options->group_depth;
        r->sums = sum_up(r->arena, r->analysis, r->options->group, &r->depth, &r->n_sums);
    }
    if (!choose_rows(r, r->format->rows, error))
        return false;
    r->format->write(r);
    return true;
}

static bool any_is_measured(const roof_analysis *a) {
    for (size_t i = 0; i < roof_analysis_rows(a); i++)
        if (!isnan(roof_analysis_row(a, i)->measured_s))
            return true;
    return false;
}

bool roof_report(const roof_analysis *a, const char *format, const roof_report_options *options,
                 FILE *out, roof_error *error) {
    static const roof_report_options defaults = {0};
    int i = find_format(format, roof_report_format, error);
    if (i < 0)
        return false;
    report r = {.analysis = a,
                .options = options ? options : &defaults,
                .format = &formats[i],
                .out = out,
                .scratch = arena_new(SCRATCH_LIMIT),
                .placed = roof_analysis_device(a) != NULL,
                .timed = any_is_measured(a)};
    bool ok = write_document(out, "the report", write_as, &r, error);
    arena_free(r.scratch);
    return ok;
}
