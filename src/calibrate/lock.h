/* Only one calibration at a time: two would measure each other. */
#ifndef CALIBRATE_LOCK_H
#define CALIBRATE_LOCK_H

#include <roofline/measure.h>

/* Takes the lock file, waiting up to `patience` seconds for whoever has it, and says so once
 * through options->notice and *waited. Returns a descriptor to close; -1 where no lock can be had
 * for reasons of the file system, which is no failure; -2 and *e when it was busy to the end or
 * options->stop was set.
 */
int lock_take(const char *path, const roof_calibrate_options *options, double patience,
              bool *waited, roof_error *e);

#define LOCK_FILE "/tmp/roofline-calibrate.lock"
enum { LOCK_NONE = -1, LOCK_BUSY = -2, LOCK_PATIENCE = 600 };

#endif
