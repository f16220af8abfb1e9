/* What else goes on on the machine while it is measured. */
#ifndef CALIBRATE_LOAD_H
#define CALIBRATE_LOAD_H

#include "calibrate/backend.h"

/* What had been counted at a moment, in seconds of one processor. */
typedef struct load_reading {
    double when;      /* of team_clock */
    double busy;      /* of the processors that may be used, by anybody */
    double stolen;    /* by other guests of the same host */
    double own;       /* by this process */
    double held_back; /* by a control group's quota; seconds in which it was */
    double preempted; /* times that a thread of this process had to make way */
    double average;   /* number of programs that wanted to run in the last minute */
    bool known;
} load_reading;

load_reading load_read(const char *root);

/* What happened between two readings. */
bench_load load_between(const load_reading *before, const load_reading *after);

/* The columns busy and stolen of the processors marked in `allowed`, from the text of /proc/stat,
 * in seconds of `tick` per second. False when there are none. */
bool load_parse_stat(const char *text, const bool *allowed, int n, double tick, load_reading *to);

#endif
