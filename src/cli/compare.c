/* roofline compare: two sides, which are two files, or two variants of one. */
#include "base/error.h"
#include "cli/figure.h"
#include <stdlib.h>

enum { SIDES = 2, SENTENCE = 512 };

typedef struct sides {
    figure figure; /* items 0 and 1 are A and B */
    roof_device *devices[SIDES];
} sides;

static const char *path_of(const settings *s, size_t side) {
    return s->args[side < s->n_args ? side : s->n_args - 1];
}

static const settings *settings_of(const settings *s, size_t side) {
    return variant(s, side < s->n_variants ? side : s->n_variants - 1);
}

static bool check_usage(const settings *s, roof_error *e) {
    if (s->n_args == 0 || s->n_args > SIDES)
        return error_set(e, ROOF_USAGE,
                         "compare needs two models or saved analyses, or one model "
                         "and an option that is given twice");
    if (s->n_variants > SIDES)
        return error_set(e, ROOF_USAGE, "an option is given %zu times, and there are two sides",
                         s->n_variants);
    if (s->n_args == 1 && s->n_variants == 1)
        return error_set(e, ROOF_USAGE,
                         "there is only %s: name another to compare it with, or give an option "
                         "twice, such as --device A --device B",
                         s->args[0]);
    for (size_t i = 0; i < s->n_args && s->n_variants > 1; i++)
        if (is_saved(s->args[i]))
            return error_set(e, ROOF_USAGE,
                             "--%s would change the analysis, and %s is one that was saved: give "
                             "each option once, for the model",
                             s->reanalyses, s->args[i]);
    return s->plot ? check_figure_name("--plot ", s->plot, false, e) : check_no_figure(s, e);
}

static bool open_side(const settings *s, sides *x, size_t side, roof_error *e) {
    const settings *own = settings_of(s, side);
    const char *path = path_of(s, side);
    subject opened;
    if (!is_saved(path) && !choose_device(own, &x->devices[side], e))
        return false;
    if (!subject_open(own, path, x->devices[side], &opened, e))
        return false;
    figure_add(&x->figure, &opened);
    return true;
}

/* --- the result --- */

static void report(const settings *s, const roof_comparison *c, FILE *out, roof_error *e) {
    roof_compare_options o = {.top = s->report.top,
                              .all = s->report.all,
                              .width = terminal_width(),
                              .color = wants_color(s),
                              .conditions = s->fail_if,
                              .n_conditions = s->n_fail_if};
    roof_compare_report(c, s->format ? s->format : "table", &o, out, e);
}

/* From A to B, for every row that both have. */
static roof_plot_arrow *arrows_of(const roof_comparison *c, size_t *n) {
    size_t pairs;
    const roof_pair *p = roof_comparison_pairs(c, &pairs);
    roof_plot_arrow *arrows = calloc(pairs + 1, sizeof *arrows);
    *n = 0;
    for (size_t i = 0; i < pairs && arrows; i++)
        if (p[i].a && p[i].b)
            arrows[(*n)++] = (roof_plot_arrow){.from_row = p[i].row_a, .to_row = p[i].row_b};
    return arrows;
}

static void draw(const settings *s, const sides *x, const roof_comparison *c, roof_error *e) {
    settings with = *s;
    roof_plot_arrow *arrows = arrows_of(c, &with.figure.n_arrows);
    with.figure.arrows = arrows;
    figure_draw(&with, &x->figure, s->plot, e);
    free(arrows);
}

/* Every condition that holds, and every one of which nobody can tell, has its line; what holds
 * counts more. The last line is the error's. */
static void check_conditions(const settings *s, const sides *x, roof_error *e) {
    roof_error found = ROOF_ERROR_INIT;
    for (size_t i = 0; i < s->n_fail_if; i++) {
        char sentence[SENTENCE];
        roof_truth truth =
            roof_condition_check(&s->fail_if[i], x->figure.items[0].analysis,
                                 x->figure.items[1].analysis, sentence, sizeof sentence);
        if (truth == ROOF_FALSE)
            continue;
        roof_status status = truth == ROOF_TRUE ? ROOF_CONDITION : ROOF_FAILED;
        if (*found.text)
            fprintf(stderr, "roofline: %s\n", found.text);
        roof_status before = found.status;
        found = (roof_error)ROOF_ERROR_INIT;
        error_set(&found, status, "%s", sentence);
        found.status = before > status ? before : status;
    }
    if (found.status != ROOF_OK)
        *e = found;
    for (size_t i = 0; i < SIDES && s->n_fail_if; i++)
        if (!roof_analysis_totals(x->figure.items[i].analysis)->complete)
            note(s, "the totals of %c are of the rows that are known: not all are",
                 i == 0 ? 'A' : 'B');
}

static void check_covered(const settings *s, const sides *x, roof_error *e) {
    for (size_t i = 0; i < SIDES; i++)
        check_strict(s, &x->figure.subjects[i], path_of(s, i), e);
}

static void compare(const settings *s, sides *x, roof_error *e) {
    output out;
    for (size_t i = 0; i < SIDES; i++)
        if (!open_side(s, x, i, e))
            return;
    roof_comparison *c = roof_compare(x->figure.items[0].analysis, x->figure.items[1].analysis, e);
    if (c && output_open(&out, s->output, e)) {
        roof_error own = ROOF_ERROR_INIT;
        report(s, c, out.file, &own);
        output_end(&out, &own, e);
    }
    if (c && e->status == ROOF_OK && s->plot)
        draw(s, x, c, e);
    if (c && e->status == ROOF_OK)
        check_conditions(s, x, e);
    if (c && e->status == ROOF_OK)
        check_covered(s, x, e);
    roof_comparison_free(c);
}

roof_status command_compare(const settings *s, roof_error *e) {
    sides *x = calloc(1, sizeof *x);
    if (!x)
        error_set(e, ROOF_FAILED, "not enough memory");
    else if (check_usage(s, e))
        compare(s, x, e);
    if (x)
        figure_free(&x->figure);
    for (size_t i = 0; x && i < SIDES; i++)
        roof_device_free(x->devices[i]);
    free(x);
    return interrupted ? ROOF_INTERRUPTED : e->status;
}
