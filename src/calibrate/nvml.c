/* What NVML tells of a GPU. */
#include "calibrate/nvml.h"
#include "calibrate/library.h"
#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef struct nvml_device_object *nvml_device;

/* Values of the public interface. */
enum {
    NVML_SUCCESS = 0,
    NVML_INSUFFICIENT_SIZE = 7,
    NVML_CLOCK_SM = 1,
    NVML_CLOCK_MEMORY = 2,
    NVML_TEMPERATURE_GPU = 0
};

/* field, name in the library, parameters */
#define NVML_CALLS(CALL)                                                                           \
    CALL(init, nvmlInit_v2, (void))                                                                \
    CALL(shutdown, nvmlShutdown, (void))                                                           \
    CALL(driver_version, nvmlSystemGetDriverVersion, (char *text, unsigned size))                  \
    CALL(by_uuid, nvmlDeviceGetHandleByUUID, (const char *uuid, nvml_device *device))              \
    CALL(clock, nvmlDeviceGetClockInfo, (nvml_device device, int type, unsigned *mhz))             \
    CALL(max_clock, nvmlDeviceGetMaxClockInfo, (nvml_device device, int type, unsigned *mhz))      \
    CALL(power, nvmlDeviceGetPowerUsage, (nvml_device device, unsigned *milliwatts))               \
    CALL(power_limit, nvmlDeviceGetEnforcedPowerLimit, (nvml_device device, unsigned *milliwatts)) \
    CALL(temperature, nvmlDeviceGetTemperature, (nvml_device device, int sensor, unsigned *c))     \
    CALL(throttle, nvmlDeviceGetCurrentClocksThrottleReasons,                                      \
         (nvml_device device, unsigned long long *reasons))                                        \
    CALL(ecc, nvmlDeviceGetEccMode, (nvml_device device, int *current, int *pending))              \
    CALL(persistence, nvmlDeviceGetPersistenceMode, (nvml_device device, int *mode))               \
    CALL(mig, nvmlDeviceGetMigMode, (nvml_device device, unsigned *current, unsigned *pending))    \
    CALL(whole, nvmlDeviceGetDeviceHandleFromMigDeviceHandle,                                      \
         (nvml_device slice, nvml_device * device))                                                \
    CALL(programs, nvmlDeviceGetComputeRunningProcesses_v3,                                        \
         (nvml_device device, unsigned *n, void *processes))

struct nvml {
    void *library;
    nvml_device device; /* the whole GPU, of a MIG slice too: only it has sensors */
#define NVML_FIELD(field, name, parameters) int(*field) parameters;
    NVML_CALLS(NVML_FIELD)
#undef NVML_FIELD
};

static const library_symbol symbols[] = {
#define NVML_SYMBOL(field, name, parameters) {#name, offsetof(nvml, field)},
    NVML_CALLS(NVML_SYMBOL)
#undef NVML_SYMBOL
};

static bool find_device(nvml *n, const char *uuid) {
    nvml_device whole;
    if (n->by_uuid(uuid, &n->device) != NVML_SUCCESS)
        return false;
    if (strncmp(uuid, "MIG-", 4) == 0 && n->whole(n->device, &whole) == NVML_SUCCESS)
        n->device = whole;
    return true;
}

nvml *nvml_open(const char *uuid) {
    const char *why;
    nvml *n = calloc(1, sizeof *n);
    if (!n)
        return NULL;
    n->library = library_open("ROOFLINE_NVML", "libnvidia-ml.so.1", &why);
    if (n->library && !library_symbols(n->library, symbols, sizeof symbols / sizeof *symbols, n) &&
        n->init() == NVML_SUCCESS) {
        if (find_device(n, uuid))
            return n;
        n->shutdown();
    }
    if (n->library)
        dlclose(n->library);
    free(n);
    return NULL;
}

void nvml_close(nvml *n) {
    if (!n)
        return;
    n->shutdown();
    dlclose(n->library);
    free(n);
}

static nvml_switch switch_of(int result, unsigned value) {
    return result != NVML_SUCCESS ? NVML_UNKNOWN : value ? NVML_ON : NVML_OFF;
}

/* Asked with room for none, NVML tells how many there are. */
static int count_programs(const nvml *n) {
    unsigned count = 0;
    int result = n->programs(n->device, &count, NULL);
    return result == NVML_SUCCESS || result == NVML_INSUFFICIENT_SIZE ? (int)count : -1;
}

void nvml_read_setup(const nvml *n, nvml_setup *setup) {
    *setup = (nvml_setup){.programs = count_programs(n)};
    int now = 0, next = 0;
    unsigned value = 0, pending = 0;
    if (n->driver_version(setup->driver, sizeof setup->driver) != NVML_SUCCESS)
        setup->driver[0] = '\0';
    int result = n->ecc(n->device, &now, &next);
    setup->ecc = switch_of(result, (unsigned)now);
    result = n->persistence(n->device, &now);
    setup->persistence = switch_of(result, (unsigned)now);
    result = n->mig(n->device, &value, &pending);
    setup->mig = switch_of(result, value);
    if (n->power_limit(n->device, &value) == NVML_SUCCESS)
        setup->power_limit = value * 1e-3;
    if (n->max_clock(n->device, NVML_CLOCK_SM, &value) == NVML_SUCCESS)
        setup->max_clock_hz = value * 1e6;
    if (n->max_clock(n->device, NVML_CLOCK_MEMORY, &value) == NVML_SUCCESS)
        setup->max_memory_clock_hz = value * 1e6;
}

void nvml_read(const nvml *n, nvml_reading *reading) {
    unsigned value = 0;
    *reading = (nvml_reading){0};
    if (n->clock(n->device, NVML_CLOCK_SM, &value) == NVML_SUCCESS)
        reading->clock_hz = value * 1e6;
    if (n->clock(n->device, NVML_CLOCK_MEMORY, &value) == NVML_SUCCESS)
        reading->memory_clock_hz = value * 1e6;
    if (n->power(n->device, &value) == NVML_SUCCESS)
        reading->watts = value * 1e-3;
    if (n->temperature(n->device, NVML_TEMPERATURE_GPU, &value) == NVML_SUCCESS)
        reading->celsius = value;
    if (n->throttle(n->device, &reading->throttle) != NVML_SUCCESS)
        reading->throttle = 0;
}

/* The bits are those of the public interface; bit 0, an idle GPU, is no reason under load. */
const char *nvml_throttle_text(unsigned long long throttle) {
    static const struct {
        unsigned long long mask;
        const char *words;
    } reasons[] = {
        {0x08 | 0x80, "power supply or heat (hardware slow-down)"},
        {0x20 | 0x40, "heat"},
        {0x04, "power limit"},
        {0x02, "clocks that someone has set"},
        {0x10, "clocks tied to another GPU"},
        {0x100, "the display's clocks"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (throttle & reasons[i].mask)
            return reasons[i].words;
    return NULL;
}
