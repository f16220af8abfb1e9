/* Parts of the CPU backend that can be tested alone. */
#ifndef CALIBRATE_CPU_H
#define CALIBRATE_CPU_H

#include "calibrate/backend.h"
#include "calibrate/identity.h"
#include "microbench/cpu/cpu.h"
#include <roofline/device.h>
#include <stdbool.h>
#include <stddef.h>

/* Kernel i of those that a processor of such instruction sets runs, or NULL past the last: what
 * computes, memory and latencies on all cores, then, where there are several, on one. Every set
 * computes; memory is measured with the widest. */
const cpu_kernel *cpu_kernel_at(const bool runs[CPU_ISA_COUNT], bool several, size_t i);

/* The least effort in which a kernel takes part. Of each type the quick one has the widest set, and
 * AVX2 below AVX-512 (on some parts it is the faster one, at a higher clock), NEON below SVE. */
bench_effort cpu_effort(const bool runs[CPU_ISA_COUNT], const cpu_kernel *kernel);

/* Bytes to stream through so that no cache holds them: eight times the last level, as what a kernel
 * only writes may bypass the caches and leave them to what it reads; at most a quarter of the free
 * memory. 0 when that is less than four times. */
size_t cpu_working_set(double last_level, double available);

/* Bytes per thread that stay in a level of cache (1 to 3) of which a thread has `share` bytes, and
 * not in the levels inside, of which it has `inner`. 0 when nothing does. */
size_t cpu_level_bytes(int level, double share, double inner);

/* Links the lines of `bytes`, a power of two, to one random circle. */
void cpu_link_lines(char *memory, size_t bytes);

#endif
