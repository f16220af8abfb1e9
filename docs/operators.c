/* Writes docs/operators.md from the operator table.
 *
 *     operators --write FILE     writes the page
 *     operators --check FILE     exits with 1 when the page is not what would be written
 *     operators --list           domain, name and first version of every row, separated by tabs */
#include "ops/op.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char HEAD[] =
    "# Operators\n"
    "\n"
    "Every operator that this release knows, from the one table that counting, `roofline explain` "
    "and\n"
    "this page are made from (`meson compile regenerate-docs` writes it anew). What the words of "
    "a\n"
    "a rule mean: [counting.md](counting.md).\n"
    "\n"
    "* **since**: the versions of the operator set from which on each form is served; a form ends "
    "where\n"
    "  the next begins.\n"
    "* **kind**, for fusion and traffic: *anchor* (contraction, pool, reduction, scan, "
    "normalization),\n"
    "  *map* (element-wise), *move* (moves data), *view* (renames data), *opaque* (cannot be "
    "fused).\n"
    "* **rule**: N are the elements of the output; figures are vector FLOP unless said otherwise.\n"
    "* **status**: *counted*; *estimated* where work or traffic depends on data that is not given, "
    "under\n"
    "  an assumption that the row names; *movement*: no arithmetic; *opaque*: the work is unknown, "
    "the\n"
    "  traffic is known.\n"
    "\n"
    "An operator that is not here is no obstacle: its traffic is counted, its work is unknown, and "
    "the\n"
    "report says so. Calls of a model's own functions are replaced by their bodies.\n";

static const char *kind_name(op_kind k) {
    static const char *const names[] = {[OP_ANCHOR] = "anchor",
                                        [OP_MAP] = "map",
                                        [OP_MOVE] = "move",
                                        [OP_VIEW] = "view",
                                        [OP_OPAQUE] = "opaque"};
    return names[k];
}

static bool starts_with(const char *s, const char *start) {
    return strncmp(s, start, strlen(start)) == 0;
}

static const char *status_of(const op_def *op) {
    if (starts_with(op->rule, "unknown"))
        return "opaque";
    if (strstr(op->rule, "the body") || strstr(op->rule, "the branch"))
        return "by its body";
    if (strstr(op->rule, "estimated"))
        return "estimated";
    bool nothing = op->rule[0] == '0' && (op->rule[1] == '\0' || op->rule[1] == ';');
    return nothing ? "movement" : "counted";
}

/* --- the table, sorted --- */

static int by_name(const void *left, const void *right) {
    const op_def *a = *(const op_def *const *)left, *b = *(const op_def *const *)right;
    int order = strcmp(a->domain, b->domain);
    if (order == 0)
        order = strcmp(a->name, b->name);
    return order ? order : a->since - b->since;
}

static const op_def **sorted_rows(size_t *n) {
    *n = 0;
    while (op_row(*n))
        (*n)++;
    const op_def **rows = calloc(*n, sizeof *rows);
    for (size_t i = 0; rows && i < *n; i++)
        rows[i] = op_row(i);
    if (rows)
        qsort(rows, *n, sizeof *rows, by_name);
    return rows;
}

static bool is_same_form(const op_def *a, const op_def *b) {
    return !strcmp(a->domain, b->domain) && !strcmp(a->name, b->name) && a->kind == b->kind &&
           a->family == b->family && !strcmp(a->rule, b->rule);
}

/* --- the page --- */

static void put_escaped(FILE *out, const char *s) {
    for (; *s; s++) {
        if (strchr("|*_<", *s))
            fputc('\\', out);
        fputc(*s, out);
    }
}

/* One line for the rows [from, to), which differ in their version alone. */
static void put_line(FILE *out, const op_def *const *rows, size_t from, size_t to) {
    const op_def *op = rows[from];
    fprintf(out, "| %s | ", op->name);
    for (size_t i = from; i < to; i++)
        fprintf(out, "%s%d", i > from ? ", " : "", rows[i]->since);
    fprintf(out, " | %s | %s | ", op_family_name(op->family), kind_name(op->kind));
    put_escaped(out, op->rule);
    fprintf(out, " | %s |\n", status_of(op));
}

static size_t count_operators(const op_def *const *rows, size_t n, const char *domain) {
    size_t found = 0;
    for (size_t i = 0; i < n; i++)
        found += !strcmp(rows[i]->domain, domain) &&
                 (i == 0 || strcmp(rows[i - 1]->name, rows[i]->name) != 0 ||
                  strcmp(rows[i - 1]->domain, domain) != 0);
    return found;
}

static void put_page(FILE *out, const op_def *const *rows, size_t n) {
    fputs(HEAD, out);
    for (size_t i = 0, next; i < n; i = next) {
        if (i == 0 || strcmp(rows[i]->domain, rows[i - 1]->domain) != 0)
            fprintf(out,
                    "\n## %s (%zu)\n\n| operator | since | family | kind | rule | status |\n"
                    "|---|---|---|---|---|---|\n",
                    *rows[i]->domain ? rows[i]->domain : "ai.onnx",
                    count_operators(rows, n, rows[i]->domain));
        for (next = i + 1; next < n && is_same_form(rows[i], rows[next]);)
            next++;
        put_line(out, rows, i, next);
    }
}

/* --- what is asked for --- */

static int list(const op_def *const *rows, size_t n) {
    for (size_t i = 0; i < n; i++)
        printf("%s\t%s\t%d\n", rows[i]->domain, rows[i]->name, rows[i]->since);
    return 0;
}

static int write_page(const char *path, const op_def *const *rows, size_t n) {
    FILE *out = fopen(path, "w");
    if (!out) {
        perror(path);
        return 1;
    }
    put_page(out, rows, n);
    if (fclose(out) != 0) {
        perror(path);
        return 1;
    }
    return 0;
}

static bool is_content(const char *path, const char *text, size_t n) {
    FILE *in = fopen(path, "r");
    char *found = malloc(n + 2);
    bool same = in && found && fread(found, 1, n + 2, in) == n && !memcmp(found, text, n);
    free(found);
    if (in)
        fclose(in);
    return same;
}

static int check_page(const char *path, const op_def *const *rows, size_t n) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return 1;
    put_page(out, rows, n);
    fclose(out);
    bool same = is_content(path, text, size);
    if (!same)
        fprintf(stderr, "%s is not what the table says: ninja -C build regenerate-docs\n", path);
    free(text);
    return !same;
}

int main(int argc, char **argv) {
    size_t n;
    const op_def **rows = sorted_rows(&n);
    int result = 2;
    if (!rows)
        return 1;
    if (argc == 2 && !strcmp(argv[1], "--list"))
        result = list(rows, n);
    else if (argc == 3 && !strcmp(argv[1], "--write"))
        result = write_page(argv[2], rows, n);
    else if (argc == 3 && !strcmp(argv[1], "--check"))
        result = check_page(argv[2], rows, n);
    else
        fputs("usage: operators --write FILE | --check FILE | --list\n", stderr);
    free(rows);
    return result;
}
