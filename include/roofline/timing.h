/* Times of real runs: reading them from the files of profilers, and giving them to the rows. */
#ifndef ROOFLINE_TIMING_H
#define ROOFLINE_TIMING_H

#include <roofline/analysis.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct roof_timing roof_timing;

/* Reads a file of times ("-": standard input), whose format its content tells: a profile of ONNX
 * Runtime, a profile of trtexec, or CSV with a name and a time in each row (docs/formats.md). NULL
 * and *error: ROOF_FAILED when it cannot be read, ROOF_DAMAGED when it is none of these or is
 * damaged. Owned by the caller. */
ROOF_API roof_timing *roof_timing_load(const char *path, roof_error *error);
/* The same from memory; `name` is used in messages. */
ROOF_API roof_timing *roof_timing_parse(const char *text, size_t n, const char *name,
                                        roof_error *error);
ROOF_API void roof_timing_free(roof_timing *t);

/* Name of format i ("ONNX Runtime profile", ...), or NULL past the last. */
ROOF_API const char *roof_timing_format(size_t i);

/* Gives the times to the rows of the analysis by their names, ids or outputs: measured_s and
 * efficiency, and how well it went to roof_analysis_measured. A time of several rows (a fused
 * kernel, a loop with its body, under ROOF_TRAFFIC_FUSED a group) is shared among them as the
 * roofline predicts. False and *error: ROOF_FAILED when memory runs out, ROOF_DAMAGED when no time
 * belongs to any row. */
ROOF_API bool roof_analysis_measure(roof_analysis *a, const roof_timing *t, roof_error *error);

#ifdef __cplusplus
}
#endif

#endif
