/* Reading a profile: CSV with a header row, one fact per row. */
#include "base/error.h"
#include "base/numeric.h"
#include "base/text.h"
#include "device/facts.h"
#include <csv.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_FILE = 4 << 20, MOST_FACTS = 10000, SCHEMA = 1 };

typedef enum column {
    SECTION,
    NAME,
    VALUE,
    PRECISION,
    ACCUMULATE,
    VARIANT,
    UNIT,
    MIN,
    MAX,
    SAMPLES,
    CLOCK,
    WATTS,
    SOURCE,
    CELSIUS,
    SECONDS,
    NOTE,
    COLUMN_COUNT,
    IGNORED = COLUMN_COUNT
} column;

static const char *const column_names[COLUMN_COUNT] = {[SECTION] = "section",
                                                       [NAME] = "name",
                                                       [VALUE] = "value",
                                                       [PRECISION] = "precision",
                                                       [ACCUMULATE] = "accumulate",
                                                       [VARIANT] = "variant",
                                                       [UNIT] = "unit",
                                                       [MIN] = "min",
                                                       [MAX] = "max",
                                                       [SAMPLES] = "samples",
                                                       [CLOCK] = "clock_hz",
                                                       [WATTS] = "watts",
                                                       [SOURCE] = "source",
                                                       [CELSIUS] = "celsius",
                                                       [SECONDS] = "seconds",
                                                       [NOTE] = "note"};

enum { REQUIRED_COLUMNS = VALUE + 1, MAX_COLUMNS = 64 };

typedef struct reader {
    roof_device *device;
    const char *file;
    roof_error *error;
    bool failed;
    size_t line;     /* being fed to the parser */
    size_t row_line; /* where the row began; 0 between rows */
    column columns[MAX_COLUMNS];
    size_t n_columns; /* 0 until the header is read */
    size_t n_fields;  /* of this row so far */
    const char *fields[COLUMN_COUNT];
    const char *header[MAX_COLUMNS];
} reader;

