/* ai.onnx.ml: scalers, encoders and maps, and the rows of ml_models.c. */
#include "ops/ml.h"
#include "ops/compute.h"
#include "ops/fold.h"
#include <string.h>

/* --- what all of them share --- */

static count length_of(const attribute *a) {
    if (a->kind == ATTR_TENSOR)
        return a->tensor ? stored_elements(a->tensor) : UNKNOWN;
    return (count)a->n;
}

count ml_length(const site *s, const char *name) {
    const attribute *a = node_attribute(s->node, name);
    return a ? length_of(a) : 0;
}

/* Type of a number in an attribute. Modes are enumerations, written as words before TreeEnsemble
 * made them bytes. DT_UNKNOWN: no part of a model. */
static dtype stored_type(const attribute *a) {
    switch (a->kind) {
    case ATTR_FLOATS:
        return DT_FLOAT;
    case ATTR_INTS:
        return DT_INT64;
    case ATTR_TENSOR:
        return a->tensor && a->tensor->type != DT_STRING ? a->tensor->type : DT_UNKNOWN;
    case ATTR_STRINGS:
        return strcmp(a->name, "nodes_modes") ? DT_UNKNOWN : DT_UINT8;
    default:
        return DT_UNKNOWN;
    }
}

void ml_bill_attributes(const site *s, work *w) {
    for (unsigned i = 0; i < s->node->n_attrs; i++) {
        const attribute *a = &s->node->attrs[i];
        dtype elem = stored_type(a);
        if (elem == DT_UNKNOWN)
            continue;
        w->attribute_elements = cnt_add(w->attribute_elements, length_of(a));
        w->attribute_bytes = cnt_add(w->attribute_bytes, dtype_bytes(elem, length_of(a)));
    }
    w->attribute_read = w->attribute_bytes;
}

void ml_set_precision(const site *s, work *w) {
    const fact *x = site_in(s, 0);
    if (x && dtype_kind(x->elem) == CLASS_INTEGER)
        w->precision = DT_FLOAT;
}

count ml_rows(const site *s) {
    const fact *x = site_in(s, 0);
    return x && (x->rank == 0 || x->rank == 1) ? 1 : fact_dim(x, 0);
}

count ml_features(const site *s) {
    const fact *x = site_in(s, 0);
    return x && x->rank == 0 ? 1 : fact_dim(x, -1);
}

/* --- scaling, by element --- */

static void infer_as_float(site *s) {
    out_shaped_like(s, 0, DT_FLOAT, site_in(s, 0));
}

static void cost_scaler(site *s, work *w) {
    work_each(w, "N", fact_elements(site_out(s, 0)), 2, 0);
    ml_bill_attributes(s, w);
    ml_set_precision(s, w);
}

static void cost_normalizer(site *s, work *w) {
    work_each(w, "N", fact_elements(site_out(s, 0)), 3, 0);
    if (!strcmp(site_string(s, "norm", "MAX"), "L2"))
        work_each(w, "rows", ml_rows(s), 0, 1);
    ml_set_precision(s, w);
}

static void cost_one_comparison(site *s, work *w) {
    work_each(w, "N", fact_elements(site_out(s, 0)), 1, 0);
    ml_bill_attributes(s, w);
}

/* --- encoders --- */

/* Looking up costs no arithmetic; strings are opaque. */
static void cost_look_up(site *s, work *w) {
    const fact *in = site_in(s, 0), *out = site_out(s, 0);
    ml_bill_attributes(s, w);
    if ((in && in->elem == DT_STRING) || (out && out->elem == DT_STRING)) {
        w->is_unknown = true;
        work_note(s, w, "work on strings is not counted");
    }
}

/* Integers become strings and strings integers. */
static void infer_swapped(site *s) {
    const fact *in = site_in(s, 0);
    dtype elem = !in                      ? DT_UNKNOWN
                 : in->elem == DT_STRING  ? DT_INT64
                 : in->elem != DT_UNKNOWN ? DT_STRING
                                          : DT_UNKNOWN;
    out_shaped_like(s, 0, elem, in);
}

