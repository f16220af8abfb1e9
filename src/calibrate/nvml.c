/* What NVML tells of a GPU. */
#include "calibrate/nvml.h"
#include "calibrate/library.h"
#include "calibrate/nvml_api.h"
#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct nvml {
    void *library;
    nvml_device device; /* the whole GPU, of a MIG slice too: only it has sensors */
#define NVML_FIELD(field, name, parameters) nvml_result(*field) parameters;
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
    if (n->by_uuid(uuid, &n->device) != NVML_DONE)
        return false;
    if (strncmp(uuid, "MIG-", 4) == 0 && n->whole(n->device, &whole) == NVML_DONE)
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
        n->init() == NVML_DONE) {
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
    return result != NVML_DONE ? NVML_UNKNOWN : value ? NVML_ON : NVML_OFF;
}

/* Asked with room for none, NVML tells how many there are. */
static int count_programs(const nvml *n) {
    unsigned count = 0;
    int result = n->programs(n->device, &count, NULL);
    return result == NVML_DONE || result == NVML_TOO_LITTLE_ROOM ? (int)count : -1;
}

void nvml_read_setup(const nvml *n, nvml_setup *setup) {
    *setup = (nvml_setup){.programs = count_programs(n)};
    int now = 0, next = 0;
    unsigned value = 0, pending = 0;
    if (n->driver_version(setup->driver, sizeof setup->driver) != NVML_DONE)
        setup->driver[0] = '\0';
    int result = n->ecc(n->device, &now, &next);
    setup->ecc = switch_of(result, (unsigned)now);
    result = n->persistence(n->device, &now);
    setup->persistence = switch_of(result, (unsigned)now);
    result = n->mig(n->device, &value, &pending);
    setup->mig = switch_of(result, value);
    if (n->power_limit(n->device, &value) == NVML_DONE)
        setup->power_limit = value * 1e-3;
    if (n->max_clock(n->device, NVML_CLOCK_OF_SM, &value) == NVML_DONE)
        setup->max_clock_hz = value * 1e6;
    if (n->max_clock(n->device, NVML_CLOCK_OF_MEMORY, &value) == NVML_DONE)
        setup->max_memory_clock_hz = value * 1e6;
}

void nvml_read(const nvml *n, nvml_reading *reading) {
    unsigned value = 0;
    *reading = (nvml_reading){0};
    if (n->clock(n->device, NVML_CLOCK_OF_SM, &value) == NVML_DONE)
        reading->clock_hz = value * 1e6;
    if (n->clock(n->device, NVML_CLOCK_OF_MEMORY, &value) == NVML_DONE)
        reading->memory_clock_hz = value * 1e6;
    if (n->power(n->device, &value) == NVML_DONE)
        reading->watts = value * 1e-3;
    if (n->temperature(n->device, NVML_SENSOR_OF_GPU, &value) == NVML_DONE)
        reading->celsius = value;
    if (n->throttle(n->device, &reading->throttle) != NVML_DONE)
        reading->throttle = 0;
}

const char *nvml_throttle_text(unsigned long long throttle) {
    static const struct {
        unsigned long long mask;
        const char *words;
    } reasons[] = {
        {NVML_SLOWDOWN | NVML_POWER_BRAKE, "power supply or heat (hardware slow-down)"},
        {NVML_HEAT | NVML_HEAT_BY_HARDWARE, "heat"},
        {NVML_POWER_LIMIT, "power limit"},
        {NVML_SET_CLOCKS, "clocks that someone has set"},
        {NVML_TIED_CLOCKS, "clocks tied to another GPU"},
        {NVML_DISPLAY_CLOCKS, "the display's clocks"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (throttle & reasons[i].mask)
            return reasons[i].words;
    return NULL;
}
