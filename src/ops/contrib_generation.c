/* ONNX Runtime's searches and what surrounds text: beam search, hashes, tokenizers, n-grams; and
 * the nodes that hold a whole compiled network. */
#include "ops/contrib.h"
#include <string.h>

static void cost_opaque(site *s, work *w) {
    (void)s;
    w->is_unknown = true;
}

/* --- BeamSearch, WhisperBeamSearch, GreedySearch, Sampling: subgraphs, run token by token --- */

static void infer_beams(site *s) {
    enum { LENGTH = 1, BEAMS = 3, RETURNED = 4 };
    const fact *ids = site_in(s, 0);
    count batch = fact_dim(ids, 0), length = scalar_input(s, LENGTH);
    count returned = scalar_input(s, RETURNED), vocabulary = site_int(s, "vocab_size", UNKNOWN);
    count prompt = ids && ids->rank == 2 ? ids->dims[1] : UNKNOWN; /* of Whisper it is sound */
    if (site_int(s, "model_type", 0) != 0)
        prompt = UNKNOWN; /* the decoder begins with its own */
    out_tensor(s, 0, DT_INT32, 3, (count[]){batch, returned, length});
    out_tensor(s, 1, DT_FLOAT, 2, (count[]){batch, returned});
    out_tensor(s, 2, DT_FLOAT, 4,
               (count[]){cnt_sub(length, prompt), batch, scalar_input(s, BEAMS),
                         vocabulary > 0 ? vocabulary : UNKNOWN});
}

static void infer_greedy(site *s) {
    enum { LENGTH = 1 };
    count batch = fact_dim(site_in(s, 0), 0), vocabulary = site_int(s, "vocab_size", UNKNOWN);
    out_tensor(s, 0, DT_INT32, 2, (count[]){batch, scalar_input(s, LENGTH)});
    out_tensor(s, 1, DT_FLOAT, 2, (count[]){batch, vocabulary > 0 ? vocabulary : UNKNOWN});
}

static void cost_search(site *s, work *w) {
    w->is_unknown = true;
    work_note(s, w, "its subgraphs run once for each token that they make, which is not counted");
}

/* --- EPContext, Snpe: a network compiled for a device --- */

/* The declared shapes are all there is to go by. */
static void infer_declared(site *s) {
    for (unsigned i = 0; i < site_n_out(s); i++) {
        if (!site_out(s, i))
            continue;
        const type *declared = &s->node->out[i]->declared;
        count dims[MAX_RANK];
        for (int k = 0; k < declared->rank; k++)
            dims[k] = declared->dims[k].size;
        if (declared->kind == TYPE_TENSOR)
            out_tensor(s, i, declared->elem, declared->rank, dims);
    }
}

static void cost_compiled(site *s, work *w) {
    w->is_unknown = true;
    work_note(s, w, "a network compiled for a device: what it does cannot be seen");
}

/* --- Tokenizer --- */

static void infer_tokens(site *s) {
    const fact *x = site_in(s, 0);
    count dims[MAX_RANK + 1];
    int rank = x ? x->rank : -1;
    for (int k = 0; k < rank; k++)
        dims[k] = x->dims[k];
    if (rank >= 0)
        dims[rank++] = UNKNOWN;
    out_tensor(s, 0, DT_STRING, rank, dims);
}

/* --- MurmurHash3: 11 operations for each word of 4 bytes, 9 at the end --- */

static void infer_hash(site *s) {
    bool is_unsigned = site_int(s, "positive", 1) != 0;
    out_shaped_like(s, 0, is_unsigned ? DT_UINT32 : DT_INT32, site_in(s, 0));
}

static void cost_hash(site *s, work *w) {
    enum { WORD = 32 };
    const fact *x = site_in(s, 0);
    count words = cnt_div_up(dtype_bits(fact_elem(x)), WORD);
    if (!known(words)) { /* strings */
        w->is_unknown = true;
        return;
    }
    work_integer(w, {"N", fact_elements(x)}, {"", cnt_add(cnt_mul(11, words), 9)});
}

