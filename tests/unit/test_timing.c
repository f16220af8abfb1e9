/* Times of real runs: each format by hand, and whose time is whose.
 *
 * The device has 1000 FLOP/s and 100 B/s. x is 2x8 fp32, 64 B:
 *   #0 /a/mm    MatMul by 8x8: 256 FLOP, 64 + 256 + 64 B: 3.84 s; bound 0.256 s
 *   #1 /a/relu  Relu:  16 FLOP, 128 B: 1.28 s; bound 0.016 s
 *   #2 /b/add   Add(r, r): 16 FLOP, 128 B: 1.28 s
 *   #3          Exp, without a name: 16 FLOP, 128 B: 1.28 s
 * together 7.68 s. */
#include "model_text.h"
#include <math.h>
#include <roofline/timing.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CHAIN                                                                                      \
    "in x f32[2,8] weight w f32[8,8] \"/a/mm\" t = MatMul(x, w) \"/a/relu\" r = Relu(t) "          \
    "\"/b/add\" s = Add(r, r) y = Exp(s) out y"

static const char device_text[] =
    "section,name,precision,accumulate,variant,value,unit,min,max,samples,clock_hz,watts,source\n"
    "profile,schema,,,,1,,,,,,,\n"
    "device,name,,,,Test,,,,,,,\n"
    "device,kind,,,,cpu,,,,,,,\n"
    "compute,vector,fp32,fp32,,1000,FLOP/s,,,,,,theory\n"
    "compute,special,fp32,,exp,1000,FLOP/s,,,,,,theory\n"
    "memory,dram,,,,100,B/s,,,,,,theory\n";

typedef struct measured_case {
    const char *model; /* NULL: CHAIN */
    const char *file;
    const char *rows; /* "#0 7.68 50%\n" of those that have a time */
    roof_traffic traffic;
} measured_case;

typedef struct run {
    roof_device *device;
    roof_model *model;
    roof_analysis *analysis;
} run;

static void end(run *r) {
    roof_analysis_free(r->analysis);
    roof_model_free(r->model);
    roof_device_free(r->device);
}

/* The analysis with the times of the file; NULL and *e when they are refused. */
static bool measure(run *r, const char *model, const char *file, size_t n, roof_traffic traffic,
                    roof_error *e) {
    roof_options options = {.traffic = traffic};
    *r = (run){.device = roof_device_parse(device_text, sizeof device_text - 1, "test.csv", e)};
    r->model = model_of_text(model ? model : CHAIN, e);
    r->analysis = roof_analyze(r->model, r->device, &options, e);
    assert_string_equal(e->text, "");
    roof_timing *t = roof_timing_parse(file, n, "file", e);
    bool ok = t && roof_analysis_measure(r->analysis, t, e);
    roof_timing_free(t); /* the analysis keeps what it needs */
    return ok;
}

static void check_case(const measured_case *c) {
    roof_error e = ROOF_ERROR_INIT;
    char rows[1024] = "";
    run r;
    bool ok = measure(&r, c->model, c->file, strlen(c->file), c->traffic, &e);
    assert_string_equal(e.text, "");
    assert_true(ok);
    for (size_t i = 0; i < roof_analysis_rows(r.analysis); i++) {
        const roof_row *row = roof_analysis_row(r.analysis, i);
        size_t used = strlen(rows);
        if (!isnan(row->measured_s))
            snprintf(rows + used, sizeof rows - used, "%s %.4g %.4g%%\n", row->id, row->measured_s,
                     row->efficiency * 100);
    }
    assert_string_equal(rows, c->rows);
    end(&r);
}

#define CHECK_ALL(cases)                                                                           \
    for (size_t i = 0; i < sizeof(cases) / sizeof *(cases); i++)                                   \
    check_case(&(cases)[i])

static void tables_of_times(void **state) {
    (void)state;
    static const measured_case cases[] = {
        {.file = "name,time_s\n/a/mm,7.68\n/a/relu,1.28\n", .rows = "#0 7.68 50%\n#1 1.28 100%\n"},
        /* ids and outputs; faster than the roof is no mistake: data stays in caches */
        {.file = "node,duration_ms\n#2,640\ny,2560\n", .rows = "#2 0.64 200%\n#3 2.56 50%\n"},
        {.file = "Layer;Mean (us);std (us)\n/a/mm;3840000;1\n", .rows = "#0 3.84 100%\n"},
        {.file = "name\ttime\n/a/mm\t3840 ms\n/a/relu\t1280000us\n",
         .rows = "#0 3.84 100%\n#1 1.28 100%\n"},
        {.file = "\xef\xbb\xbf\"name\",\"time [ns]\"\r\n\"/a/mm\",\"3.84e9\"\r\n",
         .rows = "#0 3.84 100%\n"},
        /* of several the median; without a time nothing */
        {.file = "name,time_s\n/a/mm,9\n/a/mm,3.84\n/a/mm,1\n/a/relu,\n", .rows = "#0 3.84 100%\n"},
        /* our own tables: the id before the name, what was measured before what is predicted */
        {.file = "id,name,op,time_s,measured_s\n#1,/a/mm,Relu,5,2.56\n", .rows = "#1 2.56 50%\n"},
        {.file = "name,mean_ms,median_ms\n/a/mm,1,7680", .rows = "#0 7.68 50%\n"},
    };
    CHECK_ALL(cases);
}

