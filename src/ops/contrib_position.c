/* ONNX Runtime's operators for positions: rotations, and biases that depend on distance. */
#include "ops/contrib.h"
#include "ops/fold.h"

/* --- MRotaryEmbedding: three positions for each token --- */

static void cost_rotary(site *s, work *w) {
    enum { POSITIONS = 1, COSINES = 2, SINES = 3 };
    rotary_cost(s, w, COSINES, SINES, POSITIONS);
}

/* --- GemmaRotaryEmbedding: queries and keys with their halves already rotated --- */

enum { EMBEDDING, QUERY, QUERY_ROTATED, KEY };

static void infer_gemma(site *s) {
    out_like(s, 0, site_in(s, QUERY));
    out_like(s, 1, site_in(s, KEY));
}

static void cost_gemma(site *s, work *w) {
    work_each(w, "elements(emb)", fact_elements(site_in(s, EMBEDDING)), 0, 2);
    work_each(w, "elements(Q)", fact_elements(site_in(s, QUERY)), 3, 0);
    work_each(w, "elements(K)", fact_elements(site_in(s, KEY)), 3, 0);
}

/* --- RelativePositionBias: a table looked up at the distance of two positions --- */

static void infer_relative(site *s) {
    const fact *table = site_in(s, 0);
    count dims[] = {1, fact_dim(table, 1), scalar_input(s, 1), scalar_input(s, 2)};
    out_tensor(s, 0, fact_elem(table), 4, dims);
}

/* Distances (1 integer), and for far ones a logarithm that is scaled, shifted and capped. */
static void cost_relative(site *s, work *w) {
    count pairs = fact_range(site_out(s, 0), 2, 4);
    work_integer(w, {"pairs", pairs});
    work_each(w, "pairs", pairs, 3, 1);
}

/* --- GatedRelativePositionBias --- */

enum { BIASED_QUERY, QUERY_BIAS, REL_POS, WEIGHT, WEIGHT_BIAS, ECO, TOKEN_OFFSET };

static void infer_gated(site *s) {
    const fact *q = site_in(s, BIASED_QUERY), *rel = site_in(s, REL_POS);
    bool packed = q && q->rank == 2;
    count batch = fact_dim(packed ? site_in(s, TOKEN_OFFSET) : q, 0);
    int64_t heads = attention_heads(s, "num_heads");
    if (q && q->rank >= 0 && q->rank != 2 && q->rank != 3)
        site_invalid(s, "the query has %d dimensions and must have 2 or 3", q->rank);
    if (heads)
        out_tensor(s, 0, fact_elem(q), 4,
                   (count[]){batch, heads, fact_dim(rel, 2), fact_dim(rel, 3)});
}

/* Each head of a token is projected to D values, summed to two, and gates a row of rel_pos. */
static void cost_gated(site *s, work *w) {
    count wide = fact_dim(site_in(s, WEIGHT), 1),
          elements = fact_elements(site_in(s, BIASED_QUERY));
    count rows = cnt_div(elements, fact_dim(site_in(s, WEIGHT), 0));
    work_each(w, "elements(Q)", elements, 1, 0); /* bias */
    work_macs(w, {"B.S.H.d", elements}, {"D", wide});
    work_each(w, "rows x D", cnt_mul(rows, wide), 1, 0);                   /* bias */
    work_each(w, "rows x (D - 2)", cnt_mul(rows, cnt_sub(wide, 2)), 1, 0); /* sums */
    work_each(w, "2 rows", cnt_mul(rows, 2), 3, 1);                        /* sigmoids */
    work_each(w, "rows", rows, 4, 0);                                      /* u (r e - 1) + 2 */
    work_each(w, "N", fact_elements(site_out(s, 0)), 1, 0);
}

#define POSITION                                                                                   \
    .domain = "com.microsoft", .since = 1, .kind = OP_ANCHOR, .family = FAMILY_ATTENTION

const op_def ops_contrib_position[] = {
    {POSITION, .name = "MRotaryEmbedding", .infer = rotary_infer, .cost = cost_rotary,
     .rule = "3 per rotated element; estimated: rows of the tables"},
    {POSITION, .name = "GemmaRotaryEmbedding", .infer = infer_gemma, .cost = cost_gemma,
     .rule = "3 per rotated element; 2 special per element of the embedding"},
    {POSITION, .name = "RelativePositionBias", .infer = infer_relative, .cost = cost_relative,
     .rule = "3 and 1 special and 1 integer per pair of positions"},
    {POSITION, .name = "GatedRelativePositionBias", .infer = infer_gated, .cost = cost_gated,
     .rule = "macs = B.S.H.d.D; 1 per element of the query and the output; 2D + 8 and 2 special "
             "per head of a token"},
    {0},
};
