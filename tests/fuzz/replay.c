/* Runs a fuzz target once on each file given: what a fuzzer ever found stays fixed, in every build.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int replay(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        return 1;
    }
    long n = ftell(file);
    uint8_t *data = n < 0 ? NULL : malloc((size_t)n + 1);
    rewind(file);
    if (!data || fread(data, 1, (size_t)n, file) != (size_t)n) {
        perror(path);
        return 1;
    }
    fclose(file);
    LLVMFuzzerTestOneInput(data, (size_t)n);
    free(data);
    return 0;
}

int main(int argc, char **argv) {
    int failures = 0;
    for (int i = 1; i < argc; i++) {
        failures += replay(argv[i]);
    }
    return argc < 2 || failures > 0;
}
