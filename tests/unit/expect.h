/* Comparisons that fail a test with what was found. */
#ifndef TESTS_EXPECT_H
#define TESTS_EXPECT_H

void expect_part(const char *text, const char *part);

/* got = want, to within the tolerance, a part of what is wanted. */
void assert_near(double got, double want, double tolerance);
/* found = expected but for rounding. */
void about(double found, double expected);

#endif