static void fail(reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void fail(reader *r, const char *format, ...) {
    char what[512];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    if (!r->failed)
        error_set(r->error, ROOF_DAMAGED, "%s:%zu: %s", r->file,
                  r->row_line ? r->row_line : r->line, what);
    r->failed = true;
}

static void on_field(void *text, size_t length, void *user) {
    reader *r = user;
    if (r->failed)
        return;
    if (!r->row_line)
        r->row_line = r->line;
    size_t i = r->n_fields++;
    if (!r->n_columns) {
        if (i >= MAX_COLUMNS)
            fail(r, "more than %d columns", MAX_COLUMNS);
        else
            r->header[i] = arena_strndup(r->device->arena, text, length);
    } else if (i >= r->n_columns) {
        if (length > 0)
            fail(r,
                 "field %zu is more than the header has columns (%zu); a text with a comma needs "
                 "quotes",
                 i + 1, r->n_columns);
    } else if (r->columns[i] != IGNORED) {
        r->fields[r->columns[i]] = arena_strndup(r->device->arena, text, length);
    }
}

static column column_from_name(const char *name) {
    int c = 0;
    while (c < COLUMN_COUNT && strcmp(name, column_names[c]) != 0)
        c++;
    return (column)c;
}

static void read_header(reader *r) {
    bool seen[COLUMN_COUNT + 1] = {false};
    for (size_t i = 0; i < r->n_fields; i++) {
        column c = column_from_name(r->header[i]);
        if (c != IGNORED && seen[c])
            fail(r, "column \"%s\" is there twice", r->header[i]);
        seen[c] = true;
        r->columns[i] = c;
    }
    for (int c = 0; c < REQUIRED_COLUMNS; c++)
        if (!seen[c])
            fail(r,
                 "no column \"%s\": not a device profile, whose first row names section, name, "
                 "value and further columns",
                 column_names[c]);
    r->n_columns = r->n_fields;
}

/* The number of a column that may be empty (0). */
static double number(reader *r, column c) {
    const char *text = r->fields[c];
    double v = 0;
    if (!text || !*text)
        return 0;
    if (!text_to_double(text, &v))
        fail(r, "%s is \"%s\"; allowed is a decimal number", column_names[c], text);
    else if (v == 0)
        fail(r, "%s is 0; allowed is a positive number, or nothing", column_names[c]);
    return v;
}

static int64_t whole_number(reader *r, column c) {
    const char *text = r->fields[c];
    int64_t v = 0;
    if (text && *text && (!text_to_int(text, &v) || v < 1))
        fail(r, "%s is \"%s\"; allowed is a whole number from 1 on, or nothing", column_names[c],
             text);
    return v;
}

static bool is_known_section(const char *section) {
    static const char *const known[] = {"profile",  "device",  "param",  "compute", "memory",
                                        "capacity", "latency", "series", "zeros"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(section, known[i]) == 0)
            return true;
    return false;
}

static void check_schema(reader *r, const roof_fact *f) {
    int64_t schema;
    if (strcmp(f->section, "profile") != 0 || strcmp(f->name, "schema") != 0)
        return;
    if (!text_to_int(f->text, &schema) || schema != SCHEMA)
        fail(r, "profile schema is \"%s\"; this release reads %d", f->text, SCHEMA);
}

/* What is said once is said once: otherwise two readers could pick different ones. */
static void check_unique(reader *r, const roof_fact *f) {
    bool once = strcmp(f->section, "device") == 0 ||
                (fact_is_number(f->section, f->name) && strcmp(f->section, "param") == 0);
    for (size_t i = 0; once && i < r->device->n_given; i++) {
        const roof_fact *other = &r->device->facts[i];
        if (strcmp(other->section, f->section) == 0 && strcmp(other->name, f->name) == 0 &&
            strcmp(other->variant, f->variant) == 0 && strcmp(other->precision, f->precision) == 0)
            fail(r, "%s %s is there twice: \"%s\" and \"%s\"", f->section, f->name, other->text,
                 f->text);
    }
}

static void read_fact(reader *r) {
    const char *const *s = r->fields;
    if (!s[SECTION] || !is_known_section(s[SECTION]))
        return;
    roof_fact f = {.section = s[SECTION],
                   .name = s[NAME] ? s[NAME] : "",
                   .precision = s[PRECISION] ? s[PRECISION] : "",
                   .accumulate = s[ACCUMULATE] ? s[ACCUMULATE] : "",
                   .variant = s[VARIANT] ? s[VARIANT] : "",
                   .text = s[VALUE] ? s[VALUE] : "",
                   .unit = s[UNIT] ? s[UNIT] : "",
                   .source = s[SOURCE] ? s[SOURCE] : "",
                   .note = s[NOTE] ? s[NOTE] : "",
                   .formula = ""};
    bool numeric = fact_is_number(f.section, f.name);
    if (numeric && !*f.text)
        fail(r, "value is \"\"; allowed is a positive number");
    else if (numeric)
        f.value = number(r, VALUE);
    else if (!text_to_double(f.text, &f.value))
        f.value = 0;
    f.min = number(r, MIN);
    f.max = number(r, MAX);
    f.samples = whole_number(r, SAMPLES);
    f.clock_hz = number(r, CLOCK);
    f.watts = number(r, WATTS);
    f.celsius = number(r, CELSIUS);
    f.seconds = number(r, SECONDS);
    check_schema(r, &f);
    check_unique(r, &f);
    char why[512];
    if (!r->failed && !fact_check(&f, why, sizeof why))
        fail(r, "%s", why);
    if (r->device->n_given >= MOST_FACTS)
        fail(r, "more than %d facts: not a device profile", MOST_FACTS);
    if (!r->failed)
        fact_append(r->device, &f);
}

static void on_row(int end, void *user) {
    (void)end;
    reader *r = user;
    if (!r->failed && r->n_fields > 0) {
        if (r->n_columns)
            read_fact(r);
        else
            read_header(r);
    }
    r->n_fields = r->row_line = 0;
    memset(r->fields, 0, sizeof r->fields);
}

/* Feeds line by line, so that messages can name the line. */
static void feed(reader *r, struct csv_parser *parser, const char *text, size_t n) {
    const char *end = text + n;
    while (text < end && !r->failed) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t length = newline ? (size_t)(newline + 1 - text) : (size_t)(end - text);
        r->line++;
        if (csv_parse(parser, text, length, on_field, on_row, r) != length)
            fail(r, "a quote in the middle of a field; quote the whole field and double the quote");
        text += length;
    }
    if (!r->failed && csv_fini(parser, on_field, on_row, r) != 0)
        fail(r, "a quote is never closed");
}

