/* Compares what the program declares of NVML with the library's own header. */
#include "calibrate/nvml_api.h"
#include <nvml.h>

#define SAME(ours, theirs) _Static_assert((int)(ours) == (int)(theirs), #theirs)
SAME(NVML_DONE, NVML_SUCCESS);
SAME(NVML_TOO_LITTLE_ROOM, NVML_ERROR_INSUFFICIENT_SIZE);
SAME(NVML_CLOCK_OF_SM, NVML_CLOCK_SM);
SAME(NVML_CLOCK_OF_MEMORY, NVML_CLOCK_MEM);
SAME(NVML_SENSOR_OF_GPU, NVML_TEMPERATURE_GPU);
SAME(NVML_SET_CLOCKS, nvmlClocksThrottleReasonApplicationsClocksSetting);
SAME(NVML_POWER_LIMIT, nvmlClocksThrottleReasonSwPowerCap);
SAME(NVML_SLOWDOWN, nvmlClocksThrottleReasonHwSlowdown);
SAME(NVML_TIED_CLOCKS, nvmlClocksThrottleReasonSyncBoost);
SAME(NVML_HEAT, nvmlClocksThrottleReasonSwThermalSlowdown);
SAME(NVML_HEAT_BY_HARDWARE, nvmlClocksThrottleReasonHwThermalSlowdown);
SAME(NVML_POWER_BRAKE, nvmlClocksThrottleReasonHwPowerBrakeSlowdown);
SAME(NVML_DISPLAY_CLOCKS, nvmlClocksThrottleReasonDisplayClockSetting);
SAME(sizeof(nvml_result), sizeof(nvmlReturn_t));
SAME(sizeof(nvml_clock), sizeof(nvmlClockType_t));
SAME(sizeof(nvml_sensor), sizeof(nvmlTemperatureSensors_t));
SAME(sizeof(nvml_state), sizeof(nvmlEnableState_t));

/* The calls, in the header's words for the types. */
#define nvml_device  nvmlDevice_t
#define nvml_clock   nvmlClockType_t
#define nvml_sensor  nvmlTemperatureSensors_t
#define nvml_state   nvmlEnableState_t
#define nvml_process nvmlProcessInfo_t
#define IS_DECLARED_SO(field, name, parameters)                                                    \
    _Static_assert(_Generic(&name, nvmlReturn_t(*) parameters : 1, default : 0), #name);
NVML_CALLS(IS_DECLARED_SO)

int main(void) {
    return 0; /* what is wrong does not compile */
}
