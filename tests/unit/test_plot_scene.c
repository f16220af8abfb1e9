/* What a roofline picture shows, looked at before it is drawn: where points stand, what they stand
 * for, what sets models and devices apart. Figures by hand: peak 10 FLOP/s, 2 B/s, ridge 5. */
#include "fake_analysis.h"
#include "plot/scene.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static roof_device device(const char *name, double peak, double bandwidth) {
    roof_device d = {.name = name, .date = "2026-01-02", .kind = ROOF_CPU};
    fake_ceiling(&d, "compute", "vector", "fp32", peak, ROOF_MEASURED);
    fake_ceiling(&d, "memory", "dram", "", bandwidth, ROOF_MEASURED);
    return d;
}

/* conv: 600 FLOP, 8 B: 75 FLOP/B, 60 s. relu: 4 FLOP, 8 B: 0.5 FLOP/B, 4 s. move: 4 B, 2 s. */
static const fake_row rows[] = {
    {.name = "/block/conv", .op = "Conv", .family = "conv", .vector = 600, .read = 8},
    {.name = "/block/relu",
     .op = "Relu",
     .family = "activation",
     .vector = 4,
     .read = 4,
     .written = 4},
    {.name = "/block/move", .op = "Reshape", .family = "movement", .read = 2, .written = 2},
};

static arena *memory;

static int set_up(void **state) {
    (void)state;
    memory = arena_new((size_t)1 << 30);
    return memory ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    arena_free(memory);
    return 0;
}

static const scene *make(const roof_plot_item *items, size_t n, const roof_plot_options *options) {
    static const roof_plot_options defaults = {0};
    roof_error e = ROOF_ERROR_INIT;
    scene *s = scene_make(memory, items, n, options ? options : &defaults, &e);
    if (!s)
        fail_msg("%s", e.text);
    return s;
}

static const scene *make_one(const roof_analysis *a) {
    return make(&(roof_plot_item){.analysis = a}, 1, NULL);
}

static bool says(const scene *s, const char *part) {
    for (size_t i = 0; i < s->n_texts; i++)
        if (strstr(s->texts[i].text, part))
            return true;
    return false;
}

static void near_to(double value, double expected) {
    if (!(fabs(value - expected) <= 1e-9 * fabs(expected)))
        fail_msg("%.12g is not %.12g", value, expected);
}

static void test_points(void **state) {
    (void)state;
    roof_device d = device("Test", 10, 2);
    roof_analysis *a = fake_analyze(&d, rows, 3);
    const scene *s = make_one(a);
    assert_int_equal(s->n_points, 2);
    near_to(s->points[0].x, 75);
    near_to(s->points[0].y, 10);
    near_to(s->points[0].share, 60 / 66.0);
    near_to(s->points[1].x, 0.5);
    near_to(s->points[1].y, 1);
    /* Area follows the share. */
    near_to(s->points[0].radius / s->points[1].radius, sqrt(15));
    assert_int_equal(s->n_ticks, 1);
    near_to(s->ticks[0].bytes, 4);
    near_to(s->tick_share, 2 / 66.0);
    assert_true(says(s, "ridge 5.00 FLOP/B"));
    fake_free(a);
}

static void test_estimated_and_unknown(void **state) {
    (void)state;
    fake_row odd[3] = {rows[0], rows[1], rows[2]};
    odd[0].status = ROOF_ESTIMATED;
    odd[1].status = ROOF_ROW_UNKNOWN;
    odd[1].vector = -1;
    roof_device d = device("Test", 10, 2);
    roof_analysis *a = fake_analyze(&d, odd, 3);
    const scene *s = make_one(a);
    assert_int_equal(s->n_points, 1);
    assert_true(s->points[0].estimated);
    assert_int_equal(s->n_unknown, 1);
    assert_true(says(s, "estimated"));
    assert_true(says(s, "1 of unknown work: not drawn"));
    fake_free(a);
}

