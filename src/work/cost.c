/* The work of one row: what its operator's rule says, sorted by unit and precision. */
#include "work/work.h"

static roof_precision precision_of(dtype t) {
    static const struct {
        dtype type;
        roof_precision precision;
    } map[] = {
        {DT_FLOAT, ROOF_FP32},         {DT_DOUBLE, ROOF_FP64},        {DT_FLOAT16, ROOF_FP16},
        {DT_BFLOAT16, ROOF_BF16},      {DT_COMPLEX64, ROOF_FP32},     {DT_COMPLEX128, ROOF_FP64},
        {DT_FLOAT8E4M3FN, ROOF_FP8},   {DT_FLOAT8E4M3FNUZ, ROOF_FP8}, {DT_FLOAT8E5M2, ROOF_FP8},
        {DT_FLOAT8E5M2FNUZ, ROOF_FP8}, {DT_FLOAT8E8M0, ROOF_FP8},     {DT_FLOAT6E2M3, ROOF_FP6},
        {DT_FLOAT6E3M2, ROOF_FP6},     {DT_FLOAT4E2M1, ROOF_FP4},     {DT_INT8, ROOF_INT8},
        {DT_UINT8, ROOF_INT8},         {DT_INT16, ROOF_INT16},        {DT_UINT16, ROOF_INT16},
        {DT_INT32, ROOF_INT32},        {DT_UINT32, ROOF_INT32},       {DT_INT4, ROOF_INT4},
        {DT_UINT4, ROOF_INT4},         {DT_INT2, ROOF_INT4},          {DT_UINT2, ROOF_INT4},
    };
    for (size_t i = 0; i < sizeof map / sizeof *map; i++)
        if (map[i].type == t)
            return map[i].precision;
    return ROOF_PRECISION_NONE;
}

static const fact *input(const inference *inf, const node *n, unsigned i) {
    return i < n->n_in && n->in[i] ? &inf->engine.facts[n->in[i]->id] : NULL;
}

/* The type that arithmetic happens in when the rule does not say: that of the first floating
 * input, else of the first input. */
static dtype working_type(const inference *inf, const node *n) {
    dtype first = DT_UNKNOWN;
    for (unsigned i = 0; i < n->n_in; i++) {
        const fact *f = input(inf, n, i);
        if (f && (dtype_kind(f->elem) == CLASS_FLOAT || dtype_kind(f->elem) == CLASS_COMPLEX))
            return f->elem;
        if (f && first == DT_UNKNOWN)
            first = f->elem;
    }
    return first;
}

static bool is_quantized(const fact *f) {
    return f && f->quantized != DT_UNKNOWN;
}

/* Does any operand hold integers that stand for floats? */
static bool has_quantized(const inference *inf, const node *n) {
    for (unsigned i = 0; i < n->n_in; i++)
        if (is_quantized(input(inf, n, i)))
            return true;
    return false;
}

/* Weights that are kept as integers beside activations that are floats are expanded on the way. */
static void expand_weights(const inference *inf, const node *n, work *w) {
    for (unsigned i = 0; i < n->n_in; i++)
        if (is_quantized(input(inf, n, i)) && !input(inf, n, i)->constant)
            return;
    for (unsigned i = 0; i < n->n_in; i++) {
        const fact *f = input(inf, n, i);
        if (is_quantized(f) && f->rank >= 2)
            work_each(w, "dequantized weights", fact_elements(f), 1 + f->quantized_zero, 0);
    }
}

/* Q/DQ around a contraction: two dequantized operands multiply as integers and their scales sit in
 * the epilogue. */
static void apply_quantization(const inference *inf, const op_def *op, const node *n, work *w) {
    const fact *a = input(inf, n, 0), *b = input(inf, n, 1);
    bool multiplies = op->traits & OP_CONTRACTION;
    if (!multiplies || !is_quantized(a) || !is_quantized(b)) {
        if (w->macs != 0 && !(op->traits & OP_QUANTIZED))
            expand_weights(inf, n, w);
        return;
    }
    bool a_wider = dtype_bits(a->quantized) >= dtype_bits(b->quantized);
    w->precision = a_wider ? a->quantized : b->quantized;
    const fact *out = n->n_out && n->out[0] ? &inf->engine.facts[n->out[0]->id] : NULL;
    work_each(w, "scales N", fact_elements(out), 1, 0);
}

/* Sums in 16 bits are for operands that are no longer. */
static dtype accumulate_type(const roof_options *o, const work *w) {
    if (w->accumulate != DT_UNKNOWN)
        return w->accumulate;
    bool narrow = w->precision == DT_FLOAT16 || dtype_bits(w->precision) <= 8;
    if (o->accumulate == 16 && dtype_kind(w->precision) == CLASS_FLOAT && narrow)
        return DT_FLOAT16;
    if (dtype_kind(w->precision) == CLASS_INTEGER)
        return DT_INT32;
    return w->precision == DT_DOUBLE ? DT_DOUBLE : DT_FLOAT;
}

