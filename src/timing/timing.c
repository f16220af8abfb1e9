/* Files of times: which format a file is in, and what its samples come to. */
#include "timing/timing.h"
#include "base/error.h"
#include "base/numeric.h"
#include "onnx/source.h"
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* A gigabyte is thousands of runs of a large model. */
enum { LARGEST_FILE = 1 << 30, MEMORY_LIMIT = 1 << 30, FIRST_SAMPLES = 1024 };

/* No step of a model takes longer than a month. */
static const double LONGEST = 31.0 * 86400; /* seconds */
static const double SHORTEST = 1e-15;       /* what is less is 0: rates must stay numbers */

/* Every format; the first that knows the content reads it. */
static const struct importer {
    const char *name;
    bool (*knows)(const reading *r);
    bool (*read)(reading *r);
} importers[] = {
    {.name = "ONNX Runtime profile", .knows = knows_onnxruntime, .read = read_onnxruntime},
    {.name = "trtexec profile", .knows = knows_trtexec, .read = read_trtexec},
    {.name = "CSV", .knows = knows_csv, .read = read_csv},
};

enum { N_IMPORTERS = sizeof importers / sizeof *importers };

const char *roof_timing_format(size_t i) {
    return i < N_IMPORTERS ? importers[i].name : NULL;
}

/* --- what importers use --- */

bool refuse_times(reading *r, const char *format, ...) {
    char what[512];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    r->failed = true;
    return error_set(r->error, ROOF_DAMAGED, "%s: %s", r->name, what);
}

bool add_sample(reading *r, sample s, const char *what) {
    arena *memory = r->timing->memory;
    if (!*s.name)
        return refuse_times(r, "%s: a time without a name", what);
    if (!(s.seconds >= 0 && s.seconds <= LONGEST))
        return refuse_times(r, "%s: \"%s\" takes %g s; allowed is a time from 0 s to a month", what,
                            s.name, s.seconds);
    if (r->n_samples == r->room) {
        size_t room = r->room ? 2 * r->room : FIRST_SAMPLES;
        sample *more = arena_array(memory, room, sizeof *more);
        if (r->n_samples)
            memcpy(more, r->samples, r->n_samples * sizeof *more);
        r->samples = more;
        r->room = room;
    }
    s.seconds = s.seconds < SHORTEST ? 0 : s.seconds;
    s.name = arena_strdup(memory, s.name);
    s.op = *s.op ? arena_strdup(memory, s.op) : "";
    r->samples[r->n_samples++] = s;
    return true;
}

static int compare_values(const void *left, const void *right) {
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

double median(double *values, size_t n) {
    qsort(values, n, sizeof *values, compare_values);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* --- from samples to times --- */

static int compare_samples(const void *left, const void *right) {
    const sample *a = left, *b = right;
    int order = strcmp(a->name, b->name);
    return order ? order : compare_values(&a->seconds, &b->seconds);
}

static bool sum_up(reading *r) {
    roof_timing *t = r->timing;
    size_t n = r->n_samples, end;
    if (n == 0)
        return refuse_times(r, "holds no times");
    qsort(r->samples, n, sizeof *r->samples, compare_samples);
    t->times = arena_array(t->memory, n, sizeof *t->times);
    double *values = arena_array(t->memory, n, sizeof *values);
    for (size_t i = 0; i < n; i = end) {
        const sample *s = &r->samples[i];
        for (end = i; end < n && strcmp(r->samples[end].name, s->name) == 0; end++)
            values[end - i] = r->samples[end].seconds;
        t->times[t->n++] = (timed){
            .name = s->name,
            .op = s->op,
            .seconds = median(values, end - i),
            .executions = r->sampled_runs > 0 ? (double)(end - i) / (double)r->sampled_runs : 1};
    }
    return true;
}

/* --- files --- */

/* Its first item tells what an array in JSON is. */
static json_t *first_item(const char *text, size_t n) {
    size_t i = 0;
    while (i < n && memchr(" \t\r\n", text[i], 4))
        i++;
    if (i == n || text[i] != '[')
        return NULL;
    return json_loadb(text + i + 1, n - i - 1, JSON_DISABLE_EOF_CHECK, NULL);
}

static bool read_content(reading *r) {
    if (arena_escape(r->timing->memory))
        return error_set(r->error, ROOF_FAILED, "%s: more times than memory allows", r->name);
    for (size_t i = 0; i < N_IMPORTERS; i++)
        if (importers[i].knows(r)) {
            r->timing->format = importers[i].name;
            return importers[i].read(r) && sum_up(r);
        }
    return refuse_times(
        r, "no file of times: it must be a profile of ONNX Runtime or trtexec, or CSV with "
           "columns such as name,time_ms");
}

/* What the file looks like, when it is none of times. */
static void say_what_it_is(const char *text, size_t n, roof_error *error) {
    roof_error own = ROOF_ERROR_INIT;
    source *file = source_memory(text, n, "", &own);
    const char *other = file ? looks_like(file) : NULL;
    size_t used = strlen(error->text);
    if (error->status == ROOF_DAMAGED && other && strncmp(other, "text", 4) != 0)
        snprintf(error->text + used, sizeof error->text - used, "; it looks like %s", other);
    source_close(file);
}

roof_timing *roof_timing_parse(const char *text, size_t n, const char *name, roof_error *error) {
    arena *memory = arena_new(MEMORY_LIMIT);
    if (!memory || arena_escape(memory)) {
        arena_free(memory);
        error_set(error, ROOF_FAILED, "%s: not enough memory", name);
        return NULL;
    }
    roof_timing *t = arena_alloc(memory, sizeof *t);
    *t = (roof_timing){
        .memory = memory, .path = arena_strdup(memory, name), .run_s = NAN, .remark = ""};
    reading *r = arena_alloc(memory, sizeof *r);
    *r = (reading){.timing = t, .name = t->path, .text = text, .n = n, .error = error};
    r->first = first_item(text, n);
    numeric_locale numeric = numeric_begin();
    bool ok = read_content(r);
    numeric_end(numeric);
    json_decref(r->first);
    json_decref(r->item);
    csv_free(&r->csv);
    if (ok)
        return t;
    if (!t->format)
        say_what_it_is(text, n, error);
    arena_free(memory);
    return NULL;
}

static roof_timing *parse_source(source *file, roof_error *error) {
    uint64_t size = source_size(file);
    if (size > LARGEST_FILE) {
        error_set(error, ROOF_DAMAGED,
                  "%s: %llu MB; a file of times may have %d: profile fewer runs", source_name(file),
                  (unsigned long long)(size >> 20), LARGEST_FILE >> 20);
        return NULL;
    }
    char *text = malloc((size_t)size + 1);
    roof_timing *t = NULL;
    if (!text)
        error_set(error, ROOF_FAILED, "%s: not enough memory", source_name(file));
    else if (source_read(file, 0, text, (size_t)size, error))
        t = roof_timing_parse(text, (size_t)size, source_name(file), error);
    free(text);
    return t;
}

roof_timing *roof_timing_load(const char *path, roof_error *error) {
    source *file = source_open(path, error);
    roof_timing *t = file ? parse_source(file, error) : NULL;
    source_close(file);
    return t;
}

void roof_timing_free(roof_timing *t) {
    if (t)
        arena_free(t->memory);
}
