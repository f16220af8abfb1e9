/* The slow and obvious product of what the operands hold, compared to what a kernel made of them.
 */
#include "microbench/cuda/tile.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Sums of products, and of their sizes, which errors are measured against. */
typedef struct product {
    int rows, columns, depth;
    double *a, *b;      /* of one product: rows x depth, columns x depth */
    double *sum, *size; /* rows x columns */
} product;

static bool make_product(product *p, int rows, int columns, int depth) {
    const size_t r = (size_t)rows, c = (size_t)columns, d = (size_t)depth;
    *p = (product){.rows = rows, .columns = columns, .depth = depth};
    p->a = calloc(r * d, sizeof *p->a);
    p->b = calloc(c * d, sizeof *p->b);
    p->sum = calloc(r * c, sizeof *p->sum);
    p->size = calloc(r * c, sizeof *p->size);
    return p->a && p->b && p->sum && p->size;
}

static void free_product(product *p) {
    free(p->a);
    free(p->b);
    free(p->sum);
    free(p->size);
}

static void clear(double *numbers, int rows, int columns) {
    memset(numbers, 0, (size_t)rows * (size_t)columns * sizeof *numbers);
}

static void add_product(product *p) {
    for (int i = 0; i < p->rows; i++)
        for (int j = 0; j < p->columns; j++) {
            double sum = 0, size = 0;
            for (int k = 0; k < p->depth; k++) {
                const double term = p->a[i * p->depth + k] * p->b[j * p->depth + k];
                sum += term;
                size += fabs(term);
            }
            p->sum[i * p->columns + j] += sum;
            p->size[i * p->columns + j] += size;
        }
}

/* Rounding that hardware is known to do while it adds: to 10 bits for fp16, to about 13 for fp8 on
 * some chips, to 23 or a few more with truncation otherwise; times the additions. A number in a
 * wrong place shows as 0.05 and more. */
static double tolerance(const cuda_tile *t) {
    switch (t->accumulator) {
    case CUDA_FP64:
        return 0x1p-40;
    case CUDA_FP16:
        return 0x1p-7;
    case CUDA_INT32:
        return 0;
    default:
        return t->operand == CUDA_E4M3 ? 0x1p-8 : 0x1p-14;
    }
}

/* One accumulator: found against start + iterations x sum. */
static bool compare(const cuda_tile *t, double found, double start, double iterations, double sum,
                    double size, double *worst) {
    const double error = fabs(found - (start + iterations * sum));
    const double allowed = tolerance(t) * (fabs(start) + iterations * size);
    double ratio = error == 0 ? 0 : error / allowed; /* infinite when nothing is allowed */
    if (isnan(ratio))
        ratio = INFINITY;
    if (ratio > *worst)
        *worst = ratio;
    return error <= allowed;
}

/* What one check is given. */
typedef struct check {
    const cuda_kernel *kernel;
    const void *operands, *results;
    void *made; /* NULL, or where right results are written instead of compared */
    double iterations;
    double *worst;
} check;

/* Number `at` of the results, which should be start + iterations x sum. */
static bool meet(const check *c, size_t at, double start, double sum, double size) {
    const cuda_tile *t = &c->kernel->tile;
    if (!c->made)
        return compare(t, cuda_get(t->accumulator, c->results, at), start, c->iterations, sum, size,
                       c->worst);
    cuda_put(t->accumulator, c->made, at, start + c->iterations * sum);
    return true;
}

static uint32_t read_metadata(const check *c) {
    uint32_t word;
    memcpy(&word, (const char *)c->operands + c->kernel->operand_bytes - CUDA_WORD_FROM_END,
           sizeof word);
    return word;
}

/* Calls for every number of a fragment of `registers`. */
#define FOR_EACH_PLACE(p, registers, numbers)                                                      \
    for (cuda_place p = {0}; p.index < (registers); p.index++)                                     \
        for (p.lane = 0; p.lane < CUDA_LANES; p.lane++)                                            \
            for (p.i = 0; p.i < (numbers); p.i++)

