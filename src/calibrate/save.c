/* Keeping profiles: written beside and renamed, found again by the machine's signature. */
#include "base/error.h"
#include "base/hash.h"
#include "base/path.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <roofline/measure.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, SIGNATURE_SIZE = 512 };

/* Beside a profile lies, while it is being measured, what is known so far: its name with this. */
#define JOURNAL_SUFFIX ".partial"

/* "FOLDER/cpu-genuineintel-6-106-6-....-HASH.csv": one name for each signature. */
static bool path_of(const char *signature, char *dst, size_t size) {
    char folder[PATH_SIZE], words[49];
    if (!roof_device_folder(folder, sizeof folder))
        return false;
    size_t n = 0;
    for (const char *s = signature; *s && n + 1 < sizeof words; s++) {
        bool plain = isalnum((unsigned char)*s) && (unsigned char)*s < 128;
        if (plain)
            words[n++] = (char)tolower((unsigned char)*s);
        else if (n > 0 && words[n - 1] != '-')
            words[n++] = '-';
    }
    words[n] = '\0';
    int length = snprintf(dst, size, "%s/%s-%08x.csv", folder, words,
                          (unsigned)hash_bytes(0, signature, strlen(signature)));
    return length > 0 && (size_t)length < size;
}

/* Makes a folder and those above it. */
static bool make_folders(const char *folder) {
    char path[PATH_SIZE];
    if (snprintf(path, sizeof path, "%s", folder) >= PATH_SIZE)
        return false;
    for (char *slash = path; (slash = strchr(slash + 1, '/'));) {
        *slash = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            return false;
        *slash = '/';
    }
    return mkdir(path, 0777) == 0 || errno == EEXIST;
}

/* The folder that a file is in, into `dst`. */
static void folder_of(const char *path, char *dst, size_t size) {
    char copy[PATH_SIZE];
    snprintf(copy, sizeof copy, "%s", path);
    snprintf(dst, size, "%s", dirname(copy));
}

/* Writes all of it, to the disk if asked, and closes the file; false and errno when any of that
 * failed. */
static bool write_and_close(const roof_device *d, int file, bool sync) {
    FILE *out = fdopen(file, "w");
    if (!out) {
        close(file);
        return false;
    }
    errno = 0;
    bool written = roof_device_write(d, out) && fflush(out) == 0 && (!sync || fsync(file) == 0);
    int why = errno;
    written = fclose(out) == 0 && written;
    errno = why ? why : errno;
    return written;
}

/* The new name must survive a power cut as well. Where that cannot be asked for, it is no failure:
 * the file is complete either way. */
static void sync_folder(const char *folder) {
    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return;
    (void)fsync(file);
    close(file);
}

static bool write_beside(const roof_device *d, const char *path, const char *folder, bool sync) {
    char temporary[PATH_SIZE + 32];
    snprintf(temporary, sizeof temporary, "%s/.roofline-XXXXXX", folder);
    int file = mkostemp(temporary, O_CLOEXEC);
    if (file < 0)
        return false;
    (void)fchmod(file, 0644);
    bool done = write_and_close(d, file, sync) && rename(temporary, path) == 0;
    int why = errno;
    if (!done)
        unlink(temporary);
    errno = why;
    return done;
}

/* Renaming onto a folder fails, onto a pipe or a terminal replaces it. */
static bool check_target(const char *path, roof_error *error) {
    struct stat is;
    if (!*path)
        return error_set(error, ROOF_FAILED, "the profile is to be saved as a file without a name");
    if (stat(path, &is) == 0 && S_ISDIR(is.st_mode))
        return error_set(error, ROOF_FAILED,
                         "%s is a folder: give the name of a file in it to save the profile as",
                         path);
    if (path_is_special(path))
        return error_set(
            error, ROOF_FAILED,
            "%s: not saved, as it is no ordinary file (-o - writes to standard output)", path);
    return true;
}

/* Where a profile is to go: `path`, or when NULL this user's file for it. */
static bool find_target(const roof_device *d, const char *path, char *target, size_t size,
                        roof_error *error) {
    if (!path && !path_of(roof_device_signature(d), target, size))
        return error_set(error, ROOF_FAILED,
                         "no folder to save the profile in: set HOME or XDG_DATA_HOME, or give "
                         "-o FILE");
    if (path && (size_t)snprintf(target, size, "%s", path) >= size)
        return error_set(error, ROOF_FAILED, "%s: the name is too long", path);
    return check_target(target, error);
}

bool roof_device_can_save(const char *path, roof_error *error) {
    char folder[PATH_SIZE];
    if (strlen(path) >= PATH_SIZE)
        return error_set(error, ROOF_FAILED, "%s: the name is too long", path);
    if (!check_target(path, error))
        return false;
    folder_of(path, folder, sizeof folder - strlen("/."));
    strcat(folder, "/."); /* is there only in a folder */
    return access(folder, W_OK) == 0 ||
           error_set(error, ROOF_FAILED, "cannot write %s: %s", path, strerror(errno));
}

static void journal_of(const char *target, char dst[PATH_SIZE + 32]) {
    snprintf(dst, PATH_SIZE + 32, "%s" JOURNAL_SUFFIX, target);
}

bool roof_device_save(const roof_device *d, const char *path, char *dst, size_t size,
                      roof_error *error) {
    char target[PATH_SIZE], folder[PATH_SIZE], journal[PATH_SIZE + 32];
    if (!find_target(d, path, target, sizeof target, error))
        return false;
    folder_of(target, folder, sizeof folder);
    if ((!path && !make_folders(folder)) || !write_beside(d, target, folder, true))
        return error_set(error, ROOF_FAILED, "cannot save the profile as %s: %s", target,
                         strerror(errno));
    sync_folder(folder);
    journal_of(target, journal);
    unlink(journal);
    if (dst)
        snprintf(dst, size, "%s", target);
    return true;
}

bool roof_device_save_part(const roof_device *d, const char *path, char *dst, size_t size,
                           roof_error *error) {
    char target[PATH_SIZE], folder[PATH_SIZE], journal[PATH_SIZE + 32];
    if (!find_target(d, path, target, sizeof target, error))
        return false;
    folder_of(target, folder, sizeof folder);
    journal_of(target, journal);
    if ((!path && !make_folders(folder)) || !write_beside(d, journal, folder, false))
        return error_set(error, ROOF_FAILED, "cannot keep what was measured so far as %s: %s",
                         journal, strerror(errno));
    if (dst)
        snprintf(dst, size, "%s", journal);
    return true;
}

roof_device *roof_machine_saved(roof_error *error) {
    char signature[SIGNATURE_SIZE], path[PATH_SIZE];
    if (!roof_machine_signature(signature, sizeof signature) ||
        !path_of(signature, path, sizeof path) || access(path, F_OK) != 0)
        return NULL;
    roof_error why = ROOF_ERROR_INIT;
    roof_device *d = roof_device_load(path, &why);
    if (!d) {
        error_set(error, why.status,
                  "the saved profile of this machine cannot be used (%s): delete %s and run "
                  "roofline calibrate",
                  why.text, path);
        return NULL;
    }
    if (strcmp(roof_device_signature(d), signature) == 0)
        return d;
    roof_device_free(d);
    return NULL;
}
