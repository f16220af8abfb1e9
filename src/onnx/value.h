/* Tensors that lie in files of their own: the data sets beside ONNX's test models. */
#ifndef ONNX_VALUE_H
#define ONNX_VALUE_H

#include "graph/data.h"
#include <roofline/error.h>

/* The elements of a tensor: numbers or a few strings; NULL when there are too many, or none such.
 */
typedef struct value_items {
    const scalar *numbers;
    const char *const *strings;
} value_items;

/* Reads a file that holds one TensorProto: its type and dims, and its elements when there are at
 * most `most` of them. Allocates on `a`, whose escape point the caller has set. False and *e when
 * there is no such tensor. */
bool value_file_read(const char *path, arena *a, count most, stored *s, value_items *items,
                     roof_error *e);

#endif
