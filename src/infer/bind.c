#include "infer/bind.h"
#include "base/error.h"
#include "base/text.h"
#include "infer/expr.h"
#include "onnx/value.h"
#include "ops/sequence.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 256, MAX_ASSUMPTIONS = 16 };

/* --- symbols --- */

static symbol *find_symbol(const bindings *b, const char *name) {
    return hash_get(b->by_name, name);
}

static symbol *add_symbol(bindings *b, const char *name, count size, bool given) {
    if (b->n_symbols == b->room) {
        size_t room = b->room ? b->room * 2 : 16;
        symbol **grown = arena_array(b->arena, room, sizeof *grown);
        if (b->n_symbols)
            memcpy(grown, b->symbols, b->n_symbols * sizeof *grown);
        b->symbols = grown;
        b->room = room;
    }
    symbol *s = arena_alloc(b->arena, sizeof *s);
    *s = (symbol){.name = arena_strdup(b->arena, name), .size = size, .given = given};
    b->symbols[b->n_symbols++] = s;
    hash_put(b->by_name, s->name, s);
    return s;
}

static void assume(bindings *b, const char *text) {
    if (!b->assumptions)
        b->assumptions = arena_array(b->arena, MAX_ASSUMPTIONS, sizeof *b->assumptions);
    if (b->n_assumptions < MAX_ASSUMPTIONS)
        b->assumptions[b->n_assumptions++] = text;
}

/* Looks a name of an expression up. Decoder exports leave the total beside its two parts open. */
count bind_look_up(void *user, const char *name, size_t n) {
    const bindings *b = user;
    char copy[NAME_SIZE];
    if (n >= sizeof copy)
        return UNKNOWN;
    memcpy(copy, name, n);
    copy[n] = '\0';
    symbol *s = find_symbol(b, copy);
    if (s) {
        s->used = true;
        return s->size;
    }
    if (strcmp(copy, "total_sequence_length") != 0)
        return UNKNOWN;
    const symbol *past = find_symbol(b, "past_sequence_length");
    const symbol *now = find_symbol(b, "sequence_length");
    return past && now ? cnt_add(past->size, now->size) : UNKNOWN;
}

count bind_dim(const bindings *b, const dim *d) {
    if (known(d->size) || !d->symbol)
        return d->size;
    symbol *s = find_symbol(b, d->symbol);
    if (s) {
        s->used = true;
        return s->size;
    }
    count size = UNKNOWN;
    return expr_evaluate(d->symbol, bind_look_up, (void *)(uintptr_t)b, &size) == EXPR_OK ? size
                                                                                          : UNKNOWN;
}

/* --- which inputs, which dimension --- */

/* Inputs that are no default of a stored weight, and are tensors. */
bool bind_is_open(const value *v) {
    return !v->stored && v->declared.kind == TYPE_TENSOR;
}

static value *find_input(const graph *g, const char *name) {
    for (size_t i = 0; i < g->n_inputs; i++)
        if (!strcmp(g->inputs[i]->name, name))
            return g->inputs[i];
    return NULL;
}

static bool is_plain_name(const char *s) {
    for (; *s; s++)
        if (strchr("+-*/%() \t", *s))
            return false;
    return true;
}

static bool looks_like_batch(const char *name) {
    static const char *const usual[] = {"n", "b", "bs", "none", "?", "-1"};
    if (!is_plain_name(name))
        return false;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (!strcasecmp(name, usual[i]))
            return true;
    return strcasestr(name, "batch") || !strncmp(name, "unk__", 5);
}

/* The first dimension of an input that may be the batch: named so, or without a name. */
static bool is_batch(const value *v) {
    if (!bind_is_open(v) || v->declared.rank < 1)
        return false;
    const dim *d = &v->declared.dims[0];
    if (known(d->size))
        return false;
    return d->symbol ? looks_like_batch(d->symbol) : v->declared.rank >= 2;
}

/* --- options --- */

static bool take_dims(engine *e, const roof_options *o, bindings *b) {
    for (size_t i = 0; i < o->n_dims; i++) {
        int64_t size;
        if (!text_to_int(o->dims[i].text, &size) || size < 0)
            return error_set(e->error, ROOF_USAGE,
                             "--dim %s=%s: the size must be a whole number, 0 or more",
                             o->dims[i].name, o->dims[i].text);
        symbol *old = find_symbol(b, o->dims[i].name);
        if (old)
            old->size = size;
        else
            add_symbol(b, o->dims[i].name, size, true);
    }
    return true;
}

