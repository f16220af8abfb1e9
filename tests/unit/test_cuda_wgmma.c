/* The kernels of wgmma on imagined hardware. What they put into shared memory is read back as the
 * manual of PTX says that the matrix unit reads it (matrix descriptors, strides, the swizzle of
 * addresses, fragments of A, metadata, accumulators), with nothing taken from the code that fills
 * operands and checks results; and the products must be those that the self-check expects. */
#include "microbench/cuda/kernels.h"
#include "microbench/cuda/wgmma.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SHARED = 228 << 10, WARPGROUPS = 2, M = 64, N = 256, THREADS = 256, DEEPEST = 64 };

/* One instruction of an iteration: as the kernel's text has it. */
typedef struct step {
    uint32_t a, b;
} step;
#define STEP(a, b, ...) {a, b},
static const step plain[] = {WGMMA_STEPS(STEP, , )}, rs[] = {WGMMA_RS_STEPS(STEP, , )},
                  sparse[] = {WGMMA_SPARSE_STEPS(STEP, , )},
                  sparse_rs[] = {WGMMA_SPARSE_RS_STEPS(STEP, , )};
enum { STEPS = sizeof plain / sizeof *plain };
_Static_assert(STEPS == 16 && sizeof rs == sizeof plain && sizeof sparse == sizeof plain &&
                   sizeof sparse_rs == sizeof plain,
               "instructions of an iteration");

static const step *steps_of(const cuda_tile *t) {
    if (t->layout == CUDA_PANELS_RS)
        return t->sparse ? sparse_rs : rs;
    return t->sparse ? sparse : plain;
}

/* Shared memory of a block, whose dynamic part begins at an address of the launch's choice. */
typedef struct shared_memory {
    uint8_t bytes[SHARED];
    uint32_t stages;
} shared_memory;

/* As load_stages of the kernels. */
static void fill(shared_memory *s, const uint8_t *rows, bool swizzled) {
    enum { CHUNK = 16, IN_ROW = CUDA_ROW / CHUNK };
    for (int i = 0; i < CUDA_STAGES * CUDA_STAGE_BYTES / CHUNK; i++) {
        const int row = i / IN_ROW, chunk = i % IN_ROW;
        const int to = swizzled ? cuda_swizzled_chunk(row, chunk) : chunk;
        memcpy(s->bytes + s->stages + (row * IN_ROW + to) * CHUNK, rows + i * CHUNK, CHUNK);
    }
}

/* The address of byte k of a row of a K-major matrix: eight rows of 128 bytes lie one after the
 * other, the next eight a stride further; bits 4 to 6 are exchanged by bits 7 to 9 of the address
 * itself, as the pattern begins at a multiple of 1024 (base offset 0). */
static uint32_t address_of(uint64_t descriptor, int row, uint32_t k) {
    const uint32_t start = (uint32_t)(descriptor & 0x3fff) << 4;
    const uint32_t stride = (uint32_t)(descriptor >> 32 & 0x3fff) << 4;
    assert_int_equal(descriptor >> 62, 1);     /* 128-byte swizzle */
    assert_int_equal(descriptor >> 49 & 7, 0); /* base offset */
    assert_true(start % 128 + k < 128);        /* beyond it the leading offset would count */
    const uint32_t plain_address = start + (uint32_t)row / 8 * stride + (uint32_t)row % 8 * 128 + k;
    return plain_address ^ (plain_address >> 7 & 7) << 4;
}

static double read_shared(const shared_memory *s, uint64_t descriptor, cuda_number type, int row,
                          int column) {
    const int bits = cuda_number_bits(type);
    const uint32_t at = address_of(descriptor, row, (uint32_t)(column * bits / 8));
    assert_true(at >= s->stages && at + 8 <= SHARED);
    return cuda_get(type, s->bytes + at, 0);
}

/* Number `column` of a row of A in the registers of a warpgroup: four lanes share a row, each
 * register holds 32 bits of it; rows 8 further are in the next one, columns of the second half in
 * the two after. */
static double read_register(const uint32_t *registers, int first, int warpgroup, cuda_number type,
                            int row, int column) {
    const int in_register = 32 / cuda_number_bits(type), quad = 4 * in_register;
    const int thread = warpgroup * 128 + row / 16 * 32 + row % 8 * 4 + column % quad / in_register;
    const int r = first + row % 16 / 8 + column / quad * 2;
    return cuda_get(type, &registers[r * THREADS + thread], (size_t)(column % in_register));
}

/* Where a stored number of A belongs: two bits tell of each of the two in a group of four; of tf32
 * four bits tell of the one in a group of two. */
static int dense_column(const cuda_tile *t, uint32_t metadata, int stored) {
    const bool halves = t->operand == CUDA_TF32;
    const uint32_t group = metadata >> (halves ? stored : stored / 2) % 8 * 4 & 15;
    if (!t->sparse)
        return stored;
    if (halves) {
        assert_true(group == 4 || group == 14); /* nothing else is allowed */
        return stored * 2 + (group == 14);
    }
    return stored / 2 * 4 + (int)(stored % 2 ? group >> 2 : group & 3);
}

