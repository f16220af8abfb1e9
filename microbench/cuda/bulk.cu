/* Bandwidth of DRAM by bulk copies: a unit beside the threads moves whole pieces between global and
 * shared memory, and one thread of a block asks it to (sm_90 and later).
 *
 * Per iteration and block:  FLOPS  BYTES (useful)  LOADS  STORES  (bulk copies of 16 KiB)
 *   bulk_read               0      16384           1      0       global to shared memory
 *   bulk_write              0      16384           0      1       shared to global; random, always
 * the same bulk_copy               0      32768           1      1
 *
 * One block to a multiprocessor. Its shared memory has six pieces (96 KiB: what every chip has),
 * one behind the other in a ring: of a read six are on their way, of a copy four, while those
 * before are stored. A piece has a barrier, at which its bytes arrive. It is filled again when the
 * store two before has read it: later than it must be, so that the thread never waits for the store
 * that it has just asked for. No copy has a hint for L2: the kernels of memory.cu have one, so that
 * both ways of L2 to keep lines, or not to, are tried.
 *
 * No fence lies between a piece's arrival and its store: both are the unit's, and whoever has seen
 * the barrier's phase end may use what arrived. A store has no barrier but groups, and of those
 * none is waited for but by an instruction that knows no time limit. */
#include "barriers.cuh"
#include "streams.cuh"

enum {
    STAGES = CUDA_BULK_STAGES,
    PIECE = CUDA_BULK_PIECE,
    THREADS = CUDA_BULK_THREADS,
    BEHIND = 2, /* stores that may still read their pieces */
};

/* A place in the ring of pieces, and the parity of its barrier's phase there. */
struct place {
    uint32_t stage, phase;
};

DEVICE void go_on(place &p) {
    if (++p.stage == STAGES)
        p = {0, p.phase ^ 1};
}

/* The barrier's phase ends when the thread has arrived and so many bytes have. */
DEVICE void load_piece(uint32_t pieces, uint32_t barriers, uint32_t stage, uint64_t from) {
    const uint32_t barrier = barriers + stage * 8;
    asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(barrier),
                 "n"((int)PIECE)
                 : "memory");
    asm volatile("cp.async.bulk.shared::cta.global.mbarrier::complete_tx::bytes "
                 "[%0], [%1], %2, [%3];" ::"r"(pieces + stage * PIECE),
                 "l"(from), "n"((int)PIECE), "r"(barrier)
                 : "memory");
}

/* Returns when all stores but the last `behind` have read their pieces. */
template <int behind> DEVICE void store_piece(uint32_t pieces, uint32_t stage, uint64_t to) {
    asm volatile("cp.async.bulk.global.shared::cta.bulk_group [%0], [%1], %2;" ::"l"(to),
                 "r"(pieces + stage * PIECE), "n"((int)PIECE)
                 : "memory");
    asm volatile("cp.async.bulk.commit_group;" ::: "memory");
    asm volatile("cp.async.bulk.wait_group.read %0;" ::"n"(behind) : "memory");
}

/* Until everything is stored. */
DEVICE void finish_stores() {
    asm volatile("cp.async.bulk.wait_group 0;" ::: "memory");
}

/* Asks for one piece after the other, AHEAD of those that are waited for. False when a barrier did
 * not come. */
template <bool copies>
DEVICE bool load_all(const cuda_arguments &args, uint32_t pieces, uint32_t barriers) {
    enum { AHEAD = copies ? STAGES - BEHIND : STAGES };
    const uint32_t n = (uint32_t)args.iterations;
    walk from = start_walk(args, PIECE, 0), to = from;
    place filled = {0, 0}, next = {0, 0};
#pragma unroll 1
    for (uint32_t i = 0; i < n + AHEAD; i++) {
        if (i >= AHEAD) {
            if (!wait_for(barriers + next.stage * 8, next.phase))
                return false;
            if (copies) {
                store_piece<BEHIND>(pieces, next.stage, args.stream[2] + to.at);
                advance(to);
            }
            go_on(next);
        }
        if (i < n) {
            load_piece(pieces, barriers, filled.stage, args.stream[0] + from.at);
            advance(from);
            go_on(filled);
        }
    }
    if (copies)
        finish_stores();
    return true;
}

struct read_pieces {
    DEVICE bool run(const cuda_arguments &args, uint32_t pieces, uint32_t barriers) {
        return load_all<false>(args, pieces, barriers);
    }
};

struct copy_pieces {
    DEVICE bool run(const cuda_arguments &args, uint32_t pieces, uint32_t barriers) {
        return load_all<true>(args, pieces, barriers);
    }
};

/* One piece, which nobody changes; stores are as many under way as there could be pieces. */
struct write_pieces {
    DEVICE bool run(const cuda_arguments &args, uint32_t pieces, uint32_t barriers) {
        walk to = start_walk(args, PIECE, 0);
        load_piece(pieces, barriers, 0, args.operands);
        if (!wait_for(barriers, 0))
            return false;
        REPEAT_LOOP(args) {
            store_piece<STAGES - 1>(pieces, 0, args.stream[2] + to.at);
            advance(to);
        }
        finish_stores();
        return true;
    }
};

/* What the piece of that stage holds, all of it mixed. */
DEVICE void store_stage(const cuda_arguments &args, const uint8_t *pieces, uint32_t stage) {
    const uint4 *words = (const uint4 *)(pieces + stage * PIECE);
    uint4 sum = {0, 0, 0, 0};
#pragma unroll 1
    for (int i = threadIdx.x; i < PIECE / CUDA_ACCESS; i += 2 * THREADS)
        mix(sum, words[i], words[i + THREADS]);
    store_result(args, sum);
}

template <class how> DEVICE void run_bulk(const cuda_arguments &args, uint32_t last_stage) {
    extern __shared__ __align__(128) uint8_t pieces[];
    __shared__ __align__(8) uint64_t barriers[STAGES];
    __shared__ uint32_t gave_up;
    const uint32_t barrier = (uint32_t)__cvta_generic_to_shared(barriers);
    if (threadIdx.x == 0) {
        gave_up = 0;
        for (int i = 0; i < STAGES; i++)
            asm volatile("mbarrier.init.shared::cta.b64 [%0], 1;" ::"r"(barrier + i * 8)
                         : "memory");
        /* The unit, which reads through another path, finds them so. */
        asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
    }
    stopwatch begin = start_stopwatch(); /* synchronises */
    if (elected())
        gave_up = !how::run(args, (uint32_t)__cvta_generic_to_shared(pieces), barrier);
    stop_stopwatch(args, begin); /* and again */
    if (threadIdx.x == 0)
        ((cuda_time *)args.times + blockIdx.x)->gave_up = gave_up;
    store_stage(args, pieces, last_stage);
}

DEVICE uint32_t last_stage_of(const cuda_arguments &args) {
    return ((uint32_t)args.iterations - 1) % STAGES;
}

ENTRY(bulk_read, CUDA_BULK_THREADS, 1) {
    run_bulk<read_pieces>(args, last_stage_of(args));
}
ENTRY(bulk_write, CUDA_BULK_THREADS, 1) {
    run_bulk<write_pieces>(args, 0);
}
ENTRY(bulk_copy, CUDA_BULK_THREADS, 1) {
    run_bulk<copy_pieces>(args, last_stage_of(args));
}
