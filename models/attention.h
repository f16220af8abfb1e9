/* Attention, written out as exporters do. */
#ifndef MODELS_ATTENTION_H
#define MODELS_ATTENTION_H

#include "write/builder.h"

/* Sizes of a batch of sequences, scalars of the graph. */
typedef struct sequence {
    value batch, length;
} sequence;

/* Of x, whose first two axes they are. */
sequence sequence_of(builder *b, const char *scope, value x);

/* (batch, length, heads * size) to (batch, length, heads, size). */
value split_heads(builder *b, const char *scope, value x, sequence s, int64_t heads, int64_t size);
/* (batch, heads, length, size) to (batch, length, width). */
value merge_heads(builder *b, const char *scope, value x, sequence s, int64_t width);

typedef struct attention_heads {
    value query, keys, values;  /* (batch, heads, length, size); keys are transposed already */
    const char *scale_operator; /* Mul or Div, */
    float scale;                /* applied to the scores */
    value causal;               /* where false, no attention is paid; NULL for everywhere */
    value mask;                 /* is added to the scores; NULL for none */
} attention_heads;

/* MatMul, scale, mask, Softmax, MatMul. */
value attend(builder *b, const char *scope, attention_heads h);

/* 1 - mask, times the lowest float: (batch, length) of ones and zeros becomes (batch, 1, 1, length)
 * to be added to scores. */
value additive_mask(builder *b, const char *scope, value mask);

/* The lowest float, which masks. */
float masked_score(void);

#endif