/* Parses "1x3x224x224" (or with commas) into dims; the number of them, or -1. An empty text is a
 * scalar. */
static int parse_shape(const char *text, count dims[MAX_RANK]) {
    int rank = 0;
    while (*text) {
        char *end;
        if (rank == MAX_RANK || *text < '0' || *text > '9')
            return -1;
        long long size = strtoll(text, &end, 10);
        if (size == INT64_MAX || (*end && *end != 'x' && *end != ',') || (*end && !end[1]))
            return -1;
        dims[rank++] = size;
        text = end + (*end != '\0');
    }
    return rank;
}

static bool unknown_input(engine *e, const char *option, const roof_binding *given) {
    const graph *g = e->model->main;
    const char **names = arena_array(e->arena, g->n_inputs + 1, sizeof *names);
    for (size_t i = 0; i < g->n_inputs; i++)
        names[i] = g->inputs[i]->name;
    const char *near = text_nearest(given->name, names, g->n_inputs);
    return error_set(e->error, ROOF_USAGE, "%s %s=%s: the model has no input of that name%s%s%s",
                     option, given->name, given->text, near ? " (did you mean \"" : "",
                     near ? near : "", near ? "\"?)" : "");
}

/* A shape given for an input binds the names in its declaration, too. */
static bool bind_names(engine *e, bindings *b, const char *option, const roof_binding *given,
                       const value *v, const count *dims) {
    for (int i = 0; i < v->declared.rank; i++) {
        const char *name = v->declared.dims[i].symbol;
        if (known(v->declared.dims[i].size) || !name || !is_plain_name(name))
            continue;
        const symbol *s = find_symbol(b, name);
        if (s && s->size != dims[i])
            return error_set(
                e->error, ROOF_USAGE, "%s %s=%s: dimension \"%s\" is %lld there and %lld elsewhere",
                option, given->name, given->text, name, (long long)dims[i], (long long)s->size);
        if (!s)
            add_symbol(b, name, dims[i], false)->used = true;
    }
    return true;
}

/* Fixes the shape of an input, given by an option. */
static bool fix_shape(engine *e, bindings *b, const char *option, const roof_binding *given,
                      const value *v, int rank, const count *dims) {
    if (v->declared.rank >= 0 && v->declared.rank != rank)
        return error_set(e->error, ROOF_USAGE, "%s %s=%s: the input has %d dimensions, not %d",
                         option, given->name, given->text, v->declared.rank, rank);
    if (!bind_names(e, b, option, given, v, dims))
        return false;
    fact *f = &e->facts[v->id];
    count *copy = arena_array(e->arena, (size_t)rank + 1, sizeof *copy);
    if (rank > 0)
        memcpy(copy, dims, (size_t)rank * sizeof *copy);
    f->rank = rank;
    f->dims = copy;
    return true;
}

static bool take_shapes(engine *e, const roof_options *o, bindings *b) {
    for (size_t k = 0; k < o->n_shapes; k++) {
        const roof_binding *given = &o->shapes[k];
        value *v = find_input(e->model->main, given->name);
        if (!v)
            return unknown_input(e, "--shape", given);
        count dims[MAX_RANK];
        int rank = parse_shape(given->text, dims);
        if (rank < 0)
            return error_set(e->error, ROOF_USAGE, "--shape %s=%s: a shape looks like 1x3x224x224",
                             given->name, given->text);
        if (!fix_shape(e, b, "--shape", given, v, rank, dims))
            return false;
    }
    return true;
}

static const content *content_of(engine *e, const stored *s, const value_items *items) {
    count n = stored_elements(s);
    if (items->strings)
        return content_of_strings(e, n, items->strings);
    if (!items->numbers)
        return NULL;
    content *c = arena_alloc(e->arena, sizeof *c);
    *c = (content){.n = n,
                   .real = dtype_kind(s->type) == CLASS_FLOAT,
                   .item = (scalar *)(uintptr_t)items->numbers};
    return c;
}

static bool take_values(engine *e, const roof_options *o, bindings *b) {
    for (size_t k = 0; k < o->n_values; k++) {
        const roof_binding *given = &o->values[k];
        value *v = find_input(e->model->main, given->name);
        if (!v)
            return unknown_input(e, "--value", given);
        stored s;
        value_items items = {0};
        if (!value_file_read(given->text, e->arena, FOLD_ELEMENTS, &s, &items, e->error) ||
            !fix_shape(e, b, "--value", given, v, s.rank, s.dims))
            return false;
        if (v->declared.elem != DT_UNKNOWN && v->declared.elem != s.type)
            return error_set(e->error, ROOF_USAGE, "--value %s=%s: the input is %s, the tensor %s",
                             given->name, given->text, dtype_name(v->declared.elem),
                             dtype_name(s.type));
        e->facts[v->id].content = content_of(e, &s, &items);
    }
    return true;
}

