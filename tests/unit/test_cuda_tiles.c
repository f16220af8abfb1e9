/* The host's side of the GPU kernels: their table, how numbers are rounded, where the numbers of a
 * matrix instruction lie, and the product that a kernel's result is compared to. */
#include "cuda_case.h"
#include "microbench/cuda/tile.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Encodings from the definitions: sign, biased exponent, fraction. */
static void numbers_are_rounded_to_nearest(void **state) {
    static const struct {
        cuda_number type;
        double value;
        uint64_t bits;
    } cases[] = {
        {CUDA_FP16, 0, 0x0000},
        {CUDA_FP16, 1, 0x3c00},
        {CUDA_FP16, -2, 0xc000},
        {CUDA_FP16, 65504, 0x7bff},
        {CUDA_FP16, 1e6, 0x7bff},         /* beyond the largest */
        {CUDA_FP16, 0x1p-24, 0x0001},     /* the smallest */
        {CUDA_FP16, 0x1.002p0, 0x3c00},   /* 1 + 2^-11, halfway to 1 + 2^-10: even is below */
        {CUDA_FP16, 0x1.006p0, 0x3c02},   /* 1 + 3 x 2^-11: even is above */
        {CUDA_FP16, 0x1.ffep-15, 0x0400}, /* rounds up into the normal numbers */
        {CUDA_BF16, 1, 0x3f80},
        {CUDA_BF16, 3.140625, 0x4049}, /* 1.1001001b x 2 */
        {CUDA_BF16, 0x1.01p0, 0x3f80}, /* 1 + 2^-8: a tie */
        {CUDA_TF32, 1, 0x3f800000},
        {CUDA_TF32, 0x1.004p0, 0x3f802000}, /* 1 + 2^-10: the last bit that counts */
        {CUDA_TF32, 0x1.002p0, 0x3f800000}, /* a tie */
        {CUDA_E4M3, 1, 0x38},
        {CUDA_E4M3, -1.5, 0xbc},
        {CUDA_E4M3, 448, 0x7e},
        {CUDA_E4M3, 1000, 0x7e},
        {CUDA_E4M3, 0x1p-9, 0x01},
        {CUDA_E4M3, 1.0625, 0x38}, /* halfway between 1 and 1.125 */
        {CUDA_E2M1, 0.5, 0x1},
        {CUDA_E2M1, 1, 0x2},
        {CUDA_E2M1, 6, 0x7},
        {CUDA_E2M1, -4, 0xe},
        {CUDA_E2M1, 2.5, 0x4}, /* halfway between 2 and 3 */
        {CUDA_E2M1, 0.25, 0x0},
        {CUDA_INT8, -127, 0x81},
        {CUDA_INT8, 300, 0x7f},
        {CUDA_INT4, -7, 0x9},
        {CUDA_INT4, 5, 0x5},
        {CUDA_INT4, 100, 0x7},
        {CUDA_INT32, -2, 0xfffffffe},
        {CUDA_FP32, 0.1, 0x3dcccccd},
        {CUDA_FP64, 1, 0x3ff0000000000000},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(cuda_encode(cases[i].type, cases[i].value), cases[i].bits);
}

static void every_number_is_its_own_rounding(void **state) {
    static const cuda_number types[] = {CUDA_FP16, CUDA_BF16, CUDA_E4M3,
                                        CUDA_E2M1, CUDA_INT8, CUDA_INT4};
    (void)state;
    for (size_t t = 0; t < sizeof types / sizeof *types; t++)
        for (uint64_t bits = 0; bits < 1ull << cuda_number_bits(types[t]); bits++) {
            const double value = cuda_decode(types[t], bits);
            if (isfinite(value))
                assert_int_equal(cuda_encode(types[t], value), bits);
        }
    assert_true(isnan(cuda_decode(CUDA_E4M3, 0xff)));
    assert_true(isinf(cuda_decode(CUDA_FP16, 0x7c00)));
}

/* As the PTX manual draws the fragments: g = lane / 4, t = lane % 4. */
static void fragments_lie_as_documented(void **state) {
    static const struct {
        const char *entry;
        char operand;
        cuda_place place;
        cuda_position position;
    } cases[] = {
        {"mma_fp16_fp32", 'a', {2, 5, 1}, {1, 11}},    /* a5: row g, column 2t + 8 + 1 */
        {"mma_fp16_fp32", 'a', {3, 31, 0}, {15, 14}},  /* a6: row g + 8, column 2t + 8 */
        {"mma_fp16_fp32", 'b', {1, 6, 1}, {13, 1}},    /* b3: row 2t + 8 + 1, column g */
        {"mma_fp16_fp32", 'c', {2, 9, 0}, {10, 2}},    /* c2: row g + 8, column 2t */
        {"mma_fp16_fp16", 'c', {1, 9, 1}, {10, 3}},    /* c3 */
        {"mma_tf32", 'a', {2, 7, 0}, {1, 7}},          /* a2: row g, column t + 4 */
        {"mma_tf32", 'b', {1, 7, 0}, {7, 1}},          /* b1: row t + 4 */
        {"mma_int8", 'a', {1, 4, 3}, {9, 3}},          /* a7: row g + 8, column 4t + 3 */
        {"mma_int8", 'a', {2, 4, 3}, {1, 19}},         /* a11: row g, column 4t + 3 + 16 */
        {"mma_int4", 'a', {2, 5, 7}, {1, 47}},         /* a23: row g, column 8t + 7 + 32 */
        {"mma_int4", 'b', {1, 6, 2}, {50, 1}},         /* b10: row 8t + 2 + 32, column g */
        {"mma_int4_k32", 'a', {0, 6, 3}, {1, 19}},     /* a3: row g, column 8t + 3 */
        {"mma_fp64", 'a', {0, 6, 0}, {1, 2}},          /* row g, column t */
        {"mma_fp64", 'c', {1, 6, 0}, {1, 5}},          /* c1: row g, column 2t + 1 */
        {"mma_fp64_k16", 'a', {3, 6, 0}, {9, 6}},      /* a3: row g + 8, column t + 4 */
        {"mma_int8_k16", 'a', {0, 6, 1}, {1, 9}},      /* a1: row g, column 4t + 1 */
        {"mma_fp16_fp32_k8", 'a', {1, 6, 1}, {9, 5}},  /* a3: row g + 8, column 2t + 1 */
        {"mma_sparse_fp16", 'b', {3, 6, 0}, {28, 1}},  /* b6: row 2t + 24 */
        {"mma_sparse_int4", 'b', {3, 6, 2}, {114, 1}}, /* b26: row 8t + 2 + 96 */
        {"mma_sparse_nvfp4", 'a', {2, 6, 1}, {1, 49}}, /* a17: of columns 16t + 64 to + 79, half */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const cuda_tile *t = &find_kernel(cases[i].entry)->tile;
        cuda_position p = cases[i].operand == 'a'   ? cuda_position_in_a(t, cases[i].place)
                          : cases[i].operand == 'b' ? cuda_position_in_b(t, cases[i].place)
                                                    : cuda_position_in_c(t, cases[i].place);
        assert_int_equal(p.row, cases[i].position.row);
        assert_int_equal(p.column, cases[i].position.column);
    }
}

static void metadata_says_which_columns_are_kept(void **state) {
    const cuda_tile *fp16 = &find_kernel("wgmma_sparse_fp16")->tile;
    const cuda_tile *tf32 = &find_kernel("mma_sparse_tf32")->tile;
    const cuda_tile *fp4 = &find_kernel("tcgen05_sparse_nvfp4")->tile;
    (void)state;
    assert_int_equal(cuda_metadata(fp16, 0), 0x44444444); /* 0 and 1 of each four */
    assert_int_equal(cuda_dense_column(fp16, 0x44444444, 3), 5);
    assert_int_equal(cuda_metadata(fp16, 5), 0xeeeeeeee); /* 2 and 3 */
    assert_int_equal(cuda_dense_column(fp16, 0xeeeeeeee, 5), 11);
    assert_int_equal(cuda_dense_column(fp16, 0x99999999, 0), 1); /* 1 and 2 */
    assert_int_equal(cuda_dense_column(tf32, 0x44444444, 3), 6); /* the first of each two */
    assert_int_equal(cuda_dense_column(tf32, cuda_metadata(tf32, 1), 3), 7);
    assert_int_equal(cuda_metadata(fp4, 5), 0xeeeeeeee); /* the pairs 2 and 3 of each four */
    assert_int_equal(cuda_dense_column(fp4, 0xeeeeeeee, 1), 5);
    assert_int_equal(cuda_dense_column(fp4, 0xeeeeeeee, 6), 14);
    assert_int_equal(cuda_dense_column(fp4, 0x99999999, 1), 3); /* 1 and 2 */
}

/* Operands are 0 but for one 2 in A and one 3 in B, in places computed by hand; so 3 iterations
 * make one accumulator 18 (36, where two instructions take the same numbers).
 *
 * mma: A[1][11] is a5 of lane 5: element (2 x 32 + 5) x 2 + 1; B[11][3] is b3 of lane 13, after 16
 *   registers of A: (17 x 32 + 13) x 2 + 1; C[1][3] is c1 of lane 5: 1 x 32 + 5.
 * wgmma: stage 1 begins at row 384, its B at row 512; 64 numbers in a row. A row 70, column 33; B
 * row 200; D[70][200]: second warpgroup, lane 24 (row 6), register 200 / 8 x 4. _rs: row 75 is row
 * 11 of warp 4: lane 12 + 2, second register; column 21 is number 5 of step 1: element (5 x 256 +
 * 142) x 2 + 1; B behind 32768 bytes of registers; D: register 102 of lane 12. _sparse: stored
 * column 33 is column 65 when each four keep 0 and 1: in B, column 1 of stage 2 + 1. tcgen05: the
 * odd stages' tile is columns 256 to 511 of 512; sparse and scaled ones have one tile. wgmma into
 * fp16: number 100 of lane 24 is the low half of register 50; tcgen05 leaves the other half empty.
 * fp4 has 256 in a row; sparse, stored column 34 is pair 17, the second of the ninth group of
 * eight: column 66. K of 96: instructions begin at columns 0, 64, 128 and 160. */
typedef struct known_product {
    const char *entry;
    size_t a, b, result;
    double value;
} known_product;

static const known_product known[] = {
    {"mma_fp16_fp32", 139, 1115, 37, 18},
    {"wgmma_fp16", (384 + 70) * 64 + 33, (512 + 200) * 64 + 33, 100 * 256 + 128 + 24, 18},
    {"wgmma_fp16_rs", 2845, 16384 + (512 + 200) * 64 + 21, 102 * 256 + 128 + 12, 18},
    {"wgmma_sparse_fp16", (384 + 70) * 64 + 33, (3 * 384 + 128 + 200) * 64 + 1,
     100 * 256 + 128 + 24, 18},
    {"wgmma_fp16_fp16", (384 + 70) * 64 + 33, (512 + 200) * 64 + 33, (50 * 256 + 128 + 24) * 2, 18},
    {"tcgen05_sparse_fp16", (384 + 70) * 64 + 33, (3 * 384 + 128 + 200) * 64 + 1, 70 * 512 + 200,
     18},
    {"tcgen05_fp16", (384 + 70) * 64 + 33, (512 + 200) * 64 + 33, 70 * 512 + 256 + 200, 18},
    {"tcgen05_fp16_fp16", (384 + 70) * 64 + 33, (512 + 200) * 64 + 33, (70 * 512 + 456) * 2, 18},
    {"tcgen05_sparse_nvfp4", (384 + 70) * 256 + 34, (2 * 384 + 128 + 200) * 256 + 66,
     70 * 512 + 200, 18},
    {"tcgen05_nvfp4_k96", (384 + 70) * 256 + 63, (512 + 200) * 256 + 63, 70 * 512 + 200, 18},
    {"tcgen05_nvfp4_k96", (384 + 70) * 256 + 64, (512 + 200) * 256 + 64, 70 * 512 + 200, 36},
    {"tcgen05_nvfp4_k96", (384 + 70) * 256 + 127, (512 + 200) * 256 + 127, 70 * 512 + 200, 18},
    {"tcgen05_nvfp4_k96", (384 + 70) * 256 + 160, (512 + 200) * 256 + 160, 70 * 512 + 200, 36},
    {"tcgen05_nvfp4_k96", (384 + 70) * 256 + 255, (512 + 200) * 256 + 255, 70 * 512 + 200, 18},
};

static void known_products_are_found(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const cuda_kernel *k = find_kernel(known[i].entry);
        const uint32_t metadata = 0x44444444;
        char *operands = calloc(1, k->operand_bytes);
        char *results = calloc(1, k->result_bytes);
        const cuda_number type = k->tile.accumulator;
        const size_t bytes = (size_t)cuda_number_bits(type) / 8;
        double worst;
        assert_non_null(operands);
        assert_non_null(results);
        if (k->tile.sparse)
            memcpy(operands + k->operand_bytes - CUDA_WORD_FROM_END, &metadata, sizeof metadata);
        cuda_put(k->tile.operand, operands, known[i].a, 2);
        cuda_put(k->tile.operand, operands, known[i].b, 3);
        /* A is used by several chains of mma, B by both steps: all others meet zeros. */
        cuda_put(type, results, known[i].result, known[i].value);
        assert_true(cuda_check_tile(k, operands, 3, results, &worst));
        assert_true(worst <= 1);
        cuda_put(type, results, known[i].result, known[i].value - 1);
        assert_false(cuda_check_tile(k, operands, 3, results, &worst));
        assert_true(worst > 1);
        memset(results + known[i].result * bytes, 0xff, bytes); /* NaN: not written */
        assert_false(cuda_check_tile(k, operands, 3, results, &worst));
        free(operands);
        free(results);
    }
}

