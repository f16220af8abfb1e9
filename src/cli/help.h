/* Help, made from the tables of commands and options. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "cli/cli.h"

void help_overview(FILE *out, const command *commands, size_t n);
void help_command(FILE *out, const command *c);
/* A bash completion script. */
void help_completion(FILE *out, const command *commands, size_t n);

#endif
