/* Reading and writing at indices, searching, resizing; and contents through chains of nodes.
 * Figures are derived by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "data_case.h"

#define CHECK(table) data_case_check_all(table, sizeof(table) / sizeof *(table))

static void gathers(void **state) {
    (void)state;
    static const data_case table[] = {
        /* 8 of 30522 rows at most, which ones is data */
        {"Gather", 13, "w:fp32[30522,768] int64[1,8]", "", "fp32[1,8,768]",
         "read 6144 8 write 6144 estimated"},
        /* more indices than rows: the table is read once */
        {"Gather", 13, "w:fp32[2,4] int64[8]", "", "fp32[8,4]", "read 8 8 write 32 estimated"},
        /* known indices name rows 0 and 2 of 5, one of them twice: 2 x 4 */
        {"Gather", 13, "fp32[5,4] int64[3]{0 2 -3}", "", "fp32[3,4]", "read 8 3 write 12"},
        {"Gather", 13, "fp32[5,4] int64[]", "axis=1", "fp32[5]", "read 5 1 write 5"},
        {"Gather", 13, "fp32[?,4] int64[2,?]", "", "fp32[2,?,4]", NULL},
        {"Gather", 13, "fp32[*] int64[2]", "", "fp32[*]", NULL},
        {"Gather", 13, "int64[4]{10 ? 12 13} int64[3]{-1 1 0}", "", "int64[3]{13 ? 10}", NULL},
        {"Gather", 13, "int64[4]{10 11 12 13} int64[2]{? 2}", "", "int64[2]{? 12}", NULL},
        /* no such place: nothing is known of it, as the branch it stands in may never run */
        {"Gather", 13, "int64[2]{10 11} int64[2]{2 0}", "", "int64[2]{? 10}", NULL},
        {"Gather", 13, "int64[2,3]{1 2 3 4 5 6} int64[2]{2 0}", "axis=1", "int64[2,2]{3 1 6 4}",
         NULL},
        {"Gather", 13, "fp32[4] int64[1]", "axis=1", "invalid", NULL},
        {"GatherElements", 13, "fp32[3,4] int64[2,4]", "axis=0", "fp32[2,4]",
         "read 8 8 write 8 estimated"},
        {"GatherElements", 13, "fp32[3,4] int64[2]", "", "invalid", NULL},
        /* tuples of two select from 2 x 3 x 4: rows of 4 */
        {"GatherND", 13, "fp32[2,3,4] int64[5,2]", "", "fp32[5,4]",
         "read 20 10 write 20 estimated"},
        {"GatherND", 13, "fp32[2,3,4] int64[2,1]", "batch_dims=1", "fp32[2,4]", NULL},
        {"GatherND", 13, "fp32[2,3,4] int64[5,?]", "", "fp32[*]", NULL},
        {"GatherND", 13, "fp32[2,3] int64[5,3]", "", "invalid", NULL},
        {"GatherND", 13, "fp32[2,3] int64[5,1]", "batch_dims=2", "invalid", NULL},
        {"GatherND", 13, "fp32[2,3] int64[5,1]", "batch_dims=-1", "invalid", NULL},
    };
    CHECK(table);
}

