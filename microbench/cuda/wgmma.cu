/* Peaks of the matrix unit of sm_90a, which a warpgroup feeds from shared memory: wgmma.
 *
 * Per iteration and block: 4 stages x 4 instructions x 2 warpgroups of m64n256: FLOPS 32 x 2 x 64 x
 * 256 x k (k 16 for fp16 and bf16, 8 for tf32, 32 for fp8 and int8; twice that when sparse, zeros
 * counted), BYTES 0, LOADS 0, STORES 0 (of the threads: the unit itself reads shared memory). One
 * block to a multiprocessor.
 *
 * A stage is a K block of 128 bytes: 128 rows of A, 64 for each warpgroup, and 256 rows of B, which
 * both use. Rows are K-major with the 128-byte swizzle: atoms of 8 rows, in which the 16-byte chunk
 * c of row r lies at c ^ r. Stages 2 and 3 hold what takes the products of 0 and 1 back when this
 * is measured.
 *
 * _rs: A comes from registers. _fp16: accumulators are fp16, two in a register. _sparse: A holds
 * half of its numbers; as a K block of it needs two of B, the B rows of two stages serve one, in
 * turn. In 128 clocks an instruction reads 2 KiB of A and 8 of B (sparse: 16), and shared memory
 * gives 128 bytes per clock: only from registers can sparse products be at their peak. */
#include "swizzle.cuh"
#include "wgmma.h"

enum { WARPGROUP = 128, THREADS = 2 * WARPGROUP, A_REGISTERS = 4 };

/* 128 registers of accumulators (64 for fp16), as text and as operands. They are only ever named by
 * the one volatile statement of the loop: were they touched between two of them, the compiler would
 * wait after each. */
#define TEXT_64                                                                                    \
    "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, "                       \
    "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, "             \
    "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, "             \
    "%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63"
#define TEXT_128                                                                                   \
    TEXT_64 ", "                                                                                   \
            "%64, %65, %66, %67, %68, %69, %70, %71, %72, %73, %74, %75, %76, %77, %78, %79, "     \
            "%80, %81, %82, %83, %84, %85, %86, %87, %88, %89, %90, %91, %92, %93, %94, %95, "     \
            "%96, %97, %98, %99, %100, %101, %102, %103, %104, %105, %106, %107, %108, %109, "     \
            "%110, %111, "                                                                         \
            "%112, %113, %114, %115, %116, %117, %118, %119, %120, %121, %122, %123, %124, %125, " \
            "%126, "                                                                               \
            "%127"
#define OPERANDS_8(x, r, i)                                                                        \
    x(r[i]), x(r[i + 1]), x(r[i + 2]), x(r[i + 3]), x(r[i + 4]), x(r[i + 5]), x(r[i + 6]),         \
        x(r[i + 7])
#define OPERANDS_32(x, r, i)                                                                       \
    OPERANDS_8(x, r, i), OPERANDS_8(x, r, i + 8), OPERANDS_8(x, r, i + 16), OPERANDS_8(x, r, i + 24)
#define OPERANDS_64(x, r, i) OPERANDS_32(x, r, i), OPERANDS_32(x, r, i + 32)
#define ALL_64(x, r)         OPERANDS_64(x, r, 0)
#define ALL_128(x, r)        OPERANDS_64(x, r, 0), OPERANDS_64(x, r, 64)

/* One instruction of WGMMA_STEPS and the like; `type` ends with the accumulators. */
#define SS(a, b, type, end)                                                                        \
    "add.s64 a, a0, " #a "; add.s64 b, b0, " #b ";\n\t"                                            \
    "wgmma.mma_async.sync.aligned.m64n256" type ", a, b, " end ";\n\t"
#define SPARSE(a, b, type, end)                                                                    \
    "add.s64 a, a0, " #a "; add.s64 b, b0, " #b ";\n\t"                                            \
    "wgmma.mma_async.sp.sync.aligned.m64n256" type ", a, b, %130, 0, " end ";\n\t"
