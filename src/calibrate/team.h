/* Threads tied to cores that run the same function together, again and again. */
#ifndef CALIBRATE_TEAM_H
#define CALIBRATE_TEAM_H

#include "calibrate/topology.h"

typedef struct team team;
typedef void (*team_job)(void *user, int index);

/* n threads on the first n cores. The calling thread is tied to none. NULL and *e on failure. */
team *team_start(const topology *cores, int n, roof_error *e);
void team_stop(team *t); /* NULL is allowed */

/* Runs job(user, i) in thread i of each, all beginning at once, and waits for them. */
void team_run(team *t, team_job job, void *user);

/* Seconds of a steady clock, and those that the calling thread has had a processor. */
double team_clock(void);
double team_processor_time(void);

#endif
