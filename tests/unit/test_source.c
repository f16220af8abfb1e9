/* Where models come from: files, pipes, folders, and files that are something else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above */
#include "graph/graph.h"
#include "onnx/source.h"
#include "onnx_bytes.h"
#include <cmocka.h>
#include <fcntl.h>
#include <roofline/model.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[] = "/tmp/roofline-source-XXXXXX"; /* the file of each test */

static int make_file(void **state) {
    (void)state;
    strcpy(path + sizeof path - 7, "XXXXXX");
    int fd = mkstemp(path);
    return fd < 0 || close(fd) != 0;
}

static int remove_file(void **state) {
    (void)state;
    return remove(path);
}

static void write_file(const void *data, size_t n) {
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static void expect_error(const char *file, roof_status status, const char *says) {
    roof_error e = ROOF_ERROR_INIT;
    assert_null(roof_model_open(file, &e));
    if (e.status != status || !strstr(e.text, says))
        fail_msg("status %d: %s", e.status, e.text);
}

static void files_and_memory_give_the_same_model(void **state) {
    (void)state;
    bytes b = model_of(sample_graph());
    write_file(b.data, b.n);
    roof_error e = ROOF_ERROR_INIT;
    model *from_file = roof_model_open(path, &e);
    model *from_memory = roof_model_from_memory(b.data, b.n, path, &e);
    assert_non_null(from_file);
    assert_string_equal(from_file->path, path);
    assert_true(from_file->structure_hash == from_memory->structure_hash);
    scalar items[4];
    const stored *bias = from_file->main->initializers[1]->stored;
    assert_true(from_file->source->decode(from_file->source, bias, items, 4));
    assert_true(items[0].f == 0);
    roof_model_free(from_file);
    roof_model_free(from_memory);
    free(b.data);
}

static void what_is_no_file_is_named(void **state) {
    (void)state;
    expect_error("/tmp/no/such/model.onnx", ROOF_FAILED,
                 "/tmp/no/such/model.onnx: cannot open it: No such file or directory");
    expect_error("/tmp", ROOF_FAILED, "/tmp: is a folder; give the .onnx file in it");
    expect_error("/dev/null", ROOF_FAILED, "/dev/null: is a device, not a file");
    expect_error(path, ROOF_DAMAGED, "is empty");
}

#define LOOKS(data, says)                                                                          \
    { data, sizeof data - 1, says }

static const struct {
    const char *data;
    size_t n;
    const char *says;
} formats[] = {
    LOOKS("{\"format_version\": 1, \"nodes\": []}", "JSON"),
    LOOKS("[1, 2, 3]", "JSON"),
    LOOKS("Hello, this is a plain text file.\n", "text"),
    LOOKS("ir_version: 8\nproducer_name: \"x\"\n", "ONNX in text form"),
    LOOKS("<!DOCTYPE html><html><body>404</body></html>", "a web page"),
    LOOKS("<?xml version=\"1.0\"?><net/>", "XML"),
    LOOKS("PK\3\4\24\0\0\0\10\0 archive/data.pkl", "a zip archive"),
    LOOKS("\x89HDF\r\n\x1a\n\0\0\0\0", "HDF5"),
    LOOKS("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG picture"),
    LOOKS("\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG picture"),
    LOOKS("\x1f\x8b\x08\0\0\0\0\0", "gzip"),
    LOOKS("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a git-lfs pointer"),
    LOOKS("\x1c\0\0\0TFL3\x14\0\x20\0", "a TensorFlow Lite model"),
    LOOKS("\x0a\x11\x0a\x05input\x12\x0bPlaceholder", "a TensorFlow graph"),
    LOOKS("\x08\x01\x12\x04\x0a\x02\x0a\x00", "a TensorFlow graph"),
    LOOKS("\x80\x02}q\0(X\6\0\0\0weight", "a Python pickle"),
    LOOKS("GGUF\3\0\0\0", "a GGUF model"),
    LOOKS("\x40\0\0\0\0\0\0\0{\"w\":{\"dtype\":\"F32\"}}", "safetensors"),
    LOOKS("\x7f"
          "ELF\2\1\1",
          "a program"),
};

static void other_formats_are_recognised(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        write_file(formats[i].data, formats[i].n);
        char says[128];
        snprintf(says, sizeof says, "%s: is no ONNX model: it looks like %s", path,
                 formats[i].says);
        expect_error(path, ROOF_DAMAGED, says);
    }
}

static void a_file_that_shrinks_is_an_error(void **state) {
    (void)state;
    bytes b = {0};
    unsigned char zeros[1000] = {0};
    for (int i = 0; i < 100; i++)
        put_raw(&b, zeros, sizeof zeros);
    write_file(b.data, b.n);
    free(b.data);
    roof_error e = ROOF_ERROR_INIT;
    source *s = source_open(path, &e);
    assert_non_null(s);
    assert_non_null(source_view(s, 0, 10, &e));
    assert_int_equal(truncate(path, 50000), 0);
    assert_non_null(source_view(s, 40000, 10, &e));
    assert_null(source_view(s, 60000, 10, &e));
    assert_int_equal(e.status, ROOF_FAILED);
    assert_non_null(strstr(e.text, "became shorter while it was read"));
    char copy[8192];
    assert_false(source_read(s, 45000, copy, sizeof copy, NULL));
    source_close(s);
}

