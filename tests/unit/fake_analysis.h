/* Analyses and devices made by hand, behind the public interface: what reports and plots are tested
 * with. The rows are placed by the plain roofline: time = the slowest of its terms. */
#ifndef TESTS_FAKE_ANALYSIS_H
#define TESTS_FAKE_ANALYSIS_H

#include <roofline/analysis.h>

enum { FAKE_MAX_FACTS = 16, FAKE_MAX_TEXTS = 8 };

struct roof_device {
    const char *name, *date;
    roof_device_kind kind;
    roof_fact facts[FAKE_MAX_FACTS];
    size_t n_facts;
};

/* What a row is made from; FLOPs and bytes of one execution. Zero repeat means 1, NULL precision
 * "fp32", NULL domain and scope "", zero rank an output of {1, 64, 56, 56}. */
typedef struct fake_row {
    const char *name, *op, *family, *precision, *domain, *scope, *note;
    int64_t matrix, vector, special;
    int64_t weights, read, written;
    int64_t repeat;
    roof_row_status status;
    int rank;
    int64_t dims[6];
} fake_row;

struct roof_analysis {
    const roof_device *device;
    roof_row *rows;
    roof_tensor *tensors;
    char (*ids)[24];
    roof_row_ceiling (*ceilings)[4];
    size_t n;
    const roof_group *groups; /* the caller's; none unless a test adds them */
    size_t n_groups;
    const roof_measured *measured; /* the caller's; NULL unless a test sets it */
    roof_totals totals;
    roof_coverage coverage;
    roof_unsupported unsupported[FAKE_MAX_TEXTS];
    roof_model_info model;
    roof_opset opset;
    roof_options options;
    const char *assumptions[FAKE_MAX_TEXTS];
    const char *dims[FAKE_MAX_TEXTS];
    int64_t dim_values[FAKE_MAX_TEXTS];
};

/* Adds a ceiling: "compute" "vector" "fp32" 10, "memory" "dram" "" 2. */
void fake_ceiling(roof_device *d, const char *section, const char *name, const char *precision,
                  double value, roof_source source);

/* A processor of 10 FLOP/s of vector fp32, 1 of special functions, and 2 B/s of memory; not to be
 * freed. */
roof_device *fake_device(void);

/* Places the rows on the device (NULL: counts only). Strings stay the caller's. */
roof_analysis *fake_analyze(const roof_device *d, const fake_row *rows, size_t n);
void fake_free(roof_analysis *a);

#endif
