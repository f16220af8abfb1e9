/* Element-wise arithmetic, comparisons, logic, selection and casts. */
#include "ops/compute.h"
#include "ops/fold.h"
#include "ops/scalar.h"
#include <ctype.h>
#include <math.h>
#include <string.h>

/* --- shapes --- */

/* Until version 6 the second operand was aligned with the first from `axis` on. The same elements
 * with 1s appended broadcast by today's rule. */
static const fact *aligned_operand(site *s, const fact *a, const fact *b) {
    bool is_old = s->version < 7 && site_int(s, "broadcast", 0) && site_has(s, "axis");
    if (!is_old || !a || !b || a->rank < 0 || b->rank < 0)
        return b;
    int axis = site_axis(s, site_int(s, "axis", 0), a->rank);
    if (axis < 0)
        return b;
    int rank = a->rank - axis;
    if (rank < b->rank) {
        site_invalid(s, "%d dimensions cannot be broadcast at axis %d of %d", b->rank, axis,
                     a->rank);
        return b;
    }
    count *dims = arena_array(s->arena, (size_t)rank, sizeof *dims);
    for (int k = 0; k < rank; k++)
        dims[k] = k < b->rank ? b->dims[k] : 1;
    fact *f = arena_alloc(s->arena, sizeof *f);
    *f = *b;
    f->rank = rank;
    f->dims = dims;
    return f;
}

/* All inputs, as they are broadcast. `few` is used where they are few. */
static const fact **operands(site *s, unsigned n, const fact *few[WALK_SOURCES]) {
    const fact **in = n <= WALK_SOURCES ? few : arena_array(s->arena, (size_t)n + 1, sizeof *in);
    for (unsigned i = 0; i < n; i++)
        in[i] = site_in(s, i);
    if (n == 2)
        in[1] = aligned_operand(s, in[0], in[1]);
    return in;
}

static bool broadcast_output(site *s, dtype elem, const fact *const *in, unsigned n) {
    int rank;
    const count *dims = site_broadcast(s, in, n, &rank);
    if (site_failed(s))
        return false;
    out_kept(s, 0, elem, rank, dims);
    return true;
}

static dtype first_type(const fact *const *in, unsigned n) {
    for (unsigned i = 0; i < n; i++)
        if (in[i] && in[i]->elem != DT_UNKNOWN)
            return in[i]->elem;
    return DT_UNKNOWN;
}

/* --- folding --- */

/* Operands of one output element as all integers or all reals; false when one is not known, or is
 * not a number, which only predicates take. */
static bool gather_operands(const content *const *c, const walk *w, bool real, bool takes_nan,
                            scalar *x) {
    for (int i = 0; i < w->n; i++) {
        if (!fold_get(c[i], w->at[i], &x[i]))
            return false;
        if (real && !c[i]->real)
            x[i].f = (double)x[i].i;
        if (real && isnan(x[i].f) && !takes_nan)
            return false;
    }
    return true;
}

static void fold_items(site *s, const scalar_rule *rule, content *out, const content *const *c,
                       walk *w) {
    dtype elem = site_out(s, 0)->elem;
    unsigned n = (unsigned)w->n;
    bool real = false;
    for (unsigned i = 0; i < n; i++)
        real |= c[i]->real;
    bool mixed = real && !out->real && !rule->is_predicate;
    for (count k = 0; k < (out->splat ? 1 : out->n); k++, walk_next(w)) {
        scalar x[WALK_SOURCES], result;
        if (!mixed && gather_operands(c, w, real, rule->is_predicate, x) &&
            rule->apply(x, n, real, &result) && scalar_fit(elem, &result))
            out->item[k] = result;
        else
            fold_forget(s, out, k);
    }
}

static void fold(site *s, const char *op, const fact *const *in, unsigned n) {
    const content *c[WALK_SOURCES];
    bool all_single = true;
    if (n > WALK_SOURCES || !site_out(s, 0))
        return;
    for (unsigned i = 0; i < n; i++) {
        c[i] = fold_source(s, i);
        if (!c[i])
            return;
        all_single &= fold_is_single(c[i]);
    }
    const scalar_rule *rule = scalar_rule_of(op);
    const fact *shape = site_out(s, 0);
    content *out = rule ? out_content(s, 0, all_single) : NULL;
    if (!out || out->n == 0)
        return;
    walk w = {.rank = shape->rank, .n = (int)n, .dims = shape->dims};
    for (unsigned i = 0; i < n; i++)
        if (!c[i]->splat)
            walk_broadcast(&w, (int)i, in[i]);
    fold_items(s, rule, out, c, &w);
}

static void infer_by(site *s, const char *rule, bool is_predicate) {
    unsigned n = site_n_in(s);
    if (n == 0)
        return;
    const fact *few[WALK_SOURCES], **in = operands(s, n, few);
    dtype elem = is_predicate ? DT_BOOL : first_type(in, n);
    if (!site_failed(s) && broadcast_output(s, elem, in, n))
        fold(s, rule, in, n);
}

