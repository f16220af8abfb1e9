/* Finding the row that a person means. */
#include "base/error.h"
#include "base/text.h"
#include <roofline/explain.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CANDIDATES = 1 << 16, SHOWN = 4 };

static bool has_output(const roof_row *row, const char *name) {
    for (size_t i = 0; i < row->n_outputs; i++)
        if (!strcmp(row->outputs[i].name, name))
            return true;
    return false;
}

static bool has_id(const roof_row *row, const char *name) {
    return !strcmp(row->id, name);
}

static bool has_name(const roof_row *row, const char *name) {
    return !strcmp(row->name, name);
}

/* The one row that answers to the name in this way; NULL when none does, or *error when several. */
static const roof_row *find_by(const roof_analysis *a, const char *name,
                               bool (*answers)(const roof_row *, const char *), roof_error *error) {
    const roof_row *found = NULL;
    char ids[256] = "";
    size_t n = 0, rows = roof_analysis_rows(a);
    for (size_t i = 0; i < rows; i++) {
        const roof_row *row = roof_analysis_row(a, i);
        if (!answers(row, name))
            continue;
        found = row;
        if (n++ < SHOWN)
            snprintf(ids + strlen(ids), sizeof ids - strlen(ids), "%s%s", n > 1 ? ", " : "",
                     row->id);
    }
    if (n > 1)
        error_set(error, ROOF_USAGE, "%zu nodes are named %s; give the id of one: %s%s", n, name,
                  ids, n > SHOWN ? ", ..." : "");
    return n == 1 ? found : NULL;
}

static void refuse(const roof_analysis *a, const char *name, roof_error *error) {
    size_t rows = roof_analysis_rows(a), n = 0;
    const char **names = calloc(MOST_CANDIDATES, sizeof *names);
    for (size_t i = 0; names && i < rows && n < MOST_CANDIDATES; i++) {
        const roof_row *row = roof_analysis_row(a, i);
        if (*row->name)
            names[n++] = row->name;
        for (size_t k = 0; k < row->n_outputs && n < MOST_CANDIDATES; k++)
            names[n++] = row->outputs[k].name;
    }
    const char *near = *name == '#' ? NULL : text_nearest(name, names, n);
    const char *last = rows ? roof_analysis_row(a, rows - 1)->id : "";
    if (near)
        error_set(error, ROOF_USAGE, "no node or output is named %s (did you mean %s?)", name,
                  near);
    else
        error_set(error, ROOF_USAGE,
                  "no node or output is named %s; the %zu nodes have ids from #0 to %s, and "
                  "analyze --top all lists them",
                  name, rows, last);
    free(names);
}

const roof_row *roof_find_row(const roof_analysis *a, const char *name, roof_error *error) {
    static bool (*const ways[])(const roof_row *, const char *) = {has_id, has_name, has_output};
    const roof_row *row = NULL;
    for (size_t i = 0; i < sizeof ways / sizeof *ways && !row && error->status == ROOF_OK; i++)
        row = find_by(a, name, ways[i], error);
    if (!row && error->status == ROOF_OK)
        refuse(a, name, error);
    return row;
}
