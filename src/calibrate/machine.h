/* This machine as a process may use it, without hwloc: known in well under a millisecond. */
#ifndef CALIBRATE_MACHINE_H
#define CALIBRATE_MACHINE_H

#include "calibrate/identity.h"
#include <roofline/device.h>

typedef struct machine {
    cpu_identity cpu;
    int cpus;     /* hardware threads in the affinity mask */
    double quota; /* CPUs' worth of time; 0: no limit */
} machine;

void machine_read(machine *m);

/* Everything that decides how fast this process can be. False when it does not fit. */
bool machine_signature(const machine *m, char *dst, size_t size);

/* Threads worth starting on so many cores: a quota's whole CPUs, at least one. A thread more would
 * be stopped for a part of each period, and all would wait for it. */
int machine_threads(const machine *m, int cores);

/* The highest clock that the system or the processor states, in Hz; `source` says which did. 0 when
 * none does. */
double machine_clock(const char *root, const cpu_identity *cpu, const char **source);

/* Adds name, kind, signature and the params from which the theory of peaks follows. */
bool machine_describe(const machine *m, int cores, roof_device *d);

/* Adds an assumed bandwidth of memory, since its modules cannot be seen from inside: deliberately
 * low, and its source says so. */
bool machine_assume_memory(const machine *m, int cores, roof_device *d);

#endif
