#include "ops/scalar.h"
#include <math.h>
#include <string.h>

/* --- types --- */

/* The nearest number with so many binary digits; subnormal below 2^lowest, infinite above max. */
static double round_to(double v, int digits, int lowest, double max) {
    if (v == 0 || !isfinite(v))
        return v;
    int exponent;
    frexp(v, &exponent);
    exponent = exponent - 1 < lowest ? lowest : exponent - 1;
    double quantum = ldexp(1, exponent - digits + 1);
    double rounded = rint(v / quantum) * quantum;
    return fabs(rounded) > max ? copysign(INFINITY, v) : rounded;
}

static bool fit_real(dtype t, double *v) {
    if (isnan(*v))
        return false;
    switch (t) {
    case DT_DOUBLE:
        return true;
    case DT_FLOAT:
        *v = round_to(*v, 24, -126, 0x1.fffffep127);
        return true;
    case DT_FLOAT16:
        *v = round_to(*v, 11, -14, 65504);
        return true;
    case DT_BFLOAT16:
        *v = round_to(*v, 8, -126, 0x1.fep127);
        return true;
    default:
        return false;
    }
}

static bool is_unsigned(dtype t) {
    return t == DT_UINT64 || t == DT_UINT32 || t == DT_UINT16 || t == DT_UINT8 || t == DT_UINT4 ||
           t == DT_UINT2;
}

/* Contents hold int64, so the upper half of uint64 is left out. */
static void integer_range(dtype t, int64_t *low, int64_t *high) {
    int bits = t == DT_BOOL ? 1 : (int)dtype_bits(t);
    bool is_signed = t != DT_BOOL && !is_unsigned(t);
    *high = (int64_t)(UINT64_MAX >> (bits == 64 ? 1 : 64 - bits + is_signed));
    *low = is_signed ? -*high - 1 : 0;
}

bool scalar_fit(dtype t, scalar *v) {
    int64_t low, high;
    if (dtype_kind(t) == CLASS_FLOAT)
        return fit_real(t, &v->f);
    if (dtype_kind(t) != CLASS_INTEGER)
        return false;
    integer_range(t, &low, &high);
    return v->i >= low && v->i <= high;
}

/* Keeps the low bits, as casts between integers do. */
static int64_t wrap(dtype t, int64_t v) {
    int unused = 64 - (int)dtype_bits(t);
    uint64_t top = (uint64_t)v << unused;
    return is_unsigned(t) ? (int64_t)(top >> unused) : (int64_t)top >> unused;
}

static bool cast_to_integer(bool from_real, dtype to, scalar *v) {
    if (to == DT_BOOL) {
        v->i = from_real ? v->f != 0 : v->i != 0;
        return true;
    }
    if (!from_real) {
        v->i = wrap(to, v->i);
        return scalar_fit(to, v);
    }
    if (!(v->f > -0x1p63 && v->f < 0x1p63))
        return false;
    v->i = (int64_t)v->f;
    return scalar_fit(to, v);
}

bool scalar_cast(bool from_real, dtype to, scalar *v) {
    if (dtype_kind(to) == CLASS_INTEGER)
        return cast_to_integer(from_real, to, v);
    if (dtype_kind(to) == CLASS_FLOAT && !from_real)
        v->f = (double)v->i;
    return scalar_fit(to, v);
}

/* --- arithmetic --- */

static bool add(const scalar *x, unsigned n, bool real, scalar *r) {
    *r = x[0];
    for (unsigned k = 1; k < n; k++)
        if (real)
            r->f += x[k].f;
        else if (__builtin_add_overflow(r->i, x[k].i, &r->i))
            return false;
    return true;
}

static bool mean(const scalar *x, unsigned n, bool real, scalar *r) {
    if (!real || !add(x, n, real, r))
        return false;
    r->f /= n;
    return true;
}

static bool sub(const scalar *x, unsigned n, bool real, scalar *r) {
    (void)n;
    if (!real)
        return !__builtin_sub_overflow(x[0].i, x[1].i, &r->i);
    r->f = x[0].f - x[1].f;
    return true;
}