static void test_measured(void **state) {
    (void)state;
    roof_device d = device("Test", 10, 2);
    roof_analysis *a = fake_analyze(&d, rows, 3);
    a->rows[0].measured_s = 120; /* half of its bound */
    a->rows[1].measured_s = NAN;
    const roof_measured times = {
        .path = "runs/times.csv", .rows = 1, .time_s = 60, .compared_s = 120};
    a->measured = &times;
    const scene *s = make_one(a);
    assert_int_equal(s->n_points, 2); /* the bounds stay as they are */
    assert_int_equal(s->n_attained, 1);
    near_to(s->attained[0].x, 75);
    near_to(s->attained[0].y, 5);
    near_to(s->attained[0].bound, 10);
    assert_true(says(s, "measured, with its roof"));
    assert_true(says(s, "time of 1 row from times.csv, 50.0% of the roof"));
    double x = axis_pixel(&s->x, 75), high = axis_pixel(&s->y, 10);
    double low = axis_pixel(&s->y, 5) + s->attained[0].radius;
    bool found = false;
    for (size_t i = 0; i < s->n_lines; i++) {
        segment l = s->lines[i].at;
        found = found || (fabs(l.x0 - x) < 1e-6 && fabs(l.x1 - x) < 1e-6 &&
                          fabs(l.y0 - low) < 1e-6 && fabs(l.y1 - high) < 1e-6);
    }
    assert_true(found);
    fake_free(a);
}

/* conv and relu as one kernel: 604 FLOP, 12 B, 60.4 s. The rows of it alone would stand above the
 * roof, as relu has no bytes of its own. */
static void test_fused_kernels(void **state) {
    (void)state;
    static const size_t members[] = {0, 1};
    const roof_group group = {.kind = "conv",
                              .rows = members,
                              .n_rows = 2,
                              .repeat = 1,
                              .bytes = {.total = 12},
                              .time_s = 60.4};
    roof_device d = device("Test", 10, 2);
    roof_analysis *a = fake_analyze(&d, rows, 3);
    a->options.traffic = ROOF_TRAFFIC_FUSED;
    a->groups = &group;
    a->n_groups = 1;
    a->rows[0].group = a->rows[1].group = 0;
    const scene *s = make_one(a);
    assert_int_equal(s->n_points, 1);
    near_to(s->points[0].x, 604 / 12.0);
    near_to(s->points[0].y, 10);
    assert_int_equal(s->points[0].row, 0); /* named after the row with most arithmetic */
    assert_true(says(s, "a point is a fused kernel"));
    a->rows[1].measured_s = 1; /* of a part of the kernel alone: says nothing of it */
    assert_int_equal(make_one(a)->n_attained, 0);
    a->rows[0].measured_s = 120;
    s = make_one(a);
    assert_int_equal(s->n_attained, 1);
    near_to(s->attained[0].y, 604 / 121.0);
    fake_free(a);
}

/* An L2 of 20 B/s that serves half of what conv reads: 150 FLOP/B of DRAM. */
static void test_hierarchy(void **state) {
    (void)state;
    const roof_row_level levels[] = {{"l2", 8, 20, 0.4}, {"dram", 4, 2, 2}};
    const roof_row_level all[] = {{"l2", 8, 20, 0.4}, {"dram", 8, 2, 4}};
    roof_device d = device("Test", 10, 2);
    roof_analysis *a = fake_analyze(&d, rows, 3);
    a->options.hierarchy = true;
    for (int i = 0; i < 3; i++) {
        a->rows[i].levels = i == 0 ? levels : all;
        a->rows[i].n_levels = 2;
    }
    const scene *s = make_one(a);
    near_to(s->points[0].x, 150);
    assert_int_equal(s->roofs[0].n_levels, 2);
    assert_string_equal(s->roofs[0].levels[0].name, "l2");
    near_to(s->roofs[0].levels[0].value, 20);
    assert_true(says(s, "L2: 20.0 B/s"));
    assert_true(says(s, "DRAM intensity"));
    fake_free(a);
}

