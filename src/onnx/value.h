/* Tensors that lie in files of their own: the data sets beside ONNX's test models. */
#ifndef ONNX_VALUE_H
#define ONNX_VALUE_H

#include "graph/data.h"
#include <roofline/error.h>

/* Reads a file that holds one TensorProto: its type and dims, and its elements when they are
 * numbers and at most `most` of them (else *items is NULL). Allocates on `a`, whose escape point
 * the caller has set. False and *e when there is no such tensor. */
bool value_file_read(const char *path, arena *a, count most, stored *s, const scalar **items,
                     roof_error *e);

#endif
