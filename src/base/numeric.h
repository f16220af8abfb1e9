/* Numbers are written with a decimal point, whatever the locale of the program says. */
#ifndef BASE_NUMERIC_H
#define BASE_NUMERIC_H

#include <locale.h>

typedef struct numeric_locale {
    locale_t ours, before;
} numeric_locale;

/* From here to numeric_end this thread reads and writes numbers as in the C locale. */
static inline numeric_locale numeric_begin(void) {
    numeric_locale n = {.before = uselocale((locale_t)0)};
    locale_t copy = duplocale(n.before);
    n.ours = copy ? newlocale(LC_NUMERIC_MASK, "C", copy) : (locale_t)0;
    if (n.ours)
        uselocale(n.ours);
    else if (copy)
        freelocale(copy);
    return n;
}

static inline void numeric_end(numeric_locale n) {
    uselocale(n.before);
    if (n.ours)
        freelocale(n.ours);
}

#endif
