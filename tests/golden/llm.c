/* All 32 layers of Llama 3 8B against figures by hand. The arguments are the model of a prompt, the
 * model of one token behind a cache, and the latter with two layers only, which is quick to sweep.
 */
#include <roofline/analysis.h>
#include <roofline/sweep.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

static void expect(bool holds, const char *what) {
    printf("%s: %s\n", holds ? "ok" : "FAIL", what);
    failures += !holds;
}

enum { LAYERS = 32, WIDTH = 4096, CACHED = 1024, HIDDEN = 14336, VOCABULARY = 128256 };

/* What every token is multiplied with: in each layer queries and outputs (2 x 4096^2), keys and
 * values (2 x 4096 x 1024), three products of the feed-forward; and the head. The table of the
 * embedding, as large as the head, is only read. 7,504,658,432. */
static double multiplied_parameters(void) {
    double layer = 2.0 * WIDTH * WIDTH + 2.0 * WIDTH * CACHED + 3.0 * WIDTH * HIDDEN;
    return LAYERS * layer + (double)WIDTH * VOCABULARY;
}

/* FLOPs of `tokens` tokens that each look at `seen` keys: 2 for each parameter and token; for each
 * pair of a token and a key, two products of 4096 multiply-adds in every layer. Norms, rotations
 * and the softmax are what the one percent is for. */
static double flops_by_hand(double tokens, double seen) {
    return 2 * multiplied_parameters() * tokens + LAYERS * 2 * 2 * tokens * seen * WIDTH;
}

static void check_totals(const char *what, const roof_analysis *a, double flops, bool by_memory) {
    const roof_totals *t = roof_analysis_totals(a);
    double ratio = (double)t->work.flops / flops;
    printf("%s: %.4g FLOP, by hand %.4g: %.4f; %s %.1f%% of %.4g s\n", what, (double)t->work.flops,
           flops, ratio, roof_limiter_name(t->limiter), 100 * t->limiter_share[t->limiter],
           t->time_s);
    expect(t->complete, "all of it is covered");
    expect(fabs(ratio - 1) < 0.01, "FLOPs are within one percent");
    expect((double)t->work.matrix_flops == flops, "those of products are exact");
    /* The table of the embedding, a norm before each half layer and one at the end. */
    double table = (double)VOCABULARY * WIDTH, norms = (2 * LAYERS + 1) * (double)WIDTH;
    double few = (double)t->parameters - multiplied_parameters() - table - norms;
    expect(few >= 0 && few < 1000, "parameters are 8,030,261,248 and a few constants");
    expect((t->limiter == ROOF_LIMIT_MEMORY) == by_memory, "limited as it should be");
}

static void check_model(const char *what, const char *path, const roof_device *device,
                        roof_binding dim, int64_t batch, double flops, bool by_memory) {
    roof_error e = ROOF_ERROR_INIT;
    roof_options options = {.batch = batch, .dims = &dim, .n_dims = 1};
    roof_model *model = roof_model_open(path, &e);
    roof_analysis *a = model ? roof_analyze(model, device, &options, &e) : NULL;
    if (a)
        check_totals(what, a, flops, by_memory);
    else
        expect(false, e.text);
    roof_analysis_free(a);
    roof_model_free(model);
}

/* A product of n rows with K x N numbers of 4 bytes has 2nKN FLOPs and moves 4(KN + nK + nN) bytes:
 * the intensity is the ridge R where n = 4R KN / (2KN - 4R (K + N)). With R = 20.0 of an H100 SXM
 * in fp32, K = 4096 and N = 14336, n is 40.4. */
static double batch_at_ridge(double ridge) {
    double weights = (double)WIDTH * HIDDEN;
    return 4 * ridge * weights / (2 * weights - 4 * ridge * (WIDTH + HIDDEN));
}

/* FLOP/s over byte/s of the rows named `name`. */
static double ridge_of(const roof_analysis *a, const char *name) {
    for (size_t i = 0; i < roof_analysis_rows(a); i++) {
        const roof_row *r = roof_analysis_row(a, i);
        double compute = 0, memory = 0;
        for (size_t c = 0; strcmp(r->name, name) == 0 && c < r->n_ceilings; c++) {
            bool dram = strcmp(r->ceilings[c].unit, "dram") == 0;
            *(dram ? &memory : &compute) = r->ceilings[c].value;
        }
        if (compute > 0 && memory > 0)
            return compute / memory;
    }
    return NAN;
}

static void check_crossing(const roof_sweep *s) {
    static const char *const name = "/model/layers.0/mlp/gate_proj/MatMul";
    double ridge = ridge_of(roof_sweep_analysis(s), name), batch = batch_at_ridge(ridge);
    const roof_sweep_row *row = NULL;
    for (size_t i = 0; !row && roof_sweep_row_at(s, i); i++)
        if (strcmp(roof_sweep_row_at(s, i)->name, name) == 0)
            row = roof_sweep_row_at(s, i);
    if (!row || row->n_crossings != 1) {
        expect(false, "the MLP crosses the ridge once");
        return;
    }
    printf("the MLP: memory to batch %" PRId64 ", compute from %" PRId64 "; by hand %.2f\n",
           row->crossings->before, row->crossings->at, batch);
    expect(row->crossings->from == ROOF_LIMIT_MEMORY, "from memory to compute");
    expect(row->crossings->at == (int64_t)ceil(batch), "at the batch that the formula gives");
}

static void check_sweep(const char *path, const roof_device *device) {
    roof_error e = ROOF_ERROR_INIT;
    int64_t batches[64];
    for (int64_t i = 0; i < 64; i++)
        batches[i] = i + 1;
    roof_binding past = {"past_sequence_length", "8191"};
    roof_options options = {.dims = &past, .n_dims = 1};
    roof_sweep_axis axis = {.values = batches, .n = 64};
    roof_model *model = roof_model_open(path, &e);
    roof_sweep *s = model ? roof_sweep_run(model, device, &options, &axis, 1, NULL, &e) : NULL;
    if (s)
        check_crossing(s);
    else
        expect(false, e.text);
    roof_sweep_free(s);
    roof_model_free(model);
}

int main(int argc, char **argv) {
    roof_error e = ROOF_ERROR_INIT;
    roof_device *h100 = roof_device_find("H100 SXM", &e);
    if (argc != 4 || !h100) {
        fprintf(stderr, "%s\n", h100 ? "llm PREFILL DECODE DECODE-OF-TWO-LAYERS" : e.text);
        return 2;
    }
    roof_binding prompt = {"sequence_length", "2048"}, past = {"past_sequence_length", "8191"};
    /* In fp32, as the file has it, a prompt is limited by the vector units. */
    check_model("prefill 2048", argv[1], h100, prompt, 1, flops_by_hand(2048, 2048), false);
    check_model("decode at 8192", argv[2], h100, past, 1, flops_by_hand(1, 8192), true);
    check_model("decode at 8192, batch 64", argv[2], h100, past, 64, flops_by_hand(64, 8192), true);
    check_sweep(argv[3], h100);
    roof_device_free(h100);
    return failures > 0;
}
