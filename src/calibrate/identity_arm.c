/* Asking the system which Arm processor this is. */
#include "calibrate/identity.h"
#include "calibrate/sysfile.h"
#include <asm/hwcap.h>
#include <sys/auxv.h>

void identity_read(cpu_identity *id) {
    char text[4096];
    if (!sysfile_read("", "/proc/cpuinfo", text, sizeof text))
        text[0] = '\0';
    identity_from_cpuinfo(id, text);
    id->runs[CPU_NEON] = getauxval(AT_HWCAP) & HWCAP_ASIMD;
}
