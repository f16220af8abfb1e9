#include "cli/options.h"
#include "base/error.h"
#include "base/text.h"
#include <roofline/explain.h>
#include <roofline/sweep.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- setters --- */

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

void options_free(settings *s) {
    for (size_t i = 0; i < s->n_names; i++)
        free(s->names[i]);
}

static bool set_device(settings *s, const char *text, roof_error *e) {
    (void)e;
    s->device = text;
    return true;
}

static bool set_tf32(settings *s, const char *text, roof_error *e) {
    (void)text, (void)e;
    s->analysis.tf32 = true;
    return true;
}

static bool set_dim(settings *s, const char *text, roof_error *e) {
    s->analysis.dims = s->dims;
    return add_binding(s, s->dims, &s->analysis.n_dims, "dim", text, e);
}

static bool set_shape(settings *s, const char *text, roof_error *e) {
    s->analysis.shapes = s->shapes;
    return add_binding(s, s->shapes, &s->analysis.n_shapes, "shape", text, e);
}

static bool set_value(settings *s, const char *text, roof_error *e) {
    s->analysis.values = s->values;
    return add_binding(s, s->values, &s->analysis.n_values, "value", text, e);
}

static bool set_batch(settings *s, const char *text, roof_error *e) {
    return to_number("batch", text, 1, INT64_C(1) << 40, &s->analysis.batch, e);
}

static bool set_batch_range(settings *s, const char *text, roof_error *e) {
    s->batch_range = roof_sweep_is_range(text) ? text : NULL;
    return s->batch_range || set_batch(s, text, e);
}

static bool set_traffic(settings *s, const char *text, roof_error *e) {
    const char *names[ROOF_TRAFFIC_COUNT];
    for (int i = 0; i < ROOF_TRAFFIC_COUNT; i++)
        names[i] = roof_traffic_name((roof_traffic)i);
    int i = choose("traffic", text, names, ROOF_TRAFFIC_COUNT, e);
    s->analysis.traffic = (roof_traffic)(i < 0 ? 0 : i);
    return i >= 0;
}

static bool set_views(settings *s, const char *text, roof_error *e) {
    static const char *const names[] = {"copy", "free"};
    int i = choose("views", text, names, 2, e);
    s->analysis.views = i == 0 ? 'c' : 'f';
    return i >= 0;
}