#define RS(r, b, type, end)                                                                        \
    "add.s64 b, b0, " #b ";\n\t"                                                                   \
    "wgmma.mma_async.sync.aligned.m64n256" type ", {" A_##r "}, b, " end ";\n\t"
#define SPARSE_RS(r, b, type, end)                                                                 \
    "add.s64 b, b0, " #b ";\n\t"                                                                   \
    "wgmma.mma_async.sp.sync.aligned.m64n256" type ", {" A_##r "}, b, %161, 0, " end ";\n\t"
#define A_0    "%129, %130, %131, %132"
#define A_4    "%133, %134, %135, %136"
#define A_8    "%137, %138, %139, %140"
#define A_12   "%141, %142, %143, %144"
#define A_16   "%145, %146, %147, %148"
#define A_20   "%149, %150, %151, %152"
#define A_24   "%153, %154, %155, %156"
#define A_28   "%157, %158, %159, %160"
#define COMMIT "wgmma.commit_group.sync.aligned;\n\twgmma.wait_group.sync.aligned 1;\n\t"

/* The same in all lanes, and known to the compiler to be. */
DEVICE int warpgroup_index() {
    return __shfl_sync(0xffffffff, threadIdx.x / WARPGROUP, 0);
}

/* Registers of A for an iteration, both sets: CUDA_STEPS_IN_STAGE x 4 each. In front of the
 * operands' stages, in the order of the threads. */
enum { A_ALL = 2 * CUDA_STEPS_IN_STAGE * A_REGISTERS, A_BYTES = A_ALL * THREADS * 4 };

/* `first`: which operands a0 and b0 are. */
#define BEGIN_STEPS(first)                                                                         \
    "{\n\t.reg .pred p;\n\t.reg .b64 a, b, a0, b0;\n\tsetp.eq.u32 p, 0, 0;\n\t" first              \
    "wgmma.fence.sync.aligned;\n\t"
#define FIRST_64    "mov.b64 a0, %64; mov.b64 b0, %65;\n\t"
#define FIRST_128   "mov.b64 a0, %128; mov.b64 b0, %129;\n\t"
#define FIRST_B_128 "mov.b64 b0, %128;\n\t"

/* steps::run(accumulators, ...) is one iteration. */
template <class steps> DEVICE void run_wgmma(const cuda_arguments &args) {
    typedef typename steps::accumulator accumulator;
    const uint8_t *operands = (const uint8_t *)args.operands;
    uint8_t *const stages = stages_in_shared_memory();
    uint32_t a_registers[A_ALL];
    uint32_t metadata = 0;
    if (steps::in_registers) {
#pragma unroll
        for (int r = 0; r < A_ALL; r++)
            a_registers[r] = ((const uint32_t *)operands)[r * THREADS + threadIdx.x];
        operands += A_BYTES;
    }
    load_stages(stages, operands, THREADS);
    if (steps::sparse)
        metadata = *(const uint32_t *)(operands + CUDA_STAGES * CUDA_STAGE_BYTES);
    const uint32_t first = (uint32_t)__cvta_generic_to_shared(stages);
    const uint64_t a =
        cuda_wgmma_descriptor(first + warpgroup_index() * (CUDA_A_ROWS / 2 * CUDA_ROW));
    const uint64_t b = cuda_wgmma_descriptor(first + CUDA_A_ROWS * CUDA_ROW);

    enum { REGISTERS = steps::registers };
    accumulator d[REGISTERS];
#pragma unroll
    for (int r = 0; r < REGISTERS; r++)
        d[r] = 0;
    stopwatch begin = start_stopwatch();
    REPEAT_LOOP(args) steps::run(d, a, b, a_registers, metadata);
    steps::finish(d);
    stop_stopwatch(args, begin);
    accumulator *out =
        (accumulator *)args.results + (size_t)blockIdx.x * REGISTERS * THREADS + threadIdx.x;
#pragma unroll
    for (int r = 0; r < REGISTERS; r++)
        out[r * THREADS] = d[r];
}

