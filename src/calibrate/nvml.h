/* What NVML tells of a GPU: found in libnvidia-ml.so.1 at run time, absent on Jetson. Whatever it
 * cannot tell is left unknown: nothing here is an error. */
#ifndef CALIBRATE_NVML_H
#define CALIBRATE_NVML_H

#include <stdbool.h>

typedef struct nvml nvml;

/* Yes, no, or NVML does not know. */
typedef enum nvml_switch { NVML_UNKNOWN, NVML_OFF, NVML_ON } nvml_switch;

/* How a GPU is set up. */
typedef struct nvml_setup {
    char driver[80]; /* "580.95.05"; "" unknown */
    nvml_switch ecc, persistence, mig;
    double power_limit;         /* W; 0 unknown */
    double max_clock_hz;        /* of the multiprocessors */
    double max_memory_clock_hz; /* both 0 unknown */
    int programs;               /* that compute on it, this one included; -1 unknown */
} nvml_setup;

/* What it does at the moment; 0 where unknown. */
typedef struct nvml_reading {
    double clock_hz, memory_clock_hz;
    double watts, celsius;
    unsigned long long throttle; /* mask of the reasons why its clock is below the highest */
} nvml_reading;

/* Finds the GPU (or MIG slice) of that UUID ("GPU-..." or "MIG-..."). NULL when there is no NVML or
 * it does not know the GPU. ROOFLINE_NVML names another library (for tests). */
nvml *nvml_open(const char *uuid);
void nvml_close(nvml *n); /* NULL is allowed */

void nvml_read_setup(const nvml *n, nvml_setup *setup);
void nvml_read(const nvml *n, nvml_reading *reading);

/* The weightiest of the reasons that lower what is measured, in words: "heat"; NULL when there is
 * none. */
const char *nvml_throttle_text(unsigned long long throttle);

#endif