#define NODE(name, op, ts, dur)                                                                    \
    "{\"cat\":\"Node\",\"ph\":\"X\",\"name\":\"" name "_kernel_time\",\"ts\":" ts ",\"dur\":" dur  \
    ",\"args\":{\"op_name\":\"" op "\",\"provider\":\"CPUExecutionProvider\"}}"
#define RUN(ts, dur)                                                                               \
    "{\"cat\":\"Session\",\"ph\":\"X\",\"name\":\"model_run\",\"ts\":" ts ",\"dur\":" dur          \
    ",\"args\":{}}"

static void profiles_of_onnxruntime(void **state) {
    (void)state;
    static const measured_case cases[] = {
        /* the first of four runs warms up: median of 7, 8 and 30 s */
        {.file = "[" NODE("/a/mm", "MatMul", "1", "90000000") "," RUN("0", "99000000") "," NODE(
             "/a/mm", "MatMul", "100000000",
             "8000000") "," RUN("100000000",
                                "9000000") "," NODE("/a/mm", "MatMul", "200000000",
                                                    "30000000") "," RUN("200000000",
                                                                        "31000000") "," NODE("/a/"
                                                                                             "mm",
                                                                                             "MatMu"
                                                                                             "l",
                                                                                             "30000"
                                                                                             "0000",
                                                                                             "70000"
                                                                                             "00") "," RUN("300000000",
                                                                                                           "7100000") "]\n",
         .rows = "#0 8 48%\n"},
        /* one run is what there is; a node without a name has its place; no fences */
        {.file = "[ " NODE("Exp_3", "Exp", "1",
                           "1280000") ",\n{\"cat\":\"Node\",\"ph\":\"X\","
                                      "\"name\":\"/a/mm_fence_before\",\"ts\":2,\"dur\":3}]",
         .rows = "#3 1.28 100%\n"},
        /* what the optimizer adds to names */
        {.file = "[" NODE("/a/mm_token_12", "MatMul", "1", "3840000") "," NODE(
             "s_nchwc", "Add", "2", "1280000") "," NODE("/a/relu/SomeFusion/", "Relu", "3",
                                                        "2560000") "]",
         .rows = "#0 3.84 100%\n#1 2.56 50%\n#2 1.28 100%\n"},
        /* a MatMul that is named after the Relu at its end is both: 10.24 s as 3.84 to 1.28 */
        {.file = "[" NODE("r_nchwc", "FusedMatMul", "1", "10240000") "]",
         .rows = "#0 7.68 50%\n#1 2.56 50%\n"},
        /* not when the MatMul has a time of its own */
        {.file = "[" NODE("/a/relu", "MatMul", "1", "2560000") "," NODE("/a/mm", "MatMul", "2",
                                                                        "3840000") "]",
         .rows = "#0 3.84 100%\n#1 2.56 50%\n"},
        /* copies of a node add up in a run */
        {.file = "[" NODE("/a/relu/duplicated", "Relu", "1", "1280000") "," NODE(
             "/a/relu", "Relu", "2", "1280000") "," RUN("0", "3000000") "]",
         .rows = "#1 2.56 50%\n"},
    };
    CHECK_ALL(cases);
}

static void profiles_of_trtexec(void **state) {
    (void)state;
    static const measured_case cases[] = {
        {.file = "[{\"count\":100},{\"name\":\"/a/mm\",\"timeMs\":768000,\"averageMs\":7680,"
                 "\"percentage\":100}]",
         .rows = "#0 7.68 50%\n"},
        {.file = "[{\"name\":\"/a/mm\",\"averageMs\":1,\"medianMs\":7680}]",
         .rows = "#0 7.68 50%\n"},
        /* 10.24 s for two rows that should take 3.84 and 1.28 */
        {.file =
             "[{\"name\":\"/a/mm + /a/relu\",\"averageMs\":10240},"
             "{\"name\":\"Reformatting CopyNode for Input Tensor 0 to /a/mm\",\"averageMs\":1}]",
         .rows = "#0 7.68 50%\n#1 2.56 50%\n"},
        {.file = "[{\"name\":\"PWN(PWN(/a/relu), /b/add)\",\"averageMs\":5120}]",
         .rows = "#1 2.56 50%\n#2 2.56 50%\n"},
        {.file = "[{\"name\":\"{ForeignNode[/a/mm.../b/add]}\",\"averageMs\":6400}]",
         .rows = "#0 3.84 100%\n#1 1.28 100%\n#2 1.28 100%\n"},
        {.file = "[{\"name\":\"/a/relu || /b/add\",\"averageMs\":2560}]",
         .rows = "#1 1.28 100%\n#2 1.28 100%\n"},
    };
    CHECK_ALL(cases);
}

