/* AMX: eight tiles of 16 rows of 64 bytes; a product of two tiles is added to a third.
 *
 *     kernel        per iteration                              OP       loads   stores
 *     matrix bf16   4 sums x 2 x 16 x 16 x 32 products x 2     131072   0       0
 *     matrix int8   4 sums x 2 x 16 x 16 x 64 products x 2     262144   0       0
 *
 * Four sums in flight cover the 52 cycles that a product takes, as a new one begins every 16. Tiles
 * 0 to 3 are the sums, 4 and 5 the left factors, 6 the right one and 7 its negative: every other
 * product takes back the one before. */
#include "microbench/cpu/cpu.h"
#include "microbench/cpu/peak_row.h"
#include <immintrin.h>
#include <string.h>

enum { TILES = 8, ROWS = 16, ROW_BYTES = 64, TILE_BYTES = ROWS * ROW_BYTES };

static void configure_tiles(void) {
    struct {
        uint8_t palette, start_row, reserved[14];
        uint16_t row_bytes[16];
        uint8_t rows[16];
    } shape;
    memset(&shape, 0, sizeof shape);
    shape.palette = 1;
    for (int i = 0; i < TILES; i++) {
        shape.row_bytes[i] = ROW_BYTES;
        shape.rows[i] = ROWS;
    }
    _tile_loadconfig(&shape);
}

/* The number of a tile is part of its instruction. */
#define PRODUCTS(instruction, right)                                                               \
    __asm__ volatile(instruction " %%tmm" right ", %%tmm4, %%tmm0\n\t" instruction " %%tmm" right  \
                                 ", %%tmm5, %%tmm1\n\t" instruction " %%tmm" right                 \
                                 ", %%tmm4, %%tmm2\n\t" instruction " %%tmm" right                 \
                                 ", %%tmm5, %%tmm3" ::)

#define DEFINE_MATRIX(function, factors, instruction)                                              \
    static void function(cpu_work *work, int64_t iterations) {                                     \
        const char *start = (const char *)work->fp32;                                              \
        configure_tiles();                                                                         \
        _tile_loadd(0, start, ROW_BYTES);                                                          \
        _tile_loadd(1, start + 256, ROW_BYTES);                                                    \
        _tile_loadd(2, start + 512, ROW_BYTES);                                                    \
        _tile_loadd(3, start + 768, ROW_BYTES);                                                    \
        _tile_loadd(4, work->factors.left[0], ROW_BYTES);                                          \
        _tile_loadd(5, work->factors.left[1], ROW_BYTES);                                          \
        _tile_loadd(6, work->factors.right, ROW_BYTES);                                            \
        _tile_loadd(7, work->factors.back, ROW_BYTES);                                             \
        for (int64_t i = 0; i < iterations; i++) {                                                 \
            PRODUCTS(instruction, "6");                                                            \
            PRODUCTS(instruction, "7");                                                            \
        }                                                                                          \
        _tile_stored(0, work->result, ROW_BYTES);                                                  \
        _tile_stored(1, work->result + TILE_BYTES, ROW_BYTES);                                     \
        _tile_stored(2, work->result + 2 * TILE_BYTES, ROW_BYTES);                                 \
        _tile_stored(3, work->result + 3 * TILE_BYTES, ROW_BYTES);                                 \
        _tile_release();                                                                           \
    }

DEFINE_MATRIX(matrix_bf16, bf16, "tdpbf16ps")
DEFINE_MATRIX(matrix_int8, int8, "tdpbusd")

static const cpu_kernel kernels[] = {
    COMPUTE_ROWS("matrix", "bf16", "fp32", "amx", 4 * 2 * 16 * 16 * 32 * 2, matrix_bf16),
    COMPUTE_ROWS("matrix", "int8", "int32", "amx", 4 * 2 * 16 * 16 * 64 * 2, matrix_int8),
};

const cpu_isa cpu_isa_amx = {
    .id = CPU_AMX, .kernels = kernels, .n = sizeof kernels / sizeof *kernels};