/* Accumulators as they begin: those of mma.sync are operands. */
static void copy_starts(const cuda_kernel *k, const char *operands, char *results) {
    const cuda_registers r = cuda_tile_registers(&k->tile);
    const size_t lanes = (k->tile.operand == CUDA_FP64 ? 8 : 4) * CUDA_LANES;
    const size_t c = CUDA_CHAINS * (size_t)r.c * lanes, all = (size_t)r.all * lanes;
    memset(results, 0, k->result_bytes);
    for (size_t w = 0; w < CUDA_WARPS && k->tile.layout == CUDA_FRAGMENTS; w++)
        memcpy(results + w * c, operands + (w + 1) * all - c, c);
}

/* Random operands leave the accumulators where they began, however long; those of a check do not.
 */
static void random_operands_take_back_what_they_add(void **state) {
    const cuda_kernel *k;
    (void)state;
    for (size_t i = 0; (k = cuda_kernel_at(i)); i++) {
        double worst;
        if (k->tile.layout == CUDA_NO_TILE || k->tile.operand == CUDA_BF16 ||
            strstr(k->entry, "wgmma_int8") || strstr(k->entry, "mxfp4") ||
            strstr(k->entry, "_pair"))
            continue; /* the same as fp16, fp8 and nvfp4 to the host */
        char *operands = malloc(k->operand_bytes), *results = malloc(k->result_bytes);
        assert_non_null(operands);
        assert_non_null(results);
        cuda_fill_operands(k, CUDA_FILL_RANDOM, 1, operands);
        copy_starts(k, operands, results);
        if (!cuda_check_tile(k, operands, 1000, results, &worst))
            fail_msg("%s: %g times the tolerance", k->facts.name, worst);
        cuda_fill_operands(k, CUDA_FILL_CHECK, 1, operands);
        copy_starts(k, operands, results);
        assert_false(cuda_check_tile(k, operands, 1, results, &worst));
        free(operands);
        free(results);
    }
}

