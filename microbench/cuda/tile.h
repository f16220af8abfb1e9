/* Where the numbers of a matrix kernel lie, for those who fill operands and check results. */
#ifndef MICROBENCH_CUDA_TILE_H
#define MICROBENCH_CUDA_TILE_H

#include "microbench/cuda/kernels.h"

enum { CUDA_LANES = 32, CUDA_WGMMA_THREADS = 256, CUDA_RS_SETS = 2, CUDA_RS_REGISTERS = 4 };

/* Numbers of A and of B per register, and registers of a lane, of one instruction of a warp. */
typedef struct cuda_registers {
    int per_register, per_accumulator;
    int a, b, c;
    int all; /* A, B and C of one warp in the operands of mma.sync */
} cuda_registers;

cuda_registers cuda_tile_registers(const cuda_tile *tile);

/* Number i of the register `index` of a lane in an operand's fragment. */
typedef struct cuda_place {
    int index, lane, i;
} cuda_place;

/* Row and column of A (of its stored numbers), column and row of B, row and column of C. */
typedef struct cuda_position {
    int row, column;
} cuda_position;

cuda_position cuda_position_in_a(const cuda_tile *tile, cuda_place place);
cuda_position cuda_position_in_b(const cuda_tile *tile, cuda_place place);
cuda_position cuda_position_in_c(const cuda_tile *tile, cuda_place place);

/* Numbers in a row of a stage. */
int cuda_tile_row(const cuda_tile *tile);
/* Numbers of a row of A that the instructions of a stage take, one after the other, and where in
 * the row number i of them lies: all in order, but with k 96, where the instructions overlap. */
int cuda_stage_depth(const cuda_tile *tile);
int cuda_stage_column(const cuda_tile *tile, int i);
/* Bytes in front of the stages: the registers of A (CUDA_PANELS_RS), or 0. */
size_t cuda_tile_stages_at(const cuda_tile *tile);
/* Element of the operands: number `column` of row `row` of A or B in a stage. */
size_t cuda_stage_element(const cuda_tile *tile, int stage, bool b, int row, int column);
/* Element of the operands: number of A that comes from registers; `column` counts through the steps
 * of a stage. */
size_t cuda_rs_element(const cuda_tile *tile, int set, int row, int column);

/* The word that says where the numbers of a sparse A belong (the same for all groups), from one of
 * CUDA_METADATA_COUNT choices, and the inverse: the column of the product that stored column
 * `stored` of A belongs to. */
enum { CUDA_METADATA_COUNT = 6 };
uint32_t cuda_metadata(const cuda_tile *tile, unsigned choice);
int cuda_dense_column(const cuda_tile *tile, uint32_t metadata, int stored);
/* Where that word lies in the operands, from their end. */
enum { CUDA_WORD_FROM_END = 4 };

#endif
