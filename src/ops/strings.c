/* Strings: their work is opaque, their shapes are not, least of all where the strings are known. */
#include "ops/fold.h"
#include <string.h>
#include <strings.h>

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

static bool is_ascii(const char *text) {
    while (*text && (unsigned char)*text < 0x80)
        text++;
    return !*text;
}

static bool is_listed(const char *text, const attribute *list, bool by_case) {
    for (size_t i = 0; i < list->n; i++)
        if (by_case ? !strcmp(text, list->strings[i]) : !strcasecmp(text, list->strings[i]))
            return true;
    return false;
}

/* Elements that are no stop words. Letters beyond ASCII have no case that all agree on. */
static count count_kept(site *s, count n, const attribute *stop) {
    const char *const *text = site_strings(s, 0);
    bool by_case = site_int(s, "is_case_sensitive", 0) != 0, is_plain = true;
    count kept = 0;
    if (!stop || stop->n == 0)
        return n;
    if (!text || !stop->strings || !site_spend(s, cnt_mul(n, (count)stop->n)))
        return UNKNOWN;
    for (size_t i = 0; i < stop->n; i++)
        is_plain = is_plain && is_ascii(stop->strings[i]);
    for (count i = 0; i < n; i++) {
        is_plain = is_plain && is_ascii(text[i]);
        kept += !is_listed(text[i], stop, by_case);
    }
    return by_case || is_plain ? kept : UNKNOWN;
}

/* Stop words leave the last dimension, of which at least one element remains. */
static void infer_normalizer(site *s) {
    const fact *in = site_in(s, 0);
    count dims[2], n = fact_elements(in);
    if (!in)
        return;
    if (in->rank >= 0 && in->rank != 1 && in->rank != 2) {
        site_invalid(s, "%d dimensions instead of 1 or 2", in->rank);
        return;
    }
    for (int k = 0; k < in->rank; k++)
        dims[k] = in->dims[k];
    count kept = n == 1 ? 1 : count_kept(s, n, node_attribute(s->node, "stopwords"));
    if (in->rank > 0)
        dims[in->rank - 1] = cnt_max(1, kept);
    out_tensor(s, 0, DT_STRING, in->rank, dims);
}

/* Pieces between delimiters, at most `most`. */
static count count_pieces(const char *text, const char *delimiter, count most) {
    count pieces = 1;
    while (pieces < most && (text = strstr(text, delimiter))) {
        text += strlen(delimiter);
        pieces++;
    }
    return pieces;
}

/* Words between blanks, at most `most`; the last one may hold blanks. */
static count count_words(const char *text, count most) {
    static const char blanks[] = " \t\n\v\f\r\x1c\x1d\x1e\x1f";
    count words = 0;
    for (text += strspn(text, blanks); *text && words < most; text += strspn(text, blanks)) {
        text += strcspn(text, blanks);
        words++;
    }
    return words;
}

/* The most pieces that an element has. Whether an empty one has a piece is not agreed on, nor what
 * is blank beyond ASCII. */
static count most_pieces(site *s, count n) {
    const char *const *text = site_strings(s, 0);
    const char *delimiter = site_string(s, "delimiter", "");
    int64_t splits = site_int(s, "maxsplit", -1);
    count most = splits >= 0 ? cnt_add(splits, 1) : INT64_MAX, pieces = 0;
    bool is_clear = true;
    if (!text)
        return n == 0 ? 0 : UNKNOWN;
    for (count i = 0; i < n; i++) {
        is_clear = is_clear && (*delimiter ? *text[i] != 0 : is_ascii(text[i]));
        count own = !*text[i]    ? 0
                    : *delimiter ? count_pieces(text[i], delimiter, most)
                                 : count_words(text[i], most);
        pieces = cnt_max(pieces, own);
    }
    return is_clear || (*delimiter && pieces > 0) ? pieces : UNKNOWN;
}

static void infer_split(site *s) {
    const fact *in = site_in(s, 0);
    count dims[MAX_RANK + 1];
    if (!in || !rank_allowed(s, in->rank + 1))
        return;
    for (int k = 0; k < in->rank; k++)
        dims[k] = in->dims[k];
    if (in->rank >= 0)
        dims[in->rank] = most_pieces(s, fact_elements(in));
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