static bool mul(const scalar *x, unsigned n, bool real, scalar *r) {
    (void)n;
    if (!real)
        return !__builtin_mul_overflow(x[0].i, x[1].i, &r->i);
    r->f = x[0].f * x[1].f;
    return true;
}

/* Is x[0] / x[1] defined, and does it fit? */
static bool divides(const scalar *x, bool real) {
    if (real)
        return x[1].f != 0;
    return x[1].i != 0 && !(x[0].i == INT64_MIN && x[1].i == -1);
}

static bool divide(const scalar *x, unsigned n, bool real, scalar *r) {
    (void)n;
    if (!divides(x, real))
        return false;
    if (real)
        r->f = x[0].f / x[1].f;
    else
        r->i = x[0].i / x[1].i; /* towards zero */
    return true;
}

/* The remainder that has the dividend's sign. */
static bool remainder_of(const scalar *x, unsigned n, bool real, scalar *r) {
    (void)n;
    if (!divides(x, real))
        return false;
    if (real)
        r->f = fmod(x[0].f, x[1].f);
    else
        r->i = x[0].i % x[1].i;
    return true;
}

/* The remainder that has the divisor's sign; of integers alone. */
static bool modulo(const scalar *x, unsigned n, bool real, scalar *r) {
    if (real || !remainder_of(x, n, real, r))
        return false;
    if (r->i != 0 && (r->i < 0) != (x[1].i < 0))
        r->i += x[1].i;
    return true;
}

static bool integer_power(int64_t base, int64_t exponent, int64_t *r) {
    *r = 1;
    if (exponent < 0)
        return false;
    for (; exponent > 0; exponent >>= 1) {
        if ((exponent & 1) && __builtin_mul_overflow(*r, base, r))
            return false;
        if (exponent > 1 && __builtin_mul_overflow(base, base, &base))
            return false;
    }
    return true;
}

static bool power(const scalar *x, unsigned n, bool real, scalar *r) {
    (void)n;
    if (!real)
        return integer_power(x[0].i, x[1].i, &r->i);
    r->f = pow(x[0].f, x[1].f);
    return true;
}

static bool below(scalar a, scalar b, bool real) {
    return real ? a.f < b.f : a.i < b.i;
}

static bool same(scalar a, scalar b, bool real) {
    return real ? a.f == b.f : a.i == b.i;
}

static bool smallest(const scalar *x, unsigned n, bool real, scalar *r) {
    *r = x[0];
    for (unsigned k = 1; k < n; k++)
        if (below(x[k], *r, real))
            *r = x[k];
    return true;
}

static bool largest(const scalar *x, unsigned n, bool real, scalar *r) {
    *r = x[0];
    for (unsigned k = 1; k < n; k++)
        if (below(*r, x[k], real))
            *r = x[k];
    return true;
}

static bool negate(const scalar *x, unsigned n, bool real, scalar *r) {
    (void)n;
    if (!real)
        return !__builtin_sub_overflow(0, x[0].i, &r->i);
    r->f = -x[0].f;
    return true;
}

static bool absolute(const scalar *x, unsigned n, bool real, scalar *r) {
    if (below(x[0], (scalar){0}, real))
        return negate(x, n, real, r);
    *r = x[0];
    return true;
}

static bool rectified(const scalar *x, unsigned n, bool real, scalar *r) {
    (void)n;
    *r = below(x[0], (scalar){0}, real) ? (scalar){0} : x[0];
    return true;
}

static bool sign(const scalar *x, unsigned n, bool real, scalar *r) {
    (void)n;
    int is = below((scalar){0}, x[0], real) - below(x[0], (scalar){0}, real);
    if (real)
        r->f = is;
    else
        r->i = is;
    return true;
}

/* Functions of one real operand. */
#define REAL(name, value)                                                                          \
    static bool name(const scalar *x, unsigned n, bool real, scalar *r) {                          \
        (void)n;                                                                                   \
        double v = x[0].f;                                                                         \
        if (real)                                                                                  \
            r->f = value;                                                                          \
        return real;                                                                               \
    }
