/* Everything from a model file is hostile: each case of hostile_models, every truncation and every
 * single-byte change of a small model must end in time, in bounds and with a clear answer.
 * `hostile write FOLDER` writes the cases for the tests of the program itself. */
#include "hostile_models.h"

#include <roofline/analysis.h>
#include <roofline/report.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { TIME_LIMIT_S = 5, MEMORY_LIMIT = 1 << 30 };

static char current[256]; /* the case that runs, for whatever stops it */
static long cases, failures;

static void stopped(int signal_number) {
    static const char crash[] = "crash or time limit: ";
    ssize_t ignored = write(2, crash, sizeof crash - 1);
    ignored = write(2, current, strlen(current));
    ignored = write(2, "\n", 1);
    (void)ignored;
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static void fail(const char *what, const char *detail) {
    fprintf(stderr, "FAIL %s: %s: \"%s\"\n", current, what, detail);
    failures++;
}

/* No control characters of C0 or C1, nor the marks that turn the direction of text. */
static bool printable(const char *text, const char *allowed) {
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        bool control = *p < 0x20 || *p == 0x7f || (*p == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0) ||
                       (*p == 0xe2 && p[1] == 0x80 && p[2] >= 0xaa && p[2] <= 0xae);
        if (control && !strchr(allowed, *p)) {
            return false;
        }
    }
    return true;
}

static void check_error(const roof_error *e) {
    size_t n = strlen(e->text);
    if (n == 0 || !printable(e->text, "") || e->text[n - 1] == '.') {
        fail("an error must be one printable line without a final stop", e->text);
    }
    if (e->status == ROOF_OK) {
        fail("an error needs a status", e->text);
    }
}

static void check_reports(const roof_analysis *a) {
    for (size_t i = 0; roof_report_format(i); i++) {
        char *text = NULL;
        size_t n = 0;
        FILE *out = open_memstream(&text, &n);
        roof_error e = ROOF_ERROR_INIT;
        if (!out ||
            !roof_report(a, roof_report_format(i), &(roof_report_options){.width = 100}, out, &e)) {
            fail("no report", e.text);
        }
        if (out) {
            fclose(out);
        }
        if (text && (strlen(text) != n || !printable(text, "\n"))) {
            fail("control characters in the report", roof_report_format(i));
        }
        free(text);
    }
}

/* The whole way of one file; returns how it ended. */
static roof_status run(const void *data, size_t n, const roof_device *device, bool reports) {
    roof_error e = ROOF_ERROR_INIT;
    cases++;
    alarm(TIME_LIMIT_S);
    roof_model *model = roof_model_from_memory(data, n, "hostile.onnx", &e);
    roof_analysis *a = model ? roof_analyze(model, device, &(roof_options){0}, &e) : NULL;
    if (!a) {
        check_error(&e);
    } else if (reports) {
        check_reports(a);
    }
    roof_status status = a ? ROOF_OK : e.status;
    roof_analysis_free(a);
    roof_model_free(model);
    alarm(0);
    return status;
}

static void run_case(hostile *h, void *user) {
    snprintf(current, sizeof current, "%s", h->name);
    /* A copy of the exact size lets the sanitizer see a read past the end. */
    uint8_t *copy = malloc(h->file.used + !h->file.used);
    if (!copy) {
        return;
    }
    if (h->file.used > 0) {
        memcpy(copy, h->file.bytes, h->file.used);
    }
    roof_status status = run(copy, h->file.used, user, true);
    if (!(h->right >> status & 1)) {
        char text[32];
        snprintf(text, sizeof text, "%d", status);
        fail("not the documented outcome", text);
    }
    free(copy);
}

static void truncations(const wire *model, const roof_device *device) {
    for (size_t n = 0; n < model->used; n++) {
        snprintf(current, sizeof current, "small model cut to %zu bytes", n);
        uint8_t *copy = malloc(n + !n);
        if (copy) {
            memcpy(copy, model->bytes, n);
            run(copy, n, device, true);
            free(copy);
        }
    }
}

static void single_bytes(const wire *model, const roof_device *device) {
    for (size_t i = 0; i < model->used; i++) {
        uint8_t good = model->bytes[i];
        for (int value = 0; value < 256; value++) {
            snprintf(current, sizeof current, "small model, byte %zu = %d", i, value);
            model->bytes[i] = (uint8_t)value;
            run(model->bytes, model->used, device, value % 16 == 0);
        }
        model->bytes[i] = good;
    }
}

static void write_case(hostile *h, void *user) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.onnx", (const char *)user, h->name);
    FILE *file = fopen(path, "wb");
    if (!file ||
        fwrite(h->file.bytes ? h->file.bytes : (const void *)"", 1, h->file.used, file) !=
            h->file.used ||
        fclose(file) != 0) {
        perror(path);
        exit(1);
    }
    printf("%s", h->name);
    for (int status = 0; status < 8; status++) {
        if (h->right >> status & 1) {
            printf(" %d", status);
        }
    }
    printf("\n");
}

static void limit_memory(void) {
    if (!SANITIZED) { /* a sanitizer's shadow needs terabytes of address space */
        setrlimit(RLIMIT_AS, &(struct rlimit){MEMORY_LIMIT, MEMORY_LIMIT});
    }
    static const int deadly[] = {SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGALRM};
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++) {
        if (!SANITIZED || deadly[i] == SIGALRM) {
            signal(deadly[i], stopped);
        }
    }
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "write") == 0) {
        hostile_each(write_case, argv[2]);
        return 0;
    }
    limit_memory();
    roof_error e = ROOF_ERROR_INIT;
    roof_device *device = roof_device_find("RTX 3080", &e);
    if (!device) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    hostile_each(run_case, device);
    wire model = small_model();
    truncations(&model, device);
    single_bytes(&model, device);
    wire_free(&model);
    roof_device_free(device);
    printf("%ld inputs, %ld failures\n", cases, failures);
    return failures > 0;
}
