/* Matrix MACs of the committed models, against the architectures written down a second time: as the
 * papers give them, without a graph. The argument is the folder of the models. */
#include <roofline/analysis.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A square convolution with `size` x `size` outputs. */
static int64_t conv(int64_t size, int64_t in, int64_t out, int64_t kernel) {
    return size * size * in * out * kernel * kernel;
}

/* Two 3x3 convolutions for each block; stages halve the size and double the channels. */
static int64_t resnet18(void) {
    int64_t macs = conv(112, 3, 64, 7), in = 64;
    for (int64_t stage = 0, size = 56, out = 64; stage < 4; stage++, size /= 2, out *= 2) {
        macs += conv(size, in, out, 3) + 3 * conv(size, out, out, 3);
        macs += stage > 0 ? conv(size, in, out, 1) : 0; /* the shortcut changes shape */
        in = out;
    }
    return macs + 512 * 1000;
}

/* Bottlenecks 1x1, 3x3, 1x1 with four times the channels; the 3x3 has the stride. */
static int64_t resnet50(void) {
    static const int blocks[] = {3, 4, 6, 3};
    int64_t macs = conv(112, 3, 64, 7), in = 64;
    for (int64_t stage = 0, size = 56, width = 64; stage < 4; stage++, size /= 2, width *= 2) {
        int64_t before = stage > 0 ? 2 * size : size;
        macs += conv(before, in, width, 1) + conv(size, in, 4 * width, 1);
        macs += (blocks[stage] - 1) * conv(size, 4 * width, width, 1);
        macs += blocks[stage] * (conv(size, width, width, 3) + conv(size, width, 4 * width, 1));
        in = 4 * width;
    }
    return macs + 2048 * 1000;
}

/* Inverted residuals: expand t times, depthwise 3x3, project. */
static int64_t mobilenet_v2(void) {
    static const struct {
        int64_t expand, out;
        int blocks, stride;
    } rows[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
    int64_t size = 112, in = 32, macs = conv(size, 3, in, 3);
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        for (int i = 0; i < rows[r].blocks; i++) {
            int64_t wide = in * rows[r].expand;
            macs += rows[r].expand > 1 ? conv(size, in, wide, 1) : 0;
            size /= i == 0 ? rows[r].stride : 1;
            macs += conv(size, 1, wide, 3) + conv(size, wide, rows[r].out, 1);
            in = rows[r].out;
        }
    }
    return macs + conv(size, in, 1280, 1) + 1280 * 1000;
}

static int64_t vgg16(void) {
    static const int layers[] = {2, 2, 3, 3, 3}, channels[] = {64, 128, 256, 512, 512};
    int64_t macs = 0, in = 3;
    for (int64_t stage = 0, size = 224; stage < 5; stage++, size /= 2) {
        macs += conv(size, in, channels[stage], 3);
        macs += (layers[stage] - 1) * conv(size, channels[stage], channels[stage], 3);
        in = channels[stage];
    }
    return macs + 512 * 7 * 7 * 4096 + 4096 * 4096 + 4096 * 1000;
}

/* Query, key, value, output: 4 d^2; feed-forward four times wider: 8 d^2; two products of
 * attention. */
static int64_t transformer(int64_t layers, int64_t tokens, int64_t seen, int64_t width) {
    return layers * (12 * tokens * width * width + 2 * tokens * seen * width);
}

static int64_t vit_b_16(void) {
    return conv(14, 3, 768, 16) + transformer(12, 14 * 14 + 1, 14 * 14 + 1, 768) + 768 * 1000;
}

static int64_t bert_base(void) { /* 128 tokens, and the pooler over one of them */
    return transformer(12, 128, 128, 768) + 768 * 768;
}

static int64_t gpt2(void) { /* 4 tokens after 12, and the head over all 4 */
    return transformer(12, 4, 16, 768) + 4 * 768 * 50257;
}

