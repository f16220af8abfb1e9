/* Analyses made by hand, and their reports. fake_device has 10 FLOP/s of vector fp32 and 2 B/s:
 *   conv     60 + 0 FLOP, 4 + 2 + 2 B: max(60 / 10, 8 / 2) = 6 s, 7.5 FLOP/B, 10 FLOP/s
 *   relu     4 FLOP, 0 + 4 + 4 B:      max(0.4, 4) = 4 s, 0.5 FLOP/B, 1 FLOP/s
 *   reshape  0 FLOP, 0 + 2 + 2 B:      2 s
 * together 12 s (50, 33.3 and 16.7 percent), 64 FLOP over 20 B = 3.2 FLOP/B; ridge 10 / 2 = 5. */
#ifndef TESTS_REPORT_CASE_H
#define TESTS_REPORT_CASE_H

#include "fake_analysis.h"
#include <jansson.h>
#include <roofline/report.h>

extern const fake_row small[3];

/* Four rows: known, of unknown work, estimated (three times), dead. */
roof_analysis *mixed_analysis(const roof_device *d);

/* The report as text, freed by the caller; fails the test when it cannot be written. */
char *report(const roof_analysis *a, const char *format, roof_report_options o);
/* The JSON report, read back. */
json_t *report_json(const roof_analysis *a);

#endif
