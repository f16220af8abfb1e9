/* Errors are values: a call that can fail takes a roof_error and fills it in. */
#ifndef ROOFLINE_ERROR_H
#define ROOFLINE_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define ROOF_API __attribute__((visibility("default")))
#else
#define ROOF_API
#endif

/* What went wrong. The values are the exit codes of the command line. */
typedef enum roof_status {
    ROOF_OK = 0,
    ROOF_FAILED = 1,       /* could not do it: I/O, no such device, measurement failed */
    ROOF_USAGE = 2,        /* an option or argument is wrong or missing */
    ROOF_DAMAGED = 3,      /* the model (or device, or measured) file is not what it should be */
    ROOF_NOT_COVERED = 4,  /* strict: something in the model is not covered */
    ROOF_CONDITION = 5,    /* a condition given by the user holds */
    ROOF_INTERRUPTED = 130 /* stopped by a signal */
} roof_status;

/* One error: its status and one line of printable text (UTF-8, no control characters, no final
 * full stop or newline) that names the file, the node, the wrong value and the way out.
 * Owned by the caller; start from ROOF_ERROR_INIT. The first error stays: later ones are ignored.
 */
typedef struct roof_error {
    roof_status status;
    char text[768];
} roof_error;

#define ROOF_ERROR_INIT                                                                            \
    { ROOF_OK, "" }

#ifdef __cplusplus
}
#endif

#endif
