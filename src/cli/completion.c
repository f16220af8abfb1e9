/* Completion for bash, made from the tables of commands and options. */
#include "cli/help.h"
#include "cli/options.h"
#include <string.h>

static void print_words(FILE *out, unsigned mask) {
    for (const option_row *o = option_table; o->name; o++)
        if (o->commands & mask)
            fprintf(out, " --%s", o->name);
}

/* Words to choose from are small and divided by '|'; what the user makes up has capitals. */
static bool is_choice(const option_row *o) {
    return o->argument && strchr(o->argument, '|') &&
           strspn(o->argument, "abcdefghijklmnopqrstuvwxyz0123456789:|") == strlen(o->argument);
}

/* What may follow each option that has words to choose from. */
static void print_choices(FILE *out, unsigned mask) {
    fputs("        case ${COMP_WORDS[COMP_CWORD-1]} in\n", out);
    for (const option_row *o = option_table; o->name; o++) {
        if (!(o->commands & mask) || !is_choice(o))
            continue;
        fprintf(out, "        --%s) words=\"", o->name);
        for (const char *c = o->argument; *c; c++)
            fputc(*c == '|' ? ' ' : *c, out);
        fputs("\" ;;\n", out);
    }
    fputs("        esac ;;\n", out);
}

void help_completion(FILE *out, const command *commands, size_t n) {
    fputs("# bash completion for roofline: eval \"$(roofline --completion)\"\n"
          "_roofline() {\n"
          "    local word=${COMP_WORDS[COMP_CWORD]} options words\n"
          "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
          "        COMPREPLY=($(compgen -W \"",
          out);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%s ", commands[i].name);
    fputs("--help --version\" -- \"$word\"))\n        return\n    fi\n"
          "    case ${COMP_WORDS[1]} in\n",
          out);
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "    %s) options=\"", commands[i].name);
        print_words(out, commands[i].options);
        fputs("\"\n", out);
        if (commands[i].words)
            fprintf(out, "        [ \"$COMP_CWORD\" -ne 2 ] || words=\"%s\"\n", commands[i].words);
        print_choices(out, commands[i].options);
    }
    fputs("    esac\n"
          "    case $word in\n"
          "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
          "    *) COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
          "       [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- \"$word\")) ;;\n"
          "    esac\n"
          "}\n"
          "complete -o filenames -F _roofline roofline\n",
          out);
}
