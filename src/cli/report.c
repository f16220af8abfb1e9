#include "base/error.h"
#include "cli/cli.h"
#include <roofline/html.h>
#include <unistd.h>

static bool report_model(const settings *s, FILE *out, roof_error *e) {
    roof_device *d = NULL;
    roof_model *model = roof_model_open(s->args[0], e);
    bool ready = model && choose_device(s, &d, e);
    roof_analysis *a = ready ? roof_analyze(model, d, &s->analysis, e) : NULL;
    bool ok = a && roof_html(a, out, e);
    roof_analysis_free(a);
    roof_device_free(d);
    roof_model_free(model);
    return ok;
}

roof_status command_report(const settings *s, roof_error *e) {
    output out;
    if (s->n_args != 1)
        error_set(e, ROOF_USAGE,
                  "report needs one model: roofline report MODEL.onnx -o report.html");
    else if (!s->output && isatty(STDOUT_FILENO))
        error_set(e, ROOF_USAGE, "report writes a page, not text: name it with -o report.html");
    else if (output_open(&out, s->output, e)) {
        if (!report_model(s, out.file, e) || interrupted)
            output_discard(&out);
        else if (output_commit(&out, e) && s->output)
            note(s, "wrote %s", s->output);
    }
    return interrupted ? ROOF_INTERRUPTED : e->status;
}
