/* What the files of devices share. */
#ifndef CLI_DEVICES_H
#define CLI_DEVICES_H

#include "cli/cli.h"

enum { CELL = 48, NAME_SIZE = 128 };

/* The ridge of a peak and a bandwidth, FLOP/B; "-" where one of them is not known. */
const char *ridge_text(char text[CELL], double peak, double bandwidth);

/* All that is known of a device, and where each figure comes from. */
void print_device(FILE *out, const roof_device *d);

#endif