static bool all_zeros(const char *bytes, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (bytes[i])
            return false;
    return true;
}

static void operands_are_what_is_asked_for(void **state) {
    const cuda_kernel *k;
    (void)state;
    for (size_t i = 0; (k = cuda_kernel_at(i)); i++) {
        const size_t n = k->operand_bytes;
        if (n == 0)
            continue;
        char *one = malloc(n), *other = malloc(n);
        assert_non_null(one);
        assert_non_null(other);
        cuda_fill_operands(k, CUDA_FILL_RANDOM, 1, one);
        cuda_fill_operands(k, CUDA_FILL_RANDOM, 1, other);
        assert_memory_equal(one, other, n);
        cuda_fill_operands(k, CUDA_FILL_RANDOM, 2, other);
        assert_memory_not_equal(one, other, n);
        cuda_fill_operands(k, CUDA_FILL_ZEROS, 1, other);
        assert_true(all_zeros(other, n - CUDA_WORD_FROM_END));
        assert_int_equal(all_zeros(other, n), !k->tile.sparse);
        free(one);
        free(other);
    }
}

/* Instructions of a block in an iteration, and bytes of its operands, from the shape alone. */
static void assert_tile_is_consistent(const cuda_kernel *k) {
    const cuda_tile *t = &k->tile;
    const bool fragments = t->layout == CUDA_FRAGMENTS;
    const int units = fragments ? CUDA_WARPS : CUDA_A_ROWS / t->m;
    const double flops = 2.0 * t->m * t->n * t->k * units * k->loop[0].count;
    size_t bytes = CUDA_STAGES * (size_t)CUDA_STAGE_BYTES + cuda_tile_stages_at(t) + t->sparse * 4u;
    size_t results = t->layout == CUDA_TENSOR
                         ? 128 * 512 * 4
                         : 128 * 256 * (size_t)cuda_number_bits(t->accumulator) / 8;
    if (fragments) {
        const size_t registers = CUDA_WARPS * CUDA_LANES * (t->operand == CUDA_FP64 ? 8 : 4);
        bytes = registers * (size_t)cuda_tile_registers(t).all + CUDA_WORD_FROM_END;
        results = registers * CUDA_CHAINS * (size_t)cuda_tile_registers(t).c;
    }
    assert_true(k->facts.flops == flops);
    assert_int_equal(k->operand_bytes, bytes);
    assert_int_equal(k->result_bytes, results);
    assert_string_equal(k->facts.unit, "matrix");
    /* The profile's reader tells sparse ceilings by this. */
    assert_int_equal(strncmp(k->facts.variant, "sparse", 6) == 0, t->sparse);
}

