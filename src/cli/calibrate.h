/* What the files of calibrate share. */
#ifndef CLI_CALIBRATE_H
#define CLI_CALIBRATE_H

#include "cli/cli.h"

void print_calibration(const roof_device *d);
void print_series(const roof_device *d);

#endif
