/* Sliding windows: how Conv, ConvTranspose and the pools place a kernel over their input, how large
 * that makes the output, and how much of the input it really meets. Everything is in closed form:
 * no extent, however large, makes it slow. */
#ifndef OPS_WINDOW_H
#define OPS_WINDOW_H

#include "ops/op.h"

/* One axis. Output o meets input o.stride - begin + j.dilation through tap j < kernel, where that
 * lies in [0, in). A transposed convolution is the same with input and output exchanged. */
typedef struct window_axis {
    count in, out;
    count kernel, stride, dilation;
    int64_t begin, end; /* padding; negative where it crops */
} window_axis;

typedef struct window {
    int axes;
    window_axis axis[MAX_RANK];
} window;

/* Reads kernel_shape (compared with `kernel` where both are known; NULL: the attribute is all there
 * is), strides, dilations and pads for `axes` extents. False after site_invalid. */
bool window_read(site *s, const count *extents, int axes, const count *kernel, window *w);

/* Applies auto_pad and computes the outputs' extents. `round_up` is ceil_mode: the last window may
 * be partial, but none starts in the padding at the end. False after site_invalid. */
bool window_slide(site *s, window *w, bool round_up);

/* Input extent that one kernel spans, dilation included. */
count window_span(const window_axis *a);

/* Product of the kernel's extents. */
count window_volume(const window *w);
/* Pairs of an output position and a tap that meet the input and not its padding. */
count window_valid(const window *w);
/* Distinct input positions that any window meets. */
count window_touched(const window *w);

/* How many pairs (i, j), 0 <= i < n and 0 <= j < m, have low <= i.a + j.b < high, for a, b >= 1.
 * UNKNOWN when an argument is negative where it must not be, or n, m, a, b exceed 2^31. */
count window_pairs(count n, count a, count m, count b, int64_t low, int64_t high);

/* --- layouts: runtimes also keep channels last; everything above speaks of channels first --- */

/* The tensor with its last axis moved to place 1 when that is where its channels are. */
const fact *channels_first(site *s, const fact *f, bool last);
/* Output i from dims in which the channels are second; in the tensor they may be last. */
void out_channels(site *s, unsigned i, dtype elem, int rank, const count *dims, bool last);

#endif
