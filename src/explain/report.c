#include "base/error.h"
#include "base/numeric.h"
#include "explain/explain.h"
#include "report/format.h"
#include <errno.h>

enum { MEMORY_LIMIT = 256 << 20 };

static const struct {
    const char *name;
    void (*write)(explain_output *o);
} formats[] = {
    {.name = "text", .write = write_explanation_text},
    {.name = "json", .write = write_explanation_json},
};
enum { N_FORMATS = sizeof formats / sizeof *formats };

const char *roof_explain_format(size_t i) {
    return i < N_FORMATS ? formats[i].name : NULL;
}

static bool write_in(explain_output *o, int format, roof_error *error) {
    if (arena_escape(o->arena))
        return error_set(error, ROOF_FAILED, "not enough memory to write the explanation");
    errno = 0;
    formats[format].write(o);
    return end_document(o->out, "the explanation", error);
}

bool roof_explain_report(const roof_analysis *a, const roof_explanation *x, const char *format,
                         size_t width, bool color, FILE *out, roof_error *error) {
    int i = find_format(format, roof_explain_format, error);
    if (i < 0)
        return false;
    explain_output o = {.analysis = a,
                        .x = x,
                        .width = width,
                        .color = color,
                        .out = out,
                        .arena = arena_new(MEMORY_LIMIT)};
    numeric_locale numeric = numeric_begin();
    bool ok = o.arena && write_in(&o, i, error);
    numeric_end(numeric);
    arena_free(o.arena);
    return ok || error_set(error, ROOF_FAILED, "not enough memory to write the explanation");
}
