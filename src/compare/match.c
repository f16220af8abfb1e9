/* Which row of B is which of A: by name, and what is left by operator, in order. */
#include "base/hash.h"
#include "compare/compare.h"
#include <string.h>

/* Of the table of common subsequences; beyond it rows are matched greedily. */
enum { MOST_CELLS = 1 << 22 };

/* --- by name --- */

typedef struct named { /* rows of B that have one name, in order */
    size_t row;
    struct named *next;
} named;

static hash *names_of(arena *memory, const roof_analysis *b) {
    size_t n = roof_analysis_rows(b);
    hash *h = hash_new(memory, n);
    named *all = arena_array(memory, n + 1, sizeof *all);
    for (size_t i = n; i-- > 0;) {
        const char *name = roof_analysis_row(b, i)->name;
        if (!*name)
            continue;
        all[i] = (named){.row = i, .next = hash_get(h, name)};
        hash_put(h, name, &all[i]);
    }
    return h;
}

/* The k-th row of a name is the k-th of that name. */
static void match_names(arena *memory, const roof_analysis *a, const roof_analysis *b,
                        matching *m) {
    hash *h = names_of(memory, b);
    for (size_t i = 0; i < roof_analysis_rows(a); i++) {
        named *first = hash_get(h, roof_analysis_row(a, i)->name);
        if (!first || m->taken[first->row])
            continue;
        m->of_a[i] = first->row;
        m->by_name[i] = true;
        m->taken[first->row] = true;
        if (first->next)
            hash_put(h, roof_analysis_row(a, i)->name, first->next);
    }
}

/* --- by operator --- */

typedef struct rest { /* the rows that are left */
    size_t *row;
    const char **op; /* interned: equal operators are the same pointer */
    size_t n;
} rest;

static rest rest_of(arena *memory, hash *texts, const roof_analysis *x, const size_t *of_a,
                    const bool *taken) {
    size_t n = roof_analysis_rows(x);
    rest r = {.row = arena_array(memory, n + 1, sizeof *r.row),
              .op = arena_array(memory, n + 1, sizeof *r.op)};
    for (size_t i = 0; i < n; i++) {
        const roof_row *row = roof_analysis_row(x, i);
        if (of_a ? of_a[i] != NO_MATCH : taken[i])
            continue;
        r.row[r.n] = i;
        r.op[r.n++] = hash_intern(texts, arena_printf(memory, "%s:%s", row->domain, row->op));
    }
    return r;
}

static void pair(matching *m, const rest *a, size_t i, const rest *b, size_t k) {
    m->of_a[a->row[i]] = b->row[k];
    m->taken[b->row[k]] = true;
}

/* A longest common subsequence of a[from, to_a) and b[from, to_b). */
static void match_longest(arena *memory, const rest *a, size_t to_a, const rest *b, size_t to_b,
                          size_t from, matching *m) {
    size_t width = to_b - from + 1, height = to_a - from + 1;
    uint32_t *longest = arena_array(memory, width * height, sizeof *longest);
    for (size_t i = height - 1; i-- > 0;)
        for (size_t k = width - 1; k-- > 0;) {
            uint32_t down = longest[(i + 1) * width + k], right = longest[i * width + k + 1];
            longest[i * width + k] = a->op[from + i] == b->op[from + k]
                                         ? longest[(i + 1) * width + k + 1] + 1
                                     : down > right ? down
                                                    : right;
        }
    for (size_t i = 0, k = 0; i + 1 < height && k + 1 < width;) {
        if (a->op[from + i] == b->op[from + k])
            pair(m, a, from + i++, b, from + k++);
        else if (longest[(i + 1) * width + k] >= longest[i * width + k + 1])
            i++;
        else
            k++;
    }
}

/* Where a table would be too large: each row takes the next of its operator that is not far. */
static void match_next(const rest *a, size_t to_a, const rest *b, size_t to_b, size_t from,
                       matching *m) {
    enum { FAR = 256 };
    for (size_t i = from, k = from; i < to_a; i++)
        for (size_t j = k; j < to_b && j < k + FAR; j++)
            if (a->op[i] == b->op[j]) {
                pair(m, a, i, b, j);
                k = j + 1;
                break;
            }
}

static void match_operators(arena *memory, const rest *a, const rest *b, matching *m) {
    size_t from = 0, to_a = a->n, to_b = b->n;
    for (; from < to_a && from < to_b && a->op[from] == b->op[from]; from++)
        pair(m, a, from, b, from);
    for (; to_a > from && to_b > from && a->op[to_a - 1] == b->op[to_b - 1]; to_a--, to_b--)
        pair(m, a, to_a - 1, b, to_b - 1);
    if (to_a == from || to_b == from)
        return;
    if ((to_a - from + 1) <= MOST_CELLS / (to_b - from + 1))
        match_longest(memory, a, to_a, b, to_b, from, m);
    else
        match_next(a, to_a, b, to_b, from, m);
}

matching match_rows(arena *memory, const roof_analysis *a, const roof_analysis *b) {
    size_t n = roof_analysis_rows(a);
    matching m = {.of_a = arena_array(memory, n + 1, sizeof *m.of_a),
                  .by_name = arena_array(memory, n + 1, sizeof *m.by_name),
                  .taken = arena_array(memory, roof_analysis_rows(b) + 1, sizeof *m.taken)};
    for (size_t i = 0; i < n; i++)
        m.of_a[i] = NO_MATCH;
    match_names(memory, a, b, &m);
    hash *texts = hash_new(memory, 64);
    rest left = rest_of(memory, texts, a, m.of_a, NULL);
    rest right = rest_of(memory, texts, b, NULL, m.taken);
    match_operators(memory, &left, &right, &m);
    return m;
}
