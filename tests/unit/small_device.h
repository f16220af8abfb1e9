/* Devices from the rows of a profile, and one of round figures. */
#ifndef UNIT_SMALL_DEVICE_H
#define UNIT_SMALL_DEVICE_H

#include <roofline/device.h>

/* The device "Test" of these rows, its kind among them. The caller frees it. */
roof_device *device_of_rows(const char *rows);

/* 10 FLOP/s over 2 B/s, so a ridge of 5 FLOP/B. The caller frees it. */
roof_device *small_device(void);

#endif
