/* Reading one file of times, and giving them to a model with a loop and a chain to be fused. */
#include "../unit/model_text.h"
#include <roofline/report.h>
#include <roofline/timing.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char model_text[] =
    "in x f32[2,8] weight w f32[8,8] int n 5 \"/a/mm\" t = MatMul(x, w) \"/a/relu\" r = Relu(t) "
    "\"/b/loop\" y = Loop(n, _, r) body={ arg i arg c arg s \"m\" u = MatMul(s, w) k = Relu(u) "
    "out c out k } z = Exp(y) out z";

static void measure(const roof_timing *t, roof_traffic traffic) {
    roof_error e = ROOF_ERROR_INIT;
    roof_options options = {.traffic = traffic};
    roof_model *model = model_of_text(model_text, &e);
    roof_analysis *a = roof_analyze(model, NULL, &options, &e);
    FILE *out = fopen("/dev/null", "w");
    if (!a || e.status != ROOF_OK)
        abort();
    if (roof_analysis_measure(a, t, &e) && out)
        roof_report(a, "table", &(roof_report_options){.group = ROOF_GROUP_OP}, out, &e);
    else if (e.status == ROOF_OK || !e.text[0])
        abort();
    for (size_t i = 0; i < roof_analysis_rows(a); i++)
        if (roof_analysis_row(a, i)->measured_s < 0)
            abort();
    if (out)
        fclose(out);
    roof_analysis_free(a);
    roof_model_free(model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    roof_error e = ROOF_ERROR_INIT;
    roof_timing *t = roof_timing_parse((const char *)data, n, "fuzz", &e);
    if (!t && (e.status == ROOF_OK || !e.text[0]))
        abort(); /* a failure must say why */
    if (t) {
        measure(t, ROOF_TRAFFIC_OP);
        measure(t, ROOF_TRAFFIC_FUSED);
    }
    roof_timing_free(t);
    return 0;
}
