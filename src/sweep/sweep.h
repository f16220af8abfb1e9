/* Inside of sweeping. */
#ifndef SWEEP_SWEEP_H
#define SWEEP_SWEEP_H

#include "base/arena.h"
#include <roofline/sweep.h>

typedef struct sweep_output {
    const roof_sweep *sweep;
    const roof_sweep_options *options;
    FILE *out;
    arena *arena;
} sweep_output;

void write_sweep_table(sweep_output *o);
void write_sweep_csv(sweep_output *o);
void write_sweep_json(sweep_output *o);

#endif