/* Every way to read gives the bytes of the file. */
static void windows_show_the_file(void **state) {
    (void)state;
    enum { N = 400000 };
    unsigned char *data = malloc(N), copy[10000];
    for (size_t i = 0; i < N; i++)
        data[i] = (unsigned char)(i * 7 + i / 251);
    write_file(data, N);
    roof_error e = ROOF_ERROR_INIT;
    source *s = source_open(path, &e);
    assert_int_equal(source_size(s), N);
    uint64_t seed = 1;
    for (int i = 0; i < 5000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        size_t n = seed >> 40 & 1 ? (size_t)(seed >> 50) % SOURCE_VIEW : (seed >> 50) % 10000;
        size_t at = seed >> 41 & 1 ? (size_t)i * 60 : (size_t)(seed >> 20) % (N - 10000);
        if (n <= SOURCE_VIEW)
            assert_memory_equal(source_view(s, at, n, &e), data + at, n);
        assert_true(source_read(s, at, copy, n, &e));
        assert_memory_equal(copy, data + at, n);
    }
    source_close(s);
    free(data);
}

/* --- standard input --- */

static model *open_stdin(int fd, roof_error *e) {
    int kept = dup(STDIN_FILENO);
    assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    model *m = roof_model_open("-", e);
    assert_int_equal(dup2(kept, STDIN_FILENO), STDIN_FILENO);
    close(kept);
    return m;
}

static void standard_input_may_be_a_pipe_or_a_file(void **state) {
    (void)state;
    bytes b = model_of(sample_graph()), shifted = {0};
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], b.data, b.n), b.n);
    close(ends[1]);
    put_raw(&shifted, "something before", 16);
    put_raw(&shifted, b.data, b.n);
    write_file(shifted.data, shifted.n);
    int fd = open(path, O_RDONLY);
    assert_int_equal(lseek(fd, 16, SEEK_SET), 16); /* the model begins where reading stands */

    int from[] = {ends[0], fd};
    for (int i = 0; i < 2; i++) {
        roof_error e = ROOF_ERROR_INIT;
        model *m = open_stdin(from[i], &e);
        if (!m)
            fail_msg("%s", e.text);
        assert_int_equal(m->main->n_nodes, 4);
        scalar items[4];
        assert_true(m->source->decode(m->source, m->main->initializers[1]->stored, items, 4));
        roof_model_free(m);
        close(from[i]);
    }
    free(b.data);
    free(shifted.data);
}

static void faults_of_standard_input_are_named(void **state) {
    (void)state;
    int fd = open("/dev/null", O_RDONLY);
    roof_error e = ROOF_ERROR_INIT;
    assert_null(open_stdin(fd, &e));
    close(fd);
    assert_string_equal(e.text,
                        "standard input: is a device, not a file; give the path of a model");
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[1]);
    e = (roof_error)ROOF_ERROR_INIT;
    assert_null(open_stdin(ends[0], &e));
    close(ends[0]);
    assert_string_equal(e.text, "standard input: is empty");
}

/* --- weights in bulk --- */

/* The head of a model whose only initializer has `n` bytes of raw data, which end the file. */
static bytes head_before_weights(uint64_t n) {
    bytes w = tensor_of("w", 1, 1, (int64_t[]){(int64_t)(n / 4)}), g = {0}, b = {0};
    put_tag(&w, TENSOR_RAW, 2);
    put_varint(&w, n);
    put_message(&g, GRAPH_NODE, node_of("Relu", "r", "w", "y"));
    put_message(&g, GRAPH_OUTPUT, float_value_of("y", 0, NULL));
    put_tag(&g, GRAPH_INITIALIZER, 2);
    put_varint(&g, w.n + n);
    put_raw(&g, w.data, w.n);
    free(w.data);
    put_int(&b, MODEL_IR, 8);
    put_tag(&b, MODEL_GRAPH, 2);
    put_varint(&b, g.n + n);
    put_raw(&b, g.data, g.n);
    free(g.data);
    return b;
}

/* 6 GB with a hole: read without touching the weights, in no memory. */
static void files_beyond_4_gb_cost_nothing(void **state) {
    (void)state;
    const uint64_t weights = (uint64_t)6 << 30;
    bytes b = head_before_weights(weights);
    write_file(b.data, b.n);
    if (truncate(path, (off_t)(b.n + weights)) != 0) {
        free(b.data);
        skip(); /* the file system has no holes */
    }
    free(b.data);
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    roof_error e = ROOF_ERROR_INIT;
    model *m = roof_model_open(path, &e);
    if (!m)
        fail_msg("%s", e.text);
    assert_int_equal(stored_elements(m->main->initializers[0]->stored), (int64_t)weights / 4);
    assert_true(m->main->initializers[0]->stored->length > weights);
    roof_model_free(m);
    getrusage(RUSAGE_SELF, &after);
    assert_true(after.ru_maxrss - before.ru_maxrss < 4096); /* kB */
}

int main(void) {
#define FILE_TEST(f) cmocka_unit_test_setup_teardown(f, make_file, remove_file)
    const struct CMUnitTest tests[] = {
        FILE_TEST(files_and_memory_give_the_same_model),
        FILE_TEST(what_is_no_file_is_named),
        FILE_TEST(other_formats_are_recognised),
        FILE_TEST(a_file_that_shrinks_is_an_error),
        FILE_TEST(windows_show_the_file),
        FILE_TEST(standard_input_may_be_a_pipe_or_a_file),
        cmocka_unit_test(faults_of_standard_input_are_named),
        FILE_TEST(files_beyond_4_gb_cost_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
