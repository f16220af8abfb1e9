/* The explanation for people: from the rule to the time, each figure beside where it comes from. */
#include "base/text.h"
#include "explain/explain.h"
#include "report/cells.h"
#include "report/columns.h"
#include "report/lines.h"
#include <math.h>
#include <string.h>

enum { SHORT = 64 };

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

static const char *group_rows(explain_output *o, const roof_group *g) {
    enum { SHOWN = 8 };
    const char *text = "";
    for (size_t i = 0; i < g->n_rows && i < SHOWN; i++) {
        const roof_row *r = roof_analysis_row(o->analysis, g->rows[i]);
        text = arena_printf(o->arena, "%s%s%s %s", text, i ? ", " : "", r->id, printable(o, r->op));
    }
    return g->n_rows > SHOWN ? arena_printf(o->arena, "%s and %zu more", text, g->n_rows - SHOWN)
                             : text;
}

static void write_group(explain_output *o) {
    const roof_row *r = o->x->row;
    size_t n;
    const roof_group *groups = roof_analysis_groups(o->analysis, &n);
    if (r->group < 0 || (size_t)r->group >= n)
        return;
    const roof_group *g = &groups[r->group];
    const char *rows = arena_printf(o->arena, "%d (%s): %s in one kernel", (int)r->group, g->kind,
                                    group_rows(o, g));
    line(o, "group",
         isfinite(g->time_s) ? arena_printf(o->arena, "%s of %s; this row's share is %s", rows,
                                            si(o, g->time_s, "s"), si(o, r->time_s, "s"))
                             : rows);
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
    write_group(o);
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
    cells_add(c, left);
    cells_add(c, "=");
    cells_add(c, right);
}

static void add_quantity(explain_output *o, cells *c, const char *quantity) {
    const roof_explanation *x = o->x;
    size_t n = 0;
    for (size_t i = 0; i < x->n_products; i++) {
        if (strcmp(x->products[i].quantity, quantity) != 0)
            continue;
        if (n++ == 0)
            cells_label(c, label_of(quantity));
        add_equation(c, factors_text(o, &x->products[i]), grouped(o, x->products[i].value));
    }
    if (n > 1)
        add_equation(c, "together", grouped(o, total_of(&x->row->work, quantity)));
}

static void add_flops(explain_output *o, cells *c) {
    const roof_work *w = &o->x->row->work;
    if (w->macs <= 0)
        return;
    cells_label(c, "flops");
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
    cells c = cells_new(o->arena, "lrr", o->x->n_products + N + 1, 0);
    for (size_t i = 0; i < N; i++)
        add_quantity(o, &c, quantities[i]);
    add_flops(o, &c);
    cells_write(&c, o->width, o->color, o->out);
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
    static const char *const titles[] = {"role", "name", "type", "shape", "stored", "touched"};
    char shape[CELL_SIZE];
    cells c = cells_new(o->arena, "llllrr", x->n_operands + 1, 1);
    cells_label(&c, "tensors");
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        cells_add(&c, titles[i]);
    for (size_t i = 0; i < x->n_operands; i++) {
        const roof_operand *t = &x->operands[i];
        cells_add(&c, t->role);
        cells_add(&c, *t->tensor.name ? printable(o, t->tensor.name) : "-");
        cells_add(&c, t->dtype);
        cells_add(&c, arena_strdup(o->arena, text_shape(shape, sizeof shape, &t->tensor)));
        cells_add(&c, grouped(o, t->bytes));
        cells_add(&c, grouped(o, t->touched));
    }
    if (x->n_operands > 0)
        cells_write(&c, o->width, o->color, o->out);
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
    cells c = cells_new(o->arena, "lrlrlrl", x->n_terms + 1, 0);
    cells_label(&c, "time");
    for (size_t i = 0; i < x->n_terms; i++)
        longest = x->terms[i].time_s > longest ? x->terms[i].time_s : longest;
    for (size_t i = 0; i < x->n_terms; i++) {
        const roof_term *t = &x->terms[i];
        cells_add(&c, t->unit);
        cells_add(&c, si(o, t->amount, t->amount_unit));
        cells_add(&c, "/");
        cells_add(&c, rate(o, t));
        cells_add(&c, "=");
        cells_add(&c, si(o, t->time_s, "s"));
        cells_add(&c, t->time_s == longest ? "<- the longest" : "");
    }
    cells_write(&c, o->width, o->color, o->out);
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
