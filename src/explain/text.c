/* The explanation for people: from the rule to the time, each figure beside where it comes from. */
#include "base/text.h"
#include "explain/explain.h"
#include "report/columns.h"
#include "report/lines.h"
#include <math.h>
#include <string.h>

enum { SHORT = 64, MOST_COLUMNS = 8, GAP = 2, LEAST_NAME = 12 };

/* --- pieces --- */

static const char *printable(explain_output *o, const char *s) {
    size_t size = 4 * strlen(s) + 1; /* escaped, a byte becomes at most four */
    return text_printable(arena_alloc(o->arena, size), size, s);
}

/* 1234567 as "1,234,567". */
static const char *grouped(explain_output *o, int64_t n) {
    char digits[SHORT], *text = arena_alloc(o->arena, SHORT);
    if (n < 0)
        return "?";
    size_t length = (size_t)snprintf(digits, sizeof digits, "%lld", (long long)n), used = 0;
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            text[used++] = ',';
        text[used++] = digits[i];
    }
    return text;
}

static const char *si(explain_output *o, double number, const char *unit) {
    return text_si(arena_alloc(o->arena, SHORT), SHORT, number, unit);
}

static void line(explain_output *o, const char *label, const char *text) {
    if (*text)
        write_wrapped(o->out, o->width, label, text);
}

/* --- small tables: cells are given row by row --- */

typedef struct cells {
    const char **text;
    const char **labels; /* per row; NULL for none */
    size_t columns, n;   /* n cells in all */
    const char *left;    /* per column: 'l' aligned left, 'r' right */
    size_t elastic;      /* the column that gives way when the terminal is narrow */
} cells;

static cells cells_new(explain_output *o, const char *left, size_t rows, size_t elastic) {
    size_t columns = strlen(left);
    return (cells){.text = arena_array(o->arena, columns * rows, sizeof(char *)),
                   .labels = arena_array(o->arena, rows, sizeof(char *)),
                   .columns = columns,
                   .left = left,
                   .elastic = elastic};
}

/* The label of the row that begins now. */
static void label(cells *c, const char *text) {
    c->labels[c->n / c->columns] = text;
}

static void cell(cells *c, const char *text) {
    c->text[c->n++] = text;
}

static void fit_columns(const explain_output *o, const cells *c, size_t width[MOST_COLUMNS]) {
    size_t sum = LABEL + 1 + (c->columns - 1) * GAP;
    for (size_t k = 0; k < c->columns; k++) {
        width[k] = 0;
        for (size_t i = k; i < c->n; i += c->columns)
            width[k] = text_width(c->text[i]) > width[k] ? text_width(c->text[i]) : width[k];
        sum += width[k];
    }
    size_t excess = o->width && sum > o->width ? sum - o->width : 0;
    size_t spare = width[c->elastic] > LEAST_NAME ? width[c->elastic] - LEAST_NAME : 0;
    width[c->elastic] -= excess < spare ? excess : spare;
}

static void write_cell(explain_output *o, const char *text, size_t width, bool left, bool last) {
    size_t size = strlen(text) + 8;
    char *cut = arena_alloc(o->arena, size);
    snprintf(cut, size, "%s", text);
    shorten(cut, width);
    size_t pad = width - text_width(cut);
    if (!left)
        write_blanks(o->out, pad);
    fputs(cut, o->out);
    if (left && !last)
        write_blanks(o->out, pad);
    if (!last)
        write_blanks(o->out, GAP);
}

static void write_cells(explain_output *o, const cells *c) {
    size_t width[MOST_COLUMNS];
    fit_columns(o, c, width);
    for (size_t i = 0; i < c->n; i++) {
        size_t k = i % c->columns;
        bool last = k + 1 == c->columns || !*c->text[i + 1];
        const char *name = c->labels[i / c->columns];
        if (k == 0)
            fprintf(o->out, "%-*s ", LABEL, name ? name : "");
        write_cell(o, c->text[i], width[k], c->left[k] == 'l', last);
        if (last) {
            fputc('\n', o->out);
            i += c->columns - 1 - k;
        }
    }
}

/* --- what it is --- */

static void write_head(explain_output *o) {
    const roof_row *r = o->x->row;
    const char *domain = *r->domain ? printable(o, r->domain) : "";
    fprintf(o->out, "%s%s %s%s%s%s%s%s\n\n", o->color ? "\033[1m" : "", printable(o, r->id), domain,
            *domain ? "." : "", printable(o, r->op), *r->name ? "  " : "", printable(o, r->name),
            o->color ? "\033[0m" : "");
}

