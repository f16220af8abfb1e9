/* What the files of the CPU backend share. */
#ifndef CALIBRATE_CPU_STATE_H
#define CALIBRATE_CPU_STATE_H

#include "calibrate/cpu.h"
#include "calibrate/load.h"
#include "calibrate/machine.h"
#include "calibrate/team.h"

/* One thread: what it works on, and when it did. */
typedef struct lane {
    cpu_work *work;
    char *slice; /* of the memory */
    double began, ended, clock_hz;
    double lost; /* seconds in which it had no processor */
    size_t at;   /* where in its streams the next repetition begins */
} lane;

/* What is mapped: `bytes` from `start`, filled by the threads that will use it. */
typedef struct cpu_memory {
    char *start; /* NULL: nothing */
    size_t bytes, slice;
    int threads;
    bool numbers; /* not pointers */
} cpu_memory;

typedef struct cpu_state {
    machine machine;
    topology *cores;
    team *team;
    load_reading began; /* what the machine had done when it was opened */
    int n;              /* threads */
    lane *lanes;
    cpu_memory memory;
    /* of the run in progress */
    const cpu_kernel *kernel;
    int used;                        /* threads that take part */
    size_t stream_bytes, chunk;      /* of a slice, and in one repetition */
    int64_t repetitions, iterations; /* iterations of each repetition */
} cpu_state;

/* Makes the memory ready that s->kernel goes through, filled next to the cores that use it. */
bool cpu_memory_ready(cpu_state *s, roof_error *e);
void cpu_memory_release(cpu_state *s);

#endif
