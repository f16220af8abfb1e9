/* What stays in memory: streams, and the exponential of what lies there. */
#include "kernels.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Against libc: 3 units in the last place, in the range of the inputs and at both ends. */
int check_exp(const cpu_kernel *k) {
    cpu_work *w = new_work();
    int failures = 0;
    w->input[0] = 0;
    w->input[1] = 88;
    w->input[2] = -87;
    k->loop(w, (int64_t)(CPU_ELEMENTS / k->facts.flops));
    for (size_t i = 0; i < CPU_ELEMENTS; i++)
        failures += wrong(k, i, (double)w->output[i], exp((double)w->input[i]), 4e-7);
    free(w);
    return failures;
}

enum { BLOCKS = 9, ROUND = 4, BLOCK_FLOATS = CPU_STREAM_BLOCK / 4, FLOATS = BLOCKS * BLOCK_FLOATS };

/* What number j of the written stream should be. */
static double moved(const cpu_kernel *k, float *const stream[3], size_t j) {
    if (strncmp(k->facts.variant, "write", 5) == 0)
        return 0.75;
    double first = (double)stream[1][j];
    return k->streams == 2 ? first : first + 0.5 * (double)stream[2][j];
}

/* Going straight on, and round in the first four blocks: then the rest stays as it was. */
static int streams_move(const cpu_kernel *k, bool round) {
    cpu_work *w = new_work();
    float *stream[3];
    int failures = 0;
    for (int s = 0; s < 3; s++) {
        void *memory;
        if (posix_memalign(&memory, 64, FLOATS * sizeof(float)) != 0)
            exit(1);
        stream[s] = memory;
        w->stream[s] = memory;
        for (int j = 0; j < FLOATS; j++)
            stream[s][j] = (float)(j + 1000 * s);
    }
    w->mask = round ? ROUND * CPU_STREAM_BLOCK - 1 : SIZE_MAX;
    k->loop(w, BLOCKS);
    for (size_t j = 0; j < FLOATS; j++) {
        bool reached = k->facts.stores > 0 && (!round || j < ROUND * BLOCK_FLOATS);
        failures += wrong(k, j, (double)stream[0][j], reached ? moved(k, stream, j) : (double)j, 0);
    }
    for (int s = 0; s < 3; s++)
        free(stream[s]);
    free(w);
    return failures;
}

int check_streams(const cpu_kernel *k) {
    return streams_move(k, false) + streams_move(k, true);
}
