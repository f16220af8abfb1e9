/* Dimension names that are expressions: "past_sequence_length + 1", "((samples//80) - 3)//2 + 1".
 */
#ifndef INFER_EXPR_H
#define INFER_EXPR_H

#include "base/count.h"
#include <stddef.h>

/* Looks a name (n bytes, not terminated) up: its value, or UNKNOWN. */
typedef count expr_lookup(void *user, const char *name, size_t n);

typedef enum expr_result {
    EXPR_OK,
    EXPR_FREE,   /* a name in it has no value */
    EXPR_INVALID /* no expression, or its value is negative or does not fit */
} expr_result;

/* Evaluates + - * / // % ** ( ), min, max and floor over integers; / and // round down. */
expr_result expr_evaluate(const char *text, expr_lookup *lookup, void *user, count *result);

/* Calls visit for every name in the text, in order, whether it is an expression or not. */
void expr_names(const char *text, void (*visit)(void *user, const char *name, size_t n),
                void *user);

#endif
