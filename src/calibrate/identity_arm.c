/* Asking the system which Arm processor this is. */
#include "calibrate/identity.h"
#include "calibrate/sysfile.h"
#include <asm/hwcap.h>
#include <sys/auxv.h>

/* Of the core that runs this; the system answers in its place. */
static uint64_t read_midr(void) {
    uint64_t midr;
    __asm__ volatile("mrs %0, MIDR_EL1" : "=r"(midr));
    return midr;
}

void identity_read(cpu_identity *id) {
    char text[4096] = "";
    arm_answers answers = {
        .cpuinfo = text, .hwcap = getauxval(AT_HWCAP), .hwcap2 = getauxval(AT_HWCAP2)};
    if (!sysfile_read("", "/proc/cpuinfo", text, sizeof text))
        text[0] = '\0';
    if (answers.hwcap & HWCAP_CPUID)
        answers.midr = read_midr();
    identity_from_arm(id, &answers);
}
