/* Waiting for the GPU, but not for ever: a kernel that never ends cannot be stopped from here, only
 * left behind. */
#include "base/error.h"
#include "base/text.h"
#include "calibrate/cuda_state.h"
#include "calibrate/team.h"
#include <stdlib.h>
#include <time.h>

static const double READING_EVERY = 0.05; /* seconds: NVML renews its figures no faster */
static const double PATIENCE = 20;        /* a launch takes some hundredths of a second */
static const double STOP_PATIENCE = 1;    /* once the user has asked for an end */
static const long PAUSE_NS = 20000;

/* ROOFLINE_GPU_PATIENCE has other seconds, for tests. */
static double patience(void) {
    const char *other = getenv("ROOFLINE_GPU_PATIENCE");
    double seconds = 0;
    return other && text_to_double(other, &seconds) && seconds > 0 ? seconds : PATIENCE;
}

static bool give_up(cuda_state *s, double waited, const char *what, roof_error *e) {
    s->stuck = true;
    return error_set(e, ROOF_FAILED,
                     "%s: the GPU has not answered for %.3g s, so nothing more is measured: if "
                     "nvidia-smi shows it busy when this program has ended, it must be reset "
                     "(nvidia-smi --gpu-reset)",
                     what, waited);
}

/* Until the event `end` has happened. */
static bool wait_for_end(cuda_state *s, const char *what, roof_error *e) {
    const struct timespec pause = {.tv_nsec = PAUSE_NS};
    const double begin = team_clock(), limit = patience();
    cuda_result result = s->api.event_query(s->end);
    while (result == CUDA_NOT_READY) {
        double waited = team_clock() - begin;
        if (waited >= limit || (s->stop && *s->stop && waited >= STOP_PATIENCE))
            return give_up(s, waited, what, e);
        nanosleep(&pause, NULL);
        result = s->api.event_query(s->end);
    }
    return cuda_did(s, result, what, e);
}

bool cuda_wait(cuda_state *s, const char *what, roof_error *e) {
    return cuda_did(s, s->api.event_record(s->end, s->stream), what, e) && wait_for_end(s, what, e);
}

static void read_nvml(cuda_state *s) {
    double now = team_clock();
    if (!s->nvml || now - s->read_at < READING_EVERY)
        return;
    nvml_read(s->nvml, &s->reading);
    s->read_at = now;
}

bool cuda_timed(cuda_state *s, bench_sample *sample, roof_error *e) {
    float ms = 0;
    if (!cuda_did(s, s->api.event_record(s->end, s->stream), "timing the kernel", e))
        return false;
    read_nvml(s); /* of a GPU at work */
    if (!wait_for_end(s, "running the kernel", e) ||
        !cuda_did(s, s->api.event_elapsed(&ms, s->begin, s->end), "timing the kernel", e))
        return false;
    sample->seconds = ms * 1e-3;
    sample->watts = s->reading.watts;
    sample->celsius = s->reading.celsius;
    sample->throttled = nvml_throttle_text(s->reading.throttle);
    return true;
}
