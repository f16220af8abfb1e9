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
    FOR_ALL = 127,
    FOR_PLOT = FOR_ANALYZE,                                        /* whatever draws */
    FOR_MODEL = FOR_ANALYZE | FOR_SWEEP | FOR_EXPLAIN | FOR_REPORT /* whatever analyses a model */
};

typedef struct option_row {
    char letter;          /* 0: none */
    const char *name;     /* without its dashes */
    const char *argument; /* what --help calls it; NULL: a flag */
    unsigned commands;
    const char *group; /* heading in --help */
    const char *help;
    bool (*set)(settings *s, const char *text, roof_error *e); /* NULL: kept as it is, `at` */
    size_t at; /* in settings: a const char *, or of a flag the bool that becomes true */
} option_row;

extern const option_row option_table[]; /* ends with a row whose name is NULL */

/* Does the option bear on the analysis itself, rather than on how it is shown? */
bool option_reanalyses(const option_row *o);

/* Parses everything after the command into s; positional arguments are gathered in args, which has
 * room for argc of them. */
bool options_parse(settings *s, unsigned mask, int argc, char **argv, const char **args,
                   roof_error *e);

/* Frees what parsing allocated. */
void options_free(settings *s);

#endif
