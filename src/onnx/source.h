/* Where a model's bytes come from: a file, memory, or standard input.
 *
 * A file is read through one small window with pread, never mapped: a mapped file that somebody
 * truncates kills the process. The window grows while reading goes straight on and shrinks after a
 * jump, so skipping weights costs next to nothing. */
#ifndef ONNX_SOURCE_H
#define ONNX_SOURCE_H

#include <roofline/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct source source;

enum { SOURCE_VIEW = 4096 }; /* the most that source_view may be asked for */

/* Opens a file; "-" is standard input. Pipes are copied to a temporary file that has no name.
 * NULL and *e on failure. */
source *source_open(const char *path, roof_error *e);
/* n bytes that outlive the source. `name` is used in messages. */
source *source_memory(const void *data, size_t n, const char *name, roof_error *e);
void source_close(source *s); /* NULL is allowed */

/* For messages: the path, or "standard input". */
const char *source_name(const source *s);
/* The path of a named file, or NULL. */
const char *source_path(const source *s);
uint64_t source_size(const source *s);

/* n bytes (at most SOURCE_VIEW) at an offset, all within the size; valid until the next call. NULL
 * and *e when they cannot be read. */
const unsigned char *source_view(source *s, uint64_t at, size_t n, roof_error *e);
/* Copies n bytes, all within the size. */
bool source_read(source *s, uint64_t at, void *dst, size_t n, roof_error *e);

/* What a file that is no ONNX model looks like ("JSON", "a zip archive"), or NULL. */
const char *looks_like(source *file);

#endif
