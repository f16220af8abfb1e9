/* What the families of ONNX Runtime's operators share. */
#ifndef OPS_CONTRIB_H
#define OPS_CONTRIB_H

#include "ops/compute.h"

/* --- contrib.c --- */

/* FLOP per element of an activation as these operators spell it: "Relu", "RELU", "silu", "gelu";
 * "", "none" and "identity" cost nothing. False when it is none of those known. */
bool named_activation(const char *name, count *vector, count *special);
/* The activation that attribute `activation` names, on every element of output 0. */
void work_activation(site *s, work *w);

/* Product of all dims but the last. */
count last_rows(const fact *x);

/* --- contrib_attention.c --- */

/* The number of heads, or 0 after site_invalid. */
int64_t attention_heads(site *s, const char *name);
/* The value of an input of one element that is not negative, or UNKNOWN. */
count scalar_input(site *s, unsigned input);
/* The first n outputs have this type and nothing else is known. */
void out_unknown(site *s, dtype elem, unsigned n);
void unknown_attention(work *w);
void note_whole_cache(site *s, work *w, const char *input);
/* The result, the cache of keys and values with room for `buffer` of them, and the scores. */
void out_attention(site *s, const attention_shape *a, dtype elem, const fact *past, count buffer);

/* Sequences of different lengths laid end to end. */
typedef struct ragged {
    unsigned starts; /* the input that has batch + 1 offsets */
    unsigned past;   /* the input that has the length of each one's past; 0: there is none */
    count tokens;    /* of all sequences */
    count longest;   /* no query meets more keys than this */
} ragged;

/* attention_work over each sequence where lengths are known; else every token is taken to meet
 * `longest` keys. Only heads and sizes of `a` are looked at. Gives the keys of all sequences. */
count ragged_work(site *s, work *w, attention_shape a, attention_form f, const ragged *r);

#endif
