/* What samples say: robust figures that assume no distribution. */
#ifndef CALIBRATE_STATISTICS_H
#define CALIBRATE_STATISTICS_H

#include <stdbool.h>

/* Sorts n > 0 values and returns their median. */
double statistics_median(double *values, int n);

/* Width of the 95 % confidence interval of the median of n sorted values, relative to it; infinite
 * when n is too small to have one. */
double statistics_width(const double *sorted, int n);

/* How many of n sorted values are farther from the median than 5 % and than five deviations (1.48
 * median absolute deviations). */
int statistics_outliers(const double *sorted, int n);

/* By what part the last third of the values, in the order in which they came, differs from the
 * first: 0 unless it is 3 % and more than the middle halves of both thirds spread. */
double statistics_drift(const double *values, int n);

/* Whether n sorted values fall into two groups, each of a fifth of them at least, whose medians are
 * 5 % apart and farther than three times what the middle half of either spreads. */
bool statistics_two_modes(const double *sorted, int n, double *low, double *high);

#endif
