#include "graph/data.h"
#include <math.h>
#include <string.h>

count stored_elements(const stored *s) {
    count n = 1;
    for (int i = 0; i < s->rank; i++)
        n = cnt_mul(n, s->dims[i]);
    return n;
}

/* Which codes of a small floating type are no numbers. */
typedef enum specials {
    FINITE,       /* none */
    IEEE,         /* the largest exponent: infinities and NaN */
    ALL_ONES,     /* exponent and mantissa all ones: NaN */
    NEGATIVE_ZERO /* the code of -0: NaN */
} specials;

static const struct small_float {
    int exponent, mantissa, bias; /* bits, bits, offset; exponent 0: no such type */
    specials specials;
} small_floats[DT_COUNT] = {
    [DT_FLOAT16] = {.exponent = 5, .mantissa = 10, .bias = 15, .specials = IEEE},
    [DT_FLOAT8E4M3FN] = {.exponent = 4, .mantissa = 3, .bias = 7, .specials = ALL_ONES},
    [DT_FLOAT8E4M3FNUZ] = {.exponent = 4, .mantissa = 3, .bias = 8, .specials = NEGATIVE_ZERO},
    [DT_FLOAT8E5M2] = {.exponent = 5, .mantissa = 2, .bias = 15, .specials = IEEE},
    [DT_FLOAT8E5M2FNUZ] = {.exponent = 5, .mantissa = 2, .bias = 16, .specials = NEGATIVE_ZERO},
    [DT_FLOAT4E2M1] = {.exponent = 2, .mantissa = 1, .bias = 1, .specials = FINITE},
    [DT_FLOAT6E2M3] = {.exponent = 2, .mantissa = 3, .bias = 1, .specials = FINITE},
    [DT_FLOAT6E3M2] = {.exponent = 3, .mantissa = 2, .bias = 3, .specials = FINITE},
};

static double small_float_value(const struct small_float *t, unsigned bits) {
    unsigned mantissa = bits & ((1u << t->mantissa) - 1);
    unsigned largest = (1u << t->exponent) - 1;
    unsigned exponent = bits >> t->mantissa & largest;
    bool negative = bits >> (t->mantissa + t->exponent) & 1;
    bool full = mantissa == (1u << t->mantissa) - 1;
    if ((t->specials == IEEE && exponent == largest && mantissa) ||
        (t->specials == ALL_ONES && exponent == largest && full) ||
        (t->specials == NEGATIVE_ZERO && negative && exponent == 0 && mantissa == 0))
        return NAN;
    double value;
    if (t->specials == IEEE && exponent == largest)
        value = INFINITY;
    else if (exponent == 0)
        value = ldexp(mantissa, 1 - t->bias - t->mantissa);
    else
        value = ldexp(mantissa + (1u << t->mantissa), (int)exponent - t->bias - t->mantissa);
    return negative ? -value : value;
}

static double float_value(uint32_t bits) {
    float f;
    memcpy(&f, &bits, sizeof f);
    return (double)f;
}

static double double_value(uint64_t bits) {
    double f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

static double real_value(dtype t, uint64_t bits) {
    switch (t) {
    case DT_FLOAT:
        return float_value((uint32_t)bits);
    case DT_DOUBLE:
        return double_value(bits);
    case DT_BFLOAT16: /* the upper half of an fp32 */
        return float_value((uint32_t)(bits & 0xffff) << 16);
    case DT_FLOAT8E8M0: /* an exponent and nothing else */
        return (bits & 0xff) == 0xff ? NAN : ldexp(1, (int)(bits & 0xff) - 127);
    default:
        return small_float_value(&small_floats[t], (unsigned)bits);
    }
}

static bool is_signed(dtype t) {
    return t == DT_INT8 || t == DT_INT16 || t == DT_INT32 || t == DT_INT64 || t == DT_INT4 ||
           t == DT_INT2;
}

static int64_t integer_value(dtype t, uint64_t bits) {
    unsigned unused = 64 - (unsigned)dtype_bits(t);
    uint64_t top = bits << unused;
    if (t == DT_BOOL)
        return top != 0;
    /* Shifting the sign bit to the top and back extends it. */
    return is_signed(t) ? (int64_t)top >> unused : (int64_t)(top >> unused);
}

scalar scalar_from_bits(dtype t, uint64_t bits) {
    return dtype_kind(t) == CLASS_FLOAT ? (scalar){.f = real_value(t, bits)}
                                        : (scalar){.i = integer_value(t, bits)};
}
