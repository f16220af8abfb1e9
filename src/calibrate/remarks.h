/* What a person must know of a measurement, in words that name the way out. */
#ifndef CALIBRATE_REMARKS_H
#define CALIBRATE_REMARKS_H

#include "calibrate/engine.h"

/* Of one kernel, "" when there is nothing to say. */
void remark_kernel(const engine_result *r, char *text, size_t size);

/* Of the run: what else went on. */
void remark_load(const bench_load *load, char *text, size_t size);

/* Of the profile: when many kernels ran faster for a while than they mostly did, so that another
 * run may well find other medians. */
void remark_spread(const roof_device *d, char *text, size_t size);

/* Of the profile: when every kernel that computes reaches about half of its theory, two processors
 * are likely to be one core. */
void remark_half(const roof_device *d, char *text, size_t size);

/* Tells the caller of roof_calibrate, if it listens and there is something to say. */
void remark_tell(const roof_calibrate_options *options, const char *text);

#endif
