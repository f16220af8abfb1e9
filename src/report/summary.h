/* What a report says about the whole model, in lines that the table and Markdown share. */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include "report/format.h"

typedef struct summary_line {
    const char *label; /* "total", "traffic", ... */
    const char *text;  /* printable */
} summary_line;

enum { MAX_SUMMARY = 20 };

/* What was analysed: model, device, options, assumptions. Returns the number of lines. */
size_t summary_head(report *r, summary_line lines[MAX_SUMMARY]);
/* Adds a line, unless its text is empty. */
void summary_add(summary_line lines[MAX_SUMMARY], size_t *n, const char *label, const char *text);
/* As text_si, text_ratio and text_share, on the report's arena. */
const char *summary_si(report *r, double value, const char *unit);
const char *summary_ratio(report *r, double value);
const char *summary_share(report *r, double value);
/* Adds what is told of measured times, if there are any. */
void summary_measured(report *r, summary_line lines[MAX_SUMMARY], size_t *n);
/* The figures below the rows: rows that are not shown, totals, limits, coverage. */
size_t summary_figures(report *r, summary_line lines[MAX_SUMMARY]);
/* What follows from the figures, in a sentence or two that a person can act on. */
const char *summary_verdict(report *r);

#endif
