/* Strings and images, which are opaque, and what remains of known values. */
#include "data_case.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define CHECK_ALL(cases) data_case_check_all(cases, sizeof cases / sizeof *cases)

/* --- strings and images --- */

static void strings(void **state) {
    (void)state;
    static const data_case cases[] = {
        {"StringConcat", 20, "string[2,1] string[3]", "", "string[2,3]", NULL},
        {"StringConcat", 20, "string[2] string[3]", "", "invalid", NULL},
        {"RegexFullMatch", 20, "string[2,?]", "", "bool[2,?]", NULL},
        {"StringNormalizer", 10, "string[4]", "", "string[4]", NULL},
        {"StringNormalizer", 10, "string[1,4]", "stopwords$1", "string[1,?]", NULL},
        {"StringNormalizer", 10, "string[1]", "stopwords$1", "string[1]", NULL},
        {"StringNormalizer", 10, "string[]", "", "invalid", NULL},
        {"StringSplit", 20, "string[2,3]", "", "string[2,3,?] int64[2,3]", NULL},
        {"StringSplit", 20, "string[0]", "", "string[0,0] int64[0]", NULL},
        {"TfIdfVectorizer", 9, "int32[12]", "ngram_indexes=0,4,2", "fp32[5]", NULL},
        {"TfIdfVectorizer", 9, "int32[2,6]", "ngram_indexes=0,4,2", "fp32[2,5]", NULL},
        {"TfIdfVectorizer", 9, "int32[2,6]", "ngram_indexes#99999", "fp32[2,?]", NULL},
        {"TfIdfVectorizer", 9, "int32[2,6,1]", "ngram_indexes=0,4,2", "invalid", NULL},
    };
    CHECK_ALL(cases);
    op_case *c = op_case_new("", "StringConcat", 20);
    data_case_add_inputs(c, "string[2] string[2]");
    op_run(c, 1);
    assert_true(c->work.is_unknown && c->work.note);
    op_case_free(c);
}

enum { WORDS = 3 };

typedef struct word_case {
    const char *words[WORDS]; /* NULL past the last */
    const char *attributes;
    count result; /* the last dimension */
} word_case;

/* A case on known strings; run it afterwards. */
static op_case *case_of_words(const char *op, const word_case *w) {
    op_case *c = op_case_new("", op, 20);
    content *x = arena_alloc(c->arena, sizeof *x);
    while (x->n < WORDS && w->words[x->n])
        x->n++;
    x->item = arena_array(c->arena, WORDS, sizeof *x->item);
    x->is_known = arena_alloc(c->arena, WORDS);
    x->strings = w->words;
    op_input(c, DT_STRING, 1, &x->n)->content = x;
    data_case_add_attributes(c, w->attributes);
    return c;
}

static void known_strings_are_split(void **state) {
    (void)state;
    static const word_case cases[] = {
        {{"a:b", "c", "d:e:f"}, "delimiter=:", 3},
        {{"a:b", "c", "d:e:f"}, "delimiter=: maxsplit=1", 2},
        {{"a:b"}, "delimiter=: maxsplit=0", 1},
        {{"::a::", "\xc3\xa4"}, "delimiter=::", 3}, /* "", a, "" */
        {{":::"}, "delimiter=::", 2},
        {{"a b", "  c\td  e "}, "", 3},
        {{" a b c "}, "maxsplit=1", 2},
        {{" ", ""}, "", 0},
        {{"", "a"}, "delimiter=:", 1},
        {{"", ""}, "delimiter=:", UNKNOWN}, /* one piece or none? */
        {{"a\xc2\xa0z"}, "", UNKNOWN},      /* a blank or not? */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        op_case *c = case_of_words("StringSplit", &cases[i]);
        op_run(c, 2);
        assert_int_equal(op_out(c, 0)->dims[1], cases[i].result);
        op_case_free(c);
    }
}

