/* Element types. The numbers are those of ONNX's TensorProto.DataType. */
#ifndef GRAPH_DTYPE_H
#define GRAPH_DTYPE_H

#include "base/count.h"
#include <stdbool.h>

typedef enum dtype {
    DT_UNKNOWN = 0,
    DT_FLOAT = 1,
    DT_UINT8 = 2,
    DT_INT8 = 3,
    DT_UINT16 = 4,
    DT_INT16 = 5,
    DT_INT32 = 6,
    DT_INT64 = 7,
    DT_STRING = 8,
    DT_BOOL = 9,
    DT_FLOAT16 = 10,
    DT_DOUBLE = 11,
    DT_UINT32 = 12,
    DT_UINT64 = 13,
    DT_COMPLEX64 = 14,
    DT_COMPLEX128 = 15,
    DT_BFLOAT16 = 16,
    DT_FLOAT8E4M3FN = 17,
    DT_FLOAT8E4M3FNUZ = 18,
    DT_FLOAT8E5M2 = 19,
    DT_FLOAT8E5M2FNUZ = 20,
    DT_UINT4 = 21,
    DT_INT4 = 22,
    DT_FLOAT4E2M1 = 23,
    DT_FLOAT8E8M0 = 24,
    DT_UINT2 = 25,
    DT_INT2 = 26,
    DT_FLOAT6E2M3 = 27,
    DT_FLOAT6E3M2 = 28,
    DT_COUNT
} dtype;

/* What arithmetic on the type is. */
typedef enum dtype_class {
    CLASS_UNKNOWN,
    CLASS_FLOAT,
    CLASS_INTEGER, /* signed, unsigned and bool: index arithmetic, reported as integer_ops */
    CLASS_COMPLEX,
    CLASS_STRING
} dtype_class;

/* The name in this tool's output: "fp32", "int8", "bf16", "fp8e4m3", ...; "?" when unknown. */
const char *dtype_name(dtype t);
/* The type with that name, or DT_UNKNOWN. Accepts onnx spellings too ("float", "float16"). */
dtype dtype_from_name(const char *name);
dtype_class dtype_kind(dtype t);
/* Bits of one element; UNKNOWN for strings and unknown types. */
count dtype_bits(dtype t);
/* Bytes of n elements, sub-byte types packed and rounded up. */
count dtype_bytes(dtype t, count n);
/* Is `t` one of the types that ONNX defines? */
bool dtype_valid(int64_t t);

#endif
