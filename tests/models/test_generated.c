/* Proves that the models in the repository are byte for byte what modelgen writes.
 *
 *     test_generated MODELGEN FOLDER
 *
 * runs `MODELGEN all` in a temporary folder and compares both folders in both directions. */
#include <dirent.h>
#include <limits.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static bool run_modelgen(char *program, char *folder) {
    char all[] = "all";
    char *arguments[] = {program, all, folder, NULL};
    pid_t child;
    int status;
    if (posix_spawn(&child, program, NULL, NULL, arguments, environ) != 0)
        return false;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool same_bytes(FILE *a, FILE *b) {
    int x, y;
    do {
        x = getc(a);
        y = getc(b);
    } while (x == y && x != EOF);
    return x == y && !ferror(a) && !ferror(b);
}

static bool same_file(const char *a_path, const char *b_path) {
    FILE *a = fopen(a_path, "rb");
    FILE *b = fopen(b_path, "rb");
    bool same = a && b && same_bytes(a, b);
    if (a)
        fclose(a);
    if (b)
        fclose(b);
    return same;
}

static void join(char path[PATH_MAX], const char *folder, const char *name) {
    snprintf(path, PATH_MAX, "%s/%s", folder, name);
}

/* Compares every model in `folder` with its namesake in `other`; the number of models, or -1 when
 * one differs or is missing. */
static int compare(const char *folder, const char *other) {
    DIR *d = opendir(folder);
    int n = 0, differences = 0;
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        const char *end = strrchr(e->d_name, '.');
        if (!end || strcmp(end, ".onnx") != 0)
            continue;
        char a[PATH_MAX], b[PATH_MAX];
        join(a, folder, e->d_name);
        join(b, other, e->d_name);
        n++;
        if (!same_file(a, b)) {
            fprintf(stderr, "%s is missing from %s or differs there\n", e->d_name, other);
            differences++;
        }
    }
    if (d)
        closedir(d);
    return differences ? -1 : n;
}

static void remove_folder(const char *folder) {
    DIR *d = opendir(folder);
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        char path[PATH_MAX];
        join(path, folder, e->d_name);
        unlink(path); /* fails for . and .., which go with the folder */
    }
    if (d)
        closedir(d);
    rmdir(folder);
}

int main(int argc, char **argv) {
    char folder[] = "/tmp/roofline-models-XXXXXX";
    if (argc != 3 || !mkdtemp(folder))
        return EXIT_FAILURE;
    bool ran = run_modelgen(argv[1], folder);
    int generated = ran ? compare(folder, argv[2]) : -1;
    int kept = ran ? compare(argv[2], folder) : -1;
    remove_folder(folder);
    if (!ran)
        fprintf(stderr, "%s all failed\n", argv[1]);
    printf("%d models\n", generated);
    return generated > 0 && generated == kept ? EXIT_SUCCESS : EXIT_FAILURE;
}