static void infer_label_encoder(site *s) {
    static const struct {
        const char *name;
        dtype elem;
    } values[] = {
        {"values_int64s", DT_INT64}, {"values_strings", DT_STRING}, {"values_floats", DT_FLOAT}};
    const attribute *tensor = node_attribute(s->node, "values_tensor");
    dtype elem = DT_UNKNOWN;
    if (site_has(s, "classes_strings")) {
        infer_swapped(s);
        return;
    }
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (site_has(s, values[i].name))
            elem = values[i].elem;
    if (tensor && tensor->kind == ATTR_TENSOR && tensor->tensor)
        elem = tensor->tensor->type;
    out_shaped_like(s, 0, elem, site_in(s, 0));
}

static void infer_one_hot_encoder(site *s) {
    const fact *in = site_in(s, 0);
    count dims[MAX_RANK + 1];
    if (!in || !rank_allowed(s, in->rank + 1))
        return;
    for (int k = 0; k < in->rank; k++)
        dims[k] = in->dims[k];
    if (in->rank >= 0)
        dims[in->rank] = cnt_max(ml_length(s, "cats_int64s"), ml_length(s, "cats_strings"));
    out_tensor(s, 0, DT_FLOAT, in->rank < 0 ? -1 : in->rank + 1, dims);
}

/* --- features --- */

/* Picks columns; a vector is a row. */
static void infer_extractor(site *s) {
    const fact *in = site_in(s, 0);
    count dims[MAX_RANK] = {1};
    if (!in)
        return;
    for (int k = 0; k + 1 < in->rank; k++)
        dims[k] = in->dims[k];
    int rank = in->rank >= 0 && in->rank < 2 ? 2 : in->rank;
    if (rank > 0)
        dims[rank - 1] = fact_elements(site_in(s, 1));
    out_tensor(s, 0, in->elem, rank, dims);
}

static void cost_extractor(site *s, work *w) {
    if (site_in(s, 0))
        work_touch(w, 0, fact_elements(site_out(s, 0)));
}

/* Each input is cut or padded to its number in the attribute. */
static void infer_vectorizer(site *s) {
    size_t n;
    const int64_t *widths = site_ints(s, "inputdimensions", &n);
    count columns = widths || !site_has(s, "inputdimensions") ? 0 : UNKNOWN;
    for (unsigned i = 0; i < site_n_in(s); i++) {
        count width = widths ? (i < n ? widths[i] : UNKNOWN) : fact_dim(site_in(s, i), -1);
        columns = cnt_add(columns, width);
    }
    out_tensor(s, 0, DT_FLOAT, 2, (count[]){ml_rows(s), columns});
}

/* --- maps --- */

/* The values of a map, in the order of a vocabulary. */
static void infer_dict(site *s) {
    const value *in = site_n_in(s) > 0 ? s->node->in[0] : NULL;
    count keys = cnt_max(ml_length(s, "int64_vocabulary"), ml_length(s, "string_vocabulary"));
    bool is_map = in && in->declared.kind == TYPE_MAP && in->declared.inner;
    out_tensor(s, 0, is_map ? in->declared.inner->elem : DT_UNKNOWN, 2, (count[]){1, keys});
}

static void infer_cast_map(site *s) {
    const char *to = site_string(s, "cast_to", "TO_FLOAT");
    bool is_sparse = !strcmp(site_string(s, "map_form", "DENSE"), "SPARSE");
    dtype elem = !strcmp(to, "TO_STRING")  ? DT_STRING
                 : !strcmp(to, "TO_INT64") ? DT_INT64
                                           : DT_FLOAT;
    out_tensor(s, 0, elem, 2, (count[]){1, is_sparse ? site_int(s, "max_map", 1) : UNKNOWN});
}

static void cost_map(site *s, work *w) {
    w->is_unknown = true;
    work_note(s, w, "work on maps is not counted");
}

static void infer_zip_map(site *s) {
    fact *out = site_out(s, 0);
    fact *map = arena_alloc(s->arena, sizeof *map);
    fact *item = arena_alloc(s->arena, sizeof *item);
    if (!out)
        return;
    *item = (fact){.kind = TYPE_TENSOR, .elem = DT_FLOAT};
    *map = (fact){.kind = TYPE_MAP, .rank = -1, .inner = item};
    *out = (fact){.kind = TYPE_SEQUENCE, .rank = -1, .inner = map};
}

