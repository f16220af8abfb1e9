/* Reading one device profile and asking it for every ceiling. */
#include <roofline/device.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = roof_device_parse((const char *)data, n, "fuzz.csv", &e);
    if (!d && (e.status == ROOF_OK || !e.text[0])) {
        abort(); /* a failure must say why */
    }
    for (int p = 0; d && p < ROOF_PRECISION_COUNT; p++) {
        for (int u = 0; u < ROOF_UNIT_COUNT; u++) {
            roof_ceiling c = roof_device_compute(d, (roof_unit)u, (roof_precision)p,
                                                 ROOF_PRECISION_NONE, p % 2 == 0);
            if (!(c.value >= 0) || (c.value > 0) != (c.fact != NULL)) {
                abort();
            }
        }
    }
    roof_device_free(d);
    return 0;
}
