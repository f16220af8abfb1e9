/* One element: what each element-wise operator makes of it, and which values a type has. */
#ifndef OPS_SCALAR_H
#define OPS_SCALAR_H

#include "ops/op.h"

/* The result of n operands, all integers or all reals; false when it is undefined or overflows. */
typedef bool scalar_function(const scalar *x, unsigned n, bool real, scalar *result);

typedef struct scalar_rule {
    const char *op;
    scalar_function *apply;
    bool is_predicate; /* the result is a truth value whatever the operands are */
} scalar_rule;

/* The rule of an operator of the standard domain by name, or NULL. Where an attribute chooses
 * between two rules it follows a slash: "Mod/fmod", "BitShift/left". */
const scalar_rule *scalar_rule_of(const char *op);

/* Brings a value into a type: reals are rounded; false for integers outside of its range, for
 * not-a-number, and for types that are not folded. */
bool scalar_fit(dtype type, scalar *value);

/* What Cast gives; false where the standard leaves it open. */
bool scalar_cast(bool from_real, dtype to, scalar *value);

#endif
