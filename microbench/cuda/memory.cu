/* Bandwidth of the levels of memory, and latencies.
 *
 * Per iteration and thread:  FLOPS    BYTES (useful)  LOADS  STORES  (of 16 bytes)
 *   memory_read              0        128             8      0       grid-stride, not kept in L1
 *   memory_write             0        128             0      8       streaming stores
 *   memory_copy              0        256             8      8
 *   memory_triad             16 x 2   192             8      4       out = a + factor * b
 *   memory_l2                0        128             8      0       past L1
 *   memory_l1                0        128             8      0       each block its own few KiB
 *   memory_shared            0        128             8      0       no bank is asked twice
 *   memory_chase             0        0               1      0       8 bytes; one thread: latency
 *   empty                    nothing: the time of a launch
 *
 * An iteration of a block takes one chunk of each stream; blocks take turns, and begin again beyond
 * the end of the stream, so that a stream smaller than the cache measures the cache. All loads of
 * an iteration are issued before the first is used: 512 threads x 8 x 16 bytes are 64 KiB per block
 * in flight, two blocks to a multiprocessor. What is read ends in a result. Addresses depend on an
 * argument even where they are always the same (L1, shared), as the compiler otherwise takes the
 * loads out of the loop. */
#include "streams.cuh"

#define LOAD(name, instruction, space)                                                             \
    struct name {                                                                                  \
        DEVICE void load(uint4 &v, space address) {                                                \
            asm volatile(instruction " {%0, %1, %2, %3}, [%4];"                                    \
                         : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w)                              \
                         : OPERAND_##space(address));                                              \
        }                                                                                          \
    };
typedef uint64_t global_address;
typedef uint32_t shared_address;
#define OPERAND_global_address "l"
#define OPERAND_shared_address "r"
LOAD(load_once, "ld.global.nc.L1::no_allocate.v4.u32", global_address)
LOAD(load_past_l1, "ld.global.cg.v4.u32", global_address)
LOAD(load_cached, "ld.global.ca.v4.u32", global_address)
LOAD(load_shared, "ld.shared.v4.u32", shared_address)

DEVICE void store_streaming(uint64_t address, const uint4 &v) {
    asm volatile("st.global.cs.v4.u32 [%0], {%1, %2, %3, %4};" ::"l"(address), "r"(v.x), "r"(v.y),
                 "r"(v.z), "r"(v.w)
                 : "memory");
}

/* Reads what `w` walks through from `base` on. */
template <class how, int threads, class address>
DEVICE void run_read(const cuda_arguments &args, address base, walk w) {
    uint4 sum = {0, 0, 0, 0};
    stopwatch begin = start_stopwatch();
    REPEAT_LOOP(args) {
        uint4 v[CUDA_ACCESSES];
        const address from = base + (address)w.at;
#pragma unroll
        for (int i = 0; i < CUDA_ACCESSES; i++)
            how::load(v[i], from + i * (threads * CUDA_ACCESS));
#pragma unroll
        for (int i = 0; i < CUDA_ACCESSES; i += 2)
            mix(sum, v[i], v[i + 1]);
        advance(w);
    }
    stop_stopwatch(args, begin);
    store_result(args, sum);
}

template <class how> DEVICE void run_grid_stride(const cuda_arguments &args) {
    const uint32_t chunk = CUDA_STREAM_THREADS * CUDA_ACCESSES * CUDA_ACCESS;
    run_read<how, CUDA_STREAM_THREADS>(args, args.stream[0],
                                       start_walk(args, chunk, threadIdx.x * CUDA_ACCESS));
}

ENTRY(memory_read, CUDA_STREAM_THREADS, 2) {
    run_grid_stride<load_once>(args);
}
ENTRY(memory_l2, CUDA_STREAM_THREADS, 2) {
    run_grid_stride<load_past_l1>(args);
}

ENTRY(memory_write, CUDA_STREAM_THREADS, 2) {
    enum { STRIDE = CUDA_STREAM_THREADS * CUDA_ACCESS };
    walk w = start_walk(args, STRIDE * CUDA_ACCESSES, threadIdx.x * CUDA_ACCESS);
    uint4 v = ((const uint4 *)args.operands)[threadIdx.x];
    stopwatch begin = start_stopwatch();
    REPEAT_LOOP(args) {
#pragma unroll
        for (int i = 0; i < CUDA_ACCESSES; i++)
            store_streaming(args.stream[2] + w.at + i * STRIDE, v);
        advance(w);
    }
    stop_stopwatch(args, begin);
    store_result(args, v);
}

