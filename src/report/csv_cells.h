/* Cells of CSV. What is unknown is an empty cell. */
#ifndef REPORT_CSV_CELLS_H
#define REPORT_CSV_CELLS_H

#include "base/arena.h"
#include <stdint.h>
#include <stdio.h>

/* Text as a spreadsheet may open it: printable, and never a formula. */
void write_csv_text(FILE *out, arena *scratch, const char *s);
void write_csv_count(FILE *out, int64_t value);
void write_csv_real(FILE *out, double value);

#endif
