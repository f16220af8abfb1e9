#include "base/error.h"
#include "base/text.h"
#include "cli/help.h"
#include "cli/options.h"
#include <roofline/version.h>
#include <stdlib.h>
#include <string.h>

volatile sig_atomic_t interrupted;

static const command commands[] = {
    {"analyze", "MODEL.onnx|ANALYSIS.json ...", FOR_ANALYZE,
     "count a model, place it on the roofline, print the table", NULL, command_analyze},
    {"sweep", "MODEL.onnx --dim NAME=RANGE | conv|gemm|attention|reshape", FOR_SWEEP,
     "totals as a dimension of a model or a factor of an operator varies, and where the ridge is "
     "crossed",
     "conv gemm attention reshape", command_sweep},
    {"explain", "MODEL.onnx NODE", FOR_EXPLAIN,
     "the rule, numbers, tensors and device terms behind one node", NULL, command_explain},
    {"plot", "[MODEL.onnx|ANALYSIS.json ...] [--device D ...] [-o FILE]", FOR_PLOT,
     "draw models, saved analyses and devices into one roofline: a file, or the terminal", NULL,
     command_plot},
    {"compare", "A [B]", FOR_COMPARE,
     "two models, saved analyses, devices or options, side by side; --fail-if for CI", NULL,
     command_compare},
    {"report", "MODEL.onnx|ANALYSIS.json -o FILE.html", FOR_REPORT,
     "one self-contained page: roofline, figures, every row, to work with", NULL, command_report},
    {"calibrate", "", FOR_CALIBRATE, "measure this machine's ceilings, save a device profile", NULL,
     command_calibrate},
    {"devices", "[list | show NAME | path]", FOR_DEVICES,
     "built-in and saved devices, and where their peaks come from", "list show path",
     command_devices},
};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

static void on_signal(int number) {
    (void)number;
    interrupted = 1;
}

static void catch_signals(void) {
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static int find_command(const char *name, roof_error *e) {
    const char *names[N_COMMANDS];
    for (int i = 0; i < N_COMMANDS; i++) {
        names[i] = commands[i].name;
        if (!strcmp(name, names[i]))
            return i;
    }
    const char *near = text_nearest(name, names, N_COMMANDS);
    error_set(e, ROOF_USAGE, "unknown command \"%s\"%s%s%s; see roofline --help", name,
              near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
    return -1;
}

static void print_version(void) {
    printf("roofline %s\n", roof_version());
}

/* Only the general options make sense without a command. */
static roof_status run_without_command(settings *s, int argc, char **argv, const char **args,
                                       roof_error *e) {
    if (!options_parse(s, FOR_NONE, argc, argv, args, e))
        return e->status;
    if (s->version)
        print_version();
    else if (s->completion)
        help_completion(stdout, commands, N_COMMANDS);
    else
        help_overview(s->help ? stdout : stderr, commands, N_COMMANDS);
    return s->help || s->version || s->completion ? ROOF_OK : ROOF_USAGE;
}

static roof_status run(settings *s, int argc, char **argv, const char **args, roof_error *e) {
    if (argc < 1 || argv[0][0] == '-')
        return run_without_command(s, argc, argv, args, e);
    int i = find_command(argv[0], e);
    if (i < 0 || !options_parse(s, commands[i].options, argc - 1, argv + 1, args, e))
        return e->status;
    s->command = argv[0];
    if (s->help)
        help_command(stdout, &commands[i]);
    else if (s->version)
        print_version();
    else
        return commands[i].run(s, e);
    return ROOF_OK;
}

int main(int argc, char **argv) {
    roof_error error = ROOF_ERROR_INIT;
    settings *s = calloc(1, sizeof *s);
    const char **args = calloc((size_t)argc + 1, sizeof *args);
    catch_signals();
    roof_status status = ROOF_FAILED;
    if (s && args)
        status = run(s, argc - 1, argv + 1, args, &error);
    else
        error_set(&error, ROOF_FAILED, "not enough memory");
    if (*error.text)
        fprintf(stderr, "roofline: %s\n", error.text);
    if (fclose(stdout) != 0 && status == ROOF_OK) {
        fprintf(stderr, "roofline: cannot write to standard output (is the disk full?)\n");
        status = ROOF_FAILED;
    }
    if (s)
        options_free(s);
    free(args);
    free(s);
    return status;
}
