/* What tests of models as text have in common: their analysis, and what is expected of it. */
#ifndef TESTS_TEXT_CHECK_H
#define TESTS_TEXT_CHECK_H

#include "model_text.h"

typedef struct text_run {
    roof_model *model;
    roof_analysis *analysis;
} text_run;

/* Reads and analyses the model, and expects that to work. */
text_run text_analyze(const char *model, const roof_device *d, const roof_options *o);
void text_free(text_run r);

/* The rows and the outputs as model_text.h writes them; NULL: not looked at. */
void text_check(const roof_analysis *a, const char *rows, const char *outputs);

/* The model can be read but not analysed: "m.onnx: " and what is expected. */
void text_check_refused(const char *model, const char *expected);

#define CHECK_ALL(cases)                                                                           \
    for (size_t i = 0; i < sizeof(cases) / sizeof *(cases); i++)                                   \
    check_case(&(cases)[i])

#endif
