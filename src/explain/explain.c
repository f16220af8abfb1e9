/* Counts one row again and keeps what the counting adds up. */
#include "explain/explain.h"
#include "base/error.h"
#include <string.h>

enum { MEMORY_LIMIT = 256 << 20 };

typedef struct explaining {
    roof_explanation public; /* first: this is what callers hold */
    arena *arena;
} explaining;

/* --- what was counted --- */

static const char *quantity_name(work_quantity q) {
    static const char *const names[WORK_QUANTITIES] = {[WORK_MACS] = "macs",
                                                       [WORK_VECTOR] = "vector_flops",
                                                       [WORK_SPECIAL] = "special_flops",
                                                       [WORK_INTEGER] = "integer_ops"};
    return names[q];
}

static size_t count_products(const work_trace *t) {
    size_t n = 0;
    for (const work_product *p = t->first; p; p = p->next)
        n++;
    return n;
}

static void add_products(explaining *x, const work_trace *t) {
    roof_product *all = arena_array(x->arena, count_products(t) + 1, sizeof *all);
    size_t n = 0;
    for (const work_product *p = t->first; p; p = p->next) {
        roof_factor *factors = arena_array(x->arena, p->n + 1, sizeof *factors);
        for (unsigned i = 0; i < p->n; i++)
            factors[i] = (roof_factor){p->factors[i].name, p->factors[i].value};
        all[n++] = (roof_product){.quantity = quantity_name(p->quantity),
                                  .factors = factors,
                                  .n_factors = p->n,
                                  .value = p->value};
    }
    x->public.products = all;
    x->public.n_products = n;
}

/* --- tensors --- */

static roof_operand input_operand(const inference *inf, const node *n, const work *w, unsigned i,
                                  bool runs) {
    const fact *f = &inf->engine.facts[n->in[i]->id];
    const op_def *op = inf->ops[n->id];
    bool is_read = runs && !is_repeated(n, i) && !(op && (op->traits & OP_SHAPE_ONLY));
    return (roof_operand){
        .tensor = tensor_of(inf, n->in[i]),
        .role = f->constant ? "weight" : "input",
        .dtype = dtype_name(f->constant ? f->stored_type : f->elem),
        .bytes = f->constant ? f->stored_bytes : fact_bytes(f),
        .touched = is_read ? input_bytes(inf, n, w, i) : 0,
    };
}

static roof_operand output_operand(const inference *inf, const node *n, const work *w, unsigned i,
                                   bool runs) {
    const fact *f = &inf->engine.facts[n->out[i]->id];
    return (roof_operand){
        .tensor = tensor_of(inf, n->out[i]),
        .role = "output",
        .dtype = dtype_name(f->elem),
        .bytes = fact_bytes(f),
        .touched = runs ? output_bytes(inf, n, w, i) : 0,
    };
}

static void add_operands(explaining *x, const inference *inf, const node *n, const work *w,
                         bool runs) {
    roof_operand *all = arena_array(x->arena, n->n_in + n->n_out + 1u, sizeof *all);
    size_t k = 0;
    for (unsigned i = 0; i < n->n_in; i++)
        if (n->in[i])
            all[k++] = input_operand(inf, n, w, i, runs);
    if (w->attribute_bytes != 0)
        all[k++] = (roof_operand){
            .tensor = {.name = "", .dtype = "?", .rank = 1, .dims = &w->attribute_elements},
            .role = "attribute",
            .dtype = "?",
            .bytes = w->attribute_bytes,
            .touched = w->attribute_bytes};
    for (unsigned i = 0; i < n->n_out; i++)
        if (n->out[i])
            all[k++] = output_operand(inf, n, w, i, runs);
    x->public.operands = all;
    x->public.n_operands = k;
}

/* --- one row --- */

/* Counts the row as analysis did, with a trace. Operators may note and decode on the analysis's own
 * arena, whose escape point the caller has set. */
static work *count_again(explaining *x, const counted *c, size_t row, work_trace *trace) {
    const node *n = c->nodes[row];
    engine *e = (engine *)(uintptr_t)&c->inference->engine; /* its budget for folding */
    work *w = arena_alloc(x->arena, sizeof *w);
    w->touched = arena_array(x->arena, n->n_in + 1u, sizeof *w->touched);
    w->written = arena_array(x->arena, n->n_out + 1u, sizeof *w->written);
    w->trace = trace;
    roof_row again = c->rows[row];
    row_units units;
    int64_t left = e->fold_left;
    e->fold_left = FOLD_BUDGET;
    count_row(c->inference, n, &again, &units, w);
    e->fold_left = left;
    return w;
}

static void explain_row(explaining *x, const roof_analysis *a, size_t row) {
    const counted *c = analysis_counted(a);
    const roof_row *r = &c->rows[row];
    bool runs = r->status != ROOF_FOLDED && r->status != ROOF_DEAD;
    work_trace trace = {.arena = x->arena};
    work *w = count_again(x, c, row, &trace);
    x->public.row = r;
    if (runs)
        add_products(x, &trace);
    add_operands(x, c->inference, c->nodes[row], w, runs);
    x->public.terms = explain_terms(x->arena, a, row, &x->public.n_terms);
    x->public.why = explain_limit(x->arena, &x->public, roof_analysis_device(a));
}

static bool out_of_memory(const roof_row *row, roof_error *error) {
    return error_set(error, ROOF_FAILED, "not enough memory to explain %s", row->id);
}

roof_explanation *roof_explain(const roof_analysis *a, const roof_row *row, roof_error *error) {
    const counted *c = analysis_counted(a);
    if (!c) {
        error_set(error, ROOF_USAGE, "a saved analysis cannot be explained: give the model");
        return NULL;
    }
    arena *memory = arena_new(MEMORY_LIMIT);
    if (!memory) {
        out_of_memory(row, error);
        return NULL;
    }
    if (arena_escape(memory)) {
        arena_free(memory);
        out_of_memory(row, error);
        return NULL;
    }
    if (arena_escape(c->inference->engine.arena)) {
        arena_free(memory);
        out_of_memory(row, error);
        return NULL;
    }
    explaining *x = arena_alloc(memory, sizeof *x);
    x->arena = memory;
    explain_row(x, a, (size_t)(row - c->rows));
    return &x->public;
}

void roof_explanation_free(roof_explanation *x) {
    if (x)
        arena_free(((explaining *)x)->arena);
}
