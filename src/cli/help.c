#include "cli/help.h"
#include "cli/options.h"
#include <string.h>

enum {
    WIDTH = 100,         /* of a line */
    OPTION_COLUMN = 34,  /* where the words on an option begin */
    SUMMARY_COLUMN = 14, /* and those on a command */
    USAGE_COLUMN = 16    /* and where a usage that is too long for a line goes on */
};

/* Words from `column` on, which is where the line stands, on as many lines as they need. */
static void print_wrapped(FILE *out, int column, const char *text) {
    int used = column;
    while (*text) {
        int n = (int)strcspn(text, " ");
        if (used > column && used + 1 + n > WIDTH) {
            fprintf(out, "\n%*s", column, "");
            used = column;
        }
        used += fprintf(out, "%s%.*s", used > column ? " " : "", n, text);
        text += n;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

static void print_option(FILE *out, const option_row *o) {
    char left[96];
    int n = snprintf(left, sizeof left, "  %c%c%s --%s%s%s", o->letter ? '-' : ' ',
                     o->letter ? o->letter : ' ', o->letter ? "," : " ", o->name,
                     o->argument ? " " : "", o->argument ? o->argument : "");
    if (n >= OPTION_COLUMN - 1)
        fprintf(out, "%s\n%*s", left, OPTION_COLUMN, "");
    else
        fprintf(out, "%-*s", OPTION_COLUMN, left);
    print_wrapped(out, OPTION_COLUMN, o->help);
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
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "  %-*s", SUMMARY_COLUMN - 2, commands[i].name);
        print_wrapped(out, SUMMARY_COLUMN, commands[i].summary);
    }
    fprintf(out, "\nroofline COMMAND --help tells the options of a command.\n");
    print_options(out, FOR_NONE);
}

void help_command(FILE *out, const command *c) {
    char usage[256];
    snprintf(usage, sizeof usage, "%s %s [OPTION ...]", c->name, c->arguments);
    fputs("Usage: roofline ", out);
    print_wrapped(out, USAGE_COLUMN, usage);
    fputc('\n', out);
    print_wrapped(out, 0, c->summary);
    print_options(out, c->options);
}
