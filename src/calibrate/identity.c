/* Which processor this is: pure functions over what it answers. */
#include "calibrate/identity.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const cpuid_leaf *find(const cpuid_leaf *leaves, size_t n, uint32_t leaf, uint32_t subleaf) {
    static const cpuid_leaf none;
    for (size_t i = 0; i < n; i++)
        if (leaves[i].leaf == leaf && leaves[i].subleaf == subleaf)
            return &leaves[i];
    return &none;
}

static bool bit(uint32_t word, int i) {
    return word >> i & 1;
}

/* Four little-endian words to 16 characters. */
static void put_words(char *dst, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    const uint32_t words[] = {a, b, c, d};
    for (int i = 0; i < 16; i++)
        dst[i] = (char)(words[i / 4] >> i % 4 * 8);
}

/* Copies printable characters; runs of blanks, and those at the ends, go. */
static void copy_clean(char *dst, size_t size, const char *src) {
    size_t n = 0;
    for (; *src && n + 1 < size; src++) {
        bool blank = *src <= ' ' || *src > '~';
        if (!blank)
            dst[n++] = *src;
        else if (n > 0 && dst[n - 1] != ' ')
            dst[n++] = ' ';
    }
    while (n > 0 && dst[n - 1] == ' ')
        n--;
    dst[n] = '\0';
}

static void read_brand(cpu_identity *id, const cpuid_leaf *leaves, size_t n) {
    char raw[49] = "";
    for (uint32_t i = 0; i < 3; i++) {
        const cpuid_leaf *l = find(leaves, n, 0x80000002U + i, 0);
        put_words(raw + 16 * i, l->a, l->b, l->c, l->d);
    }
    copy_clean(id->brand, sizeof id->brand, raw);
}

static void read_version(cpu_identity *id, uint32_t a) {
    unsigned family = a >> 8 & 15, model = a >> 4 & 15;
    id->stepping = a & 15;
    id->family = family == 15 ? family + (a >> 20 & 255) : family;
    id->model = family == 15 || family == 6 ? model + (a >> 16 & 15) * 16 : model;
}

/* The system must save the wider registers as well: bits of XCR0. */
enum { XCR0_AVX = 0x6, XCR0_AVX512 = 0xe6, XCR0_TILES = 0x60000 };

/* `seven` and `seven_1` are the subleaves 0 and 1 of leaf 7. */
static void read_sets(cpu_identity *id, const cpuid_leaf *one, const cpuid_leaf *seven,
                      const cpuid_leaf *seven_1, uint64_t xcr0) {
    bool os = bit(one->c, 27);
    bool avx = os && (xcr0 & XCR0_AVX) == XCR0_AVX && bit(one->c, 28);
    bool avx2 = avx && bit(one->c, 12) && bit(seven->b, 5);
    bool avx512 = avx2 && (xcr0 & XCR0_AVX512) == XCR0_AVX512 && bit(seven->b, 16);
    bool tiles = os && (xcr0 & XCR0_TILES) == XCR0_TILES && bit(seven->d, 24);
    id->runs[CPU_ANY] = true;
    id->runs[CPU_SSE2] = bit(one->d, 26);
    id->runs[CPU_AVX] = avx;
    id->runs[CPU_AVX2_FMA] = avx2;
    id->runs[CPU_AVX_VNNI] = avx2 && bit(seven_1->a, 4);
    id->runs[CPU_AVX512F] = avx512;
    id->runs[CPU_AVX512_VNNI] = avx512 && bit(seven->c, 11) && bit(seven->b, 31);
    id->runs[CPU_AVX512_BF16] = avx512 && bit(seven_1->a, 5);
    id->runs[CPU_AVX512_FP16] = avx512 && bit(seven->d, 23);
    id->runs[CPU_AMX] = tiles && bit(seven->d, 22) && bit(seven->d, 25);
}

/* A range of models of one family with the arithmetic of one architecture. */
typedef struct arch_row {
    unsigned family, first, last;
    const char *arch;
} arch_row;

/* AMD, and Hygon, which builds the first Zen as family 0x18. Zen 5 with the 256-bit units of the
 * mobile parts computes like Zen 4. */
static const arch_row amd[] = {
    {0x17, 0x00, 0x2f, "zen1"}, {0x17, 0x30, 0xff, "zen2"}, {0x18, 0x00, 0xff, "zen1"},
    {0x19, 0x00, 0x0f, "zen3"}, {0x19, 0x10, 0x1f, "zen4"}, {0x19, 0x20, 0x5f, "zen3"},
    {0x19, 0x60, 0xff, "zen4"}, {0x1a, 0x20, 0x2f, "zen4"}, {0x1a, 0x60, 0x6f, "zen4"},
    {0x1a, 0x00, 0xff, "zen5"},
};

static const arch_row intel[] = {
    {6, 0x3c, 0x3d, "haswell"},        {6, 0x3f, 0x3f, "haswell"},
    {6, 0x45, 0x47, "haswell"},        {6, 0x4e, 0x4e, "skylake-client"},
    {6, 0x4f, 0x4f, "haswell"},        {6, 0x55, 0x55, "skylake-server"},
    {6, 0x56, 0x56, "haswell"},        {6, 0x5e, 0x5e, "skylake-client"},
    {6, 0x6a, 0x6c, "icelake-server"}, {6, 0x8e, 0x8e, "skylake-client"},
    {6, 0x8f, 0x8f, "sapphirerapids"}, {6, 0x9e, 0x9e, "skylake-client"},
    {6, 0xa5, 0xa6, "skylake-client"}, {6, 0xad, 0xae, "sapphirerapids"},
    {6, 0xcf, 0xcf, "sapphirerapids"},
};

