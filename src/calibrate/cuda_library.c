/* Large matrix products by cuBLASLt: square ones of random numbers, A transposed, as FP8 and INT8
 * need it. */
#include "calibrate/cuda_library.h"
#include "base/error.h"
#include "calibrate/cuda_state.h"
#include "calibrate/library.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LARGEST = 8192, /* rows and columns */
    SMALLEST = 2048,
    PATTERN = (1 << 20) - 3, /* random numbers, which are repeated: no row begins as another */
};
static const size_t WORKSPACE = 64 << 20;
static const double LONGEST =
    0.05; /* seconds of one product: larger ones are left to faster chips */

struct cuda_library {
    void *library;
    char name[48];
#define LT_FIELD(field, name, result, parameters) result(*field) parameters;
    CUBLASLT_CALLS(LT_FIELD)
#undef LT_FIELD

    /* Of the context. */
    cublaslt_handle handle;
    cublaslt_preference preference;
    /* Of the product that is prepared. */
    const cuda_product *product;
    cublaslt_description description;
    cublaslt_layout operand, result;
    cublaslt_choice choice;
    uint64_t n;
};

static const library_symbol symbols[] = {
#define LT_SYMBOL(field, name, result, parameters) {#name, offsetof(cuda_library, field)},
    CUBLASLT_CALLS(LT_SYMBOL)
#undef LT_SYMBOL
};

#define FACTS(unit_, type, sum)                                                                    \
    .facts = {.name = "library " type " " unit_,                                                   \
              .section = "compute",                                                                \
              .unit = unit_,                                                                       \
              .precision = type,                                                                   \
              .accumulate = sum,                                                                   \
              .variant = "library",                                                                \
              .source = "measured: cuBLASLt",                                                      \
              .flops = 1}
enum {
    FROM_89 = CUDA_89 | CUDA_90 | CUDA_100 | CUDA_103 | CUDA_110 | CUDA_120 | CUDA_121,
};
static const cuda_product products[] = {
    {FACTS("matrix", "fp16", "fp32"), CUDA_FP16, LT_FP16, LT_FP16, LT_FP32, LT_COMPUTE_FP32,
     CUDA_ALL},
    {FACTS("matrix", "bf16", "fp32"), CUDA_BF16, LT_BF16, LT_BF16, LT_FP32, LT_COMPUTE_FP32,
     CUDA_FROM_80},
    {FACTS("matrix", "tf32", "fp32"), CUDA_TF32, LT_FP32, LT_FP32, LT_FP32, LT_COMPUTE_TF32,
     CUDA_FROM_80},
    {FACTS("matrix", "fp8", "fp32"), CUDA_E4M3, LT_E4M3, LT_BF16, LT_FP32, LT_COMPUTE_FP32,
     FROM_89},
    {FACTS("matrix", "int8", "int32"), CUDA_INT8, LT_INT8, LT_INT32, LT_INT32, LT_COMPUTE_INT32,
     CUDA_ALL},
    {FACTS("vector", "fp32", "fp32"), CUDA_FP32, LT_FP32, LT_FP32, LT_FP32, LT_COMPUTE_FP32,
     CUDA_ALL},
    {FACTS("matrix", "fp64", "fp64"), CUDA_FP64, LT_FP64, LT_FP64, LT_FP64, LT_COMPUTE_FP64,
     CUDA_FP64_MATRIX},
    {FACTS("vector", "fp64", "fp64"), CUDA_FP64, LT_FP64, LT_FP64, LT_FP64, LT_COMPUTE_FP64,
     CUDA_ALL & ~CUDA_FP64_MATRIX},
};
enum { PRODUCTS = sizeof products / sizeof *products };

const cuda_product *cuda_product_at(size_t i) {
    return i < PRODUCTS ? &products[i] : NULL;
}

/* --- the library --- */

static void *open_any(void) {
    static const char *const names[] = {"libcublasLt.so.13", "libcublasLt.so.12",
                                        "/usr/local/cuda/lib64/libcublasLt.so"};
    const char *why;
    void *library = NULL;
    for (size_t i = 0; !library && i < sizeof names / sizeof *names; i++)
        library = library_open("ROOFLINE_CUBLASLT", names[i], &why);
    return library;
}

/* It stays open until the program ends, as it has threads of its own. */
cuda_library *cuda_library_open(void) {
    void *library = open_any();
    cuda_library *l = library ? calloc(1, sizeof *l) : NULL;
    if (!l || library_symbols(library, symbols, sizeof symbols / sizeof *symbols, l)) {
        free(l);
        return NULL;
    }
    const size_t version =
        l->version(); /* 120804, 130100: 100 x 100 x major + 100 x minor + patch */
    l->library = library;
    snprintf(l->name, sizeof l->name, "cuBLASLt %zu.%zu.%zu", version / 10000, version / 100 % 100,
             version % 100);
    return l;
}

const char *cuda_library_name(const cuda_library *library) {
    return library->name;
}

static bool did(cublaslt_status status, const char *what, roof_error *e) {
    return status == 0 || error_set(e, ROOF_FAILED, "cuBLASLt: %s: error %d", what, status);
}

static void forget_product(cuda_library *l) {
    if (l->description)
        l->description_destroy(l->description);
    if (l->operand)
        l->layout_destroy(l->operand);
    if (l->result)
        l->layout_destroy(l->result);
    l->description = l->operand = l->result = NULL;
}

void cuda_library_close(cuda_state *s) {
    cuda_library *l = s->library;
    if (!l)
        return;
    forget_product(l);
    if (l->preference)
        l->preference_destroy(l->preference);
    if (l->handle)
        l->destroy(l->handle);
    l->preference = l->handle = NULL;
}