void infer_arithmetic(site *s) {
    infer_by(s, s->op->name, false);
}

static void infer_predicate(site *s) {
    infer_by(s, s->op->name, true);
}

static void infer_mod(site *s) {
    infer_by(s, site_int(s, "fmod", 0) ? "Mod/fmod" : "Mod", false);
}

static void infer_shift(site *s) {
    bool left = !strcmp(site_string(s, "direction", ""), "LEFT");
    infer_by(s, left ? "BitShift/left" : "BitShift/right", false);
}

/* --- Where --- */

/* Item k of a choice: known when the chosen one is, or when both are and agree. */
static void choose(site *s, content *out, count k, const content *const *c, const count *at) {
    scalar condition, yes, no;
    bool knows_yes = fold_get(c[1], at[1], &yes), knows_no = fold_get(c[2], at[2], &no);
    bool decided = fold_get(c[0], at[0], &condition);
    bool agree = knows_yes && knows_no && (out->real ? yes.f == no.f : yes.i == no.i);
    if (decided ? (condition.i ? knows_yes : knows_no) : agree)
        out->item[k] = decided && !condition.i ? no : yes;
    else
        fold_forget(s, out, k);
}

static void fold_where(site *s, const fact *const *in) {
    const content *c[3] = {fold_source(s, 0), fold_source(s, 1), fold_source(s, 2)};
    const fact *shape = site_out(s, 0);
    scalar condition;
    if (!shape || !c[0] || c[0]->real || (!c[1] && !c[2]))
        return;
    bool one_sided = fold_is_single(c[0]) && fold_get(c[0], 0, &condition);
    bool needs_yes = !one_sided || condition.i, needs_no = !one_sided || !condition.i;
    bool all_single = fold_is_single(c[0]) && (!needs_yes || fold_is_single(c[1])) &&
                      (!needs_no || fold_is_single(c[2]));
    content *out = out_content(s, 0, all_single);
    if (!out || out->n == 0)
        return;
    walk w = {.rank = shape->rank, .n = 3, .dims = shape->dims};
    for (int i = 0; i < 3; i++)
        if (c[i] && !c[i]->splat)
            walk_broadcast(&w, i, in[i]);
    for (count k = 0; k < (out->splat ? 1 : out->n); k++, walk_next(&w))
        choose(s, out, k, c, w.at);
}

static void infer_where(site *s) {
    const fact *in[3] = {site_in(s, 0), site_in(s, 1), site_in(s, 2)};
    if (broadcast_output(s, first_type(in + 1, 2), in, 3))
        fold_where(s, in);
}

/* --- casts --- */

static void cast_to(site *s, dtype to) {
    out_shaped_like(s, 0, to, site_in(s, 0));
    const content *from = fold_source(s, 0);
    content *out = from ? out_content(s, 0, from->splat) : NULL;
    for (count k = 0; out && k < (out->splat ? 1 : out->n); k++) {
        scalar item;
        if (fold_get(from, k, &item) && scalar_cast(from->real, to, &item))
            out->item[k] = item;
        else
            fold_forget(s, out, k);
    }
}

/* The element type that attribute `to` names: a number, or in version 1 its name. */
static dtype named_type(site *s) {
    char name[32] = "";
    const char *text = site_string(s, "to", NULL);
    int64_t number = site_int(s, "to", 0);
    if (!text && !dtype_valid(number))
        site_invalid(s, "to = %lld is no element type", (long long)number);
    if (!text)
        return dtype_valid(number) ? (dtype)number : DT_UNKNOWN;
    for (size_t i = 0; text[i] && i + 1 < sizeof name; i++)
        name[i] = (char)tolower((unsigned char)text[i]);
    return dtype_from_name(name);
}

static void infer_cast(site *s) {
    cast_to(s, named_type(s));
}

static void infer_cast_like(site *s) {
    const fact *like = site_in(s, 1);
    cast_to(s, like ? like->elem : DT_UNKNOWN);
}

static void infer_bit_cast(site *s) {
    const fact *in = site_in(s, 0);
    dtype to = named_type(s);
    if (in && known(dtype_bits(in->elem)) && known(dtype_bits(to)) &&
        dtype_bits(in->elem) != dtype_bits(to))
        site_invalid(s, "%s and %s differ in size", dtype_name(in->elem), dtype_name(to));
    out_shaped_like(s, 0, to, in);
}

/* --- work --- */

static count n_out(site *s) {
    return fact_elements(site_out(s, 0));
}

static void cost_vector(site *s, work *w) {
    work_each(w, "N", n_out(s), 1, 0);
}

static void cost_special(site *s, work *w) {
    work_each(w, "N", n_out(s), 0, 1);
}

