/* Inside of the page: what is embedded at build time, and the data beside the analysis. */
#ifndef HTML_PAGE_H
#define HTML_PAGE_H

#include "base/arena.h"
#include <roofline/analysis.h>
#include <stddef.h>
#include <stdio.h>

/* A file of the page. */
typedef struct page_part {
    const char *name; /* "page.js" */
    const char *text;
    size_t size;
    const char *sha256; /* in base64, as a Content-Security-Policy has it */
} page_part;

extern const page_part page_parts[];
extern const size_t page_part_count;

/* A stream into `out` for the text of a JSON document: what would end a script element or begin
 * markup is written as \u003c and its kin. Closing it does not close `out`. NULL when there is no
 * memory. */
FILE *open_json_escape(FILE *out);

/* Writes what the page shows and the JSON of an analysis does not hold: verdict, ceilings in use,
 * facts of the device with what they are of their theory, the families in their order. */
void write_page_data(const roof_analysis *a, arena *memory, FILE *out);

#endif
