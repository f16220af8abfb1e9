/* What is measured on a GPU: the kernels that it has code for, the same on other operands or in
 * other sizes, launches and copies. */
#include "base/error.h"
#include "calibrate/cuda_state.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Half of the L2 cache of large chips lies behind the other half: below that both are fast. */
enum { L2_PERCENT = 30 };
static const int l2_sweep[] = {12, 50, 75, 100};

#define COPY(how, unit_, what)                                                                     \
    {                                                                                              \
        .name = "memory " unit_ " " how, .section = "memory", .unit = unit_, .variant = how,       \
        .source = "measured: " what " in pieces of 64 MiB", .bytes = CUDA_COPY_BYTES               \
    }
static const struct {
    cuda_task task;
    bench_kernel facts;
} copies[] = {
    {CUDA_COPY_TO_GPU, COPY("to-gpu", "host", "copies from page-locked memory")},
    {CUDA_COPY_TO_HOST, COPY("to-host", "host", "copies to page-locked memory")},
    {CUDA_COPY_TO_PEER, COPY("copy", "peer", "copies to another GPU")},
};
enum { COPIES = sizeof copies / sizeof *copies };

static const bench_kernel *row_without_kernel(size_t i) {
    if (i < COPIES)
        return &copies[i].facts;
    const cuda_product *product = cuda_product_at(i - COPIES);
    return product ? &product->facts : NULL;
}

const bench_kernel *cuda_row_any(size_t i) {
    for (size_t k = 0;; k++) {
        const cuda_kernel *kernel = cuda_kernel_at(k);
        if (!kernel)
            return row_without_kernel(i - k);
        if (k == i)
            return &kernel->facts;
    }
}

static bool same_text(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_sparse(const bench_kernel *k) {
    return k->variant && strncmp(k->variant, "sparse", strlen("sparse")) == 0;
}

static bool is_dram(const bench_kernel *k) {
    return strcmp(k->unit, "dram") == 0;
}

/* Whether there is another way to the same ceiling already: rows come best first. */
static bool is_second(const cuda_state *s, const bench_kernel *k) {
    for (size_t i = 0; i < s->n_rows; i++) {
        const bench_kernel *f = &s->rows[i].facts;
        if (same_text(f->section, k->section) && same_text(f->unit, k->unit) &&
            same_text(f->precision, k->precision) && same_text(f->accumulate, k->accumulate) &&
            is_sparse(f) == is_sparse(k))
            return true;
    }
    return false;
}

static cuda_row *add_row(cuda_state *s, const bench_kernel *facts, const cuda_kernel *kernel,
                         cuda_task task, bench_effort effort) {
    cuda_row *row = &s->rows[s->n_rows];
    if (s->n_rows == CUDA_MOST_ROWS)
        return NULL;
    *row = (cuda_row){.facts = *facts,
                      .kernel = kernel,
                      .task = task,
                      .l2_percent = L2_PERCENT,
                      .effort = effort};
    s->n_rows++;
    return row;
}

/* Gives a row a name and a variant of its own. */
static void rename_row(cuda_row *row, const char *suffix) {
    if (!row)
        return;
    const char *variant = row->facts.variant;
    snprintf(row->name, sizeof row->name, "%s %s", row->facts.name, suffix);
    snprintf(row->variant, sizeof row->variant, "%s%s%s", variant ? variant : "",
             variant ? "-" : "", suffix);
    row->facts.name = row->name;
    row->facts.variant = row->variant;
}

static void add_launches(cuda_state *s, const cuda_kernel *kernel) {
    bench_kernel facts = kernel->facts;
    facts.loads = 1; /* one launch after the other */
    facts.source = "measured: launches in one stream, none waits for the host";
    rename_row(add_row(s, &facts, kernel, CUDA_LAUNCHES, EFFORT_QUICK), "stream");
    facts.source = "measured: a graph of launches that follow each other";
    rename_row(add_row(s, &facts, kernel, CUDA_GRAPH_LAUNCHES, EFFORT_USUAL), "graph");
}

/* A section of its own, which no lookup of a ceiling reads: zeros are no work that anyone has. */
static void add_zeros(cuda_state *s, const cuda_kernel *kernel) {
    bench_kernel facts = kernel->facts;
    facts.section = "zeros";
    facts.source = "measured: all operands are zero, which takes less power";
    rename_row(add_row(s, &facts, kernel, CUDA_LOOP_OF_ZEROS, EFFORT_FULL), "zeros");
}

static void add_sweep(cuda_state *s, const cuda_kernel *kernel) {
    for (size_t i = 0; i < sizeof l2_sweep / sizeof *l2_sweep; i++) {
        char suffix[16];
        cuda_row *row = add_row(s, &kernel->facts, kernel, CUDA_LOOP, EFFORT_FULL);
        snprintf(suffix, sizeof suffix, "%d%%", l2_sweep[i]);
        rename_row(row, suffix);
        if (row)
            row->l2_percent = l2_sweep[i];
    }
}

static void add_kernel(cuda_state *s, const cuda_kernel *kernel) {
    bench_kernel facts = kernel->facts;
    if (kernel->meaning == CUDA_LAUNCH) {
        add_launches(s, kernel);
        return;
    }
    bool latency = kernel->meaning == CUDA_LATENCY, second = is_second(s, &facts);
    bool later = kernel->later || latency || is_sparse(&facts) || (second && !is_dram(&facts));
    if (latency)
        facts.loads = 1;
    add_row(s, &facts, kernel, CUDA_LOOP, later ? EFFORT_USUAL : EFFORT_QUICK);
    if (kernel->operands == CUDA_TILE_OPERANDS && !is_sparse(&facts) && !second)
        add_zeros(s, kernel);
    if (kernel->level == CUDA_L2 && !latency)
        add_sweep(s, kernel);
}

/* Named after the version that made them. */
static void add_products(cuda_state *s, unsigned own) {
    const cuda_product *product;
    for (size_t i = 0; s->library && (product = cuda_product_at(i)); i++) {
        bench_kernel facts = product->facts;
        cuda_row *row = product->architectures & own
                            ? add_row(s, &facts, NULL, CUDA_PRODUCT, EFFORT_USUAL)
                            : NULL;
        if (!row)
            continue;
        row->product = product;
        snprintf(row->name, sizeof row->name, "measured: %s", cuda_library_name(s->library));
        row->facts.source = row->name;
    }
}

bool cuda_rows_make(cuda_state *s, roof_error *e) {
    unsigned own = cuda_gpu_architecture(&s->gpu);
    if (own == 0)
        return error_set(e, ROOF_FAILED,
                         "there are no kernels for sm_%d%d (%s): its theoretical roof is all there "
                         "is, see --calibrate never",
                         s->gpu.major, s->gpu.minor, s->gpu.name);
    s->rows = calloc(CUDA_MOST_ROWS, sizeof *s->rows);
    if (!s->rows)
        return error_set(e, ROOF_FAILED, "out of memory");
    const cuda_kernel *kernel;
    for (size_t i = 0; (kernel = cuda_kernel_at(i)); i++)
        if (kernel->architectures & own)
            add_kernel(s, kernel);
    for (size_t i = 0; i < COPIES; i++)
        if (copies[i].task != CUDA_COPY_TO_PEER || *s->peer.uuid)
            add_row(s, &copies[i].facts, NULL, copies[i].task, EFFORT_USUAL);
    add_products(s, own);
    return true;
}
