/* ONNX Runtime's convolutions and pools: fused with what follows, with channels last, and with
 * channels in blocks (com.microsoft.nchwc, where shapes stay those of channels first). */
#include "ops/contrib.h"
#include "ops/sample.h"
#include "ops/window.h"
#include <string.h>

/* Operators that keep channels last: by their name, by their domain, or as an attribute says. */
static bool has_channels_last(const site *s) {
    return !strncmp(s->op->name, "Nhwc", 4) || !strcmp(s->op->domain, "com.ms.internal.nhwc") ||
           site_int(s, "channels_last", 0) != 0;
}

/* --- convolution, sum with a tensor, activation --- */

static conv_form fused_form(const site *s) {
    return (conv_form){.input = 0,
                       .weights = 1,
                       .bias = 2,
                       .channels_last = has_channels_last(s),
                       .out = fact_elem(site_in(s, 0))};
}

static void infer_fused(site *s) {
    conv_infer(s, fused_form(s));
}

static void cost_fused(site *s, work *w) {
    enum { SUMMAND = 3 };
    conv_cost(s, w, fused_form(s));
    if (site_in(s, SUMMAND))
        work_each(w, "N", fact_elements(site_out(s, 0)), 1, 0);
    work_activation(s, w);
}

static conv_form qlinear_form(const site *s) {
    enum { OUTPUT_ZERO_POINT = 7 };
    return (conv_form){.input = 0,
                       .weights = 3,
                       .bias = 8,
                       .channels_last = has_channels_last(s),
                       .out = fact_elem(site_in(s, OUTPUT_ZERO_POINT))};
}

static void infer_qlinear(site *s) {
    conv_infer(s, qlinear_form(s));
}

static void cost_qlinear(site *s, work *w) {
    conv_form f = qlinear_form(s);
    conv_cost(s, w, f);
    w->precision = fact_elem(site_in(s, f.weights));
    w->accumulate = DT_INT32;
}

/* --- ConvTransposeWithDynamicPads --- */

static conv_form dynamic_form(const site *s) {
    return (conv_form){
        .input = 0, .weights = 1, .pads = 2, .bias = 3, .out = fact_elem(site_in(s, 0))};
}

static void infer_dynamic(site *s) {
    transposed_infer(s, dynamic_form(s));
}

static void cost_dynamic(site *s, work *w) {
    transposed_cost(s, w, dynamic_form(s));
}

/* --- pools --- */

static void infer_pool(site *s) {
    pool_infer(s, has_channels_last(s));
}

static void cost_max(site *s, work *w) {
    count volume = pool_volume(s, w, has_channels_last(s));
    work_each(w, "N", fact_elements(site_out(s, 0)), one_less(volume), 0);
}

static void cost_average(site *s, work *w) {
    work_each(w, "N", fact_elements(site_out(s, 0)), pool_volume(s, w, has_channels_last(s)), 0);
}

static void infer_global(site *s) {
    global_pool_infer(s, has_channels_last(s));
}

static void cost_global_max(site *s, work *w) {
    count volume = global_pool_volume(s, has_channels_last(s));
    work_each(w, "N", fact_elements(site_out(s, 0)), one_less(volume), 0);
}

static void cost_global_average(site *s, work *w) {
    count volume = global_pool_volume(s, has_channels_last(s));
    work_each(w, "N", fact_elements(site_out(s, 0)), volume, 0);
}

/* Between dequantized input and quantized output. */
static void add_conversions(site *s, work *w) {
    enum { X_ZERO = 2, Y_ZERO = 4 };
    work_dequantize(w, w->touched[0], site_in(s, X_ZERO) != NULL);
    work_quantize(w, fact_elements(site_out(s, 0)), site_in(s, Y_ZERO) != NULL);
}

static void cost_qlinear_average(site *s, work *w) {
    cost_average(s, w);
    add_conversions(s, w);
}

static void cost_qlinear_global(site *s, work *w) {
    cost_global_average(s, w);
    add_conversions(s, w);
}