static void assert_launch_is_possible(const cuda_kernel *k) {
    assert_true(k->threads > 0 && k->threads % 32 == 0 && k->blocks > 0);
    assert_true(k->threads * k->blocks <= 1024); /* sm_75 has no more */
    assert_true(k->registers > 0 && k->registers * k->threads * k->blocks <= 65536);
    const bool small = (k->architectures & (CUDA_120 | CUDA_121)) != 0;
    /* 1 KiB for variables that are not counted here */
    assert_true(k->shared_bytes <= ((small ? 99 : 227) - 1) * 1024);
    assert_true(k->architectures != 0 && (k->architectures & ~(unsigned)CUDA_ALL) == 0);
    assert_non_null(cuda_image_find(k->image));
    assert_int_equal(k->meaning == CUDA_LAUNCH, k->loop[0].name == NULL);
}

static void assert_memory_is_consistent(const cuda_kernel *k) {
    const int streams = !!(k->streams & 1) + !!(k->streams & 2) + !!(k->streams & 4);
    const int accesses = k->facts.loads + k->facts.stores;
    const bool bulk = strcmp(k->image, "bulk") == 0; /* an access is the block's */
    assert_true(k->facts.bytes ==
                (double)accesses * (bulk ? CUDA_BULK_PIECE : CUDA_ACCESS * k->threads));
    assert_true(k->facts.bytes == (double)k->chunk_bytes * (streams ? streams : 1));
    assert_true(k->level != CUDA_NO_LEVEL);
}

