/* Analysing a model: work and traffic of every node, placed on a device's roofline. */
#ifndef ROOFLINE_ANALYSIS_H
#define ROOFLINE_ANALYSIS_H

#include <roofline/device.h>
#include <roofline/error.h>
#include <roofline/model.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Counts are >= 0, or ROOF_UNKNOWN. Unknown is never 0. */
#define ROOF_UNKNOWN ((int64_t)-1)

typedef struct roof_analysis roof_analysis;

typedef enum roof_traffic { /* what memory traffic a row is billed; docs/counting.md section 4 */
                            ROOF_TRAFFIC_OP,
                            ROOF_TRAFFIC_OUTPUT,
                            ROOF_TRAFFIC_FUSED,
                            ROOF_TRAFFIC_IDEAL,
                            ROOF_TRAFFIC_COUNT
} roof_traffic;

typedef enum roof_row_status {
    ROOF_COUNTED,
    ROOF_FOLDED,    /* depends on constants and known shapes alone: costs nothing */
    ROOF_DEAD,      /* reaches no output: costs nothing */
    ROOF_ESTIMATED, /* depends on data; the note says under which assumption */
    ROOF_ROW_UNKNOWN,
    ROOF_STATUS_COUNT
} roof_row_status;

typedef enum roof_limiter {
    ROOF_LIMIT_NONE, /* no device, nothing to do, or unknown */
    ROOF_LIMIT_MATRIX,
    ROOF_LIMIT_VECTOR,
    ROOF_LIMIT_SPECIAL,
    ROOF_LIMIT_MEMORY,
    ROOF_LIMIT_OVERHEAD,
    ROOF_LIMITER_COUNT
} roof_limiter;

/* In which types the model is kept, see docs/counting.md section 3. Integers, indices and shapes
 * stay what they are. */
typedef enum roof_types {
    ROOF_TYPES_NATIVE, /* as the model says */
    ROOF_TYPES_FP64,
    ROOF_TYPES_FP32,
    ROOF_TYPES_TF32, /* fp32 tensors, contractions on TF32 units */
    ROOF_TYPES_BF16,
    ROOF_TYPES_FP16,
    ROOF_TYPES_FP8,
    ROOF_TYPES_INT8,
    ROOF_TYPES_INT4,
    ROOF_TYPES_W8A16, /* weights of contractions in int8, everything else in fp16 */
    ROOF_TYPES_W4A16,
    ROOF_TYPES_COUNT
} roof_types;

typedef struct roof_binding { /* NAME=N or INPUT=... of the command line */
    const char *name;
    const char *text; /* --dim: "8"; --shape: "1x3x224x224"; --value: path of a TensorProto file */
} roof_binding;

/* Zero-initialise, then set what differs from the defaults. Strings stay the caller's and are only
 * used during the call. */
typedef struct roof_options {
    roof_traffic traffic;
    int views;     /* 0 as the traffic mode says, 'c' copy, 'f' free */
    int kv;        /* caches: 0 as the traffic mode says, 'c' copy, 'i' grow in place */
    int64_t batch; /* 0: 1 where the model leaves it open */
    const roof_binding *dims;
    size_t n_dims;
    bool spare_dims; /* a name that no dimension of the model has is no error: other models have it
                      */
    const roof_binding *shapes;
    size_t n_shapes;
    const roof_binding *values;
    size_t n_values;
    roof_types types;
    bool tf32;           /* fp32 contractions on TF32 units */
    int accumulate;      /* bits of the floats in which contractions sum: 0 as is usual, 16, 32 */
    bool sparse_weights; /* of each four weights of a contraction two are zero */
    bool hierarchy;      /* reads may be served by caches; else all bytes are of DRAM */
} roof_options;

typedef struct roof_tensor { /* there are many: kept small */
    const char *name;
    const char *dtype; /* "fp32", "int64", ...; "?" when unknown */
    int rank;          /* -1 unknown */
    bool is_estimated; /* sizes that depend on data are unknown in `dims`; see estimated_dims */
    short estimated_rank;
    const int64_t *dims; /* rank of them, each maybe ROOF_UNKNOWN */
    /* estimated_rank of them, each maybe ROOF_UNKNOWN: what the counts use, as a rule the largest
     * that they can be. */
    const int64_t *estimated_dims;
} roof_tensor;

typedef struct roof_traffic_bytes { /* bytes of one execution */
    int64_t weights, read, written, total;
} roof_traffic_bytes;