static const char *arch_in(const arch_row *rows, size_t n, const cpu_identity *id) {
    for (size_t i = 0; i < n; i++)
        if (rows[i].family == id->family && rows[i].first <= id->model && id->model <= rows[i].last)
            return rows[i].arch;
    return NULL;
}

static const char *x86_arch(const cpu_identity *id) {
    const char *arch = NULL;
    if (strcmp(id->vendor, "GenuineIntel") == 0)
        arch = arch_in(intel, sizeof intel / sizeof *intel, id);
    else if (strcmp(id->vendor, "AuthenticAMD") == 0 || strcmp(id->vendor, "HygonGenuine") == 0)
        arch = arch_in(amd, sizeof amd / sizeof *amd, id);
    if (arch)
        return arch;
    return id->runs[CPU_AVX512F] ? "x86-64-v4" : id->runs[CPU_AVX2_FMA] ? "x86-64-v3" : "x86-64-v2";
}

/* Client parts from Ice Lake to Rocket Lake, and the lower ranges of the first server generation,
 * have one 512-bit unit. Of the Gold 5000 range only two parts have two. */
static int fma_units(const cpu_identity *id) {
    static const unsigned client[] = {0x66, 0x7d, 0x7e, 0x8c, 0x8d, 0xa7};
    static const char *const single[] = {" Bronze ", " Silver ", " Gold 5"};
    if (!id->runs[CPU_AVX512F] || strcmp(id->vendor, "GenuineIntel") != 0 || id->family != 6)
        return 0;
    for (size_t i = 0; i < sizeof client / sizeof *client; i++)
        if (id->model == client[i])
            return 1;
    if (id->model != 0x55 || strstr(id->brand, "Gold 5122") || strstr(id->brand, "Gold 5222"))
        return 0;
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        if (strstr(id->brand, single[i]))
            return 1;
    return 0;
}

void identity_from_cpuid(cpu_identity *id, const cpuid_leaf *leaves, size_t n, uint64_t xcr0) {
    *id = (cpu_identity){.source = "cpuid"};
    const cpuid_leaf *zero = find(leaves, n, 0, 0), *one = find(leaves, n, 1, 0);
    put_words(id->vendor, zero->b, zero->d, zero->c, 0);
    read_version(id, one->a);
    read_brand(id, leaves, n);
    read_sets(id, one, find(leaves, n, 7, 0), find(leaves, n, 7, 1), xcr0);
    id->arch = x86_arch(id);
    id->avx512_fma_units = fma_units(id);
    id->max_hz = 1e6 * (find(leaves, n, 0x16, 0)->b & 0xffff);
}

/* The number after "name : " in the text, 0 when there is none. */
static unsigned field(const char *text, const char *name) {
    const char *at = strstr(text, name);
    const char *colon = at ? strchr(at, ':') : NULL;
    const char *line = at ? strchr(at, '\n') : NULL;
    if (!colon || (line && line < colon))
        return 0;
    unsigned value = 0; /* decimal or 0x..., as the kernel writes them */
    return sscanf(colon + 1, "%i", (int *)&value) == 1 ? value : 0;
}

typedef struct arm_part {
    unsigned implementer, part;
    const char *arch, *brand;
} arm_part;

static const arm_part arm_parts[] = {
    {0x41, 0xd0c, "neoverse-n1", "Arm Neoverse N1"},
    {0x41, 0xd40, "neoverse-v1", "Arm Neoverse V1"},
    {0x41, 0xd49, "neoverse-n2", "Arm Neoverse N2"},
    {0x41, 0xd4f, "neoverse-v2", "Arm Neoverse V2"},
    {0x46, 0x001, "a64fx", "Fujitsu A64FX"},
};

/* Bits of the auxiliary vector, which the system sets where it saves the registers as well. */
static const struct {
    cpu_isa_id id;
    uint64_t hwcap, hwcap2;
} arm_sets[] = {
    {CPU_NEON, 1 << 1, 0},       {CPU_NEON_FP16, 1 << 10, 0}, {CPU_NEON_DOT, 1 << 20, 0},
    {CPU_NEON_I8MM, 0, 1 << 13}, {CPU_NEON_BF16, 0, 1 << 14}, {CPU_SVE, 1 << 22, 0},
};

static void read_part(cpu_identity *id, const arm_answers *answers) {
    id->family = field(answers->cpuinfo, "CPU implementer");
    id->model = field(answers->cpuinfo, "CPU part");
    id->stepping = field(answers->cpuinfo, "CPU revision");
    id->source = "/proc/cpuinfo";
    if (id->family != 0)
        return;
    id->source = "MIDR_EL1";
    id->family = answers->midr >> 24 & 255;
    id->model = answers->midr >> 4 & 4095;
    id->stepping = answers->midr & 15;
}

void identity_from_arm(cpu_identity *id, const arm_answers *answers) {
    *id = (cpu_identity){.vendor = "Arm", .arch = "armv8"};
    read_part(id, answers);
    id->runs[CPU_ANY] = true;
    for (size_t i = 0; i < sizeof arm_sets / sizeof *arm_sets; i++)
        id->runs[arm_sets[i].id] =
            (answers->hwcap & arm_sets[i].hwcap) || (answers->hwcap2 & arm_sets[i].hwcap2);
    snprintf(id->brand, sizeof id->brand, "Arm part %x/%x", id->family, id->model);
    for (size_t i = 0; i < sizeof arm_parts / sizeof *arm_parts; i++)
        if (arm_parts[i].implementer == id->family && arm_parts[i].part == id->model) {
            id->arch = arm_parts[i].arch;
            snprintf(id->brand, sizeof id->brand, "%s", arm_parts[i].brand);
        }
}
