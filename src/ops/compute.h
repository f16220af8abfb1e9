/* What the compute families share: the work of one operator is a part of another's (a fused
 * convolution is a convolution, attention holds a softmax). */
#ifndef OPS_COMPUTE_H
#define OPS_COMPUTE_H

#include "ops/op.h"

static inline count one_less(count n) {
    return n > 0 ? n - 1 : n;
}

/* The type of an operand, DT_UNKNOWN of one that is left out. */
static inline dtype fact_elem(const fact *f) {
    return f ? f->elem : DT_UNKNOWN;
}

enum { NO_INPUT = 0xffffu }; /* an operand that an operator does not have */

/* Output 0 has the type and shape of input 0. */
void infer_like_input(site *s);

/* Output 0 is what scalar.c says of the inputs, element by element after broadcasting. */
void infer_arithmetic(site *s);

/* --- conv.c --- */

/* Where a convolution finds its operands, and what type it gives. */
typedef struct conv_form {
    unsigned input, weights, bias;
    unsigned pads;      /* the input that has the pads; 0: an attribute does */
    bool channels_last; /* of input and output; the weights are as ever */
    dtype out;
} conv_form;

void conv_infer(site *s, conv_form f);
/* Macs, macs_valid, touched input, bias. */
void conv_cost(site *s, work *w, conv_form f);

/* The same of a transposed convolution. */
void transposed_infer(site *s, conv_form f);
void transposed_cost(site *s, work *w, conv_form f);

/* --- pool.c --- */

void pool_infer(site *s, bool channels_last);
void global_pool_infer(site *s, bool channels_last);
/* Elements of one window; marks what the windows touch. */
count pool_volume(site *s, work *w, bool channels_last);
count global_pool_volume(site *s, bool channels_last);

/* --- matmul.c --- */

/* Output 0 is the matrix product of two inputs (numpy's rules for 1-D and batches), each perhaps
 * transposed in its last two dims. */
typedef struct matmul_form {
    unsigned a, b;
    bool transpose_a, transpose_b;
    bool batch_inside_a, batch_inside_b; /* batch dims lie between the matrix's two */
    dtype out;
} matmul_form;

void matmul_infer(site *s, matmul_form f);
/* Macs alone. */
void matmul_cost(site *s, work *w, matmul_form f);

/* Operands 0 and 1, transposed as transA and transB say. */
matmul_form gemm_form(const site *s);
/* Gemm by its attributes (operands 0, 1, 2), and its work. */
void gemm_infer(site *s);
void gemm_cost(site *s, work *w);

/* --- activation.c --- */

/* Vector and special FLOP per element of an activation, from its name; false when it is none. */
bool activation_rate(const char *name, count *vector, count *special);

/* --- reduce.c --- */

/* The shape of a reduction; its axes are an attribute or, when axes >= 0, that input. */
void reduce_infer(site *s, dtype elem, int axes);
/* Additions (or the like): elements in less elements out. */
count reduce_steps(const site *s);

/* --- normalize.c --- */

/* The work of a normalization over `rows` rows of `n` elements in all. */
void work_layer_norm(work *w, count n, count rows, bool bias);
void work_rms_norm(work *w, count n, count rows);
void work_softmax(work *w, count n);

/* --- attention.c --- */

/* One attention: batch, heads, lengths and head sizes. */
typedef struct attention_shape {
    count batch, q_heads, kv_heads;
    count q_len, kv_len; /* kv_len: past and new */
    count past_len;
    count qk_size, v_size;
} attention_shape;

/* What is done to the scores. */
typedef struct attention_form {
    bool causal;   /* query i sees keys up to i + offset */
    int64_t left;  /* and back to i + offset - left; -1: all of them */
    int64_t right; /* without causal: up to i + offset + right; -1: all */
    count offset;  /* keys that come before the first query */
    bool mask;     /* something is added to the scores */
    bool softcap;
} attention_form;

/* Adds macs, macs_valid and the work on the scores. */
void attention_work(work *w, const attention_shape *a, const attention_form *f);

/* Rotates the elements that attributes and tables say; the tables are read where positions point.
 */
void rotary_infer(site *s);
void rotary_cost(site *s, work *w, unsigned cosines, unsigned sines, unsigned positions);

/* A state of key_size x value_size per head, updated and read at every token. */
typedef struct linear_shape {
    count batch, length, q_heads, kv_heads, key_size, value_size;
} linear_shape;

/* The recurrence of an update rule: "linear", "gated", "delta", "gated_delta". */
void linear_work(work *w, const linear_shape *a, const char *update_rule);

/* --- recurrent.c --- */

/* An LSTM whose weights are transposed, as quantized ones are. */
void quantized_lstm_infer(site *s);
void quantized_lstm_cost(site *s, work *w);

/* --- transform.c --- */

/* FLOP of a Fourier transform of n points: 5.n.log2 n, half of it when one side is real. */
count transform_flops(count n, bool is_real);

/* --- quantize.c --- */

/* Adds a quantization of n elements / a dequantization. */
void work_quantize(work *w, count n, bool zero_point);
void work_dequantize(work *w, count n, bool zero_point);

#endif
