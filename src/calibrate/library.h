/* Libraries that may be there or not. */
#ifndef CALIBRATE_LIBRARY_H
#define CALIBRATE_LIBRARY_H

#include <stddef.h>

/* A function of a library and where its address goes. */
typedef struct library_symbol {
    const char *name;
    size_t offset; /* of a function pointer in the table that is filled in */
} library_symbol;

/* Opens the library that the environment variable names, else `name`; NULL when it cannot be, and
 * *why in the words of the system, valid until the next call in this thread. */
void *library_open(const char *variable, const char *name, const char **why);
/* Fills the table in. The first name that the library lacks, or NULL when it has all. */
const char *library_symbols(void *library, const library_symbol *symbols, size_t n, void *table);

#endif
