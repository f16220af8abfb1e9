/* Asking the system which processor this is, where no instruction tells. */
#include "calibrate/identity.h"
#include "calibrate/sysfile.h"

void identity_read(cpu_identity *id) {
    char text[4096];
    if (!sysfile_read("", "/proc/cpuinfo", text, sizeof text))
        text[0] = '\0';
    identity_from_cpuinfo(id, text);
}
