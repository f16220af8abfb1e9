/* What tests of whole analyses of tiny models have in common. */
#ifndef TESTS_TINY_CHECK_H
#define TESTS_TINY_CHECK_H

#include "expect.h"
#include "small_device.h"
#include "tiny_model.h"

#define SIZE(n)                                                                                    \
    { .size = n }

/* Analyses and expects that to work. */
roof_analysis *check_analyze(tiny *t, const roof_device *d, const roof_options *o);

void check_bytes(const roof_traffic_bytes *b, int64_t weights, int64_t read, int64_t written);

/* The fusion groups, one line each: "matmul 0 1: 144 + 128 + 64", with the positions of its rows
 * and the bytes of weights, read and written. */
void check_groups(const roof_analysis *a, const char *expected);

#endif
