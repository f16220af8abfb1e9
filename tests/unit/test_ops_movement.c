/* Views and movement: shapes, contents, and what is really read. Figures are derived by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "data_case.h"

#define CHECK(table) data_case_check_all(table, sizeof(table) / sizeof *(table))

static void reshape(void **state) {
    (void)state;
    static const data_case table[] = {
        {"Reshape", 13, "fp32[2,3,4] int64[2]{0 -1}", "", "fp32[2,12]", "read 24 2 write 24"},
        {"Reshape", 1, "fp32[2,3,4]", "shape=4,6", "fp32[4,6]", NULL},
        /* the unknown dimension is copied and cancels: 64.7.7 = 3136 */
        {"Reshape", 13, "fp32[?,64,7,7] int64[2]{0 -1}", "", "fp32[?,3136]", NULL},
        {"Reshape", 13, "fp32[?,64,7,7] int64[2]{-1 3136}", "", "fp32[?,3136]", NULL},
        /* one unknown target is what the others leave over: 24 / 6; two are not known */
        {"Reshape", 13, "fp32[2,3,4] int64[2]{? 6}", "", "fp32[4,6]", NULL},
        {"Reshape", 13, "fp32[2,3,4] int64[3]{? 6 ?}", "", "fp32[?,6,?]", NULL},
        {"Reshape", 13, "fp32[2,3,4] int64[3]{? 6 -1}", "", "fp32[?,6,?]", NULL},
        {"Reshape", 13, "fp32[2,3,4] int64[3]", "", "fp32[?,?,?]", NULL},
        {"Reshape", 13, "fp32[2,3,4] int64[?]", "", "fp32[*]", NULL},
        {"Reshape", 13, "fp32[*] int64[3]{2 0 -1}", "", "fp32[2,?,?]", NULL},
        /* with allowzero a 0 is a 0; without elements an unknown target could be anything */
        {"Reshape", 14, "fp32[0,3] int64[2]{3 0}", "allowzero=1", "fp32[3,0]", NULL},
        {"Reshape", 14, "fp32[0,3] int64[2]{0 ?}", "", "fp32[0,?]", NULL},
        {"Reshape", 13, "fp32[2,3] int64[0]", "", "invalid", NULL},
        {"Reshape", 13, "fp32[1,1] int64[0]", "", "fp32[]", NULL},
        {"Reshape", 13, "int64[2]{7 ?} int64[2]{1 2}", "", "int64[1,2]{7 ?}", NULL},
        {"Reshape", 13, "fp32[2,3] int64[1]{7}", "", "invalid",
         "6 elements cannot be reshaped to 7"},
        {"Reshape", 13, "fp32[2,3] int64[2]{4 -1}", "", "invalid",
         "6 elements do not divide into rows of 4"},
        {"Reshape", 13, "fp32[2,3] int64[2]{-1 -1}", "", "invalid",
         "more than one dimension is -1"},
        {"Reshape", 13, "fp32[2,3] int64[2]{-2 3}", "", "invalid", "dimension 0 would be -2"},
        {"Reshape", 13, "fp32[6] int64[2]{6 0}", "", "invalid", "dimension 1 is to be copied"},
        {"Reshape", 14, "fp32[0] int64[2]{0 -1}", "allowzero=1", "invalid",
         "beside a dimension of 0"},
        {"Reshape", 13, "fp32[6] int64[65]{=1}", "", "invalid", "65 dimensions"},
        {"Reshape", 13, "fp32[4611686018427387904,4] int64[1]{-1}", "", "fp32[?]", NULL},
    };
    CHECK(table);
}