static const char *times(explain_output *o, int64_t repeat) {
    return repeat == 1 ? "" : arena_printf(o->arena, ", executed %s times", grouped(o, repeat));
}

static void write_status(explain_output *o) {
    const roof_row *r = o->x->row;
    const roof_device *d = roof_analysis_device(o->analysis);
    const char *path = printable(o, roof_analysis_model(o->analysis)->path);
    line(o, "model",
         d ? arena_printf(o->arena, "%s on %s", path, printable(o, roof_device_name(d))) : path);
    const char *assumed = "", *one;
    for (size_t i = 0; (one = roof_analysis_assumption(o->analysis, i)); i++)
        assumed = arena_printf(o->arena, "%s%s%s", assumed, i ? ", " : "", printable(o, one));
    line(o, "assumed", assumed);
    const char *share =
        isfinite(r->time_share)
            ? arena_printf(o->arena, ", %.1f%% of the model's time", r->time_share * 100)
            : "";
    line(o, "status",
         arena_printf(o->arena, "%s%s%s", roof_status_name(r->status), times(o, r->repeat), share));
    line(o, "note", printable(o, r->note));
    line(o, "scope", printable(o, r->scope));
}

/* --- work --- */

static const char *factors_text(explain_output *o, const roof_product *p) {
    const char *text = "";
    for (size_t i = 0; i < p->n_factors; i++) {
        const roof_factor *f = &p->factors[i];
        text = arena_printf(o->arena, "%s%s%s%s%s", text, i ? " x " : "", f->name,
                            *f->name ? " " : "", grouped(o, f->value));
    }
    return text;
}

static const char *label_of(const char *quantity) {
    return !strcmp(quantity, "vector_flops")    ? "vector"
           : !strcmp(quantity, "special_flops") ? "special"
           : !strcmp(quantity, "integer_ops")   ? "integer"
                                                : quantity;
}

static int64_t total_of(const roof_work *w, const char *quantity) {
    return !strcmp(quantity, "macs")            ? w->macs
           : !strcmp(quantity, "vector_flops")  ? w->vector_flops
           : !strcmp(quantity, "special_flops") ? w->special_flops
                                                : w->integer_ops;
}

static void add_equation(cells *c, const char *left, const char *right) {
    cell(c, left);
    cell(c, "=");
    cell(c, right);
}

static void add_quantity(explain_output *o, cells *c, const char *quantity) {
    const roof_explanation *x = o->x;
    size_t n = 0;
    for (size_t i = 0; i < x->n_products; i++) {
        if (strcmp(x->products[i].quantity, quantity) != 0)
            continue;
        if (n++ == 0)
            label(c, label_of(quantity));
        add_equation(c, factors_text(o, &x->products[i]), grouped(o, x->products[i].value));
    }
    if (n > 1)
        add_equation(c, "together", grouped(o, total_of(&x->row->work, quantity)));
}

static void add_flops(explain_output *o, cells *c) {
    const roof_work *w = &o->x->row->work;
    if (w->macs <= 0)
        return;
    label(c, "flops");
    add_equation(c,
                 arena_printf(o->arena, "2 x macs%s%s", w->vector_flops ? " + vector" : "",
                              w->special_flops ? " + special" : ""),
                 grouped(o, w->flops));
}

static void write_work(explain_output *o) {
    static const char *const quantities[] = {"macs", "vector_flops", "special_flops",
                                             "integer_ops"};
    const roof_row *r = o->x->row;
    line(o, "rule", r->rule);
    enum { N = sizeof quantities / sizeof *quantities };
    cells c = cells_new(o, "lrr", o->x->n_products + N + 1, 0);
    for (size_t i = 0; i < N; i++)
        add_quantity(o, &c, quantities[i]);
    add_flops(o, &c);
    write_cells(o, &c);
    if (r->work.macs_valid >= 0 && r->work.macs_valid < r->work.macs)
        line(o, "valid",
             arena_printf(o->arena, "%s of the macs; the others multiply padding or masked values",
                          grouped(o, r->work.macs_valid)));
    if (*r->precision)
        line(o, "types",
             arena_printf(o->arena, "%s%s%s%s%s%s%s", r->precision,
                          *r->accumulate_dtype ? ", accumulated in " : "", r->accumulate_dtype,
                          *r->weight_dtype ? ", weights " : "", r->weight_dtype,
                          *r->activation_dtype ? ", activations " : "", r->activation_dtype));
}

