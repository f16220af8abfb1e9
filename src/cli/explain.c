#include "base/error.h"
#include "cli/subject.h"
#include <roofline/explain.h>

static void explain_node(const settings *s, const roof_analysis *a, FILE *out, roof_error *e) {
    const roof_row *row = roof_find_row(a, s->args[1], e);
    roof_explanation *x = row ? roof_explain(a, row, e) : NULL;
    const char *format = s->format ? s->format : "text";
    if (x)
        roof_explain_report(a, x, format, terminal_width(), wants_color(s), out, e);
    roof_explanation_free(x);
}

static void explain_model(const settings *s, FILE *out, roof_error *e) {
    roof_device *d = NULL;
    roof_model *model = open_model(s, s->args[0], e);
    bool ready = model && choose_device(s, &d, e);
    roof_analysis *a = ready ? roof_analyze(model, d, &s->analysis, e) : NULL;
    if (a)
        explain_node(s, a, out, e);
    roof_analysis_free(a);
    roof_device_free(d);
    roof_model_free(model);
}

roof_status command_explain(const settings *s, roof_error *e) {
    output out;
    if (s->n_args != 2) {
        error_set(e, ROOF_USAGE,
                  "explain needs a model and a node: roofline explain MODEL.onnx NODE");
        return e->status;
    }
    if (output_open(&out, s->output, e)) {
        roof_error own = ROOF_ERROR_INIT;
        explain_model(s, out.file, &own);
        output_end(&out, &own, e);
    }
    return e->status;
}