static void views(void **state) {
    (void)state;
    static const data_case table[] = {
        {"Flatten", 13, "fp32[2,3,4]", "", "fp32[2,12]", "read 24 write 24"},
        {"Flatten", 13, "fp32[2,?,4]", "axis=-1", "fp32[?,4]", NULL},
        {"Flatten", 13, "fp32[2,3]", "axis=0", "fp32[1,6]", NULL},
        {"Flatten", 13, "fp32[2,3]", "axis=2", "fp32[6,1]", NULL},
        {"Flatten", 13, "fp32[2,3]", "axis=3", "invalid", NULL},
        {"Flatten", 13, "fp32[*]", "", "fp32[?,?]", NULL},
        {"Squeeze", 13, "fp32[1,3,1] int64[1]{-1}", "", "fp32[1,3]", NULL},
        {"Squeeze", 11, "fp32[1,3,1]", "axes=0,2", "fp32[3]", NULL},
        {"Squeeze", 13, "fp32[1,3,1]", "", "fp32[3]", NULL},
        {"Squeeze", 13, "fp32[1,?,1]", "", "fp32[*]", NULL},
        {"Squeeze", 13, "fp32[1,?,1] int64[1]{1}", "", "fp32[1,1]", NULL},
        {"Squeeze", 13, "fp32[1,3,1] int64[1]", "", "fp32[?,?]", NULL},
        {"Squeeze", 13, "int64[1]{?} int64[1]{0}", "", "int64[]{?}", NULL},
        {"Squeeze", 13, "fp32[1,3] int64[1]{1}", "", "invalid", "axis 1 has 3 elements"},
        {"Squeeze", 13, "fp32[1,3] int64[1]{2}", "", "invalid", NULL},
        {"Unsqueeze", 13, "fp32[3] int64[2]{0 -1}", "", "fp32[1,3,1]", NULL},
        {"Unsqueeze", 11, "fp32[3,4]", "axes=1,", "fp32[3,1,4]", NULL},
        {"Unsqueeze", 13, "fp32[3,4] int64[1]", "", "fp32[?,?,?]", NULL},
        {"Unsqueeze", 13, "int64[]{5} int64[1]{0}", "", "int64[1]{5}", NULL},
        {"Unsqueeze", 13, "fp32[3] int64[2]{1 1}", "", "invalid", "axis 1 is named twice"},
        {"Unsqueeze", 13, "fp32[3] int64[1]{2}", "", "invalid", NULL},
        {"Identity", 13, "int64[2]{3 ?}", "", "int64[2]{3 ?}", NULL},
        /* in inference the mask is all true; until version 9 it had the data's type */
        {"Dropout", 12, "fp32[2,3]", "", "fp32[2,3] bool[2,3]{=1}", "read 6 write 6 6"},
        {"Dropout", 7, "fp32[2,3]", "", "fp32[2,3] fp32[2,3]", NULL},
        {"Dropout", 12, "fp32[2,3] - w:bool[]{1}", "", "fp32[2,3] bool[2,3]",
         "vector 12 read 6 0 1 write 6 6"},
    };
    CHECK(table);
}

static void slices(void **state) {
    (void)state;
    static const data_case table[] = {
        {"Slice", 13, "fp32[4,5] int64[1]{1} int64[1]{3}", "", "fp32[2,5]", "read 10 1 1 write 10"},
        {"Slice", 1, "fp32[4,5]", "starts=1,1 ends=3,1000 axes=0,1", "fp32[2,4]", "read 8 write 8"},
        /* backwards over everything: 4, 3, 2, 1, 0 */
        {"Slice", 13,
         "int64[5]{0 1 2 3 4} int64[1]{-1} int64[1]{-9223372036854775808} int64[1]{0} int64[1]{-1}",
         "", "int64[5]{4 3 2 1 0}", NULL},
        {"Slice", 13,
         "int64[5]{0 1 2 3 4} int64[1]{9223372036854775807} int64[1]{-6} int64[1]{0} int64[1]{-2}",
         "", "int64[3]{4 2 0}", NULL},
        /* a start before the first element is clamped to it, also when stepping back */
        {"Slice", 13,
         "int64[3]{7 8 9} int64[1]{-9223372036854775808} int64[1]{-9223372036854775808} "
         "int64[1]{0} int64[1]{-1}",
         "", "int64[1]{7}", NULL},
        {"Slice", 13,
         "int64[3]{7 8 9} int64[1]{0} int64[1]{9223372036854775807} int64[1]{0} "
         "int64[1]{9223372036854775807}",
         "", "int64[1]{7}", NULL},
        {"Slice", 13,
         "int64[3]{7 8 9} int64[1]{2} int64[1]{-9223372036854775808} int64[1]{0} "
         "int64[1]{-9223372036854775808}",
         "", "int64[1]{9}", NULL},
        {"Slice", 13, "int64[4]{1 ? 3 4} int64[1]{1} int64[1]{3}", "", "int64[2]{? 3}", NULL},
        {"Slice", 13, "fp32[4,5] int64[1]{3} int64[1]{1}", "", "fp32[0,5]", "read 0 1 1 write 0"},
        {"Slice", 13, "fp32[4,5] int64[1]{?} int64[1]{3} int64[1]{1}", "", "fp32[4,?]", NULL},
        {"Slice", 13, "fp32[4,5] int64[1]{0} int64[1]{3} int64[1]{?}", "", "fp32[?,?]", NULL},
        {"Slice", 13, "fp32[?,5] int64[1]{0} int64[1]{3}", "", "fp32[?,5]", NULL},
        {"Slice", 13, "fp32[*] int64[1]{0} int64[1]{3}", "", "fp32[*]", NULL},
        {"Slice", 13, "fp32[4,4] int64[2]{1 1} int64[2]{3 4} int64[2]{1 0} int64[2]{1 2}", "",
         "fp32[2,2]", NULL},
        {"Slice", 13, "fp32[1099511627776]{=2} int64[1]{1} int64[1]{-1}", "",
         "fp32[1099511627774]{=2}", NULL},
        {"Slice", 13, "fp32[4] int64[1]{0} int64[1]{3} int64[1]{0} int64[1]{0}", "", "invalid",
         NULL},
        {"Slice", 13, "fp32[4] int64[1]{0} int64[2]{3 3}", "", "invalid", NULL},
        {"Slice", 13, "fp32[4] int64[1]{0} int64[1]{3} int64[1]{1}", "", "invalid", NULL},
        {"Slice", 13, "fp32[4,4] int64[2]{0 0} int64[2]{3 3} int64[2]{1 -1}", "", "invalid", NULL},
    };
    CHECK(table);
}

