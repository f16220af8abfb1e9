/* What a command works on: a model, which is analysed, or an analysis that was saved. */
#ifndef CLI_SUBJECT_H
#define CLI_SUBJECT_H

#include "cli/cli.h"

typedef struct subject {
    roof_model *model; /* NULL of a saved analysis */
    roof_analysis *analysis;
} subject;

/* Is any of the arguments a model, for which a device has to be chosen? */
bool any_is_model(const settings *s);
/* As choose_device when there is a model among the arguments; else *d is NULL. */
bool choose_device_of_models(const settings *s, roof_device **d, roof_error *e);

/* --measured: times are of one model, and not in its place on standard input. There are arguments.
 */
bool check_measured(const settings *s, roof_error *e);
/* Gives the times to the rows, if there are any. */
bool measure_subject(const settings *s, roof_analysis *a, roof_error *e);

/* Reads the saved analysis at `path`, or reads the model there and analyses it on the device as the
 * options say. A saved analysis is what it is: options that would change it are refused. */
bool subject_open(const settings *s, const char *path, const roof_device *d, subject *x,
                  roof_error *e);
void subject_close(subject *x);

/* False, and *e (ROOF_NOT_COVERED), when something in it is not covered and --strict was given. */
bool check_strict(const settings *s, const subject *x, const char *path, roof_error *e);

/* Is it the name of a saved analysis? */
bool is_saved(const char *path);

/* Opens a model for a command to which a saved analysis is no help. */
roof_model *open_model(const settings *s, const char *path, roof_error *e);

#endif
