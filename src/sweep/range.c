/* Ranges as people write them: "1,2,4", "1..64", "128..4096:+128", "1..1024:x2". */
#include "base/error.h"
#include "base/text.h"
#include <roofline/sweep.h>
#include <string.h>

enum { LONGEST = 128 };

typedef struct range {
    int64_t first, last;
    int64_t step;   /* added, or 0 */
    int64_t factor; /* multiplied, or 0 */
} range;

bool roof_sweep_is_range(const char *text) {
    return strstr(text, "..") != NULL || strchr(text, ',') != NULL;
}

static bool to_positive(const char *text, int64_t *value) {
    return text_to_int(text, value) && *value >= 1;
}

/* What follows the colon: "+8" or "x2". */
static bool read_step(const char *text, range *r) {
    r->step = 0;
    if (*text == '+')
        return to_positive(text + 1, &r->step);
    return *text == 'x' && to_positive(text + 1, &r->factor) && r->factor > 1;
}

/* Takes one item of the list apart, which is overwritten. */
static bool read_range(char *item, range *r) {
    char *dots = strstr(item, ".."), *colon = strchr(item, ':');
    *r = (range){.step = 1};
    if (!dots) {
        bool ok = to_positive(item, &r->first);
        r->last = r->first;
        return ok;
    }
    if (colon) {
        *colon = '\0';
        if (colon < dots || !read_step(colon + 1, r))
            return false;
    }
    *dots = '\0';
    return to_positive(item, &r->first) && to_positive(dots + 2, &r->last) && r->first <= r->last;
}

static bool next(const range *r, int64_t *value) {
    bool overflows = r->factor ? __builtin_mul_overflow(*value, r->factor, value)
                               : __builtin_add_overflow(*value, r->step, value);
    return !overflows && *value <= r->last;
}

static bool refuse(const char *text, const char *why, roof_error *error) {
    return error_set(error, ROOF_USAGE, "%s: %s", text, why);
}

static bool add_range(const char *text, const range *r, int64_t values[ROOF_SWEEP_POINTS],
                      size_t *n, roof_error *error) {
    int64_t value = r->first;
    if (*n > 0 && value <= values[*n - 1])
        return refuse(text, "the values must rise", error);
    do {
        if (*n == ROOF_SWEEP_POINTS)
            return refuse(text,
                          "these are more than 4096 values; take larger steps, as in 1..65536:x2 "
                          "or 1..65536:+64",
                          error);
        values[(*n)++] = value;
    } while (next(r, &value));
    return true;
}

bool roof_sweep_parse(const char *text, int64_t values[ROOF_SWEEP_POINTS], size_t *n,
                      roof_error *error) {
    *n = 0;
    for (const char *at = text; at;) {
        const char *comma = strchr(at, ',');
        size_t length = comma ? (size_t)(comma - at) : strlen(at);
        char item[LONGEST];
        range r;
        snprintf(item, sizeof item, "%.*s", length < sizeof item ? (int)length : 0, at);
        if (!read_range(item, &r))
            return refuse(text,
                          "must be numbers from 1 on and ranges, as in 1,2,4 or 1..64 or "
                          "128..4096:+128 or 1..1024:x2",
                          error);
        if (!add_range(text, &r, values, n, error))
            return false;
        at = comma ? comma + 1 : NULL;
    }
    return true;
}