/* --- NGramRepeatBlock, BifurcationDetector: n-grams are compared --- */

static void infer_block(site *s) {
    out_like(s, 0, site_in(s, 1));
}

static void cost_block(site *s, work *w) {
    const fact *ids = site_in(s, 0);
    count n = site_int(s, "ngram_size", 0), length = fact_dim(ids, 1);
    count places = known(length) && length < n ? 0 : cnt_sub(length, one_less(n));
    work_integer(w, {"B", fact_dim(ids, 0)}, {"S - n + 1", places}, {"n", n});
    w->estimated = true;
    work_note(s, w, "tokens are data: every n-gram is compared to its end");
}

static void infer_bifurcation(site *s) {
    count found = UNKNOWN;
    dtype elem = fact_elem(site_in(s, 0));
    out_tensor(s, 0, elem, 1, &found);
    out_tensor(s, 1, elem, 0, NULL);
}

/* The tokens so far and all that are predicted. */
static void cost_bifurcation(site *s, work *w) {
    enum { SOURCE, CURRENT, PREVIOUS, PREDICTED };
    count source = fact_elements(site_in(s, SOURCE)), current = fact_elements(site_in(s, CURRENT));
    count predicted = site_in(s, PREDICTED) ? fact_elements(site_in(s, PREDICTED)) : 0;
    work_integer(w, {"source", source}, {"n", site_int(s, "max_ngram_size", 3)});
    work_integer(w, {"predicted", predicted});
    work_write(w, 0, cnt_add(current, predicted));
    w->estimated = true;
    work_note(s, w, "tokens are data: all that are predicted are taken, every n-gram compared");
}

/* --- WordConvEmbedding: characters of each word, convolved, tanh, the largest --- */

static void infer_words(site *s) {
    const fact *words = site_in(s, 0), *weights = site_in(s, 1);
    out_tensor(s, 0, fact_elem(weights), 2, (count[]){fact_dim(words, 0), fact_dim(weights, 0)});
}

static void cost_words(site *s, work *w) {
    enum { CHARACTERS = 3 };
    const fact *words = site_in(s, 0), *weights = site_in(s, 1);
    count window = site_int(s, "conv_window_size", fact_dim(weights, 2));
    count letters = fact_elements(words), n = fact_dim(words, 0), filters = fact_dim(weights, 0);
    count places = cnt_mul(n, cnt_add(cnt_sub(fact_dim(words, 1), window), 1));
    work_macs(w, {"places", places}, {"filters", filters},
              {"kernel", fact_range(weights, 1, weights ? weights->rank : 0)});
    work_each(w, "places x filters", cnt_mul(places, filters), 2, 1); /* bias, tanh, maximum */
    work_touch(w, CHARACTERS, cnt_mul(letters, fact_dim(site_in(s, CHARACTERS), -1)));
    w->estimated = true;
    work_note(s, w, "characters are data: each is taken to read a row of its own");
}

/* --- NGramHashMapping, VarlenNGramHashMapping --- */

static bool is_packed(const site *s) {
    return !strncmp(s->op->name, "Varlen", 6);
}

static void infer_mapping(site *s) {
    const fact *ids = site_in(s, 0);
    count order = one_less(site_int(s, "max_ngram_size", 0));
    count heads = cnt_mul(order, site_int(s, "n_head_per_ngram", 0));
    count batch = is_packed(s) ? cnt_sub(fact_dim(site_in(s, 3), 0), 1) : fact_dim(ids, 0);
    int64_t capacity = site_int(s, "state_update_capacity", 0);
    if (order < 1 || heads < 1) {
        site_invalid(s, "n-grams of up to %lld tokens, %lld heads", (long long)order + 1,
                     (long long)heads);
        return;
    }
    if (is_packed(s))
        out_tensor(s, 0, fact_elem(ids), 2, (count[]){fact_dim(ids, 0), heads});
    else
        out_tensor(s, 0, fact_elem(ids), 3, (count[]){batch, fact_dim(ids, 1), heads});
    out_tensor(s, 1, fact_elem(ids), 2, (count[]){batch, order});
    out_tensor(s, 2, DT_INT32, 2, (count[]){batch, order});
    out_tensor(s, 3, fact_elem(ids), 3, (count[]){batch, capacity > 0 ? capacity : 0, order});
}

