/* Keeping profiles: found again by signature, and never harmed by what goes wrong. */
#include "calibrate/lock.h"
#include "calibrate/sysfile.h"
#include "folder.h"
#include <math.h>
#include <roofline/measure.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define LENGTH(a) (sizeof(a) / sizeof *(a))

static void use_root_as_home(void) {
    assert_int_equal(setenv("XDG_DATA_HOME", root, 1), 0);
}

static roof_device *fake_profile(void) {
    roof_error e = ROOF_ERROR_INIT;
    roof_device *d = roof_calibrate(&(roof_calibrate_options){.backend = "fake"}, &e);
    assert_non_null(d);
    return d;
}

static size_t count_files(const char *folder) {
    char command[4200];
    snprintf(command, sizeof command, "ls -A '%s' | wc -l", folder);
    FILE *f = popen(command, "r");
    size_t n = 0;
    assert_int_equal(fscanf(f, "%zu", &n), 1);
    pclose(f);
    return n;
}

static void saved_profile_is_read_again(void **state) {
    (void)state;
    char path[4096], folder[4096];
    roof_error e = ROOF_ERROR_INIT;
    use_root_as_home();
    roof_device *d = fake_profile();
    assert_true(roof_device_save(d, NULL, path, sizeof path, &e));
    roof_device *again = roof_device_load(path, &e);
    assert_non_null(again);
    assert_string_equal(roof_device_signature(again), "fake");
    const roof_ceiling peak =
        roof_device_compute(again, ROOF_VECTOR, ROOF_FP32, ROOF_PRECISION_NONE, false);
    assert_true(fabs(peak.value - 1e11) < 1);
    assert_int_equal(peak.fact->kind, ROOF_MEASURED);
    assert_true(roof_device_folder(folder, sizeof folder));
    assert_int_equal(count_files(folder), 1); /* no temporary file */
    roof_device_free(again);
    roof_device_free(d);
}

/* This machine's theory carries its signature, so it stands for a calibration here. */
static void saved_profile_is_found_by_signature(void **state) {
    (void)state;
    char path[4096];
    roof_error e = ROOF_ERROR_INIT;
    use_root_as_home();
    assert_null(roof_machine_saved(&e));
    assert_int_equal(e.status, ROOF_OK);
    roof_device *d = roof_machine_theory(&e);
    if (!d)
        skip();
    assert_true(roof_device_save(d, NULL, path, sizeof path, &e));
    roof_device_free(d);
    d = roof_machine_saved(&e);
    assert_non_null(d);
    roof_device_free(d);

    assert_int_equal(truncate(path, 20), 0);
    assert_null(roof_machine_saved(&e));
    assert_true(e.status != ROOF_OK);
    char hint[4200];
    snprintf(hint, sizeof hint, "delete %s", path);
    assert_non_null(strstr(e.text, hint));
}

/* A disk that is full after 100 bytes: the old profile stays as it was, nothing is left beside. */
static void full_disk_leaves_the_old_profile(void **state) {
    (void)state;
    char path[128], text[16] = "";
    snprintf(path, sizeof path, "%s/old.csv", root);
    put_file("/old.csv", "old");
    roof_device *d = fake_profile();
    struct rlimit before;
    getrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){100, before.rlim_max});
    roof_error e = ROOF_ERROR_INIT;
    bool saved = roof_device_save(d, path, NULL, 0, &e);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_false(saved);
    assert_int_equal(e.status, ROOF_FAILED);
    assert_non_null(strstr(e.text, path));
    assert_true(sysfile_read(root, "/old.csv", text, sizeof text));
    assert_string_equal(text, "old");
    assert_int_equal(count_files(root), 1);
    roof_device_free(d);
}

static void bad_places_are_refused(void **state) {
    (void)state;
    char below_a_file[128];
    snprintf(below_a_file, sizeof below_a_file, "%s/file/profile.csv", root);
    put_file("/file", "");
    const char *const bad[] = {below_a_file, "/no/such/folder/x.csv", "/dev/null", root, ""};
    roof_device *d = fake_profile();
    for (size_t i = 0; i < LENGTH(bad); i++) {
        roof_error e = ROOF_ERROR_INIT;
        assert_false(roof_device_save(d, bad[i], NULL, 0, &e));
        assert_int_equal(e.status, ROOF_FAILED);
        e = (roof_error)ROOF_ERROR_INIT;
        assert_false(roof_device_can_save(bad[i], &e)); /* and so it is said before */
        assert_int_equal(e.status, ROOF_FAILED);
    }
    roof_error e = ROOF_ERROR_INIT;
    setenv("XDG_DATA_HOME", below_a_file, 1);
    assert_false(roof_device_save(d, NULL, NULL, 0, &e));
    assert_int_equal(e.status, ROOF_FAILED);
    struct stat is;
    assert_true(stat("/dev/null", &is) == 0 && S_ISCHR(is.st_mode));
    roof_device_free(d);
}

