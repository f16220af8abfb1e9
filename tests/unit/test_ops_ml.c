/* ai.onnx.ml: features and models. */
#include "data_case.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define CHECK_DOMAIN(domain, cases)                                                                \
    data_case_check_domain(domain, cases, sizeof cases / sizeof *cases)

/* --- ai.onnx.ml: mostly 3 rows of 4 features --- */

static void features(void **state) {
    (void)state;
    static const data_case cases[] = {
        {"Scaler", 1, "int64[3,4]", "scale*4 offset*4", "fp32[3,4]", "vector 24 read 12 write 12"},
        {"Normalizer", 1, "fp32[3,4]", "norm=L2", "fp32[3,4]",
         "vector 36 special 3 read 12 write 12"},
        {"Normalizer", 1, "fp32[4]", "norm=L2", "fp32[4]", "vector 12 special 1 read 4 write 4"},
        {"Normalizer", 1, "fp32[3,4]", "", "fp32[3,4]", "vector 36 read 12 write 12"},
        {"Binarizer", 1, "fp64[3,4]", "", "fp64[3,4]", "vector 12 read 12 write 12"},
        {"Imputer", 1, "int64[3,4]", "imputed_value_int64s#4", "int64[3,4]",
         "vector 12 read 12 write 12"},
        {"LabelEncoder", 1, "string[3]", "classes_strings$2", "int64[3]", NULL},
        {"LabelEncoder", 2, "int64[3]", "keys_int64s#2 values_floats*2", "fp32[3]",
         "read 3 write 3"},
        {"LabelEncoder", 4, "string[3]", "keys_strings$2 values_int64s#2", "int64[3]", NULL},
        {"LabelEncoder", 2, "int64[3]", "keys_int64s#2 values_strings$2", "string[3]", NULL},
        {"CategoryMapper", 1, "int64[3]", "", "string[3]", NULL},
        {"CategoryMapper", 1, "string[3]", "", "int64[3]", NULL},
        {"OneHotEncoder", 1, "fp32[3,4]", "cats_int64s#5", "fp32[3,4,5]", "read 12 write 60"},
        {"OneHotEncoder", 1, "string[3]", "cats_strings$7", "fp32[3,7]", NULL},
        {"ArrayFeatureExtractor", 1, "fp32[3,4] int64[1,2]", "", "fp32[3,2]", "read 6 2 write 6"},
        {"ArrayFeatureExtractor", 1, "fp32[2,3,4] int64[2,2]", "", "fp32[2,3,4]", NULL},
        {"ArrayFeatureExtractor", 1, "fp32[4] int64[]", "", "fp32[1,1]", NULL},
        {"ArrayFeatureExtractor", 1, "fp32[*] int64[2]", "", "fp32[*]", NULL},
        /* cut or padded to the attribute */
        {"FeatureVectorizer", 1, "fp32[3,4] fp32[3,2]", "inputdimensions=4,3", "fp32[3,7]", NULL},
        {"FeatureVectorizer", 1, "fp32[3,4] fp32[3,2]", "", "fp32[3,6]", NULL},
        {"FeatureVectorizer", 1, "int64[4]", "inputdimensions#1", "fp32[1,?]", NULL},
        {"CastMap", 1, "int64[*]", "map_form=SPARSE max_map=7 cast_to=TO_INT64", "int64[1,7]",
         NULL},
        {"CastMap", 1, "int64[*]", "", "fp32[1,?]", NULL},
    };
    CHECK_DOMAIN("ai.onnx.ml", cases);
}

