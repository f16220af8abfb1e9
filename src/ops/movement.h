/* The movement operators that have files of their own; their rows are in movement.c. */
#ifndef OPS_MOVEMENT_H
#define OPS_MOVEMENT_H

#include "ops/op.h"

/* view.c: other shapes over the same data */
void infer_reshape(site *s);
void infer_flatten(site *s);
void infer_squeeze(site *s);
void infer_unsqueeze(site *s);
void infer_identity(site *s);
void infer_dropout(site *s);
void infer_dropout_typed_mask(site *s); /* until version 9 the mask has the data's type */
void cost_dropout(site *s, work *w);

/* slice.c: parts of a tensor */
void infer_slice(site *s);
void cost_slice(site *s, work *w);
void infer_split(site *s);
void cost_split(site *s, work *w);
void infer_compress(site *s);
void cost_compress(site *s, work *w);

/* pad.c: frames around tensors */
void infer_pad(site *s);
void cost_pad(site *s, work *w);
void infer_center_crop_pad(site *s);
void cost_center_crop_pad(site *s, work *w);
void infer_trilu(site *s);
void cost_trilu(site *s, work *w);

/* index.c: reading at indices */
/* Dims of rows of `data` along an axis, one for each index; false after site_invalid. */
bool gather_dims(site *s, const fact *data, const fact *indices, int axis, count *dims, int *rank);
void infer_gather(site *s);
void cost_gather(site *s, work *w);
void infer_gather_nd(site *s);
void cost_gather_elements(site *s, work *w);

/* shape.c: numbers in a row */
void infer_range(site *s);
void cost_range(site *s, work *w);

#endif