/* The selected mode large, the textbook's hollow, the others small. */
static void test_traffic_modes(void **state) {
    (void)state;
    roof_device d = device("Test", 10, 2);
    roof_analysis *a = fake_analyze(&d, rows, 3);
    a->totals.work.traffic[ROOF_TRAFFIC_OUTPUT].total = 5;
    a->totals.work.traffic[ROOF_TRAFFIC_FUSED].total = 10;
    a->totals.work.traffic[ROOF_TRAFFIC_IDEAL].total = 2;
    const scene *s = make_one(a);
    size_t diamonds = 0, hollow = 0, large = 0;
    for (size_t i = 0; i < s->n_symbols; i++) {
        const scene_symbol *m = &s->symbols[i];
        if (m->shape != SHAPE_DIAMOND || m->x > s->x.end)
            continue; /* those of the panel are beside the plot */
        diamonds++;
        hollow += m->hollow;
        large += m->radius > 8 * s->unit;
    }
    assert_int_equal(diamonds, 4);
    assert_int_equal(hollow, 1);
    assert_int_equal(large, 1);
    assert_true(says(s, "whole model (op)"));
    fake_free(a);
}

/* A ceiling so close to another that its label has no room is told of beside the plot. */
static void test_close_ceilings(void **state) {
    (void)state;
    roof_device devices[] = {device("Maker A", 10, 2), device("Maker B", 11, 2.2),
                             device("Maker C", 12.1, 2.4), device("Maker D", 13.3, 2.6)};
    roof_plot_item items[4] = {{0}};
    for (int i = 0; i < 4; i++)
        items[i].device = &devices[i];
    const scene *s = make(items, 4, NULL);
    assert_true(s->n_unnamed > 0);
    assert_true(says(s, "ceilings without a label"));
    for (size_t i = 0; i < s->n_unnamed; i++) {
        const scene_unnamed *c = &s->unnamed[i];
        char label[128];
        snprintf(label, sizeof label, "%s, %s", c->device, c->name);
        assert_true(says(s, label));
        assert_true(says(s, c->value));
        snprintf(label, sizeof label, "%s, %s: %s", c->device, c->name, c->value);
        assert_false(says(s, label));
    }
}

static void test_several_devices(void **state) {
    (void)state;
    roof_device slow = device("Maker Slow 1", 10, 2), fast = device("Maker Fast 2", 40, 4);
    roof_analysis *a = fake_analyze(&slow, rows, 3), *b = fake_analyze(&fast, rows, 3);
    const roof_plot_item items[] = {{.analysis = a}, {.analysis = b}};
    const scene *s = make(items, 2, NULL);
    assert_int_equal(s->n_roofs, 2);
    assert_string_equal(s->items[0].label, "Slow 1"); /* what they share is not repeated */
    assert_string_equal(s->items[1].label, "Fast 2");
    assert_true(s->items[0].color != s->items[1].color);
    assert_true(s->items[0].shape != s->items[1].shape);
    assert_int_equal(s->roofs[0].color, s->items[0].color);
    assert_int_equal(s->n_points, 4);
    for (size_t i = 0; i < s->n_points; i++)
        assert_int_equal(s->points[i].color, s->items[s->points[i].item].color);
    assert_true(says(s, "Fast 2, vector fp32: 40.0 FLOP/s, measured"));
    fake_free(a);
    fake_free(b);
}

/* The device is there once; what differs names the items. */
static void test_several_models(void **state) {
    (void)state;
    roof_device d = device("Test", 10, 2);
    roof_analysis *a = fake_analyze(&d, rows, 3), *b = fake_analyze(&d, rows, 1);
    b->model.path = "other/b.onnx";
    const roof_plot_item items[] = {
        {.analysis = a}, {.analysis = b}, {.analysis = a, .label = "x"}};
    const scene *s = make(items, 3, NULL);
    assert_int_equal(s->n_roofs, 1);
    assert_string_equal(s->items[0].label, "fake.onnx");
    assert_string_equal(s->items[1].label, "b.onnx");
    assert_string_equal(s->items[2].label, "x");
    assert_true(says(s, "fake.onnx and b.onnx"));
    b->model.path = a->model.path;
    a->dims[0] = b->dims[0] = "batch";
    a->dim_values[0] = 1;
    b->dim_values[0] = 8;
    s = make(items, 2, NULL);
    assert_string_equal(s->items[0].label, "batch = 1");
    assert_string_equal(s->items[1].label, "batch = 8");
    fake_free(a);
    fake_free(b);
}