static void models(void **state) {
    (void)state;
    static const data_case cases[] = {
        /* 3 rows by 4 x 3 coefficients; 9 scores: intercepts, softmax 4 and 1 */
        {"LinearClassifier", 1, "fp32[3,4]",
         "coefficients*12 intercepts*3 classlabels_ints#3 post_transform=SOFTMAX",
         "int64[3] fp32[3,3]", "macs 36 vector 45 special 9 read 12 write 3 9"},
        /* one set of coefficients for two classes */
        {"LinearClassifier", 1, "fp32[4]", "coefficients*4 intercepts*1 classlabels_strings$2",
         "string[1] fp32[1,2]", "macs 4 vector 1 read 4 write 1 2"},
        {"LinearRegressor", 1, "fp32[3,4]", "coefficients*8 targets=2", "fp32[3,2]",
         "macs 24 read 12 write 6"},
        {"LinearRegressor", 1, "fp32[3,4]", "coefficients*4 post_transform=GUESS", "fp32[3,1]",
         "macs 12 vector ? read 12 write 3"},
        /* 6 support vectors: macs 3.(24 + 12), kernels 18 of 1 and 1, rho 9 */
        {"SVMClassifier", 1, "fp32[3,4]",
         "support_vectors*24 coefficients*12 rho*3 vectors_per_class#3 classlabels_ints#3 "
         "kernel_type=RBF",
         "int64[3] fp32[3,3]", "macs 108 vector 27 special 18 read 12 write 3 9"},
        /* pairs of classes, unless there are probabilities: 2 vectors of polynomials, 6 sigmoids */
        {"SVMClassifier", 1, "fp32[3,4]",
         "support_vectors*8 vectors_per_class#4 classlabels_ints#4 kernel_type=POLY",
         "int64[3] fp32[3,6]", "macs 24 vector 12 special 6 read 12 write 3 18"},
        {"SVMClassifier", 1, "fp32[3,4]",
         "support_vectors*8 vectors_per_class#4 classlabels_ints#4 prob_a*6 prob_b*6",
         "int64[3] fp32[3,4]", "macs 24 vector 90 special 18 read 12 write 3 12"},
        {"SVMClassifier", 1, "fp32[3,4]", "vectors_per_class#1 classlabels_ints#1",
         "int64[3] fp32[3,2]", NULL},
        {"SVMClassifier", 1, "fp32[3,4]", "coefficients*16 classlabels_ints#4",
         "int64[3] fp32[3,4]", "macs 48 read 12 write 3 12"},
        {"SVMRegressor", 1, "fp32[3,4]",
         "support_vectors*8 coefficients*2 rho*1 kernel_type=SIGMOID", "fp32[3,1]",
         "macs 30 vector 15 special 6 read 12 write 3"},
        /* 10 trees of 15 inner nodes have 16 leaves each: 4 comparisons, 3 rows */
        {"TreeEnsemble", 5, "fp16[3,4]", "tree_roots#10 nodes_featureids#150 n_targets=2",
         "fp16[3,2]", "vector 120 read 12 write 6 estimated"},
        {"TreeEnsemble", 5, "fp32[3,4]",
         "tree_roots#10 nodes_featureids#150 n_targets=2 post_transform=2", "fp32[3,2]",
         "vector 138 special 6 read 12 write 6 estimated"},
        /* trees of 3 and 5 nodes: 5 leaves, 3 for each, 2 comparisons */
        {"TreeEnsembleRegressor", 1, "fp64[3,4]", "nodes_treeids=0,0,0,1,1,1,1,1 n_targets=2",
         "fp32[3,2]", "vector 12 read 12 write 6 estimated"},
        {"TreeEnsembleClassifier", 3, "fp32[3,4]", "nodes_treeids=0,0,0 classlabels_int64s#2",
         "int64[3] fp32[3,2]", "vector 3 read 12 write 3 6 estimated"},
        {"TreeEnsembleClassifier", 3, "fp32[3,4]", "nodes_treeids=0,0,0", "int64[3] fp32[3,?]",
         NULL},
    };
    CHECK_DOMAIN("ai.onnx.ml", cases);
}

/* 150 features, 10 roots of 8 bytes, 4 tensor elements of 8, 5 modes of 1; names are no model. */
static void attributes_are_weights(void **state) {
    (void)state;
    const stored splits = {.type = DT_DOUBLE, .rank = 1, .dims = (const count[]){4}};
    op_case *c = op_case_new("ai.onnx.ml", "TreeEnsemble", 5);
    data_case_add_inputs(c, "int64[3,4]");
    data_case_add_attributes(
        c, "tree_roots#10 nodes_featureids#150 nodes_modes$5 names$2 n_targets=2");
    c->attrs[c->node.n_attrs++] =
        (attribute){.name = "nodes_splits", .kind = ATTR_TENSOR, .n = 1, .tensor = &splits};
    op_run(c, 1);
    assert_int_equal(c->work.attribute_elements, 150 + 10 + 4 + 5);
    assert_int_equal(c->work.attribute_bytes, 8 * 160 + 8 * 4 + 5);
    /* 3 rows visit 5 nodes of each of 10 trees: 150 of 2.160 - 10. 1317 x 150 / 310, rounded up */
    assert_int_equal(c->work.attribute_read, 638);
    assert_int_equal(c->work.precision, DT_FLOAT);
    op_case_free(c);
}

static void maps(void **state) {
    (void)state;
    op_case *c = op_case_new("ai.onnx.ml", "ZipMap", 1);
    data_case_add_inputs(c, "fp32[3,2]");
    op_run(c, 1);
    assert_int_equal(op_out(c, 0)->kind, TYPE_SEQUENCE);
    assert_int_equal(op_out(c, 0)->inner->kind, TYPE_MAP);
    assert_true(c->work.is_unknown);
    op_case_free(c);
    c = op_case_new("ai.onnx.ml", "DictVectorizer", 1);
    static const type values = {.kind = TYPE_TENSOR, .elem = DT_DOUBLE};
    op_input(c, DT_UNKNOWN, -1, NULL);
    c->values[0].declared = (type){.kind = TYPE_MAP, .rank = -1, .inner = &values};
    data_case_add_attributes(c, "string_vocabulary$6");
    op_run(c, 1);
    assert_true(dims_are(op_out(c, 0), 2, (count[]){1, 6}));
    assert_int_equal(op_out(c, 0)->elem, DT_DOUBLE);
    op_case_free(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(features),
        cmocka_unit_test(models),
        cmocka_unit_test(attributes_are_weights),
        cmocka_unit_test(maps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
