/* A fake libnvidia-ml.so.1. Environment: FAKE_NVML_THROTTLE, a mask of reasons;
 * FAKE_NVML_PROGRAMS, how many others compute. */
#include "fake_gpu.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define API __attribute__((visibility("default")))
enum { SUCCESS = 0, NOT_SUPPORTED = 3, NOT_FOUND = 6, INSUFFICIENT_SIZE = 7 };

int nvmlInit_v2(void);
int nvmlShutdown(void);
int nvmlSystemGetDriverVersion(char *text, unsigned size);
int nvmlDeviceGetHandleByUUID(const char *uuid, const fake_gpu **device);
int nvmlDeviceGetClockInfo(const fake_gpu *device, int type, unsigned *mhz);
int nvmlDeviceGetMaxClockInfo(const fake_gpu *device, int type, unsigned *mhz);
int nvmlDeviceGetPowerUsage(const fake_gpu *device, unsigned *milliwatts);
int nvmlDeviceGetEnforcedPowerLimit(const fake_gpu *device, unsigned *milliwatts);
int nvmlDeviceGetTemperature(const fake_gpu *device, int sensor, unsigned *celsius);
int nvmlDeviceGetCurrentClocksThrottleReasons(const fake_gpu *device, unsigned long long *reasons);
int nvmlDeviceGetEccMode(const fake_gpu *device, int *current, int *pending);
int nvmlDeviceGetPersistenceMode(const fake_gpu *device, int *mode);
int nvmlDeviceGetMigMode(const fake_gpu *device, unsigned *current, unsigned *pending);
int nvmlDeviceGetDeviceHandleFromMigDeviceHandle(const fake_gpu *slice, const fake_gpu **device);
int nvmlDeviceGetComputeRunningProcesses_v3(const fake_gpu *device, unsigned *n, void *processes);

API int nvmlInit_v2(void) {
    return SUCCESS;
}

API int nvmlShutdown(void) {
    return SUCCESS;
}

API int nvmlSystemGetDriverVersion(char *text, unsigned size) {
    snprintf(text, size, "580.95.05");
    return SUCCESS;
}

API int nvmlDeviceGetHandleByUUID(const char *uuid, const fake_gpu **device) {
    for (size_t i = 0; (*device = fake_gpu_at(i)); i++) {
        char own[48];
        fake_uuid_text(*device, own);
        if (strcmp(uuid, own) == 0 && (*device)->watts > 0)
            return SUCCESS;
    }
    return NOT_FOUND;
}

API int nvmlDeviceGetMaxClockInfo(const fake_gpu *device, int type, unsigned *mhz) {
    *mhz = (unsigned)((type == 2 ? device->memory_khz : device->clock_khz) / 1000);
    return SUCCESS;
}

API int nvmlDeviceGetClockInfo(const fake_gpu *device, int type, unsigned *mhz) {
    return nvmlDeviceGetMaxClockInfo(device, type, mhz);
}

API int nvmlDeviceGetPowerUsage(const fake_gpu *device, unsigned *milliwatts) {
    *milliwatts = (unsigned)device->watts * 1000;
    return SUCCESS;
}

API int nvmlDeviceGetEnforcedPowerLimit(const fake_gpu *device, unsigned *milliwatts) {
    *milliwatts = (unsigned)device->watts * 1000 + 200000;
    return SUCCESS;
}

API int nvmlDeviceGetTemperature(const fake_gpu *device, int sensor, unsigned *celsius) {
    (void)device, (void)sensor;
    *celsius = 61;
    return SUCCESS;
}

API int nvmlDeviceGetCurrentClocksThrottleReasons(const fake_gpu *device,
                                                  unsigned long long *reasons) {
    const char *mask = getenv("FAKE_NVML_THROTTLE");
    (void)device;
    *reasons = mask ? strtoull(mask, NULL, 0) : 0;
    return SUCCESS;
}

API int nvmlDeviceGetEccMode(const fake_gpu *device, int *current, int *pending) {
    *current = *pending = device->ecc;
    return strstr(device->name, "GeForce") ? NOT_SUPPORTED : SUCCESS;
}

API int nvmlDeviceGetPersistenceMode(const fake_gpu *device, int *mode) {
    (void)device;
    *mode = 1;
    return SUCCESS;
}

API int nvmlDeviceGetMigMode(const fake_gpu *device, unsigned *current, unsigned *pending) {
    *current = *pending = device->slice;
    return device->major >= 9 || device->minor == 0 ? SUCCESS : NOT_SUPPORTED;
}

API int nvmlDeviceGetDeviceHandleFromMigDeviceHandle(const fake_gpu *slice,
                                                     const fake_gpu **device) {
    *device = slice;
    return SUCCESS;
}

API int nvmlDeviceGetComputeRunningProcesses_v3(const fake_gpu *device, unsigned *n,
                                                void *processes) {
    const char *programs = getenv("FAKE_NVML_PROGRAMS");
    (void)device, (void)processes;
    *n = programs ? (unsigned)strtoul(programs, NULL, 10) : 0;
    return *n > 0 ? INSUFFICIENT_SIZE : SUCCESS;
}
