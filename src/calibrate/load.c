/* What else goes on on the machine while it is measured: /proc/stat, /proc/loadavg, control groups
 * and the counters of this process. */
#include "calibrate/load.h"
#include "calibrate/sysfile.h"
#include "calibrate/team.h"
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { STAT_SIZE = 1 << 19, MOST_CPUS = 8192 };

/* "cpu3 user nice system idle iowait irq softirq steal ..." */
static bool parse_line(const char *line, double tick, load_reading *to) {
    double v[8] = {0};
    if (sscanf(line, "cpu%*d %lf %lf %lf %lf %lf %lf %lf %lf", &v[0], &v[1], &v[2], &v[3], &v[4],
               &v[5], &v[6], &v[7]) < 4)
        return false;
    to->busy += (v[0] + v[1] + v[2] + v[5] + v[6]) / tick;
    to->stolen += v[7] / tick;
    return true;
}

bool load_parse_stat(const char *text, const bool *allowed, int n, double tick, load_reading *to) {
    int found = 0;
    for (const char *line = text; line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        int cpu = -1;
        if (sscanf(line, "cpu%d ", &cpu) == 1 && cpu >= 0 && cpu < n && allowed[cpu])
            found += parse_line(line, tick, to);
    }
    return found > 0;
}

static bool read_stat(const char *root, load_reading *to) {
    char *text = malloc(STAT_SIZE);
    bool *allowed = calloc(MOST_CPUS, sizeof *allowed);
    cpu_set_t *set = CPU_ALLOC(MOST_CPUS);
    bool good = text && allowed && set &&
                sched_getaffinity(0, CPU_ALLOC_SIZE(MOST_CPUS), set) == 0 &&
                sysfile_read(root, "/proc/stat", text, STAT_SIZE);
    for (int i = 0; good && i < MOST_CPUS; i++)
        allowed[i] = CPU_ISSET_S(i, CPU_ALLOC_SIZE(MOST_CPUS), set);
    good = good && load_parse_stat(text, allowed, MOST_CPUS, (double)sysconf(_SC_CLK_TCK), to);
    free(text);
    free(allowed);
    CPU_FREE(set);
    return good;
}

static double seconds(struct timeval t) {
    return (double)t.tv_sec + 1e-6 * (double)t.tv_usec;
}

load_reading load_read(const char *root) {
    load_reading r = {.when = team_clock(), .held_back = cgroup_held_back(root)};
    struct rusage used;
    r.known = read_stat(root, &r) && getrusage(RUSAGE_SELF, &used) == 0;
    if (r.known) {
        r.own = seconds(used.ru_utime) + seconds(used.ru_stime);
        r.preempted = (double)used.ru_nivcsw;
    }
    if (!sysfile_number(root, "/proc/loadavg", &r.average))
        r.average = 0;
    return r;
}

bench_load load_between(const load_reading *before, const load_reading *after) {
    double lasted = after->when - before->when;
    bench_load l = {.known = before->known && after->known && lasted > 0};
    if (!l.known)
        return l;
    double own = after->own - before->own;
    l.others = fmax(after->busy - before->busy - own, 0) / lasted;
    l.stolen = fmax(after->stolen - before->stolen, 0) / lasted;
    l.held_back = fmax(after->held_back - before->held_back, 0) / lasted;
    l.preempted = (after->preempted - before->preempted) / lasted;
    l.average = after->average;
    return l;
}
