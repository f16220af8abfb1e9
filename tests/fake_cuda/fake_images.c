/* Images for the fake driver in place of those that nvcc makes: the name is the whole code. */
#include "microbench/cuda/kernels.h"

#define IMAGE(name)                                                                                \
    { name, (const unsigned char *)name, sizeof name }

const cuda_image cuda_images[] = {
    IMAGE("vector"), IMAGE("special"), IMAGE("memory"),  IMAGE("bulk"),
    IMAGE("mma"),    IMAGE("wgmma"),   IMAGE("tcgen05"),
};
const size_t cuda_image_count = sizeof cuda_images / sizeof *cuda_images;
const int cuda_toolkit_version = 13000;
