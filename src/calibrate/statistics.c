#include "calibrate/statistics.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 1024, FEWEST_FOR_DRIFT = 12, FEWEST_FOR_MODES = 20 };

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double middle(const double *sorted, int n) {
    return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

double statistics_median(double *values, int n) {
    qsort(values, (size_t)n, sizeof *values, ascending);
    return middle(values, n);
}

/* The ranks follow from the binomial distribution. */
double statistics_width(const double *sorted, int n) {
    double reach = 0.98 * sqrt(n);
    int low = (int)floor(n / 2.0 - reach) - 1, high = (int)ceil(n / 2.0 + reach);
    if (low < 0 || high >= n)
        return INFINITY;
    return (sorted[high] - sorted[low]) / sorted[n / 2];
}

int statistics_outliers(const double *sorted, int n) {
    double distance[MOST], median = middle(sorted, n);
    n = n < MOST ? n : MOST;
    for (int i = 0; i < n; i++)
        distance[i] = fabs(sorted[i] - median);
    double limit = fmax(5 * 1.4826 * statistics_median(distance, n), 0.05 * median);
    int beyond = 0;
    while (beyond < n && distance[n - 1 - beyond] > limit)
        beyond++;
    return beyond;
}

/* What the middle half of sorted values spreads. */
static double spread(const double *sorted, int n) {
    return sorted[n - 1 - n / 4] - sorted[n / 4];
}

double statistics_drift(const double *values, int n) {
    double first[MOST], last[MOST];
    int third = n / 3;
    if (n < FEWEST_FOR_DRIFT || third > MOST)
        return 0;
    memcpy(first, values, (size_t)third * sizeof *first);
    memcpy(last, values + n - third, (size_t)third * sizeof *last);
    double before = statistics_median(first, third), after = statistics_median(last, third);
    double change = after / before - 1;
    double noise = (spread(first, third) + spread(last, third)) / before;
    return fabs(change) > 0.03 && fabs(change) > noise ? change : 0;
}

/* Where the values are cut in two so that the groups differ most: Otsu's method. */
static int best_cut(const double *sorted, int n) {
    double total = 0, left = 0, best = -1;
    int cut = 0;
    for (int i = 0; i < n; i++)
        total += sorted[i];
    for (int i = 1; i < n; i++) {
        left += sorted[i - 1];
        double apart = (total - left) / (n - i) - left / i;
        double between = (double)i * (n - i) * apart * apart;
        if (between > best) {
            best = between;
            cut = i;
        }
    }
    return cut;
}

bool statistics_two_modes(const double *sorted, int n, double *low, double *high) {
    if (n < FEWEST_FOR_MODES)
        return false;
    int cut = best_cut(sorted, n), rest = n - cut;
    if (cut < n / 5 || rest < n / 5)
        return false;
    *low = middle(sorted, cut);
    *high = middle(sorted + cut, rest);
    double widest = fmax(spread(sorted, cut), spread(sorted + cut, rest));
    return *high - *low > 0.05 * middle(sorted, n) && *high - *low > 3 * widest;
}