/* A product for each token of the longest n-gram, all but one combined; a remainder for each head
 * and perhaps an offset. */
static void cost_mapping(site *s, work *w) {
    count n = fact_elements(site_in(s, 0)), longest = site_int(s, "max_ngram_size", 0);
    unsigned offsets = is_packed(s) ? 5 : 4;
    work_integer(w, {"tokens", n}, {"2n - 1", cnt_sub(cnt_mul(2, longest), 1)});
    work_integer(w, {"ids", fact_elements(site_out(s, 0))}, {"", site_in(s, offsets) ? 2 : 1});
}

#define MICROSOFT .domain = "com.microsoft", .since = 1
#define OTHER     MICROSOFT, .family = FAMILY_OTHER
#define SEARCH    OTHER, .kind = OP_OPAQUE, .traits = OP_RANDOM, .cost = cost_search
#define COMPILED                                                                                   \
    OTHER, .kind = OP_OPAQUE, .traits = OP_RANDOM, .infer = infer_declared, .cost = cost_compiled
#define MAPPING   OTHER, .kind = OP_ANCHOR, .infer = infer_mapping, .cost = cost_mapping
#define SUBGRAPHS "unknown: its subgraphs, once for each token"
#define UNSEEN    "unknown: a compiled network is opaque"
#define HASHES    "integer: 2n - 1 per token, 1 per id (+ 1 offset)"

const op_def ops_contrib_generation[] = {
    {SEARCH, .name = "BeamSearch", .infer = infer_beams, .rule = SUBGRAPHS},
    {SEARCH, .name = "WhisperBeamSearch", .infer = infer_beams, .rule = SUBGRAPHS},
    {SEARCH, .name = "GreedySearch", .infer = infer_greedy, .rule = SUBGRAPHS},
    {SEARCH, .name = "Sampling", .infer = infer_greedy, .rule = SUBGRAPHS},
    {COMPILED, .name = "EPContext", .rule = UNSEEN},
    {COMPILED, .name = "Snpe", .rule = UNSEEN},
    {OTHER, .kind = OP_OPAQUE, .name = "Tokenizer", .infer = infer_tokens, .cost = cost_opaque,
     .rule = "unknown: strings are opaque"},
    {OTHER, .kind = OP_MAP, .name = "MurmurHash3", .infer = infer_hash, .cost = cost_hash,
     .rule = "11 integer per 4 bytes, 9 per element; strings unknown"},
    {OTHER, .kind = OP_ANCHOR, .name = "NGramRepeatBlock", .infer = infer_block, .cost = cost_block,
     .rule = "B.(S - n + 1).n integer; estimated: comparisons"},
    {OTHER, .kind = OP_ANCHOR, .name = "BifurcationDetector", .infer = infer_bifurcation,
     .cost = cost_bifurcation, .rule = "source x n + predicted integer; estimated: comparisons"},
    {OTHER, .kind = OP_ANCHOR, .name = "WordConvEmbedding", .infer = infer_words,
     .cost = cost_words,
     .rule = "macs = words x places x filters x kernel; 2 and 1 special per place and filter; "
             "estimated: rows of the table"},
    {MAPPING, .name = "NGramHashMapping", .rule = HASHES},
    {MAPPING, .name = "VarlenNGramHashMapping", .rule = HASHES},
    {0},
};
