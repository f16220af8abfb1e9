/* Peaks of the caches, derived from what a core moves per clock. */
#ifndef DEVICE_CACHES_H
#define DEVICE_CACHES_H

#include "device/facts.h"

/* Appends a theory fact for each level and kernel (read, write, copy, triad) whose rate is known.
 */
void derive_caches(roof_device *d);

/* B/s that theory allows the kernel of a measured fact of a cache, at the clock of its samples; 0
 * where it is not known. */
double theory_of_cache(const roof_device *d, const roof_fact *f);

#endif
