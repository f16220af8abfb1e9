/* Conditions for --fail-if: parsing with a pointer to what is wrong, and truth. */
#include "base/error.h"
#include "base/text.h"
#include <ctype.h>
#include <math.h>
#include <roofline/compare.h>
#include <string.h>

enum { SHORT = 64, MOST_QUANTITIES = 32 };

/* Longer signs first. */
static const struct {
    const char *sign;
    roof_comparator comparator;
} signs[] = {
    {">=", ROOF_MORE_OR_EQUAL}, {"<=", ROOF_LESS_OR_EQUAL}, {"==", ROOF_EQUAL},
    {"!=", ROOF_NOT_EQUAL},     {">", ROOF_MORE},           {"<", ROOF_LESS},
};

static bool wrong(const char *text, const char *at, const char *what, roof_error *e) {
    if (!*at)
        return error_set(e, ROOF_USAGE, "--fail-if \"%.100s\": %s at its end", text, what);
    return error_set(e, ROOF_USAGE, "--fail-if \"%.100s\": %s at column %zu, \"%.40s\"", text, what,
                     (size_t)(at - text) + 1, at);
}

static const char *skip_blanks(const char *s) {
    while (isspace((unsigned char)*s))
        s++;
    return s;
}

static const char *parse_quantity(const char *text, const char *at, roof_condition *c,
                                  roof_error *e) {
    const char *names[MOST_QUANTITIES], *near;
    char word[SHORT], list[256] = "", what[400];
    size_t n = strspn(at, "abcdefghijklmnopqrstuvwxyz_"), count = 0;
    snprintf(word, sizeof word, "%.*s", (int)(n < sizeof word ? n : sizeof word - 1), at);
    const roof_quantity *q;
    for (size_t i = 0; (q = roof_quantity_at(i)); i++) {
        if (!strcmp(word, q->name)) {
            c->quantity = q;
            return at + n;
        }
        names[count++] = q->name;
        strncat(list, i ? ", " : "", sizeof list - strlen(list) - 1);
        strncat(list, q->name, sizeof list - strlen(list) - 1);
    }
    near = text_nearest(word, names, count);
    snprintf(what, sizeof what, "a quantity is expected (%s%s%s%s)", list,
             near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    wrong(text, at, what, e);
    return NULL;
}

static const char *parse_comparator(const char *text, const char *at, roof_condition *c,
                                    roof_error *e) {
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (!strncmp(at, signs[i].sign, strlen(signs[i].sign))) {
            c->comparator = signs[i].comparator;
            return at + strlen(signs[i].sign);
        }
    wrong(text, at, "one of > >= < <= == != is expected", e);
    return NULL;
}

/* What a prefix stands for; 0 when it is none. */
static double prefix_value(char c) {
    static const char letters[] = "pnumkMGTPE";
    static const double values[] = {1e-12, 1e-9, 1e-6, 1e-3, 1e3, 1e6, 1e9, 1e12, 1e15, 1e18};
    const char *found = c ? strchr(letters, c) : NULL;
    return found ? values[found - letters] : 0;
}

/* The unit, a prefix, or both; false when it is anything else. */
static bool parse_unit(const char *word, const roof_quantity *q, double *factor) {
    *factor = 1;
    if (!*word || !strcmp(word, q->unit))
        return true;
    *factor = prefix_value(*word);
    return *factor > 0 && (!word[1] || !strcmp(word + 1, q->unit));
}

static bool parse_value(const char *text, const char *at, roof_condition *c, roof_error *e) {
    char number[SHORT], what[160], word[SHORT];
    bool is_signed = *at == '+' || *at == '-';
    size_t n = strspn(at, "+-.0123456789");
    if (n > 0 && (at[n] == 'e' || at[n] == 'E') &&
        (isdigit((unsigned char)at[n + 1]) || strchr("+-", at[n + 1] ? at[n + 1] : 'x')))
        n += 1 + strspn(at + n + 1, "+-0123456789");
    snprintf(number, sizeof number, "%.*s", (int)(n < SHORT ? n : SHORT - 1), at);
    if (n >= SHORT || !text_to_double(*at == '+' ? number + 1 : number, &c->value) ||
        (*at == '+' && (at[1] == '-' || at[1] == '+')))
        return wrong(text, at, "a value such as +5%, 2ms or 1.5GB is expected", e);
    const char *unit = skip_blanks(at + n);
    size_t length = strlen(unit);
    while (length > 0 && isspace((unsigned char)unit[length - 1]))
        length--;
    snprintf(word, sizeof word, "%.*s", (int)(length < SHORT ? length : SHORT - 1), unit);
    c->relative = !strcmp(word, "%");
    if (c->relative && !is_signed)
        return wrong(text, at, "a percentage with its sign (+5% above A, -5% below) is expected",
                     e);
    if (is_signed && !c->relative)
        return wrong(text, at, "a percentage such as +5%, or a value without a sign, is expected",
                     e);
    double factor = 0.01;
    snprintf(what, sizeof what, "a prefix (p n u m k M G T P E)%s%s is expected",
             *c->quantity->unit ? " or the unit " : "", c->quantity->unit);
    if (!c->relative && (length >= SHORT || !parse_unit(word, c->quantity, &factor)))
        return wrong(text, unit, what, e);
    c->value *= factor;
    return true;
}

bool roof_condition_parse(const char *text, roof_condition *c, roof_error *error) {
    *c = (roof_condition){.text = text};
    const char *at = parse_quantity(text, skip_blanks(text), c, error);
    at = at ? parse_comparator(text, skip_blanks(at), c, error) : NULL;
    return at && parse_value(text, skip_blanks(at), c, error);
}

/* --- truth --- */

static bool compares(roof_comparator how, double left, double right) {
    switch (how) {
    case ROOF_MORE:
        return left > right;
    case ROOF_MORE_OR_EQUAL:
        return left >= right;
    case ROOF_LESS:
        return left < right;
    case ROOF_LESS_OR_EQUAL:
        return left <= right;
    case ROOF_EQUAL:
        return left == right;
    default:
        return left != right;
    }
}

/* How much B lies above A, as a share of A: of nothing everything is infinitely more. */
static double change(double a, double b) {
    return a == b ? 0 : a == 0 ? INFINITY : (b - a) / a;
}

static void write_value(char dst[SHORT], double v, const roof_quantity *q) {
    if (isnan(v))
        snprintf(dst, SHORT, "unknown");
    else if (q->is_count && v < 1e6)
        snprintf(dst, SHORT, "%.0f%s%s", v, *q->unit ? " " : "", q->unit);
    else
        text_si(dst, SHORT, v, q->unit);
}

roof_truth roof_condition_check(const roof_condition *c, const roof_analysis *a,
                                const roof_analysis *b, char *sentence, size_t size) {
    double left = roof_quantity_of(a, c->quantity), right = roof_quantity_of(b, c->quantity);
    char left_text[SHORT], right_text[SHORT], more[SHORT] = "";
    bool unknown = isnan(right) || (c->relative && isnan(left));
    bool holds =
        !unknown && compares(c->comparator, c->relative ? change(left, right) : right, c->value);
    write_value(left_text, left, c->quantity);
    write_value(right_text, right, c->quantity);
    if (!isnan(left) && !isnan(right))
        snprintf(more, sizeof more, " (%+.3g%%)", 100 * change(left, right));
    snprintf(sentence, size, "\"%.100s\" %s: %s is %s in A and %s in B%s", c->text,
             unknown ? "cannot be decided"
             : holds ? "holds"
                     : "does not hold",
             c->quantity->name, left_text, right_text, more);
    return unknown ? ROOF_NOBODY_KNOWS : holds ? ROOF_TRUE : ROOF_FALSE;
}
