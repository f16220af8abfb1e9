#include "small_device.h"
#include <stdlib.h>
#include <string.h>

roof_device *small_device(void) {
    static const char csv[] =
        "section,name,precision,accumulate,variant,value,unit,min,max,samples,clock_hz,watts,"
        "source\n"
        "profile,schema,,,,1,,,,,,,\n"
        "device,name,,,,Test,,,,,,,test\n"
        "device,kind,,,,gpu,,,,,,,test\n"
        "compute,vector,fp32,fp32,,10,FLOP/s,,,,,,measured\n"
        "memory,dram,,,read,2,B/s,,,,,,measured\n";
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = roof_device_parse(csv, strlen(csv), "test.csv", &e);
    if (!d)
        abort();
    return d;
}
