#include "cli/help.h"
#include "cli/options.h"
#include <string.h>

enum { HELP_COLUMN = 30 };

static void print_option(FILE *out, const option_row *o) {
    char left[96];
    int n = snprintf(left, sizeof left, "  %c%c%s --%s%s%s", o->letter ? '-' : ' ',
                     o->letter ? o->letter : ' ', o->letter ? "," : " ", o->name,
                     o->argument ? " " : "", o->argument ? o->argument : "");
    if (n >= HELP_COLUMN)
        fprintf(out, "%s\n%*s%s\n", left, HELP_COLUMN, "", o->help);
    else
        fprintf(out, "%-*s%s\n", HELP_COLUMN, left, o->help);
}

static void print_options(FILE *out, unsigned mask) {
    const char *group = "";
    for (const option_row *o = option_table; o->name; o++) {
        if ((o->commands & mask) == 0)
            continue;
        if (strcmp(group, o->group) != 0)
            fprintf(out, "\n%s:\n", o->group);
        group = o->group;
        print_option(out, o);
    }
}

void help_overview(FILE *out, const command *commands, size_t n) {
    fprintf(out, "Usage: roofline COMMAND [OPTION ...]\n\n"
                 "Counts the FLOPs and bytes of every node of an ONNX model and places it on the\n"
                 "roofline of this machine, or of another.\n\nCommands:\n");
    for (size_t i = 0; i < n; i++)
        fprintf(out, "  %-12s%s\n", commands[i].name, commands[i].summary);
    fprintf(out, "\nroofline COMMAND --help tells the options of a command.\n");
    print_options(out, FOR_NONE);
}

void help_command(FILE *out, const command *c) {
    fprintf(out, "Usage: roofline %s%s%s [OPTION ...]\n\n%s\n", c->name, *c->arguments ? " " : "",
            c->arguments, c->summary);
    print_options(out, c->options);
}
