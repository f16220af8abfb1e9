/* Keeping profiles, beyond the public calls. */
#ifndef CALIBRATE_SAVE_H
#define CALIBRATE_SAVE_H

#include <roofline/measure.h>

/* Beside a profile lies, while it is being measured, what is known so far: its name with this. */
#define JOURNAL_SUFFIX ".partial"

/* Writes the journal of the profile `path` (NULL: of the saved profile with this signature), under
 * a temporary name first, but without waiting for the disk. */
bool save_journal(const roof_device *d, const char *path, roof_error *error);

#endif
