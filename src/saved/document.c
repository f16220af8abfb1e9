/* The outermost level of the document, by hand: its rows are many, and one JSON value at a time
 * keeps memory small whatever the file holds. */
#include "base/error.h"
#include "saved/load.h"
#include <string.h>

/* Of one value: what it becomes in memory stays within some 40 times of this. */
enum { LARGEST_VALUE = 16 << 20 };

static const char SCHEMA[] = "roofline.analysis/1", FAMILY[] = "roofline.analysis/";

static void load_schema(loader *l, const json_t *v) {
    const char *text = json_is_string(v) ? json_string_value(v) : "";
    l->is_analysis = strcmp(text, SCHEMA) == 0;
    if (l->is_analysis)
        return;
    if (strncmp(text, FAMILY, strlen(FAMILY)) == 0)
        error_set(&l->error, ROOF_DAMAGED,
                  "%s: its schema is \"%.60s\", and this release understands \"%s\"", l->name, text,
                  SCHEMA);
    else
        error_set(&l->error, ROOF_DAMAGED,
                  "%s: is JSON of schema \"%.60s\", not a saved analysis (\"%s\": roofline analyze "
                  "--format json)",
                  l->name, text, SCHEMA);
}

/* Every part that is read; others are passed over. */
static const struct {
    const char *key;
    load_part *load;
    bool is_list, needed;
} parts[] = {
    {.key = "schema", .load = load_schema, .needed = true},
    {.key = "model", .load = load_model, .needed = true},
    {.key = "device", .load = load_device},
    {.key = "options", .load = load_options, .needed = true},
    {.key = "totals", .load = load_totals, .needed = true},
    {.key = "coverage", .load = load_coverage, .needed = true},
    {.key = "assumptions", .load = load_assumptions},
    {.key = "outputs", .load = load_outputs},
    {.key = "measured", .load = load_measured},
    {.key = "groups", .load = load_group, .is_list = true},
    {.key = "nodes", .load = load_row, .is_list = true, .needed = true},
};

enum { N_PARTS = sizeof parts / sizeof *parts };

static bool syntax(loader *l, const char *what) {
    return error_set(&l->error, ROOF_DAMAGED, "%s: is damaged: %s", l->name, what);
}

static void skip_blanks(loader *l) {
    size_t n = 0;
    while (n < l->left && l->text[n] && strchr(" \t\r\n", l->text[n]))
        n++;
    l->text += n;
    l->left -= n;
}

/* Takes one sign; false when something else comes. */
static bool take(loader *l, char sign) {
    skip_blanks(l);
    if (l->left == 0 || *l->text != sign)
        return false;
    l->text++;
    l->left--;
    return true;
}

static bool expect(loader *l, char sign) {
    char what[64];
    snprintf(what, sizeof what, l->left ? "a '%c' is missing" : "it ends where '%c' should follow",
             sign);
    return take(l, sign) || syntax(l, what);
}

/* Reads one value into l->value, in place of the one before. */
static bool next_value(loader *l) {
    json_error_t why;
    bool cut = l->left > LARGEST_VALUE;
    json_decref(l->value);
    l->value = json_loadb(l->text, cut ? LARGEST_VALUE : l->left,
                          JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, &why);
    if (!l->value) {
        if (cut && why.position >= LARGEST_VALUE)
            return refuse(l, NULL, "is longer than the %d MB that one may take",
                          LARGEST_VALUE >> 20);
        return refuse(l, NULL, "is no JSON: %.150s", why.text);
    }
    l->text += why.position;
    l->left -= (size_t)why.position;
    return true;
}

static void load_list(loader *l, load_part *load) {
    if (!take(l, '[')) {
        refuse(l, NULL, "must be a list");
        return;
    }
    l->index = 0;
    if (take(l, ']'))
        return;
    do {
        if (next_value(l))
            load(l, l->value);
        l->index++;
    } while (is_good(l) && take(l, ','));
    if (is_good(l))
        expect(l, ']');
}

static void load_value(loader *l, load_part *load) {
    skip_blanks(l);
    if (next_value(l) && load)
        load(l, l->value);
}

/* One `"key": value`. */
static void load_member(loader *l) {
    l->part = "a key";
    l->index = -1;
    skip_blanks(l);
    if (!next_value(l))
        return;
    if (!json_is_string(l->value)) {
        syntax(l, "a key must be a text");
        return;
    }
    const char *key = hash_intern(l->texts, json_string_value(l->value));
    size_t i = 0;
    while (i < N_PARTS && strcmp(key, parts[i].key) != 0)
        i++;
    l->part = key;
    if (i < N_PARTS && (l->seen & 1u << i))
        refuse(l, NULL, "is there twice");
    else if (expect(l, ':') && i < N_PARTS && parts[i].is_list)
        load_list(l, parts[i].load);
    else if (is_good(l))
        load_value(l, i < N_PARTS ? parts[i].load : NULL);
    l->seen |= i < N_PARTS ? 1u << i : 0;
}

static void check_parts(loader *l) {
    if (!l->is_analysis)
        error_set(&l->error, ROOF_DAMAGED,
                  "%s: is JSON, but no saved analysis: it has no \"schema\"", l->name);
    for (size_t i = 0; i < N_PARTS; i++)
        if (parts[i].needed && !(l->seen & 1u << i))
            error_set(&l->error, ROOF_DAMAGED, "%s: is no whole analysis: \"%s\" is missing",
                      l->name, parts[i].key);
}

void load_document(loader *l) {
    if (!expect(l, '{'))
        return;
    if (!take(l, '}')) {
        do
            load_member(l);
        while (is_good(l) && take(l, ','));
        if (is_good(l))
            expect(l, '}');
    }
    skip_blanks(l);
    if (is_good(l) && l->left > 0)
        syntax(l, "something follows its end");
    if (is_good(l))
        check_parts(l);
}