/* --- into blocks of channels and back --- */

/* Blocks have 8 or 16 channels, as the machine likes it. */
static count blocked_channels(count channels) {
    enum { LARGEST_BLOCK = 16 };
    return known(channels) && channels % LARGEST_BLOCK == 0 ? channels : UNKNOWN;
}

static void infer_reorder_input(site *s) {
    bool last = site_int(s, "channels_last", 0) != 0;
    const fact *x = channels_first(s, site_in(s, 0), last);
    if (!x || x->rank < 3) {
        out_tensor(s, 0, fact_elem(x), -1, NULL);
        return;
    }
    count dims[MAX_RANK];
    memcpy(dims, x->dims, (size_t)x->rank * sizeof *dims);
    dims[1] = blocked_channels(dims[1]);
    out_tensor(s, 0, x->elem, x->rank, dims);
}

/* Where the size of a block is not known, what is written is at least what is read. */
static void cost_reorder_input(site *s, work *w) {
    if (known(fact_elements(site_out(s, 0))))
        return;
    w->written[0] = w->touched[0];
    w->estimated = true;
    work_note(s, w, "blocks of channels are as large as the machine likes: none is filled up here");
}

static void infer_reorder_output(site *s) {
    const fact *x = site_in(s, 0);
    int64_t channels = site_int(s, "channels", 0);
    if (channels < 1)
        site_invalid(s, "channels is %lld", (long long)channels);
    if (!x || x->rank < 3) {
        out_tensor(s, 0, fact_elem(x), -1, NULL);
        return;
    }
    count dims[MAX_RANK];
    memcpy(dims, x->dims, (size_t)x->rank * sizeof *dims);
    dims[1] = channels;
    out_channels(s, 0, x->elem, x->rank, dims, site_int(s, "channels_last", 0) != 0);
}

/* Only real channels are read. */
static void cost_reorder_output(site *s, work *w) {
    work_touch(w, 0, fact_elements(site_out(s, 0)));
}

/* --- Upsample by whole numbers --- */

/* The scale of axis k; UNKNOWN after site_invalid. */
static count scale_of(site *s, const fact *x, int k) {
    size_t n;
    const int64_t *scales = site_ints(s, "scales", &n);
    if (scales && n == (size_t)x->rank && scales[k] > 0)
        return scales[k];
    site_invalid(s, "scales are not %d positive integers", x->rank);
    return UNKNOWN;
}

static void infer_upsample(site *s) {
    const fact *x = site_in(s, 0);
    count dims[MAX_RANK];
    if (!x || x->rank < 0) {
        out_tensor(s, 0, fact_elem(x), -1, NULL);
        return;
    }
    for (int k = 0; k < x->rank && !site_failed(s); k++)
        dims[k] = cnt_mul(x->dims[k], scale_of(s, x, k));
    if (!site_failed(s))
        out_tensor(s, 0, x->elem, x->rank, dims);
}

static void cost_upsample(site *s, work *w) {
    const fact *x = site_in(s, 0);
    count axes = x && x->rank >= 0 ? 0 : UNKNOWN;
    for (int k = 0; x && k < x->rank; k++)
        axes += scale_of(s, x, k) != 1;
    work_each(w, "N", fact_elements(site_out(s, 0)),
              axes == 0 ? 0 : interpolation_flops(interpolation_mode(s), axes), 0);
}

#define FUSED_RULE   "macs = N x (Cin/group) x prod(kernel); bias N; sum N; the activation's rule"
#define PLAIN_RULE   "macs = N x (Cin/group) x prod(kernel); bias N"
#define MICROSOFT    .domain = "com.microsoft", .since = 1
#define BLOCKED      .domain = "com.microsoft.nchwc", .since = 1
#define LAST         .domain = "com.ms.internal.nhwc", .since = 1
#define FUSED(name_) .name = name_, .infer = infer_fused, .cost = cost_fused, .rule = FUSED_RULE
#define CONV         .kind = OP_ANCHOR, .family = FAMILY_CONV, .traits = OP_CONTRACTION
#define QLINEAR_CONV                                                                               \
    .name = "QLinearConv", .kind = OP_ANCHOR, .family = FAMILY_CONV, .traits = OP_QUANTIZED,       \
    .infer = infer_qlinear, .cost = cost_qlinear, .rule = PLAIN_RULE
