/* A device of round figures: 10 FLOP/s over 2 B/s, so a ridge of 5 FLOP/B. */
#ifndef UNIT_SMALL_DEVICE_H
#define UNIT_SMALL_DEVICE_H

#include <roofline/device.h>

/* The caller frees it. */
roof_device *small_device(void);

#endif
