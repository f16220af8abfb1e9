/* Plots of analyses made by hand: the script, what it never holds, label places, and gnuplots that
 * are missing, fail, hang or are killed. */
#include "draw/labels.h"
#include "expect.h"
#include "fake_analysis.h"
#include <dirent.h>
#include <math.h>
#include <roofline/plot.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];

static const char *in_folder(const char *name) {
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int make_folder(void **state) {
    (void)state;
    strcpy(folder, "/tmp/roofline-test-XXXXXX");
    unsetenv("ROOFLINE_GNUPLOT");
    return mkdtemp(folder) ? 0 : -1;
}

/* Removes what the test left; returns how many files that were. */
static int empty_folder(void) {
    DIR *d = opendir(folder);
    int n = 0;
    for (struct dirent *f; d && (f = readdir(d));)
        if (f->d_name[0] != '.' && unlink(in_folder(f->d_name)) == 0)
            n++;
    closedir(d);
    return n;
}

static int remove_folder(void **state) {
    (void)state;
    empty_folder();
    unsetenv("ROOFLINE_GNUPLOT");
    unsetenv("ROOFLINE_GNUPLOT_SECONDS");
    return rmdir(folder);
}

static char *contents(const char *path) {
    FILE *f = fopen(path, "r");
    if (!f)
        fail_msg("%s is missing", path);
    char *text = NULL;
    size_t room = 0;
    ssize_t n = getdelim(&text, &room, EOF, f);
    assert_true(n > 0);
    fclose(f);
    return text;
}

/* Peak 10 FLOP/s, 2 B/s: ridge at 5 FLOP/B. */
static roof_device *device(void) {
    static roof_device d;
    d = (roof_device){.name = "Test", .date = "2026-01-02", .kind = ROOF_CPU};
    fake_ceiling(&d, "compute", "vector", "fp32", 10, ROOF_MEASURED);
    fake_ceiling(&d, "compute", "vector", "fp32", 20, ROOF_THEORY);
    fake_ceiling(&d, "compute", "special", "fp32", 1, ROOF_MEASURED);
    fake_ceiling(&d, "memory", "dram", "", 2, ROOF_MEASURED);
    return &d;
}

static const fake_row rows[] = {
    {.name = "conv", .op = "Conv", .family = "conv", .matrix = 600, .read = 8},
    {.name = "relu", .op = "Relu", .family = "activation", .vector = 4, .read = 4, .written = 4},
    {.name = "move", .op = "Reshape", .family = "movement", .read = 2, .written = 2},
    {.name = "magic",
     .op = "Magic",
     .family = "other",
     .matrix = -1,
     .read = 3,
     .status = ROOF_ROW_UNKNOWN},
};

static bool plot_one(const roof_analysis *a, const char *path, const roof_plot_options *options,
                     roof_error *e) {
    return roof_plot(&(roof_plot_item){.analysis = a}, 1, path, options, e);
}

static void test_script(void **state) {
    (void)state;
    roof_analysis *a = fake_analyze(device(), rows, 4);
    roof_error e = ROOF_ERROR_INIT;
    assert_true(plot_one(a, in_folder("plot.gp"), NULL, &e));
    char *text = contents(in_folder("plot.gp"));
    /* conv 75 FLOP/B at its ceiling, relu 0.5 FLOP/B at 1 FLOP/s; the reshape as 4 B. */
    expect_part(text, "\n75 10 ");
    expect_part(text, "\n0.5 1 ");
    expect_part(text, "$moves << END_OF_MOVES\n4 1 ");
    expect_part(text, "\"vector fp32: 10.0 FLOP/s, measured\"");
    expect_part(text, "\"vector fp32: 20.0 FLOP/s, theory\"");
    expect_part(text, "\"DRAM: 2.00 B/s, measured\"");
    expect_part(text, "\"ridge 5.00 FLOP/B\"");
    expect_part(text, "1 of unknown work: not drawn");
    expect_part(text, "\"conv  90.9\\0045\""); /* 60 of 66 s */
    expect_part(text, "\"fake.onnx\"");
    free(text);
    assert_int_equal(empty_folder(), 1); /* no temporary files stay */
    fake_free(a);
}

/* Runs the real gnuplot; false when it is not installed. */
static bool have_gnuplot(void) {
    return system("gnuplot --version >/dev/null 2>&1") == 0;
}

static void test_pictures(void **state) {
    (void)state;
    static const struct {
        const char *name, *starts;
    } cases[] = {{"a.png", "\x89PNG"}, {"a.svg", "<?xml"}, {"a.pdf", "%PDF"}, {"a.PNG", "\x89PNG"}};
    if (!have_gnuplot())
        skip();
    roof_analysis *a = fake_analyze(device(), rows, 4);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_error e = ROOF_ERROR_INIT;
        if (!plot_one(a, in_folder(cases[i].name), NULL, &e))
            fail_msg("%s", e.text);
        char *text = contents(in_folder(cases[i].name));
        assert_memory_equal(text, cases[i].starts, strlen(cases[i].starts));
        free(text);
        assert_int_equal(empty_folder(), 1);
    }
    fake_free(a);
}

