/* Reading, analysing and reporting one model. */
#include <roofline/analysis.h>
#include <roofline/report.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    roof_error e = ROOF_ERROR_INIT;
    roof_model *model = roof_model_from_memory(data, n, "fuzz.onnx", &e);
    roof_analysis *a = model ? roof_analyze(model, NULL, &(roof_options){0}, &e) : NULL;
    if (a) {
        FILE *out = fopen("/dev/null", "w");
        if (out) {
            roof_report(a, "json", &(roof_report_options){0}, out, &e);
            roof_report(a, "table", &(roof_report_options){.width = 80}, out, &e);
            fclose(out);
        }
    } else if (e.status == ROOF_OK || !e.text[0]) {
        abort(); /* a failure must say why */
    }
    roof_analysis_free(a);
    roof_model_free(model);
    return 0;
}
