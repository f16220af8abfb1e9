#include "ops/window.h"
#include <string.h>

/* Extents below this keep every product of two of them in 64 bits. */
static const count LARGEST = INT32_MAX;

/* The sum of floor((a.i + b) / m) over 0 <= i < n, by Euclid's algorithm on (m, a): when a < m, the
 * lattice points under the line are counted along the other axis. */
static uint64_t floor_sum(uint64_t n, uint64_t m, uint64_t a, uint64_t b) {
    uint64_t sum = 0;
    while (n > 0) {
        sum += n * (n - 1) / 2 * (a / m) + n * (b / m);
        a %= m;
        b %= m;
        uint64_t top = a * n + b;
        n = top / m;
        b = top % m;
        uint64_t old_m = m;
        m = a;
        a = old_m;
    }
    return sum;
}

/* Pairs (i, j) in the n x m box with i.a + j.b < x. */
static count pairs_below(count n, count a, count m, count b, int64_t x) {
    count last = (n - 1) * a + (m - 1) * b;
    if (n <= 0 || m <= 0 || x <= 0)
        return 0;
    if (x > last)
        return n * m;
    int64_t room = x - 1 - (n - 1) * a; /* j.b up to this leaves every i below x */
    count whole = room < 0 ? 0 : room / b + 1;
    whole = whole < m ? whole : m;
    count some = (x - 1) / b + 1; /* for j below this some i is below x */
    some = some < m ? some : m;
    if (some <= whole)
        return whole * n;
    int64_t first = x - (some - 1) * b; /* ceil(first / a) values of i at the last such j */
    return whole * n + (count)floor_sum((uint64_t)(some - whole), (uint64_t)a, (uint64_t)b,
                                        (uint64_t)(first + a - 1));
}

count window_pairs(count n, count a, count m, count b, int64_t low, int64_t high) {
    if (n < 0 || m < 0 || a < 1 || b < 1 || n > LARGEST || m > LARGEST || a > LARGEST ||
        b > LARGEST)
        return UNKNOWN;
    if (high <= low)
        return 0;
    return pairs_below(n, a, m, b, high) - pairs_below(n, a, m, b, low);
}

static count axis_valid(const window_axis *a) {
    if (!known(a->in) || a->in > LARGEST)
        return UNKNOWN;
    return window_pairs(a->out, a->stride, a->kernel, a->dilation, a->begin, a->begin + a->in);
}

static count greatest_divisor(count a, count b) {
    while (b) {
        count r = a % b;
        a = b;
        b = r;
    }
    return a;
}

/* Two pairs (o, j) meet the same input exactly when they differ by a multiple of (d', -s'), with
 * s', d' the stride and dilation without their common divisor. Of each such set the pair of
 * smallest o stands for the input; the others are a smaller box of pairs, moved by d' outputs. */
static count axis_touched(const window_axis *a) {
    count all = axis_valid(a);
    if (!known(all))
        return UNKNOWN;
    count g = greatest_divisor(a->stride, a->dilation);
    count s = a->stride / g, d = a->dilation / g;
    if (a->out <= d || a->kernel <= s)
        return all;
    int64_t low = a->begin - d * a->stride;
    return all - window_pairs(a->out - d, a->stride, a->kernel - s, a->dilation, low, low + a->in);
}

count window_span(const window_axis *a) {
    return known(a->kernel) ? cnt_add(cnt_mul(a->kernel - 1, a->dilation), 1) : UNKNOWN;
}

count window_volume(const window *w) {
    count n = 1;
    for (int i = 0; i < w->axes; i++)
        n = cnt_mul(n, w->axis[i].kernel);
    return n;
}

count window_valid(const window *w) {
    count n = 1;
    for (int i = 0; i < w->axes; i++)
        n = cnt_mul(n, axis_valid(&w->axis[i]));
    return n;
}

count window_touched(const window *w) {
    count n = 1;
    for (int i = 0; i < w->axes; i++)
        n = cnt_mul(n, axis_touched(&w->axis[i]));
    return n;
}

/* The attribute's integers when there are `want` of them, all >= least; NULL when it is absent. */
static const int64_t *steps(site *s, const char *name, size_t want, int64_t least, bool *ok) {
    size_t n;
    const int64_t *items = site_ints(s, name, &n);
    if (!items)
        return NULL;
    if (n != want) {
        site_invalid(s, "%s has %zu elements and must have %zu", name, n, want);
        *ok = false;
    }
    for (size_t i = 0; *ok && i < n; i++)
        if (items[i] < least || items[i] > LARGEST) {
            site_invalid(s, "%s holds %lld", name, (long long)items[i]);
            *ok = false;
        }
    return *ok ? items : NULL;
}