typedef struct roof_work { /* FLOP, bytes; one execution of a row, or the totals */
    int64_t macs, macs_valid;
    int64_t macs_nonzero; /* those of weights that are not zero by their structure */
    int64_t flops, matrix_flops, vector_flops, special_flops, integer_ops;
    roof_traffic_bytes bytes;                       /* under the selected traffic mode */
    roof_traffic_bytes traffic[ROOF_TRAFFIC_COUNT]; /* under each */
} roof_work;

/* One ceiling that bears on a row. */
typedef struct roof_row_ceiling {
    const char *unit;     /* "matrix fp16", "vector fp32", "special fp32", "dram" */
    double value;         /* FLOP/s or B/s */
    double time_s;        /* this term alone */
    const char *fallback; /* "" or a phrase */
} roof_row_ceiling;

/* What a row moves through one level of the memory hierarchy. */
typedef struct roof_row_level {
    const char *level; /* "l1", "l2", "l3", "dram" */
    int64_t bytes;     /* served by it or by a level beyond */
    double bandwidth;  /* B/s */
    double time_s;
} roof_row_level;

/* One execution site. Strings are UTF-8 as in the file: not safe to print as they are. */
typedef struct roof_row {
    const char *id; /* "#12" */
    const char *name;
    const char *op;
    const char *domain;
    const char *scope;
    const char *family; /* "conv", "matmul", ...: see roof_family_name */
    int family_index;
    roof_row_status status;
    int64_t repeat;   /* executions: trip counts multiplied */
    const char *rule; /* the counting rule in words, or "" */
    const char *note; /* "" or a sentence */
    const roof_tensor *inputs;
    size_t n_inputs;
    const roof_tensor *outputs;
    size_t n_outputs;
    const char
        *precision; /* the type multiplied: "fp32", ...; "" when the row does no arithmetic */
    const char *weight_dtype; /* "" without weights */
    const char *activation_dtype;
    const char *accumulate_dtype;
    roof_work work;
    int64_t live_bytes; /* activations that are alive while it runs */
    /* Placement; NaN when there is no device or the work is unknown. Of one execution. */
    double operational_intensity; /* FLOP/byte; NaN when there are no bytes */
    double attainable_flops;      /* FLOP/s */
    double time_s;
    double time_share; /* of the whole model's time, 0 to 1, repeats included */
    double bound_s;    /* no correct run of this node is faster */
    double measured_s; /* of one execution in a real run; NaN where there is none */
    double efficiency; /* time_s / measured_s: 1 is at the roof; NaN without either */
    roof_limiter limiter;
    int32_t group;     /* its fusion group under ROOF_TRAFFIC_FUSED; -1: in none */
    unsigned n_levels; /* of `levels` */
    const roof_row_ceiling *ceilings;
    size_t n_ceilings;
    const roof_row_level *levels; /* from the inside; none without options.hierarchy */
} roof_row;

/* Rows that an engine with ordinary fusion runs as one kernel. */
typedef struct roof_group {
    const char *kind;   /* "attention", "norm", or the family of its main row */
    const size_t *rows; /* n_rows of them, in execution order */
    size_t n_rows;
    int64_t repeat;
    /* Of one execution. */
    roof_traffic_bytes bytes;
    double time_s; /* NaN without a device */
    roof_limiter limiter;
} roof_group;

typedef struct roof_totals {
    bool complete;  /* false when a row is unknown: the sums are of the known rows */
    roof_work work; /* the sum of repeat x row, exactly */
    double operational_intensity;
    double attainable_flops;
    double time_s;
    double time_by_traffic[ROOF_TRAFFIC_COUNT];
    double bound_s;
    roof_limiter limiter;                     /* what limits the largest share of the time */
    double limiter_share[ROOF_LIMITER_COUNT]; /* of the time, 0 to 1 */
    int64_t parameters;                       /* elements of the stored weights, shared ones once */
    int64_t parameter_bytes;                  /* as stored */
    int64_t peak_activation_bytes;
    const char *peak_activation_node; /* id of the row where it happens, "" when there is none */
} roof_totals;

enum { ROOF_NAMED = 3 };

typedef struct roof_named { /* some of many: their number, and the names of the heaviest */
    int64_t n;
    double seconds; /* of all; NaN when not known */
    const char *names[ROOF_NAMED];
    size_t n_names;
} roof_named;

