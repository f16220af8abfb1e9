/* What two facts have in common: of the branches of an If, of the iterations of a Loop. */
#ifndef OPS_MERGE_H
#define OPS_MERGE_H

#include "ops/engine.h"

/* A fact that holds for a value which has one or the other: dims that differ are unknown, the type
 * is that of the one which knows it. No constant, unless both are the same one. */
fact fact_meet(engine *e, const fact *a, const fact *b);
/* Do both say the same of type, shape, contents and elements? */
bool fact_same(const fact *a, const fact *b);
/* The same, not known to be a constant or anything's stored form. */
fact fact_of_flow(const fact *f);

#endif
