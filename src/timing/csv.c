/* Times as CSV: a row of column names, then a row for each time. One column names what was timed,
 * another holds the time; its unit is in its title (time_ms, "mean (us)") or behind each number
 * ("1.2 ms"). Other columns are ignored. Of a name that is there several times the median counts.
 */
#include "base/text.h"
#include "timing/timing.h"
#include <csv.h>
#include <ctype.h>
#include <string.h>

enum { MOST_COLUMNS = 256, LONGEST_CELL = 4096, NO_COLUMN = MOST_COLUMNS };

/* Titles of the column of names; roofline's own CSV has both: an id is never ambiguous. */
static const char *const name_titles[] = {"id",    "name",       "node",     "node_name",
                                          "layer", "layer_name", "operator", "output"};
/* Titles of the column of times without their unit; the first that is there is taken. */
static const char *const time_titles[] = {"measured", "median",  "mean",     "avg",
                                          "average",  "time",    "duration", "dur",
                                          "latency",  "elapsed", ""};

static const struct {
    const char *name;
    double seconds;
} units[] = {{"s", 1},
             {"sec", 1},
             {"seconds", 1},
             {"ms", 1e-3},
             {"msec", 1e-3},
             {"milliseconds", 1e-3},
             {"us", 1e-6},
             {"usec", 1e-6},
             {"\xc2\xb5s", 1e-6}, /* micro sign */
             {"\xce\xbcs", 1e-6}, /* Greek mu */
             {"microseconds", 1e-6},
             {"ns", 1e-9},
             {"nanoseconds", 1e-9}};

typedef struct table {
    reading *reading;
    size_t line;   /* being fed to the parser */
    size_t column; /* of the next cell */
    bool has_titles;
    size_t name_at, time_at;
    double unit;              /* of the column of times; 0: each cell tells its own */
    int name_rank, time_rank; /* the smaller the better, -1: no such column yet */
    char name[LONGEST_CELL], time[64];
} table;

static double unit_of(const char *text) {
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(units[i].name, text) == 0)
            return units[i].seconds;
    return 0;
}

/* Splits "mean (us)" and "time_ms" into what is measured and its unit. */
static void split_title(char *title, double *unit) {
    size_t n = strlen(title);
    while (n > 0 && strchr(")] ", title[n - 1]))
        title[--n] = '\0';
    char *last = title + n;
    while (last > title && !strchr("_ ([", last[-1]))
        last--;
    *unit = unit_of(last);
    if (*unit > 0)
        *last = '\0';
    for (n = strlen(title); n > 0 && strchr("_ ([", title[n - 1]);)
        title[--n] = '\0';
}

static int rank_in(const char *title, const char *const *titles, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(title, titles[i]) == 0)
            return (int)i;
    return -1;
}

static bool is_better(int rank, int than) {
    return rank >= 0 && (than < 0 || rank < than);
}

static void read_title(table *t, const char *text, size_t length) {
    char title[64];
    double unit;
    if (length >= sizeof title || t->column >= MOST_COLUMNS)
        return;
    for (size_t i = 0; i < length; i++)
        title[i] = (char)tolower((unsigned char)text[i]);
    title[length] = '\0';
    int rank = rank_in(title, name_titles, sizeof name_titles / sizeof *name_titles);
    if (is_better(rank, t->name_rank)) {
        t->name_rank = rank;
        t->name_at = t->column;
    }
    split_title(title, &unit);
    rank = *title || unit > 0
               ? rank_in(title, time_titles, sizeof time_titles / sizeof *time_titles)
               : -1;
    if (is_better(rank, t->time_rank)) {
        t->time_rank = rank;
        t->time_at = t->column;
        t->unit = unit;
    }
}

static void keep(char *dst, size_t size, const char *text, size_t length) {
    size_t n = length < size ? length : size - 1;
    memcpy(dst, text, n);
    dst[n] = '\0';
}

static void on_cell(void *text, size_t length, void *user) {
    table *t = user;
    if (t->reading->failed)
        return;
    if (!t->has_titles)
        read_title(t, text, length);
    else if (t->column == t->name_at)
        keep(t->name, sizeof t->name, text, length);
    else if (t->column == t->time_at)
        keep(t->time, sizeof t->time, text, length);
    t->column++;
}

