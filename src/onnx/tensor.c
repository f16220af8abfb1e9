/* Tensors and declared types. */
#include "base/text.h"
#include "onnx/reader.h"

static dtype element_type(int64_t number) {
    return dtype_valid(number) ? (dtype)number : DT_UNKNOWN;
}

static bool check_rank(reader *r, size_t rank, const char *what, const char *name) {
    char shown[96];
    return rank <= MAX_RANK ||
           refuse_model(r, "%s \"%s\" has %zu dimensions; at most %d are allowed", what,
                        text_printable(shown, sizeof shown, name), rank, MAX_RANK);
}

static bool refuse_dim(reader *r, size_t i, int64_t size, const char *what, const char *name) {
    char shown[96];
    return refuse_model(r, "%s \"%s\" has %lld as its dimension %zu", what,
                        text_printable(shown, sizeof shown, name), (long long)size, i);
}

const stored *read_stored(reader *r, const Onnx__TensorProto *p, const char *what,
                          const char *name) {
    if (!check_rank(r, p->n_dims, what, name))
        return NULL;
    count *dims = p->n_dims ? arena_array(r->memory, p->n_dims, sizeof *dims) : NULL;
    for (size_t i = 0; i < p->n_dims; i++) {
        if (p->dims[i] < 0) {
            refuse_dim(r, i, p->dims[i], what, name);
            return NULL;
        }
        dims[i] = p->dims[i];
    }
    enum { EXTERNAL = 1 };
    stored *s = arena_alloc(r->memory, sizeof *s);
    *s = (stored){.type = element_type(p->data_type),
                  .rank = (int)p->n_dims,
                  .dims = dims,
                  .offset = p->span->offset,
                  .length = p->span->length,
                  .external = p->data_location == EXTERNAL};
    return s;
}

static bool read_shape(reader *r, const Onnx__TensorShapeProto *p, type *t, const char *name) {
    if (!p)
        return true;
    if (!check_rank(r, p->n_dim, "value", name))
        return false;
    dim *dims = p->n_dim ? arena_array(r->memory, p->n_dim, sizeof *dims) : NULL;
    for (size_t i = 0; i < p->n_dim; i++) {
        const Onnx__TensorShapeProto__Dimension *d = p->dim[i];
        dims[i] = (dim){.size = UNKNOWN};
        if (d->dim_param && *d->dim_param)
            dims[i].symbol = intern(r, d->dim_param);
        else if (d->has_dim_value && d->dim_value < -1)
            return refuse_dim(r, i, d->dim_value, "value", name);
        else if (d->has_dim_value) /* -1 is how some exporters write "any" */
            dims[i].size = d->dim_value;
    }
    t->rank = (int)p->n_dim;
    t->dims = dims;
    return true;
}

static bool read_tensor_type(reader *r, const Onnx__TypeProto__Tensor *p, type_kind kind, type *t,
                             const char *name) {
    t->kind = kind;
    t->elem = element_type(p->elem_type);
    return read_shape(r, p->shape, t, name);
}

static bool read_inner(reader *r, const Onnx__TypeProto *p, type_kind kind, type *t,
                       const char *name) {
    t->kind = kind;
    if (!p)
        return true;
    type *inner = arena_alloc(r->memory, sizeof *inner);
    t->inner = inner;
    return read_type(r, p, inner, name);
}

bool read_type(reader *r, const Onnx__TypeProto *p, type *t, const char *name) {
    *t = (type){.rank = -1};
    if (!p)
        return true;
    if (p->tensor_type)
        return read_tensor_type(r, p->tensor_type, TYPE_TENSOR, t, name);
    if (p->sparse_tensor_type)
        return read_tensor_type(r, p->sparse_tensor_type, TYPE_SPARSE, t, name);
    if (p->sequence_type)
        return read_inner(r, p->sequence_type->elem_type, TYPE_SEQUENCE, t, name);
    if (p->optional_type)
        return read_inner(r, p->optional_type->elem_type, TYPE_OPTIONAL, t, name);
    if (p->map_type) {
        t->elem = element_type(p->map_type->key_type);
        return read_inner(r, p->map_type->value_type, TYPE_MAP, t, name);
    }
    if (p->opaque_type)
        t->kind = TYPE_OPAQUE;
    return true;
}

bool read_dense_type(reader *r, const Onnx__SparseTensorProto *p, type *t, const char *name) {
    *t = (type){.kind = TYPE_TENSOR, .rank = -1, .elem = element_type(p->values->data_type)};
    if (!check_rank(r, p->n_dims, "sparse tensor", name))
        return false;
    dim *dims = p->n_dims ? arena_array(r->memory, p->n_dims, sizeof *dims) : NULL;
    for (size_t i = 0; i < p->n_dims; i++) {
        if (p->dims[i] < 0)
            return refuse_dim(r, i, p->dims[i], "sparse tensor", name);
        dims[i] = (dim){.size = p->dims[i]};
    }
    t->rank = (int)p->n_dims;
    t->dims = dims;
    return true;
}
