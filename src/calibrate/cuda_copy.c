/* Copies by the driver: from and to page-locked memory of the host, and to another GPU. */
#include "base/error.h"
#include "calibrate/cuda_state.h"
#include <string.h>

void cuda_copy_close(cuda_state *s) {
    if (s->host)
        s->api.host_release(s->host);
    s->host = NULL;
    if (!s->peer_context)
        return;
    if (s->peer_memory && s->api.context_set(s->peer_context) == CUDA_OK) {
        s->api.release(s->peer_memory);
        s->api.context_set(s->context);
    }
    s->peer_memory = 0;
    s->api.context_release(s->peer.device);
    s->peer_context = NULL;
}

static bool need_host(cuda_state *s, roof_error *e) {
    if (s->host)
        return true;
    if (!cuda_did(s, s->api.host_allocate(&s->host, CUDA_COPY_BYTES, 0), "page-locked memory", e))
        return false;
    memset(s->host, 0x5a, CUDA_COPY_BYTES);
    return true;
}

/* Where the chips cannot reach each other, the driver goes through the host: that is measured too.
 */
static bool need_peer(cuda_state *s, roof_error *e) {
    int direct = 0;
    const char *what = "starting the other GPU";
    if (s->peer_context)
        return true;
    if (!cuda_did(s, s->api.device_can_peer(&direct, s->gpu.device, s->peer.device), what, e) ||
        !cuda_did(s, s->api.context_retain(&s->peer_context, s->peer.device), what, e))
        return false;
    bool done = cuda_did(s, s->api.context_set(s->peer_context), what, e) &&
                cuda_did(s, s->api.allocate(&s->peer_memory, CUDA_COPY_BYTES), what, e);
    done = cuda_did(s, s->api.context_set(s->context), what, e) && done;
    if (!done || !direct)
        return done;
    cuda_result result = s->api.context_peer(s->peer_context, 0);
    return result == CUDA_PEER_ACCESS_ALREADY_ENABLED || cuda_did(s, result, what, e);
}

bool cuda_copy_prepare(cuda_state *s, const cuda_row *row, roof_error *e) {
    s->content = CUDA_NOTHING; /* the streams are what is copied */
    return cuda_buffer_need(s, &s->streams, CUDA_COPY_BYTES, "memory to copy", e) &&
           (row->task == CUDA_COPY_TO_PEER ? need_peer(s, e) : need_host(s, e));
}

static cuda_result copy_once(cuda_state *s) {
    switch (s->row->task) {
    case CUDA_COPY_TO_GPU:
        return s->api.to_device_async(s->streams.address, s->host, CUDA_COPY_BYTES, s->stream);
    case CUDA_COPY_TO_HOST:
        return s->api.to_host_async(s->host, s->streams.address, CUDA_COPY_BYTES, s->stream);
    default:
        return s->api.to_peer_async(s->peer_memory, s->peer_context, s->streams.address, s->context,
                                    CUDA_COPY_BYTES, s->stream);
    }
}

bool cuda_copy_run(cuda_state *s, int64_t repetitions, bench_sample *sample, roof_error *e) {
    bool done = cuda_did(s, s->api.event_record(s->begin, s->stream), "timing a copy", e);
    for (int64_t i = 0; done && i < repetitions; i++)
        done = cuda_did(s, copy_once(s), "copying", e);
    sample->iterations = (double)repetitions;
    return done && cuda_timed(s, sample, e);
}
