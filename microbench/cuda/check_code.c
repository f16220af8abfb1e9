/* Proves from the machine code that the GPU kernels do what they declare, for every architecture:
 * disassembles them, finds the loop of each, counts its instructions; looks at registers, stack and
 * local memory.
 *
 *     check_code CUOBJDUMP vector=vector.fatbin
 *
 * Exit 77 (skipped) when there is no cuobjdump or the build had no nvcc. */
#include "microbench/cuda/kernels.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { SKIPPED = 77, LINE = 512, MOST_CODE = 4096, MOST_FUNCTIONS = 128, MOST_NAME = 64 };

typedef struct instruction {
    unsigned long address, target; /* target: of a jump, else 0 */
    char name[MOST_NAME];
} instruction;

typedef struct function {
    char name[MOST_NAME];
    instruction code[MOST_CODE];
    int n;
    bool too_long;
    char descriptor[MOST_NAME]; /* of its matrix instructions, as an operand; "": they have none */
    bool described;             /* it was seen */
} function;

static int failures, passes;

static void fail(const cuda_kernel *k, const char *arch, const char *what, long found,
                 long declared) {
    printf("not ok: %s (%s) on %s: %s: %ld, declared %ld\n", k->facts.name, k->entry, arch, what,
           found, declared);
    failures++;
}

/* Row i of an image with this entry. */
static const cuda_kernel *find_row(const char *image, const char *entry) {
    const cuda_kernel *k;
    for (size_t i = 0; (k = cuda_kernel_at(i)); i++)
        if (strcmp(k->image, image) == 0 && strcmp(k->entry, entry) == 0)
            return k;
    return NULL;
}

/* "sm_90a" is the architecture 9.0. */
static unsigned bit_of(const char *arch) {
    int number = atoi(arch + strlen("sm_"));
    return cuda_architecture_bit(number / 10, number % 10);
}

static bool starts(const char *s, const char *with) {
    return strncmp(s, with, strlen(with)) == 0;
}

/* "/" "*0010*" "/  @P0 BRA 0x40 ;" : address, name without its predicate, target. */
static bool read_instruction(const char *line, instruction *to) {
    char predicate[MOST_NAME];
    const char *text = strstr(line, "*/");
    *to = (instruction){0};
    if (!text || sscanf(line, " /*%lx*/", &to->address) != 1 || !strchr(line, ';'))
        return false;
    text += strlen("*/");
    if (sscanf(text, " @%63s %63s", predicate, to->name) != 2 &&
        sscanf(text, " %63s", to->name) != 1)
        return false;
    to->name[strcspn(to->name, ";")] = '\0';
    const char *address = strstr(text, " 0x");
    if (starts(to->name, "BRA") && address)
        to->target = strtoul(address, NULL, 16);
    return true;
}

/* What the manual says of the descriptor of a row's instructions: tcgen05 has their types, sizes
 * and sparsity there, and nothing of it in the name. */
static unsigned descriptor_of(const cuda_kernel *k) {
    static const unsigned formats[CUDA_NUMBER_COUNT] = {
        [CUDA_TF32] = 2, [CUDA_BF16] = 1, [CUDA_E2M1] = 1, [CUDA_INT8] = 1};
    const cuda_tile *t = &k->tile;
    const unsigned sum = t->accumulator == CUDA_INT32 ? 2 : t->accumulator == CUDA_FP32;
    const unsigned e8m0 = strstr(k->facts.variant, "-mx") != NULL;
    return (unsigned)t->sparse << 2 | (t->scaled ? 0 : sum) << 4 | formats[t->operand] << 7 |
           formats[t->operand] << 10 | (unsigned)t->n / 8 << 17 | e8m0 << 23 |
           (unsigned)(t->m * k->cluster) / 16 << 24 | (unsigned)(t->k == 96) << 31;
}

/* A function of that name begins. */
static void begin_function(function *f, const char *image, const char *name) {
    const cuda_kernel *k = find_row(image, name);
    *f = (function){0};
    snprintf(f->name, sizeof f->name, "%s", name);
    if (k && k->tile.layout == CUDA_TENSOR)
        snprintf(f->descriptor, sizeof f->descriptor, ", 0x%x ;", descriptor_of(k));
}

