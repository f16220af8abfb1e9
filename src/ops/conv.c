/* Convolutions. */
#include "ops/compute.h"
#include "ops/fold.h"
#include "ops/window.h"
#include <string.h>

enum { SPATIAL = 2 }; /* the first spatial axis of input, weights and output */

static const conv_form PLAIN = {.input = 0, .weights = 1, .bias = 2};

/* Group and channels; true when nothing contradicts. In a transposed convolution the weights' first
 * dim is the input's channels, else the outputs'. */
static bool channels_fit(site *s, const fact *x, const fact *weights, bool transposed) {
    int64_t group = site_int(s, "group", 1);
    if (group < 1) {
        site_invalid(s, "group is %lld", (long long)group);
        return false;
    }
    count channels = fact_dim(x, 1), first = fact_dim(weights, 0), second = fact_dim(weights, 1);
    count expected = transposed ? first : cnt_mul(second, group);
    if (known(channels) && known(expected) && channels != expected) {
        site_invalid(s, "%lld input channels where the weights are for %lld (group %lld)",
                     (long long)channels, (long long)expected, (long long)group);
        return false;
    }
    count divided = transposed && known(channels) ? channels : first;
    if (known(divided) && divided % group) {
        site_invalid(s, "%lld channels cannot be divided into %lld groups", (long long)divided,
                     (long long)group);
        return false;
    }
    return true;
}

/* The operands have ranks that a convolution allows. */
static bool ranks_fit(site *s, const fact *x, const fact *weights) {
    if (x->rank < SPATIAL + 1) {
        site_invalid(s, "the input has %d dimensions and must have at least 3", x->rank);
        return false;
    }
    if (weights && weights->rank >= 0 && weights->rank != x->rank) {
        site_invalid(s, "the input has %d dimensions, the weights %d", x->rank, weights->rank);
        return false;
    }
    return true;
}

/* The window of a convolution whose input has a known rank. */
static bool read_window(site *s, const fact *x, const fact *weights, window *w) {
    count kernel[MAX_RANK];
    for (int i = 0; i < x->rank - SPATIAL; i++)
        kernel[i] = fact_dim(weights, SPATIAL + i);
    return window_read(s, x->dims + SPATIAL, x->rank - SPATIAL, kernel, w);
}

void conv_infer(site *s, conv_form f) {
    const fact *x = channels_first(s, site_in(s, f.input), f.channels_last);
    const fact *weights = site_in(s, f.weights);
    if (!x || x->rank < 0) {
        out_tensor(s, 0, f.out, -1, NULL);
        return;
    }
    window w;
    if (!ranks_fit(s, x, weights) || !channels_fit(s, x, weights, false) ||
        !read_window(s, x, weights, &w) || !window_slide(s, &w, false))
        return;
    count dims[MAX_RANK] = {fact_dim(x, 0), fact_dim(weights, 0)};
    for (int i = 0; i < w.axes; i++)
        dims[SPATIAL + i] = w.axis[i].out;
    out_channels(s, 0, f.out, x->rank, dims, f.channels_last);
}

static bool has_input(const site *s, unsigned i) {
    return i != NO_INPUT && site_in(s, i);
}

void conv_cost(site *s, work *w, conv_form f) {
    const fact *x = channels_first(s, site_in(s, f.input), f.channels_last);
    const fact *weights = site_in(s, f.weights);
    const fact *y = channels_first(s, site_out(s, 0), f.channels_last);
    count outputs = fact_elements(y);
    if (has_input(s, f.bias))
        work_each(w, "bias N", outputs, 1, 0);
    window slide;
    if (!x || x->rank < 0 || !read_window(s, x, weights, &slide) ||
        !window_slide(s, &slide, false)) {
        w->macs = UNKNOWN;
        return;
    }
    count group = site_int(s, "group", 1), channels = fact_dim(x, 1);
    count per_group = fact_dim(weights, 1);
    if (!known(per_group))
        per_group = cnt_div(channels, group);
    if (!known(channels))
        channels = cnt_mul(per_group, group);
    work_macs(w, {"N", outputs}, {"Cin/group", per_group}, {"kernel", window_volume(&slide)});
    w->macs_valid = cnt_mul3(fact_range(y, 0, SPATIAL), per_group, window_valid(&slide));
    work_touch(w, f.input, cnt_mul3(fact_dim(x, 0), channels, window_touched(&slide)));
}

static conv_form conv_plain(const site *s) {
    conv_form f = PLAIN;
    f.out = fact_elem(site_in(s, 0));
    return f;
}

static void infer_conv(site *s) {
    conv_infer(s, conv_plain(s));
}

static void cost_conv(site *s, work *w) {
    conv_cost(s, w, PLAIN);
}

