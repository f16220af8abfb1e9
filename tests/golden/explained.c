/* What explain says of a row is what the row says: of every node of every model (arguments: model
 * files, and folders that hold some) the products make the counts, and the tensors the bytes. */
#include <ftw.h>
#include <roofline/explain.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DIMS = 16, WRITTEN = 16 }; /* one explanation of so many is also written */

static long models, rows, failures;
static const roof_device *device;
static FILE *nowhere;

static void expect(bool holds, const char *path, const roof_row *r, const char *what) {
    if (!holds) {
        fprintf(stderr, "FAIL %s: %s %s: %s\n", path, r->id, r->op, what);
        failures++;
    }
}

static int64_t sum_of(const roof_explanation *x, const char *quantity) {
    int64_t sum = 0;
    for (size_t i = 0; i < x->n_products; i++) {
        const roof_product *p = &x->products[i];
        int64_t product = 1;
        for (size_t k = 0; k < p->n_factors; k++)
            product *= p->factors[k].value;
        if (product != p->value)
            return ROOF_UNKNOWN;
        sum += strcmp(p->quantity, quantity) == 0 ? p->value : 0;
    }
    return sum;
}

static void check_work(const char *path, const roof_explanation *x) {
    const roof_work *w = &x->row->work;
    if (x->row->status != ROOF_COUNTED && x->row->status != ROOF_ESTIMATED)
        return;
    expect(sum_of(x, "macs") == w->macs, path, x->row, "the products do not make the macs");
    expect(sum_of(x, "vector_flops") == w->vector_flops, path, x->row,
           "the products do not make the vector FLOPs");
    expect(sum_of(x, "special_flops") == w->special_flops, path, x->row,
           "the products do not make the special FLOPs");
    expect(sum_of(x, "integer_ops") == w->integer_ops, path, x->row,
           "the products do not make the integer operations");
    expect((w->flops == 0 && w->integer_ops == 0) || *x->row->rule, path, x->row, "no rule");
}

static int64_t touched(const roof_explanation *x, const char *role) {
    int64_t sum = 0;
    for (size_t i = 0; i < x->n_operands; i++)
        sum += strcmp(x->operands[i].role, role) == 0 ? x->operands[i].touched : 0;
    return sum;
}

static void check_bytes(const char *path, const roof_explanation *x) {
    const roof_traffic_bytes *op = &x->row->work.traffic[ROOF_TRAFFIC_OP];
    if (x->row->status != ROOF_COUNTED && x->row->status != ROOF_ESTIMATED)
        return;
    expect(touched(x, "weight") + touched(x, "attribute") == op->weights, path, x->row,
           "the tensors do not make the bytes of weights");
    expect(touched(x, "input") == op->read, path, x->row, "the tensors do not make the bytes read");
    expect(touched(x, "output") == op->written, path, x->row,
           "the tensors do not make the bytes written");
}

static void check_time(const char *path, const roof_explanation *x) {
    double longest = 0;
    for (size_t i = 0; i < x->n_terms; i++) {
        const roof_term *t = &x->terms[i];
        expect(t->fact && t->fact->value == t->ceiling, path, x->row, "a ceiling from nowhere");
        expect(t->time_s == t->amount / t->ceiling, path, x->row, "a time that is no quotient");
        longest = t->time_s > longest ? t->time_s : longest;
    }
    expect(x->n_terms == 0 || longest == x->row->time_s, path, x->row,
           "the time is not the longest term");
}

static void check_row(const char *path, const roof_analysis *a, const roof_row *row) {
    roof_error e = ROOF_ERROR_INIT;
    roof_explanation *x = roof_explain(a, row, &e);
    if (!x) {
        expect(false, path, row, e.text);
        return;
    }
    check_work(path, x);
    check_bytes(path, x);
    check_time(path, x);
    for (size_t i = 0; rows % WRITTEN == 0 && roof_explain_format(i); i++)
        expect(roof_explain_report(a, x, roof_explain_format(i), 80, i, nowhere, &e), path, row,
               e.text);
    rows++;
    roof_explanation_free(x);
}

/* Binds what the error asks for: "... add --dim a=N --dim b=N". */
static size_t bind_missing(char *text, roof_binding dims[MOST_DIMS]) {
    size_t n = 0;
    for (char *at = strstr(text, "--dim "); at && n < MOST_DIMS; at = strstr(at, "--dim ")) {
        char *name = at + strlen("--dim "), *end = strstr(name, "=N");
        if (!end)
            break;
        at = end + 1;
        *end = '\0';
        dims[n++] = (roof_binding){.name = name, .text = "8"};
    }
    return n;
}

static void check_model(const char *path) {
    roof_error e = ROOF_ERROR_INIT, missing = ROOF_ERROR_INIT;
    roof_binding dims[MOST_DIMS];
    roof_model *model = roof_model_open(path, &e);
    roof_analysis *a = model ? roof_analyze(model, device, NULL, &missing) : NULL;
    if (model && !a) {
        roof_options options = {.dims = dims, .n_dims = bind_missing(missing.text, dims)};
        a = options.n_dims ? roof_analyze(model, device, &options, &e) : NULL;
    }
    for (size_t i = 0; a && i < roof_analysis_rows(a); i++)
        check_row(path, a, roof_analysis_row(a, i));
    models += a != NULL;
    roof_analysis_free(a);
    roof_model_free(model);
}

static int visit(const char *path, const struct stat *info, int kind, struct FTW *where) {
    (void)info;
    (void)where;
    const char *dot = strrchr(path, '.');
    if (kind == FTW_F && dot && strcmp(dot, ".onnx") == 0)
        check_model(path);
    return 0;
}

int main(int argc, char **argv) {
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = roof_device_find("H100 SXM", &e);
    nowhere = fopen("/dev/null", "w");
    if (!d || !nowhere) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    device = d;
    for (int i = 1; i < argc; i++)
        nftw(argv[i], visit, 16, FTW_PHYS);
    printf("%ld models, %ld rows explained, %ld failures\n", models, rows, failures);
    fclose(nowhere);
    roof_device_free(d);
    return models < argc - 2 || failures > 0;
}
