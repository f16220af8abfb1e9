/* NonMaxSuppression of known boxes and scores: which boxes remain. */
#include "ops/fold.h"
#include "ops/search.h"
#include <stdlib.h>
#include <string.h>

/* Computed in fp32, as runtimes do: thresholds are met exactly or not at all. */
typedef struct box {
    count index;
    float score;
    float low[2], high[2]; /* corners */
    float area;
} box;

enum { MOST_BOXES = 256 };

typedef struct suppression {
    const content *boxes, *scores;
    count batches, classes, spatial;
    bool centered; /* boxes are centers and extents */
    int64_t most;
    bool has_least;
    float overlap, least; /* thresholds */
} suppression;

/* The only element of an input, or the fallback when it is left out; false when unknown. */
static bool real_scalar(site *s, unsigned input, double fallback, float *result) {
    double v = fallback;
    if (site_in(s, input) && !content_real(fold_source(s, input), 0, &v))
        return false;
    *result = (float)v;
    return true;
}

/* False when something is not known. */
static bool read_suppression(site *s, suppression *p) {
    enum { BOXES, SCORES, MOST, OVERLAP, LEAST };
    const fact *boxes = site_in(s, BOXES), *scores = site_in(s, SCORES);
    if (!boxes || !scores || boxes->rank != 3 || scores->rank != 3 || boxes->dims[2] != 4)
        return false;
    *p = (suppression){.boxes = fold_source(s, BOXES),
                       .scores = fold_source(s, SCORES),
                       .batches = scores->dims[0],
                       .classes = scores->dims[1],
                       .spatial = scores->dims[2],
                       .centered = site_int(s, "center_point_box", 0) != 0,
                       .has_least = site_in(s, LEAST) != NULL};
    count pairs = cnt_mul3(cnt_mul(p->batches, p->classes), p->spatial, p->spatial);
    return known(p->spatial) && p->spatial <= MOST_BOXES && site_spend(s, pairs) &&
           content_all_known(p->boxes) && content_all_known(p->scores) &&
           boxes->dims[0] == p->batches && boxes->dims[1] == p->spatial &&
           site_scalar(s, MOST, 0, &p->most) && real_scalar(s, OVERLAP, 0, &p->overlap) &&
           real_scalar(s, LEAST, 0, &p->least);
}

static float item(const content *c, count i) {
    double v = 0;
    content_real(c, i, &v);
    return (float)v;
}

static box read_box(const suppression *p, count batch, count index, float score) {
    box b = {.index = index, .score = score};
    float number[4];
    for (int k = 0; k < 4; k++)
        number[k] = item(p->boxes, (batch * p->spatial + index) * 4 + k);
    for (int k = 0; k < 2; k++) {
        float half = number[k + 2] / 2, a = number[k], z = number[k + 2];
        if (p->centered) {
            a = number[k] - half;
            z = number[k] + half;
        }
        b.low[k] = a < z ? a : z;
        b.high[k] = a < z ? z : a;
    }
    b.area = (b.high[0] - b.low[0]) * (b.high[1] - b.low[1]);
    return b;
}

/* The best first; of equal ones the earlier. */
static int compare_boxes(const void *a, const void *b) {
    const box *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return (x->index > y->index) - (x->index < y->index);
}

static bool overlaps(const box *a, const box *b, float threshold) {
    float common = 1;
    for (int k = 0; k < 2; k++) {
        float low = a->low[k] > b->low[k] ? a->low[k] : b->low[k];
        float high = a->high[k] < b->high[k] ? a->high[k] : b->high[k];
        if (high <= low)
            return false;
        common *= high - low;
    }
    float either = a->area + b->area - common;
    return a->area > 0 && b->area > 0 && either > 0 && common / either > threshold;
}

/* Boxes of a class that score well enough, the best first. */
static count candidates(const suppression *p, count batch, count of_class, box *list) {
    count n = 0;
    for (count i = 0; i < p->spatial; i++) {
        float score = item(p->scores, (batch * p->classes + of_class) * p->spatial + i);
        if (!p->has_least || score > p->least)
            list[n++] = read_box(p, batch, i, score);
    }
    qsort(list, (size_t)n, sizeof *list, compare_boxes);
    return n;
}

/* Moves those that remain to the front of the list. */
static count suppress(const suppression *p, box *list, count n) {
    count kept = 0;
    for (count i = 0; i < n && kept < p->most; i++) {
        bool remains = true;
        for (count k = 0; k < kept && remains; k++)
            remains = !overlaps(&list[k], &list[i], p->overlap);
        if (remains)
            list[kept++] = list[i];
    }
    return kept;
}

count fold_non_max_suppression(site *s) {
    suppression p;
    if (!read_suppression(s, &p))
        return UNKNOWN;
    box list[MOST_BOXES];
    count remaining = 0;
    for (count batch = 0; batch < p.batches; batch++)
        for (count c = 0; c < p.classes; c++)
            remaining += suppress(&p, list, candidates(&p, batch, c, list));
    return remaining;
}
