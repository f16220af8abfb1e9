/* The part of NVML that is used, found in libnvidia-ml.so.1 at run time. Names and values are those
 * of the public interface. */
#ifndef CALIBRATE_NVML_API_H
#define CALIBRATE_NVML_API_H

typedef int nvml_result, nvml_clock, nvml_sensor, nvml_state;
typedef struct nvml_device_object *nvml_device;
typedef struct nvml_process nvml_process;

enum {
    NVML_DONE = 0, /* results */
    NVML_TOO_LITTLE_ROOM = 7,
    NVML_CLOCK_OF_SM = 1,
    NVML_CLOCK_OF_MEMORY = 2,
    NVML_SENSOR_OF_GPU = 0,
};

/* Why the clock is below the highest: bits. That of an idle GPU, 1, is no reason under load. */
enum {
    NVML_SET_CLOCKS = 0x2,
    NVML_POWER_LIMIT = 0x4,
    NVML_SLOWDOWN = 0x8,
    NVML_TIED_CLOCKS = 0x10,
    NVML_HEAT = 0x20,
    NVML_HEAT_BY_HARDWARE = 0x40,
    NVML_POWER_BRAKE = 0x80,
    NVML_DISPLAY_CLOCKS = 0x100,
};

/* field, name in the library, parameters */
#define NVML_CALLS(CALL)                                                                           \
    CALL(init, nvmlInit_v2, (void))                                                                \
    CALL(shutdown, nvmlShutdown, (void))                                                           \
    CALL(driver_version, nvmlSystemGetDriverVersion, (char *text, unsigned size))                  \
    CALL(by_uuid, nvmlDeviceGetHandleByUUID, (const char *uuid, nvml_device *device))              \
    CALL(clock, nvmlDeviceGetClockInfo, (nvml_device device, nvml_clock type, unsigned *mhz))      \
    CALL(max_clock, nvmlDeviceGetMaxClockInfo,                                                     \
         (nvml_device device, nvml_clock type, unsigned *mhz))                                     \
    CALL(power, nvmlDeviceGetPowerUsage, (nvml_device device, unsigned *milliwatts))               \
    CALL(power_limit, nvmlDeviceGetEnforcedPowerLimit, (nvml_device device, unsigned *milliwatts)) \
    CALL(temperature, nvmlDeviceGetTemperature,                                                    \
         (nvml_device device, nvml_sensor sensor, unsigned *c))                                    \
    CALL(throttle, nvmlDeviceGetCurrentClocksThrottleReasons,                                      \
         (nvml_device device, unsigned long long *reasons))                                        \
    CALL(ecc, nvmlDeviceGetEccMode,                                                                \
         (nvml_device device, nvml_state * current, nvml_state * pending))                         \
    CALL(persistence, nvmlDeviceGetPersistenceMode, (nvml_device device, nvml_state * mode))       \
    CALL(mig, nvmlDeviceGetMigMode, (nvml_device device, unsigned *current, unsigned *pending))    \
    CALL(whole, nvmlDeviceGetDeviceHandleFromMigDeviceHandle,                                      \
         (nvml_device slice, nvml_device * device))                                                \
    CALL(programs, nvmlDeviceGetComputeRunningProcesses_v3,                                        \
         (nvml_device device, unsigned *n, nvml_process *processes))

#endif