static void test_arrows(void **state) {
    (void)state;
    fake_row after[3] = {rows[0], rows[1], rows[2]};
    after[1].read = 36; /* 0.1 FLOP/B; the others stay where they are */
    roof_device d = device("Test", 10, 2);
    roof_analysis *a = fake_analyze(&d, rows, 3), *b = fake_analyze(&d, after, 3);
    const roof_plot_item items[] = {{.analysis = a, .label = "before"},
                                    {.analysis = b, .label = "after"}};
    const roof_plot_arrow arrows[] = {{0, 0}, {1, 1}, {2, 2}, {9, 1}, {1, 9}};
    const scene *s = make(items, 2, &(roof_plot_options){.arrows = arrows, .n_arrows = 5});
    assert_int_equal(s->n_arrows, 1);
    const scene_line *arrow = NULL;
    for (size_t i = 0; i < s->n_lines; i++)
        if (s->lines[i].arrow && s->lines[i].at.x0 < s->x.end)
            arrow = &s->lines[i];
    assert_non_null(arrow);
    near_to(arrow->at.x0, axis_pixel(&s->x, 0.5));
    near_to(arrow->at.x1, axis_pixel(&s->x, 0.1));
    assert_true(says(s, "from before to after"));
    fake_free(a);
    fake_free(b);
}

static void test_devices_alone(void **state) {
    (void)state;
    roof_device one = device("One", 10, 2), two = device("Two", 40, 4);
    fake_ceiling(&one, "memory", "l2", "", 20, ROOF_MEASURED);
    const roof_plot_item items[] = {{.device = &one}, {.device = &two}};
    const scene *s = make(items, 1, NULL);
    assert_int_equal(s->n_points, 0);
    assert_int_equal(s->roofs[0].n_levels, 2); /* a device alone shows its caches */
    assert_true(says(s, "roofline of the device"));
    s = make(items, 2, NULL);
    assert_int_equal(s->n_roofs, 2);
    assert_int_equal(s->roofs[0].n_levels, 1);
    assert_true(says(s, "One and Two"));
}

/* Theory stands beside what was measured where the difference can be seen; far below it, the
 * caption says how far. */
static void test_theory_beside(void **state) {
    (void)state;
    roof_device d = device("Test", 10, 2);
    fake_ceiling(&d, "compute", "vector", "fp32", 20, ROOF_THEORY);
    fake_ceiling(&d, "memory", "dram", "", 2.01, ROOF_THEORY);
    roof_analysis *a = fake_analyze(&d, rows, 3);
    const scene *s = make_one(a);
    near_to(s->roofs[0].ceilings[0].theory, 20);
    near_to(s->roofs[0].levels[0].theory + 1, 1);
    assert_true(says(s, "of theory: vector fp32 50%"));
    fake_free(a);
}

/* 20,000 rows that all differ, over four decades: few points, and nothing is lost. */
static void test_very_many_rows(void **state) {
    (void)state;
    enum { N = 20000 };
    fake_row *many = calloc(N, sizeof *many);
    for (int i = 0; i < N; i++)
        many[i] = (fake_row){.name = "row",
                             .op = "Relu",
                             .family = i % 2 ? "conv" : "matmul",
                             .vector = 100 + (int64_t)i * i,
                             .read = 1000 + 37 * i};
    roof_device d = device("Test", 10, 2);
    roof_analysis *a = fake_analyze(&d, many, N);
    const scene *s = make_one(a);
    assert_true(s->aggregated);
    assert_true(s->n_points <= 1200);
    size_t count = s->n_outside;
    double share = s->outside_share;
    for (size_t i = 0; i < s->n_points; i++) {
        count += s->points[i].count;
        share += s->points[i].share;
        assert_true(s->points[i].strength > 0 && s->points[i].strength <= 1);
    }
    assert_int_equal(count, N);
    assert_true(fabs(share - 1) < 1e-6);
    assert_true(says(s, "nearby rows are one point"));
    fake_free(a);
    free(many);
}

