/* The models, one function each. */
#ifndef MODELS_ZOO_H
#define MODELS_ZOO_H

#include "write/builder.h"

void build_resnet18(builder *b);
void build_resnet50(builder *b);
void build_mobilenet_v2(builder *b);
void build_vgg16(builder *b);
void build_vit_b_16(builder *b);
void build_bert_base(builder *b);
void build_gpt2(builder *b);
void build_llama_prefill(builder *b);
void build_llama_decode(builder *b);
void build_unet(builder *b);
void build_resnet18_qdq(builder *b);

/* The same with as many layers as wanted. */
void build_llama_prefill_of(builder *b, int64_t layers);
void build_llama_decode_of(builder *b, int64_t layers);
/* Four nodes with their weights inside: Conv, Relu, Flatten, Gemm. */
void build_tiny(builder *b);
/* n nodes in a row, Relu and Add in turn. */
void build_chain(builder *b, int64_t n);
/* n MatMul nodes in a row, their square weights inside the file: at most `bytes` together. */
void build_weights(builder *b, int64_t bytes, int64_t n);

#endif
