/* Compares what the program declares of cuBLASLt with the library's own header. */
#include "calibrate/cublaslt.h"
#include <cublasLt.h>

#define SAME(ours, theirs) _Static_assert((int)(ours) == (int)(theirs), #theirs)
SAME(LT_FP32, CUDA_R_32F);
SAME(LT_FP64, CUDA_R_64F);
SAME(LT_FP16, CUDA_R_16F);
SAME(LT_BF16, CUDA_R_16BF);
SAME(LT_INT8, CUDA_R_8I);
SAME(LT_INT32, CUDA_R_32I);
SAME(LT_E4M3, CUDA_R_8F_E4M3);
SAME(LT_COMPUTE_FP32, CUBLAS_COMPUTE_32F);
SAME(LT_COMPUTE_FP64, CUBLAS_COMPUTE_64F);
SAME(LT_COMPUTE_INT32, CUBLAS_COMPUTE_32I);
SAME(LT_COMPUTE_TF32, CUBLAS_COMPUTE_32F_FAST_TF32);
SAME(LT_TRANSPOSE_A, CUBLASLT_MATMUL_DESC_TRANSA);
SAME(LT_TRANSPOSED, CUBLAS_OP_T);
SAME(LT_MOST_WORKSPACE_BYTES, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES);
SAME(0, CUBLAS_STATUS_SUCCESS);
SAME(sizeof(cublaslt_algorithm), sizeof(cublasLtMatmulAlgo_t));
SAME(sizeof(cublaslt_choice), sizeof(cublasLtMatmulHeuristicResult_t));
SAME(offsetof(cublaslt_choice, workspace),
     offsetof(cublasLtMatmulHeuristicResult_t, workspaceSize));
SAME(offsetof(cublaslt_choice, status), offsetof(cublasLtMatmulHeuristicResult_t, state));
SAME(sizeof(cublasStatus_t), sizeof(cublaslt_status));
SAME(sizeof(cublasLtMatmulDescAttributes_t), sizeof(int));
SAME(sizeof(cublasOperation_t), sizeof(int32_t));

/* The parameters in number and kind: pointers to opaque things, enumerations and numbers. */
#define IS(call, result, ...)                                                                      \
    _Static_assert(_Generic(&call, result(*)(__VA_ARGS__) : 1, default : 0), #call)
typedef cublasStatus_t status;
typedef const void *in;
typedef cublasLtHandle_t handle;
typedef cublasLtMatmulDesc_t description;
typedef cublasLtMatrixLayout_t layout;
typedef cublasLtMatmulPreference_t preference;
IS(cublasLtGetVersion, size_t, void);
IS(cublasLtCreate, status, handle *);
IS(cublasLtDestroy, status, handle);
IS(cublasLtMatmulDescCreate, status, description *, cublasComputeType_t, cudaDataType_t);
IS(cublasLtMatmulDescSetAttribute, status, description, cublasLtMatmulDescAttributes_t, in, size_t);
IS(cublasLtMatmulDescDestroy, status, description);
IS(cublasLtMatrixLayoutCreate, status, layout *, cudaDataType, uint64_t, uint64_t, int64_t);
IS(cublasLtMatrixLayoutDestroy, status, layout);
IS(cublasLtMatmulPreferenceCreate, status, preference *);
IS(cublasLtMatmulPreferenceSetAttribute, status, preference, cublasLtMatmulPreferenceAttributes_t,
   in, size_t);
IS(cublasLtMatmulPreferenceDestroy, status, preference);
IS(cublasLtMatmulAlgoGetHeuristic, status, handle, description, layout, layout, layout, layout,
   preference, int, cublasLtMatmulHeuristicResult_t *, int *);
IS(cublasLtMatmul, status, handle, description, in, in, layout, in, layout, in, in, layout, void *,
   layout, const cublasLtMatmulAlgo_t *, void *, size_t, cudaStream_t);

int main(void) {
    return 0; /* what is wrong does not compile */
}
