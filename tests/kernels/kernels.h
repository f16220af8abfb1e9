/* Proves that the kernels of the instruction sets that this processor runs compute what they
 * declare. Needs the C library alone, so that it can be compiled for another processor and be run
 * by an emulator. */
#ifndef TESTS_KERNELS_H
#define TESTS_KERNELS_H

#include "microbench/cpu/cpu.h"

/* How a kernel of a path computes; `bytes` of its registers, 0: the processor says. */
typedef enum rule {
    SCALED_AND_SHIFTED, /* x scale + shift in one step */
    SCALED_OR_SHIFTED,  /* even chains are scaled, odd ones shifted */
    PRODUCT_ADDED,      /* x + scale shift */
    PRODUCTS_ADDED,     /* the same with two registers of numbers */
    DOT,                /* to each number the products of its own group of factors */
    DOT_UNSIGNED,       /* the same; bytes on the left are unsigned */
    SQUARE              /* 2 x 2 numbers in 16 bytes: rows of the left by rows of the right */
} rule;

typedef struct path {
    const char *name;
    rule how;
    size_t bytes;
} path;

/* Each says of a kernel what is wrong, and returns how many numbers were. */
int check_peak(const cpu_kernel *k, const path *p);
int check_products(const cpu_kernel *k, const path *p);
int check_exp(const cpu_kernel *k);
int check_streams(const cpu_kernel *k);

/* Counts a number that is not within `tolerance`, relative, of what it should be. */
int wrong(const cpu_kernel *k, size_t at, double got, double want, double tolerance);
/* Operands of their own for each kernel; never NULL. */
cpu_work *new_work(void);
/* Iterations of the table that make `n` of the loop. */
int64_t iterations_of(const path *p, int n);

#endif