/* A loop of 5: its body is a MatMul of 3.84 s and a Relu of 1.28 s, 25.6 s in all. */
#define LOOP                                                                                       \
    "in x f32[2,8] weight w f32[8,8] int n 5 \"l\" y = Loop(n, _, x) body={ arg i arg c arg s "    \
    "\"mm\" t = MatMul(s, w) \"relu\" k = Relu(t) out c out k } out y"

static void loops(void **state) {
    (void)state;
    static const measured_case cases[] = {
        /* a time of the loop is of all that is in it: of one execution of its rows, a fifth */
        {.model = LOOP,
         .file = "name,time_s\nl,51.2\n",
         .rows = "#0/body/#0 7.68 50%\n#0/body/#1 2.56 50%\n"},
        /* where the body has times too, that of the loop would count twice */
        {.model = LOOP, .file = "name,time_s\nl,51.2\nmm,3.84\n", .rows = "#0/body/#0 3.84 100%\n"},
    };
    CHECK_ALL(cases);
}

/* Fused, #0 to #3 are one kernel: x 64, w 256, y 64 B: 3.84 s. Of that the rows have what each
 * adds: 320 B, 16 FLOP, 16 FLOP, 64 B, or 3.2, 0.016, 0.016 and 0.64 of 3.872 s. What was measured
 * of one is of all: 7.68 s x 3.2 / 3.872 = 6.347 s. */
static void fused_groups(void **state) {
    (void)state;
    static const measured_case cases[] = {
        {.file = "name,time_s\n/a/mm,7.68\n",
         .traffic = ROOF_TRAFFIC_FUSED,
         .rows = "#0 6.347 50%\n#1 0.03174 50%\n#2 0.03174 50%\n#3 1.269 50%\n"},
    };
    CHECK_ALL(cases);
}

/* --- how well it went --- */

static void near(double a, double b) {
    assert_float_equal(a, b, 1e-9);
}

static void what_is_told(void **state) {
    (void)state;
    static const char file[] = "[" NODE("/a/mm", "MatMul", "1", "100000") "," NODE(
        "Reorder", "Reorder", "2",
        "300000") "," NODE("Other", "Other", "2",
                           "200000") "," NODE("/a/relu", "Relu", "3",
                                              "2560000") "," RUN("0", "2000000") "]";
    roof_error e = ROOF_ERROR_INIT;
    run r;
    assert_true(measure(&r, NULL, file, strlen(file), ROOF_TRAFFIC_OP, &e));
    const roof_measured *m = roof_analysis_measured(r.analysis);
    assert_string_equal(m->format, "ONNX Runtime profile");
    assert_int_equal(m->runs, 1);
    assert_int_equal(m->warm_ups, 0);
    near(m->run_s, 2);
    near(m->times_s, 3.16);
    assert_int_equal(m->rows, 2);
    near(m->measured_s, 2.66);
    near(m->compared_s, 2.66);
    near(m->time_s, 5.12);
    near(m->covered, 5.12 / 7.68);
    assert_int_equal(m->no_row.n, 2);
    near(m->no_row.seconds, 0.5);
    assert_string_equal(m->no_row.names[0], "Reorder");
    assert_string_equal(m->no_row.names[1], "Other");
    assert_int_equal(m->no_time.n, 2);
    near(m->no_time.seconds, 2.56);
    assert_string_equal(m->no_time.names[0], "/b/add");
    assert_string_equal(m->no_time.names[1], "#3");
    assert_int_equal(m->nested.n, 0);
    /* 0.1 s is less than 256 FLOP at 1000 FLOP/s; a microsecond may have been rounded off */
    assert_int_equal(m->too_fast.n, 1);
    assert_string_equal(m->too_fast.names[0], "/a/mm");
    near(m->too_fast_by, 0.256 / 0.100001);
    end(&r);
}

/* Times are rounded down to microseconds: 0 is no proof of anything. */
static void rounding_is_not_impossible(void **state) {
    (void)state;
    static const char file[] = "name,time_s\n/a/mm,0.256\n";
    roof_error e = ROOF_ERROR_INIT;
    run r;
    assert_true(measure(&r, NULL, file, strlen(file), ROOF_TRAFFIC_OP, &e));
    assert_int_equal(roof_analysis_measured(r.analysis)->too_fast.n, 0);
    end(&r);
}

