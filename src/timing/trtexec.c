/* Profiles of TensorRT (trtexec --exportProfile): an array whose first item is the number of runs.
 *
 *   [ {"count": 100},
 *     {"name": "conv1 + relu", "timeMs": 12.3, "averageMs": 0.123, "medianMs": 0.122,
 *      "percentage": 4.5}, ... ]
 *
 * A layer is named after the nodes that it was fused from. */
#include "timing/timing.h"
#include <math.h>
#include <string.h>

static const double MILLISECOND = 1e-3;

/* Layers that overlap by rounding alone add up to this. */
static const double WHOLE = 101;

static bool is_layer(const json_t *o) {
    return json_object_get(o, "name") &&
           (json_object_get(o, "averageMs") || json_object_get(o, "medianMs"));
}

bool knows_trtexec(const reading *r) {
    return is_layer(r->first) ||
           (json_is_integer(json_object_get(r->first, "count")) && json_object_size(r->first) == 1);
}

static bool add_layer(reading *r, size_t i, const json_t *o, void *user) {
    double *percent = user;
    sample s = {.name = json_text(o, "name"), .op = ""};
    char what[64];
    snprintf(what, sizeof what, "layer %zu", i);
    if (!is_layer(o)) {
        json_t *count = json_object_get(o, "count");
        if (i > 0 || !json_is_integer(count))
            return refuse_times(r, "%s has no name with averageMs or medianMs", what);
        if (json_integer_value(count) > 0)
            r->timing->runs = json_integer_value(count);
        return true;
    }
    const char *key = json_object_get(o, "medianMs") ? "medianMs" : "averageMs";
    if (!json_seconds(o, key, MILLISECOND, &s.seconds))
        return refuse_times(r, "%s: %s is no number of milliseconds", what, key);
    *percent += json_number_value(json_object_get(o, "percentage"));
    return add_sample(r, s, what);
}

bool read_trtexec(reading *r) {
    roof_timing *t = r->timing;
    double percent = 0;
    if (!read_items(r, add_layer, &percent))
        return false;
    if (percent > WHOLE)
        t->remark = "its percentages add up to more than 100: layers overlap or hold one another";
    return true;
}
