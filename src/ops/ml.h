/* What the operators of ai.onnx.ml share. Their models are attributes, not tensors. */
#ifndef OPS_ML_H
#define OPS_ML_H

#include "ops/op.h"

/* Elements of a list or tensor attribute; 0 when it is absent. */
count ml_length(const site *s, const char *name);
/* Bills the numbers in all attributes as weights. */
void ml_bill_attributes(const site *s, work *w);
/* Integer inputs are computed with as fp32. */
void ml_set_precision(const site *s, work *w);

/* Rows of the input and elements of each; a vector is one row. */
count ml_rows(const site *s);
count ml_features(const site *s);

/* --- ml_models.c --- */

void infer_linear_classifier(site *s);
void infer_linear_regressor(site *s);
void cost_linear(site *s, work *w);
void infer_svm_classifier(site *s);
void infer_svm_regressor(site *s);
void cost_svm(site *s, work *w);
void infer_trees(site *s);
void infer_tree_classifier(site *s);
void infer_tree_regressor(site *s);
void cost_trees(site *s, work *w);
void cost_old_trees(site *s, work *w);

#endif
