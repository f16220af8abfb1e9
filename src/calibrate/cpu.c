/* The CPU backend: kernels of the best instruction set on all allowed cores. */
#include "calibrate/cpu.h"
#include "base/error.h"
#include "calibrate/backend.h"
#include "calibrate/machine.h"
#include "calibrate/sysfile.h"
#include "calibrate/team.h"
#include "device/profile.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    PAGE = 4096,
    LOOP = 2048,       /* iterations of a compute kernel in a repetition: some 25 us */
    CHUNK = 1 << 20,   /* bytes of each stream in a repetition */
    CHAIN_STEPS = 2048 /* of the clock: 131072 cycles, about 40 us */
};

/* One thread: what it works on, and when it did. */
typedef struct lane {
    cpu_work *work;
    char *slice; /* of the memory */
    double began, ended, clock_hz;
    double lost; /* seconds in which it had no processor */
    size_t at;   /* where in its streams the next repetition begins */
} lane;

typedef struct cpu_state {
    machine machine;
    topology *cores;
    team *team;
    int n; /* threads */
    lane *lanes;
    char *memory;                     /* NULL until a memory kernel needs it */
    size_t memory_bytes, slice_bytes; /* all of it, that of a thread */
    size_t stream_bytes, chunk;       /* of the kernel in a slice, and in one repetition */
    /* of the run in progress */
    const cpu_kernel *kernel;
    int64_t repetitions, iterations; /* iterations of each repetition */
} cpu_state;

static bool wanted(const cpu_kernel *k, bool widest, cpu_isa_id id) {
    return widest || (id == CPU_AVX2_FMA && k->streams == 0);
}

const cpu_kernel *cpu_kernel_at(const bool runs[CPU_ISA_COUNT], size_t i) {
    const cpu_isa *isa;
    bool widest = true;
    for (size_t s = 0; (isa = cpu_isa_compiled(s)); s++) {
        if (!runs[isa->id])
            continue;
        for (size_t k = 0; k < isa->n; k++)
            if (wanted(&isa->kernels[k], widest, isa->id) && i-- == 0)
                return &isa->kernels[k];
        widest = false;
    }
    return NULL;
}

size_t cpu_working_set(double last_level, double available) {
    enum { SMALL = 16 << 20 }; /* where the caches are unknown or small */
    double cache = last_level > SMALL ? last_level : SMALL;
    double bytes = 8 * cache < available / 4 ? 8 * cache : available / 4;
    return bytes >= 4 * cache ? (size_t)bytes / PAGE * PAGE : 0;
}

/* xorshift: any stream of distinct bits will do. */
static uint32_t next_random(uint32_t *x) {
    *x ^= *x << 13;
    *x ^= *x >> 17;
    *x ^= *x << 5;
    return *x;
}

/* In [1, 2). */
static float random_one(uint32_t *x) {
    return 1 + (float)(next_random(x) >> 9) * 0x1p-23F;
}

void cpu_work_init(cpu_work *work, unsigned seed) {
    uint32_t x = seed * 2654435761U + 1;
    for (size_t i = 0; i < sizeof work->fp32 / sizeof *work->fp32; i++)
        work->fp32[i] = random_one(&x);
    for (size_t i = 0; i < sizeof work->fp64 / sizeof *work->fp64; i++)
        work->fp64[i] = (double)random_one(&x) + 0x1p-24 * random_one(&x);
    for (size_t i = 0; i < CPU_ELEMENTS; i++)
        work->input[i] = 20 * (random_one(&x) - 1.5F);
}

/* Each thread makes what it will work on, so that it lies in the memory next to its core. */
static void make_work(void *user, int i) {
    cpu_state *s = user;
    void *work = NULL;
    if (posix_memalign(&work, 64, sizeof(cpu_work)) != 0)
        return;
    memset(work, 0, sizeof(cpu_work));
    s->lanes[i].work = work;
    cpu_work_init(work, (unsigned)i);
}