/* n: registers of accumulators of a thread. */
#define STEPS(name, type, inout, n, first, rs, sp, loop, ...)                                      \
    struct name##_steps {                                                                          \
        typedef type accumulator;                                                                  \
        enum { in_registers = rs, sparse = sp, registers = n };                                    \
        DEVICE void run(accumulator (&d)[registers], uint64_t a, uint64_t b,                       \
                        const uint32_t (&r)[A_ALL], uint32_t metadata) {                           \
            asm volatile(BEGIN_STEPS(first) loop "}"                                               \
                         : ALL_##n(inout, d)                                                       \
                         : __VA_ARGS__                                                             \
                         : "memory");                                                              \
        }                                                                                          \
        DEVICE void finish(accumulator (&d)[registers]) {                                          \
            asm volatile("wgmma.wait_group.sync.aligned 0;" : ALL_##n(inout, d)::"memory");        \
        }                                                                                          \
    };                                                                                             \
    ENTRY(name, THREADS, 1) {                                                                      \
        run_wgmma<name##_steps>(args);                                                             \
    }

#define ENTRIES(name, type, sparse_type, accumulator, inout, end, rs_end)                          \
    STEPS(wgmma_##name, accumulator, inout, 128, FIRST_128, 0, 0,                                  \
          WGMMA_STEPS(SS, COMMIT, type " {" TEXT_128 "}", end), "l"(a), "l"(b))                    \
    STEPS(wgmma_##name##_rs, accumulator, inout, 128, FIRST_B_128, 1, 0,                           \
          WGMMA_RS_STEPS(RS, COMMIT, type " {" TEXT_128 "}", rs_end), "l"(b),                      \
          OPERANDS_32("r", r, 0))                                                                  \
    STEPS(wgmma_sparse_##name, accumulator, inout, 128, FIRST_128, 0, 1,                           \
          WGMMA_SPARSE_STEPS(SPARSE, COMMIT, sparse_type " {" TEXT_128 "}", end), "l"(a), "l"(b),  \
          "r"(metadata))                                                                           \
    STEPS(wgmma_sparse_##name##_rs, accumulator, inout, 128, FIRST_B_128, 1, 1,                    \
          WGMMA_SPARSE_RS_STEPS(SPARSE_RS, COMMIT, sparse_type " {" TEXT_128 "}", rs_end), "l"(b), \
          OPERANDS_32("r", r, 0), "r"(metadata))
#define HALVES(name, type, end)                                                                    \
    STEPS(wgmma_##name##_fp16, uint32_t, "+r", 64, FIRST_64, 0, 0,                                 \
          WGMMA_STEPS(SS, COMMIT, type " {" TEXT_64 "}", end), "l"(a), "l"(b))

/* What follows the descriptors: add to the accumulator, signs, and for 16-bit numbers the order. */
ENTRIES(fp16, "k16.f32.f16.f16", "k32.f32.f16.f16", float, "+f", "p, 1, 1, 0, 0", "p, 1, 1, 0")
ENTRIES(bf16, "k16.f32.bf16.bf16", "k32.f32.bf16.bf16", float, "+f", "p, 1, 1, 0, 0", "p, 1, 1, 0")
ENTRIES(tf32, "k8.f32.tf32.tf32", "k16.f32.tf32.tf32", float, "+f", "p, 1, 1", "p, 1, 1")
ENTRIES(fp8, "k32.f32.e4m3.e4m3", "k64.f32.e4m3.e4m3", float, "+f", "p, 1, 1", "p, 1, 1")
ENTRIES(int8, "k32.s32.s8.s8", "k64.s32.s8.s8", uint32_t, "+r", "p", "p")
HALVES(fp16, "k16.f16.f16.f16", "p, 1, 1, 0, 0")
HALVES(fp8, "k32.f16.e4m3.e4m3", "p, 1, 1")
