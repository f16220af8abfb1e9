/* The operator table: all families behind one look-up. */
#include "ops/families.h"
#include <string.h>

#define X(family) ops_##family,
static const op_def *const families[] = {OP_FAMILIES(X)};
#undef X

enum { N_FAMILIES = sizeof families / sizeof *families };

const op_def *op_find(const char *domain, const char *name, int64_t version) {
    const op_def *best = NULL;
    for (size_t f = 0; f < N_FAMILIES; f++)
        for (const op_def *op = families[f]; op->name; op++)
            if (op->since <= version && (!best || op->since > best->since) &&
                !strcmp(op->name, name) && !strcmp(op->domain, domain))
                best = op;
    return best;
}

const op_def *op_row(size_t i) {
    for (size_t f = 0; f < N_FAMILIES; f++)
        for (const op_def *op = families[f]; op->name; op++)
            if (i-- == 0)
                return op;
    return NULL;
}

const char *op_family_name(op_family f) {
    static const char *const names[FAMILY_COUNT] = {
        [FAMILY_CONV] = "conv",
        [FAMILY_MATMUL] = "matmul",
        [FAMILY_ATTENTION] = "attention",
        [FAMILY_NORM] = "normalization",
        [FAMILY_ACTIVATION] = "activation",
        [FAMILY_ELEMENTWISE] = "elementwise",
        [FAMILY_POOL] = "pool",
        [FAMILY_REDUCE] = "reduce",
        [FAMILY_MOVEMENT] = "movement",
        [FAMILY_QUANTIZE] = "quantize",
        [FAMILY_RECURRENT] = "recurrent",
        [FAMILY_OTHER] = "other",
    };
    return f >= 0 && f < FAMILY_COUNT ? names[f] : NULL;
}
