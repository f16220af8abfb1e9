#include "cli/options.h"
#include "base/error.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

void options_free(settings *s) {
    for (size_t i = 0; i < s->n_names; i++)
        free(s->names[i]);
    for (size_t i = 0; i + 1 < s->n_variants && s->variants; i++)
        options_free(&s->variants[i]);
    free(s->variants);
}

/* Commands may have a row of their own under the same letter or name; else the last such row. */
static const option_row *find_letter(char letter, unsigned mask) {
    const option_row *found = NULL;
    for (const option_row *o = option_table; o->name; o++)
        if (o->letter == letter && (!found || !(found->commands & mask)))
            found = o;
    return found;
}

static const option_row *find_name(const char *name, size_t n, unsigned mask) {
    const option_row *found = NULL;
    for (const option_row *o = option_table; o->name; o++)
        if (strlen(o->name) == n && !strncmp(o->name, name, n) &&
            (!found || !(found->commands & mask)))
            found = o;
    return found;
}

static bool unknown_option(const char *arg, size_t n, unsigned mask, roof_error *e) {
    const char *names[64]; /* of this command */
    size_t count = 0;
    char word[64] = "";
    for (const option_row *o = option_table; o->name && count < 64; o++)
        if (o->commands & mask)
            names[count++] = o->name;
    strncat(word, arg + strspn(arg, "-"), n < sizeof word ? n : sizeof word - 1);
    /* Of one letter every other would be near. */
    const char *near = word[0] && word[1] ? text_nearest(word, names, count) : NULL;
    return error_set(e, ROOF_USAGE, "unknown option %s%s%s%s", arg, near ? " (did you mean --" : "",
                     near ? near : "", near ? "?)" : "");
}

/* Options without a setter are kept as they are. */
static bool keep(settings *s, const option_row *o, const char *text) {
    char *place = (char *)s + o->at;
    if (o->argument)
        *(const char **)place = text;
    else
        *(bool *)place = true;
    return true;
}

/* An option as it was given. */
typedef struct given {
    const option_row *row;
    const char *text;
    size_t again;  /* how often it was given before */
    bool is_final; /* it is not given again */
} given;

/* Of what can be given for several names, is it the same name? */
static bool is_same(const given *a, const given *b) {
    if (a->row != b->row || !a->row->named)
        return a->row == b->row;
    const char *left = strrchr(a->text, '='), *right = strrchr(b->text, '=');
    size_t n = left ? (size_t)(left - a->text) : strlen(a->text);
    return right && n == (size_t)(right - b->text) && !strncmp(a->text, b->text, n);
}

static void note_given(given *all, size_t n, given one) {
    one.is_final = true;
    for (size_t i = 0; i < n; i++)
        if (is_same(&all[i], &one)) {
            all[i].is_final = false;
            one.again = all[i].again + 1;
        }
    all[n] = one;
}

/* Handles argv[*i], an option; takes its argument from the same or the next word. */
static bool parse_option(given *one, unsigned mask, int argc, char **argv, int *i, roof_error *e) {
    const char *arg = argv[*i];
    bool is_long = arg[1] == '-';
    size_t n = is_long ? strcspn(arg + 2, "=") : 1;
    const option_row *o = is_long ? find_name(arg + 2, n, mask) : find_letter(arg[1], mask);
    if (!o)
        return unknown_option(arg, n, mask, e);
    if (!(o->commands & mask))
        return error_set(e, ROOF_USAGE, "--%s is no option of this command", o->name);
    const char *rest = is_long ? arg + 2 + n : arg + 2;
    const char *text = !*rest ? NULL : is_long ? rest + 1 : rest;
    if (!o->argument && text)
        return error_set(e, ROOF_USAGE, "--%s takes no argument", o->name);
    if (o->argument && !text) {
        if (*i + 1 >= argc)
            return error_set(e, ROOF_USAGE, "--%s needs an argument: %s", o->name, o->argument);
        text = argv[++*i];
    }
    *one = (given){.row = o, .text = text};
    return true;
}

static bool apply(settings *s, const given *g, roof_error *e) {
    const option_row *o = g->row;
    if (!s->reanalyses && option_reanalyses(o))
        s->reanalyses = o->name;
    return o->set ? o->set(s, g->text, e) : keep(s, o, g->text);
}

/* Applies what was given to the settings of a variant. */
static bool apply_all(settings *s, size_t which, bool has_variants, const given *all, size_t n,
                      roof_error *e) {
    for (size_t i = 0; i < n; i++) {
        const given *g = &all[i];
        bool chosen = g->again == which || (g->is_final && g->again < which);
        if (has_variants && option_reanalyses(g->row) && !chosen)
            continue;
        if (!apply(s, g, e))
            return false;
    }
    return true;
}

static bool apply_variants(settings *s, const given *all, size_t n, roof_error *e) {
    s->n_variants = 1;
    for (size_t i = 0; i < n; i++)
        if (option_reanalyses(all[i].row) && all[i].again >= s->n_variants)
            s->n_variants = all[i].again + 1;
    s->variants = calloc(s->n_variants, sizeof *s->variants);
    if (!s->variants)
        return error_set(e, ROOF_FAILED, "not enough memory");
    for (size_t i = 0; i < s->n_variants; i++) {
        settings *v = i == 0 ? s : &s->variants[i - 1];
        v->n_variants = i == 0 ? s->n_variants : 1;
        v->args = s->args;
        v->n_args = s->n_args;
        if (!apply_all(v, i, true, all, n, e))
            return false;
    }
    return true;
}

static bool parse_words(settings *s, given *all, size_t *n, unsigned mask, int argc, char **argv,
                        const char **args, roof_error *e) {
    bool only_arguments = false;
    for (int i = 0; i < argc; i++) {
        given one;
        if (only_arguments || argv[i][0] != '-' || !argv[i][1])
            args[s->n_args++] = argv[i];
        else if (!strcmp(argv[i], "--"))
            only_arguments = true;
        else if (parse_option(&one, mask, argc, argv, &i, e))
            note_given(all, (*n)++, one);
        else
            return false;
    }
    return true;
}

bool options_parse(settings *s, unsigned mask, int argc, char **argv, const char **args,
                   roof_error *e) {
    given *all = calloc((size_t)argc + 1, sizeof *all);
    size_t n = 0;
    s->args = args;
    bool ok = all ? parse_words(s, all, &n, mask, argc, argv, args, e)
                  : error_set(e, ROOF_FAILED, "not enough memory");
    if (ok)
        ok = mask & FOR_VARIANTS ? apply_variants(s, all, n, e) : apply_all(s, 0, false, all, n, e);
    free(all);
    return ok;
}

const settings *variant(const settings *s, size_t i) {
    return i == 0 ? s : &s->variants[i - 1];
}
