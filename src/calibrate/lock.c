/* A lock file, the same for all users of the machine. The kernel frees it when its holder dies. */
#include "calibrate/lock.h"
#include "base/error.h"
#include "calibrate/remarks.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

/* Reading is enough to lock; only the one who creates it may have to write. Links are not followed,
 * as anybody may put one into the folder of temporary files. */
static int open_file(const char *path) {
    int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    int file = open(path, flags);
    if (file < 0 && errno == ENOENT)
        file = open(path, flags | O_CREAT | O_EXCL, 0644);
    return file < 0 && errno == EEXIST ? open(path, flags) : file;
}

int lock_take(const char *path, const roof_calibrate_options *options, double patience,
              bool *waited, roof_error *e) {
    enum { STEP_MS = 50 };
    const struct timespec step = {.tv_nsec = STEP_MS * 1000000L};
    int file = open_file(path);
    *waited = false;
    if (file < 0)
        return LOCK_NONE;
    for (double lasted = 0; flock(file, LOCK_EX | LOCK_NB) != 0; lasted += STEP_MS / 1000.0) {
        bool busy = errno == EWOULDBLOCK, stop = options->stop && *options->stop;
        if (!busy || stop || lasted >= patience) {
            close(file);
            if (stop)
                error_set(e, ROOF_INTERRUPTED, "interrupted while another calibration was running");
            else if (busy)
                error_set(e, ROOF_FAILED,
                          "another calibration is still running on this machine (it holds %s): try "
                          "again when it has ended",
                          path);
            return busy || stop ? LOCK_BUSY : LOCK_NONE;
        }
        if (!*waited)
            remark_tell(options, "another calibration is running on this machine: waiting for it");
        *waited = true;
        nanosleep(&step, NULL);
    }
    return file;
}
