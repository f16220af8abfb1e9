/* Writing a graph as an ONNX file. */
#ifndef MODELS_SAVE_H
#define MODELS_SAVE_H

#include "models/builder.h"
#include <stdbool.h>

/* False, with errno set, when that failed. */
bool save_model(const builder *b, const char *path);

#endif
