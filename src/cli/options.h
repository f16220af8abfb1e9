/* The one table of options: parsing, help and completion are made from it. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "cli/cli.h"

/* Commands that an option belongs to; FOR_NONE is the program without a command. */
enum {
    FOR_NONE = 1,
    FOR_ANALYZE = 2,
    FOR_CALIBRATE = 4,
    FOR_DEVICES = 8,
    FOR_SWEEP = 16,
    FOR_EXPLAIN = 32,
    FOR_REPORT = 64,
    FOR_PLOT = 128,
    FOR_COMPARE = 256,
    FOR_ALL = 511,
    FOR_VARIANTS = FOR_PLOT | FOR_COMPARE, /* an option given again makes another variant */
    FOR_FIGURE = FOR_ANALYZE | FOR_PLOT | FOR_COMPARE,   /* whatever draws */
    FOR_SAVED = FOR_ANALYZE | FOR_REPORT | FOR_VARIANTS, /* whatever reads saved analyses */
    FOR_MODEL = FOR_SAVED | FOR_SWEEP | FOR_EXPLAIN      /* whatever analyses a model */
};

typedef struct option_row {
    char letter;          /* 0: none */
    const char *name;     /* without its dashes */
    const char *argument; /* what --help calls it; NULL: a flag */
    unsigned commands;
    const char *group; /* heading in --help */
    const char *help;
    bool (*set)(settings *s, const char *text, roof_error *e); /* NULL: kept as it is, `at` */
    size_t at;  /* in settings: a const char *, or of a flag the bool that becomes true */
    bool named; /* its argument is NAME=VALUE: there may be one for each name */
} option_row;

extern const option_row option_table[]; /* ends with a row whose name is NULL */

/* Does the option bear on the analysis itself, rather than on how it is shown? */
bool option_reanalyses(const option_row *o);
/* Is it a factor of an operator, whose text settings keep as it was given? */
bool option_is_factor(const option_row *o);

/* Parses everything after the command into s; positional arguments are gathered in args, which has
 * room for argc of them. Of FOR_VARIANTS an option that bears on the analysis and is given again is
 * that of the next variant: the first variant has all the first ones, and where an option is given
 * fewer times than there are variants, its last one holds on. */
bool options_parse(settings *s, unsigned mask, int argc, char **argv, const char **args,
                   roof_error *e);

/* Frees what parsing allocated. */
void options_free(settings *s);

#endif
