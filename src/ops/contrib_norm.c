/* ONNX Runtime's normalizations: after a sum, after an embedding, in groups, with a gate. */
#include "ops/contrib.h"
#include "ops/fold.h"
#include <string.h>

static count n_in(const site *s) {
    return fact_elements(site_in(s, 0));
}

/* --- SkipLayerNormalization, SkipSimplifiedLayerNormalization --- */

/* Rows are all but the last axis; mean and inverse deviation have one element for each. */
static void infer_skip(site *s) {
    enum { SUM = 3 };
    const fact *x = site_in(s, 0);
    if (!x)
        return;
    out_like(s, 0, x);
    out_like(s, SUM, x);
    count dims[MAX_RANK];
    for (int i = 0; i < x->rank; i++)
        dims[i] = i < x->rank - 1 ? x->dims[i] : 1;
    out_tensor(s, 1, DT_FLOAT, x->rank, dims);
    out_tensor(s, 2, DT_FLOAT, x->rank, dims);
}

static void add_summands(site *s, work *w, unsigned bias) {
    work_each(w, "N", n_in(s), site_in(s, bias) ? 2 : 1, 0);
}

static void cost_skip_layer(site *s, work *w) {
    enum { BETA = 3, BIAS = 4 };
    work_layer_norm(w, n_in(s), last_rows(site_in(s, 0)), site_in(s, BETA) != NULL);
    add_summands(s, w, BIAS);
}

static void cost_skip_rms(site *s, work *w) {
    enum { BIAS = 3 };
    work_rms_norm(w, n_in(s), last_rows(site_in(s, 0)));
    add_summands(s, w, BIAS);
}

/* --- EmbedLayerNormalization: rows of two or three tables, added and normalized --- */

enum { IDS, SEGMENTS, WORDS, POSITIONS, SEGMENT_TABLE, GAMMA, BETA, MASK, WORD_SCALE };

static void infer_embedding(site *s, dtype elem) {
    const fact *ids = site_in(s, IDS);
    count dims[] = {fact_dim(ids, 0), fact_dim(ids, 1), fact_dim(site_in(s, WORDS), -1)};
    if (ids && ids->rank >= 0 && ids->rank != 2) {
        site_invalid(s, "input_ids have %d dimensions and must have 2", ids->rank);
        return;
    }
    out_tensor(s, 0, elem, 3, dims);
    out_tensor(s, 1, DT_INT32, 1, dims);
    out_tensor(s, 2, elem, 3, dims);
}

static void infer_embed(site *s) {
    infer_embedding(s, fact_elem(site_in(s, WORDS)));
}

static void infer_embed_quantized(site *s) {
    infer_embedding(s, fact_elem(site_in(s, WORD_SCALE)));
}

static void cost_embed(site *s, work *w) {
    const fact *y = site_out(s, 0);
    count n = fact_elements(y);
    work_layer_norm(w, n, fact_range(y, 0, 2), true);
    work_each(w, "N", n, site_in(s, SEGMENT_TABLE) ? 2 : 1, 0);
    if (site_in(s, MASK) && site_out(s, 1))
        work_integer(w, {"mask", fact_elements(site_in(s, MASK))}); /* a sum of each row */
    work_touch(w, WORDS, n);
    work_touch(w, POSITIONS, n);
    if (site_in(s, SEGMENT_TABLE))
        work_touch(w, SEGMENT_TABLE, n);
    w->estimated = true;
    work_note(s, w, "ids are data: each token is taken to read rows of its own");
}

/* Every row that is read is dequantized, gamma and beta too; all have zero points. */
static void cost_embed_quantized(site *s, work *w) {
    cost_embed(s, w);
    count tables = site_in(s, SEGMENT_TABLE) ? 3 : 2;
    work_dequantize(w, cnt_mul(tables, fact_elements(site_out(s, 0))), true);
    work_dequantize(w, fact_elements(site_in(s, GAMMA)), true);
    work_dequantize(w, fact_elements(site_in(s, BETA)), true);
}

/* --- GroupNorm, SkipGroupNorm --- */

static void infer_group(site *s) {
    enum { SUM = 1 };
    const fact *x = site_in(s, 0);
    int64_t groups = site_int(s, "groups", 0);
    count channels = fact_dim(x, site_int(s, "channels_last", 1) ? -1 : 1);
    if (groups < 1 || (known(channels) && channels % groups))
        site_invalid(s, "%lld channels cannot be divided into %lld groups", (long long)channels,
                     (long long)groups);
    out_like(s, 0, x);
    out_like(s, SUM, x);
}

static void cost_group(site *s, work *w) {
    count rows = cnt_mul(fact_dim(site_in(s, 0), 0), site_int(s, "groups", 0));
    work_layer_norm(w, n_in(s), rows, true);
    if (site_int(s, "activation", 0))
        work_each(w, "N", n_in(s), 4, 1); /* SiLU */
}

static void cost_skip_group(site *s, work *w) {
    enum { BIAS = 4 };
    cost_group(s, w);
    add_summands(s, w, BIAS);
}

/* --- RMS norms of parts of the last axis --- */

/* n elements in rows of `size`. */
static count rows_of(count n, count size) {
    return size == 0 ? 0 : cnt_div(n, size);
}

