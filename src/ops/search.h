/* Operators whose outputs depend on what they find; their rows are in index.c. */
#ifndef OPS_SEARCH_H
#define OPS_SEARCH_H

#include "ops/op.h"

void infer_non_zero(site *s);
void cost_non_zero(site *s, work *w);
void infer_unique(site *s);
void cost_unique(site *s, work *w);
/* Boxes that remain, or UNKNOWN; in suppress.c. */
count fold_non_max_suppression(site *s);
void infer_non_max_suppression(site *s);
void cost_non_max_suppression(site *s, work *w);

#endif