/* The kernel's extent on an axis from its attribute and from the weights. */
static bool kernel_extent(site *s, window_axis *a, const int64_t *shape, const count *weights,
                          int i) {
    count from_weights = weights ? weights[i] : UNKNOWN;
    a->kernel = shape ? shape[i] : from_weights;
    if (shape && known(from_weights) && from_weights != shape[i]) {
        site_invalid(s, "kernel_shape says %lld where the weights have %lld", (long long)shape[i],
                     (long long)from_weights);
        return false;
    }
    if (a->kernel == 0) {
        site_invalid(s, "the kernel has an extent of 0");
        return false;
    }
    return true;
}

bool window_read(site *s, const count *extents, int axes, const count *kernel, window *w) {
    bool ok = true;
    size_t n = (size_t)axes;
    const int64_t *shape = steps(s, "kernel_shape", n, 1, &ok);
    const int64_t *strides = steps(s, "strides", n, 1, &ok);
    const int64_t *dilations = steps(s, "dilations", n, 1, &ok);
    const int64_t *pads = steps(s, "pads", 2 * n, -LARGEST, &ok);
    if (ok && !shape && !kernel) {
        site_invalid(s, "kernel_shape is missing");
        ok = false;
    }
    w->axes = axes;
    for (int i = 0; ok && i < axes; i++) {
        window_axis *a = &w->axis[i];
        *a = (window_axis){.in = extents[i],
                           .out = UNKNOWN,
                           .stride = strides ? strides[i] : 1,
                           .dilation = dilations ? dilations[i] : 1,
                           .begin = pads ? pads[i] : 0,
                           .end = pads ? pads[axes + i] : 0};
        ok = kernel_extent(s, a, shape, kernel, i);
    }
    return ok;
}

/* auto_pad SAME: as many outputs as strides fit, the padding shared between both ends. */
static void slide_same(window_axis *a, bool upper) {
    a->out = a->stride == 1 ? a->in : cnt_div_up(a->in, a->stride);
    a->begin = a->end = 0;
    count need = cnt_add(cnt_mul(cnt_sub(a->out, 1), a->stride), window_span(a));
    count total = cnt_sub(need, a->in); /* UNKNOWN, too, when nothing is missing */
    if (!known(total))
        return;
    a->begin = upper ? total / 2 : total - total / 2;
    a->end = total - a->begin;
}

static bool slide_padded(site *s, window_axis *a, bool round_up) {
    const count far = INT64_MAX / 4;
    count span = window_span(a);
    if (!known(a->in) || !known(span) || a->in > far || span > far)
        return true;
    int64_t room = a->in + a->begin + a->end - span;
    if (room < 0 && a->in == 0) {
        a->out = 0;
        return true;
    }
    if (room < 0 || a->begin < -a->in || a->end < -a->in) {
        site_invalid(s,
                     "a kernel spanning %lld does not fit an input of %lld padded by %lld + %lld",
                     (long long)span, (long long)a->in, (long long)a->begin, (long long)a->end);
        return false;
    }
    a->out = (round_up ? cnt_div_up(room, a->stride) : room / a->stride) + 1;
    if (round_up && (a->out - 1) * a->stride >= a->in + a->begin)
        a->out--;
    return true;
}

bool window_slide(site *s, window *w, bool round_up) {
    const char *pad = site_string(s, "auto_pad", "NOTSET");
    bool upper = !strcmp(pad, "SAME_UPPER"), lower = !strcmp(pad, "SAME_LOWER");
    bool none = !strcmp(pad, "VALID");
    if (!upper && !lower && !none && strcmp(pad, "NOTSET") && *pad) {
        site_invalid(s, "auto_pad is none of NOTSET, SAME_UPPER, SAME_LOWER, VALID");
        return false;
    }
    for (int i = 0; i < w->axes; i++) {
        window_axis *a = &w->axis[i];
        if (none)
            a->begin = a->end = 0;
        if (upper || lower)
            slide_same(a, upper);
        else if (!slide_padded(s, a, round_up))
            return false;
    }
    return true;
}

const fact *channels_first(site *s, const fact *f, bool last) {
    if (!last || !f || f->rank < 3)
        return f;
    fact *first = arena_alloc(s->arena, sizeof *first);
    count *dims = arena_array(s->arena, (size_t)f->rank, sizeof *dims);
    dims[0] = f->dims[0];
    dims[1] = f->dims[f->rank - 1];
    memcpy(dims + 2, f->dims + 1, (size_t)(f->rank - 2) * sizeof *dims);
    *first = *f;
    first->dims = dims;
    return first;
}

void out_channels(site *s, unsigned i, dtype elem, int rank, const count *dims, bool last) {
    if (!last || rank < 3 || rank > MAX_RANK) {
        out_tensor(s, i, elem, rank, dims);
        return;
    }
    count moved[MAX_RANK];
    moved[0] = dims[0];
    memcpy(moved + 1, dims + 2, (size_t)(rank - 2) * sizeof *moved);
    moved[rank - 1] = dims[1];
    out_tensor(s, i, elem, rank, moved);
}