ENTRY(memory_copy, CUDA_STREAM_THREADS, 2) {
    enum { STRIDE = CUDA_STREAM_THREADS * CUDA_ACCESS };
    walk w = start_walk(args, STRIDE * CUDA_ACCESSES, threadIdx.x * CUDA_ACCESS);
    uint4 v[CUDA_ACCESSES] = {};
    stopwatch begin = start_stopwatch();
    REPEAT_LOOP(args) {
#pragma unroll
        for (int i = 0; i < CUDA_ACCESSES; i++)
            load_once::load(v[i], args.stream[0] + w.at + i * STRIDE);
#pragma unroll
        for (int i = 0; i < CUDA_ACCESSES; i++)
            store_streaming(args.stream[2] + w.at + i * STRIDE, v[i]);
        advance(w);
    }
    stop_stopwatch(args, begin);
    store_result(args, v[0]);
}

DEVICE uint32_t multiply_add(uint32_t a, float factor, uint32_t b) {
    return __float_as_uint(__fmaf_rn(factor, __uint_as_float(b), __uint_as_float(a)));
}

ENTRY(memory_triad, CUDA_STREAM_THREADS, 2) {
    enum { STRIDE = CUDA_STREAM_THREADS * CUDA_ACCESS, COUNT = CUDA_TRIAD_ACCESSES };
    const float factor = 0.75f;
    walk w = start_walk(args, STRIDE * COUNT, threadIdx.x * CUDA_ACCESS);
    uint4 a[COUNT] = {}, b[COUNT];
    stopwatch begin = start_stopwatch();
    REPEAT_LOOP(args) {
#pragma unroll
        for (int i = 0; i < COUNT; i++) {
            load_once::load(a[i], args.stream[0] + w.at + i * STRIDE);
            load_once::load(b[i], args.stream[1] + w.at + i * STRIDE);
        }
#pragma unroll
        for (int i = 0; i < COUNT; i++) {
            a[i].x = multiply_add(a[i].x, factor, b[i].x);
            a[i].y = multiply_add(a[i].y, factor, b[i].y);
            a[i].z = multiply_add(a[i].z, factor, b[i].z);
            a[i].w = multiply_add(a[i].w, factor, b[i].w);
            store_streaming(args.stream[2] + w.at + i * STRIDE, a[i]);
        }
        advance(w);
    }
    stop_stopwatch(args, begin);
    store_result(args, a[0]);
}

ENTRY(memory_l1, CUDA_CACHE_THREADS, 1) {
    enum { CHUNK = CUDA_CACHE_THREADS * CUDA_ACCESSES * CUDA_ACCESS };
    run_read<load_cached, CUDA_CACHE_THREADS>(
        args, args.stream[0] + blockIdx.x * args.stream_bytes,
        walk{threadIdx.x * (uint64_t)CUDA_ACCESS, CHUNK, args.stream_bytes});
}

ENTRY(memory_shared, CUDA_CACHE_THREADS, 1) {
    enum { COUNT = CUDA_CACHE_THREADS * CUDA_ACCESSES, STRIDE = CUDA_CACHE_THREADS * CUDA_ACCESS };
    __shared__ uint4 words[COUNT];
#pragma unroll 1
    for (int i = threadIdx.x; i < COUNT; i += CUDA_CACHE_THREADS)
        words[i] = ((const uint4 *)args.operands)[i];
    run_read<load_shared, CUDA_CACHE_THREADS>(
        args, (uint32_t)__cvta_generic_to_shared(words),
        walk{threadIdx.x * (uint64_t)CUDA_ACCESS, COUNT * CUDA_ACCESS, args.stream_bytes});
}

/* Each load gives the address of the next; all lanes do the same, which is one access. */
ENTRY(memory_chase, 32, 1) {
    uint64_t at = args.stream[0];
    stopwatch begin = start_stopwatch();
    REPEAT_LOOP(args) asm volatile("ld.global.cg.u64 %0, [%1];" : "=l"(at) : "l"(at));
    stop_stopwatch(args, begin);
    if (threadIdx.x == 0)
        ((uint64_t *)args.results)[blockIdx.x] = at;
}

ENTRY(empty, 32, 1) {}
