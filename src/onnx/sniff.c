/* What a file that is no ONNX model looks like. */
#include "onnx/reader.h"
#include <string.h>

enum { HEAD = 512 };

typedef struct signature {
    size_t at;
    const char *bytes;
    size_t n;
    const char *what;
} signature;

#define SIGNATURE(at, bytes, what)                                                                 \
    { at, bytes, sizeof bytes - 1, what }

static const signature signatures[] = {
    SIGNATURE(0, "version https://git-lfs", "a git-lfs pointer (run: git lfs pull)"),
    SIGNATURE(0, "PK\3\4", "a zip archive (a PyTorch .pt or .npz file is one; export it to ONNX)"),
    SIGNATURE(0, "\x89HDF\r\n", "HDF5 (a Keras model? convert it to ONNX)"),
    SIGNATURE(0, "\x89PNG", "a PNG picture"),
    SIGNATURE(0, "\xff\xd8\xff", "a JPEG picture"),
    SIGNATURE(0, "\x1f\x8b", "gzip (unpack it first)"),
    SIGNATURE(0,
              "\xfd"
              "7zXZ",
              "xz (unpack it first)"),
    SIGNATURE(0, "\x28\xb5\x2f\xfd", "zstd (unpack it first)"),
    SIGNATURE(0, "BZh", "bzip2 (unpack it first)"),
    SIGNATURE(0, "7z\xbc\xaf", "a 7z archive (unpack it first)"),
    SIGNATURE(257, "ustar", "a tar archive (unpack it first)"),
    SIGNATURE(0,
              "\x7f"
              "ELF",
              "a program"),
    SIGNATURE(0, "%PDF", "a PDF document"),
    SIGNATURE(0, "GGUF", "a GGUF model"),
    SIGNATURE(0, "\x93NUMPY", "a NumPy array"),
    SIGNATURE(4, "TFL3", "a TensorFlow Lite model (convert it to ONNX)"),
    SIGNATURE(4, "ORTM", "an ONNX Runtime .ort model (give the .onnx file it was made from)"),
    SIGNATURE(8, "{\"", "safetensors: weights without a graph"),
    SIGNATURE(0, "\x80\x02", "a Python pickle (a PyTorch checkpoint? export it to ONNX)"),
    SIGNATURE(0, "\x80\x04", "a Python pickle (a PyTorch checkpoint? export it to ONNX)"),
};

static bool all_text(const unsigned char *head, size_t n) {
    for (size_t i = 0; i < n; i++)
        if ((head[i] < 0x20 && !strchr("\t\n\r\f", head[i])) || head[i] == 0x7f || head[i] == 0)
            return false;
    return true;
}

static bool has(const unsigned char *head, size_t n, const char *word) {
    return memmem(head, n, word, strlen(word)) != NULL;
}

static const char *kind_of_text(const unsigned char *head, size_t n) {
    size_t i = 0;
    while (i < n && strchr(" \t\r\n", head[i]))
        i++;
    if (i < n && (head[i] == '{' || head[i] == '['))
        return "JSON";
    if (i < n && head[i] == '<')
        return has(head, n, "<html") || has(head, n, "<!DOCTYPE") || has(head, n, "<HTML")
                   ? "a web page (the download went wrong?)"
                   : "XML";
    if (has(head, n, "ir_version:") || has(head, n, "opset_import"))
        return "ONNX in text form (save it as binary)";
    return "text";
}

/* Frozen graphs begin with a NodeDef whose first field is a name; saved models with their version 1
 * and a MetaGraphDef. */
static bool is_tensorflow(const unsigned char *head, size_t n) {
    return n > 4 && ((head[0] == 0x0a && head[2] == 0x0a && head[3] < head[1]) ||
                     (head[0] == 0x08 && head[1] == 1 && head[2] == 0x12));
}

const char *looks_like(source *file) {
    size_t n = source_size(file) < HEAD ? (size_t)source_size(file) : HEAD;
    const unsigned char *head = n ? source_view(file, 0, n, NULL) : NULL;
    if (!head)
        return NULL;
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
        const signature *s = &signatures[i];
        if (s->at + s->n <= n && !memcmp(head + s->at, s->bytes, s->n))
            return s->what;
    }
    if (n >= 4 && all_text(head, n))
        return kind_of_text(head, n);
    return is_tensorflow(head, n) ? "a TensorFlow graph (convert it to ONNX)" : NULL;
}