static void remarks(void **state) {
    (void)state;
    static const struct {
        const char *file, *remark;
    } cases[] = {
        {"[{\"name\":\"/a/mm\",\"averageMs\":1,\"percentage\":80},"
         "{\"name\":\"/a/relu\",\"averageMs\":1,\"percentage\":70}]",
         "more than 100"},
        {"[{\"cat\":\"Node\",\"ph\":\"X\",\"name\":\"/a/mm_kernel_time\",\"ts\":1,\"dur\":1,"
         "\"args\":{\"op_name\":\"MatMul\",\"provider\":\"CUDAExecutionProvider\"}}]",
         "launch"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_error e = ROOF_ERROR_INIT;
        run r;
        assert_true(measure(&r, NULL, cases[i].file, strlen(cases[i].file), ROOF_TRAFFIC_OP, &e));
        assert_non_null(strstr(roof_analysis_measured(r.analysis)->remark, cases[i].remark));
        end(&r);
    }
}

/* --- what is refused --- */

static void refused(void **state) {
    (void)state;
    static const struct {
        const char *file, *says;
        size_t n; /* 0: all of the text */
    } cases[] = {
        {"", "no file of times", 0},
        {"hello\n", "no file of times", 0},
        {"\x89PNG\r\n\x1a\n..........", "looks like a PNG picture", 0},
        {"{\"traceEvents\":[]}", "looks like JSON", 0},
        {"[1,2]", "looks like JSON", 0},
        {"[{\"cat\":", "looks like JSON", 0},
        {"a,1\n", "no column \"name\"", 0},
        {"name,value\na,1\n", "no column of times", 0},
        {"name,time\n/a/mm,1\n", "line 2: the time 1 has no unit", 0},
        {"name,time_s\n/a/mm,x\n", "line 2: \"x\" is no time", 0},
        {"name,time_s\n/a/mm,1 parsec\n", "\"1 parsec\" is no time", 0},
        {"name,time_s\n/a/mm,-1\n", "line 2: \"/a/mm\" takes -1 s", 0},
        {"name,time_s\n/a/mm,nan\n", "\"nan\" is no time", 0},
        {"name,time_s\n/a/mm,1e300\n", "a time from 0 s", 0},
        {"name,time_s\n,1\n", "without a name", 0},
        {"name,time_s\n", "holds no times", 0},
        {"name,time_s\n\"a,1\n", "never closed", 0},
        {"name,time_s\na\"b,1\n", "quote in the middle", 0},
        {"name,time_s\n/a/mm,1\n\0,1\n", "NUL", 25},
        {"[" NODE("/a/mm", "MatMul", "1", "1"), "ends after 1 items", 0},
        {"[" NODE("/a/mm", "MatMul", "1", "1") ",", "ends after 1 items", 0},
        {"[" NODE("/a/mm", "MatMul", "1", "1") ",{\"ca", "item 1 is damaged", 0},
        {"[" NODE("/a/mm", "MatMul", "1", "1") " 7", "no comma after item 0", 0},
        {"[" NODE("/a/mm", "MatMul", "1", "\"1\"") "]", "event 0: ts or dur", 0},
        {"[" NODE("/a/mm", "MatMul", "1", "-1") "]", "event 0: ts or dur", 0},
        {"[" NODE("", "MatMul", "1", "1") "]", "without a name", 0},
        {"[" RUN("1", "1") "]", "no node has run", 0},
        {"[{\"count\":1},{\"name\":\"a\"}]", "layer 1 has no name with averageMs", 0},
        {"[{\"count\":1}]", "holds no times", 0},
        {"[{\"name\":\"/a/mm\",\"averageMs\":\"fast\"}]", "no number of milliseconds", 0},
        {"name,time_s\nconv,1\nfc,2\n", "none of its 2 names (\"fc\", ...) is a node", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_error e = ROOF_ERROR_INIT;
        size_t n = cases[i].n ? cases[i].n : strlen(cases[i].file);
        run r;
        assert_false(measure(&r, NULL, cases[i].file, n, ROOF_TRAFFIC_OP, &e));
        assert_int_equal(e.status, ROOF_DAMAGED);
        if (!strstr(e.text, cases[i].says))
            fail_msg("no \"%s\" in \"%s\"", cases[i].says, e.text);
        assert_null(roof_analysis_measured(r.analysis));
        end(&r);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_of_times),
        cmocka_unit_test(profiles_of_onnxruntime),
        cmocka_unit_test(profiles_of_trtexec),
        cmocka_unit_test(loops),
        cmocka_unit_test(fused_groups),
        cmocka_unit_test(what_is_told),
        cmocka_unit_test(rounding_is_not_impossible),
        cmocka_unit_test(remarks),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
