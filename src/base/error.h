/* Filling in a roof_error. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <roofline/error.h>
#include <stdbool.h>

/* Sets the error unless one is set already. Always returns false, so that a failing function can
 * end with `return error_set(...)`. The text is made printable; `e` may be NULL. */
bool error_set(roof_error *e, roof_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
