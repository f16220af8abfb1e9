#include "cli/options.h"
#include "base/error.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

void options_free(settings *s) {
    for (size_t i = 0; i < s->n_names; i++)
        free(s->names[i]);
}

static const option_row *find_letter(char letter) {
    for (const option_row *o = option_table; o->name; o++)
        if (o->letter == letter)
            return o;
    return NULL;
}

/* Commands may have a row of their own under the same name; else the last row of that name. */
static const option_row *find_name(const char *name, size_t n, unsigned mask) {
    const option_row *found = NULL;
    for (const option_row *o = option_table; o->name; o++)
        if (strlen(o->name) == n && !strncmp(o->name, name, n) &&
            (!found || !(found->commands & mask)))
            found = o;
    return found;
}

static bool unknown_option(const char *arg, size_t n, roof_error *e) {
    const char *names[64];
    size_t count = 0;
    char word[64] = "";
    for (const option_row *o = option_table; o->name && count < 64; o++)
        names[count++] = o->name;
    strncat(word, arg + 2, n < sizeof word ? n : sizeof word - 1);
    const char *near = text_nearest(word, names, count);
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

/* Handles argv[*i], an option; takes its argument from the same or the next word. */
static bool parse_option(settings *s, unsigned mask, int argc, char **argv, int *i, roof_error *e) {
    const char *arg = argv[*i];
    bool is_long = arg[1] == '-';
    size_t n = is_long ? strcspn(arg + 2, "=") : 1;
    const option_row *o = is_long ? find_name(arg + 2, n, mask) : find_letter(arg[1]);
    if (!o)
        return unknown_option(arg, n, e);
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
    if (!s->reanalyses && option_reanalyses(o))
        s->reanalyses = o->name;
    return o->set ? o->set(s, text, e) : keep(s, o, text);
}

bool options_parse(settings *s, unsigned mask, int argc, char **argv, const char **args,
                   roof_error *e) {
    bool only_arguments = false;
    s->args = args;
    for (int i = 0; i < argc; i++) {
        if (only_arguments || argv[i][0] != '-' || !argv[i][1])
            args[s->n_args++] = argv[i];
        else if (!strcmp(argv[i], "--"))
            only_arguments = true;
        else if (!parse_option(s, mask, argc, argv, &i, e))
            return false;
    }
    return true;
}
