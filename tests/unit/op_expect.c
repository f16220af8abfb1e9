#include "op_expect.h"

static void add_input(op_case *c, const input *in) {
    if (in->left_out)
        op_no_input(c);
    else if (in->listed)
        op_int_vector(c, (size_t)in->rank, in->dims);
    else
        op_input(c, in->elem, in->rank, in->dims);
}

static void add_option(op_case *c, const option *o) {
    if (o->kind == ATTR_INT)
        op_int(c, o->name, o->i);
    else if (o->kind == ATTR_FLOAT)
        op_float(c, o->name, o->f);
    else if (o->kind == ATTR_STRING)
        op_string(c, o->name, o->s);
    else
        op_ints(c, o->name, o->n, o->ints);
}

op_case *expect_run(const expectation *e, unsigned n_out) {
    op_case *c = op_case_new(e->domain ? e->domain : "", e->op, e->version);
    for (const input *in = e->in; in->elem; in++)
        add_input(c, in);
    for (const option *o = e->options; o->name; o++)
        add_option(c, o);
    op_run(c, n_out);
    if (!c->op)
        fail_msg("no row for %s", e->op);
    return c;
}

static void expect(const expectation *e, size_t i, const char *what, count is, count should) {
    if (is != should)
        fail_msg("case %zu, %s: %s is %lld, should be %lld", i, e->op, what, (long long)is,
                 (long long)should);
}

void expect_all(const expectation *e, size_t n) {
    for (size_t i = 0; i < n; i++, e++) {
        op_case *c = expect_run(e, 1);
        if (c->error.status != ROOF_OK)
            fail_msg("case %zu: %s", i, c->error.text);
        const fact *y = op_out(c, 0);
        expect(e, i, "rank", y->rank, e->rank);
        for (int k = 0; k < e->rank; k++)
            expect(e, i, "a dim", y->dims[k], e->dims[k]);
        expect(e, i, "macs", c->work.macs, e->macs);
        expect(e, i, "macs_valid", c->work.macs_valid, e->valid ? e->valid : e->macs);
        expect(e, i, "vector", c->work.vector, e->vector);
        expect(e, i, "special", c->work.special, e->special);
        count all = fact_elements(&c->facts[0]);
        expect(e, i, "touched", c->work.touched[0], e->touched ? e->touched : all);
        op_case_free(c);
    }
}
