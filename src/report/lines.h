/* Lines of text by columns of the terminal. */
#ifndef REPORT_LINES_H
#define REPORT_LINES_H

#include <stddef.h>
#include <stdio.h>

enum { LABEL = 8, SHORTEST = 8 }; /* columns of a label; of a text that is cut */

/* Cuts printable text in the middle, so that it takes at most `columns`. */
void shorten(char *s, size_t columns);
void write_blanks(FILE *out, size_t n);
/* Words of `text` on as many lines of at most `width` columns (0: any) as they need, indented by
 * the label. */
void write_wrapped(FILE *out, size_t width, const char *label, const char *text);

#endif
