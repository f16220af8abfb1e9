/* The memory that CPU kernels go through: how much of it, and what is in it. */
#include "base/error.h"
#include "calibrate/cpu_state.h"
#include "calibrate/sysfile.h"
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

enum {
    PAGE = 4096,
    CHUNK = 1 << 20,      /* bytes of each stream in a repetition */
    L1_ITERATIONS = 4096, /* of a repetition in the first level: some 20 us */
    HOPS = 1024           /* iterations of a chase in a repetition */
};

size_t cpu_working_set(double last_level, double available) {
    enum { SMALL = 16 << 20 }; /* where the caches are unknown or small */
    double cache = last_level > SMALL ? last_level : SMALL;
    double bytes = 8 * cache < available / 4 ? 8 * cache : available / 4;
    return bytes >= 4 * cache ? (size_t)bytes / PAGE * PAGE : 0;
}

static size_t power_of_two_within(double bytes) {
    size_t power = 1;
    while (2 * (double)power <= bytes)
        power *= 2;
    return power;
}

/* Three quarters of the first level, half of the second; of the third four times the second if that
 * is less than half, as neighbours that nobody sees may use the rest. A level that is hardly larger
 * than those inside holds what they cannot in addition, as it does not repeat it. */
size_t cpu_level_bytes(int level, double share, double inner) {
    double bytes = level == 1 ? 0.75 * share : 0.5 * share;
    if (level == 3 && bytes > 4 * inner)
        bytes = 4 * inner;
    if (bytes < 2 * inner)
        bytes += inner;
    return bytes >= 1.5 * inner && bytes >= PAGE ? (size_t)bytes / PAGE * PAGE : 0;
}

/* A full cycle: the multiplier is 5 modulo 8 and the increment odd, so that modulo a power of two
 * every line comes once. */
void cpu_link_lines(char *memory, size_t bytes) {
    const uint64_t lines = bytes / CPU_LINE;
    for (uint64_t i = 0; i < lines; i++) {
        uint64_t next = (i * 0x5851f42d4c957f2dU + 0x14057b7ef767814fU) & (lines - 1);
        void *to = memory + next * CPU_LINE;
        memcpy(memory + i * CPU_LINE, &to, sizeof to);
    }
}

/* Random numbers, none of them denormal as float or as double: [0.5, 1). */
static void fill_slice(void *user, int i) {
    cpu_state *s = user;
    if (i >= s->used)
        return;
    uint32_t x = (uint32_t)i * 2654435761U + 7;
    uint32_t *word = (uint32_t *)(void *)s->lanes[i].slice;
    for (size_t k = 0; k < s->memory.slice / sizeof *word; k++) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        word[k] = 0x3f000000U | x >> 9;
    }
}

static void link_circle(void *user, int i) {
    cpu_state *s = user;
    if (i >= s->used)
        return;
    cpu_link_lines(s->memory.start, s->stream_bytes);
    s->lanes[i].work->stream[0] = s->memory.start;
}

void cpu_memory_release(cpu_state *s) {
    if (s->memory.start)
        munmap(s->memory.start, s->memory.bytes);
    s->memory = (cpu_memory){0};
}

/* Bytes of a level of cache for each thread; 0 and *e when it cannot be measured here. */
static size_t level_bytes(const cpu_state *s, roof_error *e) {
    const int level = s->kernel->level;
    double share = topology_cache(s->cores, level, s->n) / s->n;
    double inner = level > 1 ? topology_cache(s->cores, level - 1, s->n) / s->n : 0;
    size_t bytes = share > 0 ? cpu_level_bytes(level, share, inner) : 0;
    if (bytes == 0)
        error_set(e, ROOF_FAILED,
                  "the size of the %s cache is unknown, or too near to that of the one inside",
                  s->kernel->facts.unit);
    return bytes;
}

/* Bytes of DRAM for each thread; what is mapped counts as free. */
static size_t dram_bytes(const cpu_state *s, roof_error *e) {
    double last = topology_cache(s->cores, 0, s->used);
    double available = memory_available("") + (double)s->memory.bytes;
    size_t bytes = cpu_working_set(last, available);
    if (bytes == 0)
        error_set(e, ROOF_FAILED, "%.0f MB of free memory are too little beside %.0f MB of cache",
                  available / 1e6, last / 1e6);
    return bytes / (size_t)s->used / PAGE * PAGE;
}

static bool map(cpu_state *s, size_t slice, roof_error *e) {
    cpu_memory_release(s);
    size_t bytes = slice * (size_t)s->used;
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return error_set(e, ROOF_FAILED, "cannot get %zu MB of memory: %s", bytes >> 20,
                         strerror(errno));
    (void)madvise(memory, bytes, MADV_HUGEPAGE); /* a wish */
    s->memory = (cpu_memory){.start = memory, .bytes = bytes, .slice = slice, .threads = s->used};
    for (int i = 0; i < s->used; i++)
        s->lanes[i].slice = s->memory.start + (size_t)i * slice;
    return true;
}

/* Divides each thread's slice among the streams of the kernel. In the first level the loop itself
 * goes round, as a pass is too short to begin again; in the others a repetition is a pass or, of
 * long streams, a part of one. */
static void set_streams(cpu_state *s, size_t bytes) {
    size_t each = bytes / (size_t)s->kernel->streams;
    bool first = s->kernel->level == 1;
    if (first)
        each = power_of_two_within((double)each);
    s->chunk = each < CHUNK ? each / CPU_STREAM_BLOCK * CPU_STREAM_BLOCK : CHUNK;
    s->stream_bytes = each / s->chunk * s->chunk;
    s->iterations = first ? L1_ITERATIONS : (int64_t)(s->chunk / CPU_STREAM_BLOCK);
    for (int i = 0; i < s->used; i++) {
        s->lanes[i].at = 0;
        s->lanes[i].work->mask = first ? each - 1 : SIZE_MAX;
    }
}

/* Anywhere in what is mapped, as long as it is enough. */
static bool chase_ready(cpu_state *s, size_t bytes, roof_error *e) {
    if (s->memory.bytes < bytes && !map(s, bytes, e))
        return false;
    s->memory.numbers = false;
    s->stream_bytes = power_of_two_within((double)bytes);
    s->iterations = HOPS;
    team_run(s->team, link_circle, s);
    return true;
}

bool cpu_memory_ready(cpu_state *s, roof_error *e) {
    size_t bytes = s->kernel->level > 0 ? level_bytes(s, e) : dram_bytes(s, e);
    if (bytes == 0)
        return false;
    if (strcmp(s->kernel->facts.section, "latency") == 0)
        return chase_ready(s, bytes, e);
    /* what the same threads have filled serves again */
    bool kept = s->memory.numbers && s->memory.threads == s->used && s->memory.slice >= bytes;
    if (!kept && !map(s, bytes, e))
        return false;
    if (!kept)
        team_run(s->team, fill_slice, s);
    s->memory.numbers = true;
    set_streams(s, bytes);
    return true;
}
