/* Loading a saved analysis, and whatever can be made of one: reports, the page, a picture. */
#include <roofline/html.h>
#include <roofline/plot.h>
#include <roofline/report.h>
#include <roofline/saved.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static char *json_of(const roof_analysis *a, size_t *n) {
    roof_error e = ROOF_ERROR_INIT;
    char *text = NULL;
    FILE *out = open_memstream(&text, n);
    if (!roof_report(a, "json", NULL, out, &e))
        abort();
    fclose(out);
    return text;
}

/* What was written of an analysis that was loaded can be loaded, and is written the same again. */
static void check_again(const roof_analysis *a) {
    roof_error e = ROOF_ERROR_INIT;
    size_t n, again_n;
    char *text = json_of(a, &n);
    roof_analysis *again = roof_saved_parse(text, n, "again.json", &e);
    if (!again)
        abort();
    char *again_text = json_of(again, &again_n);
    if (n != again_n || memcmp(text, again_text, n) != 0)
        abort();
    free(again_text);
    free(text);
    roof_analysis_free(again);
}

static void show(const roof_analysis *a) {
    static const char *const formats[] = {"table", "csv", "md"};
    roof_error e = ROOF_ERROR_INIT;
    FILE *out = fopen("/dev/null", "w");
    for (size_t i = 0; out && i < sizeof formats / sizeof *formats; i++)
        if (!roof_report(a, formats[i], &(roof_report_options){.all = true}, out, &e))
            abort();
    if (out && !roof_html(a, out, &e))
        abort();
    if (out)
        fclose(out);
}

static char folder[] = "/tmp/roofline-fuzz.XXXXXX";

static void remove_folder(void) {
    rmdir(folder);
}

/* A script is written without gnuplot. What cannot be drawn says so. */
static void draw(const roof_analysis *a) {
    static bool made;
    char path[64];
    roof_error e = ROOF_ERROR_INIT;
    if (!made && (!mkdtemp(folder) || atexit(remove_folder) != 0))
        abort();
    made = true;
    snprintf(path, sizeof path, "%s/x.gp", folder);
    if (!roof_plot(&(roof_plot_item){.analysis = a}, 1, path, NULL, &e) && !e.text[0])
        abort();
    remove(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    roof_error e = ROOF_ERROR_INIT;
    roof_analysis *a = roof_saved_parse((const char *)data, n, "fuzz.json", &e);
    if (!a && (e.status == ROOF_OK || !e.text[0]))
        abort(); /* a failure must say why */
    if (a) {
        check_again(a);
        show(a);
        draw(a);
    }
    roof_analysis_free(a);
    return 0;
}
