#include "op_case.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

op_case *op_case_new(const char *domain, const char *op, int64_t version) {
    op_case *c = calloc(1, sizeof *c);
    c->arena = arena_new(64u << 20);
    if (arena_escape(c->arena))
        abort();
    c->version = version;
    c->model =
        (model){.arena = c->arena, .main = &c->graph, .path = "case", .n_values = 2 * CASE_MAX};
    c->node = (node){.name = "node",
                     .op = op,
                     .domain = domain,
                     .owner = &c->graph,
                     .in = c->in,
                     .out = c->out,
                     .attrs = c->attrs};
    c->engine = (engine){.model = &c->model,
                         .arena = c->arena,
                         .facts = c->facts,
                         .fold_left = FOLD_BUDGET,
                         .error = &c->error};
    for (unsigned i = 0; i < 2 * CASE_MAX; i++) {
        c->values[i] = (value){.name = "v", .id = i, .n_uses = 1, .owner = &c->graph};
        c->facts[i].rank = -1;
    }
    return c;
}

void op_case_free(op_case *c) {
    arena_free(c->arena);
    free(c);
}

static fact *next_input(op_case *c) {
    if (c->node.n_in >= CASE_MAX)
        abort();
    unsigned i = c->node.n_in++;
    c->in[i] = &c->values[i];
    return &c->facts[i];
}

fact *op_input(op_case *c, dtype elem, int rank, const count *dims) {
    fact *f = next_input(c);
    f->kind = TYPE_TENSOR;
    f->elem = elem;
    f->rank = rank;
    if (rank > 0) {
        count *copy = arena_array(c->arena, (size_t)rank, sizeof *copy);
        memcpy(copy, dims, (size_t)rank * sizeof *copy);
        f->dims = copy;
    }
    return f;
}

fact *op_weight(op_case *c, dtype elem, int rank, const count *dims) {
    fact *f = op_input(c, elem, rank, dims);
    f->constant = true;
    f->stored_bytes = fact_bytes(f);
    f->stored_type = elem;
    return f;
}

/* Content of n items for the fact, all known until told otherwise. */
static content *add_content(op_case *c, fact *f, size_t n) {
    content *x = arena_alloc(c->arena, sizeof *x);
    x->n = (count)n;
    x->real = dtype_kind(f->elem) == CLASS_FLOAT;
    x->item = arena_array(c->arena, n, sizeof *x->item);
    f->content = x;
    return x;
}

fact *op_int_vector(op_case *c, size_t n, const int64_t *items) {
    fact *f = op_weight(c, DT_INT64, 1, (count[]){(count)n});
    content *x = add_content(c, f, n);
    x->is_known = arena_alloc(c->arena, n + 1);
    for (size_t i = 0; i < n; i++) {
        x->item[i].i = items[i];
        x->is_known[i] = 1;
    }
    return f;
}

fact *op_reals(op_case *c, int rank, size_t n, const double *items) {
    fact *f = op_weight(c, DT_FLOAT, rank, (count[]){(count)n});
    content *x = add_content(c, f, n);
    for (size_t i = 0; i < n; i++)
        x->item[i].f = items[i];
    return f;
}

fact *op_int_scalar(op_case *c, int64_t item) {
    fact *f = op_weight(c, DT_INT64, 0, NULL);
    add_content(c, f, 1)->item[0].i = item;
    return f;
}

void op_no_input(op_case *c) {
    next_input(c);
    c->in[c->node.n_in - 1] = NULL;
}

static attribute *next_attribute(op_case *c, const char *name, attribute_kind kind) {
    if (c->node.n_attrs >= CASE_MAX)
        abort();
    attribute *a = &c->attrs[c->node.n_attrs++];
    a->name = name;
    a->kind = kind;
    a->n = 1;
    return a;
}

void op_int(op_case *c, const char *name, int64_t i) {
    next_attribute(c, name, ATTR_INT)->i = i;
}

