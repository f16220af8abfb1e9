/* Pieces of JSON that the documents of several commands share. What is unknown is null. */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <jansson.h>
#include <roofline/analysis.h>
#include <stdio.h>

/* NULL gives null; bytes that are no UTF-8 are escaped. */
json_t *json_of_text(const char *s);
/* "" gives null. */
json_t *json_of_optional(const char *s);
json_t *json_of_count(int64_t value);
json_t *json_of_real(double value);
json_t *json_of_limiter(roof_limiter l);
json_t *json_of_tensor(const roof_tensor *t);

json_t *json_of_row(const roof_row *row);
json_t *json_of_tool(const roof_analysis *a);
json_t *json_of_model(const roof_analysis *a);
json_t *json_of_device(const roof_analysis *a);
json_t *json_of_options(const roof_analysis *a);
json_t *json_of_totals(const roof_totals *t);
json_t *json_of_assumptions(const roof_analysis *a);

/* Gives the value to the object. */
void json_put(json_t *object, const char *key, json_t *value);
/* Writes the value on one line and lets it go. */
void json_write(FILE *out, json_t *value);
/* The next part of a document that is written part by part, on a line of its own. */
void json_write_part(FILE *out, const char *key, json_t *value);

#endif