static void test_odd_models(void **state) {
    (void)state;
    static const fake_row odd[] = {
        {.name = "", .op = "Reshape", .family = "movement", .read = 2},
        {.name = "", .op = "Exp", .family = "activation", .special = 1, .read = 1},
        {.name = "", .op = "Big", .family = "conv", .matrix = INT64_MAX / 4, .read = 1},
        {.name = "", .op = "Free", .family = "conv", .vector = 5},
    };
    if (!have_gnuplot())
        skip();
    for (size_t first = 0; first < 4; first++)
        for (size_t n = 0; first + n <= 4; n++) {
            roof_analysis *a = fake_analyze(device(), odd + first, n);
            roof_error e = ROOF_ERROR_INIT;
            if (!plot_one(a, in_folder("a.svg"), &(roof_plot_options){.width = 1}, &e))
                fail_msg("%zu rows from %zu: %s", n, first, e.text);
            fake_free(a);
        }
}

/* Names that would run commands, end strings or data, or change the text if they were not quoted.
 */
static void test_hostile_names(void **state) {
    (void)state;
    char command[3][2048];
    const char *owned = in_folder("owned");
    snprintf(command[0], sizeof command[0], "\"; system(\"touch %s\") #", owned);
    snprintf(command[1], sizeof command[1], "'; system('touch %s') #", owned);
    snprintf(command[2], sizeof command[2], "`touch %s`\n!touch %s\nEND_OF_LAYERS\n", owned, owned);
    const char *const names[] = {
        command[0], command[1], command[2],         "@x {/Bold y} a_b^c %s $0 \\",
        "\xff\xfe", "</text>&", "\xe2\x80\xae rtl", "it''s ' 'quoted'"};
    enum { N = sizeof names / sizeof *names };
    fake_row hostile[N];
    for (int i = 0; i < N; i++)
        hostile[i] = (fake_row){.name = names[i],
                                .op = names[i],
                                .family = "conv",
                                .matrix = 100 + 50 * i,
                                .read = 8 + 3 * i};
    roof_analysis *a = fake_analyze(device(), hostile, N);
    roof_device evil = *a->device;
    evil.name = command[0];
    evil.date = command[1];
    a->device = &evil;
    a->model.path = command[2];
    a->dims[0] = command[1];
    roof_error e = ROOF_ERROR_INIT;
    assert_true(plot_one(a, in_folder("plot.gp"), NULL, &e));
    char *text = contents(in_folder("plot.gp"));
    for (const char *p = text; *p; p++)
        assert_true(*p == '\n' || (unsigned char)*p >= 0x20);
    expect_part(text, "set label \"\\0047\\0073 system(\\0047touch");
    free(text);
    static const char *const pictures[] = {"a.png", "a.svg", "a.pdf"};
    for (size_t i = 0; i < 3 && have_gnuplot(); i++)
        if (!plot_one(a, in_folder(pictures[i]), NULL, &e))
            fail_msg("%s", e.text);
    assert_int_equal(access(in_folder("owned"), F_OK), -1);
    fake_free(a);
}

/* --- gnuplots that do not work --- */

static void fake_gnuplot(const char *script) {
    const char *path = in_folder("gnuplot");
    FILE *f = fopen(path, "w");
    fprintf(f, "#!/bin/sh\n%s\n", script);
    fclose(f);
    chmod(path, 0755);
    setenv("ROOFLINE_GNUPLOT", path, 1);
}

static void test_broken_gnuplot(void **state) {
    (void)state;
    static const struct {
        const char *script, *says;
    } cases[] = {
        {"echo; echo '  line 7: no such thing' >&2; exit 3",
         "gnuplot failed with status 3: line 7: no such thing"},
        {"echo 'out of ink' >&2; exit 1", "gnuplot failed with status 1: out of ink"},
        {"kill -9 $$", "gnuplot was killed by signal 9 (Killed)"},
        {"echo half a picture; sleep 60", "gnuplot did not finish within 0.3 seconds"},
        {"cat >/dev/null", "gnuplot drew nothing into"},
    };
    roof_analysis *a = fake_analyze(device(), rows, 4);
    setenv("ROOFLINE_GNUPLOT_SECONDS", "0.3", 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fake_gnuplot(cases[i].script);
        FILE *old = fopen(in_folder("a.png"), "w");
        fputs("old", old);
        fclose(old);
        roof_error e = ROOF_ERROR_INIT;
        assert_false(plot_one(a, in_folder("a.png"), NULL, &e));
        assert_int_equal(e.status, ROOF_FAILED);
        expect_part(e.text, cases[i].says);
        char *kept = contents(in_folder("a.png")); /* a failure never harms the old file */
        assert_string_equal(kept, "old");
        free(kept);
        assert_int_equal(empty_folder(), 2);
    }
    fake_free(a);
}