static void scatters(void **state) {
    (void)state;
    static const data_case table[] = {
        /* in place only the 8 updates are written; data that others use is copied */
        {"ScatterND", 16, "fp32[10,4] int64[2,1] fp32[2,4]", "", "fp32[10,4]",
         "read 0 2 8 write 8"},
        {"ScatterND", 16, "s:fp32[10,4] int64[2,1] fp32[2,4]", "", "fp32[10,4]",
         "read 40 2 8 write 40"},
        {"ScatterND", 16, "w:fp32[10,4] int64[2,1] fp32[2,4]", "", "fp32[10,4]",
         "read 40 2 8 write 40"},
        /* a sum reads what it replaces and adds once per update */
        {"ScatterElements", 16, "fp32[10,4] int64[2,4] fp32[2,4]", "reduction=add", "fp32[10,4]",
         "vector 8 read 8 8 8 write 8"},
        {"TensorScatter", 24, "fp16[1,8,512,64] fp16[1,8,1,64] int64[1]", "", "fp16[1,8,512,64]",
         "read 0 512 1 write 512"},
        {"ScatterND", 16, "int64[4]{1 2 3 4} int64[2,1]{-1 0} int64[2]{9 ?}", "",
         "int64[4]{? 2 3 9}", NULL},
        {"ScatterND", 16, "int64[2,2]{1 2 3 4} int64[1,1]{1} int64[1,2]{8 9}", "",
         "int64[2,2]{1 2 8 9}", NULL},
        {"ScatterND", 16, "int64[2]{1 2} int64[1,1]{?} int64[1]{8}", "", "int64[2]", NULL},
        {"ScatterND", 16, "int64[2]{1 2} int64[1,1]{0} int64[1]{8}", "reduction=add", "int64[2]",
         NULL},
        {"ScatterND", 16, "fp32[2] int64[1,2] fp32[1]", "", "invalid", NULL},
        {"ScatterElements", 16, "fp32[2] int64[1] fp32[1]", "axis=1", "invalid", NULL},
        {"OneHot", 11, "int64[2,3] int64[]{5} fp32[2]", "", "fp32[2,3,5]", "read 6 1 2 write 30"},
        {"OneHot", 11, "int64[2,3] int64[]{5} fp32[2]", "axis=0", "fp32[5,2,3]", NULL},
        {"OneHot", 11, "int64[2] fp32[]{5} fp32[2]", "", "fp32[2,5]", NULL},
        {"OneHot", 11, "int64[1]{1} int64[]{3} int64[2]{1 8}", "", "int64[1,3]{1 8 1}", NULL},
        {"OneHot", 11, "int64[2]{-1 ?} int64[]{2} int64[2]{1 8}", "axis=0", "int64[2,2]{1 ? 8 ?}",
         NULL},
        {"OneHot", 11, "int64[2,3] int64[] fp32[2]", "axis=1", "fp32[2,?,3]", NULL},
        {"OneHot", 11, "int64[2,3] int64[]{-5} fp32[2]", "", "invalid", NULL},
    };
    CHECK(table);
}

static void searches(void **state) {
    (void)state;
    static const data_case table[] = {
        {"NonZero", 13, "fp32[2,3]", "", "int64[2,?]", "vector 6 read 6 write ?"},
        {"NonZero", 13, "int64[2,2]{0 5 7 0}", "", "int64[2,2]{0 1 1 0}",
         "vector 4 read 4 write 4"},
        /* an old way to write a range */
        {"NonZero", 13, "int64[4]{=1}", "", "int64[1,4]{0 1 2 3}", NULL},
        {"NonZero", 13, "int64[1000000,1000000]{=0}", "", "int64[2,0]{}", NULL},
        {"NonZero", 13, "int64[2]{0 ?}", "", "int64[1,?]", NULL},
        /* 6 x ceil(log2 6) = 18 comparisons */
        {"Unique", 11, "fp32[6]", "", "fp32[?] int64[?] int64[6] int64[?]",
         "vector 18 read 6 write ? ? 6 ?"},
        {"Unique", 11, "fp32[4,3]", "axis=1", "fp32[4,?] int64[?] int64[3] int64[?]",
         "vector 24 read 12 write ? ? 3 ?"},
        /* B.C.(S.(1 + log2 S) + 14.min(K,S).S) = 2.3.(8.4 + 14.5.8) = 3552 */
        {"NonMaxSuppression", 11, "fp32[2,8,4] fp32[2,3,8] w:int64[1]{5}", "", "int64[?,3]",
         "vector 3552 read 64 48 1 write ? estimated"},
        /* without a limit the standard selects nothing */
        {"NonMaxSuppression", 11, "fp32[2,8,4] fp32[2,3,8]", "", "int64[0,3]", NULL},
    };
    CHECK(table);
}

