/* roofline calibrate, and the quick calibration that other commands fall back on. */
#include "cli/calibrate.h"
#include "base/error.h"
#include "base/text.h"
#include "report/lines.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

/* How progress is shown. */
typedef struct display {
    const settings *settings;
    bool redraw; /* one line, again and again: stderr is a terminal */
    bool lines;  /* one line for each kernel */
    bool notes;  /* what is to be said of a kernel, not only that it failed */
} display;

static void erase_line(void) {
    fputs("\r\033[K", stderr);
}

static void erase(const display *d) {
    if (d->redraw)
        erase_line();
}

/* "[#####-----] 12/24 vector fp32 avx512  478 GFLOP/s", within the terminal: a line that wraps
 * cannot be drawn again. */
static void draw_bar(const roof_progress *p, const char *value) {
    enum { WIDEST = 24, NARROWEST = 4, AROUND = 3 };
    char text[256];
    size_t columns = progress_width() - 1; /* the last one makes some terminals wrap */
    snprintf(text, sizeof text, "%d/%d %s  %s", p->index + 1, p->total, p->kernel, value);
    shorten(text, columns);
    size_t room = columns - text_width(text);
    int width = room < NARROWEST + AROUND ? 0
                : room < WIDEST + AROUND  ? (int)room - AROUND
                                          : WIDEST;
    int full = p->total > 0 ? width * (p->index + p->done) / p->total : 0;
    erase_line();
    if (width > 0)
        fprintf(stderr, "[%.*s%.*s] ", full, "########################", width - full,
                "------------------------");
    fputs(text, stderr);
    fflush(stderr);
}

static void show_progress(void *user, const roof_progress *p) {
    const display *d = user;
    char value[32] = "-";
    if (p->value > 0)
        text_si(value, sizeof value, p->value, p->unit);
    if (d->redraw)
        draw_bar(p, value);
    if (!p->done || !(d->lines || (*p->note && (d->notes || p->value == 0))))
        return;
    erase(d);
    fprintf(stderr, "[%d/%d] %s  %s%s%s\n", p->index + 1, p->total, p->kernel, value,
            *p->note ? ": " : "", p->note);
}

