/* What the options leave open, as the flags that a user has to add. */
#include "base/error.h"
#include "base/text.h"
#include "infer/bind.h"
#include "infer/expr.h"
#include <stdio.h>
#include <string.h>

enum { MAX_FLAGS = 16 };

/* The flags that are missing, gathered for one error line. */
typedef struct flags {
    const bindings *bindings;
    const char *names[MAX_FLAGS];
    size_t n_names;
    char text[512];
} flags;

static void add_flag(flags *f, const char *format, const char *what) {
    char shown[128];
    text_printable(shown, sizeof shown, what);
    size_t used = strlen(f->text);
    int n = snprintf(f->text + used, sizeof f->text - used, format, shown);
    if (n < 0 || (size_t)n >= sizeof f->text - used)
        f->text[used] = '\0';
}

static void want_name(void *user, const char *name, size_t n) {
    flags *f = user;
    if (known(bind_look_up((void *)(uintptr_t)f->bindings, name, n)) || f->n_names == MAX_FLAGS)
        return;
    const char *copy = arena_strndup(f->bindings->arena, name, n);
    for (size_t i = 0; i < f->n_names; i++)
        if (!strcmp(f->names[i], copy))
            return;
    f->names[f->n_names++] = copy;
    add_flag(f, strpbrk(copy, " '\"$`\\;&|<>*?") ? " --dim '%s=N'" : " --dim %s=N", copy);
}

/* Asks for the names in an open dimension; for its whole text when it is no expression. */
static void want_dim(flags *f, const dim *d) {
    count ignored;
    if (expr_evaluate(d->symbol, bind_look_up, (void *)(uintptr_t)f->bindings, &ignored) ==
        EXPR_FREE)
        expr_names(d->symbol, want_name, f);
    else
        want_name(f, d->symbol, strlen(d->symbol));
}

static void want_shape(flags *f, const value *v, const fact *known_dims) {
    char shape[128] = "";
    for (int i = 0; i < v->declared.rank && strlen(shape) < sizeof shape - 24; i++) {
        size_t used = strlen(shape);
        if (known(known_dims->dims[i]))
            snprintf(shape + used, sizeof shape - used, "%s%lld", i ? "x" : "",
                     (long long)known_dims->dims[i]);
        else
            snprintf(shape + used, sizeof shape - used, "%sN", i ? "x" : "");
    }
    if (v->declared.rank < 0)
        snprintf(shape, sizeof shape, "NxN...");
    add_flag(f, " --shape '%s=", v->name);
    add_flag(f, "%s'", shape);
}

static void want_input(flags *f, const value *v, const fact *bound) {
    bool has_unnamed = bound->rank < 0;
    for (int i = 0; i < bound->rank; i++) {
        if (known(bound->dims[i]))
            continue;
        if (v->declared.dims[i].symbol)
            want_dim(f, &v->declared.dims[i]);
        else
            has_unnamed = true;
    }
    if (has_unnamed)
        want_shape(f, v, bound);
}

/* Values that a node that matters, or an output, reads. */
static bool *values_in_use(const engine *e) {
    const graph *g = e->model->main;
    bool *used = arena_array(e->arena, e->model->n_values + 1, sizeof *used);
    for (size_t i = 0; i < g->n_nodes; i++) {
        const node *n = g->nodes[i];
        for (unsigned k = 0; !n->dead && k < n->n_in; k++)
            if (n->in[k])
                used[n->in[k]->id] = true;
        for (unsigned k = 0; !n->dead && k < n->n_captures; k++)
            used[n->captures[k]->id] = true;
    }
    for (size_t i = 0; i < g->n_outputs; i++)
        used[g->outputs[i]->id] = true;
    return used;
}

bool bind_check_open(engine *e, const bindings *b) {
    flags f = {.bindings = b};
    const bool *used = values_in_use(e);
    const graph *g = e->model->main;
    for (size_t i = 0; i < g->n_inputs; i++) {
        const value *v = g->inputs[i];
        if (bind_is_open(v) && used[v->id])
            want_input(&f, v, &e->facts[v->id]);
    }
    if (!*f.text)
        return true;
    return error_set(e->error, ROOF_USAGE, "%s: the model leaves dimensions open; add%s",
                     e->model->path, f.text);
}

/* The dimension names of the inputs, as many as fit. */
static void list_names(const graph *g, char *names, size_t size) {
    for (size_t k = 0; k < g->n_inputs; k++)
        for (int d = 0; d < g->inputs[k]->declared.rank; d++) {
            const char *name = g->inputs[k]->declared.dims[d].symbol;
            size_t used = strlen(names);
            if (used + 2 >= size)
                return;
            if (name && !strstr(names, name))
                snprintf(names + used, size - used, "%s%s", used ? ", " : "", name);
        }
}

bool bind_check_names(engine *e, const bindings *b) {
    for (size_t i = 0; i < b->n_symbols; i++) {
        if (!b->symbols[i]->given || b->symbols[i]->used)
            continue;
        char names[256] = "";
        list_names(e->model->main, names, sizeof names);
        return error_set(e->error, ROOF_USAGE,
                         "--dim %s=%lld: the model has no dimension of that name (%s%s)",
                         b->symbols[i]->name, (long long)b->symbols[i]->size,
                         *names ? "it has: " : "none is open", names);
    }
    return true;
}