static void splits(void **state) {
    (void)state;
    static const data_case table[] = {
        {"Split", 13, "fp32[6,2] int64[2]{2 4}", "", "fp32[2,2] fp32[4,2]", "read 12 2 write 4 8"},
        {"Split", 2, "fp32[2,6]", "axis=1 split=1,5", "fp32[2,1] fp32[2,5]", NULL},
        {"Split", 11, "int64[4]{1 2 ? 4}", "", "int64[2]{1 2} int64[2]{? 4}", NULL},
        /* ceil(7 / 3) = 3, and the last is what remains; before version 18 there is no last */
        {"Split", 18, "fp32[7]", "num_outputs=3", "fp32[3] fp32[3] fp32[1]", NULL},
        {"Split", 13, "fp32[7]", "", "invalid invalid", "7 elements cannot be split into 2"},
        {"Split", 18, "fp32[?]", "num_outputs=2", "fp32[?] fp32[?]", NULL},
        {"Split", 13, "fp32[6] int64[2]{? 4}", "", "fp32[?] fp32[4]", NULL},
        {"Split", 13, "fp32[6] int64[2]{2 5}", "", "invalid invalid", "7 elements of 6"},
        {"Split", 13, "fp32[6] int64[2]{-1 7}", "", "invalid invalid", "part 0 would have -1"},
        {"Split", 13, "fp32[6] int64[3]{2 2 2}", "", "invalid invalid", "3 sizes for 2 outputs"},
        {"Split", 13, "fp32[6]", "axis=1", "invalid invalid", "axis 1"},
        {"Split", 18, "fp32[6]", "num_outputs=1", "invalid invalid", "1 parts for 2 outputs"},
        {"Split", 18, "fp32[9223372036854775807]", "num_outputs=4294967296", "fp32[2147483648]",
         NULL},
        {"Compress", 11, "fp32[4,3] bool[3]{1 0 1}", "axis=0", "fp32[2,3]", "read 6 3 write 6"},
        {"Compress", 11, "fp32[2,3] bool[4]{1 1 ? 1}", "", "fp32[?]", NULL},
        {"Compress", 11, "fp32[2,3] bool[0]", "axis=1", "fp32[2,0]", NULL},
    };
    CHECK(table);
}

