/* Numbers as the matrix units store them. */
#include "microbench/cuda/kernels.h"
#include <float.h>
#include <math.h>
#include <string.h>

/* A floating-point format of few bits: sign, exponent, fraction from high to low, `below` unused
 * bits beneath. The largest number is that of the largest bit pattern unless the type says
 * otherwise. */
typedef struct format {
    int bits, exponent, fraction, below;
    bool infinities; /* the largest exponent is not a number */
    double largest;
} format;

static const format formats[CUDA_NUMBER_COUNT] = {
    [CUDA_FP64] = {.bits = 64},
    [CUDA_FP32] = {.bits = 32},
    [CUDA_TF32] = {32, 8, 10, 13, true, 0x1.ffcp127},
    [CUDA_FP16] = {16, 5, 10, 0, true, 65504},
    [CUDA_BF16] = {16, 8, 7, 0, true, 0x1.fep127},
    [CUDA_E4M3] = {8, 4, 3, 0, false, 448},
    [CUDA_E2M1] = {4, 2, 1, 0, false, 6},
    [CUDA_INT32] = {.bits = 32},
    [CUDA_INT8] = {.bits = 8},
    [CUDA_INT4] = {.bits = 4},
};

enum { E4M3_NAN = 0x7f };

int cuda_number_bits(cuda_number type) {
    return formats[type].bits;
}

static int smallest_exponent(const format *f) {
    return 2 - (1 << (f->exponent - 1));
}

static double decode_small(const format *f, uint64_t bits) {
    bits >>= f->below;
    const int most = (1 << f->exponent) - 1;
    const int exponent = (int)(bits >> f->fraction) & most;
    const uint64_t fraction = bits & ((1ull << f->fraction) - 1);
    const bool negative = bits >> (f->exponent + f->fraction) & 1;
    double value;
    if (f->infinities && exponent == most)
        value = fraction ? NAN : INFINITY;
    else if (exponent == 0)
        value = ldexp((double)fraction, smallest_exponent(f) - f->fraction);
    else
        value = ldexp((double)(fraction + (1ull << f->fraction)),
                      exponent - 1 + smallest_exponent(f) - f->fraction);
    return negative ? -value : value;
}

double cuda_decode(cuda_number type, uint64_t bits) {
    switch (type) {
    case CUDA_FP64: {
        double value;
        memcpy(&value, &bits, sizeof value);
        return value;
    }
    case CUDA_FP32: {
        uint32_t low = (uint32_t)bits;
        float value;
        memcpy(&value, &low, sizeof value);
        return value;
    }
    case CUDA_INT32:
        return (int32_t)(uint32_t)bits;
    case CUDA_INT8:
        return (int8_t)(uint8_t)bits;
    case CUDA_INT4:
        return (double)(bits & 7) - (double)(bits & 8);
    case CUDA_E4M3:
        return (bits & E4M3_NAN) == E4M3_NAN ? NAN : decode_small(&formats[type], bits);
    default:
        return decode_small(&formats[type], bits);
    }
}

static double limited(double value, double least, double most) {
    return value < least ? least : value > most ? most : value;
}

static uint64_t encode_small(const format *f, double value) {
    const uint64_t sign = signbit(value) ? 1ull << (f->exponent + f->fraction) : 0;
    const double size = limited(fabs(value), 0, f->largest);
    int exponent;
    frexp(size, &exponent);
    if (size == 0 || exponent - 1 < smallest_exponent(f))
        exponent = smallest_exponent(f);
    else
        exponent--;
    /* With its leading 1, which adds 1 to the exponent's field; a carry out of it adds another. */
    const uint64_t significand = (uint64_t)nearbyint(ldexp(size, f->fraction - exponent));
    const uint64_t field = (uint64_t)(exponent - smallest_exponent(f)) << f->fraction;
    return (sign | (field + significand)) << f->below;
}

uint64_t cuda_encode(cuda_number type, double value) {
    switch (type) {
    case CUDA_FP64: {
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        return bits;
    }
    case CUDA_FP32: {
        float rounded = (float)limited(value, -FLT_MAX, FLT_MAX);
        uint32_t bits;
        memcpy(&bits, &rounded, sizeof bits);
        return bits;
    }
    case CUDA_INT32:
        return (uint32_t)(int32_t)nearbyint(limited(value, INT32_MIN, INT32_MAX));
    case CUDA_INT8:
        return (uint8_t)(int8_t)nearbyint(limited(value, INT8_MIN, INT8_MAX));
    case CUDA_INT4:
        return (uint64_t)(int64_t)nearbyint(limited(value, -8, 7)) & 15;
    default:
        return encode_small(&formats[type], value);
    }
}

/* GPUs and the hosts that they come with are little-endian. */
double cuda_get(cuda_number type, const void *array, size_t i) {
    const unsigned char *bytes = array;
    const int bits = formats[type].bits;
    if (bits == 4)
        return cuda_decode(type, bytes[i / 2] >> i % 2 * 4 & 15);
    uint64_t value = 0;
    memcpy(&value, bytes + i * (size_t)(bits / 8), (size_t)(bits / 8));
    return cuda_decode(type, value);
}

void cuda_put(cuda_number type, void *array, size_t i, double value) {
    unsigned char *bytes = array;
    const int bits = formats[type].bits;
    const uint64_t encoded = cuda_encode(type, value);
    if (bits == 4) {
        const int shift = (int)(i % 2) * 4;
        bytes[i / 2] = (unsigned char)((bytes[i / 2] & ~(15 << shift)) | (int)encoded << shift);
        return;
    }
    memcpy(bytes + i * (size_t)(bits / 8), &encoded, (size_t)(bits / 8));
}
