/* Libraries that may be there or not. */
#include "calibrate/library.h"
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

void *library_open(const char *variable, const char *name, const char **why) {
    const char *other = getenv(variable);
    void *library = dlopen(other && *other ? other : name, RTLD_NOW | RTLD_LOCAL);
    *why = library ? NULL : dlerror();
    return library;
}

const char *library_symbols(void *library, const library_symbol *symbols, size_t n, void *table) {
    for (size_t i = 0; i < n; i++) {
        void *address = dlsym(library, symbols[i].name);
        if (!address)
            return symbols[i].name;
        /* Pointers to functions and to data are of one size where dlsym exists. */
        memcpy((char *)table + symbols[i].offset, &address, sizeof address);
    }
    return NULL;
}
