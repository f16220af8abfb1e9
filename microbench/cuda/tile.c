#include "microbench/cuda/tile.h"

/* Numbers of A in a row of an instruction. */
static int stored_depth(const cuda_tile *tile) {
    return tile->sparse ? tile->k / 2 : tile->k;
}

cuda_registers cuda_tile_registers(const cuda_tile *tile) {
    const int size = tile->operand == CUDA_FP64 ? 64 : 32;
    cuda_registers r = {.per_register = size / cuda_number_bits(tile->operand),
                        .per_accumulator = size / cuda_number_bits(tile->accumulator)};
    r.a = tile->m * stored_depth(tile) / (CUDA_LANES * r.per_register);
    r.b = tile->k * tile->n / (CUDA_LANES * r.per_register);
    r.c = tile->m * tile->n / (CUDA_LANES * r.per_accumulator);
    r.all = CUDA_STEPS * CUDA_A_TILES * r.a + CUDA_B_TILES * r.b + CUDA_CHAINS * r.c;
    return r;
}

/* Four lanes share a row: registers go down in eights of rows first, then on in K. */
cuda_position cuda_position_in_a(const cuda_tile *tile, cuda_place p) {
    const int n = cuda_tile_registers(tile).per_register;
    const int down = tile->layout == CUDA_PANELS_RS ? 2 : tile->m / 8;
    return (cuda_position){.row = p.lane / 4 + 8 * (p.index % down),
                           .column = p.index / down * 4 * n + p.lane % 4 * n + p.i};
}

cuda_position cuda_position_in_b(const cuda_tile *tile, cuda_place p) {
    const int n = cuda_tile_registers(tile).per_register;
    return (cuda_position){.row = p.index * 4 * n + p.lane % 4 * n + p.i, .column = p.lane / 4};
}

cuda_position cuda_position_in_c(const cuda_tile *tile, cuda_place p) {
    const int number = p.index * cuda_tile_registers(tile).per_accumulator + p.i;
    return (cuda_position){.row = p.lane / 4 + 8 * (number / 2),
                           .column = p.lane % 4 * 2 + number % 2};
}

int cuda_tile_row(const cuda_tile *tile) {
    return CUDA_ROW * 8 / cuda_number_bits(tile->operand);
}

int cuda_stage_depth(const cuda_tile *tile) {
    return CUDA_STEPS_IN_STAGE * stored_depth(tile);
}

int cuda_stage_column(const cuda_tile *tile, int i) {
    const int depth = stored_depth(tile), last = cuda_tile_row(tile) - depth;
    const int first = i / depth * cuda_tile_row(tile) / CUDA_STEPS_IN_STAGE;
    return (first < last ? first : last) + i % depth;
}

size_t cuda_tile_stages_at(const cuda_tile *tile) {
    return tile->layout == CUDA_PANELS_RS ? (size_t)CUDA_RS_SETS * CUDA_STEPS_IN_STAGE *
                                                CUDA_RS_REGISTERS * CUDA_WGMMA_THREADS * 4
                                          : 0;
}

size_t cuda_stage_element(const cuda_tile *tile, int stage, bool b, int row, int column) {
    const size_t rows = (size_t)stage * (CUDA_A_ROWS + CUDA_B_ROWS) + (b ? CUDA_A_ROWS : 0);
    const size_t byte = cuda_tile_stages_at(tile) + (rows + (size_t)row) * CUDA_ROW;
    return byte * 8 / (size_t)cuda_number_bits(tile->operand) + (size_t)column;
}

/* Of 128 rows, every warp has 16 in its fragment, in which a register has 8. */
size_t cuda_rs_element(const cuda_tile *tile, int set, int row, int column) {
    const int n = cuda_tile_registers(tile).per_register, step = 8 * n;
    const int in_step = column % step, in_half = in_step % (4 * n);
    const int index = in_step / (4 * n) * 2 + row % 16 / 8;
    const int thread = row / 16 * CUDA_LANES + row % 8 * 4 + in_half / n;
    const int r = (set * CUDA_STEPS_IN_STAGE + column / step) * CUDA_RS_REGISTERS + index;
    return ((size_t)r * CUDA_WGMMA_THREADS + (size_t)thread) * (size_t)n + (size_t)(in_half % n);
}

/* Two bits for each of the two numbers that a group of four keeps, low ones first. For tf32, whose
 * groups are of two and keep one, a number is two such halves; those of 4 bits go in pairs, which
 * are kept or left out together. */
uint32_t cuda_metadata(const cuda_tile *tile, unsigned choice) {
    static const unsigned char pairs[CUDA_METADATA_COUNT] = {0x4, 0x8, 0xc, 0x9, 0xd, 0xe};
    const uint32_t pair =
        tile->operand == CUDA_TF32 ? (choice % 2 ? 0xe : 0x4) : pairs[choice % CUDA_METADATA_COUNT];
    return pair * 0x11111111u;
}

int cuda_dense_column(const cuda_tile *tile, uint32_t metadata, int stored) {
    if (!tile->sparse)
        return stored;
    if (tile->operand == CUDA_TF32)
        return stored * 2 + ((metadata & 3) == 2);
    const int together = cuda_number_bits(tile->operand) == 4 ? 2 : 1, kept = stored / together;
    const int dense = kept / 2 * 4 + (int)(metadata >> kept % 2 * 2 & 3);
    return dense * together + stored % together;
}
