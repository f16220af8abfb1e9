#include "cuda_case.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

const cuda_kernel *find_kernel(const char *entry) {
    const cuda_kernel *k;
    for (size_t i = 0; (k = cuda_kernel_at(i)); i++)
        if (strcmp(k->entry, entry) == 0)
            return k;
    fail_msg("no kernel has the entry %s", entry);
    return NULL;
}