static int count(const function *f, int first, int last, const char *name) {
    int n = 0;
    for (int i = first; i <= last; i++)
        n += starts(f->code[i].name, name);
    return n;
}

/* Where instruction `jump` jumps back to, -1 when it does not. */
static int target_of(const function *f, int jump) {
    const instruction *i = &f->code[jump];
    int to = 0;
    if (!starts(i->name, "BRA") || i->target >= i->address)
        return -1;
    while (f->code[to].address < i->target)
        to++;
    return to;
}

/* The smallest loop with such an instruction in it: from the target of a jump back to the jump. */
static bool find_loop(const function *f, const char *name, int *first, int *last) {
    bool found = false;
    for (int jump = 0; jump < f->n; jump++) {
        const int to = target_of(f, jump);
        if (to >= 0 && count(f, to, jump, name) > 0 && (!found || jump - to < *last - *first)) {
            *first = to;
            *last = jump;
            found = true;
        }
    }
    return found;
}

static void check_loop(const cuda_kernel *k, const char *arch, const function *f) {
    int first, last, others;
    if (!find_loop(f, k->loop[0].name, &first, &last)) {
        fail(k, arch, "loops with its instruction", 0, 1);
        return;
    }
    others = last - first + 1 - count(f, first, last, "NOP");
    for (int i = 0; i < CUDA_MOST_INSTRUCTIONS && k->loop[i].name; i++) {
        int n = count(f, first, last, k->loop[i].name);
        if (n != k->loop[i].count)
            fail(k, arch, k->loop[i].name, n, k->loop[i].count);
        others -= n;
    }
    if (others > k->others)
        fail(k, arch, "other instructions in its loop", others, k->others);
    if (k->facts.stores == 0 && count(f, first, last, "ST") > 0)
        fail(k, arch, "stores in its loop", count(f, first, last, "ST"), 0);
}

/* Whoever waits for a barrier looks at a timer meanwhile: a loop that does not could last for ever.
 * The waits that the compiler itself makes to allocate tensor memory sleep in between. */
static void check_waits(const cuda_kernel *k, const char *arch, const function *f) {
    for (int jump = 0; jump < f->n; jump++) {
        const int to = target_of(f, jump);
        if (to >= 0 && count(f, to, jump, "SYNCS.PHASECHK") > 0 &&
            count(f, to, jump, "CS2") + count(f, to, jump, "NANOSLEEP.SYNCS") == 0)
            fail(k, arch, "waits for a barrier without a time limit", 1, 0);
    }
}

static void check_function(const char *image, const char *arch, const function *f) {
    const cuda_kernel *k = find_row(image, f->name);
    const int before = failures;
    if (!k || !(k->architectures & bit_of(arch))) {
        printf("not ok: %s on %s is in no row\n", f->name, arch);
        failures++;
        return;
    }
    if (f->too_long)
        fail(k, arch, "instructions", f->n, MOST_CODE);
    if (k->loop[0].name)
        check_loop(k, arch, f);
    check_waits(k, arch, f);
    if (f->descriptor[0] && !f->described)
        fail(k, arch, "numbers that describe its instruction", 0, 1);
    int spills = count(f, 0, f->n - 1, "LDL") + count(f, 0, f->n - 1, "STL");
    if (spills > 0)
        fail(k, arch, "accesses to local memory", spills, 0);
    if (failures == before)
        passes++;
}

static FILE *run(const char *tool, const char *option, const char *file) {
    char command[4096];
    snprintf(command, sizeof command, "'%s' %s '%s' 2>&1", tool, option, file);
    FILE *out = popen(command, "r");
    if (!out) {
        perror(tool);
        exit(1);
    }
    return out;
}

static void finish(FILE *out, const char *tool) {
    int status = pclose(out);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        printf("not ok: %s failed\n", tool);
        failures++;
    }
}

