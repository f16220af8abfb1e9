/* A saved analysis that is loaded again is the analysis: every report of it is the same to the
 * byte. Arguments are model files. */
#include <roofline/figure.h>
#include <roofline/html.h>
#include <roofline/report.h>
#include <roofline/saved.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures, documents;

typedef struct text {
    char *bytes;
    size_t n;
} text;

/* The report in a format; "html" is the page. */
static text report_of(const roof_analysis *a, const char *format, bool all) {
    roof_error e = ROOF_ERROR_INIT;
    roof_report_options options = {.all = all};
    text t = {NULL, 0};
    FILE *out = open_memstream(&t.bytes, &t.n);
    bool ok = strcmp(format, "html") == 0 ? roof_html(a, out, &e)
                                          : roof_report(a, format, &options, out, &e);
    fclose(out);
    if (!ok) {
        fprintf(stderr, "FAIL %s: %s\n", format, e.text);
        failures++;
    }
    return t;
}

static void compare(const roof_analysis *a, const roof_analysis *b, const char *format, bool all,
                    const char *where) {
    text before = report_of(a, format, all), after = report_of(b, format, all);
    if (before.n != after.n || memcmp(before.bytes, after.bytes, before.n) != 0) {
        size_t i = 0;
        while (before.bytes[i] && before.bytes[i] == after.bytes[i])
            i++;
        fprintf(stderr, "FAIL %s: %s differs at byte %zu: \"%.60s\", then \"%.60s\"\n", where,
                format, i, before.bytes + i, after.bytes + i);
        failures++;
    }
    free(before.bytes);
    free(after.bytes);
}

/* The script of a figure, in the file of that name. */
static text script_of(const roof_analysis *a, roof_figure_kind kind) {
    static const char path[] = "roundtrip.gp";
    roof_error e = ROOF_ERROR_INIT;
    roof_plot_options options = {.title = NULL};
    roof_plot_item item = {.analysis = a};
    text t = {NULL, 0};
    FILE *script = roof_figure(kind, &item, 1, path, &options, &e) ? fopen(path, "r") : NULL;
    FILE *out = open_memstream(&t.bytes, &t.n);
    for (int c; script && (c = getc(script)) != EOF;)
        putc(c, out);
    fputs(e.text, out);
    fclose(out);
    if (script)
        fclose(script);
    remove(path);
    return t;
}

static void compare_figures(const roof_analysis *a, const roof_analysis *b, const char *where) {
    for (int kind = 0; kind < ROOF_FIGURE_COUNT; kind++) {
        text before = script_of(a, (roof_figure_kind)kind);
        text after = script_of(b, (roof_figure_kind)kind);
        if (before.n != after.n || memcmp(before.bytes, after.bytes, before.n) != 0) {
            fprintf(stderr, "FAIL %s: the figure %s differs\n", where,
                    roof_figure_name((roof_figure_kind)kind));
            failures++;
        }
        free(before.bytes);
        free(after.bytes);
    }
}

static void check(const roof_model *model, const roof_device *device, const roof_options *options,
                  bool with_pictures, const char *where) {
    static const char *const formats[] = {"json", "csv", "md", "table"};
    roof_error e = ROOF_ERROR_INIT;
    roof_analysis *a = roof_analyze(model, device, options, &e);
    text saved = a ? report_of(a, "json", false) : (text){NULL, 0};
    roof_analysis *b = a ? roof_saved_parse(saved.bytes, saved.n, where, &e) : NULL;
    if (!b) {
        fprintf(stderr, "FAIL %s: %s\n", where, e.text);
        failures++;
    }
    for (size_t i = 0; b && i < sizeof formats / sizeof *formats; i++)
        compare(a, b, formats[i], false, where);
    if (b)
        compare(a, b, "table", true, where);
    if (b && with_pictures) {
        compare(a, b, "html", false, where);
        compare_figures(a, b, where);
    }
    documents++;
    roof_analysis_free(b);
    roof_analysis_free(a);
    free(saved.bytes);
}

