/* The factor study: one operator, built in memory, as its factors vary. */
#ifndef ROOFLINE_STUDY_H
#define ROOFLINE_STUDY_H

#include <roofline/sweep.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { ROOF_STUDY_FACTORS = 8 }; /* the most that an operator has */

/* What of an operator may vary. */
typedef struct roof_factor {
    const char *name;    /* "kernel" */
    const char *meaning; /* "side of the square kernel" */
    int64_t usual;       /* its value when none is given; 0 with `like`: that factor's value */
    const char *like;    /* NULL, or the factor whose value it takes */
    int64_t least, most;
} roof_factor;

/* A factor that has one value. */
typedef struct roof_setting {
    const char *factor;
    int64_t value;
} roof_setting;

enum { ROOF_STUDY_WITH = 2 };

/* One part of an operator's standard study: this factor varies so, the others have the values
 * given or else the usual ones, but for those of `with`. */
typedef struct roof_standard {
    const char *factor;
    const char *values;                 /* as roof_sweep_parse takes them */
    roof_setting with[ROOF_STUDY_WITH]; /* the first without a factor ends them */
} roof_standard;

/* Name of operator i ("conv", "gemm", ...), or NULL past the last. */
ROOF_API const char *roof_study_name(size_t i);
/* What is built, in a phrase; NULL when there is no such operator. */
ROOF_API const char *roof_study_meaning(const char *operator_name);
/* Factor i of an operator, or NULL past the last. */
ROOF_API const roof_factor *roof_study_factor(const char *operator_name, size_t i);
/* Part i of its standard study, or NULL past the last. */
ROOF_API const roof_standard *roof_study_standard(const char *operator_name, size_t i);

/* Parses the values of a factor as roof_sweep_parse does, within the factor's limits. */
ROOF_API bool roof_study_parse(const roof_factor *factor, const char *text,
                               int64_t values[ROOF_SWEEP_POINTS], size_t *n, roof_error *error);

/* Of the values those that go together with the settings; their number. */
ROOF_API size_t roof_study_fitting(const char *operator_name, const char *factor, int64_t *values,
                                   size_t n, const roof_setting *settings, size_t n_settings);

/* Analyses the operator at every point of one or two factors, as roof_sweep_run does a model: the
 * axes' names are factors. `settings` fix others. ROOF_USAGE when a factor is unknown or out of its
 * limits, when factors do not go together, or when a point is too large to count. */
ROOF_API roof_sweep *roof_study_run(const char *operator_name, const roof_device *device,
                                    const roof_options *options, const roof_sweep_axis *axes,
                                    size_t n_axes, const roof_setting *settings, size_t n_settings,
                                    const volatile sig_atomic_t *stop, roof_error *error);

#ifdef __cplusplus
}
#endif

#endif
