/* Products that are added to sums: with factors of zero in place of those that take them back,
 * three iterations must leave three times the product of what the operands hold; and with those
 * nothing. */
#include "kernels.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A type of factors: its bytes, those of the sums, and how exactly these are kept. */
typedef struct element {
    const char *name;
    size_t bytes, sum_bytes;
    double tolerance;
} element;

static const element elements[] = {
    {"int8", 1, 4, 0}, {"bf16", 2, 4, 1e-6}, {"fp16", 2, 2, 3 * 0x1p-11}};

static const element *element_of(const cpu_kernel *k) {
    const element *e = elements;
    while (strcmp(e->name, k->facts.precision) != 0)
        e++;
    return e;
}

static cpu_factors *factors_of(cpu_work *w, const element *e) {
    return *e->name == 'i' ? &w->int8 : *e->name == 'b' ? &w->bf16 : &w->fp16;
}

/* A normal number of half precision. */
static double from_half(uint16_t bits) {
    double size = ldexp(1 + (bits & 1023) * 0x1p-10, (bits >> 10 & 31) - 15);
    return bits >> 15 ? -size : size;
}

static double from_single(uint32_t bits) {
    float f;
    memcpy(&f, &bits, sizeof f);
    return (double)f;
}

static double factor_at(const element *e, const char *factors, size_t i, bool is_unsigned) {
    uint16_t bits;
    if (e->bytes == 1)
        return is_unsigned ? (unsigned char)factors[i] : (signed char)factors[i];
    memcpy(&bits, factors + 2 * i, sizeof bits);
    return *e->name == 'b' ? from_single((uint32_t)bits << 16) : from_half(bits);
}

/* Of bytes the sums are integers. */
static double sum_at(const element *e, const char *sums, size_t i) {
    uint32_t bits = 0;
    memcpy(&bits, sums + i * e->sum_bytes, e->sum_bytes);
    return e->bytes == 1       ? (int32_t)bits
           : e->sum_bytes == 2 ? from_half((uint16_t)bits)
                               : from_single(bits);
}

/* What one product adds to number `lane` of chain k. */
static double product(const path *p, const element *e, const cpu_factors *f, size_t k,
                      size_t lane) {
    size_t depth = (p->how == SQUARE ? 8 : e->sum_bytes) / e->bytes;
    size_t left = lane * depth, right = left;
    if (p->how == SQUARE) { /* lane: 4 x square + 2 x row + column */
        left = (lane / 4 * 2 + lane / 2 % 2) * depth;
        right = (lane / 4 * 2 + lane % 2) * depth;
    }
    double sum = 0;
    for (size_t i = 0; i < depth; i++)
        sum += factor_at(e, f->left[k / 2 % 2], left + i, p->how == DOT_UNSIGNED) *
               factor_at(e, f->right, right + i, false);
    return sum;
}

static int check_sums(const cpu_kernel *k, const path *p, bool taken_back) {
    const element *e = element_of(k);
    cpu_work *w = new_work();
    cpu_factors *f = factors_of(w, e);
    const char *start = *e->name == 'f' ? w->fp16.right : (const char *)(const void *)w->fp32;
    size_t lanes = p->bytes / e->sum_bytes, step = p->how == PRODUCTS_ADDED ? 8 : p->bytes / 2;
    /* Products of a sum that begins with each 16 bytes, there and back, counted twice each. */
    size_t depth = (p->how == SQUARE ? 8 : e->sum_bytes) / e->bytes;
    size_t counted = p->how == PRODUCTS_ADDED ? 16 / e->sum_bytes : lanes;
    size_t chains = (size_t)k->facts.flops / (4 * depth * counted);
    int failures = 0, rounds = *e->name == 'f' && taken_back ? 1 : 3;
    if (!taken_back)
        memset(f->back, 0, sizeof f->back);
    k->loop(w, iterations_of(p, rounds));
    for (size_t i = 0; i < chains * lanes; i++) {
        double want = sum_at(e, start + i / lanes * step, i % lanes);
        /* What is left behind in half precision of a product below 4. */
        double tolerance = taken_back && e->bytes == 2 ? 10 * e->tolerance : e->tolerance;
        if (!taken_back)
            want += rounds * product(p, e, f, i / lanes, i % lanes);
        failures += wrong(k, i, sum_at(e, w->result, i), want, tolerance);
    }
    free(w);
    return failures;
}

int check_products(const cpu_kernel *k, const path *p) {
    return check_sums(k, p, false) + check_sums(k, p, true);
}
