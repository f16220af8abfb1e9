/* The profiles that are part of the program: devices/embed.c writes the table when it is built. */
#ifndef DEVICE_BUILTIN_H
#define DEVICE_BUILTIN_H

#include <stddef.h>

typedef struct builtin {
    const char *name;
    const char *aliases; /* separated by newlines */
    const char *csv;
    size_t size;
} builtin;

extern const builtin builtins[];
extern const size_t n_builtins;

#endif