static void known_strings_are_dropped(void **state) {
    (void)state;
    static const char *const stop[] = {"monday", "Friday"};
    static const word_case cases[] = {
        {{"monday", "tuesday", "friday"}, "is_case_sensitive=1", 2},
        {{"monday", "tuesday", "friday"}, "", 1},
        {{"Monday", "monday", "FRIDAY"}, "", 1}, /* one at least */
        {{"a", "b", "\xc3\xa4"}, "", UNKNOWN},
        {{"a", "monday", "\xc3\xa4"}, "is_case_sensitive=1", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        op_case *c = case_of_words("StringNormalizer", &cases[i]);
        c->attrs[c->node.n_attrs++] =
            (attribute){.name = "stopwords", .kind = ATTR_STRINGS, .n = 2, .strings = stop};
        op_run(c, 1);
        assert_int_equal(op_out(c, 0)->dims[0], cases[i].result);
        op_case_free(c);
    }
}

/* Headers of images of height 5 and width 300 = 0x12c. */
static void images(void **state) {
    (void)state;
#define IMAGE(n, bytes, outputs)                                                                   \
    { "ImageDecoder", 20, "uint8[" #n "]{" bytes "}", "", outputs, NULL }
#define FOUND     "uint8[5,300,3]"
#define NOT_FOUND "uint8[?,?,3]"
    static const data_case cases[] = {
        IMAGE(24, "137 80 78 71 13 10 26 10 0 0 0 13 73 72 68 82 0 0 1 44 0 0 0 5", FOUND),
        IMAGE(23, "137 80 78 71 13 10 26 10 0 0 0 13 73 72 68 82 0 0 1 44 0 0 0", NOT_FOUND),
        IMAGE(26, "66 77 0 0 0 0 0 0 0 0 54 0 0 0 40 0 0 0 44 1 0 0 5 0 0 0", FOUND),
        IMAGE(26, "66 77 0 0 0 0 0 0 0 0 54 0 0 0 40 0 0 0 44 1 0 0 251 255 255 255", FOUND),
        IMAGE(22, "66 77 0 0 0 0 0 0 0 0 26 0 0 0 12 0 0 0 44 1 5 0", FOUND),
        /* a segment of 4 bytes and padding come before the frame */
        IMAGE(18, "255 216 255 224 0 4 7 7 255 255 194 0 11 8 0 5 1 44", FOUND),
        IMAGE(12, "255 216 255 224 0 1 7 7 255 192 0 11", NOT_FOUND),
        IMAGE(44,
              "0 0 0 12 106 80 32 32 13 10 135 10 0 0 0 8 102 116 121 112 0 0 0 30 106 112 50 104 "
              "0 0 0 22 105 104 100 114 0 0 0 5 0 0 1 44",
              FOUND),
        IMAGE(24, "255 79 255 81 0 41 0 0 0 0 1 46 0 0 0 5 0 0 0 2 0 0 0 0", FOUND),
        IMAGE(34, "73 73 42 0 8 0 0 0 2 0 0 1 3 0 1 0 0 0 44 1 0 0 1 1 4 0 1 0 0 0 5 0 0 0", FOUND),
        IMAGE(34, "77 77 0 42 0 0 0 8 0 2 1 0 0 3 0 0 0 1 1 44 0 0 1 1 0 4 0 0 0 1 0 0 0 5", FOUND),
        IMAGE(30, "82 73 70 70 0 0 0 0 87 69 66 80 86 80 56 32 0 0 0 0 0 0 0 157 1 42 44 65 5 64",
              FOUND),
        /* 299 + (4 << 14) */
        IMAGE(25, "82 73 70 70 0 0 0 0 87 69 66 80 86 80 56 76 0 0 0 0 47 43 1 1 0", FOUND),
        IMAGE(30, "82 73 70 70 0 0 0 0 87 69 66 80 86 80 56 88 0 0 0 0 0 0 0 0 43 1 0 4 0 0",
              FOUND),
        /* "P6 #a\n300\n5\n" */
        IMAGE(12, "80 54 32 35 97 10 51 48 48 10 53 10", FOUND),
        IMAGE(4, "1 2 3 4", NOT_FOUND),
        {"ImageDecoder", 20, "uint8[*]", "pixel_format=Grayscale", "uint8[?,?,1]", NULL},
    };
    CHECK_ALL(cases);
}

/* --- what remains of known values --- */

static void remaining(void **state) {
    (void)state;
#define BOXES "fp32[1,3,4]{0 0 1 1 0 0 1 1.25 5 5 6 6} fp32[1,1,3]{0.9 0.8 0.7}"
    static const data_case cases[] = {
        /* the second box covers 0.8 of what it and the first one cover; work 3.(1 + 2) + 14.3.3 */
        {"NonMaxSuppression", 11, BOXES " int64[]{3} fp32[]{0.5}", "", "int64[2,3]",
         "vector 135 read 12 3 1 1 write 6 estimated"},
        {"NonMaxSuppression", 11, BOXES " int64[]{3} fp32[]{0.85}", "", "int64[3,3]", NULL},
        {"NonMaxSuppression", 11, BOXES " int64[]{1} fp32[]{0.5}", "", "int64[1,3]", NULL},
        {"NonMaxSuppression", 11, BOXES " int64[]{3} fp32[]{0.5} fp32[]{0.75}", "", "int64[1,3]",
         NULL},
        {"NonMaxSuppression", 11, BOXES " int64[]{3}", "", "int64[2,3]", NULL},
        {"NonMaxSuppression", 11, BOXES, "", "int64[0,3]", NULL},
        {"NonMaxSuppression", 11, BOXES " int64[]{3} fp32[]", "", "int64[?,3]", NULL},
        /* corners in the other order; centers: the first two meet in 0.5 of 1.5 */
        {"NonMaxSuppression", 11,
         "fp32[1,2,4]{0 0 1 1 1 1 0 0} fp32[1,2,2]{0.9 0.8 0.7 0.6} int64[]{3} fp32[]{0.5}", "",
         "int64[2,3]", NULL},
        {"NonMaxSuppression", 11,
         "fp32[1,2,4]{0 0 1 1 0 0.5 1 1} fp32[1,1,2]{0.9 0.8} int64[]{3} fp32[]{0.34}",
         "center_point_box=1", "int64[2,3]", NULL},
        {"NonMaxSuppression", 11,
         "fp32[1,2,4]{0 0 1 1 0 0.5 1 1} fp32[1,1,2]{0.9 0.8} int64[]{3} fp32[]{0.33}",
         "center_point_box=1", "int64[1,3]", NULL},
        {"Unique", 11, "int64[4]{3 1 3 2}", "", "int64[3] int64[3] int64[4] int64[3]",
         "vector 8 read 4 write 3 3 4 3"},
        {"Unique", 11, "fp32[2,2]{0 -0 1.5 1.5}", "", "fp32[2]", NULL},
        {"Unique", 11, "int64[3,2]{1 2 1 2 1 3}", "axis=0", "int64[2,2] int64[2] int64[3] int64[2]",
         NULL},
        {"Unique", 11, "int64[3,2]{1 2 1 2 1 3}", "axis=-1", "int64[3,2]", NULL},
        {"Unique", 11, "int64[3,2]{1 1 2 2 3 3}", "axis=1", "int64[3,1]", NULL},
        {"Unique", 11, "int64[4]{3 1 ? 2}", "", "int64[?]", NULL},
        {"Unique", 11, "int64[4]{=7}", "", "int64[1]", NULL},
        {"Unique", 11, "fp32[2]{nan nan}", "", "fp32[?]", NULL},
        {"Unique", 11, "int64[0]", "", "int64[0]", NULL},
    };
    CHECK_ALL(cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings),
        cmocka_unit_test(known_strings_are_split),
        cmocka_unit_test(known_strings_are_dropped),
        cmocka_unit_test(images),
        cmocka_unit_test(remaining),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
