/* --measured: what real runs took. */
#include "base/error.h"
#include "cli/subject.h"
#include <roofline/timing.h>
#include <string.h>

bool check_measured(const settings *s, roof_error *e) {
    if (s->measured && s->n_args > 1)
        return error_set(e, ROOF_USAGE, "--measured is of one model, and %zu are given", s->n_args);
    if (s->measured && !strcmp(s->measured, "-") && !strcmp(s->args[0], "-"))
        return error_set(e, ROOF_USAGE, "standard input is the model or the times, not both");
    return true;
}

bool measure_subject(const settings *s, roof_analysis *a, roof_error *e) {
    if (!s->measured)
        return true;
    roof_timing *t = roof_timing_load(s->measured, e);
    bool ok = t && roof_analysis_measure(a, t, e);
    roof_timing_free(t);
    return ok;
}
