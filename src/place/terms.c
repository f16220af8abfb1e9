/* Which unit executes which work, at which ceiling. */
#include "place/place.h"
#include <math.h>
#include <string.h>

void roofs_start(roofs *r, const roof_device *d, const roof_options *o, bool best) {
    memset(r, 0, sizeof *r);
    r->device = d;
    r->options = o;
    r->best = best;
    r->dram = roof_device_memory(d, "dram");
    r->launch = roof_device_latency(d, "launch");
    if (best) {
        roof_ceiling theory = roof_device_memory_theory(d, "dram");
        if (theory.value > r->dram.value)
            r->dram = theory;
    }
    levels_start(&r->levels, d, o->hierarchy, &r->dram);
}

static roof_ceiling look_up(const roofs *r, roof_unit unit, roof_precision p, roof_precision acc,
                            bool sparse) {
    roof_ceiling c = roof_device_compute(r->device, unit, p, acc, sparse);
    if (!r->best)
        return c;
    roof_ceiling theory = roof_device_compute_theory(r->device, unit, p, acc, sparse);
    return theory.value > c.value ? theory : c;
}

static const roof_ceiling *compute_roof(roofs *r, roof_unit unit, roof_precision p,
                                        roof_precision acc, bool sparse) {
    if (p == ROOF_PRECISION_NONE)
        p = ROOF_FP32; /* types without a unit of their own */
    int a = acc + 1;
    if (!r->looked_up[unit][p][a][sparse]) {
        r->compute[unit][p][a][sparse] = look_up(r, unit, p, acc, sparse);
        r->looked_up[unit][p][a][sparse] = true;
    }
    return &r->compute[unit][p][a][sparse];
}

static roof_limiter limiter_of(roof_unit unit) {
    static const roof_limiter map[ROOF_UNIT_COUNT] = {
        [ROOF_MATRIX] = ROOF_LIMIT_MATRIX,
        [ROOF_VECTOR] = ROOF_LIMIT_VECTOR,
        [ROOF_SPECIAL] = ROOF_LIMIT_SPECIAL,
    };
    return map[unit];
}

/* Work that the same unit executes at the same rate adds up. */
static size_t add_term(term terms[MAX_TERMS], size_t n, int64_t amount, const roof_ceiling *c) {
    if (amount <= 0)
        return n;
    for (size_t i = 0; i < n; i++)
        if (c->value > 0 && terms[i].ceiling.fact == c->fact) {
            terms[i].amount += (double)amount;
            return n;
        }
    terms[n] = (term){.limiter = limiter_of(c->unit), .amount = (double)amount, .ceiling = *c};
    return n + 1;
}

size_t compute_terms(roofs *r, const roof_row *row, const row_units *u, int64_t macs,
                     term terms[MAX_TERMS]) {
    size_t n = 0;
    roof_precision matrix = u->matrix;
    if (matrix == ROOF_FP32 && (r->options->tf32 || r->options->types == ROOF_TYPES_TF32))
        matrix = ROOF_TF32;
    if (macs > 0)
        n = add_term(terms, n, cnt_mul(macs, 2),
                     compute_roof(r, ROOF_MATRIX, matrix, u->accumulate, u->sparse));
    if (row->work.vector_flops > 0)
        n = add_term(terms, n, row->work.vector_flops,
                     compute_roof(r, ROOF_VECTOR, u->vector, ROOF_PRECISION_NONE, false));
    if (row->work.special_flops > 0)
        n = add_term(terms, n, row->work.special_flops,
                     compute_roof(r, ROOF_SPECIAL, u->vector, ROOF_PRECISION_NONE, false));
    return n;
}

double terms_time(const term *terms, size_t n, const term **slowest) {
    double most = 0;
    *slowest = NULL;
    for (size_t i = 0; i < n; i++) {
        if (!(terms[i].ceiling.value > 0))
            return NAN;
        double t = terms[i].amount / terms[i].ceiling.value;
        if (!*slowest || t > most) {
            most = t;
            *slowest = &terms[i];
        }
    }
    return most;
}