static void cpu_close(void *state) {
    cpu_state *s = state;
    team_stop(s->team);
    for (int i = 0; s->lanes && i < s->n; i++)
        free(s->lanes[i].work);
    free(s->lanes);
    if (s->memory)
        munmap(s->memory, s->memory_bytes);
    topology_close(s->cores);
    free(s);
}

static bool open_team(cpu_state *s, int threads, roof_error *e) {
    s->cores = topology_open(e);
    if (!s->cores)
        return false;
    int most = topology_cores(s->cores);
    if (threads > most)
        return error_set(e, ROOF_USAGE, "%d threads asked for, but only %d cores may be used",
                         threads, most);
    s->n = threads > 0 ? threads : machine_threads(&s->machine, most);
    s->lanes = calloc((size_t)s->n, sizeof *s->lanes);
    s->team = s->lanes ? team_start(s->cores, s->n, e) : NULL;
    if (!s->team)
        return error_set(e, ROOF_FAILED, "out of memory");
    team_run(s->team, make_work, s);
    for (int i = 0; i < s->n; i++)
        if (!s->lanes[i].work)
            return error_set(e, ROOF_FAILED, "out of memory");
    return true;
}

static void *cpu_open(const roof_calibrate_options *options, roof_error *e) {
    cpu_state *s = calloc(1, sizeof *s);
    if (!s) {
        error_set(e, ROOF_FAILED, "out of memory");
        return NULL;
    }
    machine_read(&s->machine);
    if (!cpu_kernel_at(s->machine.cpu.runs, 0))
        error_set(e, ROOF_FAILED, "no kernel is written for this processor (%s)",
                  s->machine.cpu.brand);
    else if (open_team(s, options->threads, e))
        return s;
    cpu_close(s);
    return NULL;
}

static const bench_kernel *cpu_kernel_facts(const void *state, size_t i) {
    const cpu_state *s = state;
    machine here;
    if (!s)
        identity_read(&here.cpu);
    const cpu_kernel *k = cpu_kernel_at(s ? s->machine.cpu.runs : here.cpu.runs, i);
    return k ? &k->facts : NULL;
}

/* Random numbers, none of them denormal as float or as double: [0.5, 1). */
static void fill_slice(void *user, int i) {
    cpu_state *s = user;
    uint32_t x = (uint32_t)i * 2654435761U + 7;
    uint32_t *word = (uint32_t *)(void *)s->lanes[i].slice;
    for (size_t k = 0; k < s->slice_bytes / sizeof *word; k++)
        word[k] = 0x3f000000U | next_random(&x) >> 9;
}

static bool get_memory(cpu_state *s, roof_error *e) {
    if (s->memory)
        return true;
    double last = topology_cache(s->cores, 0, s->n), available = memory_available("");
    size_t bytes = cpu_working_set(last, available);
    if (bytes == 0)
        return error_set(e, ROOF_FAILED,
                         "%.0f MB of free memory are too little beside %.0f MB of cache",
                         available / 1e6, last / 1e6);
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return error_set(e, ROOF_FAILED, "cannot get %zu MB of memory: %s", bytes >> 20,
                         strerror(errno));
    (void)madvise(memory, bytes, MADV_HUGEPAGE); /* a wish */
    s->memory = memory;
    s->memory_bytes = bytes;
    s->slice_bytes = bytes / (size_t)s->n / PAGE * PAGE;
    for (int i = 0; i < s->n; i++)
        s->lanes[i].slice = s->memory + (size_t)i * s->slice_bytes;
    team_run(s->team, fill_slice, s);
    return true;
}

/* Divides each thread's slice among the streams of the kernel. */
static void set_streams(cpu_state *s) {
    size_t each = s->slice_bytes / (size_t)s->kernel->streams / PAGE * PAGE;
    s->chunk = each < CHUNK ? each : CHUNK;
    s->stream_bytes = each / s->chunk * s->chunk;
    s->iterations = (int64_t)(s->chunk / CPU_STREAM_BLOCK);
    for (int i = 0; i < s->n; i++)
        s->lanes[i].at = 0;
}

