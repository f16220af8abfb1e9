/* How operator functions reach their node's inputs, attributes and outputs. */
#include "base/error.h"
#include "base/text.h"
#include "ops/engine.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

site site_of(engine *e, const node *n, const op_def *op, int64_t version) {
    return (site){.node = n, .op = op, .version = version, .arena = e->arena, .engine = e};
}

unsigned site_n_in(const site *s) {
    return s->node->n_in;
}

unsigned site_n_out(const site *s) {
    return s->node->n_out;
}

static fact *input_fact(const site *s, unsigned i) {
    if (i >= s->node->n_in || !s->node->in[i])
        return NULL;
    return &s->engine->facts[s->node->in[i]->id];
}

const fact *site_in(const site *s, unsigned i) {
    return input_fact(s, i);
}

fact *site_out(const site *s, unsigned i) {
    if (i >= s->node->n_out || !s->node->out[i])
        return NULL;
    return &s->engine->facts[s->node->out[i]->id];
}

bool site_spend(site *s, count items) {
    if (!known(items) || items > s->engine->fold_left)
        return false;
    s->engine->fold_left -= items;
    return true;
}

static content *content_new(engine *e, count n, bool real, bool splat) {
    count items = splat ? 1 : n;
    if (n < 0 || items > FOLD_ELEMENTS || items > e->fold_left)
        return NULL;
    e->fold_left -= items;
    content *c = arena_alloc(e->arena, sizeof *c);
    c->n = n;
    c->real = real;
    c->splat = splat;
    c->item = arena_array(e->arena, (size_t)items, sizeof *c->item);
    return c;
}

static bool is_real(dtype t) {
    return dtype_kind(t) == CLASS_FLOAT;
}

content *content_of_strings(engine *e, count n, const char *const *strings) {
    content *c = content_new(e, n, false, false);
    if (c) {
        c->is_known = arena_alloc(e->arena, (size_t)n + 1);
        c->strings = strings;
    }
    return c;
}

static void decode_strings(engine *e, fact *f) {
    enum { MOST = 1024, TEXT_BYTES = 1 << 16 };
    data_source *source = e->model->source;
    count n = stored_elements(f->stored), price = TEXT_BYTES / sizeof(scalar);
    if (!source || !known(n) || n > MOST || e->fold_left < price)
        return;
    e->fold_left -= price;
    char *text = arena_alloc(e->arena, TEXT_BYTES);
    const char **strings = arena_array(e->arena, (size_t)n + 1, sizeof *strings);
    if (source->strings(source, f->stored, text, TEXT_BYTES, strings, (size_t)n))
        f->content = content_of_strings(e, n, strings);
}

static void decode(engine *e, fact *f) {
    data_source *source = e->model->source;
    f->decoded = true;
    if (f->elem == DT_STRING) {
        decode_strings(e, f);
        return;
    }
    content *c = content_new(e, stored_elements(f->stored), is_real(f->stored->type), false);
    if (c && source && source->decode(source, f->stored, c->item, (size_t)c->n))
        f->content = c;
}

static const content *fact_content(engine *e, fact *f) {
    if (!f->content && f->stored && !f->decoded)
        decode(e, f);
    return f->content;
}

const content *value_content(engine *e, const value *v) {
    enum { FEW = 1024 };
    fact *f = &e->facts[v->id];
    count n = fact_elements(f);
    return known(n) && n <= FEW ? fact_content(e, f) : f->content;
}

const content *site_content(site *s, unsigned i) {
    fact *f = input_fact(s, i);
    return f ? fact_content(s->engine, f) : NULL;
}

const char *const *site_strings(site *s, unsigned i) {
    const content *c = site_content(s, i);
    return c ? c->strings : NULL;
}

bool site_exclusive(const site *s, unsigned i) {
    if (i >= s->node->n_in || !s->node->in[i])
        return false;
    const value *v = s->node->in[i];
    return v->n_uses == 1 && !v->is_output && !v->is_input && !s->engine->facts[v->id].constant;
}

static const attribute *find(const site *s, const char *name, attribute_kind kind) {
    const attribute *a = node_attribute(s->node, name);
    return a && a->kind == kind ? a : NULL;
}

int64_t site_int(const site *s, const char *name, int64_t fallback) {
    const attribute *a = find(s, name, ATTR_INT);
    return a ? a->i : fallback;
}

double site_float(const site *s, const char *name, double fallback) {
    const attribute *a = find(s, name, ATTR_FLOAT);
    return a ? (double)a->f : fallback;
}

const char *site_string(const site *s, const char *name, const char *fallback) {
    const attribute *a = find(s, name, ATTR_STRING);
    return a && a->s ? a->s : fallback;
}

const int64_t *site_ints(const site *s, const char *name, size_t *n) {
    const attribute *a = find(s, name, ATTR_INTS);
    *n = a && a->ints ? a->n : 0;
    return a ? a->ints : NULL;
}

bool site_has(const site *s, const char *name) {
    return node_attribute(s->node, name) != NULL;
}

