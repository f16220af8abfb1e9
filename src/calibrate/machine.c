/* This machine as a process may use it. */
#include "calibrate/machine.h"
#include "base/text.h"
#include "calibrate/sysfile.h"
#include "device/profile.h"
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The mask may be wider than cpu_set_t; the kernel says EINVAL until it fits. */
static int count_cpus(void) {
    for (int wide = 1024; wide <= 1 << 20; wide *= 4) {
        cpu_set_t *set = CPU_ALLOC(wide);
        size_t size = CPU_ALLOC_SIZE(wide);
        if (!set)
            break;
        bool fits = sched_getaffinity(0, size, set) == 0;
        int n = fits ? CPU_COUNT_S(size, set) : 0;
        CPU_FREE(set);
        if (fits)
            return n;
    }
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}

void machine_read(machine *m) {
    *m = (machine){.cpus = count_cpus(), .quota = cgroup_cpus("")};
    identity_read(&m->cpu);
}

bool machine_signature(const machine *m, char *dst, size_t size) {
    char quota[32] = "none";
    if (m->quota > 0)
        snprintf(quota, sizeof quota, "%.2f", m->quota);
    int n = snprintf(dst, size, "cpu %s %u.%u.%u %s, cpus %d, quota %s", m->cpu.vendor,
                     m->cpu.family, m->cpu.model, m->cpu.stepping, m->cpu.brand, m->cpus, quota);
    return n > 0 && (size_t)n < size;
}

int machine_threads(const machine *m, int cores) {
    int n = cores;
    if (m->quota > 0 && m->quota < n)
        n = (int)m->quota;
    return n > 1 ? n : 1;
}

/* "... @ 2.80GHz" to Hz; 0 when the brand does not say. */
static double brand_clock(const char *brand) {
    const char *at = strstr(brand, "@ ");
    double giga = 0;
    char number[16] = "";
    if (at && sscanf(at + 2, "%15[0-9.]", number) == 1 && text_to_double(number, &giga))
        return giga * 1e9;
    return 0;
}

/* "cpu MHz : 2596.1" of x86 kernels; 0 when there is none. */
static double cpuinfo_clock(const char *root) {
    char text[4096];
    double mega = 0;
    if (!sysfile_read(root, "/proc/cpuinfo", text, sizeof text))
        return 0;
    const char *line = strstr(text, "cpu MHz");
    const char *colon = line ? strchr(line, ':') : NULL;
    return colon && sysfile_field(colon, ":", &mega) ? mega * 1e6 : 0;
}

double machine_clock(const char *root, const cpu_identity *cpu, const char **source) {
    double kilohertz = 0, hz = 0;
    *source = "cpufreq";
    if (sysfile_number(root, "/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", &kilohertz) &&
        kilohertz > 0)
        return kilohertz * 1e3;
    *source = "cpuid";
    if (cpu->max_hz > 0)
        return cpu->max_hz;
    *source = "the processor's name";
    if ((hz = brand_clock(cpu->brand)) > 0)
        return hz;
    *source = "/proc/cpuinfo";
    return cpuinfo_clock(root);
}

bool machine_describe(const machine *m, int cores, roof_device *d) {
    char name[128], signature[256], sources[64];
    if (!machine_signature(m, signature, sizeof signature))
        return false;
    snprintf(name, sizeof name, "%s, %d core%s", m->cpu.brand[0] ? m->cpu.brand : m->cpu.arch,
             cores, cores == 1 ? "" : "s");
    snprintf(sources, sizeof sources, "%s%scgroup", m->cpu.source, *m->cpu.source ? ", " : "");
    const roof_fact facts[] = {
        {.section = "device", .name = "name", .text = name, .source = m->cpu.source},
        {.section = "device", .name = "kind", .text = "cpu"},
        {.section = "device", .name = "signature", .text = signature, .source = sources},
        {.section = "param", .name = "arch", .text = m->cpu.arch, .source = m->cpu.source},
        {.section = "param", .name = "core_count", .value = cores, .source = "hwloc, cgroup"},
        {.section = "param",
         .name = "avx512_fma_units",
         .value = m->cpu.avx512_fma_units,
         .source = "the processor's name"},
    };
    size_t n = sizeof facts / sizeof *facts - (m->cpu.avx512_fma_units == 0);
    for (size_t i = 0; i < n; i++)
        if (!device_add(d, &facts[i]))
            return false;
    return true;
}

/* The plainest memory that an architecture is usually sold with: channels of 8 bytes and their
 * rate. Servers have more of them, but a process that sees a few cores does not get them all. */
typedef struct usual_memory {
    const char *arch;
    int channels;
    double transfers; /* per second */
    const char *kind;
} usual_memory;

static const usual_memory usual[] = {
    {"haswell", 2, 1600e6, "DDR3-1600"},
    {"skylake-client", 2, 2133e6, "DDR4-2133"},
    {"skylake-server", 6, 2666e6, "DDR4-2666"},
    {"icelake-server", 8, 2933e6, "DDR4-2933"},
    {"sapphirerapids", 8, 4400e6, "DDR5-4400"},
    {"zen1", 2, 2666e6, "DDR4-2666"},
    {"zen2", 2, 3200e6, "DDR4-3200"},
    {"zen3", 2, 3200e6, "DDR4-3200"},
    {"zen4", 2, 4800e6, "DDR5-4800"},
    {"zen5", 2, 5600e6, "DDR5-5600"},
    {"neoverse-n1", 8, 2666e6, "DDR4-2666"},
    {"neoverse-n2", 8, 4400e6, "DDR5-4400"},
    {"neoverse-v1", 8, 4400e6, "DDR5-4400"},
    {"neoverse-v2", 8, 4800e6, "DDR5-4800"},
    {"a64fx", 32, 4000e6, "HBM2"},
    {"x86-64-v4", 2, 2933e6, "DDR4-2933"},
    {"x86-64-v3", 2, 2400e6, "DDR4-2400"},
    {"", 2, 1333e6, "DDR3-1333"},
};

/* What one core draws at least on machines of the last ten years. */
static const double CORE_BANDWIDTH = 10e9;

bool machine_assume_memory(const machine *m, int cores, roof_device *d) {
    const usual_memory *u = usual;
    while (u->arch[0] && strcmp(u->arch, m->cpu.arch) != 0)
        u++;
    double all = u->channels * 8 * u->transfers, drawn = cores * CORE_BANDWIDTH;
    char source[256];
    snprintf(source, sizeof source,
             "theory: assumed as memory modules cannot be seen: the lesser of %d channels of %s "
             "and %d x %g GB/s per core",
             u->channels, u->kind, cores, CORE_BANDWIDTH / 1e9);
    return device_add(d, &(roof_fact){.section = "memory",
                                      .name = "dram",
                                      .value = drawn < all ? drawn : all,
                                      .unit = "B/s",
                                      .source = source});
}