static void joins_and_copies(void **state) {
    (void)state;
    static const data_case table[] = {
        {"Transpose", 13, "fp32[2,3,4]", "", "fp32[4,3,2]", "read 24 write 24"},
        {"Transpose", 13, "int64[2,3]{1 2 3 4 ? 6}", "perm=1,0", "int64[3,2]{1 4 2 ? 3 6}", NULL},
        {"Transpose", 13, "fp32[?,3]", "perm=1,0", "fp32[3,?]", NULL},
        {"Transpose", 13, "fp32[2,3]", "perm=0,0", "invalid", NULL},
        {"Transpose", 13, "fp32[2,3]", "perm=0,2", "invalid", NULL},
        {"Transpose", 13, "fp32[2,3]", "perm=0,1,2", "invalid", NULL},
        {"Concat", 13, "fp32[2,3] fp32[2,4]", "axis=-1", "fp32[2,7]", "read 6 8 write 14"},
        /* the others tell what the first does not know */
        {"Concat", 13, "fp32[?,3] fp32[2,?]", "axis=1", "fp32[2,?]", NULL},
        {"Concat", 13, "fp32[*] fp32[2,3]", "axis=1", "fp32[2,?]", NULL},
        {"Concat", 13, "int64[1]{2} int64[1] int64[2]{-1 7} int64[0]", "axis=0",
         "int64[4]{2 ? -1 7}", NULL},
        {"Concat", 13, "int64[2,1]{1 2} int64[2,2]{3 4 5 6}", "axis=1", "int64[2,3]{1 3 4 2 5 6}",
         NULL},
        {"Concat", 13, "int64[1000000]{=0} int64[1000000]{=0}", "axis=0", "int64[2000000]{=0}",
         NULL},
        {"Concat", 13, "int64[0,?] int64[3,?] int64[1,2]{8 9}", "axis=0",
         "int64[4,2]{? ? ? ? ? ? 8 9}", NULL},
        {"Concat", 13, "fp32[4611686018427387904] fp32[4611686018427387904]", "axis=0", "fp32[?]",
         NULL},
        {"Concat", 13, "fp32[2,3] fp32[3,3]", "axis=1", "invalid", "dimension 0 is 2 and 3"},
        {"Concat", 13, "fp32[2,3] fp32[3]", "axis=0", "invalid", NULL},
        {"Concat", 13, "fp32[2,3] fp32[2,3]", "axis=2", "invalid", NULL},
        {"Expand", 13, "fp32[3,1] int64[3]{2 1 6}", "", "fp32[2,3,6]", "read 3 3 write 36"},
        {"Expand", 13, "fp32[3,4] int64[1]{1}", "", "fp32[3,4]", NULL},
        {"Expand", 13, "fp32[3,1] int64[2]{? ?}", "", "fp32[3,?]", NULL},
        {"Expand", 13, "fp32[?] int64[1]{6}", "", "fp32[6]", NULL},
        {"Expand", 13, "fp32[3] int64[2]", "", "fp32[?,3]", NULL},
        {"Expand", 13, "int64[2,1]{1 ?} int64[2]{2 2}", "", "int64[2,2]{1 1 ? ?}", NULL},
        /* one value stays one item, however large */
        {"Expand", 13, "int64[]{5} int64[2]{1048576 1048576}", "", "int64[1048576,1048576]{=5}",
         NULL},
        {"Expand", 13, "fp32[3] int64[1]{4}", "", "invalid", "3 and 4 cannot be broadcast"},
        {"Expand", 13, "fp32[1] int64[1]{-1}", "", "invalid", NULL},
        {"Expand", 13, "fp32[1] int64[65]{=1}", "", "invalid", NULL},
        {"Tile", 13, "fp32[2,3] int64[2]{2 4}", "", "fp32[4,12]", "read 6 2 write 48"},
        {"Tile", 13, "int64[1,2]{1 2} int64[2]{2 2}", "", "int64[2,4]{1 2 1 2 1 2 1 2}", NULL},
        {"Tile", 13, "fp32[2,3] int64[2]{? 0}", "", "fp32[?,0]", NULL},
        {"Tile", 1, "fp32[2,3] int64[1]{4} int64[1]{1}", "", "fp32[2,12]", NULL},
        {"Tile", 13, "fp32[2,3] int64[2]{-1 1}", "", "invalid", "-1 repetitions"},
        {"Tile", 13, "fp32[2,3] int64[3]{1 1 1}", "", "invalid", NULL},
        {"Tile", 13, "fp32[4611686018427387904] int64[1]{8}", "", "fp32[?]", NULL},
    };
    CHECK(table);
}

