/* The kernels of tcgen05 on imagined hardware: what they put into the shared memory of a block, or
 * of both blocks of a pair, is read back as the manual of PTX says that the matrix unit reads it,
 * and adds up in tensor memory; the products must be those that the self-check expects. */
#include "cuda_case.h"
#include "cuda_shared.h"
#include "microbench/cuda/tcgen05.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BLOCKS = 2, M = 128, N = 256, DEEPEST = 128 };

/* One block's memories; accumulators are 32 bits wide, whatever they hold. */
typedef struct block {
    shared_memory shared;
    double tensor[M][CUDA_TENSOR_COLUMNS];
} block;

/* The blocks that share an instruction. */
typedef struct unit {
    const cuda_kernel *kernel;
    uint32_t metadata;
    block blocks[BLOCKS];
} unit;

static void assert_is_allowed(const unit *u, uint64_t descriptor) {
    const int wide = u->kernel->tile.k == 96;
    assert_int_equal(descriptor >> 61, 2);              /* 128-byte swizzle */
    assert_int_equal(descriptor >> 46 & 7, 1);          /* version */
    assert_int_equal(descriptor >> 52 & 0x1ff & ~1, 0); /* always */
    assert_int_equal(descriptor >> 52 & 1, wide);       /* an address where a row goes on */
    if (wide)                                           /* in the shared memory that is there */
        assert_true((descriptor >> 16 & 0x3fff) << 4 < SHARED_BYTES);
}

/* The rows that an instruction multiplies. */
static double a[BLOCKS * M][DEEPEST], b[N][DEEPEST];

/* Every block holds its rows of A, and its share of those of B. */
static void read_operands(const unit *u, uint64_t a_at, uint64_t b_at) {
    const cuda_tile *t = &u->kernel->tile;
    const int together = u->kernel->cluster, of_b = N / together;
    memset(a, 0, sizeof a);
    for (int row = 0; row < M * together; row++)
        for (int k = 0; k < (t->sparse ? t->k / 2 : t->k); k++)
            a[row][shared_dense_column(t, u->metadata, k)] =
                shared_read(&u->blocks[row / M].shared, a_at, t->operand, row % M, k);
    for (int row = 0; row < N; row++)
        for (int k = 0; k < t->k; k++)
            b[row][k] = shared_read(&u->blocks[row / of_b].shared, b_at, t->operand, row % of_b, k);
}

/* Instruction k of stage s: D[row][column] += A x B. */
static void multiply(unit *u, int s, int k) {
    const cuda_tile *t = &u->kernel->tile;
    const int wide = t->k == 96, first = t->sparse || t->scaled ? 0 : s % 2 * CUDA_TILE_COLUMNS;
    const uint32_t stages = u->blocks[0].shared.stages;
    const uint64_t a_at = cuda_tcgen05_descriptor(stages, wide) +
                          (uint64_t)cuda_place_of_a(wide, s, k),
                   b_at = cuda_tcgen05_descriptor(stages + CUDA_A_ROWS * CUDA_ROW, wide) +
                          (uint64_t)cuda_place_of_b(t->sparse, wide, s, k);
    assert_is_allowed(u, a_at);
    assert_is_allowed(u, b_at);
    read_operands(u, a_at, b_at);
    for (int row = 0; row < M * u->kernel->cluster; row++)
        for (int column = 0; column < N; column++) {
            double sum = 0;
            for (int i = 0; i < t->k; i++)
                sum += a[row][i] * b[column][i];
            u->blocks[row / M].tensor[row % M][first + column] += sum;
        }
}

/* A column of tensor memory to a word, of which an fp16 accumulator takes the low half. */
static void store(const block *from, cuda_number type, void *results) {
    const size_t in_word = 32 / (size_t)cuda_number_bits(type);
    for (size_t row = 0; row < M; row++)
        for (size_t column = 0; column < CUDA_TENSOR_COLUMNS; column++)
            cuda_put(type, results, (row * CUDA_TENSOR_COLUMNS + column) * in_word,
                     from->tensor[row][column]);
}

/* Mistakes that must be seen. */
typedef enum mistake { NONE, NO_SWIZZLE, SAME_HALF } mistake;

/* Whether the self-check takes what the imagined unit makes of the kernel's operands. */
static bool is_taken(const cuda_kernel *k, uint32_t begin, mistake m) {
    static unit u;
    uint8_t *operands = malloc(k->operand_bytes);
    void *results = malloc(k->result_bytes);
    bool taken = true;
    double worst;
    assert_non_null(operands);
    assert_non_null(results);
    cuda_fill_operands(k, CUDA_FILL_CHECK, 1, operands);
    memset(&u, 0, sizeof u);
    u.kernel = k;
    for (int i = 0; i < k->cluster; i++)
        shared_fill(&u.blocks[i].shared, k, begin, operands, m != NO_SWIZZLE,
                    i > 0 && m != SAME_HALF);
    if (k->tile.sparse)
        memcpy(&u.metadata, operands + CUDA_STAGES * CUDA_STAGE_BYTES, sizeof u.metadata);
    for (int i = 0; i < CUDA_STAGES * CUDA_STEPS_IN_STAGE; i++)
        multiply(&u, i / CUDA_STEPS_IN_STAGE, i % CUDA_STEPS_IN_STAGE);
    for (int i = 0; i < k->cluster; i++) {
        store(&u.blocks[i], k->tile.accumulator, results);
        taken &= cuda_check_tile(k, operands, 1, results, &worst);
    }
    free(operands);
    free(results);
    return taken;
}

static void the_unit_reads_what_was_meant(void **state) {
    const cuda_kernel *k;
    int n = 0;
    (void)state;
    for (size_t i = 0; (k = cuda_kernel_at(i)); i++) {
        if (k->tile.layout != CUDA_TENSOR || k->tile.operand == CUDA_BF16 ||
            strstr(k->entry, "mxfp4"))
            continue; /* they lie as fp16 and nvfp4 do */
        /* Where a launch begins today, and where it need not. */
        if (!is_taken(k, n % 2 ? 1024 : 2048 + 16, NONE))
            fail_msg("%s: products that the self-check refuses", k->facts.name);
        n++;
    }
    assert_int_equal(n, 34);
}

static void mistakes_are_refused(void **state) {
    (void)state;
    assert_false(is_taken(find_kernel("tcgen05_nvfp4_k96"), 1024, NO_SWIZZLE));
    assert_false(is_taken(find_kernel("tcgen05_fp8_pair"), 1024, SAME_HALF));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_unit_reads_what_was_meant),
        cmocka_unit_test(mistakes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
