/* Reading a model: its structure, never its weights. */
#ifndef ROOFLINE_MODEL_H
#define ROOFLINE_MODEL_H

#include <roofline/error.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One ONNX model. Constant after reading; may serve any number of analyses, one at a time. */
typedef struct model roof_model;

/* Reads the ONNX file at `path` ("-": standard input). The file stays open until roof_model_free,
 * as small constants are decoded on demand. NULL and *error on failure: ROOF_FAILED when the file
 * cannot be read, ROOF_DAMAGED when it is no ONNX model. Owned by the caller. */
ROOF_API roof_model *roof_model_open(const char *path, roof_error *error);

/* The same from n bytes in memory, which must outlive the model. `name` is used in messages. */
ROOF_API roof_model *roof_model_from_memory(const void *data, size_t n, const char *name,
                                            roof_error *error);

ROOF_API void roof_model_free(roof_model *model); /* NULL is allowed */

#ifdef __cplusplus
}
#endif

#endif
