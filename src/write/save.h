/* Writing a graph as an ONNX model. */
#ifndef WRITE_SAVE_H
#define WRITE_SAVE_H

#include "write/builder.h"
#include "write/wire.h"
#include <stdbool.h>

/* The bytes of the file; `failed` when memory ran out. wire_free lets go of them. */
wire model_message(const builder *b);
/* False, with errno set, when that failed. */
bool save_model(const builder *b, const char *path);

#endif
