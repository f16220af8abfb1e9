#include "small_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

roof_device *device_of_rows(const char *rows) {
    char csv[4096];
    int n = snprintf(csv, sizeof csv,
                     "section,name,precision,accumulate,variant,value,unit,min,max,samples,"
                     "clock_hz,watts,source\n"
                     "profile,schema,,,,1,,,,,,,\n"
                     "device,name,,,,Test,,,,,,,test\n%s",
                     rows);
    assert_in_range(n, 1, sizeof csv - 1);
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = roof_device_parse(csv, (size_t)n, "test.csv", &e);
    assert_string_equal(e.text, "");
    return d;
}

roof_device *small_device(void) {
    return device_of_rows("device,kind,,,,gpu,,,,,,,test\n"
                          "compute,vector,fp32,fp32,,10,FLOP/s,,,,,,measured\n"
                          "memory,dram,,,read,2,B/s,,,,,,measured\n");
}
