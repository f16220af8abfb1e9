/* The cores that this process may use, and their caches. */
#ifndef CALIBRATE_TOPOLOGY_H
#define CALIBRATE_TOPOLOGY_H

#include <roofline/error.h>
#include <stdbool.h>

typedef struct topology topology;

/* Of this machine, within the process's cpuset and affinity. NULL and *e on failure. */
topology *topology_open(roof_error *e);
/* Of a made-up machine in hwloc's notation, as "pack:2 l3:1 core:4 pu:2"; for tests. */
topology *topology_synthetic(const char *description);
void topology_close(topology *t); /* NULL is allowed */

/* Cores of which at least one hardware thread may be used. */
int topology_cores(const topology *t);
/* Bytes of all caches of a level (1 to 3; 0: the last level) that the first n cores use. */
double topology_cache(const topology *t, int level, int n);
/* Ties the calling thread to the first allowed hardware thread of core i. False when the system
 * does not let it; measuring goes on then, less steadily. */
bool topology_bind(const topology *t, int i);

#endif
