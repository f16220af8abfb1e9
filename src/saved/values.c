/* Members of JSON objects by type, with messages that say where and what. */
#include "base/error.h"
#include "saved/load.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What the counts of 63 bits of a model and ceilings from 1e-18 to 1e24 can come to, and more. */
static const double LEAST = 1e-60, MOST = 1e60;

bool is_good(const loader *l) {
    return l->error.status == ROOF_OK;
}

bool refuse(loader *l, const char *key, const char *format, ...) {
    char text[256], index[24] = "";
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (l->index >= 0)
        snprintf(index, sizeof index, "[%lld]", (long long)l->index);
    return error_set(&l->error, ROOF_DAMAGED, "%s: %s%s%s%s %s", l->name, l->part, index,
                     key ? "." : "", key ? key : "", text);
}

/* What a wrong value is, for people. */
static const char *kind(const json_t *v) {
    switch (json_typeof(v)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "a list";
    case JSON_STRING:
        return "a text";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_NULL:
        return "null";
    default:
        return "true or false";
    }
}

static const json_t *member(const json_t *o, const char *key) {
    const json_t *v = json_object_get(o, key);
    return json_is_null(v) ? NULL : v;
}

const char *text_value(loader *l, const char *key, const json_t *v) {
    if (!v || json_is_null(v))
        return "";
    if (!json_is_string(v)) {
        refuse(l, key, "must be a text or null, and is %s", kind(v));
        return "";
    }
    return hash_intern(l->texts, json_string_value(v));
}

int64_t count_value(loader *l, const char *key, const json_t *v) {
    if (!v || json_is_null(v))
        return ROOF_UNKNOWN;
    if (!json_is_integer(v) || json_integer_value(v) < 0) {
        refuse(l, key, "must be a whole number from 0 on, or null, and is %s%s",
               json_is_integer(v) ? "negative" : kind(v),
               json_is_real(v) ? " with a fraction" : "");
        return ROOF_UNKNOWN;
    }
    return json_integer_value(v);
}

double real_value(loader *l, const char *key, const json_t *v) {
    if (!v || json_is_null(v))
        return NAN;
    double value = json_number_value(v);
    if (json_is_number(v) && (value == 0 || (value >= LEAST && value <= MOST)))
        return value;
    if (json_is_number(v))
        refuse(l, key, "must be a number: 0, or from %g to %g, or null, and is %g", LEAST, MOST,
               value);
    else
        refuse(l, key, "must be a number from 0 on, or null, and is %s", kind(v));
    return NAN;
}

const char *text_of(loader *l, const json_t *o, const char *key) {
    return text_value(l, key, member(o, key));
}

int64_t count_of(loader *l, const json_t *o, const char *key) {
    return count_value(l, key, member(o, key));
}

int64_t number_of(loader *l, const json_t *o, const char *key) {
    int64_t n = count_of(l, o, key);
    return n == ROOF_UNKNOWN ? 0 : n;
}

double real_of(loader *l, const json_t *o, const char *key) {
    return real_value(l, key, member(o, key));
}

double share_of(loader *l, const json_t *o, const char *key) {
    double share = real_of(l, o, key);
    if (share > 1 + 1e-9)
        refuse(l, key, "must be from 0 to 1, and is %g", share);
    return share;
}

bool flag_of(loader *l, const json_t *o, const char *key) {
    const json_t *v = member(o, key);
    if (v && !json_is_boolean(v))
        return refuse(l, key, "must be true or false, and is %s", kind(v));
    return json_is_true(v);
}

const json_t *list_of(loader *l, const json_t *o, const char *key) {
    const json_t *v = member(o, key);
    if (v && !json_is_array(v))
        refuse(l, key, "must be a list, and is %s", kind(v));
    return json_is_array(v) ? v : NULL;
}

const json_t *object_of(loader *l, const json_t *o, const char *key) {
    const json_t *v = member(o, key);
    if (v && !json_is_object(v))
        refuse(l, key, "must be an object, and is %s", kind(v));
    return json_is_object(v) ? v : NULL;
}

bool is_object(loader *l, const json_t *v) {
    return json_is_object(v) || refuse(l, NULL, "must be an object, and is %s", kind(v));
}

int choice_of(loader *l, const json_t *o, const char *key, const char *(*name)(int), int n,
              int absent) {
    const char *text = text_of(l, o, key);
    if (!*text)
        return absent;
    for (int i = 0; i < n; i++)
        if (strcmp(text, name(i)) == 0)
            return i;
    refuse(l, key, "is \"%.60s\", which this release does not know", text);
    return absent;
}

static const char *limiter_name(int i) {
    return roof_limiter_name((roof_limiter)i);
}

roof_limiter limiter_of(loader *l, const json_t *o) {
    return (roof_limiter)choice_of(l, o, "limiter", limiter_name, ROOF_LIMITER_COUNT,
                                   ROOF_LIMIT_NONE);
}