/* A device that knows its caches, measured, with everything that a fact may have. */
static const char measured[] =
    "section,name,precision,accumulate,variant,value,unit,min,max,samples,clock_hz,watts,source,"
    "celsius,seconds,note\n"
    "profile,schema,,,,1,,,,,,,,,,\n"
    "device,name,,,,\"A, \"\"quoted\"\" machine\",,,,,,,driver,,,\n"
    "device,kind,,,,cpu,,,,,,,,,,\n"
    "device,signature,,,,x86-1,,,,,,,driver,,,\n"
    "device,date,,,,2026-11-20T10:00:00Z,,,,,,,,,,\n"
    "device,partial,,,,stopped early,,,,,,,,,,\n"
    "param,arch,,,,zen2,,,,,,,driver,,,\n"
    "param,core_count,,,,8,,,,,,,driver,,,\n"
    "param,clock_hz,,,,2.8e9,,,,,,,driver,,,\n"
    "compute,vector,fp32,,avx2,7.1e11,FLOP/s,7e11,7.2e11,30,2.8e9,105,measured,61.5,,\n"
    "compute,vector,fp32,,avx2.1core,1.0333333333333333e11,FLOP/s,,,3,3.3e9,,measured,,,one core\n"
    "compute,vector,int8,,avx2,2.1e12,OP/s,,,,,,measured,,,\n"
    "compute,special,fp32,,exp,1.1e11,FLOP/s,,,,,,measured,,,\n"
    "memory,dram,,,copy,1.23456789012345e11,B/s,1.2e11,1.3e11,12,,,measured,,,held down\n"
    "memory,l3,,,read,4e11,B/s,,,,,,measured,,,\n"
    "memory,l2,,,read,9e11,B/s,,,,,,measured,,,\n"
    "memory,l1,,,read,2e12,B/s,,,,,,measured,,,\n"
    "capacity,l1,,,,32768,B,,,,,,driver,,,\n"
    "capacity,l2,,,,524288,B,,,,,,driver,,,\n"
    "capacity,l3,,,,1.6e7,B,,,,,,driver,,,\n"
    "latency,launch,,,,3.3e-06,s,,,,,,measured,,,\n"
    "series,vector,fp32,,avx2,7e11,FLOP/s,,,,,,measured,,1,\n";

enum { WITH_GPU = 1, WITH_CACHES = 6 }; /* the cases of which pictures are drawn, too */

static void check_model(const char *path, const roof_device *gpu, const roof_device *cpu) {
    roof_error e = ROOF_ERROR_INIT;
    roof_model *model = roof_model_open(path, &e);
    static const roof_binding sizes[] = {{"sequence_length", "16"}, {"past_sequence_length", "12"}};
    const struct {
        const roof_device *device;
        roof_options options;
    } cases[] = {
        {NULL, {.batch = 0}},
        [WITH_GPU] = {gpu, {.batch = 0}},
        {gpu, {.traffic = ROOF_TRAFFIC_FUSED}},
        {gpu, {.traffic = ROOF_TRAFFIC_FUSED, .views = 'c', .kv = 'c', .types = ROOF_TYPES_W4A16}},
        {gpu, {.traffic = ROOF_TRAFFIC_OUTPUT, .views = 'f', .kv = 'i', .tf32 = true}},
        {gpu, {.types = ROOF_TYPES_FP16, .accumulate = 16, .sparse_weights = true}},
        [WITH_CACHES] = {cpu, {.hierarchy = true}},
        {cpu, {.hierarchy = true, .types = ROOF_TYPES_INT8, .traffic = ROOF_TRAFFIC_FUSED}},
        {cpu, {.traffic = ROOF_TRAFFIC_IDEAL, .accumulate = 32, .types = ROOF_TYPES_FP64}},
    };
    bool sequence = strstr(path, "bert") || strstr(path, "gpt") || strstr(path, "prefill");
    bool past = strstr(path, "gpt") || strstr(path, "decode");
    for (size_t i = 0; model && i < sizeof cases / sizeof *cases; i++) {
        roof_options options = cases[i].options;
        options.dims = sizes + !sequence;
        options.n_dims = (size_t)sequence + past;
        check(model, cases[i].device, &options, i == WITH_GPU || i == WITH_CACHES, path);
    }
    if (!model) {
        fprintf(stderr, "FAIL %s\n", e.text);
        failures++;
    }
    roof_model_free(model);
}

int main(int argc, char **argv) {
    roof_error e = ROOF_ERROR_INIT;
    roof_device *gpu = roof_device_find("A100 SXM4 40GB", &e);
    roof_device *cpu = roof_device_parse(measured, sizeof measured - 1, "measured", &e);
    if (!gpu || !cpu) {
        fprintf(stderr, "FAIL %s\n", e.text);
        return 1;
    }
    for (int i = 1; i < argc; i++)
        check_model(argv[i], gpu, cpu);
    roof_device_free(gpu);
    roof_device_free(cpu);
    printf("%d documents, %d failures\n", documents, failures);
    return argc < 2 || failures > 0;
}
