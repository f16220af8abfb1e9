/* Runs gnuplot as a child of its own process group: files instead of pipes, so that nothing can
 * block, and a limit on its time. */
#include "base/error.h"
#include "base/text.h"
#include "draw/gnuplot.h"
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TIME_LIMIT = 30, NOT_FOUND = 127 };

extern char **environ;

static const char *program(void) {
    const char *named = getenv("ROOFLINE_GNUPLOT");
    return named && *named ? named : "gnuplot";
}

static double time_limit(void) {
    const char *given = getenv("ROOFLINE_GNUPLOT_SECONDS");
    double seconds;
    return given && text_to_double(given, &seconds) && seconds > 0 ? seconds : TIME_LIMIT;
}

/* Starts it; returns 0 or what errno would be. */
static int start(pid_t *pid, int script, int picture, int errors) {
    char *const arguments[] = {(char[]){"gnuplot"}, (char[]){"-d"}, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigemptyset(&none);
    int failed = posix_spawn_file_actions_init(&files);
    if (failed)
        return failed;
    failed = posix_spawnattr_init(&attributes);
    if (failed) {
        posix_spawn_file_actions_destroy(&files);
        return failed;
    }
    posix_spawn_file_actions_adddup2(&files, script, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, picture, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, errors, STDERR_FILENO);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    failed = posix_spawnp(pid, program(), &files, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return failed;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Waits for the child; false when it had to be killed because its time was over. */
static bool wait_for(pid_t pid, int *status) {
    const struct timespec pause = {.tv_nsec = 2000000};
    double end = now() + time_limit();
    for (;;) {
        pid_t done = waitpid(pid, status, WNOHANG);
        if (done == pid)
            return true;
        if (done < 0 &&
            errno != EINTR) { /* the caller ignores SIGCHLD: how it ended is not known */
            *status = 0;
            return true;
        }
        if (now() > end)
            break;
        nanosleep(&pause, NULL);
    }
    kill(-pid, SIGKILL);
    while (waitpid(pid, status, 0) < 0 && errno == EINTR)
        continue;
    return false;
}

/* The line of gnuplot's messages that says what is wrong: "line 3: ...", else the first with text.
 */
static void error_line(FILE *errors, char *dst, size_t size) {
    char line[512];
    bool found = false;
    dst[0] = '\0';
    rewind(errors);
    while (!found && fgets(line, sizeof line, errors)) {
        line[strcspn(line, "\n")] = '\0';
        const char *text = line + strspn(line, " \t^");
        found = strstr(text, "line ") != NULL;
        if (*text && (found || !*dst))
            snprintf(dst, size, "%s", text);
    }
}

static gnuplot_result failed_as(int status, FILE *errors, roof_error *error) {
    char line[256];
    error_line(errors, line, sizeof line);
    const char *colon = *line ? ": " : "";
    if (WIFSIGNALED(status))
        error_set(error, ROOF_FAILED, "gnuplot was killed by signal %d (%s)%s%s", WTERMSIG(status),
                  strsignal(WTERMSIG(status)), colon, line);
    else
        error_set(error, ROOF_FAILED, "gnuplot failed with status %d%s%s", WEXITSTATUS(status),
                  colon, line);
    return GNUPLOT_FAILED;
}

static gnuplot_result run(FILE *script, int picture, FILE *errors, roof_error *error) {
    pid_t pid = 0;
    int status = 0;
    int failed = start(&pid, fileno(script), picture, fileno(errors));
    if (failed == ENOENT)
        return GNUPLOT_MISSING;
    if (failed) {
        error_set(error, ROOF_FAILED, "cannot run gnuplot: %s", strerror(failed));
        return GNUPLOT_FAILED;
    }
    if (!wait_for(pid, &status)) {
        error_set(error, ROOF_FAILED, "gnuplot did not finish within %g seconds and was stopped",
                  time_limit());
        return GNUPLOT_FAILED;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return GNUPLOT_DONE;
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND) /* where a spawn cannot say so */
        return GNUPLOT_MISSING;
    return failed_as(status, errors, error);
}

gnuplot_result gnuplot_run(FILE *script, int picture, roof_error *error) {
    FILE *errors = tmpfile();
    if (!errors || fflush(script) != 0 || lseek(fileno(script), 0, SEEK_SET) < 0) {
        error_set(error, ROOF_FAILED, "cannot make a temporary file for gnuplot: %s",
                  strerror(errno));
        if (errors)
            fclose(errors);
        return GNUPLOT_FAILED;
    }
    gnuplot_result result = run(script, picture, errors, error);
    fclose(errors);
    return result;
}
