/* Proves from the machine code that the kernels do what they declare: disassembles their loops and
 * counts FLOP, loads and stores; nothing may be merged, left out or spilled to the stack.
 *
 *     check_loops OBJDUMP libmicrobench_avx512.a libmicrobench_avx2.a ...
 *
 * with the libraries in the order of cpu_isa_compiled; OBJDUMP is the disassembler of the machine
 * that they are for.
 *
 * Exit 77 (skipped) when there is no objdump. */
#include "microbench/cpu/cpu.h"
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { SKIPPED = 77, MOST_LINES = 4096, LINE = 256 };

/* One instruction of a function. */
typedef struct instruction {
    unsigned long address;
    char name[16];
    char operands[160];
} instruction;

typedef struct function {
    instruction code[MOST_LINES];
    int n;
} function;

typedef struct tally {
    double flops;
    int loads, stores, spills;
} tally;

/* Takes one line of objdump's output; false when it is no instruction. */
static bool read_instruction(const char *line, instruction *to) {
    *to = (instruction){0};
    return sscanf(line, " %lx: {vex} %15s %159[^\n#]", &to->address, to->name, to->operands) >= 2 ||
           sscanf(line, " %lx: %15s %159[^\n#]", &to->address, to->name, to->operands) >= 2;
}

/* The instructions of a symbol in an object file or archive; 0 when it is not in there, -1 when
 * objdump does not run. */
static int disassemble(const char *objdump, const char *file, const char *symbol, function *f) {
    char command[4096], line[LINE], heading[128];
    snprintf(command, sizeof command, "'%s' -d -w --no-show-raw-insn '%s' 2>&1", objdump, file);
    snprintf(heading, sizeof heading, "<%s>:", symbol);
    FILE *out = popen(command, "r");
    if (!out)
        return -1;
    bool inside = false;
    f->n = 0;
    while (fgets(line, sizeof line, out)) {
        if (strstr(line, ">:"))
            inside = strstr(line, heading) != NULL;
        else if (inside && f->n < MOST_LINES && read_instruction(line, &f->code[f->n]))
            f->n++;
    }
    int status = pclose(out);
    return WIFEXITED(status) && WEXITSTATUS(status) == 127 ? -1 : f->n;
}

/* Where a jump goes: the address before "<symbol+0x...>"; ULONG_MAX for other instructions. */
static unsigned long target(const instruction *i) {
    const char *mark = strchr(i->operands, '<');
    bool jump = i->name[0] == 'j' || strncmp(i->name, "b.", 2) == 0 || i->name[0] == 'c';
    if (!mark || !jump)
        return ULONG_MAX;
    while (mark > i->operands && mark[-1] == ' ')
        mark--;
    while (mark > i->operands && mark[-1] != ' ' && mark[-1] != ',')
        mark--;
    return strtoul(mark, NULL, 16);
}

/* The loop of the function: from the target of a jump back to the jump. */
static bool find_loop(const function *f, int *first, int *last) {
    for (*last = f->n - 1; *last >= 0; --*last) {
        unsigned long to = target(&f->code[*last]);
        if (to < f->code[0].address || to >= f->code[*last].address)
            continue;
        for (*first = 0; f->code[*first].address < to;)
            ++*first;
        return true;
    }
    return false;
}

static bool starts(const char *s, const char *with) {
    return strncmp(s, with, strlen(with)) == 0;
}

static bool ends(const char *s, const char *with) {
    size_t n = strlen(s), m = strlen(with);
    return n >= m && strcmp(s + n - m, with) == 0;
}

/* Bytes of the registers of an instruction of x86 or Arm; of SVE the fewest there may be. */
static int register_bytes(const instruction *i) {
    const char *o = i->operands;
    if (o[0] == 'v' || o[0] == 'z')
        return 16;
    return strstr(o, "%zmm") ? 64 : strstr(o, "%ymm") ? 32 : strstr(o, "%xmm") ? 16 : 0;
}

/* Bytes of one number in them, by the end of the name or the form of the registers. */
static int number_bytes(const instruction *i) {
    const char *o = i->operands;
    if (ends(i->name, "pd") || strstr(o, ".2d") || (o[0] == 'z' && strstr(o, ".d")))
        return 8;
    return ends(i->name, "ph") || strstr(o, ".8h") || (o[0] == 'z' && strstr(o, ".h")) ? 2 : 4;
}

/* Instructions whose work follows from the bytes of their registers: a product and a sum of each
 * pair, in matrix products several times. */
static const struct {
    const char *name;
    double flops_per_byte, flops;
} products[] = {
    {"vpdpbusd", 2, 0}, {"vdpbf16ps", 1, 0}, {"tdpbf16ps", 0, 16 * 16 * 32 * 2},
    {"sdot", 2, 0},     {"smmla", 4, 0},     {"tdpbusd", 0, 16 * 16 * 64 * 2},
    {"bfdot", 1, 0},    {"bfmmla", 2, 0},
};