static size_t in_fragment(int first_register, cuda_place p, int numbers) {
    return ((size_t)(first_register + p.index) * CUDA_LANES + (size_t)p.lane) * (size_t)numbers +
           (size_t)p.i;
}

static void read_fragments(const check *c, int a_register, int b_register, product *p) {
    const cuda_tile *t = &c->kernel->tile;
    const cuda_registers r = cuda_tile_registers(t);
    const uint32_t metadata = read_metadata(c);
    clear(p->a, p->rows, p->depth);
    FOR_EACH_PLACE(at, r.a, r.per_register) {
        const cuda_position where = cuda_position_in_a(t, at);
        p->a[where.row * p->depth + cuda_dense_column(t, metadata, where.column)] =
            cuda_get(t->operand, c->operands, in_fragment(a_register, at, r.per_register));
    }
    FOR_EACH_PLACE(at, r.b, r.per_register) {
        const cuda_position where = cuda_position_in_b(t, at);
        p->b[where.column * p->depth + where.row] =
            cuda_get(t->operand, c->operands, in_fragment(b_register, at, r.per_register));
    }
}

/* Chain `chain` of warp `warp` of mma.sync. */
static bool check_chain(const check *c, int warp, int chain, product *p) {
    const cuda_tile *t = &c->kernel->tile;
    const cuda_registers r = cuda_tile_registers(t);
    const int first = warp * r.all, b = first + CUDA_STEPS * CUDA_A_TILES * r.a;
    clear(p->sum, p->rows, p->columns);
    clear(p->size, p->rows, p->columns);
    for (int s = 0; s < CUDA_STEPS; s++) {
        const int a_tile = s * CUDA_A_TILES + chain / CUDA_B_TILES;
        read_fragments(c, first + a_tile * r.a, b + chain % CUDA_B_TILES * r.b, p);
        add_product(p);
    }
    const int start = b + CUDA_B_TILES * r.b + chain * r.c;
    const int result = (warp * CUDA_CHAINS + chain) * r.c;
    bool right = true;
    FOR_EACH_PLACE(at, r.c, r.per_accumulator) {
        const cuda_position where = cuda_position_in_c(t, at);
        const int i = where.row * p->columns + where.column;
        right &=
            meet(c, in_fragment(result, at, r.per_accumulator),
                 cuda_get(t->accumulator, c->operands, in_fragment(start, at, r.per_accumulator)),
                 p->sum[i], p->size[i]);
    }
    return right;
}

static bool check_fragments(const check *c) {
    const cuda_tile *t = &c->kernel->tile;
    product p;
    bool right = make_product(&p, t->m, t->n, t->k);
    for (int warp = 0; right && warp < CUDA_WARPS; warp++)
        for (int chain = 0; right && chain < CUDA_CHAINS; chain++)
            right = check_chain(c, warp, chain, &p);
    free_product(&p);
    return right;
}

/* The number of A, wherever it comes from. */
static double stage_a(const check *c, int stage, int row, int stored) {
    const cuda_tile *t = &c->kernel->tile;
    const size_t at = t->layout == CUDA_PANELS_RS
                          ? cuda_rs_element(t, stage / CUDA_RS_SETS, row, stored)
                          : cuda_stage_element(t, stage, false, row, stored);
    return cuda_get(t->operand, c->operands, at);
}

/* What number `k` of the product meets. A K block of sparse A needs the B of two stages. */
static double stage_b(const check *c, int stage, int row, int k) {
    const cuda_tile *t = &c->kernel->tile;
    const int width = cuda_tile_row(t);
    if (t->sparse)
        stage = (stage * 2 + k / width) % CUDA_STAGES;
    const int column = t->sparse ? k % width : cuda_stage_column(t, k);
    return cuda_get(t->operand, c->operands, cuda_stage_element(t, stage, true, row, column));
}

