#include "cuda_shared.h"
#include "microbench/cuda/panels.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

void shared_fill(shared_memory *s, const cuda_kernel *k, uint32_t begin, const uint8_t *rows,
                 bool swizzled, bool second) {
    enum { CHUNK = 16, IN_ROW = CUDA_ROW / CHUNK };
    assert_true(begin + (uint32_t)k->shared_bytes <= SHARED_BYTES);
    s->stages = begin + (1024 - begin % 1024) % 1024;
    memset(s->bytes, 0xff, sizeof s->bytes);
    for (int i = 0; i < CUDA_STAGES * CUDA_STAGE_BYTES / CHUNK; i++) {
        const int row = i / IN_ROW, chunk = i % IN_ROW;
        const int to = swizzled ? cuda_swizzled_chunk(row, chunk) : chunk;
        memcpy(s->bytes + s->stages + (row * IN_ROW + to) * CHUNK,
               rows + (cuda_source_row(row, second) * IN_ROW + chunk) * CHUNK, CHUNK);
    }
}

/* The address of byte k of a row: eight rows of 128 bytes lie one after the other, the next eight a
 * stride further; bits 4 to 6 are exchanged by bits 7 to 9 of the address itself, as the pattern
 * begins at a multiple of 1024 (base offset 0). */
static uint32_t address_of(uint64_t descriptor, int row, uint32_t k) {
    const uint32_t start = (uint32_t)(descriptor & 0x3fff) << 4;
    const uint32_t stride = (uint32_t)(descriptor >> 32 & 0x3fff) << 4;
    assert_int_equal(descriptor >> 49 & 7, 0); /* base offset */
    assert_true(start % 128 + k < 128);        /* beyond it the leading offset would count */
    const uint32_t plain = start + (uint32_t)row / 8 * stride + (uint32_t)row % 8 * 128 + k;
    return plain ^ (plain >> 7 & 7) << 4;
}

double shared_read(const shared_memory *s, uint64_t descriptor, cuda_number type, int row,
                   int column) {
    const int bits = cuda_number_bits(type);
    const uint32_t at = address_of(descriptor, row, (uint32_t)(column * bits / 8));
    assert_true(at >= s->stages && at + 8 <= SHARED_BYTES);
    return cuda_get(type, s->bytes + at, bits < 8 ? (size_t)column % 2 : 0);
}

int shared_dense_column(const cuda_tile *t, uint32_t metadata, int stored) {
    const bool halves = t->operand == CUDA_TF32;
    const int pair = cuda_number_bits(t->operand) < 8 ? 2 : 1, kept = stored / pair;
    const uint32_t group = metadata >> (halves ? kept : kept / 2) % 8 * 4 & 15;
    if (!t->sparse)
        return stored;
    if (halves) {
        assert_true(group == 4 || group == 14); /* nothing else is allowed */
        return kept * 2 + (group == 14);
    }
    const uint32_t first = group & 3, other = group >> 2;
    assert_true(first < other); /* in order, and not the same twice */
    return (kept / 2 * 4 + (int)(kept % 2 ? other : first)) * pair + stored % pair;
}