/* D[row][column] += A x B of one instruction of one warpgroup. */
typedef struct unit {
    const cuda_tile *tile;
    const shared_memory *shared;
    const uint32_t *registers;
    uint32_t metadata;
    double d[WARPGROUPS * M][N];
} unit;

static void multiply(unit *u, int warpgroup, step s) {
    const cuda_tile *t = u->tile;
    static double a[M][DEEPEST], b[N][DEEPEST];
    const uint64_t a_at = cuda_wgmma_descriptor(u->shared->stages + (uint32_t)warpgroup * 8192);
    const uint64_t b_at = cuda_wgmma_descriptor(u->shared->stages + 16384) + s.b;
    memset(a, 0, sizeof a);
    for (int row = 0; row < M; row++)
        for (int k = 0; k < (t->sparse ? t->k / 2 : t->k); k++)
            a[row][dense_column(t, u->metadata, k)] =
                t->layout == CUDA_PANELS_RS
                    ? read_register(u->registers, (int)s.a, warpgroup, t->operand, row, k)
                    : read_shared(u->shared, a_at + s.a, t->operand, row, k);
    for (int column = 0; column < N; column++)
        for (int k = 0; k < t->k; k++)
            b[column][k] = read_shared(u->shared, b_at, t->operand, column, k);
    for (int row = 0; row < M; row++)
        for (int column = 0; column < N; column++)
            for (int k = 0; k < t->k; k++)
                u->d[warpgroup * M + row][column] += a[row][k] * b[column][k];
}

/* Number i of the accumulators of a thread, as the manual draws D; two fp16 to a register. */
static void store(const unit *u, void *results) {
    const cuda_number type = u->tile->accumulator;
    const size_t in_register = 32 / (size_t)cuda_number_bits(type);
    for (int thread = 0; thread < THREADS; thread++)
        for (int i = 0; i < N / 2; i++) {
            const int row = thread / 32 * 16 + thread % 32 / 4 + i / 2 % 2 * 8;
            const int column = i / 4 * 8 + thread % 4 * 2 + i % 2;
            const size_t r = (size_t)i / in_register;
            cuda_put(type, results,
                     (r * THREADS + (size_t)thread) * in_register + (size_t)i % in_register,
                     u->d[row][column]);
        }
}

/* Whether the self-check takes what the imagined unit makes of the kernel's operands. */
static bool is_taken(const cuda_kernel *k, uint32_t begin, bool swizzled) {
    static shared_memory shared;
    static unit u;
    uint8_t *operands = malloc(k->operand_bytes);
    void *results = malloc(k->result_bytes);
    const size_t in_front = k->tile.layout == CUDA_PANELS_RS ? 32 * THREADS * 4 : 0;
    double worst;
    assert_non_null(operands);
    assert_non_null(results);
    cuda_fill_operands(k, CUDA_FILL_CHECK, 1, operands);
    shared.stages = begin + (1024 - begin % 1024) % 1024;
    assert_true(begin + (uint32_t)k->shared_bytes <= SHARED);
    memset(shared.bytes, 0xff, sizeof shared.bytes);
    fill(&shared, operands + in_front, swizzled);
    u = (unit){.tile = &k->tile, .shared = &shared, .registers = (const uint32_t *)operands};
    if (k->tile.sparse)
        memcpy(&u.metadata, operands + in_front + CUDA_STAGES * CUDA_STAGE_BYTES, 4);
    for (int i = 0; i < STEPS * WARPGROUPS; i++)
        multiply(&u, i % WARPGROUPS, steps_of(&k->tile)[i / WARPGROUPS]);
    store(&u, results);
    const bool taken = cuda_check_tile(k, operands, 1, results, &worst);
    free(operands);
    free(results);
    return taken;
}

static void the_unit_reads_what_was_meant(void **state) {
    const cuda_kernel *k;
    int n = 0;
    (void)state;
    for (size_t i = 0; (k = cuda_kernel_at(i)); i++) {
        if (strcmp(k->image, "wgmma") != 0)
            continue;
        /* Where a launch begins today, and where it need not. */
        if (!is_taken(k, n % 2 ? 1024 : 2048 + 16, true))
            fail_msg("%s: products that the self-check refuses", k->facts.name);
        n++;
    }
    assert_int_equal(n, 22);
}

static void rows_without_a_swizzle_are_refused(void **state) {
    const cuda_kernel *k;
    (void)state;
    for (size_t i = 0; (k = cuda_kernel_at(i)); i++)
        if (strcmp(k->entry, "wgmma_bf16") == 0)
            assert_false(is_taken(k, 1024, false));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_unit_reads_what_was_meant),
        cmocka_unit_test(rows_without_a_swizzle_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
