#include "device_case.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

roof_device *device_found(const char *name) {
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = roof_device_find(name, &e);
    if (!d)
        fail_msg("%s: %s", name, e.text);
    return d;
}

roof_device *device_parsed(const char *csv) {
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = roof_device_parse(csv, strlen(csv), "test.csv", &e);
    if (!d)
        fail_msg("%s", e.text);
    return d;
}

double device_peak(const roof_device *d, roof_unit u, roof_precision p, roof_precision sum) {
    return roof_device_compute_theory(d, u, p, sum, false).value;
}

void device_near(const char *what, double got, double expected, double tolerance) {
    if (!(fabs(got - expected) <= tolerance * expected))
        fail_msg("%s: %g instead of %g", what, got, expected);
}