static void resizing(void **state) {
    (void)state;
    static const data_case table[] = {
        {"Resize", 13, "fp32[1,2,4,4] - fp32[4]{1 1 2 2}", "mode=nearest", "fp32[1,2,8,8]",
         "read 32 0 4 write 128"},
        /* linear over 2 axes: 3.(2^2 - 1) = 9 for each of 128 */
        {"Resize", 13, "fp32[1,2,4,4] - fp32[4]{1 1 2 2}", "mode=linear", "fp32[1,2,8,8]",
         "vector 1152 read 32 0 4 write 128"},
        /* cubic over 2 axes: 2.4^2 = 32 */
        {"Resize", 11, "fp32[1,2,4,4] fp32[0] fp32[4]{1 1 2 2}", "mode=cubic", "fp32[1,2,8,8]",
         "vector 4096 read 32 0 4 write 128"},
        /* nearest to a quarter of each axis reads only what it samples; linear two of each four */
        {"Resize", 10, "fp32[1,1,8,8] fp32[4]{1 1 0.25 0.25}", "mode=nearest", "fp32[1,1,2,2]",
         "read 4 4 write 4"},
        {"Resize", 10, "fp32[1,1,8,8] fp32[4]{1 1 0.25 0.25}", "mode=linear", "fp32[1,1,2,2]",
         "vector 36 read 16 4 write 4"},
        /* with antialiasing the filter widens to ceil(2.4) = 8 taps per axis: 2.8.8 each */
        {"Resize", 18, "fp32[1,1,8,8] - fp32[4]{1 1 0.25 0.25}", "mode=linear antialias=1",
         "fp32[1,1,2,2]", "vector 512 read 64 0 4 write 4"},
        /* rounded down: 5 x 1.5 = 7.5, 5 x 0.3 = 1.5 */
        {"Resize", 13, "fp32[1,1,5,5] - fp32[4]{1 1 1.5 0.3}", "", "fp32[1,1,7,1]", NULL},
        {"Resize", 13, "fp32[1,2,4,4] - fp32[0] int64[4]{1 2 8 4}", "mode=linear", "fp32[1,2,8,4]",
         "vector 192 read 32 0 0 4 write 64"},
        {"Resize", 18, "fp32[1,2,4,6] - - int64[2]{8 8}",
         "axes=2,3 keep_aspect_ratio_policy=not_larger", "fp32[1,2,5,8]", NULL},
        {"Resize", 18, "fp32[1,2,4,6] - - int64[2]{8 8}",
         "axes=2,3 keep_aspect_ratio_policy=not_smaller", "fp32[1,2,8,12]", NULL},
        /* half of each axis, twice as large */
        {"Resize", 11, "fp32[1,1,4,4] fp32[8]{0 0 0 0.5 1 1 0.5 1} fp32[4]{1 1 2 2}",
         "coordinate_transformation_mode=tf_crop_and_resize", "fp32[1,1,4,4]", NULL},
        {"Resize", 13, "fp32[1,2,?,4] - fp32[4]{1 1 2 ?}", "mode=linear", "fp32[1,2,?,?]",
         "vector ? read ? 0 4 write ?"},
        {"Resize", 13, "fp32[1,2,4,4] - fp32[4]{1 1 2 -2}", "", "invalid", NULL},
        {"Resize", 13, "fp32[1,2,4,4] - fp32[3]{1 2 2}", "", "invalid", NULL},
        {"Resize", 13, "fp32[1,2,4,4] - fp32[4]{1 1 1e30 1}", "", "fp32[1,2,?,4]", NULL},
        {"Upsample", 9, "fp32[1,2,4,4] fp32[4]{1 1 2 3}", "mode=nearest", "fp32[1,2,8,12]", NULL},
        {"Upsample", 1, "fp32[1,2,4,4]", "height_scale=2.0 width_scale=3.0 mode=bilinear",
         "fp32[1,2,8,12]", "vector 1728 read 32 write 192"},
        /* 9 for each of 1.2.3.3 outputs, 4 for each of 1.3.3.2 coordinates: 162 + 72 */
        {"GridSample", 16, "fp32[1,2,8,8] fp32[1,3,3,2]", "", "fp32[1,2,3,3]",
         "vector 234 read 72 18 write 18 estimated"},
        {"GridSample", 20, "fp32[1,2,8,8] fp32[1,3,3,2]", "mode=nearest", "fp32[1,2,3,3]",
         "vector 72 read 18 18 write 18 estimated"},
        {"GridSample", 16, "fp32[1,2,8,8] fp32[1,3,2]", "", "invalid", NULL},
        /* 10 for each of 2 x 2 samples of 5.3.2.2 outputs */
        {"RoiAlign", 16, "fp32[1,3,32,32] fp32[5,4] int64[5]",
         "output_height=2 output_width=2 sampling_ratio=2", "fp32[5,3,2,2]",
         "vector 2400 read 960 20 5 write 60 estimated"},
        {"RoiAlign", 16, "fp32[1,3,32,32] fp32[5,4] int64[5]", "output_height=0", "invalid", NULL},
    };
    CHECK(table);
}

static void old_upsample_scales(void **state) {
    (void)state;
    static const float scales[] = {1, 1, 2, 2.5f};
    op_case *c = op_case_new("", "Upsample", 7);
    op_input(c, DT_FLOAT, 4, (count[]){1, 3, 5, 5});
    attribute *a = &c->attrs[c->node.n_attrs++];
    *a = (attribute){.name = "scales", .kind = ATTR_FLOATS, .n = 4, .floats = scales};
    op_run(c, 1);
    assert_true(dims_are(op_out(c, 0), 4, (count[]){1, 3, 10, 12}));
    op_case_free(c);
}

