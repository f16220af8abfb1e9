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

enum { MOST = 24 }; /* kernels of one machine */

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

/* Against libc: 3 units in the last place, in the range of the inputs and at both ends. */
static void exp_is_right(const cpu_isa *isa) {
    cpu_work *w = new_work();
    w->input[0] = 0;
    w->input[1] = 88;
    w->input[2] = -87;
    const cpu_kernel *k = find_kernel(isa, "special_exp");
    k->loop(w, (int64_t)(CPU_ELEMENTS / k->facts.flops));
    for (int i = 0; i < CPU_ELEMENTS; i++)
        assert_near(w->output[i], exp((double)w->input[i]), 4e-7);
    free(w);
}

enum { BLOCKS = 9, FLOATS = BLOCKS * CPU_STREAM_BLOCK / 4 };

static void streams_move(const cpu_isa *isa) {
    cpu_work *w = new_work();
    for (size_t i = 0; i < isa->n; i++) {
        const cpu_kernel *k = &isa->kernels[i];
        float *stream[3];
        for (int s = 0; s < 3; s++) {
            void *memory;
            assert_int_equal(posix_memalign(&memory, 64, FLOATS * sizeof(float)), 0);
            stream[s] = memory;
            w->stream[s] = memory;
            for (int j = 0; j < FLOATS; j++)
                stream[s][j] = (float)(j + 1000 * s);
        }
        if (k->streams > 0)
            k->loop(w, BLOCKS);
        for (int j = 0; j < FLOATS && k->streams > 1; j++)
            assert_near(stream[0][j],
                        k->streams == 2 ? stream[1][j] : stream[1][j] + 0.5 * stream[2][j], 0);
        for (int s = 0; s < 3; s++)
            free(stream[s]);
    }
    free(w);
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
        exp_is_right(isa);
        streams_move(isa);
    }
}

/* On AVX-512 both widths compute, and the wider one alone streams; no name occurs twice. */
static void kernels_that_are_chosen(void **state) {
    (void)state;
    const cpu_kernel *k;
    bool all[CPU_ISA_COUNT] = {true, true, true, true}, none[CPU_ISA_COUNT] = {false};
    assert_null(cpu_kernel_at(none, 0));
    int drams = 0;
    for (size_t i = 0; (k = cpu_kernel_at(all, i)); i++) {
        drams += k->streams > 0;
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(cpu_kernel_at(all, j)->facts.name, k->facts.name);
    }
    assert_in_range(drams, cpu_isa_compiled(0) ? 3 : 0, 4);
}

/* The whole CPU backend, for a moment: whatever the machine, the numbers are numbers. */
static void cpu_backend_measures(void **state) {
    (void)state;
    static const engine_plan moment = {.total = 0.02, .warm_up = 0, .sample = 1e-4};
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
            assert_string_equal(r[i].kernel->section, "memory");
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
        cmocka_unit_test(kernels_do_their_work),
        cmocka_unit_test(kernels_that_are_chosen),
        cmocka_unit_test(cpu_backend_measures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
