/* A fake libcublasLt.so beside the fake driver, whose clock it moves on: products take the time of
 * FAKE_CUBLASLT_RATE (5e14) operations per second. What a real library would refuse is an error of
 * the program under test, and ends it. FAKE_CUBLASLT_LACKS: a type (cudaDataType) of operands that
 * this version does not multiply. */
#include "calibrate/cublaslt.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define API __attribute__((visibility("default")))
enum { DONE = 0, NOT_SUPPORTED = 15, CHOSEN = 4711 };

typedef struct matrix {
    int type;
    uint64_t rows, columns;
    int64_t apart;
} matrix;
typedef struct description {
    int compute, scale;
    int32_t transposed;
} description;

#define DECLARE(field, name, result, parameters) API result name parameters;
CUBLASLT_CALLS(DECLARE)

static void must(bool holds, const char *what) {
    if (holds)
        return;
    fprintf(stderr, "fake cuBLASLt: %s\n", what);
    abort();
}

API size_t cublasLtGetVersion(void) {
    return 130100;
}

API cublaslt_status cublasLtCreate(cublaslt_handle *handle) {
    *handle = malloc(1);
    return DONE;
}

API cublaslt_status cublasLtDestroy(cublaslt_handle handle) {
    free(handle);
    return DONE;
}

API cublaslt_status cublasLtMatmulDescCreate(cublaslt_description *to, int compute, int scale) {
    description *d = calloc(1, sizeof *d);
    must(d != NULL, "no memory");
    *d = (description){.compute = compute, .scale = scale};
    *to = d;
    return DONE;
}

API cublaslt_status cublasLtMatmulDescSetAttribute(cublaslt_description to, int attribute,
                                                   const void *value, size_t bytes) {
    description *d = to;
    must(attribute == LT_TRANSPOSE_A && bytes == sizeof d->transposed, "attribute");
    memcpy(&d->transposed, value, bytes);
    return DONE;
}

API cublaslt_status cublasLtMatmulDescDestroy(cublaslt_description d) {
    free(d);
    return DONE;
}

API cublaslt_status cublasLtMatrixLayoutCreate(cublaslt_layout *to, int type, uint64_t rows,
                                               uint64_t columns, int64_t apart) {
    matrix *m = calloc(1, sizeof *m);
    must(m != NULL, "no memory");
    *m = (matrix){.type = type, .rows = rows, .columns = columns, .apart = apart};
    *to = m;
    return DONE;
}

API cublaslt_status cublasLtMatrixLayoutDestroy(cublaslt_layout m) {
    free(m);
    return DONE;
}

API cublaslt_status cublasLtMatmulPreferenceCreate(cublaslt_preference *to) {
    *to = calloc(1, sizeof(size_t));
    return DONE;
}

API cublaslt_status cublasLtMatmulPreferenceSetAttribute(cublaslt_preference to, int attribute,
                                                         const void *value, size_t bytes) {
    must(attribute == LT_MOST_WORKSPACE_BYTES && bytes == sizeof(size_t), "preference");
    memcpy(to, value, bytes);
    return DONE;
}

API cublaslt_status cublasLtMatmulPreferenceDestroy(cublaslt_preference preference) {
    free(preference);
    return DONE;
}

/* As the manual's table of supported types has them. */
static bool is_supported(const description *d, const matrix *a, const matrix *c) {
    static const struct {
        int compute, scale, operand, result;
    } known[] = {
        {LT_COMPUTE_FP32, LT_FP32, LT_FP16, LT_FP16},
        {LT_COMPUTE_FP32, LT_FP32, LT_BF16, LT_BF16},
        {LT_COMPUTE_FP32, LT_FP32, LT_E4M3, LT_BF16},
        {LT_COMPUTE_FP32, LT_FP32, LT_FP32, LT_FP32},
        {LT_COMPUTE_TF32, LT_FP32, LT_FP32, LT_FP32},
        {LT_COMPUTE_FP64, LT_FP64, LT_FP64, LT_FP64},
        {LT_COMPUTE_INT32, LT_INT32, LT_INT8, LT_INT32},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (d->compute == known[i].compute && d->scale == known[i].scale &&
            a->type == known[i].operand && c->type == known[i].result)
            return true;
    return false;
}

API cublaslt_status cublasLtMatmulAlgoGetHeuristic(cublaslt_handle handle, cublaslt_description d,
                                                   cublaslt_layout a, cublaslt_layout b,
                                                   cublaslt_layout c, cublaslt_layout result,
                                                   cublaslt_preference preference, int wanted,
                                                   cublaslt_choice *choices, int *found) {
    const char *lacks = getenv("FAKE_CUBLASLT_LACKS");
    const matrix *m = a;
    must(handle && preference && b && result && wanted == 1, "arguments");
    must(is_supported(d, a, c), "types that do not go together");
    must(((const description *)d)->transposed == 1, "A is not transposed");
    *found = 0;
    if (lacks && atoi(lacks) == m->type)
        return NOT_SUPPORTED;
    *choices = (cublaslt_choice){.algorithm = {{CHOSEN}}, .workspace = *(size_t *)preference};
    *found = 1;
    return DONE;
}

/* Asks the fake driver, which is open, to let time pass, and to end the program unless all of the
 * bytes are memory of the GPU. */
static void pass_time(double seconds, const void *address, size_t bytes) {
    void *driver = dlopen(getenv("ROOFLINE_LIBCUDA"), RTLD_NOW | RTLD_NOLOAD);
    void *symbol = driver ? dlsym(driver, "fake_pass_time") : NULL;
    void (*call)(double, uint64_t, size_t);
    must(symbol != NULL, "no fake driver");
    memcpy(&call, &symbol, sizeof symbol);
    call(seconds, (uint64_t)(uintptr_t)address, bytes);
}

static size_t size_of(const matrix *m) {
    size_t each = m->type == LT_FP64                          ? 8
                  : m->type == LT_FP32 || m->type == LT_INT32 ? 4
                  : m->type == LT_FP16 || m->type == LT_BF16  ? 2
                                                              : 1;
    return each * (size_t)m->apart * m->columns;
}

API cublaslt_status cublasLtMatmul(cublaslt_handle handle, cublaslt_description d,
                                   const void *alpha, const void *a, cublaslt_layout a_layout,
                                   const void *b, cublaslt_layout b_layout, const void *beta,
                                   const void *c, cublaslt_layout c_layout, void *result,
                                   cublaslt_layout result_layout,
                                   const cublaslt_algorithm *algorithm, void *workspace,
                                   size_t bytes, cuda_stream stream) {
    const char *rate = getenv("FAKE_CUBLASLT_RATE");
    const matrix *m = a_layout;
    must(handle && d && alpha && beta && c == result && stream, "arguments");
    must(algorithm->data[0] == CHOSEN, "an algorithm that was not chosen");
    must((uintptr_t)workspace % 256 == 0, "the workspace is not aligned");
    must(size_of(c_layout) == size_of(result_layout), "C and D differ");
    pass_time(0, a, size_of(a_layout));
    pass_time(0, b, size_of(b_layout));
    pass_time(0, workspace, bytes);
    pass_time(2.0 * (double)m->rows * (double)m->columns * (double)m->columns /
                  (rate ? strtod(rate, NULL) : 5e14),
              result, size_of(result_layout));
    return DONE;
}
