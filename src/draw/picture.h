/* Pictures as files: the format by the extension, drawn by gnuplot, there only when complete. */
#ifndef DRAW_PICTURE_H
#define DRAW_PICTURE_H

#include "draw/gnuplot.h"
#include <stddef.h>

/* Writes the script of a picture; it draws to standard output. */
typedef void picture_script(const void *what, const terminal *t, FILE *out);

/* Draws into `path` by its extension: .png .svg .pdf, or .gp for the script with its data. The file
 * is written beside and renamed. False and *error: unknown extension (ROOF_USAGE), gnuplot missing
 * (the script is written to path.gp and the text says so), failing or hanging (ROOF_FAILED). */
bool picture_write(const char *path, picture_script *script, const void *what, roof_error *error);

/* False and *error when `path` has no extension that can be drawn. */
bool picture_check(const char *path, roof_error *error);
/* Extension i, without its dot, or NULL past the last. */
const char *picture_extension(size_t i);

#endif
