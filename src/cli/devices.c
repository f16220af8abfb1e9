/* roofline devices: the list, one device, the folder of saved profiles. */
#include "cli/devices.h"
#include "base/error.h"
#include "base/text.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 4096 };

/* --- the list --- */

/* The fastest dense ceiling of the matrix unit; value 0 when there is no such unit. */
static roof_ceiling fastest_matrix(const roof_device *d) {
    roof_ceiling best = {0};
    for (roof_precision p = 0; p < ROOF_PRECISION_COUNT; p++) {
        roof_ceiling c = roof_device_compute(d, ROOF_MATRIX, p, ROOF_PRECISION_NONE, false);
        if (c.unit == ROOF_MATRIX && c.precision == p && c.value > best.value)
            best = c;
    }
    return best;
}

/* A value, or "-" where it is not known. */
static const char *amount(char text[CELL], double value, const char *unit) {
    return value > 0 ? text_si(text, CELL, value, unit) : "-";
}

static void list_device(FILE *out, const roof_device *d, bool saved) {
    char name[32], peak[CELL], matrix[CELL], type[CELL] = "", dram[CELL], ridge[CELL];
    double fp32 = roof_device_compute(d, ROOF_VECTOR, ROOF_FP32, ROOF_PRECISION_NONE, false).value;
    double bandwidth = roof_device_memory(d, "dram").value;
    roof_ceiling best = fastest_matrix(d);
    if (best.value > 0)
        snprintf(type, sizeof type, " %s", roof_precision_name(best.precision));
    const char *fastest = amount(matrix, best.value, best.fact ? best.fact->unit : "");
    fprintf(out, "%-31s %-3s %13s %12s%-6s %10s %7s  %s%s\n",
            text_printable(name, sizeof name, roof_device_name(d)),
            roof_device_get_kind(d) == ROOF_GPU ? "gpu" : "cpu", amount(peak, fp32, "FLOP/s"),
            fastest, type, amount(dram, bandwidth, "B/s"), ridge_text(ridge, fp32, bandwidth),
            roof_source_name(roof_device_source(d)), saved ? ", saved" : "");
}

static int is_profile(const struct dirent *entry) {
    size_t n = strlen(entry->d_name);
    return n > 4 && strcmp(entry->d_name + n - 4, ".csv") == 0;
}

static void list_saved(const settings *s, FILE *out) {
    char folder[PATH_SIZE], path[PATH_SIZE + 256 + 1];
    struct dirent **entries = NULL;
    int n = roof_device_folder(folder, sizeof folder)
                ? scandir(folder, &entries, is_profile, alphasort)
                : 0;
    for (int i = 0; i < n; i++) {
        roof_error e = ROOF_ERROR_INIT;
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        roof_device *d = roof_device_load(path, &e);
        if (d)
            list_device(out, d, true);
        else
            note(s, "%s", e.text);
        roof_device_free(d);
        free(entries[i]);
    }
    free(entries);
}

static roof_status list(const settings *s, FILE *out, roof_error *e) {
    const char *name;
    fprintf(out, "%-31s %-3s %13s %18s %10s %7s  %s\n", "device", "", "vector fp32",
            "fastest matrix", "memory", "ridge", "peaks from");
    list_saved(s, out);
    for (size_t i = 0; (name = roof_device_builtin(i)); i++) {
        roof_device *d = roof_device_find(name, e);
        if (!d)
            return e->status;
        list_device(out, d, false);
        roof_device_free(d);
    }
    fputs("\nridge: FLOP per byte from which on FP32 vector work is limited by arithmetic, not by "
          "memory.\n\"roofline devices show NAME\" derives every peak.\n",
          out);
    return ROOF_OK;
}

/* --- the command --- */

/* `devices show NVIDIA A100` is as good as with quotes. */
static roof_status show(const settings *s, FILE *out, roof_error *e) {
    char name[NAME_SIZE * 4] = "";
    size_t used = 0;
    for (size_t i = 1; i < s->n_args; i++) {
        int n = snprintf(name + used, sizeof name - used, "%s%s", i > 1 ? " " : "", s->args[i]);
        if (n < 0 || (size_t)n >= sizeof name - used) {
            error_set(e, ROOF_USAGE, "devices show: the name is too long");
            return e->status;
        }
        used += (size_t)n;
    }
    roof_device *d = roof_device_find(name, e);
    if (d)
        print_device(out, d);
    roof_device_free(d);
    return e->status;
}

static roof_status path(const settings *s, FILE *out, roof_error *e) {
    char folder[PATH_SIZE];
    (void)s;
    if (roof_device_folder(folder, sizeof folder))
        fprintf(out, "%s\n", folder);
    else
        error_set(e, ROOF_FAILED, "neither XDG_DATA_HOME nor HOME is set: profiles have no folder");
    return e->status;
}

static const struct {
    const char *name;
    bool named; /* takes the name of a device */
    roof_status (*run)(const settings *s, FILE *out, roof_error *e);
} actions[] = {{"list", false, list}, {"show", true, show}, {"path", false, path}};
enum { N_ACTIONS = sizeof actions / sizeof *actions };

roof_status command_devices(const settings *s, roof_error *e) {
    const char *word = s->n_args ? s->args[0] : "list";
    size_t i = 0;
    while (i < N_ACTIONS && strcmp(word, actions[i].name) != 0)
        i++;
    if (i == N_ACTIONS)
        error_set(e, ROOF_USAGE, "devices \"%s\": it is devices list, show NAME or path", word);
    else if (actions[i].named && s->n_args < 2)
        error_set(e, ROOF_USAGE, "devices %s needs the name of a device", word);
    else if (!actions[i].named && s->n_args > 1)
        error_set(e, ROOF_USAGE, "devices %s takes no argument: \"%s\"", word, s->args[1]);
    output out;
    if (e->status != ROOF_OK || !output_open(&out, s->output, e))
        return e->status;
    if (actions[i].run(s, out.file, e) != ROOF_OK)
        output_discard(&out);
    else
        output_commit(&out, e);
    return e->status;
}
