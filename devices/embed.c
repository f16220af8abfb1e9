/* Writes the profiles given as arguments as a C table (src/device/builtin.h). Runs at build time.
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

int main(int argc, char **argv) {
    fputs("#include \"device/builtin.h\"\n\nconst builtin builtins[] = {\n", stdout);
    for (int i = 1; i < argc; i++)
        write_profile(argv[i]);
    puts("};\nconst size_t n_builtins = sizeof builtins / sizeof *builtins;");
    return fclose(stdout) != 0;
}
