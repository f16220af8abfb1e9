/* Recursive descent with a depth cap. Intermediate values may be negative; the result may not. */
#include "infer/expr.h"
#include <ctype.h>
#include <string.h>

enum { MAX_DEPTH = 64 };

typedef struct parser {
    const char *at;
    expr_lookup *lookup;
    void *user;
    int depth;
    bool is_free;    /* a name had no value */
    bool is_invalid; /* not an expression, overflow, division by zero */
} parser;

static int64_t sum(parser *p);

static bool is_name_start(char c) {
    return isalpha((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_name_part(char c) {
    return is_name_start(c) || isdigit((unsigned char)c) || c == '.';
}

static size_t name_length(const char *s) {
    size_t n = 0;
    while (is_name_part(s[n]))
        n++;
    return n;
}

static void skip_blanks(parser *p) {
    while (isspace((unsigned char)*p->at))
        p->at++;
}

static bool accept(parser *p, const char *token) {
    skip_blanks(p);
    size_t n = strlen(token);
    if (strncmp(p->at, token, n) != 0)
        return false;
    p->at += n;
    return true;
}

static int64_t fail(parser *p) {
    p->is_invalid = true;
    return 0;
}

static int64_t expect(parser *p, const char *token, int64_t result) {
    return accept(p, token) ? result : fail(p);
}

static int64_t floor_divide(parser *p, int64_t a, int64_t b) {
    if (b == 0)
        return p->is_free ? 0 : fail(p);
    if (a == INT64_MIN && b == -1)
        return fail(p);
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

static int64_t multiply(parser *p, int64_t a, int64_t b) {
    int64_t r;
    return __builtin_mul_overflow(a, b, &r) ? fail(p) : r;
}

static int64_t power(parser *p, int64_t base, int64_t exponent) {
    if (exponent < 0 || exponent > 63)
        return fail(p);
    int64_t r = 1;
    while (exponent-- > 0)
        r = multiply(p, r, base);
    return r;
}

static int64_t number(parser *p) {
    int64_t v = 0;
    while (isdigit((unsigned char)*p->at)) {
        if (__builtin_add_overflow(multiply(p, v, 10), *p->at - '0', &v))
            return fail(p);
        p->at++;
    }
    return v;
}

/* min(a, b, ...), max(a, b, ...), floor(a); any capitalisation. */
static int64_t call(parser *p, const char *name, size_t n) {
    bool is_min = n == 3 && !strncasecmp(name, "min", 3);
    bool is_max = n == 3 && !strncasecmp(name, "max", 3);
    if (!is_min && !is_max && !(n == 5 && !strncasecmp(name, "floor", 5)))
        return fail(p);
    int64_t v = sum(p);
    while ((is_min || is_max) && accept(p, ",")) {
        int64_t next = sum(p);
        v = (is_min ? next < v : next > v) ? next : v;
    }
    return expect(p, ")", v);
}

static int64_t atom(parser *p) {
    skip_blanks(p);
    if (isdigit((unsigned char)*p->at))
        return number(p);
    if (accept(p, "("))
        return expect(p, ")", sum(p));
    if (!is_name_start(*p->at))
        return fail(p);
    const char *name = p->at;
    size_t n = name_length(name);
    p->at += n;
    if (accept(p, "("))
        return call(p, name, n);
    count v = p->lookup(p->user, name, n);
    if (known(v))
        return v;
    p->is_free = true;
    return 0;
}

static int64_t factor(parser *p) {
    if (++p->depth > MAX_DEPTH)
        return fail(p);
    int64_t v;
    if (accept(p, "-")) {
        v = multiply(p, factor(p), -1);
    } else {
        v = atom(p);
        if (accept(p, "**"))
            v = power(p, v, factor(p));
    }
    p->depth--;
    return v;
}

static int64_t product(parser *p) {
    int64_t v = factor(p);
    while (!p->is_invalid) {
        if (accept(p, "*"))
            v = multiply(p, v, factor(p));
        else if (accept(p, "//") || accept(p, "/"))
            v = floor_divide(p, v, factor(p));
        else if (accept(p, "%")) {
            int64_t b = factor(p);
            v -= multiply(p, floor_divide(p, v, b), b);
        } else
            break;
    }
    return v;
}

static int64_t sum(parser *p) {
    if (++p->depth > MAX_DEPTH)
        return fail(p);
    int64_t v = product(p);
    while (!p->is_invalid) {
        if (accept(p, "+")) {
            if (__builtin_add_overflow(v, product(p), &v))
                fail(p);
        } else if (accept(p, "-")) {
            if (__builtin_sub_overflow(v, product(p), &v))
                fail(p);
        } else
            break;
    }
    p->depth--;
    return v;
}

expr_result expr_evaluate(const char *text, expr_lookup *lookup, void *user, count *result) {
    parser p = {.at = text, .lookup = lookup, .user = user};
    int64_t v = sum(&p);
    skip_blanks(&p);
    if (p.is_invalid || *p.at || (!p.is_free && v < 0))
        return EXPR_INVALID;
    *result = p.is_free ? UNKNOWN : v;
    return p.is_free ? EXPR_FREE : EXPR_OK;
}

void expr_names(const char *text, void (*visit)(void *user, const char *name, size_t n),
                void *user) {
    while (*text) {
        size_t n = is_name_start(*text) ? name_length(text) : 0;
        const char *after = text + n;
        while (isspace((unsigned char)*after))
            after++;
        if (n && *after != '(')
            visit(user, text, n);
        text += n ? n : 1;
    }
}
