/* Recognising machines: captured processors and control groups, made-up topologies. */
#include "calibrate/cpu.h"
#include "calibrate/identity.h"
#include "calibrate/machine.h"
#include "calibrate/sysfile.h"
#include "calibrate/topology.h"
#include "device/profile.h"
#include "expect.h"
#include "folder.h"
#include <math.h>
#include <roofline/measure.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define LENGTH(a) (sizeof(a) / sizeof *(a))

/* ---- captured processors ---- */

#define INTEL 0x756e6547, 0x6c65746e, 0x49656e69 /* ebx, ecx, edx of leaf 0 */
#define AMD   0x68747541, 0x444d4163, 0x69746e65

enum {
    ONE_C = 1 << 12 | 1 << 27 | 1 << 28, /* FMA, system saves registers, AVX */
    ONE_D = 1 << 26,                     /* SSE2 */
    AVX2 = 1 << 5,
    AVX512 = AVX2 | 1 << 16,
    SAVES_AVX = 0x7,
    SAVES_ALL = 0xe7
};

typedef struct captured {
    uint32_t vendor[3];
    uint32_t version, features; /* leaf 1 eax, leaf 7 ebx */
    uint64_t xcr0;
    const char *brand;
    unsigned family, model;
    const char *arch;
    cpu_isa_id widest;
    int fma_units;
} captured;

static const captured processors[] = {
    {{INTEL},
     0x306c3,
     AVX2,
     SAVES_AVX,
     "Intel(R) Core(TM) i7-4770 CPU @ 3.40GHz",
     6,
     0x3c,
     "haswell",
     CPU_AVX2_FMA,
     0},
    {{INTEL},
     0x50654,
     AVX512,
     SAVES_ALL,
     "Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz",
     6,
     0x55,
     "skylake-server",
     CPU_AVX512F,
     0},
    {{INTEL},
     0x50654,
     AVX512,
     SAVES_ALL,
     "Intel(R) Xeon(R) Silver 4110 CPU @ 2.10GHz",
     6,
     0x55,
     "skylake-server",
     CPU_AVX512F,
     1},
    {{INTEL},
     0x50657,
     AVX512,
     SAVES_ALL,
     "Intel(R) Xeon(R) Gold 5222 CPU @ 3.80GHz",
     6,
     0x55,
     "skylake-server",
     CPU_AVX512F,
     0},
    {{INTEL},
     0x906ea,
     AVX2,
     SAVES_AVX,
     "Intel(R) Core(TM) i7-8700K CPU @ 3.70GHz",
     6,
     0x9e,
     "skylake-client",
     CPU_AVX2_FMA,
     0},
    {{INTEL},
     0x606a6,
     AVX512,
     SAVES_ALL,
     "Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz",
     6,
     0x6a,
     "icelake-server",
     CPU_AVX512F,
     0},
    {{INTEL},
     0x806c1,
     AVX512,
     SAVES_ALL,
     "11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz",
     6,
     0x8c,
     "x86-64-v4",
     CPU_AVX512F,
     1},
    {{INTEL},
     0x806f8,
     AVX512,
     SAVES_ALL,
     "Intel(R) Xeon(R) Platinum 8488C",
     6,
     0x8f,
     "sapphirerapids",
     CPU_AVX512F,
     0},
    {{INTEL},
     0xb0671,
     AVX2,
     SAVES_AVX,
     "13th Gen Intel(R) Core(TM) i9-13900K",
     6,
     0xb7,
     "x86-64-v3",
     CPU_AVX2_FMA,
     0},
    {{AMD}, 0x800f11, AVX2, SAVES_AVX, "AMD Ryzen 7 1700", 0x17, 0x01, "zen1", CPU_AVX2_FMA, 0},
    {{AMD}, 0x830f10, AVX2, SAVES_AVX, "AMD EPYC 7742", 0x17, 0x31, "zen2", CPU_AVX2_FMA, 0},
    {{AMD}, 0xa00f11, AVX2, SAVES_AVX, "AMD EPYC 7763", 0x19, 0x01, "zen3", CPU_AVX2_FMA, 0},
    {{AMD}, 0xa10f11, AVX512, SAVES_ALL, "AMD EPYC 9654", 0x19, 0x11, "zen4", CPU_AVX512F, 0},
    {{AMD}, 0xa60f12, AVX512, SAVES_ALL, "AMD Ryzen 9 7950X", 0x19, 0x61, "zen4", CPU_AVX512F, 0},
    {{AMD}, 0xb00f21, 0xf1bf07ab, SAVES_ALL, "AMD EPYC", 0x1a, 0x02, "zen5", CPU_AVX512F, 0},
    /* the system or the hypervisor keeps the wide registers back */
    {{AMD}, 0xb00f21, 0xf1bf07ab, SAVES_AVX, "AMD EPYC", 0x1a, 0x02, "zen5", CPU_AVX2_FMA, 0},
    {{INTEL},
     0x606a6,
     AVX512,
     0x3,
     "Intel Xeon Processor (Icelake)",
     6,
     0x6a,
     "icelake-server",
     CPU_SSE2,
     0},
    /* nobody knows it: by what it can do */
    {{0x20202020, 0x20202020, 0x20202020},
     0x00f00,
     AVX512,
     SAVES_ALL,
     "",
     15,
     0,
     "x86-64-v4",
     CPU_AVX512F,
     0},
    {{0x20202020, 0x20202020, 0x20202020}, 0x00f00, 0, 0, "", 15, 0, "x86-64-v2", CPU_SSE2, 0},
};