static bool set_kv(settings *s, const char *text, roof_error *e) {
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

static bool set_memory(settings *s, const char *text, roof_error *e) {
    static const char *const names[] = {"dram", "hierarchy"};
    int i = choose("memory", text, names, 2, e);
    s->analysis.hierarchy = i == 1;
    return i >= 0;
}

static bool set_precision(settings *s, const char *text, roof_error *e) {
    const char *names[ROOF_TYPES_COUNT];
    for (int i = 0; i < ROOF_TYPES_COUNT; i++)
        names[i] = roof_types_name((roof_types)i);
    int i = choose("precision", text, names, ROOF_TYPES_COUNT, e);
    s->analysis.types = (roof_types)(i < 0 ? 0 : i);
    return i >= 0;
}

static bool set_accumulate(settings *s, const char *text, roof_error *e) {
    static const char *const names[] = {"fp32", "fp16"};
    int i = choose("accumulate", text, names, 2, e);
    s->analysis.accumulate = i == 0 ? 32 : 16;
    return i >= 0;
}

static bool set_sparsity(settings *s, const char *text, roof_error *e) {
    static const char *const names[] = {"2:4"};
    s->analysis.sparse_weights = choose("sparsity", text, names, 1, e) == 0;
    return s->analysis.sparse_weights;
}

static bool set_format(settings *s, const char *text, roof_error *e) {
    return choose_format(s, text, roof_report_format, e);
}

static bool set_explain_format(settings *s, const char *text, roof_error *e) {
    return choose_format(s, text, roof_explain_format, e);
}

static bool set_sweep_format(settings *s, const char *text, roof_error *e) {
    return choose_format(s, text, roof_sweep_format, e);
}

static bool set_output(settings *s, const char *text, roof_error *e) {
    (void)e;
    s->output = text;
    return true;
}

static bool set_plot(settings *s, const char *text, roof_error *e) {
    (void)e;
    s->plot = text;
    return true;
}

static bool set_top(settings *s, const char *text, roof_error *e) {
    int64_t n;
    s->report.all = !strcmp(text, "all");
    if (s->report.all)
        return true;
    if (!to_number("top", text, 1, 1 << 30, &n, e))
        return false;
    s->report.top = (size_t)n;
    return true;
}

static bool set_sort(settings *s, const char *text, roof_error *e) {
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

static bool set_calibrate(settings *s, const char *text, roof_error *e) {
    static const char *const names[] = {"auto", "never"};
    int i = choose("calibrate", text, names, 2, e);
    s->never_calibrate = i == 1;
    return i >= 0;
}

static bool set_strict(settings *s, const char *text, roof_error *e) {
    (void)text, (void)e;
    s->strict = true;
    return true;
}

static bool set_quick(settings *s, const char *text, roof_error *e) {
    (void)text, (void)e;
    s->calibrate.quick = true;
    return true;
}

static bool set_gpu(settings *s, const char *text, roof_error *e) {
    (void)e;
    s->calibrate.backend = "cuda";
    s->calibrate.gpu = text;
    return true;
}

static bool set_all_gpus(settings *s, const char *text, roof_error *e) {
    (void)text, (void)e;
    s->calibrate.backend = "cuda";
    s->all_gpus = true;
    return true;
}

static bool set_full(settings *s, const char *text, roof_error *e) {
    (void)text, (void)e;
    s->calibrate.full = true;
    return true;
}

/* "60s", "5m" or "60": seconds. */
static bool set_sustained(settings *s, const char *text, roof_error *e) {
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

static bool set_cpu(settings *s, const char *text, roof_error *e) {
    (void)text, (void)e;
    s->calibrate.backend = "cpu";
    return true;
}

static bool set_only(settings *s, const char *text, roof_error *e) {
    (void)e;
    s->calibrate.only = text;
    return true;
}

static bool set_list(settings *s, const char *text, roof_error *e) {
    (void)text, (void)e;
    s->list = true;
    return true;
}

static bool set_threads(settings *s, const char *text, roof_error *e) {
    int64_t n;
    if (!to_number("threads", text, 1, 4096, &n, e))
        return false;
    s->calibrate.threads = (int)n;
    return true;
}

static bool set_quiet(settings *s, const char *text, roof_error *e) {
    (void)text, (void)e;
    s->quiet = true;
    return true;
}

static bool set_verbose(settings *s, const char *text, roof_error *e) {
    (void)text, (void)e;
    s->verbose++;
    return true;
}

static bool set_color(settings *s, const char *text, roof_error *e) {
    static const char *const names[] = {"auto", "always", "never"};
    int i = choose("color", text, names, 3, e);
    s->color = i < 0 ? COLOR_AUTO : (enum color)i;
    return i >= 0;
}

static bool set_help(settings *s, const char *text, roof_error *e) {
    (void)text, (void)e;
    s->help = true;
    return true;
}

static bool set_completion(settings *s, const char *text, roof_error *e) {
    (void)text, (void)e;
    s->completion = true;
    return true;
}

static bool set_version(settings *s, const char *text, roof_error *e) {
    (void)text, (void)e;
    s->version = true;
    return true;
}

/* --- the table --- */

static const char DEVICE[] = "Device", MODEL[] = "Model", COUNTING[] = "Counting",
                  OUTPUT[] = "Output", MEASURING[] = "Measuring", GENERAL[] = "General";

const option_row option_table[] = {
    {0, "device", "NAME|FILE|none", FOR_MODEL, DEVICE,
     "built-in name, saved profile, CSV file, or counts only (default: this machine, or "
     "$ROOFLINE_DEVICE)",
     set_device},
    {0, "calibrate", "auto|never", FOR_MODEL, DEVICE,
     "measure this machine when no profile is saved, or use its theoretical roof", set_calibrate},
    {0, "precision", "P", FOR_MODEL, MODEL,
     "keep floating tensors as native (default), fp64, fp32, tf32, bf16, fp16, fp8, int8, int4, "
     "w8a16 or w4a16 (weights, activations)",
     set_precision},
    {0, "accumulate", "fp32|fp16", FOR_MODEL, DEVICE, "in which type contractions sum",
     set_accumulate},
    {0, "sparsity", "2:4", FOR_MODEL, MODEL, "of each four weights of a contraction two are zero",
     set_sparsity},
    {0, "tf32", NULL, FOR_MODEL, DEVICE, "run fp32 contractions on TF32 units", set_tf32},
    {0, "dim", "NAME=N", FOR_ANALYZE | FOR_EXPLAIN | FOR_REPORT, MODEL,
     "bind a symbolic dimension (repeatable)", set_dim},
    {0, "shape", "INPUT=1x3x224x224", FOR_MODEL, MODEL, "set an input's shape (repeatable)",
     set_shape},
    {0, "batch", "N", FOR_ANALYZE | FOR_EXPLAIN | FOR_REPORT, MODEL,
     "set the batch dimension (default 1)", set_batch},
    {0, "dim", "NAME=N|RANGE", FOR_SWEEP, MODEL,
     "bind a dimension, or vary one or two: 1..64, 1..1024:x2, 128..4096:+128, 1,2,4", set_dim},
    {0, "batch", "N|RANGE", FOR_SWEEP, MODEL, "set the batch dimension, or vary it",
     set_batch_range},
    {0, "value", "INPUT=FILE.pb", FOR_MODEL, MODEL,
     "give an input's value, for shapes that depend on it (repeatable)", set_value},
    {0, "traffic", "op|output|fused|ideal", FOR_MODEL, COUNTING,
     "which memory traffic is billed (default op)", set_traffic},
    {0, "views", "copy|free", FOR_MODEL, COUNTING,
     "do Reshape and its kin move data (default: copy; free in fused and ideal)", set_views},
    {0, "kv", "copy|inplace", FOR_MODEL, COUNTING,
     "are caches of keys and values copied (default), or do they grow in place (default of fused "
     "and ideal)",
     set_kv},
    {0, "memory", "dram|hierarchy", FOR_MODEL, COUNTING,
     "all bytes are of DRAM (default), or reads are served by the innermost cache that still has "
     "them",
     set_memory},
    {0, "format", "table|csv|json|md", FOR_ANALYZE, OUTPUT, "format of the result", set_format},
    {0, "format", "table|csv|json", FOR_SWEEP, OUTPUT, "format of the result", set_sweep_format},
    {0, "format", "text|json", FOR_EXPLAIN, OUTPUT, "format of the result", set_explain_format},
    {'o', "output", "FILE", FOR_MODEL | FOR_CALIBRATE, OUTPUT,
     "write the result (calibrate: the profile) to FILE", set_output},
    {0, "plot", "FILE.png|svg|pdf|gp", FOR_ANALYZE, OUTPUT, "draw the roofline", set_plot},
    {0, "top", "N|all", FOR_ANALYZE, OUTPUT, "rows to show (default 20)", set_top},
    {0, "top", "N|all", FOR_SWEEP, OUTPUT, "points and rows to show (default 20)", set_top},
    {0, "sort", "KEY", FOR_ANALYZE, OUTPUT, "order of the rows: time, flops, bytes, name, ...",
     set_sort},
    {0, "strict", NULL, FOR_ANALYZE, OUTPUT, "exit with 4 when a node is not covered", set_strict},
    {0, "quick", NULL, FOR_CALIBRATE, MEASURING, "at most 3 seconds", set_quick},
    {0, "full", NULL, FOR_CALIBRATE, MEASURING, "every kernel there is, in a few minutes",
     set_full},
    {0, "sustained", "60s", FOR_CALIBRATE, MEASURING,
     "run for so long: burst against sustained (of --only, or of the first kernel)", set_sustained},
    {0, "cpu", NULL, FOR_CALIBRATE, MEASURING, "measure the CPU", set_cpu},
    {0, "gpu", "N|UUID", FOR_CALIBRATE, MEASURING,
     "measure this GPU (default: the first, if one answers)", set_gpu},
    {0, "all-gpus", NULL, FOR_CALIBRATE, MEASURING, "one after the other, a profile each",
     set_all_gpus},
    {0, "only", "PATTERN", FOR_CALIBRATE, MEASURING, "only kernels whose name holds PATTERN",
     set_only},
    {0, "list", NULL, FOR_CALIBRATE, MEASURING, "list the kernels", set_list},
    {0, "threads", "N", FOR_CALIBRATE, MEASURING, "threads to use (default: all allowed)",
     set_threads},
    {0, "color", "auto|always|never", FOR_ALL, GENERAL, "colours (NO_COLOR is honoured)",
     set_color},
    {'q', "quiet", NULL, FOR_ALL, GENERAL, "no notes on standard error", set_quiet},
    {'v', "verbose", NULL, FOR_ALL, GENERAL, "say more on standard error", set_verbose},
    {'h', "help", NULL, FOR_ALL, GENERAL, "show help", set_help},
    {0, "version", NULL, FOR_ALL, GENERAL, "show the version", set_version},
    {0, "completion", NULL, FOR_NONE, GENERAL, "print a completion script for bash",
     set_completion},
    {0},
};

/* --- parsing --- */

static const option_row *find_letter(char letter) {
    for (const option_row *o = option_table; o->name; o++)
        if (o->letter == letter)
            return o;
    return NULL;
}

/* Commands may have a row of their own under the same name; else the last row of that name. */
static const option_row *find_name(const char *name, size_t n, unsigned mask) {
    const option_row *found = NULL;
    for (const option_row *o = option_table; o->name; o++)
        if (strlen(o->name) == n && !strncmp(o->name, name, n) &&
            (!found || !(found->commands & mask)))
            found = o;
    return found;
}

static bool unknown_option(const char *arg, size_t n, roof_error *e) {
    const char *names[64];
    size_t count = 0;
    char word[64] = "";
    for (const option_row *o = option_table; o->name && count < 64; o++)
        names[count++] = o->name;
    strncat(word, arg + 2, n < sizeof word ? n : sizeof word - 1);
    const char *near = text_nearest(word, names, count);
    return error_set(e, ROOF_USAGE, "unknown option %s%s%s%s", arg, near ? " (did you mean --" : "",
                     near ? near : "", near ? "?)" : "");
}

/* Handles argv[*i], an option; takes its argument from the same or the next word. */
static bool parse_option(settings *s, unsigned mask, int argc, char **argv, int *i, roof_error *e) {
    const char *arg = argv[*i];
    bool is_long = arg[1] == '-';
    size_t n = is_long ? strcspn(arg + 2, "=") : 1;
    const option_row *o = is_long ? find_name(arg + 2, n, mask) : find_letter(arg[1]);
    if (!o)
        return unknown_option(arg, n, e);
    if (!(o->commands & mask))
        return error_set(e, ROOF_USAGE, "--%s is no option of this command", o->name);
    const char *rest = is_long ? arg + 2 + n : arg + 2;
    const char *text = !*rest ? NULL : is_long ? rest + 1 : rest;
    if (!o->argument && text)
        return error_set(e, ROOF_USAGE, "--%s takes no argument", o->name);
    if (o->argument && !text) {
        if (*i + 1 >= argc)
            return error_set(e, ROOF_USAGE, "--%s needs an argument: %s", o->name, o->argument);
        text = argv[++*i];
    }
    return o->set(s, text, e);
}

bool options_parse(settings *s, unsigned mask, int argc, char **argv, const char **args,
                   roof_error *e) {
    bool only_arguments = false;
    s->args = args;
    for (int i = 0; i < argc; i++) {
        if (only_arguments || argv[i][0] != '-' || !argv[i][1])
            args[s->n_args++] = argv[i];
        else if (!strcmp(argv[i], "--"))
            only_arguments = true;
        else if (!parse_option(s, mask, argc, argv, &i, e))
            return false;
    }
    return true;
}
