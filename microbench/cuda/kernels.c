#include "microbench/cuda/kernels.h"
#include "microbench/cuda/rows_matrix.h"
#include "microbench/cuda/rows_memory.h"
#include "microbench/cuda/rows_vector.h"
#include <string.h>

typedef struct table {
    const cuda_kernel *rows;
    size_t n;
} table;

#define TABLE(rows)                                                                                \
    { rows, sizeof rows / sizeof *rows }
static const table tables[] = {TABLE(wgmma_rows),  TABLE(tcgen05_rows), TABLE(mma_rows),
                               TABLE(vector_rows), TABLE(special_rows), TABLE(memory_rows)};

const cuda_kernel *cuda_kernel_at(size_t i) {
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        if (i < tables[t].n)
            return &tables[t].rows[i];
        i -= tables[t].n;
    }
    return NULL;
}

typedef struct architecture {
    unsigned bit;
    int major, minor;
    const char *name;
} architecture;

static const architecture architectures[] = {
    {CUDA_75, 7, 5, "sm_75"},    {CUDA_80, 8, 0, "sm_80"},    {CUDA_86, 8, 6, "sm_86"},
    {CUDA_87, 8, 7, "sm_87"},    {CUDA_89, 8, 9, "sm_89"},    {CUDA_90, 9, 0, "sm_90"},
    {CUDA_100, 10, 0, "sm_100"}, {CUDA_103, 10, 3, "sm_103"}, {CUDA_110, 11, 0, "sm_110"},
    {CUDA_120, 12, 0, "sm_120"}, {CUDA_121, 12, 1, "sm_121"},
};
enum { N_ARCHITECTURES = sizeof architectures / sizeof *architectures };

unsigned cuda_architecture_bit(int major, int minor) {
    for (int i = 0; i < N_ARCHITECTURES; i++)
        if (architectures[i].major == major && architectures[i].minor == minor)
            return architectures[i].bit;
    return 0;
}

const char *cuda_architecture_name(unsigned bit) {
    for (int i = 0; i < N_ARCHITECTURES; i++)
        if (architectures[i].bit == bit)
            return architectures[i].name;
    return NULL;
}

const cuda_image *cuda_image_find(const char *name) {
    for (size_t i = 0; i < cuda_image_count; i++)
        if (strcmp(cuda_images[i].name, name) == 0)
            return &cuda_images[i];
    return NULL;
}

bool cuda_has_images(void) {
    for (size_t i = 0; i < cuda_image_count; i++)
        if (cuda_images[i].size > 0)
            return true;
    return false;
}