static void check_titles(table *t) {
    if (t->name_rank < 0)
        refuse_times(t->reading,
                     "line %zu names no column \"name\": a table of times begins with a row "
                     "such as name,time_ms",
                     t->line);
    else if (t->time_rank < 0)
        refuse_times(t->reading,
                     "line %zu names no column of times, such as time_s, time_ms or time_us",
                     t->line);
    t->has_titles = true;
}

/* "1.2 ms": cuts the unit off. */
static double cut_unit(char *text) {
    size_t n = strspn(text, "+-.0123456789eE");
    char unit[16];
    snprintf(unit, sizeof unit, "%s", text + n + strspn(text + n, " "));
    text[n] = '\0';
    return unit_of(unit);
}

static void read_row(table *t) {
    char what[32], given[sizeof t->time];
    sample s = {.name = t->name, .op = ""};
    if (!*t->time) /* of something that was not measured */
        return;
    snprintf(what, sizeof what, "line %zu", t->line);
    snprintf(given, sizeof given, "%s", t->time);
    double own = cut_unit(t->time), unit = own > 0 ? own : t->unit;
    if (!text_to_double(t->time, &s.seconds) || (strlen(given) != strlen(t->time) && own == 0))
        refuse_times(t->reading,
                     "%s: \"%s\" is no time; allowed is a number, or one with a unit (s, ms, "
                     "us, ns)",
                     what, given);
    else if (unit == 0)
        refuse_times(t->reading,
                     "%s: the time %s has no unit: name the column time_s, time_ms, time_us or "
                     "time_ns",
                     what, given);
    s.seconds *= unit;
    if (!t->reading->failed)
        add_sample(t->reading, s, what);
}

static void on_row(int end, void *user) {
    (void)end;
    table *t = user;
    if (!t->reading->failed && t->column > 0) {
        if (t->has_titles)
            read_row(t);
        else
            check_titles(t);
    }
    t->column = 0;
    *t->name = *t->time = '\0';
}

bool knows_csv(const reading *r) {
    const char *newline = r->n ? memchr(r->text, '\n', r->n) : NULL;
    size_t n = newline ? (size_t)(newline - r->text) : r->n;
    bool divided = false;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)r->text[i];
        if (c < 0x20 && c != '\t' && c != '\r')
            return false;
        divided = divided || strchr(",;\t", c);
    }
    return divided && !memchr("[{<", r->text[0], 3);
}

/* Spreadsheets divide columns by what their language leaves for it. */
static char divider(const char *text, size_t n) {
    const char *newline = memchr(text, '\n', n);
    size_t head = newline ? (size_t)(newline - text) : n;
    return memchr(text, ',', head) ? ',' : memchr(text, ';', head) ? ';' : '\t';
}

static void feed(table *t, struct csv_parser *parser, const char *text, size_t n) {
    const char *end = text + n;
    while (text < end && !t->reading->failed) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t length = newline ? (size_t)(newline + 1 - text) : (size_t)(end - text);
        t->line++;
        if (csv_parse(parser, text, length, on_cell, on_row, t) != length)
            refuse_times(t->reading, "line %zu: a quote in the middle of a field", t->line);
        text += length;
    }
    if (!t->reading->failed && csv_fini(parser, on_cell, on_row, t) != 0)
        refuse_times(t->reading, "line %zu: a quote is never closed", t->line);
}

bool read_csv(reading *r) {
    static const char mark[] = "\xef\xbb\xbf"; /* spreadsheets write a byte order mark */
    const char *text = r->text;
    size_t n = r->n;
    if (memchr(text, '\0', n))
        return refuse_times(r, "holds NUL bytes: not text, so no table of times");
    if (n >= 3 && memcmp(text, mark, 3) == 0) {
        text += 3;
        n -= 3;
    }
    table *t = arena_alloc(r->timing->memory, sizeof *t);
    *t = (table){.reading = r, .name_rank = -1, .time_rank = -1, .name_at = NO_COLUMN};
    csv_init(&r->csv, CSV_APPEND_NULL | CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&r->csv, (unsigned char)divider(text, n));
    feed(t, &r->csv, text, n);
    return !r->failed;
}
