#include "base/error.h"
#include "cli/figure.h"
#include <unistd.h>

static bool report_model(const settings *s, roof_error *e) {
    roof_device *d = NULL;
    subject x = {NULL};
    bool ok = choose_device_of_models(s, &d, e) && subject_open(s, s->args[0], d, &x, e) &&
              write_page(s, x.analysis, s->output, e) && check_strict(s, &x, s->args[0], e);
    subject_close(&x);
    roof_device_free(d);
    return ok;
}

roof_status command_report(const settings *s, roof_error *e) {
    if (s->n_args != 1)
        error_set(e, ROOF_USAGE,
                  "report needs one model: roofline report MODEL.onnx -o report.html");
    else if (s->output && is_picture_name(s->output))
        error_set(e, ROOF_USAGE,
                  "-o %s: report writes a page, so the name must end in .html; roofline plot draws "
                  "pictures",
                  s->output);
    else if (!check_measured(s, e))
        return e->status;
    else if (!s->output && isatty(STDOUT_FILENO))
        error_set(e, ROOF_USAGE, "report writes a page, not text: name it with -o report.html");
    else
        report_model(s, e);
    return interrupted ? ROOF_INTERRUPTED : e->status;
}