static bool need_handle(cuda_library *l, roof_error *e) {
    return l->handle || (did(l->create(&l->handle), "starting", e) &&
                         did(l->preference_create(&l->preference), "starting", e) &&
                         did(l->preference_set(l->preference, LT_MOST_WORKSPACE_BYTES, &WORKSPACE,
                                               sizeof WORKSPACE),
                             "starting", e));
}

/* --- operands --- */

static size_t bytes_of(cublaslt_type type) {
    switch (type) {
    case LT_FP64:
        return 8;
    case LT_FP32:
    case LT_INT32:
        return 4;
    case LT_FP16:
    case LT_BF16:
        return 2;
    default:
        return 1;
    }
}

/* A, B and D one after the other, then the workspace. */
static size_t bytes_needed(const cuda_product *p, uint64_t n) {
    return n * n * (2 * bytes_of(p->operand) + bytes_of(p->result)) + WORKSPACE;
}

static bool fill(cuda_state *s, const cuda_product *p, uint64_t n, roof_error *e) {
    const size_t bytes = 2 * n * n * bytes_of(p->operand), first = PATTERN * bytes_of(p->operand);
    void *pattern = malloc(first);
    if (!pattern)
        return error_set(e, ROOF_FAILED, "out of memory");
    cuda_fill_numbers(p->number, 1, pattern, PATTERN);
    s->content = CUDA_NOTHING;
    bool done = cuda_repeat(s, s->streams.address, pattern, first, bytes, e);
    free(pattern);
    return done;
}

/* --- one product --- */

static bool describe(cuda_library *l, const cuda_product *p, uint64_t n, roof_error *e) {
    const int32_t transposed = LT_TRANSPOSED;
    const char *what = "describing a product";
    int found = 0;
    forget_product(l);
    l->product = p;
    l->n = n;
    if (!did(l->description_create(&l->description, p->compute, p->scale), what, e) ||
        !did(l->description_set(l->description, LT_TRANSPOSE_A, &transposed, sizeof transposed),
             what, e) ||
        !did(l->layout_create(&l->operand, p->operand, n, n, (int64_t)n), what, e) ||
        !did(l->layout_create(&l->result, p->result, n, n, (int64_t)n), what, e) ||
        !did(l->choose(l->handle, l->description, l->operand, l->operand, l->result, l->result,
                       l->preference, 1, &l->choice, &found),
             "it has no such product", e))
        return false;
    return found > 0 || error_set(e, ROOF_FAILED, "cuBLASLt: it has no such product");
}

static const void *one_of(cublaslt_type scale) {
    static const double fp64 = 1;
    static const float fp32 = 1;
    static const int32_t int32 = 1;
    return scale == LT_FP64    ? (const void *)&fp64
           : scale == LT_INT32 ? (const void *)&int32
                               : &fp32;
}

/* D = A x B; alpha and beta are of the type of the scale, in each of which 0 has no bit set. */
static bool multiply(cuda_state *s, roof_error *e) {
    static const double zero = 0;
    cuda_library *l = s->library;
    const cuda_product *p = l->product;
    const size_t each = l->n * l->n * bytes_of(p->operand);
    char *a = (char *)(uintptr_t)s->streams.address, *b = a + each, *d = b + each;
    char *workspace = d + l->n * l->n * bytes_of(p->result);
    return did(l->multiply(l->handle, l->description, one_of(p->scale), a, l->operand, b,
                           l->operand, &zero, d, l->result, d, l->result, &l->choice.algorithm,
                           workspace, WORKSPACE, s->stream),
               "multiplying", e);
}

static bool multiply_timed(cuda_state *s, int64_t times, bench_sample *sample, roof_error *e) {
    bool done = cuda_did(s, s->api.event_record(s->begin, s->stream), "timing a product", e);
    for (int64_t i = 0; done && i < times; i++)
        done = multiply(s, e);
    return done && cuda_timed(s, sample, e);
}

/* The largest product that does not take too long, from the time of a small one, which is run once
 * before; and that leaves memory free. */
static bool choose_size(cuda_state *s, const cuda_product *p, uint64_t *n, roof_error *e) {
    bench_sample sample = {0};
    size_t available = 0, total;
    if (!cuda_did(s, s->api.memory_info(&available, &total), "asking for free memory", e) ||
        !cuda_buffer_need(s, &s->streams, bytes_needed(p, SMALLEST), "memory for matrices", e) ||
        !fill(s, p, SMALLEST, e) || !describe(s->library, p, SMALLEST, e) ||
        !multiply_timed(s, 1, &sample, e) || !multiply_timed(s, 1, &sample, e))
        return false;
    available += s->streams.bytes;
    for (*n = LARGEST; *n > SMALLEST; *n /= 2) {
        const double times = (double)*n / SMALLEST;
        if (times * times * times * sample.seconds <= LONGEST &&
            bytes_needed(p, *n) <= available / 2)
            break;
    }
    return true;
}

bool cuda_product_prepare(cuda_state *s, const cuda_row *row, roof_error *e) {
    const cuda_product *p = row->product;
    uint64_t n = 0;
    return need_handle(s->library, e) && choose_size(s, p, &n, e) &&
           cuda_buffer_need(s, &s->streams, bytes_needed(p, n), "memory for matrices", e) &&
           fill(s, p, n, e) && describe(s->library, p, n, e);
}

bool cuda_product_run(cuda_state *s, int64_t repetitions, bench_sample *sample, roof_error *e) {
    const double n = (double)s->library->n;
    sample->iterations = 2 * n * n * n * (double)repetitions;
    return multiply_timed(s, repetitions, sample, e);
}