static const conv_form INTEGER = {.input = 0, .weights = 1, .bias = NO_INPUT, .out = DT_INT32};

static void infer_integer(site *s) {
    conv_infer(s, INTEGER);
}

static void cost_integer(site *s, work *w) {
    conv_cost(s, w, INTEGER);
    w->precision = fact_elem(site_in(s, INTEGER.weights));
    w->accumulate = DT_INT32;
}

static const conv_form QLINEAR = {.input = 0, .weights = 3, .bias = 8};

static void infer_qlinear(site *s) {
    enum { OUTPUT_ZERO_POINT = 7 };
    conv_form f = QLINEAR;
    f.out = fact_elem(site_in(s, site_in(s, OUTPUT_ZERO_POINT) ? OUTPUT_ZERO_POINT : f.input));
    conv_infer(s, f);
}

static void cost_qlinear(site *s, work *w) {
    conv_cost(s, w, QLINEAR);
    w->precision = fact_elem(site_in(s, QLINEAR.weights));
    w->accumulate = DT_INT32;
}

/* --- DeformConv: every tap of every output samples each input channel at an offset --- */

static const conv_form DEFORM = {.input = 0, .weights = 1, .bias = 3};

static void infer_deform(site *s) {
    conv_form f = DEFORM;
    f.out = fact_elem(site_in(s, 0));
    conv_infer(s, f);
}

static void cost_deform(site *s, work *w) {
    count all = w->touched[0];
    conv_cost(s, w, DEFORM);
    const fact *x = site_in(s, 0), *y = site_out(s, 0), *weights = site_in(s, 1);
    count places = cnt_mul(fact_dim(y, 0), fact_range(y, SPATIAL, y ? y->rank : 0));
    count taps = fact_range(weights, SPATIAL, weights ? weights->rank : 0);
    work_each(w, "sampled elements", cnt_mul3(places, taps, fact_dim(x, 1)), 8, 0);
    w->touched[0] = all; /* where the offsets point is data */
    w->macs_valid = w->macs;
    w->estimated = true;
    work_note(s, w, "offsets are data: every input element is taken as sampled");
}

/* --- ConvTranspose: input i meets output i.stride - begin + j.dilation --- */

typedef struct transposed {
    const int64_t *extra;    /* output_padding, or NULL */
    const int64_t *asked;    /* output_shape, or NULL */
    bool same, upper, valid; /* auto_pad */
} transposed;

/* What the input spreads to before any padding cuts it. */
static count spread(const window_axis *a, int64_t extra) {
    if (!known(a->in) || a->in == 0)
        return UNKNOWN;
    return cnt_add(cnt_add(cnt_mul(a->in - 1, a->stride), extra), window_span(a));
}

/* Chooses the padding where the model leaves it open, for an axis that spreads that far. SAME cuts
 * what a kernel reaches beyond its stride. */
static void choose_padding(window_axis *a, const transposed *t, const int64_t *asked, count full) {
    count cut = 0;
    if (asked)
        cut = known(full) && full > *asked ? full - *asked : 0;
    else if (t->same)
        cut = window_span(a) > a->stride ? window_span(a) - a->stride : 0;
    else if (!t->valid)
        return;
    a->begin = t->upper ? cut / 2 : cut - cut / 2;
    a->end = cut - a->begin;
}

/* Exchanges input and output on axis i. */
static bool turn_axis(site *s, window_axis *a, const transposed *t, size_t i) {
    count full = spread(a, t->extra ? t->extra[i] : 0);
    const int64_t *asked = t->asked ? &t->asked[i] : NULL;
    choose_padding(a, t, asked, full);
    int64_t cut = a->begin + a->end;
    count out = asked ? *asked : cut >= 0 ? cnt_sub(full, cut) : cnt_add(full, -cut);
    if (out == 0 || (known(full) && !known(out))) {
        site_invalid(s, "padding %lld + %lld leaves nothing of the output", (long long)a->begin,
                     (long long)a->end);
        return false;
    }
    a->out = a->in;
    a->in = out;
    return true;
}

static bool is_near(int64_t pad) {
    return pad >= -INT32_MAX && pad <= INT32_MAX;
}

/* Pads that come as an input; the output is unknown where they are. */
static bool read_pads(site *s, unsigned input, window *w) {
    int_list pads = site_list(s, NULL, (int)input);
    if (known(pads.n) && pads.n != 2 * w->axes) {
        site_invalid(s, "%lld pads for %d axes", (long long)pads.n, w->axes);
        return false;
    }
    for (int i = 0; i < w->axes; i++) {
        window_axis *a = &w->axis[i];
        bool is_known = list_at(&pads, i, &a->begin) && list_at(&pads, i + w->axes, &a->end);
        if (!is_known || !is_near(a->begin) || !is_near(a->end))
            *a = (window_axis){.in = UNKNOWN,
                               .out = UNKNOWN,
                               .kernel = a->kernel,
                               .stride = a->stride,
                               .dilation = a->dilation};
    }
    return true;
}

