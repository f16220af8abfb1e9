/* The GPU kernels: what each one measures, where it runs, how it is launched, what its machine code
 * must contain, and how its result is checked.
 *
 * The kernels lie in fat binaries (see cuda_images), one for each family of instructions; a build
 * without nvcc has the same table and no binaries. Everything here is the host's and needs no GPU.
 */
#ifndef MICROBENCH_CUDA_KERNELS_H
#define MICROBENCH_CUDA_KERNELS_H

#include "microbench/bench.h"
#include "microbench/cuda/arguments.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Compute capabilities that are compiled for, as bits of a mask. */
typedef enum cuda_architecture {
    CUDA_75 = 1 << 0,
    CUDA_80 = 1 << 1,
    CUDA_86 = 1 << 2,
    CUDA_87 = 1 << 3,
    CUDA_89 = 1 << 4,
    CUDA_90 = 1 << 5,
    CUDA_100 = 1 << 6,
    CUDA_103 = 1 << 7,
    CUDA_110 = 1 << 8,
    CUDA_120 = 1 << 9,
    CUDA_121 = 1 << 10,
    CUDA_ALL = (1 << 11) - 1,
    CUDA_FROM_80 = CUDA_ALL & ~CUDA_75,
    CUDA_FROM_90 = CUDA_ALL & ~(CUDA_90 - 1),
    CUDA_FP64_MATRIX = CUDA_80 | CUDA_90 | CUDA_100 | CUDA_110, /* multiply matrices in fp64 */
} cuda_architecture;

/* The bit of a compute capability, 0 for one that is not compiled for. A chip of the same major and
 * a higher minor number than a compiled one runs that one's code, if it is not of the kind that
 * only one architecture has (wgmma, tcgen05, block scales). */
unsigned cuda_architecture_bit(int major, int minor);
/* "sm_90a" of a bit, as the images name it: image `name` may hold "sm_90" or "sm_90a". NULL past
 * the last bit. */
const char *cuda_architecture_name(unsigned bit);

/* How numbers are stored. */
typedef enum cuda_number {
    CUDA_FP64,
    CUDA_FP32,
    CUDA_TF32, /* fp32 of which 10 bits of the fraction count */
    CUDA_FP16,
    CUDA_BF16,
    CUDA_E4M3,
    CUDA_E2M1,
    CUDA_INT32,
    CUDA_INT8,
    CUDA_INT4,
    CUDA_NUMBER_COUNT,
} cuda_number;

int cuda_number_bits(cuda_number type);
double cuda_decode(cuda_number type, uint64_t bits);
/* To nearest, ties to even; the largest finite number stands for all beyond it. */
uint64_t cuda_encode(cuda_number type, double value);
/* Element i of an array of packed numbers (4-bit ones: low half first). */
double cuda_get(cuda_number type, const void *array, size_t i);
void cuda_put(cuda_number type, void *array, size_t i, double value);

/* How the operands of a matrix kernel lie and which products it adds up. */
typedef enum cuda_layout {
    CUDA_NO_TILE,
    CUDA_FRAGMENTS, /* mma.sync: registers of each lane */
    CUDA_PANELS,    /* wgmma with A in shared memory: rows of stages */
    CUDA_PANELS_RS, /* wgmma with A in registers: fragments of A, then B's rows of the stages */
    CUDA_TENSOR,    /* tcgen05: as CUDA_PANELS; results are the rows of tensor memory, 32 bits of it
                     * for each accumulator */
} cuda_layout;

/* One matrix instruction. Sparse: k counts the zeros too, and A holds k/2 numbers in a row. Scaled:
 * blocks of operands have a scale, which is 1. */
typedef struct cuda_tile {
    cuda_layout layout;
    cuda_number operand, accumulator;
    int m, n, k;
    bool sparse, scaled;
} cuda_tile;

/* An instruction of the loop, by the start of its name in the machine code. */
typedef struct cuda_instruction {
    const char *name;
    int count;
} cuda_instruction;

enum { CUDA_MOST_INSTRUCTIONS = 3 };

/* What it is that a kernel's operands must be filled with. */
typedef enum cuda_operands {
    CUDA_NO_OPERANDS,
    CUDA_WORD_OPERANDS,    /* memory: any numbers */
    CUDA_CHAIN_OPERANDS,   /* vector: starts, factors and terms of chains */
    CUDA_SPECIAL_OPERANDS, /* the same, that keep arguments of functions positive and small */
    CUDA_TILE_OPERANDS,
} cuda_operands;

