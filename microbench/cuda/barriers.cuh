/* Waiting for units that work beside the threads: barriers in shared memory, which they arrive at.
 */
#ifndef MICROBENCH_CUDA_BARRIERS_CUH
#define MICROBENCH_CUDA_BARRIERS_CUH

#include "device.cuh"

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

#endif
