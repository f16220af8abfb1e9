/* Peaks of the special-function unit.
 *
 * Per iteration and thread: FLOPS 128 (results of the unit), BYTES 0, LOADS 0, STORES 0, in 8
 * chains. Each of the 128 MUFU is followed by one FFMA (sin: and led by one FMUL) that keeps its
 * argument where the function is defined; those run beside it, on a pipe that has four times the
 * rate and more. */
#include "chains.cuh"

#define OPERATION(name, instruction)                                                               \
    struct name##_step {                                                                           \
        typedef float number;                                                                      \
        DEVICE void step(number &x, number factor, number term) {                                  \
            asm volatile(instruction " %0, %0;\n\tfma.rn.f32 %0, %0, %1, %2;"                      \
                         : "+f"(x)                                                                 \
                         : "f"(factor), "f"(term));                                                \
        }                                                                                          \
    };                                                                                             \
    ENTRY(special_##name, 256, 2) {                                                                \
        run_chains<name##_step, 8, 16>(args);                                                      \
    }

OPERATION(ex2, "ex2.approx.ftz.f32")
OPERATION(lg2, "lg2.approx.ftz.f32")
OPERATION(rcp, "rcp.approx.ftz.f32")
OPERATION(rsqrt, "rsqrt.approx.ftz.f32")
OPERATION(sin, "sin.approx.ftz.f32")
OPERATION(tanh, "tanh.approx.f32")
