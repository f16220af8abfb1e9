/* What every microbenchmark declares about itself, whatever runs it. */
#ifndef MICROBENCH_BENCH_H
#define MICROBENCH_BENCH_H

/* One kernel. Its first seven members name the profile row that it fills (see interface of the
 * profile); the counts are those of one iteration of its loop in one thread. */
typedef struct bench_kernel {
    const char *name;       /* as shown and selected: "vector fp32 avx2" */
    const char *section;    /* "compute", "memory" or "latency" */
    const char *unit;       /* "vector", "matrix", "special"; memory, latency: "dram", "l2", ... */
    const char *precision;  /* compute only, else NULL */
    const char *accumulate; /* compute only, else NULL */
    const char *variant;    /* instruction path "avx2", or what is done to memory "copy-nt" */
    const char *source;     /* "measured", and what a reader of the figure must know */
    double flops;           /* FLOP, or operations of the special unit */
    double bytes;           /* useful bytes: a line that a store makes the chip fetch is not */
    int loads, stores;      /* instructions that touch memory; of a latency: each after the other */
} bench_kernel;

#endif
