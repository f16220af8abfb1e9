/* Peaks of the matrix unit of sm_100a, sm_103a and sm_110a, which one thread feeds from shared
 * memory and which accumulates in tensor memory: tcgen05.mma, cta_group::1 and ::2.
 *
 * Per iteration and block: 4 stages x 4 instructions of m128n256: FLOPS 16 x 2 x 128 x 256 x k (k
 * 16 for fp16 and bf16, 8 for tf32, 32 for fp8, mxf8 and int8, 64 for mxfp4 and nvfp4; twice that
 * when sparse, zeros counted; _k96: 96), BYTES 0, LOADS 0, STORES 0 (of the threads). One block to
 * a multiprocessor.
 *
 * Stages are those of wgmma: 128 rows of A, 256 rows of B, 128 bytes each, K-major, 128-byte
 * swizzle. Even stages add to the first 256 columns of tensor memory, odd ones to the second; with
 * block scales or 2:4 sparsity all add to the first, as the scales, and what says where the zeros
 * are, take the second. The thread waits for an iteration only after it has issued the next: 16 to
 * 32 instructions are under way. Accumulators of 16 bits (_fp16) have a column each too, its low
 * half.
 *
 * _k96, of sm_103a alone: an instruction takes 48 bytes of a row. As a row has 128, those of the
 * four overlap.
 *
 * _pair: two blocks, one instruction of m256n256 for both, which the first one issues. Each has its
 * rows of A and of the product, and half of the rows of B, so that its shared memory is read by a
 * third less (sparse: 40 %): what limits the others where A and B pass 128 bytes in a clock. */
#include "barriers.cuh"
#include "swizzle.cuh"
#include "tcgen05.h"

enum {
    THREADS = 128,
    WARP = 32,
    PIECE = 32, /* columns that a warp moves at a time */
};

/* The instruction descriptor: sparsity, format of the accumulator, of A and of B, N / 8, type of
 * the scales, M / 16, K of 96. */
#define SPARSE              (1u << 2)
#define FORMATS(d, operand) ((d) << 4 | (operand) << 7 | (operand) << 10 | (256u / 8) << 17)
#define SCALES_E8M0         (1u << 23)
#define ROWS(blocks)        (128u / 16 * (blocks) << 24)
#define K_96                (1u << 31)

/* The same in all lanes, and known to the compiler to be: else it serialises the lanes. */
DEVICE uint32_t uniform(uint32_t value) {
    return __shfl_sync(0xffffffff, value, 0);
}

/* An instruction that names how many blocks work together. */
#define OF_GROUP(blocks, instruction, rest, ...)                                                   \
    do {                                                                                           \
        if (blocks == 1)                                                                           \
            asm volatile(instruction ".cta_group::1" rest ::__VA_ARGS__ : "memory");               \
        else                                                                                       \
            asm volatile(instruction ".cta_group::2" rest ::__VA_ARGS__ : "memory");               \
    } while (0)

template <int blocks> DEVICE void commit(uint32_t barrier) {
    OF_GROUP(blocks, "tcgen05.commit", ".mbarrier::arrive::one.shared::cluster.b64 [%0];",
             "r"(barrier));
}

/* operation::multiply(tensor memory, accumulators, a, b) is one instruction. False when a barrier
 * did not come. */
