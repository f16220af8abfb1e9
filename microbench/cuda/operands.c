/* Random operands, such that accumulators stay bounded for ever (see arguments.h). */
#include "microbench/cuda/tile.h"
#include <string.h>

/* splitmix64 */
static uint64_t next_random(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* Uniform in [least, most). */
static double uniform(uint64_t *state, double least, double most) {
    return least + (most - least) * ((double)(next_random(state) >> 11) * 0x1p-53);
}

/* Uniform over the type's range where that is small, else in (-1, 1). The largest negative integer
 * is left out, as it has no positive. */
static double random_operand(cuda_number type, uint64_t *state) {
    const double limit = type == CUDA_INT8   ? 127.49
                         : type == CUDA_INT4 ? 7.49
                         : type == CUDA_E2M1 ? 6
                                             : 1;
    return uniform(state, -limit, limit);
}

/* Of either sign, `least` to `most` in size. */
static double signed_uniform(uint64_t *state, double least, double most) {
    const double size = uniform(state, least, most);
    return next_random(state) & 1 ? -size : size;
}

static void fill_words(const cuda_kernel *kernel, uint64_t *state, void *operands) {
    for (size_t i = 0; i < kernel->operand_bytes / sizeof(uint64_t); i++) {
        uint64_t word = next_random(state);
        memcpy((char *)operands + i * sizeof word, &word, sizeof word);
    }
}

/* Starts and terms near 1, factors below 1; a function of the special unit has an argument between
 * 0.5 and 3 so. */
static void fill_chains(const cuda_kernel *kernel, uint64_t *state, void *operands) {
    if (kernel->chain == CUDA_INT32) {
        fill_words(kernel, state, operands);
        return;
    }
    const bool special = kernel->operands == CUDA_SPECIAL_OPERANDS;
    const size_t numbers = kernel->operand_bytes * 8 / (size_t)cuda_number_bits(kernel->chain);
    const size_t each = numbers / (CUDA_VECTOR_CHAINS + 2 * CUDA_VECTOR_FACTORS);
    for (size_t i = 0; i < numbers; i++) {
        const size_t which = i / each;
        const bool factor =
            which >= CUDA_VECTOR_CHAINS && which < CUDA_VECTOR_CHAINS + CUDA_VECTOR_FACTORS;
        double value;
        if (special)
            value = factor ? uniform(state, 0.05, 0.1) : uniform(state, 1, 1.5);
        else
            value = factor ? signed_uniform(state, 0.5, 0.9) : signed_uniform(state, 0.5, 1);
        cuda_put(kernel->chain, operands, i, value);
    }
}

static void fill_numbers(cuda_number type, void *array, size_t first, size_t n, uint64_t *state) {
    for (size_t i = first; i < first + n; i++)
        cuda_put(type, array, i, random_operand(type, state));
}

void cuda_fill_numbers(cuda_number type, uint64_t seed, void *array, size_t n) {
    uint64_t state = seed;
    fill_numbers(type, array, 0, n, &state);
}

/* The second of two runs of numbers becomes the first, or its negative. */
static void repeat_numbers(cuda_number type, void *array, size_t first, size_t second, size_t n,
                           bool negative) {
    for (size_t i = 0; i < n; i++) {
        const double value = cuda_get(type, array, first + i);
        cuda_put(type, array, second + i, negative ? -value : value);
    }
}

static void fill_fragments(const cuda_tile *t, bool balanced, uint64_t *state, void *operands) {
    const cuda_registers r = cuda_tile_registers(t);
    const size_t lanes = CUDA_LANES, n = (size_t)r.per_register;
    const size_t step = CUDA_A_TILES * (size_t)r.a * lanes * n;
    const size_t ab = (size_t)(r.all - CUDA_CHAINS * r.c) * lanes;
    for (size_t warp = 0; warp < CUDA_WARPS; warp++) {
        const size_t first = warp * (size_t)r.all * lanes;
        fill_numbers(t->operand, operands, first * n, ab * n, state);
        if (balanced)
            repeat_numbers(t->operand, operands, first * n, first * n + step, step, true);
        fill_numbers(t->accumulator, operands, (first + ab) * (size_t)r.per_accumulator,
                     CUDA_CHAINS * (size_t)r.c * lanes * (size_t)r.per_accumulator, state);
    }
}

static void fill_stages(const cuda_tile *t, bool balanced, uint64_t *state, void *operands) {
    const size_t row = (size_t)cuda_tile_row(t), half = CUDA_STAGES / 2;
    const size_t a_registers = cuda_tile_stages_at(t) * 8 / (size_t)cuda_number_bits(t->operand);
    fill_numbers(t->operand, operands, 0,
                 a_registers + CUDA_STAGES * (CUDA_A_ROWS + CUDA_B_ROWS) * row, state);
    if (!balanced)
        return;
    repeat_numbers(t->operand, operands, 0, a_registers / 2, a_registers / 2, true);
    for (int s = 0; s < (int)half; s++) {
        const size_t a = cuda_stage_element(t, s, false, 0, 0);
        const size_t b = cuda_stage_element(t, s, true, 0, 0);
        const size_t on =
            cuda_stage_element(t, (int)half, false, 0, 0) - cuda_stage_element(t, 0, false, 0, 0);
        repeat_numbers(t->operand, operands, a, a + on, CUDA_A_ROWS * row, true);
        if (!t->sparse) /* whose second half meets the B of the first anyway */
            repeat_numbers(t->operand, operands, b, b + on, CUDA_B_ROWS * row, false);
    }
}

static void fill_tiles(const cuda_kernel *kernel, cuda_fill fill, uint64_t *state, void *operands) {
    const cuda_tile *t = &kernel->tile;
    if (fill != CUDA_FILL_ZEROS)
        (t->layout == CUDA_FRAGMENTS ? fill_fragments : fill_stages)(t, fill == CUDA_FILL_RANDOM,
                                                                     state, operands);
    if (!t->sparse)
        return;
    const uint32_t word = cuda_metadata(t, (unsigned)(next_random(state) >> 40));
    memcpy((char *)operands + kernel->operand_bytes - CUDA_WORD_FROM_END, &word, sizeof word);
}

void cuda_fill_operands(const cuda_kernel *kernel, cuda_fill fill, uint64_t seed, void *operands) {
    uint64_t state = seed;
    if (kernel->operand_bytes == 0)
        return;
    memset(operands, 0, kernel->operand_bytes);
    if (kernel->operands == CUDA_TILE_OPERANDS)
        fill_tiles(kernel, fill, &state, operands);
    else if (fill == CUDA_FILL_ZEROS)
        return;
    else if (kernel->operands == CUDA_WORD_OPERANDS)
        fill_words(kernel, &state, operands);
    else
        fill_chains(kernel, &state, operands);
}