static size_t capture(const captured *c, cpuid_leaf *leaves) {
    size_t n = 0;
    leaves[n++] = (cpuid_leaf){0, 0, 0x16, c->vendor[0], c->vendor[1], c->vendor[2]};
    leaves[n++] = (cpuid_leaf){1, 0, c->version, 0, ONE_C, ONE_D};
    leaves[n++] = (cpuid_leaf){7, 0, 0, c->features, 0, 0};
    char brand[48] = "";
    memcpy(brand, c->brand, strlen(c->brand));
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t words[4];
        memcpy(words, brand + 16 * i, 16);
        leaves[n++] = (cpuid_leaf){0x80000002U + i, 0, words[0], words[1], words[2], words[3]};
    }
    return n;
}

static void processors_are_recognised(void **state) {
    (void)state;
    for (size_t i = 0; i < LENGTH(processors); i++) {
        const captured *c = &processors[i];
        cpuid_leaf leaves[CPUID_LEAVES];
        cpu_identity id;
        identity_from_cpuid(&id, leaves, capture(c, leaves), c->xcr0);
        assert_string_equal(id.arch, c->arch);
        assert_int_equal(id.family, c->family);
        assert_int_equal(id.model, c->model);
        assert_string_equal(id.brand, c->brand);
        assert_int_equal(id.avx512_fma_units, c->fma_units);
        assert_true(id.runs[CPU_SSE2]);
        assert_int_equal(id.runs[CPU_AVX2_FMA], c->widest != CPU_SSE2);
        assert_int_equal(id.runs[CPU_AVX512F], c->widest == CPU_AVX512F);
        assert_false(id.runs[CPU_NEON]);
        assert_true(id.runs[CPU_ANY]);
    }
}

/* Leaf 7 and its subleaf 1 of a Zen 5 server, of a Sapphire Rapids, and of one whose system keeps
 * the tiles back. */
static void special_sets_are_recognised(void **state) {
    (void)state;
    enum { VNNI_C = 1 << 11, TILES_D = 1 << 22 | 1 << 24 | 1 << 25, FP16_D = 1 << 23 };
    static const struct {
        uint32_t b, c, d, a1;
        uint64_t xcr0;
        bool vnni, bf16, fp16, avx_vnni, amx;
    } cases[] = {
        {0xf1bf07ab, VNNI_C, 0, 0x30, SAVES_ALL, true, true, false, true, false},
        {0xf1bf07ab, VNNI_C, TILES_D | FP16_D, 0x30, SAVES_ALL | 0x60000, true, true, true, true,
         true},
        {0xf1bf07ab, VNNI_C, TILES_D | FP16_D, 0x30, SAVES_ALL, true, true, true, true, false},
        {0xf1bf07ab, VNNI_C, TILES_D | FP16_D, 0x30, SAVES_AVX, false, false, false, true, false},
        {AVX2, 0, 0, 0, SAVES_ALL, false, false, false, false, false},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        cpuid_leaf leaves[] = {{0, 0, 0x16, INTEL},
                               {1, 0, 0x806f8, 0, ONE_C, ONE_D},
                               {7, 0, 1, cases[i].b, cases[i].c, cases[i].d},
                               {7, 1, cases[i].a1, 0, 0, 0}};
        cpu_identity id;
        identity_from_cpuid(&id, leaves, LENGTH(leaves), cases[i].xcr0);
        assert_int_equal(id.runs[CPU_AVX512_VNNI], cases[i].vnni);
        assert_int_equal(id.runs[CPU_AVX512_BF16], cases[i].bf16);
        assert_int_equal(id.runs[CPU_AVX512_FP16], cases[i].fp16);
        assert_int_equal(id.runs[CPU_AVX_VNNI], cases[i].avx_vnni);
        assert_int_equal(id.runs[CPU_AMX], cases[i].amx);
    }
}

