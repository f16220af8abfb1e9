/* Peaks of the matrix unit of sm_100a, sm_103a and sm_110a, which one thread feeds from shared
 * memory and which accumulates in tensor memory: tcgen05.mma, cta_group::1.
 *
 * Per iteration and block: 4 stages x 4 instructions of m128n256: FLOPS 16 x 2 x 128 x 256 x k (k
 * 16 for fp16 and bf16, 8 for tf32, 32 for fp8 and int8, 64 for mxfp4), BYTES 0, LOADS 0, STORES 0
 * (of the threads). One block to a multiprocessor.
 *
 * Stages are those of wgmma: 128 rows of A, 256 rows of B, 128 bytes each, K-major, 128-byte
 * swizzle. Even stages add to the first 256 columns of tensor memory, odd ones to the second; mxfp4
 * adds all to the first, as its block scales take the second. The thread waits for an iteration
 * only after it has issued the next: 16 to 32 instructions are under way. */
#include "swizzle.cuh"

enum {
    THREADS = 128,
    WARP = 32,
    COLUMNS = 512, /* of tensor memory: all of it */
    TILE_COLUMNS = 256,
    PIECE = 32, /* columns that a warp moves at a time */
    ONE_AS_SCALES = 0x7f7f7f7f,
};

/* The instruction descriptor: formats, N / 8 and M / 16. */
#define SHAPE                    ((256u / 8) << 17 | (128u / 16) << 24)
#define DENSE_FORMAT(d, operand) ((d) << 4 | (operand) << 7 | (operand) << 10 | SHAPE)
#define SCALED_FORMAT(operand)   ((operand) << 7 | (operand) << 10 | 1u << 23 | SHAPE)

/* Leading offset unused, stride 64 (1024 bytes from one 8 rows to the next), version 1, 128-byte
 * swizzle.
 */
DEVICE uint64_t describe(uint32_t address) {
    return (address & 0x3ffff) >> 4 | 1ull << 16 | 64ull << 32 | 1ull << 46 | 2ull << 61;
}

/* The same in all lanes, and known to the compiler to be: else it serialises the lanes. */
DEVICE uint32_t uniform(uint32_t value) {
    return __shfl_sync(0xffffffff, value, 0);
}

/* True in one lane of a warp, and known to the compiler to be. */
DEVICE bool elected() {
    uint32_t is;
    asm volatile("{\n\t.reg .pred p;\n\telect.sync _|p, 0xffffffff;\n\tselp.u32 %0, 1, 0, p;\n\t}"
                 : "=r"(is));
    return is != 0;
}

/* Whether the phase of that parity has ended; waits a little for it. */
DEVICE bool try_wait(uint32_t barrier, uint32_t phase) {
    uint32_t ended;
    asm volatile("{\n\t.reg .pred p;\n\t"
                 "mbarrier.try_wait.parity.shared::cta.b64 p, [%1], %2;\n\t"
                 "selp.u32 %0, 1, 0, p;\n\t}"
                 : "=r"(ended)
                 : "r"(barrier), "r"(phase)
                 : "memory");
    return ended != 0;
}

/* A unit that never answers must not hold the GPU for ever: false after CUDA_PATIENCE_NS. */
DEVICE bool wait_for(uint32_t barrier, uint32_t phase) {
    if (try_wait(barrier, phase))
        return true;
    const uint64_t deadline = read_global_timer() + CUDA_PATIENCE_NS;
    do {
        if (try_wait(barrier, phase))
            return true;
    } while (read_global_timer() < deadline);
    return false;
}

DEVICE void commit(uint32_t barrier) {
    asm volatile(
        "tcgen05.commit.cta_group::1.mbarrier::arrive::one.shared::cluster.b64 [%0];" ::"r"(barrier)
        : "memory");
}

/* operation::multiply(tensor address, a, b, address of scales) is one instruction. False when a
 * barrier did not come. */
template <class operation>
DEVICE bool issue_all(const cuda_arguments &args, uint32_t tensor, uint32_t shared,
                      uint32_t barriers) {
    const uint64_t a = describe(shared), b = describe(shared + CUDA_A_ROWS * CUDA_ROW);
    const uint32_t iterations = (uint32_t)args.iterations;
#pragma unroll 1
    for (uint32_t i = 0; i < iterations; i++) {
        if (!wait_for(barriers + i % 2 * 8, (i / 2 + 1) % 2)) /* passes at once the first time */
            return false;
#pragma unroll
        for (int s = 0; s < CUDA_STAGES; s++)
#pragma unroll
            for (int k = 0; k < CUDA_STEPS_IN_STAGE; k++) {
                const int units = (s * CUDA_STAGE_BYTES + k * CUDA_STEP_BYTES) / 16;
                operation::multiply(tensor + (operation::scaled ? 0 : s % 2 * TILE_COLUMNS),
                                    a + units, b + units, tensor + TILE_COLUMNS);
            }
        commit(barriers + i % 2 * 8);
    }
    const uint32_t i = iterations, j = iterations + 1;
    return wait_for(barriers + i % 2 * 8, (i / 2 + 1) % 2) &&
           wait_for(barriers + j % 2 * 8, (j / 2 + 1) % 2);
}

#define OPERANDS_8(x, r, i)                                                                        \
    x(r[i]), x(r[i + 1]), x(r[i + 2]), x(r[i + 3]), x(r[i + 4]), x(r[i + 5]), x(r[i + 6]),         \
        x(r[i + 7])
#define TEXT_32                                                                                    \
    "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, "                      \
    "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31}"

/* Every warp has a quarter of the rows of tensor memory. */
DEVICE uint32_t rows_of_warp(uint32_t tensor) {
    return tensor + (threadIdx.x / WARP * WARP << 16);
}

