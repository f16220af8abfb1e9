/* Small text files that the system writes about itself. `root` is "" or a folder that holds a copy
 * of them. */
#ifndef CALIBRATE_SYSFILE_H
#define CALIBRATE_SYSFILE_H

#include <stdbool.h>
#include <stddef.h>

/* The start of root/path, terminated; false when it cannot be read. */
bool sysfile_read(const char *root, const char *path, char *dst, size_t size);
/* The number that a file or a text starts with; false when it is none. */
bool sysfile_number(const char *root, const char *path, double *value);
/* The number in the line of `text` that starts with `name`, as "MemAvailable:  123 kB". */
bool sysfile_field(const char *text, const char *name, double *value);

/* CPUs' worth of time that control groups allow this process; 0: no limit. */
double cgroup_cpus(const char *root);
/* Seconds for which the process's own control group has been held back by its quota; 0: unknown. */
double cgroup_held_back(const char *root);
/* Bytes that control groups let it have beside what is used; INFINITY: no limit. */
double cgroup_memory_left(const char *root);
/* Bytes that can be used without harm: the system's and the control groups' answer. */
double memory_available(const char *root);

/* "max 100000" or "150000 100000" (cgroup v2) to CPUs; 0: no limit or not understood. */
double cgroup_parse_cpu_max(const char *text);

#endif