/* The norm times an activation of a gate. */
static void cost_gated(site *s, work *w) {
    count vector = UNKNOWN, special = UNKNOWN;
    work_rms_norm(w, n_in(s), rows_of(n_in(s), fact_elements(site_in(s, 1))));
    if (!named_activation(site_string(s, "activation", "silu"), &vector, &special))
        vector = special = UNKNOWN;
    work_each(w, "N", n_in(s), cnt_add(vector, 1), special);
}

/* Rows are the last axis, or one of the branches that it is divided into. */
static void cost_branchwise(site *s, work *w) {
    enum { SCALE = 1 };
    count branches = site_int(s, "num_branches", 0);
    count rows = cnt_mul(last_rows(site_in(s, 0)), branches > 0 ? branches : 1);
    if (site_in(s, SCALE)) {
        work_rms_norm(w, n_in(s), rows);
        return;
    }
    work_each(w, "N", n_in(s), 3, 0);
    work_each(w, "rows", rows, 2, 2);
}

/* --- EngramGate: a value gated by how far a key and a query agree --- */

static void infer_engram(site *s) {
    const fact *key = site_in(s, 0), *value_ = site_in(s, 2);
    if (!key)
        return;
    out_shaped_like(s, 0, fact_elem(value_), key);
    out_shaped_like(s, 1, fact_elem(value_), key);
}

static void cost_engram(site *s, work *w) {
    count n = n_in(s), rows = last_rows(site_in(s, 0));
    work_rms_norm(w, n, rows);
    work_rms_norm(w, n, rows);
    work_each(w, "N", n, 2, 0);       /* their product, summed */
    work_each(w, "rows", rows, 5, 1); /* scale, absolute value, maximum, root, sign, product */
    work_each(w, "rows", rows, 3, 1); /* sigmoid */
    work_each(w, "N", n, 1, 0);
    if (site_out(s, 1))
        work_rms_norm(w, n, rows);
}

/* --- QOrderedLayerNormalization: int8 in and out --- */

static void cost_ordered(site *s, work *w) {
    enum { BIAS = 3 };
    const fact *x = site_in(s, 0);
    int64_t axis = site_int(s, "axis", -1);
    int from = x && x->rank >= 0 ? (int)(axis < 0 ? axis + x->rank : axis) : 0;
    work_layer_norm(w, n_in(s), fact_range(x, 0, from), site_in(s, BIAS) != NULL);
    work_dequantize(w, n_in(s), false);
    work_quantize(w, n_in(s), false);
}

static void infer_ordered(site *s) {
    const fact *x = site_in(s, 0);
    if (x && x->rank >= 0)
        site_axis(s, site_int(s, "axis", -1), x->rank);
    out_like(s, 0, x);
}

#define NORM                                                                                       \
    .domain = "com.microsoft", .since = 1, .kind = OP_ANCHOR, .family = FAMILY_NORM,               \
    .traits = OP_FP32_VECTOR
#define QUANTIZED_NORM                                                                             \
    .domain = "com.microsoft", .since = 1, .kind = OP_ANCHOR, .family = FAMILY_NORM,               \
    .traits = OP_FP32_VECTOR | OP_QUANTIZED

const op_def ops_contrib_norm[] = {
    {NORM, .name = "SkipLayerNormalization", .infer = infer_skip, .cost = cost_skip_layer,
     .rule = "6 per element (+ 1 beta), 1 per added tensor; 3 and 2 special per row"},
    {NORM, .name = "SkipSimplifiedLayerNormalization", .infer = infer_skip, .cost = cost_skip_rms,
     .rule = "4 per element, 1 per added tensor; 2 and 2 special per row"},
    {NORM, .name = "EmbedLayerNormalization", .infer = infer_embed, .cost = cost_embed,
     .rule = "7 per element, 1 per added table; 3 and 2 special per row; estimated: rows read"},
    {QUANTIZED_NORM, .name = "QEmbedLayerNormalization", .infer = infer_embed_quantized,
     .cost = cost_embed_quantized,
     .rule = "as EmbedLayerNormalization; 2 per element of each row that is read; estimated: rows "
             "read"},
    {NORM, .name = "GroupNorm", .infer = infer_group, .cost = cost_group,
     .rule = "7 per element; 3 and 2 special per group; SiLU 4 and 1 special"},
    {NORM, .name = "SkipGroupNorm", .infer = infer_group, .cost = cost_skip_group,
     .rule = "7 per element, 1 per added tensor; 3 and 2 special per group; SiLU 4 and 1 special"},
    {NORM, .name = "GatedRMSNorm", .infer = infer_like_input, .cost = cost_gated,
     .rule = "5 per element; 2 and 2 special per row; the activation's rule"},
    {NORM, .name = "BranchwiseRMSNorm", .infer = infer_like_input, .cost = cost_branchwise,
     .rule = "4 per element (3 without a scale); 2 and 2 special per branch"},
    {NORM, .name = "EngramGate", .infer = infer_engram, .cost = cost_engram,
     .rule = "11 per element; 12 and 6 special per row; the second output an RMS norm more"},
    {QUANTIZED_NORM, .name = "QOrderedLayerNormalization", .infer = infer_ordered,
     .cost = cost_ordered, .rule = "as LayerNormalization; dequantize X, quantize Y"},
    {0},
};