/* Vector work beside integer contractions (requantization), of norms and of softmax is fp32. */
static dtype vector_type(const op_def *op, const work *w) {
    bool wide = w->precision == DT_DOUBLE || w->precision == DT_COMPLEX128;
    if (((op->traits & OP_FP32_VECTOR) && !wide) || dtype_kind(w->precision) == CLASS_INTEGER)
        return DT_FLOAT;
    return w->precision;
}

static void set_units(const roof_options *o, const op_def *op, const work *w, roof_row *row,
                      row_units *units) {
    units->matrix = units->vector = units->accumulate = ROOF_PRECISION_NONE;
    if (w->macs != 0) {
        units->matrix = precision_of(w->precision);
        units->accumulate = precision_of(accumulate_type(o, w));
        row->accumulate_dtype = dtype_name(accumulate_type(o, w));
    }
    if (w->vector != 0 || w->special != 0)
        units->vector = precision_of(vector_type(op, w));
    roof_precision shown = w->macs != 0 ? units->matrix : units->vector;
    row->precision = shown == ROOF_PRECISION_NONE ? "" : roof_precision_name(shown);
}

static void set_types(const inference *inf, const node *n, roof_row *row) {
    count most = -1;
    for (unsigned i = 0; i < n->n_in; i++) {
        const fact *f = input(inf, n, i);
        if (!f)
            continue;
        if (f->constant && f->stored_bytes > most) {
            most = f->stored_bytes;
            row->weight_dtype = dtype_name(f->stored_type);
        }
        if (!f->constant && !*row->activation_dtype)
            row->activation_dtype = dtype_name(f->elem);
    }
}

static void set_work(const work *w, roof_row *row) {
    roof_work *r = &row->work;
    r->macs = w->macs;
    r->macs_valid = w->macs_valid;
    r->matrix_flops = cnt_mul(w->macs, 2);
    r->vector_flops = w->vector;
    r->special_flops = w->special;
    r->flops = cnt_add(r->matrix_flops, cnt_add(w->vector, w->special));
    r->integer_ops = w->integer;
    bool complete = known(r->flops) && known(r->integer_ops) && !w->is_unknown;
    row->status = !complete ? ROOF_ROW_UNKNOWN : w->estimated ? ROOF_ESTIMATED : ROOF_COUNTED;
    if (w->note)
        row->note = w->note;
    else if (!complete)
        row->note = "its work depends on a shape that is not known";
}

/* Macs with weights that are there: of 2:4 weights half, of a sparse tensor its part that is
 * stored. */
static void set_sparsity(const inference *inf, const node *n, roof_row *row, row_units *units) {
    roof_work *r = &row->work;
    r->macs_nonzero = r->macs;
    for (unsigned i = 0; i < n->n_in && known(r->macs) && r->macs > 0; i++) {
        const fact *f = input(inf, n, i);
        if (f && f->pruned) {
            units->sparse = true;
            r->macs_nonzero = cnt_div_up(r->macs, 2);
        } else if (f && n->in[i]->indices) {
            count kept = stored_elements(n->in[i]->stored);
            r->macs_nonzero = source_share(r->macs, kept, fact_elements(f));
        }
    }
}

static void set_unknown(roof_row *row, const char *why) {
    roof_work *r = &row->work;
    r->macs = r->macs_valid = r->macs_nonzero = r->flops = r->matrix_flops = r->vector_flops =
        r->special_flops = r->integer_ops = UNKNOWN;
    row->status = ROOF_ROW_UNKNOWN;
    row->note = why;
}

void count_row(const inference *inf, const node *n, roof_row *row, row_units *units, work *w) {
    const op_def *op = inf->ops[n->id];
    *units = (row_units){.matrix = ROOF_PRECISION_NONE,
                         .vector = ROOF_PRECISION_NONE,
                         .accumulate = ROOF_PRECISION_NONE};
    if (n->dead || inf->folded[n->id]) {
        row->status = n->dead ? ROOF_DEAD : ROOF_FOLDED;
        return;
    }
    *w = (work){
        .macs_valid = UNKNOWN, .touched = w->touched, .written = w->written, .trace = w->trace};
    whole_traffic(inf, n, w);
    set_types(inf, n, row);
    if (!op) {
        set_unknown(row, "no rule for this operator");
        return;
    }
    site s = site_of((engine *)(uintptr_t)&inf->engine, n, op, inf->versions[n->id]);
    if (op->cost)
        op->cost(&s, w);
    if (w->macs_valid == UNKNOWN)
        w->macs_valid = w->macs;
    apply_quantization(inf, op, n, w);
    if (w->precision == DT_UNKNOWN)
        w->precision = working_type(inf, n);
    if (dtype_kind(w->precision) == CLASS_INTEGER && !(op->traits & OP_QUANTIZED) &&
        !has_quantized(inf, n))
        work_to_integer(w);
    if (w->is_unknown)
        set_unknown(row, w->note ? w->note : "no rule for this use of the operator");
    else
        set_work(w, row);
    set_units(inf->options, op, w, row, units);
    if (row->status != ROOF_ROW_UNKNOWN)
        set_sparsity(inf, n, row, units);
}