static void read_stage(const check *c, int stage, product *p) {
    const cuda_tile *t = &c->kernel->tile;
    const uint32_t metadata = t->sparse ? read_metadata(c) : 0;
    clear(p->a, p->rows, p->depth);
    for (int row = 0; row < p->rows; row++)
        for (int k = 0; k < cuda_stage_depth(t); k++)
            p->a[row * p->depth + cuda_dense_column(t, metadata, k)] =
                stage_a(c, stage, row, cuda_stage_column(t, k));
    for (int row = 0; row < p->columns; row++)
        for (int k = 0; k < p->depth; k++)
            p->b[row * p->depth + k] = stage_b(c, stage, row, k);
}

/* Element of the results of wgmma: a warp has 16 rows in fragments of 8 x 8. */
static size_t wgmma_result(const cuda_tile *t, int row, int column) {
    const int in_register = 32 / cuda_number_bits(t->accumulator);
    const int thread = row / 16 * CUDA_LANES + row % 8 * 4 + column % 8 / 2;
    const int index = column / 8 * 4 + row % 16 / 8 * 2 + column % 2;
    return ((size_t)(index / in_register) * CUDA_WGMMA_THREADS + (size_t)thread) *
               (size_t)in_register +
           (size_t)(index % in_register);
}

/* Of tcgen05: a row has both tiles, and an accumulator 32 bits. */
static size_t tensor_result(const cuda_tile *t, int tile, int row, int column) {
    const int place = (row * 2 + tile) * CUDA_B_ROWS + column;
    return (size_t)place * (size_t)(32 / cuda_number_bits(t->accumulator));
}

/* The stages from `first` on in steps of `step`, whose results are in tile `first`. */
static bool check_stages(const check *c, int first, int step, product *p) {
    const cuda_tile *t = &c->kernel->tile;
    clear(p->sum, p->rows, p->columns);
    clear(p->size, p->rows, p->columns);
    for (int s = first; s < CUDA_STAGES; s += step) {
        read_stage(c, s, p);
        add_product(p);
    }
    bool right = true;
    for (int row = 0; row < p->rows; row++)
        for (int column = 0; column < p->columns; column++) {
            const size_t at = t->layout == CUDA_TENSOR ? tensor_result(t, first, row, column)
                                                       : wgmma_result(t, row, column);
            const int i = row * p->columns + column;
            right &= meet(c, at, 0, p->sum[i], p->size[i]);
        }
    return right;
}

static bool check_panels(const check *c) {
    const cuda_tile *t = &c->kernel->tile;
    const int tiles = t->layout == CUDA_TENSOR && !t->scaled && !t->sparse ? 2 : 1;
    product p;
    bool right =
        make_product(&p, CUDA_A_ROWS, CUDA_B_ROWS, cuda_stage_depth(t) * (t->sparse ? 2 : 1));
    for (int i = 0; right && i < tiles; i++)
        right = check_stages(c, i, tiles, &p);
    free_product(&p);
    return right;
}

static bool check_tile(const check *c) {
    return c->kernel->tile.layout == CUDA_FRAGMENTS ? check_fragments(c) : check_panels(c);
}

bool cuda_check_tile(const cuda_kernel *kernel, const void *operands, uint64_t iterations,
                     const void *results, double *worst) {
    *worst = 0;
    const check c = {.kernel = kernel,
                     .operands = operands,
                     .results = results,
                     .iterations = (double)iterations,
                     .worst = worst};
    return kernel->tile.layout == CUDA_NO_TILE || check_tile(&c);
}

bool cuda_make_tile(const cuda_kernel *kernel, const void *operands, uint64_t iterations,
                    void *results) {
    const check c = {
        .kernel = kernel, .operands = operands, .made = results, .iterations = (double)iterations};
    return kernel->tile.layout == CUDA_NO_TILE || check_tile(&c);
}
