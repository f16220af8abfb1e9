/* Strings and encoded images. Their work is opaque; their shapes are not. */
#include "ops/fold.h"
#include <string.h>

static void cost_strings(site *s, work *w) {
    w->is_unknown = true;
    work_note(s, w, "work on strings is not counted");
}

/* --- StringConcat, RegexFullMatch, StringNormalizer, StringSplit --- */

static void infer_concat(site *s) {
    const fact *const operands[] = {site_in(s, 0), site_in(s, 1)};
    int rank;
    const count *dims = site_broadcast(s, operands, 2, &rank);
    out_tensor(s, 0, DT_STRING, rank, dims);
}

static void infer_match(site *s) {
    out_shaped_like(s, 0, DT_BOOL, site_in(s, 0));
}

/* Stop words leave the last dimension, of which at least one element remains. */
static void infer_normalizer(site *s) {
    const fact *in = site_in(s, 0);
    const attribute *stop = node_attribute(s->node, "stopwords");
    count dims[2];
    if (!in)
        return;
    if (in->rank >= 0 && in->rank != 1 && in->rank != 2) {
        site_invalid(s, "%d dimensions instead of 1 or 2", in->rank);
        return;
    }
    for (int k = 0; k < in->rank; k++)
        dims[k] = in->dims[k];
    if (in->rank > 0)
        dims[in->rank - 1] = stop && stop->n > 0 && in->dims[in->rank - 1] != 1
                                 ? UNKNOWN
                                 : cnt_max(1, in->dims[in->rank - 1]);
    out_tensor(s, 0, DT_STRING, in->rank, dims);
}

static void infer_split(site *s) {
    const fact *in = site_in(s, 0);
    count dims[MAX_RANK + 1];
    if (!in || !rank_allowed(s, in->rank + 1))
        return;
    for (int k = 0; k < in->rank; k++)
        dims[k] = in->dims[k];
    if (in->rank >= 0)
        dims[in->rank] = fact_elements(in) == 0 ? 0 : UNKNOWN;
    out_tensor(s, 0, DT_STRING, in->rank < 0 ? -1 : in->rank + 1, dims);
    out_shaped_like(s, 1, DT_INT64, in);
}

/* --- TfIdfVectorizer: a row of n-gram counts for each row of tokens --- */

static void infer_tfidf(site *s) {
    const fact *in = site_in(s, 0);
    size_t n;
    const int64_t *indexes = site_ints(s, "ngram_indexes", &n);
    count width = indexes ? 0 : UNKNOWN;
    if (!in)
        return;
    if (in->rank == 0 || in->rank > 2) {
        site_invalid(s, "%d dimensions instead of 1 or 2", in->rank);
        return;
    }
    for (size_t i = 0; i < n; i++)
        width = cnt_max(width, cnt_add(indexes[i], 1));
    if (in->rank == 2)
        out_tensor(s, 0, DT_FLOAT, 2, (count[]){in->dims[0], width});
    else
        out_tensor(s, 0, DT_FLOAT, in->rank, &width);
}

static void cost_tfidf(site *s, work *w) {
    w->is_unknown = true;
    work_note(s, w, "looking n-grams up is not counted");
}

#define STRINGS     .domain = "", .kind = OP_OPAQUE, .family = FAMILY_OTHER, .cost = cost_strings
#define OPAQUE_RULE .rule = "unknown: strings are opaque"

const op_def ops_strings[] = {
    {STRINGS, .name = "StringConcat", .since = 20, .infer = infer_concat, OPAQUE_RULE},
    {STRINGS, .name = "StringNormalizer", .since = 10, .infer = infer_normalizer, OPAQUE_RULE},
    {STRINGS, .name = "StringSplit", .since = 20, .infer = infer_split, OPAQUE_RULE},
    {STRINGS, .name = "RegexFullMatch", .since = 20, .infer = infer_match, OPAQUE_RULE},
    {.domain = "",
     .name = "TfIdfVectorizer",
     .since = 9,
     .kind = OP_OPAQUE,
     .family = FAMILY_OTHER,
     .infer = infer_tfidf,
     .cost = cost_tfidf,
     .rule = "unknown: n-gram look-ups are opaque"},
    {0},
};
