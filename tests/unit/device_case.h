/* What tests of profiles have in common: a device by its name or from the text of a profile. */
#ifndef TESTS_DEVICE_CASE_H
#define TESTS_DEVICE_CASE_H

#include <roofline/device.h>

#define HEAD  "section,name,precision,accumulate,variant,value,unit,source\n"
#define SMALL HEAD "device,name,,,,Small,,\ndevice,kind,,,,gpu,,\n"

/* Expects that to work; the caller frees the device. */
roof_device *device_found(const char *name);
roof_device *device_parsed(const char *csv);

/* The peak of a dense path, in FLOP/s or OP/s. */
double device_peak(const roof_device *d, roof_unit u, roof_precision p, roof_precision sum);

/* got = expected, to within the tolerance, a part of what is expected. */
void device_near(const char *what, double got, double expected, double tolerance);

#endif