/* --- chains --- */

typedef struct step {
    const char *op;
    const char *inputs; /* $1 is the output of the first step */
    const char *attributes;
    const char *output;
} step;

/* Replaces $1, $2, ... by the outputs so far. */
static void substitute(char *text, size_t size, const char *inputs, const step *steps) {
    size_t n = 0;
    for (const char *p = inputs; *p; p++)
        if (*p == '$')
            n += (size_t)snprintf(text + n, size - n, "%s", steps[*++p - '1'].output);
        else if (n + 1 < size)
            text[n++] = *p;
    text[n] = 0;
}

static void check_chain(const step *steps, int n) {
    for (int i = 0; i < n; i++) {
        char inputs[512];
        substitute(inputs, sizeof inputs, steps[i].inputs, steps);
        const data_case d = {steps[i].op, 17, inputs, steps[i].attributes, steps[i].output, NULL};
        data_case_check(&d);
    }
}

static void chains(void **state) {
    (void)state;
    /* x.view(x.size(0), 12, -1) as exporters write it, with an unknown sequence */
    static const step view[] = {
        {"Shape", "fp32[2,?,36]", "", "int64[3]{2 ? 36}"},
        {"Gather", "$1 int64[]{0}", "", "int64[]{2}"},
        {"Unsqueeze", "$2 int64[1]{0}", "", "int64[1]{2}"},
        {"Gather", "$1 int64[]{-2}", "", "int64[]{?}"},
        {"Unsqueeze", "$4 int64[1]{0}", "", "int64[1]{?}"},
        {"Concat", "$3 $5 int64[1]{12} int64[1]{-1}", "axis=0", "int64[4]{2 ? 12 -1}"},
        {"Reshape", "fp32[2,?,36] $6", "", "fp32[2,?,12,?]"},
    };
    /* x.expand(-1, 5): -1 becomes 1 by Where and Equal */
    static const step expand[] = {
        {"Expand", "int64[1]{1} int64[1]{2}", "", "int64[2]{=1}"},
        {"Equal", "int64[2]{-1 5} int64[2]{=-1}", "", "bool[2]{1 0}"},
        {"Where", "$2 $1 int64[2]{-1 5}", "", "int64[2]{1 5}"},
        {"Expand", "fp32[3,1] $3", "", "fp32[3,5]"},
    };
    /* F.pad's list of pads is turned around before Pad gets it */
    static const step pad[] = {
        {"Reshape", "int64[4]{1 2 3 4} int64[2]{-1 2}", "", "int64[2,2]{1 2 3 4}"},
        {"Slice", "$1 int64[1]{-1} int64[1]{-9223372036854775807} int64[1]{0} int64[1]{-1}", "",
         "int64[2,2]{3 4 1 2}"},
        {"Transpose", "$2", "perm=1,0", "int64[2,2]{3 1 4 2}"},
        {"Reshape", "$3 int64[1]{-1}", "", "int64[4]{3 1 4 2}"},
        {"Pad", "fp32[5,5] $4", "", "fp32[12,8]"},
    };
    /* sizes of an upsampling by 1.5, computed in floats: floor(7 x 1.5) = 10 */
    static const step sizes[] = {
        {"Shape", "fp32[1,3,7,8]", "", "int64[4]{1 3 7 8}"},
        {"Slice", "$1 int64[1]{2} int64[1]{4}", "", "int64[2]{7 8}"},
        {"Cast", "$2", "to=1", "fp32[2]{7 8}"},
        {"Mul", "$3 fp32[]{1.5}", "", "fp32[2]{10.5 12}"},
        {"Floor", "$4", "", "fp32[2]{10 12}"},
        {"Cast", "$5", "to=7", "int64[2]{10 12}"},
        {"Concat", "int64[2]{1 3} $6", "axis=0", "int64[4]{1 3 10 12}"},
        {"Resize", "fp32[1,3,7,8] - - $7", "", "fp32[1,3,10,12]"},
    };
    check_chain(view, sizeof view / sizeof *view);
    check_chain(expand, sizeof expand / sizeof *expand);
    check_chain(pad, sizeof pad / sizeof *pad);
    check_chain(sizes, sizeof sizes / sizeof *sizes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gathers),  cmocka_unit_test(scatters),
        cmocka_unit_test(searches), cmocka_unit_test(resizing),
        cmocka_unit_test(chains),   cmocka_unit_test(old_upsample_scales),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
