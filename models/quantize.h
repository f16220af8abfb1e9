/* Static quantization as ONNX Runtime's quantizer does it in QDQ format. */
#ifndef MODELS_QUANTIZE_H
#define MODELS_QUANTIZE_H

#include "write/builder.h"

/* Rewrites a finished FP32 graph: int8 weights per channel and int32 biases, each behind a
 * DequantizeLinear; a QuantizeLinear and DequantizeLinear pair on every activation. A Relu goes, as
 * the range of the integers behind it does its work. */
void quantize(builder *b);

#endif
