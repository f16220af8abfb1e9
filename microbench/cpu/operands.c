/* The random numbers that compute kernels start from. */
#include "microbench/cpu/cpu.h"
#include <string.h>

/* xorshift: any stream of distinct bits will do. */
static uint32_t next_random(uint32_t *x) {
    *x ^= *x << 13;
    *x ^= *x >> 17;
    *x ^= *x << 5;
    return *x;
}

/* In [1, 2). */
static float random_one(uint32_t *x) {
    return 1 + (float)(next_random(x) >> 9) * 0x1p-23F;
}

/* Factors of two bytes: [1, 2) of a type whose bits of 1 are `one`, above `digits` of fraction. */
static void init_halves(cpu_factors *f, unsigned one, unsigned digits, uint32_t *x) {
    for (size_t i = 0; i < CPU_FACTORS; i += 2) {
        uint16_t values[4];
        for (int k = 0; k < 3; k++)
            values[k] = (uint16_t)(one | next_random(x) >> (32 - digits));
        values[3] = values[2] | 0x8000;
        char *const to[] = {f->left[0], f->left[1], f->right, f->back};
        for (int k = 0; k < 4; k++)
            memcpy(to[k] + i, &values[k], sizeof *values);
    }
}

/* Factors of one byte: any on the left; on the right what can be negated. */
static void init_bytes(cpu_factors *f, uint32_t *x) {
    for (size_t i = 0; i < CPU_FACTORS; i++) {
        f->left[0][i] = (char)(next_random(x) >> 24);
        f->left[1][i] = (char)(next_random(x) >> 24);
        f->right[i] = (char)(1 + next_random(x) % 127);
        f->back[i] = (char)-f->right[i];
    }
}

void cpu_work_init(cpu_work *work, unsigned seed) {
    uint32_t x = seed * 2654435761U + 1;
    for (size_t i = 0; i < sizeof work->fp32 / sizeof *work->fp32; i++)
        work->fp32[i] = random_one(&x);
    for (size_t i = 0; i < sizeof work->fp64 / sizeof *work->fp64; i++)
        work->fp64[i] = (double)random_one(&x) + 0x1p-24 * random_one(&x);
    for (size_t i = 0; i < CPU_ELEMENTS; i++)
        work->input[i] = 20 * (random_one(&x) - 1.5F);
    init_halves(&work->bf16, 0x3f80, 7, &x);
    init_halves(&work->fp16, 0x3c00, 10, &x);
    init_bytes(&work->int8, &x);
}