/* ---- while it is measured ---- */

/* Dies in the way of kill -9 when the third kernel has ended. */
static void die_at_third(void *user, const roof_progress *p) {
    (void)user;
    if (p->index == 3)
        raise(SIGKILL);
}

/* What was measured is beside, marked as a part; the profile is as it was, bit by bit. */
static void killed_run_leaves_a_part(void **state) {
    (void)state;
    char path[128], partial[160], text[16] = "";
    roof_error e = ROOF_ERROR_INIT;
    snprintf(path, sizeof path, "%s/old.csv", root);
    snprintf(partial, sizeof partial, "%s.partial", path);
    put_file("/old.csv", "old");
    pid_t child = fork();
    if (child == 0) {
        roof_calibrate_options o = {.backend = "fake", .progress = die_at_third, .journal = path};
        roof_calibrate(&o, &e);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    assert_true(sysfile_read(root, "/old.csv", text, sizeof text));
    assert_string_equal(text, "old");
    roof_device *d = roof_device_load(partial, &e);
    assert_non_null(d);
    assert_string_equal(roof_device_partial(d), "ended after 3 kernels");
    roof_device_free(d);

    /* a whole run takes its place, and the part goes */
    d = fake_profile();
    assert_string_equal(roof_device_partial(d), "");
    assert_true(roof_device_save(d, path, NULL, 0, &e));
    assert_int_equal(access(partial, F_OK), -1);
    assert_int_equal(count_files(root), 1);
    roof_device_free(d);
}

static void count_notices(void *user, const char *text) {
    int *n = user;
    ++*n;
    assert_non_null(strstr(text, "cannot keep what was measured so far"));
}

/* Where nothing can be written, as in a home that is read-only, it is said once and measured on. */
static void journal_that_cannot_be_written(void **state) {
    (void)state;
    char path[128];
    int notices = 0;
    roof_error e = ROOF_ERROR_INIT;
    put_file("/file", "");
    snprintf(path, sizeof path, "%s/file/profile.csv", root);
    roof_calibrate_options o = {
        .backend = "fake", .journal = path, .notice = count_notices, .user = &notices};
    roof_device *d = roof_calibrate(&o, &e);
    assert_non_null(d);
    assert_int_equal(notices, 1);
    roof_device_free(d);
}

/* ---- two at once ---- */

static void waiting_is_told(void *user, const char *text) {
    int *n = user;
    ++*n;
    assert_non_null(strstr(text, "waiting for it"));
}

static void one_calibration_at_a_time(void **state) {
    (void)state;
    char path[128];
    int told = 0;
    bool waited = true;
    roof_error e = ROOF_ERROR_INIT;
    volatile sig_atomic_t stop = 1;
    roof_calibrate_options o = {.notice = waiting_is_told, .user = &told};
    snprintf(path, sizeof path, "%s/lock", root);
    int first = lock_take(path, &o, 0, &waited, &e);
    assert_true(first >= 0);
    assert_false(waited);
    assert_int_equal(lock_take(path, &o, 0.1, &waited, &e), LOCK_BUSY);
    assert_int_equal(e.status, ROOF_FAILED);
    assert_non_null(strstr(e.text, "another calibration"));
    assert_int_equal(told, 1);
    assert_true(waited);

    e = (roof_error)ROOF_ERROR_INIT;
    o.stop = &stop;
    assert_int_equal(lock_take(path, &o, 100, &waited, &e), LOCK_BUSY);
    assert_int_equal(e.status, ROOF_INTERRUPTED);
    o.stop = NULL;

    pid_t child = fork();
    if (child == 0) { /* holds it too, and dies */
        close(first);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    close(first);
    int second = lock_take(path, &o, 0, &waited, &e);
    assert_true(second >= 0);
    close(second);

    /* a link that somebody put there is not followed, and nothing is lost by that */
    char link[128];
    snprintf(link, sizeof link, "%s/link", root);
    assert_int_equal(symlink("/etc/passwd", link), 0);
    assert_int_equal(lock_take(link, &o, 0, &waited, &e), LOCK_NONE);
}

int main(void) {
#define IN_ROOT(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)
    const struct CMUnitTest tests[] = {
        IN_ROOT(saved_profile_is_read_again),      IN_ROOT(saved_profile_is_found_by_signature),
        IN_ROOT(full_disk_leaves_the_old_profile), IN_ROOT(bad_places_are_refused),
        IN_ROOT(killed_run_leaves_a_part),         IN_ROOT(journal_that_cannot_be_written),
        IN_ROOT(one_calibration_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
