/* Devices: the ceilings of a machine, measured or derived from its datasheet. */
#ifndef ROOFLINE_DEVICE_H
#define ROOFLINE_DEVICE_H

#include <roofline/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct roof_device roof_device;

typedef enum roof_device_kind { ROOF_CPU, ROOF_GPU } roof_device_kind;

typedef enum roof_source {
    ROOF_MEASURED,  /* by our own microbenchmarks */
    ROOF_DATASHEET, /* as published */
    ROOF_THEORY     /* derived from cores, clocks and units by the formulas of device_theory */
} roof_source;

/* Units that execute work. */
typedef enum roof_unit { ROOF_MATRIX, ROOF_VECTOR, ROOF_SPECIAL, ROOF_UNIT_COUNT } roof_unit;

/* Types that a unit works on; `roof_precision_name` gives "fp32", "int8", ... */
typedef enum roof_precision {
    ROOF_FP64,
    ROOF_FP32,
    ROOF_TF32,
    ROOF_FP16,
    ROOF_BF16,
    ROOF_FP8,
    ROOF_FP6,
    ROOF_FP4,
    ROOF_INT32,
    ROOF_INT16,
    ROOF_INT8,
    ROOF_INT4,
    ROOF_PRECISION_COUNT,
    ROOF_PRECISION_NONE = -1
} roof_precision;

/* One ceiling or other figure of a profile: one line of its CSV. Strings are "" when absent and are
 * owned by the device. */
typedef struct roof_fact {
    const char *section; /* compute, memory, capacity, latency, param, device, profile, series */
    const char *name; /* compute: matrix, vector, special; memory: dram, l2, ...; param: sm_count */
    const char *precision;  /* compute only */
    const char *accumulate; /* compute only */
    const char *variant; /* instruction path or memory kernel: "avx2", "wgmma", "copy", "sparse" */
    const char *text;    /* the value as written; of params and device facts */
    double value;        /* FLOP/s, B/s, B, s, or the number of a param; 0 when it is no number */
    const char *unit;
    double min, max;     /* of the samples; 0 when there are none */
    int64_t samples;     /* 0 when not measured */
    double clock_hz;     /* 0 when not recorded */
    double watts;        /* 0 when not recorded */
    double celsius;      /* 0 when not recorded */
    double seconds;      /* series only: since its start */
    const char *note;    /* what a reader of the value must know: "the clock was held down: ..." */
    roof_source kind;    /* from `source` */
    const char *source;  /* as written: "measured", "theory", "datasheet: ...", "driver" */
    const char *formula; /* theory: how the value was derived, with the numbers put in; else "" */
} roof_fact;

/* A ceiling chosen for some work, and why it is not exactly the one asked for. */
typedef struct roof_ceiling {
    double value;          /* FLOP/s or B/s, > 0; 0 when the device has nothing that could do it */
    const roof_fact *fact; /* where it comes from, NULL when value is 0 */
    roof_unit unit;        /* the unit that really executes it */
    roof_precision precision; /* the type it really executes in */
    char fallback[96]; /* "", or a phrase when it is not the one asked for: "no vector fp16: ..." */
} roof_ceiling;

ROOF_API const char *roof_precision_name(roof_precision p);
ROOF_API roof_precision roof_precision_from_name(const char *name); /* ROOF_PRECISION_NONE */
ROOF_API const char *roof_unit_name(roof_unit u);

/* Finds a device by what a user types: a path to a profile CSV (when it contains '/' or ends in
 * ".csv"), the name of a saved profile, or a built-in name (case, "NVIDIA", "Intel" and blanks do
 * not matter; a unique part is enough). The theory rows are derived on loading. NULL and *error
 * (with the nearest names) when there is none. Owned by the caller. */
ROOF_API roof_device *roof_device_find(const char *name, roof_error *error);
ROOF_API roof_device *roof_device_load(const char *path, roof_error *error);
/* The same from CSV text; `name` is used in messages. */
ROOF_API roof_device *roof_device_parse(const char *csv, size_t n, const char *name,
                                        roof_error *error);
ROOF_API void roof_device_free(roof_device *d);

ROOF_API const char *roof_device_name(const roof_device *d);
ROOF_API roof_device_kind roof_device_get_kind(const roof_device *d);
ROOF_API const char *roof_device_signature(const roof_device *d); /* "" when it has none */
ROOF_API const char *roof_device_date(const roof_device *d); /* ISO 8601, "" when not measured */
/* What is missing of a measurement that was cut short, "" of a whole one. */
ROOF_API const char *roof_device_partial(const roof_device *d);
/* Measured when any ceiling is measured, else datasheet when any is, else theory. */
ROOF_API roof_source roof_device_source(const roof_device *d);
ROOF_API const char *roof_source_name(roof_source s);

/* All facts in file order, theory after; *n of them. */
ROOF_API const roof_fact *roof_device_facts(const roof_device *d, size_t *n);

/* The ceiling of a unit for a type. `accumulate`: ROOF_PRECISION_NONE for the usual one (fp32, fp64
 * for fp64, int32 for integers; vector units: whatever they do).
 * A measured ceiling is preferred to a published one and that to a theoretical one; of several
 * paths the fastest counts. What is missing falls back, in this order, to
 *   1. the same with a wider accumulator,
 *   2. the same without sparsity,
 *   3. for the matrix unit: the vector unit with the same type,
 *   4. the fastest such unit of a wider type that holds the operands exactly (never TF32, which is
 *      taken only when asked for). Special functions fall back to wider ones, then to the vector
 * unit. */
ROOF_API roof_ceiling roof_device_compute(const roof_device *d, roof_unit unit, roof_precision p,
                                          roof_precision accumulate, bool sparse);
/* The roof of a memory level ("dram", "l2", ...): the fastest of its kernels by useful bytes. */
ROOF_API roof_ceiling roof_device_memory(const roof_device *d, const char *level);
/* The same two from theory alone (value 0 when the profile has no parameters for it). */
ROOF_API roof_ceiling roof_device_compute_theory(const roof_device *d, roof_unit unit,
                                                 roof_precision p, roof_precision accumulate,
                                                 bool sparse);
ROOF_API roof_ceiling roof_device_memory_theory(const roof_device *d, const char *level);
/* What theory says of a measured ceiling of this device: of the same instruction path, on as many
 * cores, at the clock at which it was measured. 0 when it says nothing. */
ROOF_API double roof_device_theory_of(const roof_device *d, const roof_fact *f);
/* Capacity in bytes of a level ("l1", "l2", "l3"), or 0. */
ROOF_API double roof_device_capacity(const roof_device *d, const char *level);
/* Seconds of a latency ("launch", "dram"), or 0. */
ROOF_API double roof_device_latency(const roof_device *d, const char *name);

/* Names of the built-in devices, in the order of the list; NULL past the last. */
ROOF_API const char *roof_device_builtin(size_t i);

/* Writes the profile (without derived rows) as CSV. False when writing failed. */
ROOF_API bool roof_device_write(const roof_device *d, FILE *out);

/* Where profiles of this user are saved: "$XDG_DATA_HOME/roofline" or "~/.local/share/roofline".
 * Writes the folder into dst; false when neither is set or it does not fit. */
ROOF_API bool roof_device_folder(char *dst, size_t size);

#ifdef __cplusplus
}
#endif

#endif
