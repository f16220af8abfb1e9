#include "html/page.h"
#include <string.h>

/* In JSON these stand inside strings alone, so they may be escaped without a look at the rest. */
static ssize_t write_escaped(void *cookie, const char *text, size_t n) {
    FILE *out = cookie;
    for (size_t done = 0; done < n;) {
        size_t plain = 0;
        while (done + plain < n && !strchr("<>&", text[done + plain]))
            plain++;
        fwrite(text + done, 1, plain, out);
        done += plain;
        if (done < n)
            fprintf(out, "\\u%04x", (unsigned)(unsigned char)text[done++]);
    }
    return ferror(out) ? 0 : (ssize_t)n;
}

FILE *open_json_escape(FILE *out) {
    return fopencookie(out, "w", (cookie_io_functions_t){.write = write_escaped});
}
