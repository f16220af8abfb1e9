#include "data_case.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT = 1024, LIST = 65 };

/* --- reading --- */

/* Splits a text at separators into a list; returns how many parts. */
static int split(char *text, const char *separators, char *part[LIST]) {
    int n = 0;
    char *rest;
    for (char *p = strtok_r(text, separators, &rest); p; p = strtok_r(NULL, separators, &rest)) {
        assert_true(n < LIST);
        part[n++] = p;
    }
    return n;
}

static int64_t integer(const char *text) {
    char *end;
    long long v = strtoll(text, &end, 10);
    assert_true(*text && !*end);
    return v;
}

static double real(const char *text) {
    char *end;
    double v = strtod(text, &end);
    assert_true(*text && !*end);
    return v;
}

static void add_items(op_case *c, fact *f, char *text) {
    char *part[LIST];
    content *x = arena_alloc(c->arena, sizeof *x);
    x->splat = text[0] == '=';
    int n = split(text + x->splat, " ", part);
    x->n = fact_elements(f);
    x->real = dtype_kind(f->elem) == CLASS_FLOAT;
    x->item = arena_array(c->arena, LIST, sizeof *x->item);
    x->is_known = arena_alloc(c->arena, LIST);
    assert_true(n == (x->splat ? 1 : x->n));
    for (int i = 0; i < n; i++) {
        x->is_known[i] = strcmp(part[i], "?") != 0;
        if (x->is_known[i] && x->real)
            x->item[i].f = real(part[i]);
        else if (x->is_known[i])
            x->item[i].i = integer(part[i]);
    }
    f->content = x;
}

static int read_dims(char *text, count dims[LIST]) {
    char *part[LIST];
    if (!strcmp(text, "*"))
        return -1;
    int rank = split(text, ",", part);
    for (int k = 0; k < rank; k++)
        dims[k] = strcmp(part[k], "?") ? integer(part[k]) : UNKNOWN;
    return rank;
}

/* The text up to a closing bracket; *text moves behind it. */
static char *enclosed(char **text, char open, char close) {
    if (**text != open)
        return NULL;
    char *inside = *text + 1, *end = strchr(inside, close);
    assert_non_null(end);
    *end = 0;
    *text = end + 1;
    return inside;
}

static void add_input(op_case *c, char **text) {
    count dims[LIST];
    bool constant = !strncmp(*text, "w:", 2), shared = !strncmp(*text, "s:", 2);
    *text += constant || shared ? 2 : 0;
    size_t name = strcspn(*text, "[");
    char elem[16] = "";
    memcpy(elem, *text, name < sizeof elem ? name : sizeof elem - 1);
    *text += name;
    int rank = read_dims(enclosed(text, '[', ']'), dims);
    fact *f = (constant ? op_weight : op_input)(c, dtype_from_name(elem), rank, dims);
    c->values[c->node.n_in - 1].n_uses = shared ? 2 : 1;
    char *items = enclosed(text, '{', '}');
    if (items)
        add_items(c, f, items);
}

void data_case_add_inputs(op_case *c, const char *inputs) {
    char *at = arena_strdup(c->arena, inputs);
    while (*at) {
        if (*at == '-') {
            op_no_input(c);
            at++;
        } else if (*at == ' ') {
            at++;
        } else {
            add_input(c, &at);
        }
    }
}

static void add_attribute(op_case *c, const char *name, char *text) {
    char *part[LIST];
    int64_t items[LIST];
    if (strchr(text, ',')) {
        int n = split(text, ",", part);
        for (int i = 0; i < n; i++)
            items[i] = integer(part[i]);
        op_ints(c, name, (size_t)n, items);
    } else if (strspn(text, "-0123456789") == strlen(text)) {
        op_int(c, name, integer(text));
    } else if (strspn(text, "-.0123456789") == strlen(text)) {
        op_float(c, name, real(text));
    } else {
        op_string(c, name, text);
    }
}

/* False when the text is not an attribute of which only the length is known. */
static bool add_length(op_case *c, char *text) {
    static const struct {
        char sign;
        attribute_kind kind;
    } kinds[] = {{'*', ATTR_FLOATS}, {'#', ATTR_INTS}, {'$', ATTR_STRINGS}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char *sign = strchr(text, kinds[i].sign);
        if (!sign)
            continue;
        *sign = 0;
        c->attrs[c->node.n_attrs++] =
            (attribute){.name = text, .kind = kinds[i].kind, .n = (size_t)integer(sign + 1)};
        return true;
    }
    return false;
}

