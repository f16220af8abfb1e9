#include "explain/explain.h"
#include "report/format.h"

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

static bool write_as(void *user, arena *memory, roof_error *error) {
    (void)error;
    explain_output *o = user;
    o->arena = memory;
    formats[o->format].write(o);
    return true;
}

bool roof_explain_report(const roof_analysis *a, const roof_explanation *x, const char *format,
                         size_t width, bool color, FILE *out, roof_error *error) {
    explain_output o = {.analysis = a,
                        .x = x,
                        .format = find_format(format, roof_explain_format, error),
                        .width = width,
                        .color = color,
                        .out = out};
    return o.format >= 0 && write_document(out, "the explanation", write_as, &o, error);
}
