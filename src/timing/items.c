/* Arrays in JSON, item by item. */
#include "timing/timing.h"
#include <math.h>
#include <string.h>

static size_t skip_blanks(const reading *r, size_t at) {
    while (at < r->n && memchr(" \t\r\n", r->text[at], 4))
        at++;
    return at;
}

bool read_items(reading *r, bool (*item)(reading *r, size_t i, const json_t *o, void *user),
                void *user) {
    size_t at = skip_blanks(r, 0) + 1; /* past the bracket, which the importer has seen */
    for (size_t i = 0;; i++) {
        json_error_t why;
        json_t *o = json_loadb(r->text + at, r->n - at, JSON_DISABLE_EOF_CHECK, &why);
        r->item = o;
        if (!o && skip_blanks(r, at) >= r->n)
            return refuse_times(r, "ends after %zu items: it was not written to its end", i);
        if (!o)
            return refuse_times(r, "item %zu is damaged: %s", i, why.text);
        bool ok = item(r, i, o, user);
        json_decref(o);
        r->item = NULL;
        if (!ok)
            return false;
        at = skip_blanks(r, at + (size_t)why.position);
        if (at < r->n && r->text[at] == ']')
            return true;
        if (at >= r->n)
            return refuse_times(r, "ends after %zu items: it was not written to its end", i + 1);
        if (r->text[at++] != ',')
            return refuse_times(r, "no comma after item %zu", i);
    }
}

bool json_seconds(const json_t *o, const char *key, double unit, double *seconds) {
    const json_t *value = json_object_get(o, key);
    if (!json_is_number(value))
        return false;
    *seconds = json_number_value(value) * unit;
    return isfinite(*seconds) && *seconds >= 0;
}

const char *json_text(const json_t *o, const char *key) {
    const char *text = json_string_value(json_object_get(o, key));
    return text ? text : "";
}