const int64_t *site_ints_or_input(site *s, const char *name, int i, size_t *n, bool *absent) {
    *absent = false;
    *n = 0;
    if (i >= 0 && input_fact(s, (unsigned)i)) {
        const content *c = site_content(s, (unsigned)i);
        if (!c || c->n > FOLD_ELEMENTS)
            return NULL;
        int64_t *items = arena_array(s->arena, (size_t)c->n + 1, sizeof *items);
        for (count k = 0; k < c->n; k++)
            if (!content_int(c, k, &items[k]))
                return NULL;
        *n = (size_t)c->n;
        return items;
    }
    const int64_t *items = name ? site_ints(s, name, n) : NULL;
    *absent = !items && !(name && find(s, name, ATTR_INTS));
    return items;
}

void site_invalid(site *s, const char *format, ...) {
    char why[256], id[160], name[96], op[64];
    va_list args;
    va_start(args, format);
    vsnprintf(why, sizeof why, format, args);
    va_end(args);
    text_printable(name, sizeof name, s->node->name);
    text_printable(op, sizeof op, s->node->op);
    size_t used = node_prefix(id, sizeof id, s->node);
    snprintf(id + used, sizeof id - used, "#%u", (unsigned)s->node->index);
    error_set(s->engine->error, ROOF_DAMAGED, "%s: node %s %s%s%s(%s) is invalid: %s",
              s->engine->model->path, id, *name ? "\"" : "", name, *name ? "\" " : "", op, why);
}

bool site_failed(const site *s) {
    return s->engine->error->status != ROOF_OK;
}

void out_kept(site *s, unsigned i, dtype elem, int rank, const count *dims) {
    fact *f = site_out(s, i);
    if (!f)
        return;
    f->kind = TYPE_TENSOR;
    f->elem = elem;
    f->rank = rank;
    f->dims = rank > 0 ? dims : NULL;
}

void out_tensor(site *s, unsigned i, dtype elem, int rank, const count *dims) {
    if (!site_out(s, i))
        return;
    if (rank > MAX_RANK) {
        site_invalid(s, "output %u would have %d dimensions (at most %d)", i, rank, MAX_RANK);
        return;
    }
    count *copy = NULL;
    if (rank > 0) {
        copy = arena_array(s->arena, (size_t)rank, sizeof *copy);
        memcpy(copy, dims, (size_t)rank * sizeof *copy);
    }
    out_kept(s, i, elem, rank, copy);
}

void out_like(site *s, unsigned i, const fact *like) {
    if (like)
        out_shaped_like(s, i, like->elem, like);
}

void out_shaped_like(site *s, unsigned i, dtype elem, const fact *like) {
    if (like)
        out_kept(s, i, elem, like->rank, like->dims);
}

content *out_content(site *s, unsigned i, bool splat) {
    fact *f = site_out(s, i);
    if (!f)
        return NULL;
    content *c = content_new(s->engine, fact_elements(f), is_real(f->elem), splat);
    f->content = c;
    return c;
}

void out_int_vector(site *s, unsigned i, const count *items, size_t n) {
    out_tensor(s, i, DT_INT64, 1, (count[]){(count)n});
    content *c = out_content(s, i, false);
    if (!c)
        return;
    for (size_t k = 0; k < n; k++) {
        c->item[k].i = items[k];
        if (items[k] == UNKNOWN && !c->is_known) {
            c->is_known = arena_alloc(s->arena, n);
            memset(c->is_known, 1, n);
        }
        if (items[k] == UNKNOWN)
            c->is_known[k] = 0;
    }
}

void out_view(site *s, int rank, const count *dims) {
    enum { CHEAP = 1024 };
    const fact *in = site_in(s, 0);
    fact *out = site_out(s, 0);
    if (!in || !out)
        return;
    out_tensor(s, 0, in->elem, rank, dims);
    count n = fact_elements(in);
    bool cheap = known(n) && n <= CHEAP;
    const content *c = cheap || dtype_kind(in->elem) == CLASS_INTEGER ? site_content(s, 0) : NULL;
    out->content = c && c->n == fact_elements(out) ? c : NULL;
}

static bool item_known(const content *c, count i, count *at) {
    if (!c || i < 0 || i >= c->n)
        return false;
    *at = c->splat ? 0 : i;
    return !c->is_known || c->is_known[*at];
}

bool content_int(const content *c, count i, int64_t *result) {
    count at;
    if (!item_known(c, i, &at) || c->real)
        return false;
    *result = c->item[at].i;
    return true;
}

bool content_real(const content *c, count i, double *result) {
    count at;
    if (!item_known(c, i, &at))
        return false;
    *result = c->real ? c->item[at].f : (double)c->item[at].i;
    return true;
}

bool content_all_known(const content *c) {
    if (!c)
        return false;
    for (count i = 0; c->is_known && i < (c->splat ? 1 : c->n); i++)
        if (!c->is_known[i])
            return false;
    return true;
}

void work_touch(work *w, unsigned i, count elements) {
    if (known(elements) && (!known(w->touched[i]) || elements < w->touched[i]))
        w->touched[i] = elements;
}

void work_write(work *w, unsigned i, count elements) {
    if (known(elements) && (!known(w->written[i]) || elements < w->written[i]))
        w->written[i] = elements;
}

void work_note(site *s, work *w, const char *format, ...) {
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    w->note = arena_strdup(s->arena, text);
}
