#include "graph/dtype.h"
#include <string.h>

static const struct {
    const char *name;
    const char *onnx; /* the standard's spelling where it differs */
    int bits;         /* -1: unknown */
    dtype_class kind;
} types[DT_COUNT] = {
    [DT_UNKNOWN] = {"?", "undefined", -1, CLASS_UNKNOWN},
    [DT_FLOAT] = {"fp32", "float", 32, CLASS_FLOAT},
    [DT_UINT8] = {"uint8", "uint8", 8, CLASS_INTEGER},
    [DT_INT8] = {"int8", "int8", 8, CLASS_INTEGER},
    [DT_UINT16] = {"uint16", "uint16", 16, CLASS_INTEGER},
    [DT_INT16] = {"int16", "int16", 16, CLASS_INTEGER},
    [DT_INT32] = {"int32", "int32", 32, CLASS_INTEGER},
    [DT_INT64] = {"int64", "int64", 64, CLASS_INTEGER},
    [DT_STRING] = {"string", "string", -1, CLASS_STRING},
    [DT_BOOL] = {"bool", "bool", 8, CLASS_INTEGER},
    [DT_FLOAT16] = {"fp16", "float16", 16, CLASS_FLOAT},
    [DT_DOUBLE] = {"fp64", "double", 64, CLASS_FLOAT},
    [DT_UINT32] = {"uint32", "uint32", 32, CLASS_INTEGER},
    [DT_UINT64] = {"uint64", "uint64", 64, CLASS_INTEGER},
    [DT_COMPLEX64] = {"complex64", "complex64", 64, CLASS_COMPLEX},
    [DT_COMPLEX128] = {"complex128", "complex128", 128, CLASS_COMPLEX},
    [DT_BFLOAT16] = {"bf16", "bfloat16", 16, CLASS_FLOAT},
    [DT_FLOAT8E4M3FN] = {"fp8e4m3", "float8e4m3fn", 8, CLASS_FLOAT},
    [DT_FLOAT8E4M3FNUZ] = {"fp8e4m3fnuz", "float8e4m3fnuz", 8, CLASS_FLOAT},
    [DT_FLOAT8E5M2] = {"fp8e5m2", "float8e5m2", 8, CLASS_FLOAT},
    [DT_FLOAT8E5M2FNUZ] = {"fp8e5m2fnuz", "float8e5m2fnuz", 8, CLASS_FLOAT},
    [DT_UINT4] = {"uint4", "uint4", 4, CLASS_INTEGER},
    [DT_INT4] = {"int4", "int4", 4, CLASS_INTEGER},
    [DT_FLOAT4E2M1] = {"fp4e2m1", "float4e2m1", 4, CLASS_FLOAT},
    [DT_FLOAT8E8M0] = {"e8m0", "float8e8m0", 8, CLASS_FLOAT},
    [DT_UINT2] = {"uint2", "uint2", 2, CLASS_INTEGER},
    [DT_INT2] = {"int2", "int2", 2, CLASS_INTEGER},
    [DT_FLOAT6E2M3] = {"fp6e2m3", "float6e2m3", 6, CLASS_FLOAT},
    [DT_FLOAT6E3M2] = {"fp6e3m2", "float6e3m2", 6, CLASS_FLOAT},
};

bool dtype_valid(int64_t t) {
    return t > 0 && t < DT_COUNT;
}

const char *dtype_name(dtype t) {
    return types[dtype_valid(t) ? t : DT_UNKNOWN].name;
}

dtype dtype_from_name(const char *name) {
    for (int t = 1; t < DT_COUNT; t++)
        if (!strcmp(name, types[t].name) || !strcmp(name, types[t].onnx))
            return (dtype)t;
    return DT_UNKNOWN;
}

dtype_class dtype_kind(dtype t) {
    return types[dtype_valid(t) ? t : DT_UNKNOWN].kind;
}

count dtype_bits(dtype t) {
    return dtype_valid(t) ? types[t].bits : UNKNOWN;
}

count dtype_bytes(dtype t, count n) {
    return cnt_div_up(cnt_mul(n, dtype_bits(t)), 8);
}