REAL(square_root, sqrt(v))
REAL(exponential, exp(v))
REAL(logarithm, log(v))
REAL(round_down, floor(v))
REAL(round_up, ceil(v))
REAL(round_even, rint(v))
REAL(sine, sin(v))
REAL(cosine, cos(v))
REAL(tangent, tan(v))
#undef REAL

static bool reciprocal(const scalar *x, unsigned n, bool real, scalar *r) {
    return real && divide((scalar[]){{.f = 1}, x[0]}, n, real, r);
}

/* --- truth values and bits --- */

#define PREDICATE(name, value)                                                                     \
    static bool name(const scalar *x, unsigned n, bool real, scalar *r) {                          \
        (void)n;                                                                                   \
        r->i = value;                                                                              \
        return true;                                                                               \
    }
PREDICATE(equal, same(x[0], x[1], real))
PREDICATE(less, below(x[0], x[1], real))
PREDICATE(greater, below(x[1], x[0], real))
PREDICATE(less_or_equal, below(x[0], x[1], real) || same(x[0], x[1], real))
PREDICATE(greater_or_equal, below(x[1], x[0], real) || same(x[0], x[1], real))
PREDICATE(is_nan, real &&isnan(x[0].f))
#undef PREDICATE

#define INTEGER(name, value)                                                                       \
    static bool name(const scalar *x, unsigned n, bool real, scalar *r) {                          \
        (void)n;                                                                                   \
        if (!real)                                                                                 \
            r->i = value;                                                                          \
        return !real;                                                                              \
    }
INTEGER(bits_and, x[0].i &x[1].i)
INTEGER(bits_or, x[0].i | x[1].i)
INTEGER(bits_xor, x[0].i ^ x[1].i)
INTEGER(bits_not, ~x[0].i)
INTEGER(logical_not, !x[0].i)
#undef INTEGER

/* Of unsigned integers. Bits that are shifted out make a result that does not fit the type. */
static bool shift_left(const scalar *x, unsigned n, bool real, scalar *r) {
    (void)n;
    bool fits = !real && x[0].i >= 0 && x[1].i >= 0 && x[1].i < 63;
    return fits && !__builtin_mul_overflow(x[0].i, (int64_t)1 << x[1].i, &r->i);
}

static bool shift_right(const scalar *x, unsigned n, bool real, scalar *r) {
    (void)n;
    bool defined = !real && x[0].i >= 0 && x[1].i >= 0 && x[1].i < 63;
    if (defined)
        r->i = x[0].i >> x[1].i;
    return defined;
}

const scalar_rule *scalar_rule_of(const char *op) {
    static const scalar_rule rules[] = {
        {"Add", add, false},
        {"Sum", add, false},
        {"Mean", mean, false},
        {"Sub", sub, false},
        {"Mul", mul, false},
        {"Div", divide, false},
        {"Mod", modulo, false},
        {"Mod/fmod", remainder_of, false},
        {"Pow", power, false},
        {"Min", smallest, false},
        {"Max", largest, false},
        {"Neg", negate, false},
        {"Abs", absolute, false},
        {"Relu", rectified, false},
        {"Sign", sign, false},
        {"Sqrt", square_root, false},
        {"Reciprocal", reciprocal, false},
        {"Exp", exponential, false},
        {"Log", logarithm, false},
        {"Floor", round_down, false},
        {"Ceil", round_up, false},
        {"Round", round_even, false},
        {"Sin", sine, false},
        {"Cos", cosine, false},
        {"Tan", tangent, false},
        {"Equal", equal, true},
        {"Less", less, true},
        {"Greater", greater, true},
        {"LessOrEqual", less_or_equal, true},
        {"GreaterOrEqual", greater_or_equal, true},
        {"IsNaN", is_nan, true},
        {"And", bits_and, true},
        {"Or", bits_or, true},
        {"Xor", bits_xor, true},
        {"Not", logical_not, true},
        {"BitwiseAnd", bits_and, false},
        {"BitwiseOr", bits_or, false},
        {"BitwiseXor", bits_xor, false},
        {"BitwiseNot", bits_not, false},
        {"BitShift/left", shift_left, false},
        {"BitShift/right", shift_right, false},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (!strcmp(rules[i].op, op))
            return &rules[i];
    return NULL;
}
