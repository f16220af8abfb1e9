/* From measurements to a device profile. */
#ifndef CALIBRATE_PROFILE_OF_H
#define CALIBRATE_PROFILE_OF_H

#include "calibrate/engine.h"

/* The profile of what `b` describes and n kernels measured, theory beside. `partial`: what of it is
 * missing, NULL: nothing. NULL and *e on failure. Owned by the caller. */
roof_device *profile_of(const backend *b, void *state, const engine_result *results, size_t n,
                        const char *partial, roof_error *e);

#endif