static double flops_of(const instruction *i) {
    const char *name = i->name + (i->name[0] == 'v');
    for (size_t k = 0; k < sizeof products / sizeof *products; k++)
        if (strcmp(i->name, products[k].name) == 0)
            return products[k].flops + products[k].flops_per_byte * register_bytes(i);
    int lanes = register_bytes(i) / number_bytes(i);
    if (starts(i->name, "vfmadd") || starts(i->name, "fmla") || starts(i->name, "fmls"))
        return 2.0 * lanes;
    if ((starts(name, "add") || starts(name, "sub") || starts(name, "mul")) &&
        (ends(name, "ps") || ends(name, "pd")))
        return lanes;
    return 0;
}

/* Loads and stores of vector registers, in a chase of others; constants that lie beside the code
 * are none. */
static void count_memory(const instruction *i, bool chase, tally *t) {
    char text[sizeof i->operands];
    snprintf(text, sizeof text, "%s", i->operands);
    for (size_t n = strlen(text); n > 0 && text[n - 1] == ' ';)
        text[--n] = '\0';
    bool x86 = (chase || strstr(text, "mm")) && strchr(text, '(') && !strstr(text, "(%rip)");
    bool arm = strchr(text, '[') && (chase || text[0] == 'q');
    if (strstr(text, "(%rsp") || strstr(text, "(%rbp") || strstr(text, "[sp"))
        t->spills++;
    else if (x86 && ends(text, ")"))
        t->stores++;
    else if (x86)
        t->loads++;
    else if (arm)
        *(starts(i->name, "st") ? &t->stores : &t->loads) += 1 + (i->name[2] == 'p');
}

static bool complain(const cpu_kernel *k, const char *what, double found, double declared) {
    printf("not ok: %s: %s in its loop: %g, declared %g\n", k->facts.name, what, found, declared);
    return false;
}

/* Compilers may unroll a loop: then everything is there several times. */
static bool as_declared(const cpu_kernel *k, const tally *t) {
    bool peak = k->facts.flops > 0 && k->facts.loads == 0;
    double times = 1;
    if (peak && t->flops > 0)
        times = t->flops / k->facts.flops;
    else if (k->facts.loads > 0)
        times = (double)t->loads / k->facts.loads;
    if (times < 1 || times != (int)times)
        return complain(k, peak ? "FLOP" : "loads", peak ? t->flops : t->loads,
                        peak ? k->facts.flops : k->facts.loads);
    if (t->loads != times * k->facts.loads)
        return complain(k, "loads", t->loads, times * k->facts.loads);
    if (t->stores != times * k->facts.stores)
        return complain(k, "stores", t->stores, times * k->facts.stores);
    if (t->spills > 0)
        return complain(k, "accesses to the stack", t->spills, 0);
    printf("ok: %s: %g FLOP, %d loads, %d stores per loop\n", k->facts.name, t->flops, t->loads,
           t->stores);
    return true;
}

static int check_kernel(const cpu_kernel *k, const char *objdump, const char *file) {
    static function f;
    int n = disassemble(objdump, file, k->symbol, &f), first, last;
    if (n < 0) {
        printf("skipped: there is no objdump\n");
        exit(SKIPPED);
    }
    if (n == 0 || !find_loop(&f, &first, &last)) {
        printf("not ok: no loop of %s found in %s\n", k->symbol, file);
        return 1;
    }
    tally t = {0};
    for (int i = first; i <= last; i++) {
        t.flops += flops_of(&f.code[i]);
        count_memory(&f.code[i], strcmp(k->facts.section, "latency") == 0, &t);
    }
    return !as_declared(k, &t);
}

/* Many rows of a table share a loop. */
static bool checked_before(const cpu_isa *isa, size_t i) {
    for (size_t k = 0; k < i; k++)
        if (strcmp(isa->kernels[k].symbol, isa->kernels[i].symbol) == 0)
            return true;
    return false;
}

int main(int argc, char **argv) {
    int failures = 0;
    for (int a = 2; a < argc; a++) {
        const cpu_isa *isa = cpu_isa_compiled((size_t)a - 2);
        if (!isa) {
            printf("not ok: no instruction set for %s\n", argv[a]);
            return 1;
        }
        for (size_t i = 0; i < isa->n; i++)
            if (!checked_before(isa, i))
                failures += check_kernel(&isa->kernels[i], argv[1], argv[a]);
    }
    return failures > 0 || argc < 3 || cpu_isa_compiled((size_t)argc - 2);
}
