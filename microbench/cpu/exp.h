/* exp of single-precision numbers as a polynomial, written once for all instruction sets, which
 * define before: VECTOR, LOAD, STORE, BROADCAST, MULTIPLY, FMA, MINIMUM, MAXIMUM, ROUND (to the
 * nearest integer) and SCALE(p, n): p x 2^n for an integral n.
 *
 * One iteration takes 4 registers from L1 and puts 4 back, and counts one special operation per
 * number, whatever the instructions it takes: x = n ln 2 + r, |r| <= ln 2 / 2, and
 * exp(r) = 1 + r + ... + r^6 / 720, whose remainder r^7 / 5040 is below 1.2e-7. */
#ifndef MICROBENCH_EXP_H
#define MICROBENCH_EXP_H

#include "microbench/cpu/peak_row.h"

enum { EXP_LANES = sizeof(VECTOR) / sizeof(float), EXP_STEP = 4 * EXP_LANES };

static inline VECTOR exp_of(VECTOR x) {
    /* beyond these the result is no normal number */
    x = MINIMUM(MAXIMUM(x, BROADCAST(-87.0F)), BROADCAST(88.0F));
    const VECTOR n = ROUND(MULTIPLY(x, BROADCAST(0x1.715476p+0F)));
    /* ln 2 in two parts: n x the first is exact */
    VECTOR r = FMA(n, BROADCAST(-0x1.62e4p-1F), x);
    r = FMA(n, BROADCAST(-0x1.7f7d1cp-20F), r);
    VECTOR p = FMA(r, BROADCAST(1.0F / 720), BROADCAST(1.0F / 120));
    p = FMA(p, r, BROADCAST(1.0F / 24));
    p = FMA(p, r, BROADCAST(1.0F / 6));
    p = FMA(p, r, BROADCAST(0.5F));
    p = FMA(p, r, BROADCAST(1.0F));
    p = FMA(p, r, BROADCAST(1.0F));
    return SCALE(p, n);
}

static void special_exp(cpu_work *work, int64_t iterations) {
    size_t at = 0;
    for (int64_t i = 0; i < iterations; i++) {
        const float *from = work->input + at;
        float *to = work->output + at;
        STORE(to, exp_of(LOAD(from)));
        STORE(to + EXP_LANES, exp_of(LOAD(from + EXP_LANES)));
        STORE(to + 2 * EXP_LANES, exp_of(LOAD(from + 2 * EXP_LANES)));
        STORE(to + 3 * EXP_LANES, exp_of(LOAD(from + 3 * EXP_LANES)));
        at = (at + EXP_STEP) % CPU_ELEMENTS;
    }
}

#define EXP_ROW(isa, where, path, one)                                                             \
    COMPUTE_ROW("special exp fp32 " isa where, "special", "fp32", "fp32",                          \
                "exp-polynomial." isa path, "measured: exp by a polynomial of degree 6", EXP_STEP, \
                4, special_exp, one)
#define EXP_ROWS(isa) EXP_ROW(isa, "", "", false), EXP_ROW(isa, " 1core", ".1core", true)

#endif
