/* Checked 64-bit counts: a number of elements, operations or bytes, or unknown.
 *
 * Unknown is contagious: whatever is computed from it is unknown, and so is a result that does not
 * fit. Nothing here overflows, so formulas can be written as they read. */
#ifndef BASE_COUNT_H
#define BASE_COUNT_H

#include <stdbool.h>
#include <stdint.h>

typedef int64_t count; /* >= 0, or UNKNOWN */

#define UNKNOWN ((count)-1)

static inline bool known(count a) {
    return a >= 0;
}

static inline count cnt_add(count a, count b) {
    count r;
    return a < 0 || b < 0 || __builtin_add_overflow(a, b, &r) ? UNKNOWN : r;
}

/* 0 x unknown is 0: no elements do no work whatever their cost. */
static inline count cnt_mul(count a, count b) {
    count r;
    if (a == 0 || b == 0)
        return 0;
    return a < 0 || b < 0 || __builtin_mul_overflow(a, b, &r) ? UNKNOWN : r;
}

static inline count cnt_mul3(count a, count b, count c) {
    return cnt_mul(cnt_mul(a, b), c);
}

/* a - b, unknown when negative. */
static inline count cnt_sub(count a, count b) {
    return a < 0 || b < 0 || b > a ? UNKNOWN : a - b;
}

/* a / b rounded down; unknown when b is 0. */
static inline count cnt_div(count a, count b) {
    return a < 0 || b <= 0 ? UNKNOWN : a / b;
}

static inline count cnt_div_up(count a, count b) {
    return a < 0 || b <= 0 ? UNKNOWN : a / b + (a % b != 0);
}

/* The smaller / larger; unknown when either is. */
static inline count cnt_min(count a, count b) {
    return a < 0 || b < 0 ? UNKNOWN : a < b ? a : b;
}

static inline count cnt_max(count a, count b) {
    return a < 0 || b < 0 ? UNKNOWN : a > b ? a : b;
}

/* ceil(log2 a); 0 for 0 and 1. */
static inline count cnt_log2_up(count a) {
    count bits = 0;
    while (bits < 62 && (count)1 << bits < a)
        bits++;
    return a < 0 ? UNKNOWN : bits;
}

#endif