static void clock_as_stated(void **state) {
    (void)state;
    cpu_identity id = {.brand = "Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz"};
    const char *source;
    assert_near(machine_clock("/no/such/root", &id, &source), 2.1e9, 1e-12);
    assert_string_equal(source, "the processor's name");
    id.max_hz = 3.7e9;
    assert_near(machine_clock("/no/such/root", &id, &source), 3.7e9, 1e-12);
    id = (cpu_identity){.brand = "AMD EPYC"};
    assert_near(machine_clock("/no/such/root", &id, &source), 0, 0);
}

static void arm_is_recognised(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint64_t midr;
        const char *arch, *brand;
    } cases[] = {
        {"processor\t: 0\nBogoMIPS\t: 243.75\nFeatures\t: fp asimd evtstrm aes\n"
         "CPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x3\nCPU part\t: 0xd0c\n"
         "CPU revision\t: 1\n",
         0x410fd083, "neoverse-n1", "Arm Neoverse N1"},
        {"Features\t: fp asimd sve\nCPU implementer\t: 0x41\nCPU part\t: 0xd40\n", 0, "neoverse-v1",
         "Arm Neoverse V1"},
        {"CPU implementer\t: 0x61\nCPU part\t: 0x022\n", 0, "armv8", "Arm part 61/22"},
        {"", 0, "armv8", "Arm part 0/0"},
        {"CPU implementer", 0, "armv8", "Arm part 0/0"},
        {"", 0x461f0010, "a64fx", "Fujitsu A64FX"},
        {"vendor_id\t: GenuineIntel\nmodel\t\t: 106\n", 0x414fd0c1, "neoverse-n1",
         "Arm Neoverse N1"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        cpu_identity id;
        identity_from_arm(&id, &(arm_answers){.cpuinfo = cases[i].text, .midr = cases[i].midr});
        assert_string_equal(id.arch, cases[i].arch);
        assert_string_equal(id.brand, cases[i].brand);
        assert_int_equal(id.stepping, strcmp(id.arch, "neoverse-n1") == 0);
        bool said = strstr(cases[i].text, "CPU part") != NULL;
        assert_string_equal(id.source, said ? "/proc/cpuinfo" : "MIDR_EL1");
    }
}

/* The words of the auxiliary vector of a Cortex-A72, a Neoverse N1, an A64FX, and of a processor
 * that has it all. */
static void sets_of_arm(void **state) {
    (void)state;
    static const struct {
        uint64_t hwcap, hwcap2;
        bool neon, fp16, dot, sve, i8mm, bf16;
    } cases[] = {
        {0, 0, false, false, false, false, false, false},
        {0x8fb, 0, true, false, false, false, false, false},
        {0x119ffb, 0, true, true, true, false, false, false},
        {0x415ffb, 0, true, true, false, true, false, false},
        {0xecfffffb, 0x7f877fff, true, true, true, true, true, true},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        cpu_identity id;
        identity_from_arm(&id, &(arm_answers){"", cases[i].hwcap, cases[i].hwcap2, 0});
        assert_true(id.runs[CPU_ANY] && !id.runs[CPU_SSE2]);
        assert_int_equal(id.runs[CPU_NEON], cases[i].neon);
        assert_int_equal(id.runs[CPU_NEON_FP16], cases[i].fp16);
        assert_int_equal(id.runs[CPU_NEON_DOT], cases[i].dot);
        assert_int_equal(id.runs[CPU_SVE], cases[i].sve);
        assert_int_equal(id.runs[CPU_NEON_I8MM], cases[i].i8mm);
        assert_int_equal(id.runs[CPU_NEON_BF16], cases[i].bf16);
    }
}

/* ---- captured control groups ---- */

