/* Which CPU kernels are chosen for which memory, and that the CPU backend measures them. What they
 * compute: tests/kernels. */
#include "calibrate/cpu.h"
#include "calibrate/engine.h"
#include "calibrate/identity.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 192 }; /* kernels of one machine */

static const cpu_kernel *find_kernel(const cpu_isa *isa, const char *symbol) {
    for (size_t i = 0; i < isa->n; i++)
        if (!strcmp(isa->kernels[i].symbol, symbol))
            return &isa->kernels[i];
    return NULL;
}

static cpu_work *new_work(void) {
    void *work;
    assert_int_equal(posix_memalign(&work, 64, sizeof(cpu_work)), 0);
    memset(work, 0, sizeof(cpu_work));
    cpu_work_init(work, 1);
    return work;
}

/* Every line comes once before the first comes again, and the kernel follows. */
static void chase_goes_through_all(void **state) {
    (void)state;
    enum { LINES = 64 };
    void *memory;
    bool seen[LINES] = {false};
    assert_int_equal(posix_memalign(&memory, CPU_LINE, LINES * CPU_LINE), 0);
    cpu_link_lines(memory, LINES * CPU_LINE);
    char *p = memory;
    for (int i = 0; i < LINES; i++) {
        size_t line = (size_t)(p - (char *)memory) / CPU_LINE;
        assert_in_range(line, 0, LINES - 1);
        assert_false(seen[line]);
        seen[line] = true;
        memcpy(&p, p, sizeof p);
    }
    assert_ptr_equal(p, memory);
    cpu_work *w = new_work();
    w->stream[0] = memory;
    find_kernel(&cpu_isa_any, "chase")->loop(w, LINES / 16);
    assert_ptr_equal(w->stream[0], memory);
    free(w);
    free(memory);
}

/* Three quarters of the first level, half of the second, at most four
 * times that of the third; a level of 1.5 MB beside one of 1.25 MB
 * holds 0.75 MB more than that one, in pages of 4096. */
static void levels_have_room(void **state) {
    (void)state;
    assert_int_equal(cpu_level_bytes(1, 32768, 0), 24576);
    assert_int_equal(cpu_level_bytes(2, 1 << 20, 32768), 524288);
    assert_int_equal(cpu_level_bytes(3, 16 << 20, 1 << 20), 4 << 20);
    assert_int_equal(cpu_level_bytes(3, 1.5 * (1 << 20), 1.25 * (1 << 20)), 2 << 20);
    assert_int_equal(cpu_level_bytes(3, 1 << 20, 2 << 20), 0);
    assert_int_equal(cpu_level_bytes(2, 0, 32768), 0);
}

/* No name occurs twice, memory has one instruction set, and the quick kernels are few. */
static void kernels_that_are_chosen(void **state) {
    (void)state;
    const cpu_kernel *k;
    bool all[CPU_ISA_COUNT], none[CPU_ISA_COUNT] = {false};
    memset(all, true, sizeof all);
    assert_null(cpu_kernel_at(none, true, 0));
    int memory = 0, quick = 0, single = 0;
    for (size_t i = 0; (k = cpu_kernel_at(all, true, i)); i++) {
        memory += !strcmp(k->facts.section, "memory");
        quick += cpu_effort(all, k) == EFFORT_QUICK;
        assert_int_equal(k->alone, strstr(k->facts.name, "1core") || strstr(k->facts.name, "lat"));
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(cpu_kernel_at(all, true, j)->facts.name, k->facts.name);
    }
    if (!cpu_isa_compiled(1))
        skip(); /* no kernels for this processor */
    assert_in_range(memory, 32, 38);
    assert_in_range(quick, 15, 26);
    for (size_t i = 0; (k = cpu_kernel_at(all, false, i)); i++)
        single += k->alone;
    assert_int_equal(single, 4); /* the latencies */
}

/* The whole CPU backend, for a moment: whatever the machine, the numbers are numbers. */
static void cpu_backend_measures(void **state) {
    (void)state;
    static const engine_plan moment = {.total = 0.2, .warm_up = 0, .sample = 1e-4};
    roof_calibrate_options o = {0};
    roof_error e = ROOF_ERROR_INIT;
    void *s = backend_cpu.open(&o, &e);
    if (!s)
        skip(); /* no kernels for this processor */
    engine_result r[MOST];
    size_t n = engine_run(&backend_cpu, s, &o, &moment, r, MOST, &e);
    assert_in_range(n, 6, MOST);
    for (size_t i = 0; i < n; i++) {
        if (r[i].n == 0) /* only memory may be short */
            assert_true(strcmp(r[i].kernel->section, "compute") != 0);
        else
            assert_true(r[i].min > 0 && r[i].min <= r[i].median && r[i].median <= r[i].max &&
                        r[i].clock_hz > 0);
    }
    backend_cpu.close(s);
    assert_null(backend_cpu.open(&(roof_calibrate_options){.threads = 1 << 20}, &e));
    assert_int_equal(e.status, ROOF_USAGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chase_goes_through_all),
        cmocka_unit_test(levels_have_room),
        cmocka_unit_test(kernels_that_are_chosen),
        cmocka_unit_test(cpu_backend_measures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