static void show_notice(void *user, const char *text) {
    const display *d = user;
    erase(d);
    note(d->settings, "%s", text);
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* `asked`: it is what the user asked for, not what another command needs. */
static roof_device *measure(const settings *s, const roof_calibrate_options *o, bool asked,
                            roof_error *e) {
    display shown = {
        .settings = s, .redraw = !s->quiet && can_redraw(), .notes = asked || s->verbose > 0};
    shown.lines = asked && !s->quiet && !shown.redraw;
    roof_calibrate_options options = *o;
    options.stop = &interrupted;
    options.user = &shown;
    options.progress = s->quiet ? NULL : show_progress;
    options.notice = show_notice;
    roof_device *d = roof_calibrate(&options, e);
    erase(&shown);
    return d;
}

/* What the profile of a machine is good for: without these nothing can be placed on it. */
static bool has_roof(const roof_device *d) {
    return roof_device_memory(d, "dram").value > 0 &&
           roof_device_compute(d, ROOF_VECTOR, ROOF_FP32, ROOF_PRECISION_NONE, false).value > 0;
}

roof_device *measure_and_save(const settings *s, roof_error *e) {
    char saved[PATH_SIZE];
    double began = seconds_now();
    bool found = false;
    const roof_calibrate_options quick = {.quick = true, .found = &found};
    roof_device *d = measure(s, &quick, false, e);
    if (!d || e->status != ROOF_OK) { /* a part of a profile is none */
        roof_device_free(d);
        return NULL;
    }
    if (found) {
        note(s, "taking what that one has saved");
        return d;
    }
    if (!has_roof(d)) {
        note(s,
             "DRAM or FP32 could not be measured: the theoretical roof of this machine is taken");
        roof_device_free(d);
        return roof_machine_theory(e);
    }
    double lasted = seconds_now() - began;
    roof_error unsaved = ROOF_ERROR_INIT;
    if (roof_device_save(d, NULL, saved, sizeof saved, &unsaved))
        note(s, "measured this machine in %.1f s, saved as %s (roofline calibrate is more precise)",
             lasted, saved);
    else
        note(s, "measured this machine in %.1f s; %s", lasted, unsaved.text);
    return d;
}

static roof_status list_kernels(const settings *s, roof_error *e) {
    const char *name, *only = s->calibrate.only;
    bool any = false;
    for (size_t i = 0; (name = roof_calibrate_kernel(s->calibrate.backend, i)); i++)
        if (!only || roof_calibrate_matches(name, only)) {
            puts(name);
            any = true;
        }
    if (!any && only)
        error_set(e, ROOF_USAGE, "no kernel has \"%s\" in its name", only);
    return e->status;
}

/* The profile of this machine is that of all its kernels on all its cores: less than that is only
 * saved where the user says. */
static bool measures_a_part(const settings *s) {
    return s->calibrate.only || s->calibrate.threads > 0 || s->calibrate.sustained > 0;
}

/* What became of a profile, to be told below the table. */
typedef struct outcome {
    const char *how; /* "" when it is an error */
    char path[PATH_SIZE];
} outcome;

static void save(const settings *s, const roof_device *d, outcome *o, roof_error *e) {
    if (measures_a_part(s) && !s->output)
        o->how = "not saved, as only a part was measured: -o FILE saves it";
    else if (!s->output && !has_roof(d))
        error_set(
            e, ROOF_FAILED,
            "not saved, as nothing can be placed on a profile without DRAM or FP32: see above "
            "why these were not measured; -o FILE saves it");
    else if (roof_device_save(d, s->output, o->path, sizeof o->path, e))
        o->how = "saved as ";
}

/* A profile that is there already is worth more than a part of a new one. */
static void save_part(const settings *s, const roof_device *d, outcome *o) {
    roof_error why = ROOF_ERROR_INIT;
    bool fresh = s->output && access(s->output, F_OK) != 0;
    if (!s->output && measures_a_part(s))
        o->how = "not kept, as no -o FILE was given";
    else if (fresh ? roof_device_save(d, s->output, o->path, sizeof o->path, &why)
                   : roof_device_save_part(d, s->output, o->path, sizeof o->path, &why))
        o->how =
            fresh ? "saved the part that was measured as "
                  : "a profile from before stays as it is; the part that was measured is kept as ";
    else
        note(s, "%s", why.text);
}

static void print_result(const settings *s, const roof_device *d, roof_error *e) {
    roof_error unread = ROOF_ERROR_INIT;
    if (s->calibrate.sustained > 0)
        print_series(s, d, &unread);
    else
        print_calibration(s, d, &unread);
    if (e->status == ROOF_OK) /* what was before is worth more to know */
        *e = unread;
}

/* -o -: the profile takes the place of the table. */
static bool goes_to_stdout(const settings *s) {
    return s->output && strcmp(s->output, "-") == 0;
}

/* Saves before it prints: who reads the table may go away. */
static roof_status calibrate_one(const settings *s, roof_calibrate_options options, roof_error *e) {
    outcome o = {.how = ""};
    bool piped = goes_to_stdout(s);
    options.journal = piped ? NULL : s->output ? s->output : measures_a_part(s) ? NULL : "";
    roof_device *d = measure(s, &options, true, e);
    if (d && piped) {
        roof_device_write(d, stdout);
    } else if (d) {
        if (e->status == ROOF_OK)
            save(s, d, &o, e);
        else /* interrupted, or the GPU is gone */
            save_part(s, d, &o);
        print_result(s, d, e);
        if (*o.how)
            printf("\n%s%s\n", o.how, o.path);
    }
    roof_device_free(d);
    return e->status;
}

/* One after the other, as they may share the power and the host. */
static roof_status calibrate_gpus(const settings *s, roof_error *e) {
    char uuid[64];
    roof_calibrate_options options = s->calibrate;
    options.gpu = uuid;
    for (size_t i = 0; e->status == ROOF_OK && roof_gpu_signature(i, uuid, sizeof uuid, e); i++) {
        if (i > 0)
            putchar('\n');
        calibrate_one(s, options, e);
    }
    return e->status;
}

roof_status command_calibrate(const settings *s, roof_error *e) {
    if (s->n_args > 0)
        error_set(e, ROOF_USAGE, "calibrate takes no argument: \"%s\"", s->args[0]);
    else if (s->all_gpus && s->output)
        error_set(e, ROOF_USAGE,
                  "--all-gpus saves a profile for each; -o FILE takes that of --gpu");
    else if (s->all_gpus && s->calibrate.gpu)
        error_set(e, ROOF_USAGE, "--gpu measures one GPU, --all-gpus all: give one of them");
    else if (s->calibrate.quick && s->calibrate.full)
        error_set(e, ROOF_USAGE, "--quick and --full: give one of them");
    if (e->status != ROOF_OK)
        return e->status;
    if (s->list)
        return list_kernels(s, e);
    /* said before a minute of measuring, not after */
    if (s->output && !goes_to_stdout(s) && !roof_device_can_save(s->output, e))
        return e->status;
    return s->all_gpus ? calibrate_gpus(s, e) : calibrate_one(s, s->calibrate, e);
}
