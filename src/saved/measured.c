/* What real runs took, as --measured found it when the analysis was saved. */
#include "saved/load.h"
#include <math.h>

static roof_named named_of(loader *l, const json_t *o, const char *key) {
    const json_t *one = object_of(l, o, key), *names = list_of(l, one, "names");
    roof_named n = {.n = number_of(l, one, "count"), .seconds = real_of(l, one, "seconds")};
    if (json_array_size(names) > ROOF_NAMED)
        refuse(l, key, "has %zu names, and %d are possible", json_array_size(names), ROOF_NAMED);
    for (size_t i = 0; i < json_array_size(names) && is_good(l); i++)
        n.names[n.n_names++] = text_value(l, key, json_array_get(names, i));
    return n;
}

void load_measured(loader *l, const json_t *o) {
    if (json_is_null(o) || !is_object(l, o))
        return;
    double too_fast_by = real_of(l, o, "too_fast_by");
    roof_measured *m = arena_alloc(l->arena, sizeof *m);
    *m = (roof_measured){.path = text_of(l, o, "path"),
                         .format = text_of(l, o, "format"),
                         .runs = number_of(l, o, "runs"),
                         .warm_ups = number_of(l, o, "warm_ups"),
                         .run_s = real_of(l, o, "run_s"),
                         .times_s = real_of(l, o, "times_s"),
                         .rows = number_of(l, o, "rows"),
                         .measured_s = real_of(l, o, "measured_s"),
                         .compared_s = real_of(l, o, "compared_s"),
                         .time_s = real_of(l, o, "time_s"),
                         .covered = real_of(l, o, "covered"),
                         .no_row = named_of(l, o, "no_row"),
                         .nested = named_of(l, o, "nested"),
                         .no_time = named_of(l, o, "no_time"),
                         .too_fast = named_of(l, o, "too_fast"),
                         .too_fast_by = isnan(too_fast_by) ? 0 : too_fast_by,
                         .remark = text_of(l, o, "remark")};
    l->analysis->measured = m;
}
