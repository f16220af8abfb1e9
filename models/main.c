/* Writes ONNX models: the zoo that is kept beside this file, and some for tests and benchmarks. */
#include "base/text.h"
#include "models/zoo.h"
#include "write/save.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { DONE = 0, FAILED = 1, WRONG_USAGE = 2 };

static const size_t memory_limit = (size_t)2 << 30;

typedef struct recipe {
    const char *name;
    int opset, ir_version;
    void (*build)(builder *b);
} recipe;

static const recipe zoo[] = {
    {.name = "resnet18", .opset = 17, .ir_version = 8, .build = build_resnet18},
    {.name = "resnet50", .opset = 17, .ir_version = 8, .build = build_resnet50},
    {.name = "mobilenet_v2", .opset = 17, .ir_version = 8, .build = build_mobilenet_v2},
    {.name = "vgg16", .opset = 13, .ir_version = 8, .build = build_vgg16},
    {.name = "vit_b_16", .opset = 17, .ir_version = 8, .build = build_vit_b_16},
    {.name = "bert_base", .opset = 17, .ir_version = 8, .build = build_bert_base},
    {.name = "gpt2", .opset = 17, .ir_version = 8, .build = build_gpt2},
    {.name = "llama_prefill", .opset = 17, .ir_version = 9, .build = build_llama_prefill},
    {.name = "llama_decode", .opset = 17, .ir_version = 9, .build = build_llama_decode},
    {.name = "unet", .opset = 17, .ir_version = 8, .build = build_unet},
    {.name = "resnet18_qdq", .opset = 21, .ir_version = 10, .build = build_resnet18_qdq},
};

static const recipe tiny = {.name = "tiny", .opset = 17, .ir_version = 8, .build = build_tiny};

/* What a model is built from: a recipe, or a generator with its numbers. */
typedef struct order {
    const recipe *recipe;
    void (*generate)(builder *b, const int64_t *numbers);
    const int64_t *numbers;
} order;

static void generate_chain(builder *b, const int64_t *numbers) {
    build_chain(b, numbers[0]);
}

static void generate_weights(builder *b, const int64_t *numbers) {
    build_weights(b, numbers[0], numbers[1]);
}

static void generate_prefill(builder *b, const int64_t *numbers) {
    build_llama_prefill_of(b, numbers[0]);
}

static void generate_decode(builder *b, const int64_t *numbers) {
    build_llama_decode_of(b, numbers[0]);
}

static bool build_and_save(arena *memory, const order *o, const char *path) {
    if (arena_escape(memory)) {
        errno = ENOMEM;
        return false;
    }
    const recipe generated = {.name = "generated", .opset = 17, .ir_version = 8};
    const recipe *r = o->recipe ? o->recipe : &generated;
    builder *b = builder_new(memory, r->name, r->opset, r->ir_version);
    if (o->generate)
        o->generate(b, o->numbers);
    else
        r->build(b);
    return save_model(b, path);
}

static int write_model(const order *o, const char *path) {
    arena *memory = arena_new(memory_limit);
    bool written = memory && build_and_save(memory, o, path);
    int problem = memory ? errno : ENOMEM;
    arena_free(memory);
    if (!written)
        fprintf(stderr, "modelgen: %s: %s\n", path, strerror(problem));
    return written ? DONE : FAILED;
}

static int command_all(char **arguments) {
    for (size_t i = 0; i < sizeof zoo / sizeof *zoo; i++) {
        char path[PATH_MAX];
        int n = snprintf(path, sizeof path, "%s/%s.onnx", arguments[0], zoo[i].name);
        if (n < 0 || (size_t)n >= sizeof path) {
            fprintf(stderr, "modelgen: the name of the folder is too long\n");
            return FAILED;
        }
        int status = write_model(&(order){.recipe = &zoo[i]}, path);
        if (status != DONE)
            return status;
    }
    return DONE;
}

static int command_tiny(char **arguments) {
    return write_model(&(order){.recipe = &tiny}, arguments[0]);
}

/* More than any file holds, and far from overflow. */
static const int64_t largest_number = (int64_t)1 << 50;

/* Reads n numbers above zero. */
static bool read_numbers(char **arguments, int64_t *numbers, int n) {
    for (int i = 0; i < n; i++)
        if (!text_to_int(arguments[i], &numbers[i]) || numbers[i] <= 0 ||
            numbers[i] > largest_number) {
            fprintf(stderr, "modelgen: %s is not a number from 1 to 2^50\n", arguments[i]);
            return false;
        }
    return true;
}

/* A model of as many nodes or layers as the first argument says. */
static int write_many(void (*generate)(builder *b, const int64_t *numbers), char **arguments) {
    int64_t numbers[1];
    if (!read_numbers(arguments, numbers, 1))
        return WRONG_USAGE;
    return write_model(&(order){.generate = generate, .numbers = numbers}, arguments[1]);
}

static int command_chain(char **arguments) {
    return write_many(generate_chain, arguments);
}

static int command_prefill(char **arguments) {
    return write_many(generate_prefill, arguments);
}

static int command_decode(char **arguments) {
    return write_many(generate_decode, arguments);
}

static int command_weights(char **arguments) {
    int64_t numbers[2];
    if (!read_numbers(arguments, numbers, 2))
        return WRONG_USAGE;
    if (numbers[0] / numbers[1] < (int64_t)sizeof(float)) {
        fprintf(stderr, "modelgen: %s bytes are too few for %s nodes\n", arguments[0],
                arguments[1]);
        return WRONG_USAGE;
    }
    return write_model(&(order){.generate = generate_weights, .numbers = numbers}, arguments[2]);
}

static const struct command {
    const char *name, *arguments, *what;
    int n_arguments;
    int (*run)(char **arguments);
} commands[] = {
    {.name = "all",
     .arguments = "FOLDER",
     .what = "every model of the zoo, without weights",
     .n_arguments = 1,
     .run = command_all},
    {.name = "tiny",
     .arguments = "FILE",
     .what = "four nodes with their weights: a seed for tests",
     .n_arguments = 1,
     .run = command_tiny},
    {.name = "chain",
     .arguments = "NODES FILE",
     .what = "NODES nodes in a row, Relu and Add in turn",
     .n_arguments = 2,
     .run = command_chain},
    {.name = "llama-prefill",
     .arguments = "LAYERS FILE",
     .what = "Llama 3 8B with LAYERS of its 32 layers: a prompt",
     .n_arguments = 2,
     .run = command_prefill},
    {.name = "llama-decode",
     .arguments = "LAYERS FILE",
     .what = "the same for one token behind a cache",
     .n_arguments = 2,
     .run = command_decode},
    {.name = "weights",
     .arguments = "BYTES NODES FILE",
     .what = "NODES MatMul nodes with BYTES of weights in a sparse file",
     .n_arguments = 3,
     .run = command_weights},
};

static int usage(void) {
    for (const struct command *c = commands; c < commands + sizeof commands / sizeof *commands; c++)
        fprintf(stderr, "modelgen %-13s %-16s  %s\n", c->name, c->arguments, c->what);
    return WRONG_USAGE;
}

int main(int argc, char **argv) {
    for (const struct command *c = commands; c < commands + sizeof commands / sizeof *commands; c++)
        if (argc == c->n_arguments + 2 && strcmp(argv[1], c->name) == 0)
            return c->run(argv + 2);
    return usage();
}
