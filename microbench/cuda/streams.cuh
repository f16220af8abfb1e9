/* How the blocks of memory kernels share a stream, and what they leave. */
#ifndef MICROBENCH_CUDA_STREAMS_CUH
#define MICROBENCH_CUDA_STREAMS_CUH

#include "device.cuh"

/* Where in a stream a block is, or one of its threads: chunks of a block, and on to the next. A
 * stream is whole chunks; of one with fewer chunks than blocks, several blocks take the same. */
struct walk {
    uint64_t at, step, bytes;
};

/* `first`: where in its chunk. */
DEVICE walk start_walk(const cuda_arguments &args, uint32_t chunk, uint32_t first) {
    const uint32_t chunks = (uint32_t)(args.stream_bytes / chunk);
    return {blockIdx.x % chunks * (uint64_t)chunk + first, gridDim.x % chunks * (uint64_t)chunk,
            args.stream_bytes};
}

DEVICE void advance(walk &w) {
    w.at += w.step;
    if (w.at >= w.bytes)
        w.at -= w.bytes;
}

DEVICE void mix(uint4 &into, const uint4 &v, const uint4 &w) {
    into.x ^= v.x ^ w.x;
    into.y ^= v.y ^ w.y;
    into.z ^= v.z ^ w.z;
    into.w ^= v.w ^ w.w;
}

DEVICE void store_result(const cuda_arguments &args, const uint4 &v) {
    ((uint4 *)args.results)[(size_t)blockIdx.x * blockDim.x + threadIdx.x] = v;
}

#endif
