/* Keeps what the program gives its kernels, for the emulator that executes them (tests/emulator).
 */
#include "fake_driver.h"
#include "microbench/cuda/kernels.h"
#include <stdio.h>
#include <stdlib.h>

enum { MOST_LAUNCHES = 3 }; /* of each row: one that is checked, one that is timed, and the next */

void fake_record(const cuda_kernel *k, unsigned grid, const cuda_arguments *a) {
    static const cuda_kernel *last;
    static int launches;
    const char *folder = getenv("FAKE_CUDA_RECORD");
    char path[4096];
    launches = k == last ? launches + 1 : 0;
    last = k;
    if (!folder || launches >= MOST_LAUNCHES)
        return;
    snprintf(path, sizeof path, "%s/%d", folder, launches);
    FILE *to = fopen(path, "wb");
    if (!to) {
        perror(path);
        abort();
    }
    fprintf(to, "%s %u\n", k->entry, grid);
    fwrite(a, sizeof *a, 1, to);
    fake_memory_write(to);
    fclose(to);
}
