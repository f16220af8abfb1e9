/* Profiles of ONNX Runtime (enable_profiling): an array of events in the format of Chrome's traces.
 *
 *   {"cat": "Node", "name": "/conv1/Conv_kernel_time", "ts": 173898, "dur": 18064,
 *    "args": {"op_name": "Conv", "node_index": "0", "provider": "CPUExecutionProvider", ...}}
 *   {"cat": "Session", "name": "model_run", "ts": 173849, "dur": 193617, ...}
 *
 * Times are in microseconds, rounded down. A run is written after its nodes. */
#include "base/text.h"
#include "timing/timing.h"
#include <math.h>
#include <string.h>

static const double MICROSECOND = 1e-6;

enum { MOST_RUNS = 1 << 20 };

typedef struct runs {
    double *seconds;
    size_t n, room;
    double first_start, first_end; /* of the run that began first; seconds */
    bool launches;                 /* some nodes ran on a device that they only launch on */
} runs;

bool knows_onnxruntime(const reading *r) {
    return json_object_get(r->first, "cat") && json_object_get(r->first, "ph");
}

static bool add_run(reading *r, runs *all, double start, double seconds) {
    if (all->n == MOST_RUNS)
        return refuse_times(r, "more than %d runs", MOST_RUNS);
    if (all->n == all->room) {
        size_t room = all->room ? 2 * all->room : 16;
        double *more = arena_array(r->timing->memory, room, sizeof *more);
        if (all->n)
            memcpy(more, all->seconds, all->n * sizeof *more);
        all->seconds = more;
        all->room = room;
    }
    if (all->n == 0 || start < all->first_start) {
        all->first_start = start;
        all->first_end = start + seconds;
    }
    all->seconds[all->n++] = seconds;
    return true;
}

/* "/conv1/Conv_kernel_time" is the node; fences and the like are not its work. */
static bool add_node(reading *r, size_t i, const json_t *o, const char *name, sample s) {
    static const char suffix[] = "_kernel_time";
    size_t n = strlen(name), k = sizeof suffix - 1;
    char what[64];
    if (n < k || strcmp(name + n - k, suffix) != 0)
        return true;
    snprintf(what, sizeof what, "event %zu", i);
    s.name = arena_strndup(r->timing->memory, name, n - k);
    s.op = json_text(json_object_get(o, "args"), "op_name");
    return add_sample(r, s, what);
}

static bool add_event(reading *r, size_t i, const json_t *o, void *user) {
    runs *all = user;
    const char *category = json_text(o, "cat"), *name = json_text(o, "name");
    bool is_node = strcmp(category, "Node") == 0, is_run = strcmp(name, "model_run") == 0;
    sample s = {0};
    if (!json_is_object(o))
        return refuse_times(r, "event %zu is no object", i);
    if (!is_node && !is_run)
        return true;
    if (!json_seconds(o, "dur", MICROSECOND, &s.seconds) ||
        !json_seconds(o, "ts", MICROSECOND, &s.start))
        return refuse_times(r, "event %zu: ts or dur is no number of microseconds", i);
    if (is_run)
        return add_run(r, all, s.start, s.seconds);
    const char *provider = json_text(json_object_get(o, "args"), "provider");
    all->launches = all->launches || strstr(provider, "CUDA") || strstr(provider, "ROCM");
    return add_node(r, i, o, name, s);
}

/* The first of several runs warms caches up and allocates: it is left out. */
static void leave_warm_up_out(reading *r, runs *all) {
    size_t kept = 0;
    if (all->n < 2)
        return;
    for (size_t i = 0; i < r->n_samples; i++)
        if (r->samples[i].start >= all->first_end)
            r->samples[kept++] = r->samples[i];
    if (kept == 0)
        return;
    r->n_samples = kept;
    r->timing->warm_ups = 1;
    memmove(all->seconds, all->seconds + 1, --all->n * sizeof *all->seconds);
}

bool read_onnxruntime(reading *r) {
    roof_timing *t = r->timing;
    runs all = {0};
    if (!read_items(r, add_event, &all))
        return false;
    if (r->n_samples == 0)
        return refuse_times(r, "a profile of ONNX Runtime in which no node has run");
    leave_warm_up_out(r, &all);
    t->runs = r->sampled_runs = (int64_t)all.n;
    t->run_s = all.n ? median(all.seconds, all.n) : NAN;
    t->resolution = MICROSECOND;
    if (all.launches)
        t->remark = "nodes on CUDA and ROCm only launch their kernels: their times are those of "
                    "launching";
    return true;
}
