/* The vector peaks: what one iteration leaves of each number, to the last bit. A step and the one
 * that undoes it round twice, so that some numbers are not what they were. */
#include "kernels.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Number `lane` of chain k: there and back again. */
#define DEFINE_EXPECTED(function, type, fused)                                                     \
    static type function(const path *p, const type *in, size_t k, size_t lane, type *x) {          \
        bool own = p->how == PRODUCTS_ADDED;                                                       \
        size_t lanes = own ? 16 / sizeof(type) : p->bytes / sizeof(type);                          \
        *x = in[k * (lanes / 2) + lane];                                                           \
        type scale = in[own ? 24 * lanes / 2 + lane : 0];                                          \
        type shift = in[own ? 25 * lanes / 2 + lane : 1];                                          \
        if (p->how == SCALED_AND_SHIFTED)                                                          \
            return fused(fused(*x, scale, shift), 1 / scale, -shift / scale);                      \
        if (p->how == SCALED_OR_SHIFTED && k % 2 == 0)                                             \
            return *x * scale * (1 / scale);                                                       \
        if (p->how == SCALED_OR_SHIFTED)                                                           \
            return *x + shift - shift;                                                             \
        return fused(-scale, shift, fused(scale, shift, *x));                                      \
    }
DEFINE_EXPECTED(expected_fp32, float, fmaf)
DEFINE_EXPECTED(expected_fp64, double, fma)

int check_peak(const cpu_kernel *k, const path *p) {
    cpu_work *w = new_work();
    bool wide = strcmp(k->facts.precision, "fp64") == 0;
    size_t lanes = p->bytes / (wide ? sizeof(double) : sizeof(float)), changed = 0;
    size_t chains = (size_t)(k->facts.flops / 2 / (p->how == SCALED_OR_SHIFTED ? 1 : 2)) /
                    (p->how == PRODUCTS_ADDED ? 16 / (p->bytes / lanes) : lanes);
    int failures = 0;
    k->loop(w, iterations_of(p, 1));
    for (size_t i = 0; i < chains * lanes; i++) {
        float single = 0;
        double number = 0, got = 0, want = 0;
        if (wide) {
            want = expected_fp64(p, w->fp64, i / lanes, i % lanes, &number);
            memcpy(&got, w->result + i * sizeof got, sizeof got);
        } else {
            want = (double)expected_fp32(p, w->fp32, i / lanes, i % lanes, &single);
            number = (double)single;
            memcpy(&single, w->result + i * sizeof single, sizeof single);
            got = (double)single;
        }
        failures += wrong(k, i, got, want, 0);
        changed += want != number;
    }
    if (changed == 0) {
        printf("not ok: %s: nothing was rounded: no proof\n", k->facts.name);
        failures++;
    }
    free(w);
    return failures;
}
