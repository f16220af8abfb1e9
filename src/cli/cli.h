/* The command line: commands, and one table of options that parsing, help and completion read. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <roofline/analysis.h>
#include <roofline/compare.h>
#include <roofline/error.h>
#include <roofline/figure.h>
#include <roofline/measure.h>
#include <roofline/plot.h>
#include <roofline/report.h>
#include <roofline/sweep.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>

enum { MAX_REPEATED = 64 }; /* of an option that may be given several times */

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* What the command line says; filled in by the option table. */
typedef struct settings {
    const char *command;
    const char *const *args; /* positional, after the command */
    size_t n_args;
    const char *device;        /* NULL: the default one; "none": counts only */
    struct settings *variants; /* those after this one: see options_parse; owned */
    size_t n_variants;         /* with this one; 0: the command knows none */
    const char *reanalyses; /* the first option given that bears on the analysis itself; or NULL */
    roof_options analysis;
    roof_binding dims[MAX_REPEATED], shapes[MAX_REPEATED], values[MAX_REPEATED];
    char *names[3 * MAX_REPEATED]; /* of the bindings; owned */
    size_t n_names;
    const char *batch_range; /* of sweep; NULL: none */
    struct {                 /* of sweep OPERATOR, as they were given; NULL: not */
        const char *kernel, *resolution, *channels, *in_channels, *groups, *stride, *dilation;
        const char *m, *n, *k;
        const char *sequence, *heads, *kv_heads, *head_size, *past;
        const char *reshapes;
    } factors;
    roof_report_options report;
    const char *format;           /* NULL: table */
    const char *output;           /* -o */
    const char *measured;         /* times of real runs */
    const char *plot;             /* --plot */
    roof_figure_kind figure_kind; /* --figure */
    roof_plot_options figure;
    roof_sweep_figure sweep_figure;
    roof_condition fail_if[MAX_REPEATED]; /* of compare */
    size_t n_fail_if;
    bool never_calibrate;
    bool strict;
    bool quiet;
    int verbose;
    enum color color;
    bool help, version, completion;
    bool list; /* calibrate: show the kernels instead of running them */
    bool all_gpus;
    roof_calibrate_options calibrate;
} settings;

typedef struct command {
    const char *name;
    const char *arguments; /* "MODEL.onnx [MODEL2.onnx ...]" */
    unsigned options;      /* FOR_...: which rows of the option table it takes */
    const char *summary;
    const char *words; /* its first argument may be one of these, divided by blanks; NULL: none */
    roof_status (*run)(const settings *s, roof_error *e);
} command;

/* One function per command; one file each. */
roof_status command_analyze(const settings *s, roof_error *e);
roof_status command_calibrate(const settings *s, roof_error *e);
roof_status command_compare(const settings *s, roof_error *e);
roof_status command_devices(const settings *s, roof_error *e);
roof_status command_explain(const settings *s, roof_error *e);
roof_status command_plot(const settings *s, roof_error *e);
roof_status command_report(const settings *s, roof_error *e);
roof_status command_sweep(const settings *s, roof_error *e);
/* sweep conv and its kin: the study of an operator. */
bool is_study(const settings *s);
/* True, with *e set, when factors are given for a model, which has none. */
bool refuse_factors(const settings *s, roof_error *e);
roof_status command_study(const settings *s, roof_error *e);

/* Set by SIGINT and SIGTERM. */
extern volatile sig_atomic_t interrupted;

/* Runs the quick microbenchmarks with progress on stderr, saves the profile where those of this
 * user live, and returns it; or what another process has just saved. */
roof_device *measure_and_save(const settings *s, roof_error *e);

/* The settings of variant i, from 0. */
const settings *variant(const settings *s, size_t i);

/* Do --device or $ROOFLINE_DEVICE say "none"? */
bool names_no_device(const settings *s);
/* Sets *d to the device to place on (owned by the caller), or to NULL for counts only. */
bool choose_device(const settings *s, roof_device **d, roof_error *e);

/* Writes sweeps of a model or of an operator in the format that is asked for, and draws them. */
void report_sweeps(const settings *s, const roof_sweep *const *sweeps, size_t n, FILE *out,
                   roof_error *e);

/* Columns of the terminal, whether it shows more than ASCII, and whether results are to be
 * coloured.
 */
size_t terminal_width(void);
bool terminal_utf8(void);
/* Of the terminal that standard error is: its columns, and whether a line can be drawn again. */
size_t progress_width(void);
bool can_redraw(void);
bool wants_color(const settings *s);

/* An output file that becomes visible only when it is complete: a temporary name beside `path`,
 * renamed by output_commit. path NULL is standard output. */
typedef struct output {
    FILE *file;
    const char *path;
    char temporary[4096];
} output;
bool output_open(output *o, const char *path, roof_error *e);
/* Flushes, checks for errors (a full disk), renames. Removes the temporary file on failure. */
bool output_commit(output *o, roof_error *e);
void output_discard(output *o);
/* Commits a result; or, when there is none, discards the file and passes on why. */
void output_end(output *o, const roof_error *failed, roof_error *e);

/* A line on stderr, unless --quiet. */
void note(const settings *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