/* The first size that all inputs of two and more dimensions share, or UNKNOWN. */
static count fixed_batch(const graph *g) {
    count batch = UNKNOWN;
    for (size_t i = 0; i < g->n_inputs; i++) {
        const value *v = g->inputs[i];
        if (!bind_is_open(v) || v->declared.rank < 2)
            continue;
        count size = v->declared.dims[0].size;
        if (!known(size) || (known(batch) && batch != size))
            return UNKNOWN;
        batch = size;
    }
    return batch;
}

static void rebind_fixed_batch(engine *e, count batch) {
    const graph *g = e->model->main;
    for (size_t i = 0; i < g->n_inputs; i++) {
        const value *v = g->inputs[i];
        fact *f = &e->facts[v->id];
        if (!bind_is_open(v) || v->declared.rank < 2 || f->rank >= 0)
            continue;
        count *dims = arena_array(e->arena, (size_t)v->declared.rank, sizeof *dims);
        for (int k = 0; k < v->declared.rank; k++)
            dims[k] = k ? v->declared.dims[k].size : batch;
        f->rank = v->declared.rank;
        f->dims = dims;
    }
}

/* Binds what is recognised as the batch: to --batch, or else to 1 where it is open. */
static bool take_batch(engine *e, const roof_options *o, bindings *b) {
    const graph *g = e->model->main;
    count size = o->batch > 0 ? o->batch : 1;
    bool found = false, unnamed = false;
    for (size_t i = 0; i < g->n_inputs; i++) {
        const value *v = g->inputs[i];
        if (!is_batch(v) || e->facts[v->id].rank >= 0)
            continue;
        const char *name = v->declared.dims[0].symbol;
        found = true;
        unnamed = unnamed || !name;
        if (!name || find_symbol(b, name))
            continue;
        add_symbol(b, name, size, false);
        if (o->batch <= 0) {
            char shown[64];
            text_printable(shown, sizeof shown, name);
            assume(b, arena_printf(b->arena, "%s = 1", shown));
        }
    }
    if (unnamed && o->batch <= 0)
        assume(b, "the unnamed first dimension of the inputs (the batch) = 1");
    if (o->batch <= 0 || found)
        return true;
    if (!known(fixed_batch(g)))
        return error_set(e->error, ROOF_USAGE,
                         "--batch %lld: no dimension of the model is recognised as the batch; use "
                         "--dim NAME=N or --shape INPUT=...",
                         (long long)o->batch);
    rebind_fixed_batch(e, o->batch);
    return true;
}

/* --- facts of the inputs --- */

static count bound_size(const void *user, const dim *d) {
    return bind_dim(user, d);
}

static void bind_input(engine *e, const roof_options *o, const bindings *b, const value *v) {
    fact *f = &e->facts[v->id];
    f->kind = v->declared.kind;
    f->elem = v->declared.elem;
    if (v->declared.inner) { /* a sequence or optional: what it holds */
        const fact *held = fact_of_type(e->arena, &v->declared, bound_size, b);
        f->inner = held->inner;
        f->elem = held->elem;
    }
    if (f->rank >= 0 || v->declared.rank < 0)
        return;
    count *dims = arena_array(e->arena, (size_t)v->declared.rank + 1, sizeof *dims);
    for (int i = 0; i < v->declared.rank; i++)
        dims[i] = bind_dim(b, &v->declared.dims[i]);
    if (is_batch(v) && !known(dims[0]))
        dims[0] = o->batch > 0 ? o->batch : 1;
    f->rank = v->declared.rank;
    f->dims = dims;
}

bool bind_inputs(engine *e, const roof_options *o, bindings *b) {
    *b = (bindings){.arena = e->arena, .by_name = hash_new(e->arena, 16)};
    if (!take_dims(e, o, b) || !take_shapes(e, o, b) || !take_values(e, o, b) ||
        !take_batch(e, o, b))
        return false;
    const graph *g = e->model->main;
    for (size_t i = 0; i < g->n_inputs; i++)
        if (!g->inputs[i]->stored)
            bind_input(e, o, b, g->inputs[i]);
    return bind_check_open(e, b) && (o->spare_dims || bind_check_names(e, b));
}
