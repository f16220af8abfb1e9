/* What the files of calibrate share. */
#ifndef CLI_CALIBRATE_H
#define CLI_CALIBRATE_H

#include "cli/cli.h"

/* Write to standard output; false and *e when that does not take them. */
bool print_calibration(const settings *s, const roof_device *d, roof_error *e);
bool print_series(const settings *s, const roof_device *d, roof_error *e);

#endif