/* What its time means. */
typedef enum cuda_meaning {
    CUDA_RATE,    /* facts.flops or .bytes in the time of an iteration */
    CUDA_LATENCY, /* seconds of one iteration (pointer chase) */
    CUDA_LAUNCH,  /* seconds of one launch; it has no loop and no arguments that matter */
} cuda_meaning;

/* Where a memory kernel's streams should lie, which its working set decides. */
typedef enum cuda_level { CUDA_NO_LEVEL, CUDA_SHARED, CUDA_L1, CUDA_L2, CUDA_DRAM } cuda_level;

typedef struct cuda_kernel {
    /* flops and bytes are those of one iteration of one block, loads and stores the instructions
     * of one thread. Sparse products count their zeros, as datasheets do. */
    bench_kernel facts;
    const char *image, *entry; /* in the fat binary of that name */
    unsigned architectures;    /* mask of those that have it at its own speed, not emulated */
    cuda_meaning meaning;
    bool later; /* not for a quick run: a second way to what is no roof */
    /* Launch: one-dimensional. blocks: per multiprocessor, of which all are resident at once. */
    int threads, blocks;
    int cluster;      /* blocks that work together, of which a grid must have whole numbers; 0: 1 */
    int shared_bytes; /* dynamic shared memory; above 48 KiB the host must raise the limit */
    int registers;    /* at most, per thread */
    cuda_instruction loop[CUDA_MOST_INSTRUCTIONS]; /* up to the first without a name */
    int others; /* at most, instructions in the loop beside those (NOP not counted) */
    cuda_operands operands;
    cuda_number chain; /* type of the chains */
    cuda_tile tile;
    size_t operand_bytes;
    size_t result_bytes; /* per block: every accumulator of every thread */
    /* Memory kernels: which of stream[] they touch (bit i: stream i), where those should lie, and
     * what a block takes from each in an iteration. stream_bytes must be a multiple of chunk_bytes;
     * beyond the end a block begins again. L1 and shared: stream_bytes are chunk_bytes; stream[0]
     * has as many for each block of L1, and none for shared (its words are operands). A chase is
     * one block in all, and stream[0] a place in a ring of device addresses, each that of the next;
     * its result is the place where it ended. */
    unsigned streams;
    cuda_level level;
    size_t chunk_bytes;
} cuda_kernel;

/* Kernel i, best first within a unit and precision; NULL past the last. */
const cuda_kernel *cuda_kernel_at(size_t i);

/* A fat binary; size 0 when the program was built without nvcc. */
typedef struct cuda_image {
    const char *name; /* as in cuda_kernel.image */
    const unsigned char *bytes;
    size_t size;
} cuda_image;

extern const cuda_image cuda_images[];
extern const size_t cuda_image_count;
/* The CUDA version that made the images, and that a driver needs for them: 1000 x major + 10 x
 * minor; 0 without images. */
extern const int cuda_toolkit_version;
const cuda_image *cuda_image_find(const char *name); /* NULL: no such name */
/* Whether this program has any code for a GPU: it was built with nvcc. */
bool cuda_has_images(void);

/* What operands hold. */
typedef enum cuda_fill {
    CUDA_FILL_RANDOM, /* to measure: random, distinct; every product of a matrix kernel is later
                       * taken back, so that accumulators neither grow nor overflow */
    CUDA_FILL_ZEROS,  /* to measure what the power limit takes */
    CUDA_FILL_CHECK,  /* to check: random and nothing is taken back */
} cuda_fill;

/* n random numbers such as operands are. */
void cuda_fill_numbers(cuda_number type, uint64_t seed, void *array, size_t n);

/* Writes kernel->operand_bytes. */
void cuda_fill_operands(const cuda_kernel *kernel, cuda_fill fill, uint64_t seed, void *operands);

/* Compares a tile kernel's result of one block, after `iterations` (few, such as 3) with operands
 * from CUDA_FILL_CHECK, to products in double precision. *worst: the largest error as a multiple of
 * the tolerance. All accumulators must have been NaN or noise before, to see what was not written.
 */
bool cuda_check_tile(const cuda_kernel *kernel, const void *operands, uint64_t iterations,
                     const void *results, double *worst);

/* What a right kernel makes of them; false when there is no memory. For a fake driver. */
bool cuda_make_tile(const cuda_kernel *kernel, const void *operands, uint64_t iterations,
                    void *results);

#endif