static void check_whole(reader *r) {
    r->row_line = r->line ? r->line : 1;
    if (!r->n_columns)
        fail(r, "empty; a device profile starts with a row of column names");
    else if (!fact_find(r->device, "device", "name"))
        fail(r, "ends without a row device,name");
    else if (!fact_find(r->device, "device", "kind"))
        fail(r, "ends without a row device,kind (cpu or gpu)");
}

/* The parser is the caller's, as memory may run out in the middle. */
static bool read_guarded(reader *r, struct csv_parser *parser, const char *text, size_t n) {
    if (arena_escape(r->device->arena)) {
        fail(r, "more facts than memory allows");
        return false;
    }
    feed(r, parser, text, n);
    if (!r->failed)
        check_whole(r);
    return !r->failed;
}

static bool check_text(const char *csv, size_t n, const char *name, roof_error *error) {
    if (n > LARGEST_FILE)
        return error_set(error, ROOF_DAMAGED, "%s: larger than %d MB: not a device profile", name,
                         LARGEST_FILE >> 20);
    const char *nul = memchr(csv, '\0', n);
    if (!nul)
        return true;
    size_t line = 1;
    for (const char *p = csv; p < nul; p++)
        line += *p == '\n';
    return error_set(error, ROOF_DAMAGED,
                     "%s:%zu: byte %zu of the file is NUL: not text, so not a device profile", name,
                     line, (size_t)(nul - csv) + 1);
}

static bool read_csv(roof_device *d, const char *csv, size_t n, const char *name,
                     roof_error *error) {
    static const char mark[] = "\xef\xbb\xbf"; /* spreadsheets write a byte order mark */
    if (n >= 3 && memcmp(csv, mark, 3) == 0) {
        csv += 3;
        n -= 3;
    }
    struct csv_parser parser;
    csv_init(&parser, CSV_APPEND_NULL | CSV_STRICT | CSV_STRICT_FINI);
    reader r = {.device = d, .file = name, .error = error};
    numeric_locale before = numeric_begin();
    bool good = read_guarded(&r, &parser, csv, n);
    numeric_end(before);
    csv_free(&parser);
    return good;
}

roof_device *roof_device_parse(const char *csv, size_t n, const char *name, roof_error *error) {
    if (!check_text(csv, n, name, error))
        return NULL;
    roof_device *d = device_new();
    if (!d) {
        error_set(error, ROOF_FAILED, "%s: no memory", name);
        return NULL;
    }
    if (!read_csv(d, csv, n, name, error)) {
        roof_device_free(d);
        return NULL;
    }
    if (!device_derive(d)) {
        error_set(error, ROOF_FAILED, "%s: no memory", name);
        roof_device_free(d);
        return NULL;
    }
    return d;
}

roof_device *roof_device_load(const char *path, roof_error *error) {
    FILE *f = fopen(path, "rb");
    char *text = f ? malloc(LARGEST_FILE + 1) : NULL;
    roof_device *d = NULL;
    if (text) {
        size_t n = fread(text, 1, LARGEST_FILE + 1, f);
        if (ferror(f))
            error_set(error, ROOF_FAILED, "%s: %s", path, strerror(errno));
        else
            d = roof_device_parse(text, n, path, error);
    } else {
        error_set(error, ROOF_FAILED, "%s: %s", path, strerror(errno));
    }
    free(text);
    if (f)
        fclose(f);
    return d;
}
