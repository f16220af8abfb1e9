/* The device that a command places on. */
#include "base/text.h"
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>

static bool wants_no_calibration(const settings *s) {
    const char *variable = getenv("ROOFLINE_CALIBRATE");
    return s->never_calibrate || (variable && !strcmp(variable, "never"));
}

/* This machine: its saved profile, or a quick measurement, or its theory. */
static roof_device *this_machine(const settings *s, roof_error *e) {
    roof_device *d = roof_machine_saved(e);
    if (d || e->status != ROOF_OK)
        return d;
    if (wants_no_calibration(s))
        return roof_machine_theory(e);
    note(s, "no profile of this machine is saved yet: measuring it for at most 3 seconds");
    return measure_and_save(s, e);
}

static const char *device_name(const settings *s) {
    return s->device ? s->device : getenv("ROOFLINE_DEVICE");
}

bool names_no_device(const settings *s) {
    const char *name = device_name(s);
    return name && !strcmp(name, "none");
}

bool choose_device(const settings *s, roof_device **d, roof_error *e) {
    const char *name = device_name(s);
    char text[128];
    *d = NULL;
    if (names_no_device(s))
        return true;
    *d = name && *name ? roof_device_find(name, e) : this_machine(s, e);
    if (*d && roof_device_memory(*d, "dram").value == 0)
        note(s, "%s has no bandwidth of DRAM, so times are not known",
             text_printable(text, sizeof text, roof_device_name(*d)));
    return *d != NULL;
}
