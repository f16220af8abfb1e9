/* Pieces of Markdown documents, as GitHub shows them: nothing from a model is taken as markup. */
#ifndef REPORT_MARKDOWN_H
#define REPORT_MARKDOWN_H

#include "report/cells.h"

/* What would start markup becomes an entity. */
void markdown_text(FILE *out, const char *text);
/* An item of a list: the label, if there is one, and a sentence. */
void markdown_item(FILE *out, const char *label, const char *text);
/* The whole table, whose first row is of titles. */
void markdown_cells(FILE *out, const cells *c);

#endif
