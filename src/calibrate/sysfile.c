/* Small text files of the system: cgroups and memory. */
#include "calibrate/sysfile.h"
#include "base/text.h"
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

bool sysfile_read(const char *root, const char *path, char *dst, size_t size) {
    char full[PATH_SIZE];
    int length = snprintf(full, sizeof full, "%s%s", root, path);
    if (length < 0 || length >= PATH_SIZE)
        return false;
    int file = open(full, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    size_t n = 0;
    ssize_t got;
    while (n + 1 < size && (got = read(file, dst + n, size - 1 - n)) > 0)
        n += (size_t)got;
    close(file);
    dst[n] = '\0';
    return n > 0;
}

/* The number that starts `text` after blanks. */
static bool leading_number(const char *text, double *value) {
    char word[64];
    return sscanf(text, "%63s", word) == 1 && text_to_double(word, value);
}

bool sysfile_number(const char *root, const char *path, double *value) {
    char text[128];
    return sysfile_read(root, path, text, sizeof text) && leading_number(text, value);
}

bool sysfile_field(const char *text, const char *name, double *value) {
    size_t n = strlen(name);
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, n) == 0)
            return leading_number(line + n, value);
    }
    return false;
}

double cgroup_parse_cpu_max(const char *text) {
    char quota[64], period[64];
    double used = 0, of = 0;
    if (sscanf(text, "%63s %63s", quota, period) != 2 || !text_to_double(quota, &used) ||
        !text_to_double(period, &of) || !(used > 0) || !(of > 0))
        return 0;
    return used / of;
}

/* The path of this process in a hierarchy, from the text of /proc/self/cgroup, whose lines are
 * "number:controllers:path". `controller` "" is version 2. */
static bool own_path(const char *text, const char *controller, char *dst, size_t size) {
    for (const char *line = text; line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        char names[256] = "", path[PATH_SIZE] = "";
        if (sscanf(line, "%*[0-9]:%255[^:\n]:%4095[^\n]", names, path) != 2 &&
            sscanf(line, "%*[0-9]::%4095[^\n]", path) != 1)
            continue;
        bool found = strcmp(names, controller) == 0;
        char *rest = names;
        for (char *name; !found && (name = strsep(&rest, ","));)
            found = *name && strcmp(name, controller) == 0;
        if (found && path[0] == '/' && strlen(path) < size) {
            strcpy(dst, path);
            return true;
        }
    }
    return false;
}

/* What one group's folder limits a resource to; `none` when it does not. */
typedef double (*group_limit)(const char *root, const char *folder);

/* The tightest limit of a hierarchy: of the group and all above it. In a container the path may be
 * the host's, of which only the top is mounted: folders that do not exist limit nothing. */
static double tightest(const char *root, const char *mount, const char *controller, double none,
                       group_limit limit) {
    char text[PATH_SIZE], path[PATH_SIZE], folder[2 * PATH_SIZE];
    if (!sysfile_read(root, "/proc/self/cgroup", text, sizeof text) ||
        !own_path(text, controller, path, sizeof path))
        return none;
    double least = none;
    for (;;) {
        char *end = path + strlen(path);
        while (end > path && end[-1] == '/')
            *--end = '\0';
        snprintf(folder, sizeof folder, "%s%s", mount, path);
        least = fmin(least, limit(root, folder));
        char *slash = strrchr(path, '/');
        if (!slash)
            return least;
        *slash = '\0';
    }
}

static bool group_text(const char *root, const char *folder, const char *file, char *dst,
                       size_t size) {
    char path[PATH_SIZE];
    int length = snprintf(path, sizeof path, "%s/%s", folder, file);
    return length > 0 && length < PATH_SIZE && sysfile_read(root, path, dst, size);
}

static double group_number(const char *root, const char *folder, const char *file) {
    char text[128];
    double value = -1;
    return group_text(root, folder, file, text, sizeof text) && leading_number(text, &value) ? value
                                                                                             : -1;
}

static double cpus_v2(const char *root, const char *folder) {
    char text[128];
    double cpus =
        group_text(root, folder, "cpu.max", text, sizeof text) ? cgroup_parse_cpu_max(text) : 0;
    return cpus > 0 ? cpus : INFINITY;
}

static double cpus_v1(const char *root, const char *folder) {
    double quota = group_number(root, folder, "cpu.cfs_quota_us");
    double period = group_number(root, folder, "cpu.cfs_period_us");
    return quota > 0 && period > 0 ? quota / period : INFINITY;
}

static double memory_v2(const char *root, const char *folder) {
    double most = group_number(root, folder, "memory.max");
    double used = group_number(root, folder, "memory.current");
    return most >= 0 && used >= 0 ? fmax(most - used, 0) : INFINITY;
}

static double memory_v1(const char *root, const char *folder) {
    double most = group_number(root, folder, "memory.limit_in_bytes");
    double used = group_number(root, folder, "memory.usage_in_bytes");
    return most >= 0 && used >= 0 ? fmax(most - used, 0) : INFINITY;
}

double cgroup_cpus(const char *root) {
    double cpus = fmin(tightest(root, "/sys/fs/cgroup", "", INFINITY, cpus_v2),
                       tightest(root, "/sys/fs/cgroup/cpu", "cpu", INFINITY, cpus_v1));
    return isinf(cpus) ? 0 : cpus;
}

/* Seconds below zero, as `tightest` finds the least and the most is wanted. */
static double held_back(const char *root, const char *folder, const char *field, double unit) {
    char text[1024];
    double time = 0;
    bool known = group_text(root, folder, "cpu.stat", text, sizeof text) &&
                 sysfile_field(text, field, &time);
    return known ? -time * unit : INFINITY;
}

static double held_back_v2(const char *root, const char *folder) {
    return held_back(root, folder, "throttled_usec", 1e-6);
}

static double held_back_v1(const char *root, const char *folder) {
    return held_back(root, folder, "throttled_time", 1e-9);
}

double cgroup_held_back(const char *root) {
    double most = fmin(tightest(root, "/sys/fs/cgroup", "", INFINITY, held_back_v2),
                       tightest(root, "/sys/fs/cgroup/cpu", "cpu", INFINITY, held_back_v1));
    return isinf(most) ? 0 : -most;
}

double cgroup_memory_left(const char *root) {
    return fmin(tightest(root, "/sys/fs/cgroup", "", INFINITY, memory_v2),
                tightest(root, "/sys/fs/cgroup/memory", "memory", INFINITY, memory_v1));
}

double memory_available(const char *root) {
    char text[4096];
    double kilobytes = 0;
    if (!sysfile_read(root, "/proc/meminfo", text, sizeof text) ||
        !sysfile_field(text, "MemAvailable:", &kilobytes))
        return 0;
    return fmin(kilobytes * 1024, cgroup_memory_left(root));
}
