/* Every model of the ONNX node suite must be analysed without a crash: counted, or refused with one
 * clear line. Arguments are folders to walk (Debian's libonnx-testdata); exits 77 when none is
 * there.
 */
#include <ftw.h>
#include <roofline/analysis.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TIME_LIMIT_S = 5, SKIPPED = 77 };

static char current[4096]; /* for whatever stops the test */
static long models, counted, incomplete, failures;

static void stopped(int signal_number) {
    ssize_t ignored = write(2, current, strlen(current));
    (void)ignored;
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static void analyse(const char *path, int64_t batch) {
    roof_error e = ROOF_ERROR_INIT;
    models++;
    alarm(TIME_LIMIT_S);
    roof_model *model = roof_model_open(path, &e);
    roof_analysis *a =
        model ? roof_analyze(model, NULL, &(roof_options){.batch = batch}, &e) : NULL;
    alarm(0);
    if (a) {
        counted++;
        incomplete += !roof_analysis_totals(a)->complete;
    } else if ((e.status != ROOF_USAGE && e.status != ROOF_DAMAGED) || !e.text[0]) {
        fprintf(stderr, "FAIL %s: status %d: %s\n", path, e.status, e.text);
        failures++;
    } else if (batch == 0) {
        printf("refused: %s: %s\n", path, e.text);
    }
    roof_analysis_free(a);
    roof_model_free(model);
}

static int visit(const char *path, const struct stat *info, int kind, struct FTW *where) {
    (void)info;
    if (kind == FTW_F && strcmp(path + where->base, "model.onnx") == 0) {
        snprintf(current, sizeof current, "%s\n", path);
        analyse(path, 0);
        analyse(path, 1);
    }
    return 0;
}

int main(int argc, char **argv) {
    static const int deadly[] = {SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGALRM};
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++) {
        signal(deadly[i], stopped);
    }
    for (int i = 1; i < argc; i++) {
        nftw(argv[i], visit, 16, FTW_PHYS);
    }
    printf("%ld analyses: %ld done (%ld with unknown operators), %ld failures\n", models, counted,
           incomplete, failures);
    if (models == 0) {
        return SKIPPED;
    }
    return failures > 0;
}
