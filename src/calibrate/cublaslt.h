/* The part of NVIDIA's matrix library that is used, found in libcublasLt.so at run time where it is
 * installed. Names and values are those of the public interface of versions 12 and 13. */
#ifndef CALIBRATE_CUBLASLT_H
#define CALIBRATE_CUBLASLT_H

#include "calibrate/cuda_api.h"

typedef int cublaslt_status; /* 0: done */
typedef void *cublaslt_handle, *cublaslt_description, *cublaslt_layout, *cublaslt_preference;

/* How numbers are stored (cudaDataType). */
typedef enum cublaslt_type {
    LT_FP32 = 0,
    LT_FP64 = 1,
    LT_FP16 = 2,
    LT_INT8 = 3,
    LT_INT32 = 10,
    LT_BF16 = 14,
    LT_E4M3 = 28,
} cublaslt_type;

/* What is computed in (cublasComputeType_t). */
typedef enum cublaslt_compute {
    LT_COMPUTE_FP32 = 68,
    LT_COMPUTE_FP64 = 70,
    LT_COMPUTE_INT32 = 72,
    LT_COMPUTE_TF32 = 77,
} cublaslt_compute;

enum {
    LT_TRANSPOSE_A = 3,         /* attribute of a description */
    LT_TRANSPOSED = 1,          /* its value, an int32 */
    LT_MOST_WORKSPACE_BYTES = 1 /* attribute of a preference, a size_t */
};

typedef struct cublaslt_algorithm {
    uint64_t data[8];
} cublaslt_algorithm;

typedef struct cublaslt_choice {
    cublaslt_algorithm algorithm;
    size_t workspace;
    cublaslt_status status;
    float waves;
    int reserved[4];
} cublaslt_choice;

/* field, name in the library, result, parameters; D = alpha op(A) B + beta C, column by column */
#define CUBLASLT_CALLS(CALL)                                                                       \
    CALL(version, cublasLtGetVersion, size_t, (void))                                              \
    CALL(create, cublasLtCreate, cublaslt_status, (cublaslt_handle * handle))                      \
    CALL(destroy, cublasLtDestroy, cublaslt_status, (cublaslt_handle handle))                      \
    CALL(description_create, cublasLtMatmulDescCreate, cublaslt_status,                            \
         (cublaslt_description * description, int compute, int scale_type))                        \
    CALL(description_set, cublasLtMatmulDescSetAttribute, cublaslt_status,                         \
         (cublaslt_description description, int attribute, const void *value, size_t bytes))       \
    CALL(description_destroy, cublasLtMatmulDescDestroy, cublaslt_status,                          \
         (cublaslt_description description))                                                       \
    CALL(layout_create, cublasLtMatrixLayoutCreate, cublaslt_status,                               \
         (cublaslt_layout * layout, int type, uint64_t rows, uint64_t columns, int64_t apart))     \
    CALL(layout_destroy, cublasLtMatrixLayoutDestroy, cublaslt_status, (cublaslt_layout layout))   \
    CALL(preference_create, cublasLtMatmulPreferenceCreate, cublaslt_status,                       \
         (cublaslt_preference * preference))                                                       \
    CALL(preference_set, cublasLtMatmulPreferenceSetAttribute, cublaslt_status,                    \
         (cublaslt_preference preference, int attribute, const void *value, size_t bytes))         \
    CALL(preference_destroy, cublasLtMatmulPreferenceDestroy, cublaslt_status,                     \
         (cublaslt_preference preference))                                                         \
    CALL(choose, cublasLtMatmulAlgoGetHeuristic, cublaslt_status,                                  \
         (cublaslt_handle handle, cublaslt_description description, cublaslt_layout a,             \
          cublaslt_layout b, cublaslt_layout c, cublaslt_layout d, cublaslt_preference preference, \
          int wanted, cublaslt_choice *choices, int *found))                                       \
    CALL(multiply, cublasLtMatmul, cublaslt_status,                                                \
         (cublaslt_handle handle, cublaslt_description description, const void *alpha,             \
          const void *a, cublaslt_layout a_layout, const void *b, cublaslt_layout b_layout,        \
          const void *beta, const void *c, cublaslt_layout c_layout, void *d,                      \
          cublaslt_layout d_layout, const cublaslt_algorithm *algorithm, void *workspace,          \
          size_t bytes, cuda_stream stream))

#endif
