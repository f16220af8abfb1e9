/* Paths: what a file may be written as, and its name. */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>

/* Whether something is there that a file must not take the place of: a device, a pipe, a folder, or
 * a link of the system's own as /dev/stdout, whatever it stands for now. */
bool path_is_special(const char *path);

/* The name of the file without its folders: what follows the last slash, unless nothing does. */
const char *path_file(const char *path);

#endif
