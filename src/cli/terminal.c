/* The terminal that results are written to. */
#include "base/text.h"
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { DEFAULT_WIDTH = 120, NARROWEST = 40 };

size_t terminal_width(void) {
    struct winsize size;
    int64_t columns;
    const char *variable = getenv("COLUMNS");
    if (variable && text_to_int(variable, &columns) && columns >= NARROWEST && columns < 10000)
        return (size_t)columns;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= NARROWEST)
        return size.ws_col;
    return DEFAULT_WIDTH;
}

size_t progress_width(void) {
    enum { USUAL = 80, LEAST = 20 };
    struct winsize size;
    bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return !known ? USUAL : size.ws_col > LEAST ? size.ws_col : LEAST;
}

bool can_redraw(void) {
    const char *kind = getenv("TERM");
    return isatty(STDERR_FILENO) && !(kind && strcmp(kind, "dumb") == 0);
}

bool wants_color(const settings *s) {
    const char *no = getenv("NO_COLOR");
    if (s->color != COLOR_AUTO)
        return s->color == COLOR_ALWAYS;
    return !s->output && isatty(STDOUT_FILENO) && !(no && *no);
}

/* As the locale says: of its variables the first that is set. */
bool terminal_utf8(void) {
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i]);
        if (value && *value)
            return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
    }
    return false;
}