/* --- bytes --- */

static void write_operands(explain_output *o) {
    const roof_explanation *x = o->x;
    static const char *const titles[] = {"role", "name", "type", "shape", "bytes", "moved"};
    char shape[CELL_SIZE];
    cells c = cells_new(o, "llllrr", x->n_operands + 1, 1);
    label(&c, "tensors");
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        cell(&c, titles[i]);
    for (size_t i = 0; i < x->n_operands; i++) {
        const roof_operand *t = &x->operands[i];
        cell(&c, t->role);
        cell(&c, *t->tensor.name ? printable(o, t->tensor.name) : "-");
        cell(&c, t->dtype);
        cell(&c, arena_strdup(o->arena, text_shape(shape, sizeof shape, &t->tensor)));
        cell(&c, grouped(o, t->bytes));
        cell(&c, grouped(o, t->moved));
    }
    if (x->n_operands > 0)
        write_cells(o, &c);
}

static void write_bytes(explain_output *o) {
    const roof_work *w = &o->x->row->work;
    const roof_traffic_bytes *b = &w->bytes;
    const char *mode = roof_traffic_name(roof_analysis_options(o->analysis)->traffic);
    line(o, "bytes",
         arena_printf(o->arena, "%s weights + %s read + %s written = %s (traffic %s)",
                      grouped(o, b->weights), grouped(o, b->read), grouped(o, b->written),
                      grouped(o, b->total), mode));
    const char *others = "";
    for (int i = 0; i < ROOF_TRAFFIC_COUNT; i++)
        others = arena_printf(o->arena, "%s%s%s %s", others,
                              i ? ", " : "by traffic model: ", roof_traffic_name((roof_traffic)i),
                              grouped(o, w->traffic[i].total));
    line(o, "", others);
}

/* --- time --- */

static const char *rate(explain_output *o, const roof_term *t) {
    return si(o, t->ceiling, arena_printf(o->arena, "%s/s", t->amount_unit));
}

static void write_times(explain_output *o) {
    const roof_explanation *x = o->x;
    double longest = 0;
    cells c = cells_new(o, "lrlrlrl", x->n_terms + 1, 0);
    label(&c, "time");
    for (size_t i = 0; i < x->n_terms; i++)
        longest = x->terms[i].time_s > longest ? x->terms[i].time_s : longest;
    for (size_t i = 0; i < x->n_terms; i++) {
        const roof_term *t = &x->terms[i];
        cell(&c, t->unit);
        cell(&c, si(o, t->amount, t->amount_unit));
        cell(&c, "/");
        cell(&c, rate(o, t));
        cell(&c, "=");
        cell(&c, si(o, t->time_s, "s"));
        cell(&c, t->time_s == longest ? "<- the longest" : "");
    }
    write_cells(o, &c);
}

/* "unit 132 SM x ... = 66.9 TFLOP/s (theory)". */
static void write_ceiling(explain_output *o, const char *name, const roof_term *t) {
    const roof_fact *f = t->fact;
    const char *how = f && *f->formula ? f->formula : rate(o, t);
    line(o, name,
         arena_printf(o->arena, "%s: %s%s%s%s%s%s", t->unit, how, f ? " (" : "",
                      f ? printable(o, f->source) : "", f ? ")" : "", *t->fallback ? "; " : "",
                      t->fallback));
}

void write_explanation_text(explain_output *o) {
    const roof_row *r = o->x->row;
    write_head(o);
    write_status(o);
    fputc('\n', o->out);
    write_work(o);
    fputc('\n', o->out);
    write_operands(o);
    write_bytes(o);
    fputc('\n', o->out);
    write_times(o);
    for (size_t i = 0; i < o->x->n_terms; i++)
        write_ceiling(o, i ? "" : "ceilings", &o->x->terms[i]);
    fputs(o->color ? "\033[1m" : "", o->out);
    line(o, "limit", o->x->why);
    fputs(o->color ? "\033[0m" : "", o->out);
    if (isfinite(r->bound_s) && r->bound_s > 0)
        line(o, "bound",
             arena_printf(o->arena, "no correct run of this node is faster than %s",
                          si(o, r->bound_s, "s")));
}