#define POOL .kind = OP_ANCHOR, .family = FAMILY_POOL
#define MAX(op)                                                                                    \
    POOL, .name = op, .traits = OP_KEEPS_SCALE, .infer = infer_pool, .cost = cost_max,             \
          .rule = "K-1 per output, K = prod(kernel)"
#define AVERAGE                                                                                    \
    POOL, .name = "AveragePool", .infer = infer_pool, .cost = cost_average,                        \
          .rule = "K per output, K = prod(kernel)"
#define GLOBAL_MAX                                                                                 \
    POOL, .name = "GlobalMaxPool", .infer = infer_global, .cost = cost_global_max,                 \
          .rule = "K-1 per output, K = spatial elements"
#define GLOBAL_AVERAGE                                                                             \
    POOL, .name = "GlobalAveragePool", .infer = infer_global, .cost = cost_global_average,         \
          .rule = "K per output, K = spatial elements"
#define QLINEAR_POOL POOL, .traits = OP_QUANTIZED | OP_FP32_VECTOR
#define QLINEAR_AVERAGE                                                                            \
    QLINEAR_POOL, .name = "QLinearAveragePool", .infer = infer_pool, .cost = cost_qlinear_average, \
                  .rule = "K per output, K = prod(kernel); dequantize X, quantize Y"
#define MOVE .kind = OP_MOVE, .family = FAMILY_MOVEMENT

/* clang-format off: one operator per line */
const op_def ops_contrib_conv[] = {
    {MICROSOFT, CONV, FUSED("FusedConv")},
    {MICROSOFT, CONV, FUSED("NhwcConv")},
    {MICROSOFT, CONV, FUSED("NhwcFusedConv")},
    {BLOCKED, CONV, FUSED("Conv")},
    {LAST, CONV, FUSED("Conv")},
    {MICROSOFT, QLINEAR_CONV},
    {LAST, QLINEAR_CONV},
    {MICROSOFT, CONV, .name = "ConvTransposeWithDynamicPads", .infer = infer_dynamic,
     .cost = cost_dynamic, .rule = "macs = elements(input) x (Cout/group) x prod(kernel); bias N"},
    {MICROSOFT, MAX("NhwcMaxPool")},
    {MICROSOFT, MAX("MaxpoolWithMask")},
    {BLOCKED, MAX("MaxPool")},
    {LAST, MAX("MaxPool")},
    {BLOCKED, AVERAGE},
    {LAST, AVERAGE},
    {BLOCKED, GLOBAL_MAX},
    {LAST, GLOBAL_MAX},
    {BLOCKED, GLOBAL_AVERAGE},
    {LAST, GLOBAL_AVERAGE},
    {MICROSOFT, QLINEAR_AVERAGE},
    {LAST, QLINEAR_AVERAGE},
    {MICROSOFT, QLINEAR_POOL, .name = "QLinearGlobalAveragePool", .infer = infer_global,
     .cost = cost_qlinear_global,
     .rule = "K per output, K = spatial elements; dequantize X, quantize Y"},
    {BLOCKED, .name = "Upsample", .kind = OP_ANCHOR, .family = FAMILY_MOVEMENT,
     .infer = infer_upsample, .cost = cost_upsample,
     .rule = "vector per output over d axes: nearest 0, linear 3.(2^d - 1)"},
    {BLOCKED, MOVE, .name = "ReorderInput", .infer = infer_reorder_input,
     .cost = cost_reorder_input, .rule = "0; estimated: blocks that are filled up"},
    {BLOCKED, MOVE, .name = "ReorderOutput", .infer = infer_reorder_output,
     .cost = cost_reorder_output, .rule = "0"},
    {0},
};
/* clang-format on */