static bool transposed_window(site *s, conv_form f, const fact *x, const fact *weights, window *w) {
    if (!read_window(s, x, weights, w) ||
        (f.pads && site_in(s, f.pads) && !read_pads(s, f.pads, w)))
        return false;
    size_t n_extra, n_asked, n = (size_t)w->axes;
    const char *pad = site_string(s, "auto_pad", "NOTSET");
    transposed t = {.extra = site_ints(s, "output_padding", &n_extra),
                    .asked = site_ints(s, "output_shape", &n_asked),
                    .same = !strncmp(pad, "SAME_", 5),
                    .upper = !strcmp(pad, "SAME_UPPER"),
                    .valid = !strcmp(pad, "VALID")};
    if ((t.extra && n_extra != n) || (t.asked && n_asked != n)) {
        site_invalid(s, "output_padding or output_shape has not %zu elements", n);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if ((t.extra && (t.extra[i] < 0 || t.extra[i] > INT32_MAX)) ||
            (t.asked && t.asked[i] < 1)) {
            site_invalid(s, "output_padding %lld or output_shape %lld is not possible",
                         t.extra ? (long long)t.extra[i] : 0, t.asked ? (long long)t.asked[i] : 0);
            return false;
        }
        if (!turn_axis(s, &w->axis[i], &t, i))
            return false;
    }
    return true;
}

void transposed_infer(site *s, conv_form f) {
    const fact *x = site_in(s, f.input), *weights = site_in(s, f.weights);
    if (!x || x->rank < 0) {
        out_tensor(s, 0, f.out, -1, NULL);
        return;
    }
    window w;
    if (!ranks_fit(s, x, weights) || !channels_fit(s, x, weights, true) ||
        !transposed_window(s, f, x, weights, &w))
        return;
    count group = site_int(s, "group", 1);
    count dims[MAX_RANK] = {fact_dim(x, 0), cnt_mul(fact_dim(weights, 1), group)};
    for (int i = 0; i < w.axes; i++)
        dims[SPATIAL + i] = w.axis[i].in;
    out_tensor(s, 0, f.out, x->rank, dims);
}

void transposed_cost(site *s, work *w, conv_form f) {
    const fact *x = site_in(s, f.input), *weights = site_in(s, f.weights);
    if (has_input(s, f.bias))
        work_each(w, "bias N", fact_elements(site_out(s, 0)), 1, 0);
    window turned;
    if (!x || x->rank < 0 || !transposed_window(s, f, x, weights, &turned)) {
        w->macs = UNKNOWN;
        return;
    }
    count per_group = fact_dim(weights, 1);
    work_macs(w, {"elements(input)", fact_elements(x)}, {"Cout/group", per_group},
              {"kernel", window_volume(&turned)});
    w->macs_valid = cnt_mul3(fact_range(x, 0, SPATIAL), per_group, window_valid(&turned));
}

static void infer_transposed(site *s) {
    transposed_infer(s, conv_plain(s));
}

static void cost_transposed(site *s, work *w) {
    transposed_cost(s, w, PLAIN);
}

#define CONV .domain = "", .kind = OP_ANCHOR, .family = FAMILY_CONV

const op_def ops_conv[] = {
    {CONV, .name = "Conv", .since = 1, .traits = OP_CONTRACTION, .infer = infer_conv,
     .cost = cost_conv, .rule = "macs = N x (Cin/group) x prod(kernel); bias N"},
    {CONV, .name = "ConvTranspose", .since = 1, .traits = OP_CONTRACTION, .infer = infer_transposed,
     .cost = cost_transposed,
     .rule = "macs = elements(input) x (Cout/group) x prod(kernel); bias N"},
    {CONV, .name = "ConvInteger", .since = 10, .traits = OP_CONTRACTION | OP_QUANTIZED,
     .infer = infer_integer, .cost = cost_integer, .rule = "macs = N x (Cin/group) x prod(kernel)"},
    {CONV, .name = "QLinearConv", .since = 10, .traits = OP_QUANTIZED, .infer = infer_qlinear,
     .cost = cost_qlinear, .rule = "macs = N x (Cin/group) x prod(kernel); bias N"},
    {CONV, .name = "DeformConv", .since = 19, .traits = OP_CONTRACTION, .infer = infer_deform,
     .cost = cost_deform,
     .rule = "macs = N x (Cin/group) x prod(kernel); 8 per sampled element; bias N; estimated: "
             "elements read"},
    {0},
};