template <class operation>
DEVICE bool issue_all(const cuda_arguments &args, uint32_t tensor, uint32_t shared,
                      uint32_t barriers) {
    const bool k_96 = operation::k_96;
    const uint64_t a = cuda_tcgen05_descriptor(shared, k_96),
                   b = cuda_tcgen05_descriptor(shared + CUDA_A_ROWS * CUDA_ROW, k_96);
    const uint32_t iterations = (uint32_t)args.iterations;
#pragma unroll 1
    for (uint32_t i = 0; i < iterations; i++) {
        if (!wait_for(barriers + i % 2 * 8, (i / 2 + 1) % 2)) /* passes at once the first time */
            return false;
#pragma unroll
        for (int s = 0; s < CUDA_STAGES; s++)
#pragma unroll
            for (int k = 0; k < CUDA_STEPS_IN_STAGE; k++)
                operation::multiply(tensor,
                                    tensor + (operation::one_tile ? 0 : s % 2 * CUDA_TILE_COLUMNS),
                                    a + cuda_place_of_a(k_96, s, k),
                                    b + cuda_place_of_b(operation::sparse, k_96, s, k));
        commit<operation::blocks>(barriers + i % 2 * 8);
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
    uint32_t *out = (uint32_t *)args.results +
                    ((size_t)blockIdx.x * THREADS + threadIdx.x) * CUDA_TENSOR_COLUMNS;
#pragma unroll 1
    for (int c = 0; c < CUDA_TENSOR_COLUMNS; c += PIECE) {
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

/* By one warp: all of tensor memory, of a pair together; its address is written to `to`. */
template <int blocks> DEVICE void allocate(uint32_t to) {
    OF_GROUP(blocks, "tcgen05.alloc", ".sync.aligned.shared::cta.b32 [%0], %1;", "r"(to),
             "n"((int)CUDA_TENSOR_COLUMNS));
    OF_GROUP(blocks, "tcgen05.relinquish_alloc_permit", ".sync.aligned;", );
}

template <int blocks> DEVICE void release(uint32_t tensor) {
    OF_GROUP(blocks, "tcgen05.dealloc", ".sync.aligned.b32 %0, %1;", "r"(tensor),
             "n"((int)CUDA_TENSOR_COLUMNS));
}

/* The block's threads, or those of both blocks of a pair. */
template <int blocks> DEVICE void meet() {
    if (blocks == 1)
        __syncthreads();
    else
        asm volatile("barrier.cluster.arrive.release.aligned;\n\t"
                     "barrier.cluster.wait.acquire.aligned;" ::
                         : "memory");
}

/* The same; and what was done in tensor memory before is seen after. */
template <int blocks> DEVICE void synchronize() {
    asm volatile("tcgen05.fence::before_thread_sync;" ::: "memory");
    meet<blocks>();
    asm volatile("tcgen05.fence::after_thread_sync;" ::: "memory");
}

/* Of a pair, the first block issues. */
template <int blocks> DEVICE bool is_second() {
    uint32_t rank = 0;
    if (blocks > 1)
        asm volatile("mov.u32 %0, %%cluster_ctarank;" : "=r"(rank));
    return rank != 0;
}

template <class operation> DEVICE void run_tcgen05(const cuda_arguments &args) {
    enum { BLOCKS = operation::blocks };
    uint8_t *const stages = stages_in_shared_memory();
    const uint8_t *operands = (const uint8_t *)args.operands;
    __shared__ __align__(8) uint64_t barriers[2];
    __shared__ uint32_t tensor_address, gave_up;
    const uint32_t barrier = (uint32_t)__cvta_generic_to_shared(barriers);
    const bool second = is_second<BLOCKS>();
    if (BLOCKS > 1)
        meet<BLOCKS>(); /* allocating talks to the other block, which must have begun */
    if (threadIdx.x < WARP)
        allocate<BLOCKS>((uint32_t)__cvta_generic_to_shared(&tensor_address));
    if (threadIdx.x == 0) {
        gave_up = 0;
        for (int i = 0; i < 2; i++)
            asm volatile("mbarrier.init.shared::cta.b64 [%0], 1;" ::"r"(barrier + i * 8)
                         : "memory");
    }
    load_stages(stages, operands, THREADS, second); /* fences and synchronises */
    const uint32_t tensor = uniform(tensor_address);
    const uint32_t metadata =
        operation::sparse ? *(const uint32_t *)(operands + CUDA_STAGES * CUDA_STAGE_BYTES) : 0;
    fill_tensor_memory(tensor, 0, CUDA_SCALES_AT, 0);
    fill_tensor_memory(tensor, CUDA_SCALES_AT, CUDA_METADATA_AT, operation::scales);
    fill_tensor_memory(tensor, CUDA_METADATA_AT, CUDA_TENSOR_COLUMNS, metadata);
    synchronize<BLOCKS>();

    stopwatch begin = start_stopwatch();
    if (!second && uniform(threadIdx.x / WARP) == 0 && elected())
        gave_up = !issue_all<operation>(args, tensor, (uint32_t)__cvta_generic_to_shared(stages),
                                        barrier);
    synchronize<BLOCKS>();
    stop_stopwatch(args, begin);
    if (threadIdx.x == 0)
        ((cuda_time *)args.times + blockIdx.x)->gave_up = gave_up;
    store_tensor_memory(args, tensor);
    synchronize<BLOCKS>();
    if (threadIdx.x < WARP)
        release<BLOCKS>(tensor);
}

/* An instruction; `more`: what follows the descriptors of A and B, of which %3 is that of the
 * instruction, %4 the address of the scales and %5 of the metadata. */
#define OPERATION(name, n_blocks, cluster, instruction, format, scales_, more)                     \
    struct name##_operation {                                                                      \
        enum : uint32_t { scales = scales_ };                                                      \
        enum { blocks = n_blocks, sparse = ((format)&SPARSE) != 0, k_96 = ((format)&K_96) != 0 };  \
        enum { one_tile = sparse || scales_ != 0 };                                                \
        DEVICE void multiply(uint32_t tensor, uint32_t d, uint64_t a, uint64_t b) {                \
            asm volatile("{\n\t.reg .pred p;\n\tsetp.eq.u32 p, 0, 0;\n\t" instruction              \
                         " [%0], %1, %2" more ", p;\n\t}" ::"r"(d),                                \
                         "l"(a), "l"(b), "r"((format) | ROWS(n_blocks)),                           \
                         "r"(tensor + CUDA_SCALES_AT), "r"(tensor + CUDA_METADATA_AT)              \
                         : "memory");                                                              \
        }                                                                                          \
    };                                                                                             \
    extern "C" __global__ void __launch_bounds__(THREADS, 1) cluster name(                         \
        const __grid_constant__ cuda_arguments args) {                                             \
        run_tcgen05<name##_operation>(args);                                                       \
    }

#define BOTH(name, mma, kind, format, scales, more)                                                \
    OPERATION(name, 1, , mma ".cta_group::1.kind::" kind, format, scales, more)                    \
    OPERATION(name##_pair, 2, __cluster_dims__(2, 1, 1), mma ".cta_group::2.kind::" kind, format,  \
              scales, more)
#define DENSE(name, kind, format, scales, more)                                                    \
    BOTH(tcgen05_##name, "tcgen05.mma", kind, format, scales, ", %3" more)
#define DENSE_AND_SPARSE(name, kind, format, scales, more)                                         \
    DENSE(name, kind, format, scales, more)                                                        \
    BOTH(tcgen05_sparse_##name, "tcgen05.mma.sp", kind, (format) | SPARSE, scales,                 \
         ", [%5], %3" more)
#define SCALES ", [%4], [%4]"

/* Formats of the accumulator: fp16 0, fp32 1, int32 2 (with scales it is fp32 without a word); of
 * the operands: fp16 0, bf16 1, tf32 2; e4m3 0; int8 1; e2m1 1. */
DENSE_AND_SPARSE(fp16, "f16", FORMATS(1u, 0u), 0, "")
DENSE_AND_SPARSE(bf16, "f16", FORMATS(1u, 1u), 0, "")
DENSE_AND_SPARSE(tf32, "tf32", FORMATS(1u, 2u), 0, "")
DENSE_AND_SPARSE(fp8, "f8f6f4", FORMATS(1u, 0u), 0, "")
DENSE_AND_SPARSE(fp16_fp16, "f16", FORMATS(0u, 0u), 0, "")
DENSE_AND_SPARSE(fp8_fp16, "f8f6f4", FORMATS(0u, 0u), 0, "")
DENSE_AND_SPARSE(mxfp8, "mxf8f6f4.block_scale", FORMATS(0u, 0u) | SCALES_E8M0, ONES_E8M0, SCALES)
DENSE_AND_SPARSE(mxfp4, "mxf4.block_scale.block32", FORMATS(0u, 1u) | SCALES_E8M0, ONES_E8M0,
                 SCALES)
DENSE_AND_SPARSE(nvfp4, "mxf4nvf4.block_scale.block16", FORMATS(0u, 1u), ONES_E4M3, SCALES)
#if __CUDA_ARCH__ == 1030
DENSE(mxfp4_k96, "mxf4.block_scale.block32", FORMATS(0u, 1u) | SCALES_E8M0 | K_96, ONES_E8M0,
      SCALES)
DENSE(nvfp4_k96, "mxf4nvf4.block_scale.block16", FORMATS(0u, 1u) | K_96, ONES_E4M3, SCALES)
#else /* the assembler knows no int8 there */
DENSE_AND_SPARSE(int8, "i8", FORMATS(2u, 1u), 0, "")
#endif
