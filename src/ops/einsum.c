#include "ops/einsum.h"
#include "ops/compute.h"
#include <string.h>

static index_set bit(int index) {
    return (index_set)1 << index;
}

static int letter_index(char c) {
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    return c >= 'a' && c <= 'z' ? 26 + c - 'a' : -1;
}

/* One term of the equation: its indices in order, the ellipsis widened to its dims. */
typedef struct term {
    int n;
    unsigned char index[MAX_RANK];
} term;

static bool append(site *s, term *t, int index) {
    if (t->n == MAX_RANK) {
        site_invalid(s, "the equation has a term of more than %d indices", MAX_RANK);
        return false;
    }
    t->index[t->n++] = (unsigned char)index;
    return true;
}

/* Letters of a term, and whether it has an ellipsis. */
static bool count_letters(site *s, const char *from, const char *to, int *letters, bool *ellipsis) {
    *letters = 0;
    *ellipsis = false;
    for (const char *p = from; p < to; p++) {
        if (letter_index(*p) >= 0) {
            ++*letters;
        } else if (to - p >= 3 && !strncmp(p, "...", 3) && !*ellipsis) {
            *ellipsis = true;
            p += 2;
        } else if (*p != ' ') {
            site_invalid(s, "the equation is damaged");
            return false;
        }
    }
    return true;
}

/* Reads a term whose ellipsis stands for `wide` dims, aligned at the last. */
static bool read_term(site *s, const char *from, const char *to, int wide, term *t) {
    t->n = 0;
    for (const char *p = from; p < to; p++) {
        if (*p == '.') {
            for (int k = EINSUM_INDICES - wide; k < EINSUM_INDICES; k++)
                if (!append(s, t, k))
                    return false;
            p += 2;
        } else if (letter_index(*p) >= 0 && !append(s, t, letter_index(*p))) {
            return false;
        }
    }
    return true;
}

/* Gives an index the extent that one operand has for it. */
static bool meet_extent(site *s, einsum *e, int index, count extent) {
    count *have = &e->extent[index];
    if (extent == 1 || extent == *have)
        return true;
    if (*have == 1 || !known(*have)) {
        *have = extent;
    } else if (known(extent)) {
        site_invalid(s, "an index is %lld in one operand, %lld in another", (long long)*have,
                     (long long)extent);
        return false;
    }
    return true;
}

/* Takes one operand's term in. False as einsum_read. */
static bool read_operand(site *s, einsum *e, const char *from, const char *to, int *widest) {
    const fact *f = site_in(s, e->n_operands);
    int letters;
    bool ellipsis;
    if (e->n_operands >= site_n_in(s)) {
        site_invalid(s, "the equation has more terms than the %u operands", site_n_in(s));
        return false;
    }
    if (!count_letters(s, from, to, &letters, &ellipsis))
        return false;
    if (!f || f->rank < 0 || e->n_operands == EINSUM_OPERANDS)
        return false;
    int wide = f->rank - letters;
    if (wide < 0 || (wide > 0 && !ellipsis)) {
        site_invalid(s, "operand %u has %d dimensions, its term %d", e->n_operands, f->rank,
                     letters);
        return false;
    }
    if (wide > EINSUM_INDICES - EINSUM_LETTERS)
        return false;
    term t;
    if (!read_term(s, from, to, wide, &t))
        return false;
    index_set set = 0;
    for (int i = 0; i < t.n; i++) {
        set |= bit(t.index[i]);
        if (!meet_extent(s, e, t.index[i], f->dims[i]))
            return false;
    }
    *widest = wide > *widest ? wide : *widest;
    e->operand[e->n_operands++] = set;
    return true;
}

/* Without an output term: the ellipsis, then every letter that occurs once, in order. */
static bool implicit_output(site *s, const char *inputs, int widest, term *t) {
    t->n = 0;
    for (int k = EINSUM_INDICES - widest; k < EINSUM_INDICES; k++)
        if (!append(s, t, k))
            return false;
    int seen[EINSUM_LETTERS] = {0};
    for (const char *p = inputs; *p; p++)
        if (letter_index(*p) >= 0)
            seen[letter_index(*p)]++;
    for (int k = 0; k < EINSUM_LETTERS; k++)
        if (seen[k] == 1 && !append(s, t, k))
            return false;
    return true;
}

static bool keep_output(site *s, einsum *e, const term *t) {
    index_set all = 0;
    for (unsigned i = 0; i < e->n_operands; i++)
        all |= e->operand[i];
    for (int i = 0; i < t->n; i++) {
        if (!(all & bit(t->index[i])) || (e->output_set & bit(t->index[i]))) {
            site_invalid(s, "an index of the output occurs twice or in no operand");
            return false;
        }
        e->output_set |= bit(t->index[i]);
        e->output[i] = t->index[i];
    }
    e->n_output = t->n;
    return true;
}

bool einsum_read(site *s, einsum *e) {
    const char *equation = site_string(s, "equation", NULL);
    if (!equation) {
        site_invalid(s, "the equation is missing");
        return false;
    }
    *e = (einsum){0};
    for (int i = 0; i < EINSUM_INDICES; i++)
        e->extent[i] = 1;
    const char *arrow = strstr(equation, "->");
    const char *end = arrow ? arrow : equation + strlen(equation);
    int widest = 0;
    for (const char *from = equation; from <= end;) {
        const char *comma = memchr(from, ',', (size_t)(end - from));
        const char *to = comma ? comma : end;
        if (!read_operand(s, e, from, to, &widest))
            return false;
        from = to + 1;
    }
    if (e->n_operands != site_n_in(s)) {
        site_invalid(s, "the equation has %u terms for %u operands", e->n_operands, site_n_in(s));
        return false;
    }
    term t;
    int letters;
    bool ellipsis;
    const char *output = arrow ? arrow + 2 : NULL;
    if (!output)
        return implicit_output(s, equation, widest, &t) && keep_output(s, e, &t);
    const char *stop = output + strlen(output);
    return count_letters(s, output, stop, &letters, &ellipsis) &&
           read_term(s, output, stop, widest, &t) && keep_output(s, e, &t);
}

void einsum_output(const einsum *e, count *dims) {
    for (int i = 0; i < e->n_output; i++)
        dims[i] = e->extent[e->output[i]];
}

static count volume(const einsum *e, index_set set) {
    count n = 1;
    for (int i = 0; i < EINSUM_INDICES; i++)
        if (set & bit(i))
            n = cnt_mul(n, e->extent[i]);
    return n;
}

/* Sums what only the intermediate result still has. */
static index_set reduce_alone(const einsum *e, index_set have, index_set needed, work *w) {
    if (have & ~needed)
        work_each(w, "elements - sums", cnt_sub(volume(e, have), volume(e, have & needed)), 1, 0);
    return have & needed;
}

void einsum_work(const einsum *e, work *w) {
    index_set needed[EINSUM_OPERANDS + 1]; /* by operands from i on, or the output */
    needed[e->n_operands] = e->output_set;
    for (unsigned i = e->n_operands; i-- > 0;)
        needed[i] = needed[i + 1] | e->operand[i];
    index_set have = reduce_alone(e, e->operand[0], needed[1], w);
    for (unsigned i = 1; i < e->n_operands; i++) {
        index_set both = have | e->operand[i];
        if (both & ~needed[i + 1])
            work_macs(w, {"extents of the pair", volume(e, both)});
        else
            work_each(w, "extents of the pair", volume(e, both), 1, 0);
        have = both & needed[i + 1];
    }
}