/* What was seen of an image: rows x architectures, to find what is missing. */
typedef struct seen {
    unsigned code[MOST_FUNCTIONS * 4], resources[MOST_FUNCTIONS * 4];
} seen;

static void mark(unsigned *architectures, const char *image, const char *entry, const char *arch) {
    const cuda_kernel *k;
    for (size_t i = 0; (k = cuda_kernel_at(i)); i++)
        if (strcmp(k->image, image) == 0 && strcmp(k->entry, entry) == 0)
            architectures[i] |= bit_of(arch);
}

static void check_code(const char *tool, const char *image, const char *file, seen *s) {
    static function f;
    char line[LINE], arch[16] = "";
    FILE *out = run(tool, "-sass", file);
    f = (function){0};
    while (fgets(line, sizeof line, out)) {
        char name[MOST_NAME], next[16];
        instruction i;
        bool new_function = sscanf(line, " Function : %63s", name) == 1;
        bool new_arch = sscanf(line, " arch = %15s", next) == 1;
        if ((new_function || new_arch) && f.n > 0) {
            check_function(image, arch, &f);
            mark(s->code, image, f.name, arch);
            f = (function){0};
        }
        if (new_arch)
            snprintf(arch, sizeof arch, "%s", next);
        else if (new_function)
            begin_function(&f, image, name);
        else if (f.name[0] && read_instruction(line, &i)) {
            f.described |= f.descriptor[0] && strstr(line, f.descriptor);
            if (f.n < MOST_CODE)
                f.code[f.n++] = i;
            else
                f.too_long = true;
        }
    }
    if (f.n > 0) {
        check_function(image, arch, &f);
        mark(s->code, image, f.name, arch);
    }
    finish(out, tool);
}

static void check_resources(const char *tool, const char *image, const char *file, seen *s) {
    char line[LINE], arch[16] = "", entry[MOST_NAME] = "";
    FILE *out = run(tool, "--dump-resource-usage", file);
    while (fgets(line, sizeof line, out)) {
        int registers, stack, shared, local;
        sscanf(line, " arch = %15s", arch);
        if (sscanf(line, " Function %63[^:]", entry) == 1)
            continue;
        const cuda_kernel *k = find_row(image, entry);
        if (!k || sscanf(line, " REG:%d STACK:%d SHARED:%d LOCAL:%d", &registers, &stack, &shared,
                         &local) != 4)
            continue;
        mark(s->resources, image, entry, arch);
        if (registers > k->registers)
            fail(k, arch, "registers", registers, k->registers);
        if (stack > 0 || local > 0)
            fail(k, arch, "bytes of stack and local memory", stack + local, 0);
    }
    finish(out, tool);
}

/* Every row of the image must have been seen on every one of its architectures. */
static void check_missing(const char *image, const seen *s) {
    const cuda_kernel *k;
    for (size_t i = 0; (k = cuda_kernel_at(i)); i++) {
        if (strcmp(k->image, image) != 0)
            continue;
        if ((k->architectures & ~s->code[i]) || (k->architectures & ~s->resources[i])) {
            printf("not ok: %s: architectures %#x, code for %#x, resources for %#x\n",
                   k->facts.name, k->architectures, s->code[i], s->resources[i]);
            failures++;
        }
    }
}

int main(int argc, char **argv) {
    static seen s;
    char image[MOST_NAME];
    const char *file = argc == 3 ? strchr(argv[2], '=') : NULL;
    if (!file)
        return 1;
    if (argv[1][0] == '\0' || file[1] == '\0') {
        printf("skipped: there is no %s\n",
               file[1] == '\0' ? "code: built without nvcc" : "cuobjdump");
        return SKIPPED;
    }
    snprintf(image, sizeof image, "%.*s", (int)(file - argv[2]), argv[2]);
    check_code(argv[1], image, file + 1, &s);
    check_resources(argv[1], image, file + 1, &s);
    check_missing(image, &s);
    printf("%d kernels x architectures are as declared, %d failures\n", passes, failures);
    return failures > 0;
}
