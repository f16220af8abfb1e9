#include "base/path.h"
#include <string.h>
#include <sys/stat.h>

static bool is_below(const char *path, const char *folder) {
    return strncmp(path, folder, strlen(folder)) == 0;
}

bool path_is_special(const char *path) {
    struct stat is;
    if (stat(path, &is) == 0 && !S_ISREG(is.st_mode))
        return true;
    return (is_below(path, "/dev/") || is_below(path, "/proc/")) && lstat(path, &is) == 0 &&
           S_ISLNK(is.st_mode);
}

const char *path_file(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}
