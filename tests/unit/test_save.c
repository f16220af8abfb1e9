/* Keeping profiles: found again by signature, and never harmed by what goes wrong. */
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
    }
    roof_error e = ROOF_ERROR_INIT;
    setenv("XDG_DATA_HOME", below_a_file, 1);
    assert_false(roof_device_save(d, NULL, NULL, 0, &e));
    assert_int_equal(e.status, ROOF_FAILED);
    struct stat is;
    assert_true(stat("/dev/null", &is) == 0 && S_ISCHR(is.st_mode));
    roof_device_free(d);
}

int main(void) {
#define IN_ROOT(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)
    const struct CMUnitTest tests[] = {
        IN_ROOT(saved_profile_is_read_again),
        IN_ROOT(saved_profile_is_found_by_signature),
        IN_ROOT(full_disk_leaves_the_old_profile),
        IN_ROOT(bad_places_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