static void quota_texts(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double cpus;
    } cases[] = {{"max 100000\n", 0}, {"150000 100000\n", 1.5},
                 {"200000 50000", 4}, {"", 0},
                 {"0 100000", 0},     {"-1 100000", 0},
                 {"100000", 0},       {"x y", 0},
                 {"100000 0", 0},     {"nan 1", 0}};
    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_near(cgroup_parse_cpu_max(cases[i].text), cases[i].cpus, 0);
}

/* Version 2: the tightest of the group and those above it. */
static void groups_of_version_2(void **state) {
    (void)state;
    put_file("/proc/self/cgroup", "0::/user.slice/job.scope\n");
    put_file("/sys/fs/cgroup/user.slice/job.scope/cpu.max", "800000 100000\n");
    put_file("/sys/fs/cgroup/user.slice/cpu.max", "250000 100000\n");
    put_file("/sys/fs/cgroup/user.slice/cpu.stat", "usage_usec 9\nthrottled_usec 1500000\n");
    put_file("/sys/fs/cgroup/user.slice/job.scope/memory.max", "max\n");
    put_file("/sys/fs/cgroup/user.slice/memory.max", "3000000\n");
    put_file("/sys/fs/cgroup/user.slice/memory.current", "1000000\n");
    put_file("/proc/meminfo", "MemTotal: 4000 kB\nMemFree: 10 kB\nMemAvailable:    1500 kB\n");
    assert_near(cgroup_cpus(root), 2.5, 0);
    assert_near(cgroup_held_back(root), 1.5, 1e-12);
    assert_near(cgroup_memory_left(root), 2e6, 0);
    assert_near(memory_available(root), 1500 * 1024.0, 0);
    put_file("/proc/meminfo", "MemAvailable: 999999 kB\n");
    assert_near(memory_available(root), 2e6, 0);
}

