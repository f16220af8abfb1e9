/* The CPU kernels compute what they should, and the CPU backend measures them. */
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

static void assert_near(double got, double want, double tolerance) {
    if (!(fabs(got - want) <= tolerance * fabs(want)))
        fail_msg("got %.9g, want %.9g", got, want);
}

static void kernels_of_this_machine(const bool **runs) {
    static cpu_identity id;
    identity_read(&id);
    *runs = id.runs;
}

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

/* Each step is undone by the next, so the accumulators end where they began, and differ. */
static void peaks_compute(const cpu_isa *isa) {
    if (!find_kernel(isa, "vector_fp32") || isa->id == CPU_SVE)
        return;
    cpu_work *w = new_work();
    find_kernel(isa, "vector_fp32")->loop(w, 100);
    const float *f = (const float *)(const void *)w->result;
    for (int i = 0; i < 4; i++)
        assert_near(f[i], w->fp32[i], 1e-4);
    assert_true(f[0] != f[1] && f[1] != f[2]);
    find_kernel(isa, "vector_fp64")->loop(w, 100);
    const double *d = (const double *)(const void *)w->result;
    for (int i = 0; i < 2; i++)
        assert_near(d[i], w->fp64[i], 1e-12);
    free(w);
}

/* What a product adds, the next takes back: exactly of integers, to rounding of the others. */
static void products_are_taken_back(const cpu_isa *isa) {
    for (size_t i = 0; i < isa->n; i++) {
        const cpu_kernel *k = &isa->kernels[i];
        const char *type = k->facts.precision ? k->facts.precision : "";
        cpu_work *w = new_work();
        if (!strcmp(type, "int8")) {
            k->loop(w, 3);
            assert_memory_equal(w->result, w->fp32, 16);
        } else if (!strcmp(type, "bf16")) {
            k->loop(w, 3);
            const float *f = (const float *)(const void *)w->result;
            for (int j = 0; j < 4; j++)
                assert_near(f[j], w->fp32[j], 1e-5);
        } else if (!strcmp(type, "fp16")) {
            k->loop(w, 1);
            for (int j = 0; j < 8; j++) { /* neighbouring numbers have neighbouring bits */
                uint16_t got, want;
                memcpy(&got, w->result + 2 * j, 2);
                memcpy(&want, w->fp16.right + 2 * j, 2);
                assert_in_range(got, want - 4, want + 4);
            }
        }
        free(w);
    }
}

/* Against libc: 3 units in the last place, in the range of the inputs and at both ends. */
static void exp_is_right(const cpu_isa *isa) {
    const cpu_kernel *k = find_kernel(isa, "special_exp");
    if (!k)
        return;
    cpu_work *w = new_work();
    w->input[0] = 0;
    w->input[1] = 88;
    w->input[2] = -87;
    k->loop(w, (int64_t)(CPU_ELEMENTS / k->facts.flops));
    for (int i = 0; i < CPU_ELEMENTS; i++)
        assert_near(w->output[i], exp((double)w->input[i]), 4e-7);
    free(w);
}

enum { BLOCKS = 9, ROUND = 4, BLOCK_FLOATS = CPU_STREAM_BLOCK / 4, FLOATS = BLOCKS * BLOCK_FLOATS };

/* What number j of the written stream should be. */
static double moved(const cpu_kernel *k, float *const stream[3], int j) {
    if (strncmp(k->facts.variant, "write", 5) == 0)
        return 0.75;
    return k->streams == 2 ? stream[1][j] : stream[1][j] + 0.5 * stream[2][j];
}

/* Going straight on, and round in the first four blocks: then the rest stays as it was. */
static void streams_move(const cpu_kernel *k, bool round) {
    cpu_work *w = new_work();
    float *stream[3];
    for (int s = 0; s < 3; s++) {
        void *memory;
        assert_int_equal(posix_memalign(&memory, 64, FLOATS * sizeof(float)), 0);
        stream[s] = memory;
        w->stream[s] = memory;
        for (int j = 0; j < FLOATS; j++)
            stream[s][j] = (float)(j + 1000 * s);
    }
    w->mask = round ? ROUND * CPU_STREAM_BLOCK - 1 : SIZE_MAX;
    k->loop(w, BLOCKS);
    bool writes = k->facts.stores > 0;
    for (int j = 0; j < FLOATS; j++) {
        bool reached = writes && (!round || j < ROUND * BLOCK_FLOATS);
        assert_near(stream[0][j], reached ? moved(k, stream, j) : j, 0);
    }
    for (int s = 0; s < 3; s++)
        free(stream[s]);
    free(w);
}

static void memory_is_moved(const cpu_isa *isa) {
    for (size_t i = 0; i < isa->n; i++)
        if (!strcmp(isa->kernels[i].facts.section, "memory")) {
            streams_move(&isa->kernels[i], false);
            streams_move(&isa->kernels[i], true);
        }
}

static void kernels_do_their_work(void **state) {
    (void)state;
    const bool *runs;
    const cpu_isa *isa;
    kernels_of_this_machine(&runs);
    for (size_t i = 0; (isa = cpu_isa_compiled(i)); i++) {
        if (!runs[isa->id])
            continue;
        peaks_compute(isa);
        products_are_taken_back(isa);
        exp_is_right(isa);
        memory_is_moved(isa);
    }
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
        cmocka_unit_test(kernels_do_their_work), cmocka_unit_test(chase_goes_through_all),
        cmocka_unit_test(levels_have_room),      cmocka_unit_test(kernels_that_are_chosen),
        cmocka_unit_test(cpu_backend_measures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