/* --- text --- */

static box box_of(const scene_text *t) {
    double width = text_pixels(t->text, t->size), left = t->x;
    left -= t->align == 'r' ? width : t->align == 'c' ? width / 2 : 0;
    return (box){left, t->y - t->size / 2, left + width, t->y + t->size / 2};
}

static void expect_no_overlap(const scene *s) {
    for (size_t i = 0; i < s->n_texts; i++) {
        if (s->texts[i].angle != 0)
            continue;
        box a = box_of(&s->texts[i]);
        if (a.left < 0 || a.right > s->width || a.bottom < 0 || a.top > s->height)
            fail_msg("outside: %s", s->texts[i].text);
        for (size_t k = 0; k < i; k++) {
            box b = box_of(&s->texts[k]);
            if (s->texts[k].angle == 0 && a.left < b.right && b.left < a.right &&
                a.bottom < b.top && b.bottom < a.top)
                fail_msg("\"%s\" and \"%s\" overlap", s->texts[i].text, s->texts[k].text);
        }
    }
}

/* Thirty rows of all intensities with long names, in several sizes. */
static void test_texts_keep_apart(void **state) {
    (void)state;
    static const int sizes[][2] = {{1600, 1000}, {1280, 720}, {1000, 1000}, {3200, 1200}};
    enum { N = 30 };
    char names[N][64];
    fake_row many[N];
    for (int i = 0; i < N; i++) {
        snprintf(names[i], sizeof names[i], "/model/encoder/layer.%d/attention/output/dense", i);
        many[i] = (fake_row){.name = names[i],
                             .op = "MatMul",
                             .family = i % 3 ? "matmul" : "conv",
                             .vector = (int64_t)pow(1.5, i),
                             .read = 200 - 5 * i};
    }
    roof_device d = device("Test", 10, 2);
    roof_analysis *a = fake_analyze(&d, many, N);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        expect_no_overlap(make(&(roof_plot_item){.analysis = a}, 1,
                               &(roof_plot_options){.width = sizes[i][0], .height = sizes[i][1]}));
    fake_free(a);
}

static void test_refusals(void **state) {
    (void)state;
    roof_device d = device("Test", 10, 2);
    roof_analysis *placed = fake_analyze(&d, rows, 3), *counts = fake_analyze(NULL, rows, 3);
    roof_plot_item items[ROOF_PLOT_ITEMS + 1];
    for (size_t i = 0; i <= ROOF_PLOT_ITEMS; i++)
        items[i] = (roof_plot_item){.analysis = placed};
    roof_error e = ROOF_ERROR_INIT;
    assert_false(roof_plot(items, 0, "a.gp", NULL, &e));
    assert_int_equal(e.status, ROOF_USAGE);
    e = (roof_error)ROOF_ERROR_INIT;
    assert_false(roof_plot(items, ROOF_PLOT_ITEMS + 1, "a.gp", NULL, &e));
    assert_non_null(strstr(e.text, "1 to 12"));
    items[1].analysis = counts;
    e = (roof_error)ROOF_ERROR_INIT;
    assert_false(roof_plot(items, 2, "a.gp", NULL, &e));
    assert_non_null(strstr(e.text, "needs a device"));
    items[1].device = &d; /* counts on a device: its roof, and no points */
    const scene *s = make(items, 2, NULL);
    assert_int_equal(s->n_roofs, 1);
    assert_int_equal(s->n_points, 2);
    assert_int_equal(s->n_unknown, 0);
    fake_free(placed);
    fake_free(counts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_points, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_estimated_and_unknown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_measured, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fused_kernels, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_hierarchy, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_traffic_modes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_close_ceilings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_several_devices, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_several_models, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_arrows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_devices_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_theory_beside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_very_many_rows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_texts_keep_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