/* How the times of a real run fit the rows; see roofline/timing.h. Seconds are of one run. */
typedef struct roof_measured {
    const char *path;
    const char *format;  /* "ONNX Runtime profile", ... */
    int64_t runs;        /* behind the times; 0 when the file does not tell */
    int64_t warm_ups;    /* runs that were left out */
    double run_s;        /* the whole run, as the file tells; NaN when it does not */
    double times_s;      /* the sum of its times */
    int64_t rows;        /* that have a time */
    double measured_s;   /* of them, all executions */
    double compared_s;   /* of those with an efficiency */
    double time_s;       /* what the roofline predicts for those; NaN without a device */
    double covered;      /* their share of the predicted time of all rows; NaN without a device */
    roof_named no_row;   /* times that belong to no row */
    roof_named nested;   /* times that hold the times of others, and are left out */
    roof_named no_time;  /* rows without a time; their predicted seconds */
    roof_named too_fast; /* rows that are faster than their bound_s, which cannot be */
    double too_fast_by;  /* the most that bound_s is of the measured time */
    const char *remark;  /* "" or a sentence on what the times are */
} roof_measured;

typedef struct roof_unsupported {
    const char *op, *domain;
    int64_t count;
} roof_unsupported;

typedef struct roof_coverage {
    int64_t nodes;
    int64_t by_status[ROOF_STATUS_COUNT];
    const roof_unsupported *unsupported; /* operators without a rule */
    size_t n_unsupported;
} roof_coverage;

typedef struct roof_opset {
    const char *domain; /* "" is ai.onnx */
    int64_t version;
} roof_opset;

typedef struct roof_model_info {
    const char *path, *producer, *graph;
    uint64_t structure_hash;
    int64_t ir_version;
    const roof_opset *opsets;
    size_t n_opsets;
} roof_model_info;

/* Counts the model and, when `device` is not NULL, places it. Model and device must outlive the
 * result. NULL and *error on failure: ROOF_USAGE when dimensions are missing (the text holds the
 * flags to add), ROOF_DAMAGED when the graph is invalid. Owned by the caller. */
ROOF_API roof_analysis *roof_analyze(const roof_model *model, const roof_device *device,
                                     const roof_options *options, roof_error *error);
ROOF_API void roof_analysis_free(roof_analysis *a);

ROOF_API size_t roof_analysis_rows(const roof_analysis *a);
ROOF_API const roof_row *roof_analysis_row(const roof_analysis *a, size_t i); /* execution order */
ROOF_API const roof_totals *roof_analysis_totals(const roof_analysis *a);
ROOF_API const roof_coverage *roof_analysis_coverage(const roof_analysis *a);
ROOF_API const roof_model_info *roof_analysis_model(const roof_analysis *a);
ROOF_API const roof_device *roof_analysis_device(const roof_analysis *a); /* NULL without one */
ROOF_API const roof_options *roof_analysis_options(const roof_analysis *a);
/* The fusion groups, under ROOF_TRAFFIC_FUSED; none under other traffic. */
ROOF_API const roof_group *roof_analysis_groups(const roof_analysis *a, size_t *n);
/* What real runs took, once roof_analysis_measure has been called; else NULL. */
ROOF_API const roof_measured *roof_analysis_measured(const roof_analysis *a);
/* The graph's outputs. */
ROOF_API const roof_tensor *roof_analysis_outputs(const roof_analysis *a, size_t *n);
/* Sentences such as "batch = 1"; NULL past the last. */
ROOF_API const char *roof_analysis_assumption(const roof_analysis *a, size_t i);
/* The dimensions that were bound, by name; NULL past the last. */
ROOF_API const char *roof_analysis_dim(const roof_analysis *a, size_t i, int64_t *value);

ROOF_API const char *roof_types_name(roof_types t);
ROOF_API const char *roof_traffic_name(roof_traffic t);
/* What the options come to under a traffic mode: do views cost nothing, do caches grow in place? */
ROOF_API bool roof_views_are_free(const roof_options *o, roof_traffic t);
ROOF_API bool roof_caches_grow(const roof_options *o, roof_traffic t);
ROOF_API const char *roof_status_name(roof_row_status s);
ROOF_API const char *roof_limiter_name(roof_limiter l);
/* "conv", "matmul", ...; NULL past the last. */
ROOF_API const char *roof_family_name(int i);

#ifdef __cplusplus
}
#endif

#endif