static void the_table_is_consistent(void **state) {
    const cuda_kernel *k, *other;
    size_t n = 0;
    (void)state;
    for (; (k = cuda_kernel_at(n)); n++) {
        assert_launch_is_possible(k);
        assert_non_null(k->facts.name);
        assert_int_equal(k->tile.layout != CUDA_NO_TILE, k->operands == CUDA_TILE_OPERANDS);
        if (k->tile.layout != CUDA_NO_TILE)
            assert_tile_is_consistent(k);
        if (strcmp(k->facts.section, "memory") == 0)
            assert_memory_is_consistent(k);
        for (size_t j = 0; j < n; j++) {
            other = cuda_kernel_at(j);
            assert_string_not_equal(k->facts.name, other->facts.name);
            /* One entry may be measured at two levels of memory. */
            if (k->meaning != CUDA_LATENCY)
                assert_string_not_equal(k->entry, other->entry);
        }
    }
    assert_true(n > 90);
}

static void architectures_are_known(void **state) {
    (void)state;
    assert_int_equal(cuda_architecture_bit(9, 0), CUDA_90);
    assert_int_equal(cuda_architecture_bit(12, 1), CUDA_121);
    assert_int_equal(cuda_architecture_bit(7, 0), 0);
    assert_string_equal(cuda_architecture_name(CUDA_103), "sm_103");
    assert_null(cuda_architecture_name(CUDA_ALL + 1));
    assert_null(cuda_image_find("unknown"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_rounded_to_nearest),
        cmocka_unit_test(every_number_is_its_own_rounding),
        cmocka_unit_test(fragments_lie_as_documented),
        cmocka_unit_test(metadata_says_which_columns_are_kept),
        cmocka_unit_test(known_products_are_found),
        cmocka_unit_test(random_operands_take_back_what_they_add),
        cmocka_unit_test(operands_are_what_is_asked_for),
        cmocka_unit_test(the_table_is_consistent),
        cmocka_unit_test(architectures_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
