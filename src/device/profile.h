/* Building a device profile in a program, as calibration does.
 *
 *     roof_device *d = device_new();
 *     device_add(d, &(roof_fact){.section = "device", .name = "name", .text = "NVIDIA H200"});
 *     device_add(d, &(roof_fact){.section = "param", .name = "sm_count", .value = 132,
 *                                .source = "driver"});
 *     device_add(d, &(roof_fact){.section = "compute", .name = "vector", .precision = "fp32",
 *                                .variant = "ffma", .value = 6.41e13, .samples = 30,
 *                                .source = "measured"});
 *     device_derive(d);
 *     roof_device_write(d, file);
 *
 * Params that the theory reads (numbers in base units):
 *
 *     arch                   text: sm_70 sm_72 sm_75 sm_80 sm_86 sm_87 sm_89 sm_90 sm_100 sm_103
 * sm_110 sm_120 sm_121; haswell skylake-client skylake-server icelake-server sapphirerapids zen1
 * zen2 zen3 zen4 zen5 neoverse-n1 neoverse-n2 neoverse-v1 neoverse-v2 a64fx; x86-64-v2 x86-64-v3
 * x86-64-v4 armv8 sm_count, core_count   multiprocessors of a GPU; cores of a CPU that may be used
 *     clock_hz               the clock of the peaks. With a variant "vector", "matrix" or
 * "special", and a precision if need be, it is the clock of those peaks alone fp32_accumulate text
 * "full": Tensor Cores of a professional part accumulate in FP32 as fast as in FP16 (GeForce: half
 * as fast, which is the default) avx512_fma_units       1 where the part has one 512-bit FMA unit
 * per core instead of two memory_clock_hz, memory_data_rate (transfers per clock), memory_bus_bits
 *     memory_transfer_rate (transfers per second), memory_channels (of 8 bytes)
 *                            one of the two triples gives the bandwidth of "dram"
 *     alias                  text: another name the device is found by
 *
 * device,name and device,kind ("cpu", "gpu") are required for a profile that is to be read again;
 * device,signature and device,date (ISO 8601) are optional. */
#ifndef DEVICE_PROFILE_H
#define DEVICE_PROFILE_H

#include <roofline/device.h>

/* An empty profile; NULL when there is no memory. Freed by roof_device_free. */
roof_device *device_new(void);

/* Appends a fact. Strings are copied; NULL stands for "". `text` may be left out where there is a
 * value, and the value where the text is a number. `kind` follows from `source`: "measured..." is
 * measured, "theory..." theory, anything else datasheet. False when there is no memory, or when the
 * fact is one that the reader would refuse (a ceiling that is not a positive number, an unknown
 * precision, ...). */
bool device_add(roof_device *d, const roof_fact *fact);

/* (Re)makes the theory rows from the params: one row per unit, precision, accumulator and sparsity
 * that the architecture has. A profile without the params it needs gets none. */
bool device_derive(roof_device *d);

/* The param of that name without variant and precision, or NULL. */
const roof_fact *device_param(const roof_device *d, const char *name);

#endif