/* Two layers of Llama 3 8B: 8 cached heads of 128 for 32, three products of the gated feed-forward.
 */
static int64_t llama(int64_t tokens, int64_t seen) {
    int64_t projections = 2 * 4096 * 4096 + 2 * 4096 * 1024 + 3 * INT64_C(4096) * 14336;
    return 2 * (tokens * projections + 2 * tokens * seen * 4096) + tokens * 4096 * 128256;
}

static int64_t llama_prefill(void) {
    return llama(128, 128);
}

static int64_t llama_decode(void) { /* one token after 127 */
    return llama(1, 128);
}

static int64_t unet(void) {
    int64_t macs = conv(256, 3, 64, 3) + conv(256, 64, 64, 3), size = 256, in = 64;
    for (int stage = 0; stage < 4; stage++, in *= 2) {
        size /= 2;
        macs += conv(size, in, 2 * in, 3) + conv(size, 2 * in, 2 * in, 3);
    }
    for (int stage = 0; stage < 4; stage++) {
        macs += conv(size, in, in / 2, 2); /* transposed: each input meets the whole kernel */
        size *= 2;
        macs += conv(size, in, in / 2, 3) + conv(size, in / 2, in / 2, 3);
        in /= 2;
    }
    return macs + conv(256, 64, 2, 1);
}

static const struct {
    const char *model;
    int64_t (*macs)(void);
    size_t n_dims;
    roof_binding dims[2];
} models[] = {
    {"resnet18", resnet18, 0, {{0}}},
    {"resnet18_qdq", resnet18, 0, {{0}}},
    {"resnet50", resnet50, 0, {{0}}},
    {"mobilenet_v2", mobilenet_v2, 0, {{0}}},
    {"vgg16", vgg16, 0, {{0}}},
    {"vit_b_16", vit_b_16, 0, {{0}}},
    {"unet", unet, 0, {{0}}},
    {"bert_base", bert_base, 1, {{"sequence_length", "128"}}},
    {"gpt2", gpt2, 2, {{"sequence_length", "4"}, {"past_sequence_length", "12"}}},
    {"llama_prefill", llama_prefill, 1, {{"sequence_length", "128"}}},
    {"llama_decode", llama_decode, 1, {{"past_sequence_length", "127"}}},
};

/* MACs of one model at a batch, or -1 after saying why not. */
static int64_t count(const char *folder, size_t i, int64_t batch) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.onnx", folder, models[i].model);
    roof_error e = ROOF_ERROR_INIT;
    roof_options options = {.batch = batch, .dims = models[i].dims, .n_dims = models[i].n_dims};
    roof_model *model = roof_model_open(path, &e);
    roof_analysis *a = model ? roof_analyze(model, NULL, &options, &e) : NULL;
    int64_t macs = -1;
    if (!a) {
        fprintf(stderr, "FAIL %s: %s\n", models[i].model, e.text);
    } else if (!roof_analysis_totals(a)->complete) {
        fprintf(stderr, "FAIL %s: not all of it is covered\n", models[i].model);
    } else {
        macs = roof_analysis_totals(a)->work.macs;
    }
    roof_analysis_free(a);
    roof_model_free(model);
    return macs;
}

int main(int argc, char **argv) {
    int failures = 0;
    if (argc != 2) {
        return 2;
    }
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        /* The reshapes of this one hold its batch. */
        int64_t most = strcmp(models[i].model, "vit_b_16") == 0 ? 1 : 4;
        for (int64_t batch = 1; batch <= most; batch *= 4) {
            int64_t found = count(argv[1], i, batch), wanted = batch * models[i].macs();
            if (found != wanted) {
                fprintf(stderr, "FAIL %s, batch %" PRId64 ": %" PRId64 " MACs, not %" PRId64 "\n",
                        models[i].model, batch, found, wanted);
                failures++;
            }
        }
        printf("%s: %" PRId64 "\n", models[i].model, models[i].macs());
    }
    return failures > 0;
}
