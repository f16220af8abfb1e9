/* Saved analyses: the JSON of `roof_report` made an analysis again, without the model. */
#ifndef ROOFLINE_SAVED_H
#define ROOFLINE_SAVED_H

#include <roofline/analysis.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Does the file at `path` ("-": standard input, where it can be read twice) look like a saved
 * analysis rather than a model? Its first byte that is no blank decides: '{'. */
ROOF_API bool roof_saved_is(const char *path);

/* Reads a saved analysis with its device. Every report and picture of it is that of the analysis
 * which was saved; what the document does not say is unknown. It cannot be explained, as that needs
 * the model. NULL and *error on failure: ROOF_FAILED when the file cannot be read, ROOF_DAMAGED
 * when it is no saved analysis, or one of a schema that is not known. Owned by the caller
 * (roof_analysis_free). */
ROOF_API roof_analysis *roof_saved_open(const char *path, roof_error *error);

/* The same from n bytes of JSON; `name` is used in messages. */
ROOF_API roof_analysis *roof_saved_parse(const char *json, size_t n, const char *name,
                                         roof_error *error);

#ifdef __cplusplus
}
#endif

#endif