static void frames(void **state) {
    (void)state;
    static const data_case table[] = {
        {"Pad", 13, "fp32[2,3] int64[4]{0 1 1 2}", "", "fp32[3,6]", "read 6 4 write 18"},
        {"Pad", 2, "fp32[2,3]", "pads=0,1,1,2", "fp32[3,6]", NULL},
        {"Pad", 1, "fp32[2,3]", "paddings=1,1,1,1", "fp32[4,5]", NULL},
        {"Pad", 18, "fp32[2,3,4] int64[2]{1 2} - int64[1]{-1}", "", "fp32[2,3,7]", NULL},
        /* a row is cut off and not read: 1 x 3 of 2 x 3 */
        {"Pad", 13, "fp32[2,3] int64[4]{-1 0 0 2}", "", "fp32[1,5]", "read 3 4 write 5"},
        {"Pad", 13, "fp32[2,3] int64[4]{0 ? 1 2}", "", "fp32[3,?]", NULL},
        {"Pad", 13, "fp32[2,3] int64[4]", "", "fp32[?,?]", NULL},
        {"Pad", 13, "int64[2]{1 2} int64[2]{1 2} int64[]{9}", "", "int64[5]{9 1 2 9 9}", NULL},
        {"Pad", 13, "int64[3]{1 2 3} int64[2]{2 2}", "mode=reflect", "int64[7]{3 2 1 2 3 2 1}",
         NULL},
        {"Pad", 13, "int64[3]{1 2 3} int64[2]{1 2}", "mode=edge", "int64[6]{1 1 2 3 3 3}", NULL},
        {"Pad", 19, "int64[3]{1 2 3} int64[2]{1 2}", "mode=wrap", "int64[6]{3 1 2 3 1 2}", NULL},
        {"Pad", 13, "fp32[2] int64[2]{-2 -1}", "", "invalid", "-2 and -1"},
        {"Pad", 13, "fp32[2,3] int64[2]{1 1}", "", "invalid", NULL},
        {"Pad", 13, "fp32[2] int64[2]{9223372036854775807 9223372036854775807}", "", "fp32[?]",
         NULL},
        {"Pad", 13, "fp32[2] int64[2]{-9223372036854775808 9223372036854775807}", "", "fp32[?]",
         NULL},
        /* 4 of 6 rows are kept; the fifth column and more are new: 4 x 3 of 6 x 3 are read */
        {"CenterCropPad", 18, "fp32[6,3] int64[2]{4 5}", "", "fp32[4,5]", "read 12 2 write 20"},
        {"CenterCropPad", 18, "fp32[6,3] int64[1]{9}", "axes=-1,", "fp32[6,9]", NULL},
        {"CenterCropPad", 18, "fp32[6,3] int64[1]{-9}", "axes=0,", "invalid", NULL},
        /* upper triangle of 3 x 4: 4 + 3 + 2 = 9, twice; below the diagonal 1 + 2 + 3 = 6 */
        {"Trilu", 14, "fp32[2,3,4]", "", "fp32[2,3,4]", "read 18 write 24"},
        {"Trilu", 14, "fp32[3,4]", "upper=0", "fp32[3,4]", "read 6 write 12"},
        /* column - row >= 2: 2 + 1; >= -1: 4 + 4 + 3 */
        {"Trilu", 14, "fp32[3,4] int64[]{2}", "", "fp32[3,4]", "read 3 1 write 12"},
        {"Trilu", 14, "fp32[3,4] int64[]{-1}", "", "fp32[3,4]", "read 11 1 write 12"},
        {"Trilu", 14, "fp32[3,4] int64[]{-9223372036854775808}", "", "fp32[3,4]",
         "read 12 1 write 12"},
        {"Trilu", 14, "fp32[3,4] int64[]{9223372036854775807}", "upper=0", "fp32[3,4]",
         "read 12 1 write 12"},
        {"Trilu", 14, "fp32[3]", "", "invalid", NULL},
        {"DepthToSpace", 13, "fp32[1,12,2,3]", "blocksize=2", "fp32[1,3,4,6]", "read 72 write 72"},
        {"DepthToSpace", 13, "fp32[1,6,2,3]", "blocksize=2", "invalid", NULL},
        {"DepthToSpace", 13, "fp32[1,6,2,3]", "blocksize=0", "invalid", NULL},
        {"SpaceToDepth", 13, "fp32[1,3,4,?]", "blocksize=2", "fp32[1,12,2,?]", NULL},
        {"SpaceToDepth", 13, "fp32[3,4,4]", "blocksize=2", "invalid", NULL},
        {"ReverseSequence", 10, "fp32[4,2] int64[2]", "", "fp32[4,2]", "read 8 2 write 8"},
    };
    CHECK(table);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reshape),          cmocka_unit_test(views),
        cmocka_unit_test(slices),           cmocka_unit_test(splits),
        cmocka_unit_test(joins_and_copies), cmocka_unit_test(frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