void op_float(op_case *c, const char *name, double f) {
    next_attribute(c, name, ATTR_FLOAT)->f = (float)f;
}

void op_string(op_case *c, const char *name, const char *s) {
    next_attribute(c, name, ATTR_STRING)->s = s;
}

void op_ints(op_case *c, const char *name, size_t n, const int64_t *items) {
    attribute *a = next_attribute(c, name, ATTR_INTS);
    int64_t *copy = arena_array(c->arena, n + 1, sizeof *copy);
    memcpy(copy, items, n * sizeof *copy);
    a->ints = copy;
    a->n = n;
}

/* The start values that the driver gives to cost functions. */
static void start_work(op_case *c, unsigned n_out) {
    c->work = (work){.macs_valid = UNKNOWN};
    c->work.touched = arena_array(c->arena, CASE_MAX, sizeof(count));
    c->work.written = arena_array(c->arena, CASE_MAX, sizeof(count));
    for (unsigned i = 0; i < c->node.n_in; i++)
        c->work.touched[i] = c->in[i] ? fact_elements(&c->facts[i]) : 0;
    for (unsigned i = 0; i < n_out; i++)
        c->work.written[i] = fact_elements(op_out(c, i));
}

/* What explain would show must be what was counted. */
static void check_trace(const op_case *c) {
    const count counted[WORK_QUANTITIES] = {[WORK_MACS] = c->work.macs,
                                            [WORK_VECTOR] = c->work.vector,
                                            [WORK_SPECIAL] = c->work.special,
                                            [WORK_INTEGER] = c->work.integer};
    count sum[WORK_QUANTITIES] = {0};
    for (const work_product *p = c->trace.first; p; p = p->next) {
        count product = 1;
        for (unsigned i = 0; i < p->n; i++)
            product = cnt_mul(product, p->factors[i].value);
        if (product != p->value) {
            fprintf(stderr, "%s: the factors do not make the product\n", c->op->name);
            abort();
        }
        sum[p->quantity] = cnt_add(sum[p->quantity], p->value);
    }
    for (int q = 0; q < WORK_QUANTITIES; q++)
        if (known(counted[q]) && sum[q] != counted[q]) {
            fprintf(stderr, "%s: quantity %d is %lld, its products make %lld\n", c->op->name, q,
                    (long long)counted[q], (long long)sum[q]);
            abort();
        }
}

/* The page of operators says which are estimated, by their rules. */
static void check_rule(const op_case *c) {
    if (c->work.estimated && !strstr(c->op->rule, "estimated")) {
        fprintf(stderr, "%s: estimated, and its rule does not say so\n", c->op->name);
        abort();
    }
}

void op_run(op_case *c, unsigned n_out) {
    if (n_out > CASE_MAX || arena_escape(c->arena))
        abort();
    c->node.n_out = n_out;
    for (unsigned i = 0; i < n_out; i++)
        c->out[i] = &c->values[CASE_MAX + i];
    c->op = op_find(c->node.domain, c->node.op, c->version);
    if (!c->op)
        return;
    site s = site_of(&c->engine, &c->node, c->op, c->version);
    c->op->infer(&s);
    if (c->error.status != ROOF_OK)
        return;
    start_work(c, n_out);
    c->trace = (work_trace){.arena = c->arena};
    c->work.trace = &c->trace;
    if (c->op->cost)
        c->op->cost(&s, &c->work);
    check_trace(c);
    check_rule(c);
    if (c->work.macs_valid == UNKNOWN)
        c->work.macs_valid = c->work.macs;
}

const fact *op_out(const op_case *c, unsigned i) {
    return &c->facts[CASE_MAX + i];
}

bool dims_are(const fact *f, int rank, const count *dims) {
    if (f->rank != rank)
        return false;
    for (int i = 0; i < rank; i++)
        if (f->dims[i] != dims[i])
            return false;
    return true;
}
