/* Ranges as people write them: "1,2,4", "1..64", "128..4096:+128", "1..1024:x2". */
#include "base/error.h"
#include "base/text.h"
#include "sweep/sweep.h"
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

static bool to_number(const char *text, int64_t least, int64_t *value) {
    return text_to_int(text, value) && *value >= least;
}

/* What follows the colon: "+8" or "x2". */
static bool read_step(const char *text, range *r) {
    r->step = 0;
    if (*text == '+')
        return to_number(text + 1, 1, &r->step);
    return *text == 'x' && to_number(text + 1, 2, &r->factor);
}

/* Takes one item of the list apart, which is overwritten. */
static bool read_range(char *item, int64_t least, range *r) {
    char *dots = strstr(item, ".."), *colon = strchr(item, ':');
    *r = (range){.step = 1};
    if (!dots) {
        bool ok = to_number(item, least, &r->first);
        r->last = r->first;
        return ok;
    }
    if (colon) {
        *colon = '\0';
        if (colon < dots || !read_step(colon + 1, r))
            return false;
    }
    *dots = '\0';
    return to_number(item, least, &r->first) && to_number(dots + 2, least, &r->last) &&
           r->first <= r->last;
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

static bool refuse_form(const char *text, int64_t least, roof_error *error) {
    return error_set(error, ROOF_USAGE,
                     "%s: must be numbers from %lld on and ranges, as in 1,2,4 or 1..64 or "
                     "128..4096:+128 or 1..1024:x2",
                     text, (long long)least);
}

bool sweep_parse(const char *text, int64_t least, int64_t most, int64_t values[ROOF_SWEEP_POINTS],
                 size_t *n, roof_error *error) {
    *n = 0;
    for (const char *at = text; at;) {
        const char *comma = strchr(at, ',');
        size_t length = comma ? (size_t)(comma - at) : strlen(at);
        char item[LONGEST];
        range r;
        snprintf(item, sizeof item, "%.*s", length < sizeof item ? (int)length : 0, at);
        if (!read_range(item, least, &r))
            return refuse_form(text, least, error);
        if (r.last > most)
            return error_set(error, ROOF_USAGE, "%s: must be at most %lld", text, (long long)most);
        if (!add_range(text, &r, values, n, error))
            return false;
        at = comma ? comma + 1 : NULL;
    }
    return true;
}

bool roof_sweep_parse(const char *text, int64_t values[ROOF_SWEEP_POINTS], size_t *n,
                      roof_error *error) {
    return sweep_parse(text, 1, INT64_MAX, values, n, error);
}
