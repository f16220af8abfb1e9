/* Completion for bash, made from the tables of commands and options. */
#include "cli/help.h"
#include "cli/options.h"

static void print_words(FILE *out, unsigned mask) {
    for (const option_row *o = option_table; o->name; o++)
        if (o->commands & mask)
            fprintf(out, " --%s", o->name);
}

void help_completion(FILE *out, const command *commands, size_t n) {
    fputs("# bash completion for roofline: eval \"$(roofline --completion)\"\n"
          "_roofline() {\n"
          "    local word=${COMP_WORDS[COMP_CWORD]} options\n"
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
        fputs("\" ;;\n", out);
    }
    fputs("    esac\n"
          "    case $word in\n"
          "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
          "    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n"
          "    esac\n"
          "}\n"
          "complete -o filenames -F _roofline roofline\n",
          out);
}
