/* Parts of the CPU backend that can be tested alone. */
#ifndef CALIBRATE_CPU_H
#define CALIBRATE_CPU_H

#include "calibrate/identity.h"
#include "microbench/cpu/cpu.h"
#include <roofline/device.h>
#include <stdbool.h>
#include <stddef.h>

/* Kernel i of those that a processor of such instruction sets runs, or NULL past the last: the
 * compute kernels of the widest set and, below AVX-512, those of AVX2 (on some parts it is the
 * faster one, at a higher clock); the memory kernels of the widest set. */
const cpu_kernel *cpu_kernel_at(const bool runs[CPU_ISA_COUNT], size_t i);

/* Bytes to stream through so that no cache holds them: eight times the last level, as what a kernel
 * only writes may bypass the caches and leave them to what it reads; at most a quarter of the free
 * memory. 0 when that is less than four times. */
size_t cpu_working_set(double last_level, double available);

/* Fills in the numbers that compute kernels start from. */
void cpu_work_init(cpu_work *work, unsigned seed);

#endif
