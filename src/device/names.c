#include "device/facts.h"
#include <string.h>

/* Bits of exponent and significand (the leading one included) of a type; an integer has no
 * exponent. FP8 and FP6 stand for the union of their two formats. */
static const struct {
    const char *name;
    int exponent, significand;
} precisions[ROOF_PRECISION_COUNT] = {
    [ROOF_FP64] = {"fp64", 11, 53},  [ROOF_FP32] = {"fp32", 8, 24}, [ROOF_TF32] = {"tf32", 8, 11},
    [ROOF_FP16] = {"fp16", 5, 11},   [ROOF_BF16] = {"bf16", 8, 8},  [ROOF_FP8] = {"fp8", 5, 4},
    [ROOF_FP6] = {"fp6", 3, 4},      [ROOF_FP4] = {"fp4", 2, 2},    [ROOF_INT32] = {"int32", 0, 32},
    [ROOF_INT16] = {"int16", 0, 16}, [ROOF_INT8] = {"int8", 0, 8},  [ROOF_INT4] = {"int4", 0, 4},
};

static const char *const units[ROOF_UNIT_COUNT] = {
    [ROOF_MATRIX] = "matrix", [ROOF_VECTOR] = "vector", [ROOF_SPECIAL] = "special"};

static const char *const sources[] = {
    [ROOF_MEASURED] = "measured", [ROOF_DATASHEET] = "datasheet", [ROOF_THEORY] = "theory"};

const char *roof_precision_name(roof_precision p) {
    return p >= 0 && p < ROOF_PRECISION_COUNT ? precisions[p].name : "none";
}

roof_precision roof_precision_from_name(const char *name) {
    for (int p = 0; p < ROOF_PRECISION_COUNT; p++)
        if (strcmp(name, precisions[p].name) == 0)
            return (roof_precision)p;
    return ROOF_PRECISION_NONE;
}

const char *roof_unit_name(roof_unit u) {
    return u >= 0 && u < ROOF_UNIT_COUNT ? units[u] : "none";
}

roof_unit unit_from_name(const char *name) {
    int u = 0;
    while (u < ROOF_UNIT_COUNT && strcmp(name, units[u]) != 0)
        u++;
    return (roof_unit)u;
}

const char *roof_source_name(roof_source s) {
    return sources[s];
}

/* An unsigned integer of n bits needs n bits of significand and an exponent that reaches 2^n. */
bool precision_holds(roof_precision wide, roof_precision narrow) {
    int exponent = precisions[wide].exponent, significand = precisions[wide].significand;
    if (significand < precisions[narrow].significand)
        return false;
    if (precisions[narrow].exponent > 0)
        return exponent >= precisions[narrow].exponent;
    return exponent == 0 || 1 << (exponent - 1) >= precisions[narrow].significand;
}
