/* What growing in place saves in the models with caches: figures by hand. The argument is the
 * folder of the models. */
#include <roofline/analysis.h>

#include <stdio.h>

static int failures;

/* A cache of one layer: batch 1, heads x length x size, fp32. */
typedef struct model_case {
    const char *file;
    roof_binding dims[2];
    size_t n_dims;
    int64_t caches, past; /* keys and values apart; bytes of each past */
} model_case;

static const model_case cases[] = {
    /* 12 layers; 12 heads of 64: past 12 x 127 x 64 x 4 */
    {"gpt2.onnx", {{"sequence_length", "1"}, {"past_sequence_length", "127"}}, 2, 24, 390144},
    /* 2 layers; 8 heads of 128: past 8 x 127 x 128 x 4 */
    {"llama_decode.onnx", {{"past_sequence_length", "127"}}, 1, 4, 520192},
};

static void expect(const char *file, const char *what, int64_t found, int64_t expected) {
    if (found != expected) {
        fprintf(stderr, "FAIL %s: %s is %lld, not %lld\n", file, what, (long long)found,
                (long long)expected);
        failures++;
    }
}

static bool totals(const roof_model *model, const model_case *c, int kv, roof_totals *t) {
    roof_error e = ROOF_ERROR_INIT;
    roof_options options = {.kv = kv, .dims = c->dims, .n_dims = c->n_dims};
    roof_analysis *a = roof_analyze(model, NULL, &options, &e);
    if (!a) {
        fprintf(stderr, "FAIL %s: %s\n", c->file, e.text);
        failures++;
        return false;
    }
    *t = *roof_analysis_totals(a);
    roof_analysis_free(a);
    return true;
}

static void check(const char *folder, const model_case *c) {
    char path[4096];
    roof_error e = ROOF_ERROR_INIT;
    snprintf(path, sizeof path, "%s/%s", folder, c->file);
    roof_model *model = roof_model_open(path, &e);
    roof_totals copied, grown;
    if (!model) {
        fprintf(stderr, "FAIL %s\n", e.text);
        failures++;
    } else if (totals(model, c, 'c', &copied) && totals(model, c, 'i', &grown)) {
        /* Copying reads the past and writes it again; in place, attention reads it all the same. */
        const roof_traffic_bytes *one = copied.work.traffic, *two = grown.work.traffic;
        int64_t past = c->caches * c->past;
        expect(c->file, "what op reads less", one[ROOF_TRAFFIC_OP].read - two[ROOF_TRAFFIC_OP].read,
               past);
        expect(c->file, "what op writes less",
               one[ROOF_TRAFFIC_OP].written - two[ROOF_TRAFFIC_OP].written, past);
        expect(c->file, "what fused moves less",
               one[ROOF_TRAFFIC_FUSED].total - two[ROOF_TRAFFIC_FUSED].total, 2 * past);
        expect(c->file, "what ideal moves less",
               one[ROOF_TRAFFIC_IDEAL].total - two[ROOF_TRAFFIC_IDEAL].total, past);
        expect(c->file, "what ideal writes less",
               one[ROOF_TRAFFIC_IDEAL].written - two[ROOF_TRAFFIC_IDEAL].written, past);
    }
    roof_model_free(model);
}

int main(int argc, char **argv) {
    for (size_t i = 0; argc == 2 && i < sizeof cases / sizeof *cases; i++) {
        check(argv[1], &cases[i]);
    }
    printf("%d failures\n", failures);
    return argc != 2 || failures > 0;
}
