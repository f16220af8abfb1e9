/* Writes files as a C table. Runs at build time.
 *
 *     embed PROFILE.csv ...           the built-in profiles (src/device/builtin.h)
 *     embed --page NAME=SHA256 ... FILE ...   the parts of the HTML page (src/html/page.h)
 *     embed --images VERSION NAME=FILE ...    GPU code (microbench/cuda/kernels.h); no FILE: an
 * empty image
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST = 1 << 16 };

static void read_file(const char *path, char text[LARGEST]) {
    FILE *f = fopen(path, "rb");
    size_t n = f ? fread(text, 1, LARGEST, f) : 0;
    if (n == 0 || n == LARGEST) {
        fprintf(stderr, "%s: cannot be read, is empty or too large\n", path);
        exit(1);
    }
    text[n] = '\0';
    fclose(f);
}

static void write_string(const char *s, size_t n) {
    putchar('"');
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\n')
            fputs(i + 1 < n ? "\\n\"\n    \"" : "\\n", stdout);
        else if (s[i] == '"' || s[i] == '\\')
            printf("\\%c", s[i]);
        else
            putchar(s[i]);
    }
    putchar('"');
}

/* The values of the rows that begin so, one per line of the string; returns how many. */
static int write_values(const char *csv, const char *start) {
    int n = 0;
    putchar('"');
    for (const char *line = csv; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        if (strncmp(line, start, strlen(start)) != 0)
            continue;
        const char *value = line + strlen(start);
        size_t length = strcspn(value, ",\n");
        fputs(n++ ? "\\n" : "", stdout);
        fwrite(value, 1, length, stdout);
    }
    putchar('"');
    return n;
}

static void write_profile(const char *path) {
    char csv[LARGEST];
    read_file(path, csv);
    fputs("  {.name = ", stdout);
    if (write_values(csv, "device,name,") != 1) {
        fprintf(stderr, "%s: needs one row that begins device,name,\n", path);
        exit(1);
    }
    fputs(", .aliases = ", stdout);
    write_values(csv, "param,alias,");
    printf(", .size = %zu, .csv =\n    ", strlen(csv));
    write_string(csv, strlen(csv));
    fputs("},\n", stdout);
}

static void write_profiles(char **paths, int n) {
    fputs("#include \"device/builtin.h\"\n\nconst builtin builtins[] = {\n", stdout);
    for (int i = 0; i < n; i++)
        write_profile(paths[i]);
    puts("};\nconst size_t n_builtins = sizeof builtins / sizeof *builtins;");
}

/* The bytes of a file as a string, aligned as those who load them want it. */
static void write_bytes(const char *path, int number) {
    enum { IN_LINE = 24 };
    FILE *f = fopen(path, "rb");
    if (!f) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    printf("static const unsigned char image_%d[] __attribute__((aligned(16))) =", number);
    size_t n = 0;
    for (int c; (c = getc(f)) != EOF; n++)
        printf("%s\\%03o", n % IN_LINE ? "" : n ? "\"\n\"" : "\n\"", (unsigned)c);
    if (ferror(f) || n == 0) {
        fprintf(stderr, "%s: cannot be read or is empty\n", path);
        exit(1);
    }
    puts("\";");
    fclose(f);
}

/* "13.0" as 13000 */
static int version_number(const char *text) {
    int major = 0, minor = 0;
    return sscanf(text, "%d.%d", &major, &minor) == 2 ? 1000 * major + 10 * minor : 0;
}

static void write_images(const char *version, char **arguments, int n) {
    puts("#include \"microbench/cuda/kernels.h\"\n");
    for (int i = 0; i < n; i++) {
        const char *file = arguments[i] + strcspn(arguments[i], "=");
        if (file[0] && file[1])
            write_bytes(file + 1, i);
    }
    puts("const cuda_image cuda_images[] = {");
    for (int i = 0; i < n; i++) {
        const int name = (int)strcspn(arguments[i], "=");
        printf("    {.name = \"%.*s\"", name, arguments[i]);
        if (arguments[i][name] && arguments[i][name + 1])
            printf(", .bytes = image_%d, .size = sizeof image_%d - 1", i, i);
        puts("},");
    }
    puts("};\nconst size_t cuda_image_count = sizeof cuda_images / sizeof *cuda_images;");
    printf("const int cuda_toolkit_version = %d;\n", version_number(version));
}

/* --- the page --- */

/* A hash in hexadecimal, as meson tells it, in base64, as browsers want it. */
static void write_base64(const char *hex) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    /* 256 bits: 42 digits of 6 bits, and one of the last 4 */
    for (unsigned bit = 0; bit < 256; bit += 6) {
        unsigned value = 0;
        for (unsigned i = bit; i < bit + 6; i++) {
            char one[2] = {i < 256 ? hex[i / 4] : '0', '\0'};
            value = value << 1 | (strtoul(one, NULL, 16) >> (3 - i % 4) & 1);
        }
        putchar(digits[value]);
    }
    putchar('=');
}

/* The names come first, then as many files. */
static void write_page(char **arguments, int n) {
    char text[LARGEST];
    puts("#include \"html/page.h\"\n\nconst page_part page_parts[] = {");
    for (int i = 0; i < n; i++) {
        const int name = (int)strcspn(arguments[i], "=");
        const char *hash = arguments[i] + name + (arguments[i][name] == '=');
        if (strspn(hash, "0123456789abcdef") != 64) {
            fprintf(stderr, "%s: needs a SHA-256\n", arguments[i]);
            exit(1);
        }
        read_file(arguments[n + i], text);
        printf("  {.name = \"%.*s\", .size = %zu, .sha256 = \"", name, arguments[i], strlen(text));
        write_base64(hash);
        fputs("\", .text =\n    ", stdout);
        write_string(text, strlen(text));
        puts("},");
    }
    puts("};\nconst size_t page_part_count = sizeof page_parts / sizeof *page_parts;");
}

int main(int argc, char **argv) {
    if (argc > 2 && strcmp(argv[1], "--images") == 0)
        write_images(argv[2], argv + 3, argc - 3);
    else if (argc > 2 && strcmp(argv[1], "--page") == 0)
        write_page(argv + 2, (argc - 2) / 2);
    else
        write_profiles(argv + 1, argc - 1);
    return fclose(stdout) != 0;
}