DEVICE void fill_tensor_memory(uint32_t tensor, int from, int to, uint32_t value) {
    for (int c = from; c < to; c++)
        asm volatile(
            "tcgen05.st.sync.aligned.32x32b.x1.b32 [%0], {%1};" ::"r"(rows_of_warp(tensor) + c),
            "r"(value)
            : "memory");
    asm volatile("tcgen05.wait::st.sync.aligned;" ::: "memory");
}

DEVICE void store_tensor_memory(const cuda_arguments &args, uint32_t tensor) {
    uint32_t *out =
        (uint32_t *)args.results + ((size_t)blockIdx.x * THREADS + threadIdx.x) * COLUMNS;
#pragma unroll 1
    for (int c = 0; c < COLUMNS; c += PIECE) {
        uint32_t r[PIECE];
        asm volatile("tcgen05.ld.sync.aligned.32x32b.x32.b32 " TEXT_32 ", [%32];"
                     : OPERANDS_8("=r", r, 0), OPERANDS_8("=r", r, 8), OPERANDS_8("=r", r, 16),
                       OPERANDS_8("=r", r, 24)
                     : "r"(rows_of_warp(tensor) + c)
                     : "memory");
        asm volatile("tcgen05.wait::ld.sync.aligned;" ::: "memory");
#pragma unroll
        for (int i = 0; i < PIECE; i++)
            out[c + i] = r[i];
    }
}

template <class operation> DEVICE void run_tcgen05(const cuda_arguments &args) {
    uint8_t *const stages = stages_in_shared_memory();
    __shared__ __align__(8) uint64_t barriers[2];
    __shared__ uint32_t tensor_address, gave_up;
    const uint32_t barrier = (uint32_t)__cvta_generic_to_shared(barriers);
    if (threadIdx.x < WARP) {
        asm volatile("tcgen05.alloc.cta_group::1.sync.aligned.shared::cta.b32 [%0], %1;" ::"r"(
                         (uint32_t)__cvta_generic_to_shared(&tensor_address)),
                     "n"((int)COLUMNS)
                     : "memory");
        asm volatile("tcgen05.relinquish_alloc_permit.cta_group::1.sync.aligned;");
    }
    if (threadIdx.x == 0) {
        gave_up = 0;
        for (int i = 0; i < 2; i++)
            asm volatile("mbarrier.init.shared::cta.b64 [%0], 1;" ::"r"(barrier + i * 8)
                         : "memory");
    }
    load_stages(stages, (const uint8_t *)args.operands, THREADS); /* fences and synchronises */
    const uint32_t tensor = uniform(tensor_address);
    fill_tensor_memory(tensor, 0, TILE_COLUMNS, 0);
    fill_tensor_memory(tensor, TILE_COLUMNS, COLUMNS, operation::scaled ? ONE_AS_SCALES : 0);
    asm volatile("tcgen05.fence::before_thread_sync;" ::: "memory");
    __syncthreads();
    asm volatile("tcgen05.fence::after_thread_sync;" ::: "memory");

    stopwatch begin = start_stopwatch();
    if (uniform(threadIdx.x / WARP) == 0 && elected())
        gave_up = !issue_all<operation>(args, tensor, (uint32_t)__cvta_generic_to_shared(stages),
                                        barrier);
    stop_stopwatch(args, begin);
    if (threadIdx.x == 0)
        ((cuda_time *)args.times + blockIdx.x)->gave_up = gave_up;
    asm volatile("tcgen05.fence::after_thread_sync;" ::: "memory");
    store_tensor_memory(args, tensor);
    asm volatile("tcgen05.fence::before_thread_sync;" ::: "memory");
    __syncthreads();
    if (threadIdx.x < WARP)
        asm volatile("tcgen05.dealloc.cta_group::1.sync.aligned.b32 %0, %1;" ::"r"(tensor),
                     "n"((int)COLUMNS));
}

#define OPERATION(name, kind, format, is_scaled, scales)                                           \
    struct name##_operation {                                                                      \
        enum { scaled = is_scaled };                                                               \
        DEVICE void multiply(uint32_t d, uint64_t a, uint64_t b, uint32_t s) {                     \
            asm volatile("{\n\t.reg .pred p;\n\tsetp.eq.u32 p, 0, 0;\n\t"                          \
                         "tcgen05.mma.cta_group::1.kind::" kind " [%0], %1, %2, %3" scales         \
                         ", p;\n\t}" ::"r"(d),                                                     \
                         "l"(a), "l"(b), "r"(format), "r"(s)                                       \
                         : "memory");                                                              \
        }                                                                                          \
    };                                                                                             \
    ENTRY(name, THREADS, 1) {                                                                      \
        run_tcgen05<name##_operation>(args);                                                       \
    }

/* Formats of the accumulator: fp32 1, int32 2; of the operands: fp16 0, bf16 1, tf32 2; e4m3 0;
 * int8 1; e2m1 1. */
OPERATION(tcgen05_fp16, "f16", DENSE_FORMAT(1u, 0u), 0, "")
OPERATION(tcgen05_bf16, "f16", DENSE_FORMAT(1u, 1u), 0, "")
OPERATION(tcgen05_tf32, "tf32", DENSE_FORMAT(1u, 2u), 0, "")
OPERATION(tcgen05_fp8, "f8f6f4", DENSE_FORMAT(1u, 0u), 0, "")
OPERATION(tcgen05_mxfp4, "mxf4.block_scale.scale_vec::2X", SCALED_FORMAT(1u), 1, ", [%4], [%4]")
#if __CUDA_ARCH__ != 1030
OPERATION(tcgen05_int8, "i8", DENSE_FORMAT(2u, 1u), 0, "")
#endif