#define ML_ROW      .domain = "ai.onnx.ml"
#define ELEMENT     ML_ROW, .since = 1, .kind = OP_MAP, .family = FAMILY_ELEMENTWISE
#define LOOK_UP     ML_ROW, .kind = OP_OPAQUE, .family = FAMILY_MOVEMENT, .cost = cost_look_up
#define MOVE        ML_ROW, .since = 1, .kind = OP_MOVE, .family = FAMILY_MOVEMENT
#define MAPS        ML_ROW, .since = 1, .kind = OP_OPAQUE, .family = FAMILY_MOVEMENT, .cost = cost_map
#define MODEL       ML_ROW, .kind = OP_ANCHOR, .family = FAMILY_OTHER
#define LINEAR      MODEL, .since = 1, .cost = cost_linear, .rule = LINEAR_RULE
#define SVM         MODEL, .since = 1, .cost = cost_svm, .rule = SVM_RULE
#define LINEAR_RULE "macs = rows.F.C; intercepts 1 and the transform per score"
#define SVM_RULE                                                                                   \
    "macs = rows.(SV.F + coefficients); rho 1; per SV RBF 1 and 1 special, other kernels 2 and "   \
    "1; "                                                                                          \
    "the transform per score"
#define TREE_RULE                                                                                  \
    "rows x trees x ceil(log2 leaves) compares; the transform per score; estimated: paths"
#define STRING_RULE "0; strings are opaque"

const op_def ops_ml[] = {
    {ELEMENT, .name = "Scaler", .infer = infer_as_float, .cost = cost_scaler,
     .rule = "2 per element"},
    {ELEMENT, .name = "Binarizer", .infer = infer_like_input, .cost = cost_one_comparison,
     .rule = "1 per element"},
    {ELEMENT, .name = "Imputer", .infer = infer_like_input, .cost = cost_one_comparison,
     .rule = "1 per element"},
    {ML_ROW, .name = "Normalizer", .since = 1, .kind = OP_ANCHOR, .family = FAMILY_NORM,
     .infer = infer_as_float, .cost = cost_normalizer,
     .rule = "3 per element; L2 1 special per row"},
    {LOOK_UP, .name = "LabelEncoder", .since = 1, .infer = infer_swapped, .rule = STRING_RULE},
    {LOOK_UP, .name = "LabelEncoder", .since = 2, .infer = infer_label_encoder,
     .rule = STRING_RULE},
    {LOOK_UP, .name = "CategoryMapper", .since = 1, .infer = infer_swapped, .rule = STRING_RULE},
    {LOOK_UP, .name = "OneHotEncoder", .since = 1, .infer = infer_one_hot_encoder,
     .rule = STRING_RULE},
    {MOVE, .name = "ArrayFeatureExtractor", .infer = infer_extractor, .cost = cost_extractor,
     .rule = "0; reads the columns that are named"},
    {MOVE, .name = "FeatureVectorizer", .infer = infer_vectorizer, .rule = "0"},
    {MAPS, .name = "DictVectorizer", .infer = infer_dict, .rule = "unknown: maps are opaque"},
    {MAPS, .name = "CastMap", .infer = infer_cast_map, .rule = "unknown: maps are opaque"},
    {MAPS, .name = "ZipMap", .infer = infer_zip_map, .rule = "unknown: maps are opaque"},
    {LINEAR, .name = "LinearClassifier", .infer = infer_linear_classifier},
    {LINEAR, .name = "LinearRegressor", .infer = infer_linear_regressor},
    {SVM, .name = "SVMClassifier", .infer = infer_svm_classifier},
    {SVM, .name = "SVMRegressor", .infer = infer_svm_regressor},
    {MODEL, .name = "TreeEnsemble", .since = 5, .infer = infer_trees, .cost = cost_trees,
     .rule = TREE_RULE},
    {MODEL, .name = "TreeEnsembleClassifier", .since = 1, .infer = infer_tree_classifier,
     .cost = cost_old_trees, .rule = TREE_RULE},
    {MODEL, .name = "TreeEnsembleRegressor", .since = 1, .infer = infer_tree_regressor,
     .cost = cost_old_trees, .rule = TREE_RULE},
    {0},
};