void data_case_add_attributes(op_case *c, const char *attributes) {
    char *copy = arena_strdup(c->arena, attributes), *part[LIST];
    int n = split(copy, " ", part);
    for (int i = 0; i < n; i++) {
        char *equals = strchr(part[i], '=');
        if (!equals && add_length(c, part[i]))
            continue;
        assert_non_null(equals);
        *equals = 0;
        add_attribute(c, part[i], equals + 1);
    }
}

/* --- writing --- */

static void append(char *text, size_t size, const char *format, ...) {
    va_list args;
    size_t n = strlen(text);
    va_start(args, format);
    vsnprintf(text + n, size - n, format, args);
    va_end(args);
}

static void append_count(char *text, size_t size, const char *before, count n) {
    append(text, size, "%s", before);
    if (known(n))
        append(text, size, "%lld", (long long)n);
    else
        append(text, size, "?");
}

static void append_items(char *text, size_t size, const content *c) {
    enum { SHOWN = 24 };
    append(text, size, c->splat ? "{=" : "{");
    for (count i = 0; i < (c->splat && c->n ? 1 : c->n) && i < SHOWN; i++) {
        double f;
        int64_t v;
        append(text, size, i ? " " : "");
        if (c->real && content_real(c, i, &f))
            append(text, size, "%g", f);
        else if (!c->real && content_int(c, i, &v))
            append(text, size, "%lld", (long long)v);
        else
            append(text, size, "?");
    }
    append(text, size, "}");
}

static void append_tensor(char *text, size_t size, const fact *f) {
    append(text, size, "%s[%s", dtype_name(f->elem), f->rank < 0 ? "*" : "");
    for (int k = 0; k < f->rank; k++)
        append_count(text, size, k ? "," : "", f->dims[k]);
    append(text, size, "]");
    if (f->content)
        append_items(text, size, f->content);
}

void data_case_outputs(const op_case *c, char *text, size_t size) {
    bool refused = c->error.status != ROOF_OK;
    *text = 0;
    for (unsigned i = 0; i < c->node.n_out; i++) {
        const fact *f = op_out(c, i);
        append(text, size, "%s", i ? " " : "");
        if (refused)
            append(text, size, "invalid");
        else
            append_tensor(text, size, f);
    }
}

static void append_work(char *text, size_t size, const char *name, count n) {
    if (n == 0)
        return;
    append_count(text, size, name, n);
    append(text, size, " ");
}

void data_case_work(const op_case *c, char *text, size_t size) {
    const work *w = &c->work;
    *text = 0;
    if (c->error.status != ROOF_OK)
        return;
    append_work(text, size, "macs ", w->macs);
    if (w->macs_valid != w->macs)
        append_count(text, size, "valid ", w->macs_valid);
    append(text, size, w->macs_valid != w->macs ? " " : "");
    append_work(text, size, "vector ", w->vector);
    append_work(text, size, "special ", w->special);
    append_work(text, size, "integer ", w->integer);
    append(text, size, "read");
    for (unsigned i = 0; i < c->node.n_in; i++)
        append_count(text, size, " ", w->touched[i]);
    append(text, size, " write");
    for (unsigned i = 0; i < c->node.n_out; i++)
        append_count(text, size, " ", w->written[i]);
    append(text, size, w->estimated ? " estimated" : "");
}

/* --- checking --- */

/* As many outputs as the expectation names: words outside of braces. */
static unsigned outputs_of(const char *expected) {
    unsigned n = 1;
    bool inside = false;
    for (const char *p = expected; *p; p++) {
        inside = *p == '{' || (inside && *p != '}');
        n += *p == ' ' && !inside;
    }
    return n;
}

static void check(const char *domain, const data_case *d) {
    char outputs[TEXT], done[TEXT];
    op_case *c = op_case_new(domain, d->op, d->version);
    data_case_add_inputs(c, d->inputs);
    data_case_add_attributes(c, d->attributes);
    op_run(c, outputs_of(d->outputs));
    data_case_outputs(c, outputs, sizeof outputs);
    data_case_work(c, done, sizeof done);
    bool refused = c->error.status != ROOF_OK;
    bool as_told =
        !d->work || (refused ? strstr(c->error.text, d->work) != NULL : !strcmp(done, d->work));
    if (!c->op || strcmp(outputs, d->outputs) || !as_told)
        fail_msg("%s-%d %s %s\n  gives %s: %s%s\n  but not %s: %s", d->op, d->version, d->inputs,
                 d->attributes, outputs, done, c->error.text, d->outputs, d->work ? d->work : "");
    op_case_free(c);
}

void data_case_check(const data_case *d) {
    check("", d);
}

void data_case_check_domain(const char *domain, const data_case *table, size_t n) {
    for (size_t i = 0; i < n; i++)
        check(domain, &table[i]);
}

void data_case_check_all(const data_case *table, size_t n) {
    data_case_check_domain("", table, n);
}
