/* What the program gives its GPU kernels and how it checks what they made of it, for the emulator:
 *
 *     product list                             one line for each kernel: names and values
 *     product operands ENTRY FILL              to standard output; FILL: check, random
 *     product check ENTRY ITERATIONS OPERANDS  the results of a block from standard input */
#include "microbench/cuda/kernels.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const cuda_kernel *find(const char *entry) {
    const cuda_kernel *k;
    for (size_t i = 0; (k = cuda_kernel_at(i)); i++)
        if (strcmp(k->entry, entry) == 0)
            return k;
    fprintf(stderr, "no kernel %s\n", entry);
    exit(1);
}

static int list(void) {
    const cuda_kernel *k;
    for (size_t i = 0; (k = cuda_kernel_at(i)); i++) {
        printf("entry=%s name=", k->entry);
        for (const char *c = k->facts.name; *c; c++)
            putchar(*c == ' ' ? '?' : *c); /* as a pattern of --only */
        printf(" image=%s threads=%d cluster=%d shared=%d operands=%zu results=%zu "
               "tile=%d meaning=%d level=%d streams=%u chunk=%zu flops=%.0f bytes=%.0f "
               "loads=%d stores=%d architectures=",
               k->image, k->threads, k->cluster ? k->cluster : 1, k->shared_bytes, k->operand_bytes,
               k->result_bytes, k->tile.layout, k->meaning, k->level, k->streams, k->chunk_bytes,
               k->facts.flops, k->facts.bytes, k->facts.loads, k->facts.stores);
        for (unsigned bit = 1; cuda_architecture_name(bit); bit <<= 1)
            if (k->architectures & bit)
                printf("%s,", cuda_architecture_name(bit) + strlen("sm_"));
        printf("\n");
    }
    return 0;
}

static int write_operands(const cuda_kernel *k, bool check) {
    void *operands = malloc(k->operand_bytes + 1);
    if (!operands)
        return 1;
    cuda_fill_operands(k, check ? CUDA_FILL_CHECK : CUDA_FILL_RANDOM, 1, operands);
    const size_t n = fwrite(operands, 1, k->operand_bytes, stdout);
    free(operands);
    return n != k->operand_bytes;
}

static int check(const cuda_kernel *k, const char *iterations, const char *operands_file) {
    char *operands = malloc(k->operand_bytes + 1), *results = malloc(k->result_bytes + 1);
    double worst = 0;
    FILE *f = fopen(operands_file, "rb");
    bool right = f && operands && results &&
                 fread(operands, 1, k->operand_bytes + 1, f) == k->operand_bytes &&
                 fread(results, 1, k->result_bytes + 1, stdin) == k->result_bytes &&
                 cuda_check_tile(k, operands, strtoull(iterations, NULL, 10), results, &worst);
    printf("%g of the tolerance\n", worst);
    if (f)
        fclose(f);
    free(operands);
    free(results);
    return !right;
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "list") == 0)
        return list();
    if (argc == 4 && strcmp(argv[1], "operands") == 0)
        return write_operands(find(argv[2]), strcmp(argv[3], "check") == 0);
    if (argc == 5 && strcmp(argv[1], "check") == 0)
        return check(find(argv[2]), argv[3], argv[4]);
    return 2;
}
