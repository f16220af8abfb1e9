/* measure COMMAND...: runs it with its output thrown away and prints seconds and peak resident
 * bytes. A small process of its own, as a child's peak begins with what its parent had when it
 * forked. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void run(char **command) {
    int nowhere = open("/dev/null", O_RDWR);
    for (int i = 0; i < 3; i++) {
        dup2(nowhere, i);
    }
    execvp(command[0], command);
    _exit(127);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    double began = now();
    pid_t child = fork();
    if (child == 0) {
        run(argv + 1);
    }
    int status;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
        perror("measure");
        return 1;
    }
    printf("%.6f %lld\n", now() - began, 1024LL * usage.ru_maxrss);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
