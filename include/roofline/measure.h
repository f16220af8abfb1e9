/* Measuring this machine: microbenchmarks, signatures, saved profiles. */
#ifndef ROOFLINE_MEASURE_H
#define ROOFLINE_MEASURE_H

#include <roofline/device.h>
#include <roofline/error.h>
#include <signal.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Told after every kernel and now and then while one runs. */
typedef struct roof_progress {
    const char *kernel; /* "vector fp32 avx2" */
    int index, total;   /* of the kernels of this run */
    double value;       /* running estimate, FLOP/s or B/s; 0 when there is none yet */
    const char *unit;
    bool done;        /* with this kernel: `value` is its median */
    const char *note; /* when done: "", or what keeps the value from being there or right */
} roof_progress;

/* Zero-initialise, then set what differs from the defaults. */
typedef struct roof_calibrate_options {
    const char *backend; /* NULL: the best that answers; "cpu", "cuda", "fake" */
    bool quick;          /* at most 3 seconds in all, else about a minute */
    bool full;           /* everything, in a few minutes */
    double sustained;    /* > 0: the kernels of `only` (NULL: the first) for so many seconds each */
    int threads;         /* 0: all that the process may use */
    const char *gpu;     /* NULL: the first; its number, or the beginning of its UUID */
    const char *only;    /* NULL or the kernels to run: see roof_calibrate_matches */
    void (*progress)(void *user, const roof_progress *p); /* NULL or called from this thread */
    /* NULL, or told in a sentence what concerns the whole run: a GPU that cannot be measured,
     * another calibration that is waited for, other programs that disturbed it. */
    void (*notice)(void *user, const char *text);
    void *user;
    /* NULL, or the file that the profile is to be saved as ("": this machine's saved one): beside
     * it, as FILE.partial, is kept after every kernel what was measured so far. */
    const char *journal;
    /* NULL to measure in any case. Else, when another calibration had to be waited for and has
     * saved the profile of this machine, that one is returned, and *found is set. */
    bool *found;
    const volatile sig_atomic_t *stop; /* NULL, or nonzero to stop: ROOF_INTERRUPTED */
} roof_calibrate_options;

/* Runs the microbenchmarks and returns the profile: measured and theory rows, signature, date. When
 * stopped, what was measured is returned, marked partial, and *error is ROOF_INTERRUPTED; when the
 * device stopped answering, the same and ROOF_FAILED. NULL and *error when nothing was measured.
 * Owned by the caller. */
ROOF_API roof_device *roof_calibrate(const roof_calibrate_options *options, roof_error *error);

/* The name of kernel i of a backend (NULL: the default one), or NULL past the last. */
ROOF_API const char *roof_calibrate_kernel(const char *backend, size_t i);

/* Whether a kernel's name holds a pattern, in which capitals do not matter, * stands for anything
 * and ? for any one character: "fp32 avx2", "vector*fp64". */
ROOF_API bool roof_calibrate_matches(const char *kernel, const char *pattern);

/* What identifies GPU i of those that this process may use, its UUID, as options.gpu takes it.
 * False past the last one, and with *error when none can be asked. */
ROOF_API bool roof_gpu_signature(size_t i, char *dst, size_t size, roof_error *error);

/* What identifies this machine's hardware as this process may use it: the UUID of its first GPU or
 * MIG slice if one answers that can be measured, else CPU model, cores allowed by cpuset and quota.
 * Writes it into dst; false when it does not fit. */
ROOF_API bool roof_machine_signature(char *dst, size_t size);

/* The theoretical roof of this machine (no measurement), labelled so. Owned by the caller. */
ROOF_API roof_device *roof_machine_theory(roof_error *error);

/* The saved profile whose signature is this machine's, or NULL (no error: there may be none). */
ROOF_API roof_device *roof_machine_saved(roof_error *error);

/* Saves a profile atomically (temporary file, then rename) to `path`, or when NULL to this user's
 * folder under a name made from its signature; writes the path into dst. What was kept beside it
 * while it was measured is removed. */
ROOF_API bool roof_device_save(const roof_device *d, const char *path, char *dst, size_t size,
                               roof_error *error);

/* Saves the part that was measured beside where roof_device_save would save the whole, as
 * FILE.partial; not waiting for the disk. */
ROOF_API bool roof_device_save_part(const roof_device *d, const char *path, char *dst, size_t size,
                                    roof_error *error);

/* Whether a profile can be saved as `path`, as far as that can be said before it is measured. */
ROOF_API bool roof_device_can_save(const char *path, roof_error *error);

#ifdef __cplusplus
}
#endif

#endif
