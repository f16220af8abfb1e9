/* What if the model were kept in other types? After inference, so that shapes and what is folded
 * stay what they are, the facts of floating tensors get the types that the options ask for:
 * everything that is counted follows from them. */
#ifndef INFER_RETYPE_H
#define INFER_RETYPE_H

#include "infer/infer.h"

/* Applies options->types and options->sparse_weights to the facts. */
void retype(inference *inf, const roof_options *options);

#endif
