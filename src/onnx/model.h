/* What roof_model_open and roof_model_from_memory do, with the caller's limits. */
#ifndef ONNX_MODEL_H
#define ONNX_MODEL_H

#include "graph/graph.h"
#include "onnx/source.h"

/* Reads a model; `memory` holds it, `scratch` the one message that is being unpacked. Takes over
 * all three, also when it fails. NULL arguments are failures: of source_open, of arena_new. */
model *read_model(source *file, arena *memory, arena *scratch, roof_error *e);

#endif
