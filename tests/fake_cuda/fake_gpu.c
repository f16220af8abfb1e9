#include "fake_gpu.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KB 1024
#define MB (1024 * 1024)
#define UUID(n)                                                                                    \
    { n, n, n, n, n, n, 0x40 | (n), n, 0x80 | (n), n, n, n, n, n, n, n }

static const fake_gpu a100 = {.name = "NVIDIA A100-SXM4-80GB",
                              .uuid = UUID(1),
                              .major = 8,
                              .minor = 0,
                              .multiprocessors = 108,
                              .shared_bytes = 164 * KB,
                              .l2_bytes = 40 * MB,
                              .memory_bytes = 84.9e9,
                              .clock_khz = 1410000,
                              .memory_khz = 1593000,
                              .bus_bits = 5120,
                              .ecc = true,
                              .watts = 250};
#define H200(n, watts_)                                                                            \
    {                                                                                              \
        .name = "NVIDIA H200", .uuid = UUID(n), .major = 9, .minor = 0, .multiprocessors = 132,    \
        .shared_bytes = 228 * KB, .l2_bytes = 60 * MB, .memory_bytes = 150.7e9,                    \
        .clock_khz = 1980000, .memory_khz = 3201000, .bus_bits = 6144, .ecc = true,                \
        .watts = watts_                                                                            \
    }
static const fake_gpu h200 = H200(2, 500), h200_other = H200(3, 510);
static const fake_gpu h100_slice = {.name = "NVIDIA H100 80GB HBM3 MIG 1g.10gb",
                                    .uuid = UUID(4),
                                    .major = 9,
                                    .minor = 0,
                                    .multiprocessors = 16,
                                    .shared_bytes = 228 * KB,
                                    .l2_bytes = 6 * MB,
                                    .memory_bytes = 10.2e9,
                                    .clock_khz = 1980000,
                                    .memory_khz = 2619000,
                                    .bus_bits = 5120,
                                    .ecc = true,
                                    .slice = true,
                                    .watts = 150};
static const fake_gpu b200 = {.name = "NVIDIA B200",
                              .uuid = UUID(8),
                              .major = 10,
                              .minor = 0,
                              .multiprocessors = 148,
                              .shared_bytes = 228 * KB,
                              .l2_bytes = 126 * MB,
                              .memory_bytes = 191.5e9,
                              .clock_khz = 1965000,
                              .memory_khz = 3996000,
                              .bus_bits = 8192,
                              .ecc = true,
                              .watts = 700};
/* 13.5 PFLOP/s of dense and 18 of sparse FP4 at 1.856 GHz. */
static const fake_gpu b300 = {.name = "NVIDIA B300",
                              .uuid = UUID(10),
                              .major = 10,
                              .minor = 3,
                              .multiprocessors = 148,
                              .shared_bytes = 228 * KB,
                              .l2_bytes = 126 * MB,
                              .memory_bytes = 288e9,
                              .clock_khz = 1856000,
                              .memory_khz = 3996000,
                              .bus_bits = 8192,
                              .ecc = true,
                              .watts = 1100};
static const fake_gpu rtx5090 = {.name = "NVIDIA GeForce RTX 5090",
                                 .uuid = UUID(9),
                                 .major = 12,
                                 .minor = 0,
                                 .multiprocessors = 170,
                                 .shared_bytes = 100 * KB,
                                 .l2_bytes = 96 * MB,
                                 .memory_bytes = 33.7e9,
                                 .clock_khz = 2407000,
                                 .memory_khz = 14001000,
                                 .bus_bits = 512,
                                 .watts = 450};
static const fake_gpu rtx4090 = {.name = "NVIDIA GeForce RTX 4090",
                                 .uuid = UUID(5),
                                 .major = 8,
                                 .minor = 9,
                                 .multiprocessors = 128,
                                 .shared_bytes = 100 * KB,
                                 .l2_bytes = 72 * MB,
                                 .memory_bytes = 25.3e9,
                                 .clock_khz = 2520000,
                                 .memory_khz = 10501000,
                                 .bus_bits = 384,
                                 .watts = 300};
static const fake_gpu orin = {.name = "Orin",
                              .uuid = UUID(6),
                              .major = 8,
                              .minor = 7,
                              .multiprocessors = 16,
                              .shared_bytes = 164 * KB,
                              .l2_bytes = 4 * MB,
                              .memory_bytes = 32.0e9,
                              .clock_khz = 1300000,
                              .memory_khz = 1300000,
                              .bus_bits = 256,
                              .integrated = true};
static const fake_gpu v100 = {.name = "Tesla V100-SXM2-16GB",
                              .uuid = UUID(7),
                              .major = 7,
                              .minor = 0,
                              .multiprocessors = 80,
                              .shared_bytes = 96 * KB,
                              .l2_bytes = 6 * MB,
                              .memory_bytes = 16.9e9,
                              .clock_khz = 1530000,
                              .memory_khz = 877000,
                              .bus_bits = 4096,
                              .ecc = true,
                              .watts = 200};

static const struct {
    const char *name;
    const fake_gpu *gpus[FAKE_MOST_GPUS + 1];
} machines[] = {
    {"a100", {&a100}},       {"h200", {&h200}},       {"two-h200", {&h200, &h200_other}},
    {"mig", {&h100_slice}},  {"rtx4090", {&rtx4090}}, {"orin", {&orin}},
    {"v100", {&v100}},       {"b200", {&b200}},       {"b300", {&b300}},
    {"rtx5090", {&rtx5090}}, {"none", {NULL}},
};

const fake_gpu *fake_gpu_at(size_t i) {
    const char *name = getenv("FAKE_CUDA_MACHINE");
    for (size_t m = 0; m < sizeof machines / sizeof *machines; m++)
        if (strcmp(machines[m].name, name ? name : "a100") == 0)
            return i < FAKE_MOST_GPUS ? machines[m].gpus[i] : NULL;
    fprintf(stderr, "FAKE_CUDA_MACHINE is \"%s\": no such machine\n", name);
    abort();
}

void fake_uuid_text(const fake_gpu *gpu, char text[48]) {
    const unsigned char *b = gpu->uuid;
    snprintf(text, 48, "%s-%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
             gpu->slice ? "MIG" : "GPU", b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9],
             b[10], b[11], b[12], b[13], b[14], b[15]);
}