static void cost_n_ary(site *s, work *w) {
    work_each(w, "N", n_out(s), one_less(site_n_in(s)), 0);
}

static void cost_mean(site *s, work *w) {
    work_each(w, "N", n_out(s), site_n_in(s), 0);
}

static bool is_square(site *s) {
    const content *c = fold_source(s, 1);
    double exponent;
    return fold_is_single(c) && content_real(c, 0, &exponent) && exponent == 2;
}

static void cost_pow(site *s, work *w) {
    bool square = is_square(s);
    work_each(w, "N", n_out(s), square, !square);
}

static void cost_bits(site *s, work *w) {
    work_multiply(w, WORK_INTEGER, &(work_factor){"N", n_out(s)}, 1);
}

/* Only the type of the second input matters. */
static void cost_cast_like(site *s, work *w) {
    (void)s;
    if (site_in(s, 1))
        work_touch(w, 1, 0);
}

/* clang-format off: one operator per line */
#define ROW(op, version, how, may, shape, work_of, words)                                          \
    {                                                                                              \
        .domain = "", .name = op, .since = version, .kind = how, .family = FAMILY_ELEMENTWISE,     \
        .traits = may, .infer = shape, .cost = work_of, .rule = words                              \
    }
#define VECTOR(op, version)                                                                        \
    ROW(op, version, OP_MAP, OP_IN_PLACE, infer_arithmetic, cost_vector, "N vector")
#define SPECIAL(op, version)                                                                       \
    ROW(op, version, OP_MAP, OP_IN_PLACE, infer_arithmetic, cost_special, "N special")
#define N_ARY(op)                                                                                  \
    ROW(op, 1, OP_MAP, OP_IN_PLACE, infer_arithmetic, cost_n_ary, "(inputs - 1) N vector")
#define TEST(op, version) ROW(op, version, OP_MAP, 0, infer_predicate, cost_vector, "N vector")
#define LOGIC(op, version)                                                                         \
    ROW(op, version, OP_MAP, OP_IN_PLACE, infer_predicate, cost_bits, "N integer")
#define BITS(op, version)                                                                          \
    ROW(op, version, OP_MAP, OP_IN_PLACE, infer_arithmetic, cost_bits, "N integer")

const op_def ops_elementwise[] = {
    VECTOR("Add", 1),
    VECTOR("Sub", 1),
    VECTOR("Mul", 1),
    VECTOR("Div", 1),
    VECTOR("Neg", 1),
    VECTOR("Abs", 1),
    VECTOR("Floor", 1),
    VECTOR("Ceil", 1),
    VECTOR("Round", 11),
    VECTOR("Sign", 9),
    ROW("Mod", 10, OP_MAP, OP_IN_PLACE, infer_mod, cost_vector, "N vector"),
    ROW("Pow", 1, OP_MAP, OP_IN_PLACE, infer_arithmetic, cost_pow,
        "N special; constant exponent 2: N vector"),
    N_ARY("Sum"),
    N_ARY("Min"),
    N_ARY("Max"),
    ROW("Mean", 1, OP_MAP, OP_IN_PLACE, infer_arithmetic, cost_mean, "inputs x N vector"),
    SPECIAL("Sqrt", 1),
    SPECIAL("Reciprocal", 1),
    SPECIAL("Exp", 1),
    SPECIAL("Log", 1),
    SPECIAL("Sin", 7),
    SPECIAL("Cos", 7),
    SPECIAL("Tan", 7),
    SPECIAL("Asin", 7),
    SPECIAL("Acos", 7),
    SPECIAL("Atan", 7),
    SPECIAL("Sinh", 9),
    SPECIAL("Cosh", 9),
    SPECIAL("Asinh", 9),
    SPECIAL("Acosh", 9),
    SPECIAL("Atanh", 9),
    TEST("Equal", 1),
    TEST("Less", 1),
    TEST("Greater", 1),
    TEST("LessOrEqual", 12),
    TEST("GreaterOrEqual", 12),
    TEST("IsNaN", 9),
    TEST("IsInf", 10),
    LOGIC("And", 1),
    LOGIC("Or", 1),
    LOGIC("Xor", 1),
    LOGIC("Not", 1),
    ROW("BitShift", 11, OP_MAP, OP_IN_PLACE, infer_shift, cost_bits, "N integer"),
    BITS("BitwiseAnd", 18),
    BITS("BitwiseOr", 18),
    BITS("BitwiseXor", 18),
    BITS("BitwiseNot", 18),
    ROW("Where", 9, OP_MAP, 0, infer_where, NULL, "0"),
    ROW("Cast", 1, OP_MAP, 0, infer_cast, NULL, "0"),
    ROW("CastLike", 15, OP_MAP, 0, infer_cast_like, cost_cast_like,
        "0; the second input is not read"),
    ROW("BitCast", 26, OP_VIEW, 0, infer_bit_cast, NULL, "0; a view"),
    {0}};
/* clang-format on */
