/* The inside of the CUDA backend: what its files share. */
#ifndef CALIBRATE_CUDA_STATE_H
#define CALIBRATE_CUDA_STATE_H

#include "calibrate/backend.h"
#include "calibrate/cuda_gpu.h"
#include "calibrate/cuda_library.h"
#include "microbench/cuda/kernels.h"

/* What is done with a kernel, or without one. */
typedef enum cuda_task {
    CUDA_LOOP,           /* the loop of a kernel on random operands */
    CUDA_LOOP_OF_ZEROS,  /* the same on zeros, which take less power */
    CUDA_LAUNCHES,       /* one launch after the other */
    CUDA_GRAPH_LAUNCHES, /* the same as a graph */
    CUDA_COPY_TO_GPU,    /* from page-locked memory of the host */
    CUDA_COPY_TO_HOST,
    CUDA_COPY_TO_PEER, /* to another GPU */
    CUDA_PRODUCT,      /* by NVIDIA's library */
} cuda_task;

/* One row of what can be measured. */
typedef struct cuda_row {
    bench_kernel facts; /* points into this row */
    char name[80], variant[64];
    const cuda_kernel *kernel;   /* NULL: a copy by the driver, or a product */
    const cuda_product *product; /* of CUDA_PRODUCT, else NULL */
    cuda_task task;
    int l2_percent; /* of the L2 cache that streams fill (CUDA_L2) */
    bench_effort effort;
} cuda_row;

enum { CUDA_MOST_ROWS = 256, CUDA_MOST_IMAGES = 32, CUDA_COPY_BYTES = 64 << 20 };

/* Memory of the GPU that grows when more is needed. */
typedef struct cuda_buffer {
    cuda_address address;
    size_t bytes;
} cuda_buffer;

/* What lies in the streams. */
typedef enum cuda_content { CUDA_NOTHING, CUDA_RANDOM_WORDS, CUDA_CHAIN } cuda_content;

typedef struct cuda_state {
    cuda_api api;
    cuda_gpu gpu;
    nvml *nvml;            /* NULL: none */
    cuda_library *library; /* NULL: none */
    bool quick;
    const volatile sig_atomic_t *stop; /* NULL, or nonzero when the user does not want to wait */
    cuda_row *rows;
    size_t n_rows;

    /* Of the context; all gone when it is lost. */
    cuda_context context;
    cuda_stream stream;
    cuda_event begin, end;
    cuda_module modules[CUDA_MOST_IMAGES]; /* of cuda_images; NULL: not loaded yet */
    cuda_buffer operands, results, times, streams;
    cuda_content content;
    cuda_graph_exec graph;
    void *host; /* page-locked, CUDA_COPY_BYTES */
    cuda_gpu peer;
    cuda_context peer_context;
    cuda_address peer_memory;
    bool lost;  /* an error has ended the context */
    bool stuck; /* something never ended: the driver must not be asked for anything any more */

    /* Of the row that is prepared. */
    const cuda_row *row;
    cuda_function function;
    cuda_arguments arguments;
    unsigned grid;

    nvml_reading reading;
    double read_at; /* when */
} cuda_state;

/* As cuda_succeeded, and remembers when the context is lost. */
bool cuda_did(cuda_state *s, cuda_result result, const char *what, roof_error *e);

/* The context with its stream and events (cuda_context.c). */
bool cuda_context_open(cuda_state *s, roof_error *e);
void cuda_context_close(cuda_state *s);
/* The kernel's code, ready to launch. */
bool cuda_function_find(cuda_state *s, const cuda_kernel *kernel, roof_error *e);
bool cuda_buffer_need(cuda_state *s, cuda_buffer *b, size_t bytes, const char *what, roof_error *e);

/* What kernels work on (cuda_memory.c). */
bool cuda_operands_fill(cuda_state *s, const cuda_kernel *kernel, cuda_fill fill, void *copy,
                        roof_error *e);
/* `bytes` from `to` on: the pattern of the host's memory, again and again. */
bool cuda_repeat(cuda_state *s, cuda_address to, const void *pattern, size_t first, size_t bytes,
                 roof_error *e);
bool cuda_streams_make(cuda_state *s, const cuda_row *row, roof_error *e);

/* Launching (cuda_launch.c). */
bool cuda_loop_prepare(cuda_state *s, const cuda_row *row, roof_error *e);
bool cuda_loop_run(cuda_state *s, int64_t repetitions, bench_sample *sample, roof_error *e);
bool cuda_launches_prepare(cuda_state *s, const cuda_row *row, roof_error *e);
bool cuda_launches_run(cuda_state *s, int64_t repetitions, bench_sample *sample, roof_error *e);

/* Copies by the driver (cuda_copy.c). */
bool cuda_copy_prepare(cuda_state *s, const cuda_row *row, roof_error *e);
bool cuda_copy_run(cuda_state *s, int64_t repetitions, bench_sample *sample, roof_error *e);
void cuda_copy_close(cuda_state *s);

/* Products by NVIDIA's library (cuda_library.c). */
bool cuda_product_prepare(cuda_state *s, const cuda_row *row, roof_error *e);
bool cuda_product_run(cuda_state *s, int64_t repetitions, bench_sample *sample, roof_error *e);
void cuda_library_close(cuda_state *s); /* what belongs to the context */

/* Waiting (cuda_wait.c): until all that was asked for before is done. Not for ever: false, and
 * `stuck`, when it does not end. `what` is what is done meanwhile. */
bool cuda_wait(cuda_state *s, const char *what, roof_error *e);
/* The same, then the time since `begin` was recorded; asks NVML while the GPU is at work. */
bool cuda_timed(cuda_state *s, bench_sample *sample, roof_error *e);

/* The rows for this GPU (cuda_rows.c). */
bool cuda_rows_make(cuda_state *s, roof_error *e);
/* Row i for any GPU, before one is known; NULL past the last. */
const bench_kernel *cuda_row_any(size_t i);

#endif
