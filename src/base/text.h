/* Text: a growing buffer, printable quoting of hostile strings, and numbers as people read them. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/arena.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copies `s` into dst (size bytes, always terminated) so that it is safe to show on one line:
 * control characters, escape codes, bidirectional overrides and invalid UTF-8 become \xNN or
 * \u{...}; a text longer than dst is cut in the middle with "...". Returns dst. */
char *text_printable(char *dst, size_t size, const char *s);

/* A value with three significant digits and an engineering prefix: 1.23 G, 456 M, 7.89 µ, 0.12, 0.
 * `unit` follows the prefix ("FLOP/s" gives "1.23 GFLOP/s"). NaN gives "-". Returns dst. */
char *text_si(char *dst, size_t size, double value, const char *unit);

/* Columns that a UTF-8 string takes on a terminal (combining marks 0, wide characters 2). */
size_t text_width(const char *s);

/* Bytes that all n texts begin with, up to their last `end` ("/a/b/" of "/a/b/c" and "/a/b/d"); of
 * fewer than two texts 0. */
size_t text_common(const char *const *texts, size_t n, char end);

/* Parses the whole of `s` as a decimal number in the C locale; false when it is none, out of
 * range, or followed by anything. */
bool text_to_int(const char *s, int64_t *value);
bool text_to_double(const char *s, double *value);

/* The candidate nearest to `word`, or NULL when none is near ("did you mean"). */
const char *text_nearest(const char *word, const char *const *candidates, size_t n);

#endif
