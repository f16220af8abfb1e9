/* The kernels of wgmma on imagined hardware. What they put into shared memory is read back as the
 * manual of PTX says that the matrix unit reads it (see cuda_shared.h; fragments of A,
 * accumulators), with nothing taken from the code that fills operands and checks results; and the
 * products must be those that the self-check expects. */
#include "cuda_case.h"
#include "cuda_shared.h"
#include "microbench/cuda/wgmma.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { WARPGROUPS = 2, M = 64, N = 256, THREADS = 256, DEEPEST = 64 };

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
    assert_int_equal(a_at >> 62, 1); /* 128-byte swizzle */
    assert_int_equal(b_at >> 62, 1);
    memset(a, 0, sizeof a);
    for (int row = 0; row < M; row++)
        for (int k = 0; k < (t->sparse ? t->k / 2 : t->k); k++)
            a[row][shared_dense_column(t, u->metadata, k)] =
                t->layout == CUDA_PANELS_RS
                    ? read_register(u->registers, (int)s.a, warpgroup, t->operand, row, k)
                    : shared_read(u->shared, a_at + s.a, t->operand, row, k);
    for (int column = 0; column < N; column++)
        for (int k = 0; k < t->k; k++)
            b[column][k] = shared_read(u->shared, b_at, t->operand, column, k);
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
    shared_fill(&shared, k, begin, operands + in_front, swizzled, false);
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
    (void)state;
    assert_false(is_taken(find_kernel("wgmma_bf16"), 1024, false));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_unit_reads_what_was_meant),
        cmocka_unit_test(rows_without_a_swizzle_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
