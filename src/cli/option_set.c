/* Options whose words need a look before they are kept. */
#include "cli/option_set.h"
#include "base/error.h"
#include "base/text.h"
#include <roofline/explain.h>
#include <roofline/sweep.h>
#include <stdlib.h>
#include <string.h>

/* The position of text among the names, or an error that lists them. */
static int choose(const char *option, const char *text, const char *const *names, size_t n,
                  roof_error *e) {
    char all[256] = "";
    for (size_t i = 0; i < n; i++) {
        if (!strcmp(text, names[i]))
            return (int)i;
        strncat(all, i ? ", " : "", sizeof all - strlen(all) - 1);
        strncat(all, names[i], sizeof all - strlen(all) - 1);
    }
    const char *near = text_nearest(text, names, n);
    error_set(e, ROOF_USAGE, "--%s %s: must be one of %s%s%s%s", option, text, all,
              near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
    return -1;
}

static bool to_number(const char *option, const char *text, int64_t least, int64_t most,
                      int64_t *number, roof_error *e) {
    if (text_to_int(text, number) && *number >= least && *number <= most)
        return true;
    return error_set(e, ROOF_USAGE, "--%s %s: must be a whole number from %lld to %lld", option,
                     text, (long long)least, (long long)most);
}

/* Splits NAME=TEXT at the last '=' that still leaves a text, as names may hold one. */
static bool add_binding(settings *s, roof_binding *list, size_t *n, const char *option,
                        const char *text, roof_error *e) {
    const char *equals = strrchr(text, '=');
    if (!equals || equals == text)
        return error_set(e, ROOF_USAGE, "--%s %s: must be NAME=VALUE", option, text);
    if (*n == MAX_REPEATED)
        return error_set(e, ROOF_USAGE, "--%s: given more than %d times", option, MAX_REPEATED);
    char *name = strndup(text, (size_t)(equals - text));
    if (!name)
        return error_set(e, ROOF_FAILED, "not enough memory");
    s->names[s->n_names++] = name;
    list[(*n)++] = (roof_binding){.name = name, .text = equals + 1};
    return true;
}

bool set_dim(settings *s, const char *text, roof_error *e) {
    s->analysis.dims = s->dims;
    return add_binding(s, s->dims, &s->analysis.n_dims, "dim", text, e);
}

bool set_shape(settings *s, const char *text, roof_error *e) {
    s->analysis.shapes = s->shapes;
    return add_binding(s, s->shapes, &s->analysis.n_shapes, "shape", text, e);
}

bool set_value(settings *s, const char *text, roof_error *e) {
    s->analysis.values = s->values;
    return add_binding(s, s->values, &s->analysis.n_values, "value", text, e);
}

bool set_batch(settings *s, const char *text, roof_error *e) {
    return to_number("batch", text, 1, INT64_C(1) << 40, &s->analysis.batch, e);
}

bool set_batch_range(settings *s, const char *text, roof_error *e) {
    s->batch_range = roof_sweep_is_range(text) ? text : NULL;
    return s->batch_range || set_batch(s, text, e);
}

bool set_traffic(settings *s, const char *text, roof_error *e) {
    const char *names[ROOF_TRAFFIC_COUNT];
    for (int i = 0; i < ROOF_TRAFFIC_COUNT; i++)
        names[i] = roof_traffic_name((roof_traffic)i);
    int i = choose("traffic", text, names, ROOF_TRAFFIC_COUNT, e);
    s->analysis.traffic = (roof_traffic)(i < 0 ? 0 : i);
    return i >= 0;
}

bool set_views(settings *s, const char *text, roof_error *e) {
    static const char *const names[] = {"copy", "free"};
    int i = choose("views", text, names, 2, e);
    s->analysis.views = i == 0 ? 'c' : 'f';
    return i >= 0;
}

bool set_kv(settings *s, const char *text, roof_error *e) {
    static const char *const names[] = {"copy", "inplace"};
    int i = choose("kv", text, names, 2, e);
    s->analysis.kv = i == 0 ? 'c' : 'i';
    return i >= 0;
}

static bool choose_format(settings *s, const char *text, const char *(*format)(size_t),
                          roof_error *e) {
    const char *names[16];
    size_t n = 0;
    while (n < 16 && format(n)) {
        names[n] = format(n);
        n++;
    }
    int i = choose("format", text, names, n, e);
    s->format = i < 0 ? NULL : names[i];
    return i >= 0;
}

bool set_memory(settings *s, const char *text, roof_error *e) {
    static const char *const names[] = {"dram", "hierarchy"};
    int i = choose("memory", text, names, 2, e);
    s->analysis.hierarchy = i == 1;
    return i >= 0;
}

bool set_precision(settings *s, const char *text, roof_error *e) {
    const char *names[ROOF_TYPES_COUNT];
    for (int i = 0; i < ROOF_TYPES_COUNT; i++)
        names[i] = roof_types_name((roof_types)i);
    int i = choose("precision", text, names, ROOF_TYPES_COUNT, e);
    s->analysis.types = (roof_types)(i < 0 ? 0 : i);
    return i >= 0;
}

bool set_accumulate(settings *s, const char *text, roof_error *e) {
    static const char *const names[] = {"fp32", "fp16"};
    int i = choose("accumulate", text, names, 2, e);
    s->analysis.accumulate = i == 0 ? 32 : 16;
    return i >= 0;
}

bool set_sparsity(settings *s, const char *text, roof_error *e) {
    static const char *const names[] = {"2:4", "none"};
    int i = choose("sparsity", text, names, 2, e);
    s->analysis.sparse_weights = i == 0;
    return i >= 0;
}

bool set_format(settings *s, const char *text, roof_error *e) {
    return choose_format(s, text, roof_report_format, e);
}

bool set_explain_format(settings *s, const char *text, roof_error *e) {
    return choose_format(s, text, roof_explain_format, e);
}

bool set_sweep_format(settings *s, const char *text, roof_error *e) {
    return choose_format(s, text, roof_sweep_format, e);
}

bool set_compare_format(settings *s, const char *text, roof_error *e) {
    return choose_format(s, text, roof_compare_format, e);
}

bool set_fail_if(settings *s, const char *text, roof_error *e) {
    if (s->n_fail_if == MAX_REPEATED)
        return error_set(e, ROOF_USAGE, "--fail-if is given more than %d times", MAX_REPEATED);
    return roof_condition_parse(text, &s->fail_if[s->n_fail_if++], e);
}

bool set_top(settings *s, const char *text, roof_error *e) {
    int64_t n;
    s->report.all = !strcmp(text, "all");
    if (s->report.all)
        return true;
    if (!to_number("top", text, 1, 1 << 30, &n, e))
        return false;
    s->report.top = (size_t)n;
    return true;
}

bool set_sort(settings *s, const char *text, roof_error *e) {
    const char *names[32];
    size_t n = 0;
    while (n < 32 && roof_report_sort(n)) {
        names[n] = roof_report_sort(n);
        n++;
    }
    int i = choose("sort", text, names, n, e);
    s->report.sort = i < 0 ? NULL : names[i];
    return i >= 0;
}

/* "op", "module", "module:2", "none". */
bool set_group(settings *s, const char *text, roof_error *e) {
    static const char *const names[] = {"none", "op", "module"};
    const char *colon = strchr(text, ':');
    size_t n = colon ? (size_t)(colon - text) : 0;
    int64_t depth = 0;
    if (n == strlen("module") && !strncmp(text, "module", n)) {
        if (!text_to_int(colon + 1, &depth) || depth < 1 || depth > 64)
            return error_set(e, ROOF_USAGE, "--group %s: the depth must be from 1 to 64", text);
        text = "module";
    }
    int i = choose("group", text, names, 3, e);
    s->report.group = i < 0 ? ROOF_GROUP_NONE : (roof_grouping)i;
    s->report.group_depth = (int)depth;
    return i >= 0;
}

/* "1600x1000" */
bool set_size(settings *s, const char *text, roof_error *e) {
    const char *times = strchr(text, 'x');
    char width[16];
    int64_t w = 0, h = 0;
    snprintf(width, sizeof width, "%.*s", times ? (int)(times - text) : 0, text);
    bool numbers = times && text_to_int(width, &w) && text_to_int(times + 1, &h);
    if (!numbers || w < ROOF_PLOT_SMALLEST || w > ROOF_PLOT_LARGEST || h < ROOF_PLOT_SMALLEST ||
        h > ROOF_PLOT_LARGEST)
        return error_set(e, ROOF_USAGE,
                         "--size %s: must be WIDTHxHEIGHT in pixels, each from %d to %d", text,
                         ROOF_PLOT_SMALLEST, ROOF_PLOT_LARGEST);
    s->figure.width = (int)w;
    s->figure.height = (int)h;
    return true;
}

bool set_figure(settings *s, const char *text, roof_error *e) {
    const char *names[ROOF_FIGURE_COUNT];
    for (int i = 0; i < ROOF_FIGURE_COUNT; i++)
        names[i] = roof_figure_name((roof_figure_kind)i);
    int i = choose("figure", text, names, ROOF_FIGURE_COUNT, e);
    s->figure_kind = (roof_figure_kind)(i < 0 ? 0 : i);
    return i >= 0;
}

bool set_sweep_figure(settings *s, const char *text, roof_error *e) {
    static const char *const names[] = {"curve", "roofline"};
    int i = choose("figure", text, names, 2, e);
    s->sweep_figure = i == 1 ? ROOF_SWEEP_ROOFLINE : ROOF_SWEEP_CURVE;
    return i >= 0;
}

/* "-" is standard output, as without the option. */
bool set_result_file(settings *s, const char *text, roof_error *e) {
    (void)e;
    s->output = strcmp(text, "-") != 0 ? text : NULL;
    return true;
}

bool set_theme(settings *s, const char *text, roof_error *e) {
    static const char *const names[] = {"light", "dark"};
    int i = choose("theme", text, names, 2, e);
    s->figure.theme = i == 1 ? ROOF_PLOT_DARK : ROOF_PLOT_LIGHT;
    return i >= 0;
}

bool set_calibrate(settings *s, const char *text, roof_error *e) {
    static const char *const names[] = {"auto", "never"};
    int i = choose("calibrate", text, names, 2, e);
    s->never_calibrate = i == 1;
    return i >= 0;
}

static bool choose_backend(settings *s, const char *name, roof_error *e) {
    if (s->calibrate.backend && strcmp(s->calibrate.backend, name) != 0)
        return error_set(e, ROOF_USAGE,
                         "--cpu measures the processor, --gpu and --all-gpus do not: "
                         "give one of them");
    s->calibrate.backend = name;
    return true;
}

bool set_gpu(settings *s, const char *text, roof_error *e) {
    s->calibrate.gpu = text;
    return choose_backend(s, "cuda", e);
}

bool set_all_gpus(settings *s, const char *text, roof_error *e) {
    (void)text;
    s->all_gpus = true;
    return choose_backend(s, "cuda", e);
}

/* "60s", "5m" or "60": seconds. */
bool set_sustained(settings *s, const char *text, roof_error *e) {
    char number[32];
    size_t n = strlen(text);
    bool minutes = n > 0 && text[n - 1] == 'm', seconds = n > 0 && text[n - 1] == 's';
    double value = 0;
    snprintf(number, sizeof number, "%.*s", (int)(n - (minutes || seconds)), text);
    if (!text_to_double(number, &value) || !(value >= 1) || value * (minutes ? 60 : 1) > 86400)
        return error_set(e, ROOF_USAGE, "--sustained %s: must be a time from 1s to 1440m", text);
    s->calibrate.sustained = minutes ? 60 * value : value;
    return true;
}

bool set_cpu(settings *s, const char *text, roof_error *e) {
    (void)text;
    return choose_backend(s, "cpu", e);
}

bool set_threads(settings *s, const char *text, roof_error *e) {
    int64_t n;
    if (!to_number("threads", text, 1, 4096, &n, e))
        return false;
    s->calibrate.threads = (int)n;
    return true;
}

bool set_verbose(settings *s, const char *text, roof_error *e) {
    (void)text, (void)e;
    s->verbose++;
    return true;
}

bool set_color(settings *s, const char *text, roof_error *e) {
    static const char *const names[] = {"auto", "always", "never"};
    int i = choose("color", text, names, 3, e);
    s->color = i < 0 ? COLOR_AUTO : (enum color)i;
    return i >= 0;
}