/* Version 1; and in a container the path is the host's, of which only the top is mounted. */
static void groups_of_version_1(void **state) {
    (void)state;
    put_file("/proc/self/cgroup", "5:memory:/docker/abc\n4:cpuset:/\n3:cpu,cpuacct:/docker/abc\n");
    put_file("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000\n");
    put_file("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
    put_file("/sys/fs/cgroup/memory/memory.limit_in_bytes", "5000000\n");
    put_file("/sys/fs/cgroup/memory/memory.usage_in_bytes", "6000000\n");
    assert_near(cgroup_cpus(root), 0.5, 0);
    assert_near(cgroup_memory_left(root), 0, 0);
    put_file("/sys/fs/cgroup/cpu/cpu.stat", "nr_throttled 142\nthrottled_time 2500000000\n");
    assert_near(cgroup_held_back(root), 2.5, 1e-12);
    put_file("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
    assert_near(cgroup_cpus(root), 0, 0);
}

static void no_groups(void **state) {
    (void)state;
    assert_near(cgroup_cpus(root), 0, 0);
    assert_near(cgroup_held_back(root), 0, 0);
    assert_true(isinf(cgroup_memory_left(root)));
    assert_near(memory_available(root), 0, 0);
    put_file("/proc/self/cgroup", "garbage\n\n::\n7:cpu:relative\n");
    assert_near(cgroup_cpus(root), 0, 0);
}

/* ---- cores and memory ---- */

/* 2 packages x 2 third-level caches of 8 MB x 4 cores of 1 MB and 32 kB x 2 threads. */
static void cores_of_a_made_up_machine(void **state) {
    (void)state;
    topology *t = topology_synthetic("pack:2 l3:2(size=8000000) l2:4(size=1000000) "
                                     "l1:1(size=32000) core:1 pu:2");
    assert_non_null(t);
    assert_int_equal(topology_cores(t), 16);
    assert_near(topology_cache(t, 1, 16), 16 * 32000, 0);
    assert_near(topology_cache(t, 2, 3), 3e6, 0);
    assert_near(topology_cache(t, 3, 4), 8e6, 0);
    assert_near(topology_cache(t, 3, 5), 16e6, 0);
    assert_near(topology_cache(t, 0, 16), 32e6, 0);
    topology_close(t);

    t = topology_synthetic("pu:3"); /* neither cores nor caches told apart */
    assert_int_equal(topology_cores(t), 3);
    assert_near(topology_cache(t, 0, 3), 0, 0);
    topology_close(t);
}

static void threads_within_the_quota(void **state) {
    (void)state;
    assert_int_equal(machine_threads(&(machine){.quota = 0}, 8), 8);
    assert_int_equal(machine_threads(&(machine){.quota = 2.5}, 8), 2);
    assert_int_equal(machine_threads(&(machine){.quota = 0.5}, 8), 1);
    assert_int_equal(machine_threads(&(machine){.quota = 64}, 8), 8);
}

static void working_set_leaves_caches_and_memory(void **state) {
    (void)state;
    assert_int_equal(cpu_working_set(32 << 20, 24e9), 256 << 20);
    assert_int_equal(cpu_working_set(0, 24e9), 128 << 20);
    assert_int_equal(cpu_working_set(128e6, 4096e5 * 8), 4096 * 200000); /* a quarter: 6.4 times */
    assert_int_equal(cpu_working_set(256e6, 4e9), 0); /* 1.02 GB are more than a quarter */
    assert_int_equal(cpu_working_set(0, 0), 0);
}

static void signature_says_what_limits(void **state) {
    (void)state;
    char text[256], again[256];
    machine m = {.cpu = {.vendor = "AuthenticAMD",
                         .family = 26,
                         .model = 2,
                         .stepping = 1,
                         .brand = "AMD EPYC"},
                 .cpus = 2};
    assert_true(machine_signature(&m, text, sizeof text));
    assert_string_equal(text, "cpu AuthenticAMD 26.2.1 AMD EPYC, cpus 2, quota none");
    m.quota = 1.5;
    assert_true(machine_signature(&m, text, sizeof text));
    assert_string_equal(text, "cpu AuthenticAMD 26.2.1 AMD EPYC, cpus 2, quota 1.50");
    assert_false(machine_signature(&m, text, 20));

    assert_true(roof_machine_signature(text, sizeof text));
    assert_true(roof_machine_signature(again, sizeof again));
    assert_string_equal(text, again);
}

/* What is known of a processor has the source that said it; that of its quota is always the same.
 */
static void facts_say_their_source(void **state) {
    (void)state;
    static const struct {
        const char *cpu, *signature;
    } cases[] = {{"cpuid", "cpuid, cgroup"}, {"MIDR_EL1", "MIDR_EL1, cgroup"}, {"", "cgroup"}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const machine m = {.cpu = {.source = cases[i].cpu, .brand = "some", .arch = ""}, .cpus = 2};
        roof_device *d = device_new();
        size_t n, seen = 0;
        assert_non_null(d);
        assert_true(machine_describe(&m, 2, d));
        const roof_fact *f = roof_device_facts(d, &n);
        for (size_t k = 0; k < n; k++) {
            bool name = strcmp(f[k].name, "name") == 0, both = strcmp(f[k].name, "signature") == 0;
            if (name || both)
                assert_string_equal(f[k].source, name ? cases[i].cpu : cases[i].signature);
            seen += name || both;
        }
        assert_int_equal(seen, 2);
        roof_device_free(d);
    }
}

/* ---- theory ---- */

static void theory_is_labelled(void **state) {
    (void)state;
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = roof_machine_theory(&e);
    if (!d) { /* a machine that does not tell its clock */
        assert_int_equal(e.status, ROOF_FAILED);
        skip();
    }
    assert_int_equal(roof_device_source(d), ROOF_THEORY);
    assert_true(roof_device_compute(d, ROOF_VECTOR, ROOF_FP32, ROOF_PRECISION_NONE, false).value >
                1e9);
    const roof_ceiling dram = roof_device_memory(d, "dram");
    assert_true(dram.value >= 1e9);
    assert_non_null(strstr(dram.fact->source, "assumed"));
    roof_device_free(d);
}

int main(void) {
#define IN_ROOT(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(processors_are_recognised),
        cmocka_unit_test(special_sets_are_recognised),
        cmocka_unit_test(clock_as_stated),
        cmocka_unit_test(arm_is_recognised),
        cmocka_unit_test(sets_of_arm),
        cmocka_unit_test(quota_texts),
        IN_ROOT(groups_of_version_2),
        IN_ROOT(groups_of_version_1),
        IN_ROOT(no_groups),
        cmocka_unit_test(cores_of_a_made_up_machine),
        cmocka_unit_test(threads_within_the_quota),
        cmocka_unit_test(working_set_leaves_caches_and_memory),
        cmocka_unit_test(signature_says_what_limits),
        cmocka_unit_test(facts_say_their_source),
        cmocka_unit_test(theory_is_labelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