/* Where the system only says so in the child's status, too, which then is 127. */
static void test_missing_gnuplot(void **state) {
    (void)state;
    roof_analysis *a = fake_analyze(device(), rows, 4);
    for (int late = 0; late < 2; late++) {
        setenv("ROOFLINE_GNUPLOT", "/nowhere/gnuplot", 1);
        if (late)
            fake_gnuplot("exit 127");
        roof_error e = ROOF_ERROR_INIT;
        assert_false(plot_one(a, in_folder("a.svg"), NULL, &e));
        assert_int_equal(e.status, ROOF_FAILED);
        expect_part(e.text, "gnuplot is not installed");
        expect_part(e.text, "a.svg.gp");
        char *text = contents(in_folder("a.svg.gp"));
        expect_part(text, "set terminal svg ");
        free(text);
        assert_int_equal(empty_folder(), late ? 2 : 1);
    }
    fake_free(a);
}

static void test_refusals(void **state) {
    (void)state;
    roof_analysis *a = fake_analyze(device(), rows, 4), *counts = fake_analyze(NULL, rows, 4);
    roof_device bare = {.name = "Bare"};
    fake_ceiling(&bare, "memory", "dram", "", 2, ROOF_THEORY);
    roof_analysis *roofless = fake_analyze(&bare, NULL, 0);
    const struct {
        const roof_analysis *a;
        const char *path, *says;
        roof_status status;
    } cases[] = {
        {a, "a.jpg", "must end in .png, .svg, .pdf or .gp", ROOF_USAGE},
        {a, "png", "must end in", ROOF_USAGE},
        {counts, "a.png", "needs a device", ROOF_USAGE},
        {roofless, "a.png", "the device \"Bare\" has no compute ceiling", ROOF_USAGE},
        {a, "/nowhere/a.png", "cannot write \"/nowhere/a.png\": No such file or directory",
         ROOF_FAILED},
        {a, "/nowhere/a.gp", "cannot write \"/nowhere/a.gp\"", ROOF_FAILED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        roof_error e = ROOF_ERROR_INIT;
        assert_false(plot_one(cases[i].a, cases[i].path, NULL, &e));
        assert_int_equal(e.status, cases[i].status);
        expect_part(e.text, cases[i].says);
    }
    fake_free(a);
    fake_free(counts);
    fake_free(roofless);
}

/* --- labels --- */

static bool meet(box a, box b) {
    return a.left < b.right && b.left < a.right && a.bottom < b.top && b.bottom < a.top;
}

static void test_labels_keep_apart(void **state) {
    (void)state;
    static canvas c;
    c = (canvas){.area = {0, 0, 1000, 600}};
    static const disc same = {500, 300, 10};
    box placed[12];
    for (int i = 0; i < 12; i++) { /* a dozen labels for one point */
        placed[i] = canvas_beside(&c, same, 150, 18, NAN).text;
        assert_true(placed[i].left >= 0 && placed[i].right <= 1000);
        for (int k = 0; k < i; k++)
            assert_false(meet(placed[i], placed[k]));
    }
    c = (canvas){.area = {0, 0, 1000, 600}};
    spot left = canvas_beside(&c, same, 150, 18, M_PI);
    assert_true(left.text.right < 500); /* as preferred */
    assert_false(left.has_leader);      /* and near */
}

static void test_text_fits(void **state) {
    (void)state;
    arena *a = arena_new(1 << 20);
    static const char wide[] = "\xe6\xbc\xa2\xe5\xad\x97/layer/\xe6\xbc\xa2\xe5\xad\x97/conv";
    for (double width = 30; width < 400; width += 7) {
        const char *cut = text_fitted(a, wide, 14, width);
        assert_true(text_pixels(cut, 14) <= width);
    }
    assert_string_equal(text_fitted(a, wide, 14, 1000), wide);
    const char *cut = text_fitted(a, "the beginning and the end", 14, 90);
    assert_memory_equal(cut, "the", 3);
    assert_string_equal(cut + strlen(cut) - 3, "end");
    arena_free(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_script, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_pictures, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_odd_models, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_hostile_names, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_broken_gnuplot, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_missing_gnuplot, make_folder, remove_folder),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_labels_keep_apart),
        cmocka_unit_test(test_text_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