static bool cpu_prepare(void *state, size_t i, roof_error *e) {
    cpu_state *s = state;
    s->kernel = cpu_kernel_at(s->machine.cpu.runs, i);
    s->iterations = LOOP;
    if (s->kernel->streams == 0)
        return true;
    if (!get_memory(s, e))
        return false;
    set_streams(s);
    return true;
}

static void run_repetition(const cpu_state *s, lane *l) {
    for (int k = 0; k < s->kernel->streams; k++)
        l->work->stream[k] = l->slice + (size_t)k * s->stream_bytes + l->at;
    s->kernel->loop(l->work, s->iterations);
    if (s->kernel->streams > 0)
        l->at = (l->at + s->chunk) % s->stream_bytes;
}

/* The clock is taken right after the kernel, while the core still runs at the kernel's. */
static void run_lane(void *user, int i) {
    cpu_state *s = user;
    lane *l = &s->lanes[i];
    double had = team_processor_time();
    l->began = team_clock();
    for (int64_t r = 0; r < s->repetitions; r++)
        run_repetition(s, l);
    l->ended = team_clock();
    cpu_cycle_chain(CHAIN_STEPS);
    l->clock_hz = (double)CHAIN_STEPS * CPU_CHAIN_STEP / (team_clock() - l->ended);
    l->lost = team_clock() - l->began - (team_processor_time() - had);
}

/* Whether something else ran on this thread's core: for more than an interrupt now and then. */
static bool was_disturbed(const lane *l) {
    return l->lost > 0.02 * (l->ended - l->began) + 20e-6;
}

static bool cpu_run(void *state, size_t i, int64_t repetitions, bench_sample *sample,
                    roof_error *e) {
    cpu_state *s = state;
    (void)i, (void)e; /* as prepared; it cannot fail */
    s->repetitions = repetitions;
    team_run(s->team, run_lane, s);
    double first = s->lanes[0].began, last = s->lanes[0].ended, clocks = 0;
    for (int k = 0; k < s->n; k++) {
        first = s->lanes[k].began < first ? s->lanes[k].began : first;
        last = s->lanes[k].ended > last ? s->lanes[k].ended : last;
        clocks += s->lanes[k].clock_hz;
        sample->disturbed |= was_disturbed(&s->lanes[k]);
    }
    sample->seconds = last - first;
    sample->iterations = (double)repetitions * (double)s->iterations * s->n;
    sample->clock_hz = clocks / s->n;
    return true;
}

static double cpu_now(void *state) {
    (void)state;
    return team_clock();
}

/* A quota below one CPU stops the thread for a part of each period, usually 0.1 s: only samples of
 * several periods see it. */
static double cpu_shortest_sample(const void *state) {
    const cpu_state *s = state;
    return s->machine.quota > 0 && s->machine.quota < s->n ? 0.5 : 0;
}

static bool cpu_describe(void *state, roof_device *d) {
    static const char *const names[] = {"l1", "l2", "l3"};
    cpu_state *s = state;
    if (!machine_describe(&s->machine, s->n, d))
        return false;
    for (int level = 1; level <= 3; level++) {
        double bytes = topology_cache(s->cores, level, s->n);
        if (bytes > 0 && !device_add(d, &(roof_fact){.section = "capacity",
                                                     .name = names[level - 1],
                                                     .value = bytes,
                                                     .unit = "B",
                                                     .source = "hwloc"}))
            return false;
    }
    return true;
}

const backend backend_cpu = {
    .name = "cpu",
    .automatic = true,
    .open = cpu_open,
    .close = cpu_close,
    .kernel = cpu_kernel_facts,
    .prepare = cpu_prepare,
    .run = cpu_run,
    .now = cpu_now,
    .shortest_sample = cpu_shortest_sample,
    .clock_source = "measured: a chain of one-cycle additions",
    .describe = cpu_describe,
};
