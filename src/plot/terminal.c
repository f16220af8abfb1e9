/* The roofline as text. */
#include "plot/terminal.h"
#include "base/error.h"
#include "base/numeric.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MEMORY_LIMIT = 1 << 30, NARROWEST = 60, WIDEST = 200, USUAL = 100 };

/* ASCII for what is not. */
static void put_plain(FILE *out, const char *text) {
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (strncmp(text, "\u00b5", 2) == 0)
            fputc('u', out);
        else if (c < 0x80 || c >= 0xc0)
            fputc(c < 0x80 ? c : '?', out);
    }
}

static void write_all(text_plot *p) {
    put_color(p->out, p->options->color, NO_COLOR, true);
    text_line(p, scene_title(p->scene));
    put_reset(p->out, p->options->color);
    text_line(p, scene_subtitle(p->scene));
    fputc('\n', p->out);
    text_picture(p);
    text_legend(p);
}

static bool write_text(arena *a, const roof_plot_item *items, size_t n,
                       const roof_text_options *options, FILE *out, roof_error *error) {
    if (arena_escape(a))
        return error_set(error, ROOF_FAILED, "not enough memory to draw");
    const roof_plot_options of_scene = {.title = options->title, .theme = ROOF_PLOT_DARK};
    scene *s = scene_make(a, items, n, &of_scene, error);
    if (!s)
        return false;
    text_plot p = {.scene = s, .options = options, .out = out};
    write_all(&p);
    return true;
}

static bool write_ascii(arena *a, const roof_plot_item *items, size_t n,
                        const roof_text_options *options, FILE *out, roof_error *error) {
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    if (!memory)
        return error_set(error, ROOF_FAILED, "not enough memory to draw");
    bool ok = write_text(a, items, n, options, memory, error);
    if (fclose(memory) != 0 && ok)
        ok = error_set(error, ROOF_FAILED, "not enough memory to draw");
    if (ok)
        put_plain(out, text);
    free(text);
    return ok;
}

bool roof_plot_text(const roof_plot_item *items, size_t n, const roof_text_options *options,
                    FILE *out, roof_error *error) {
    roof_text_options o = options ? *options : (roof_text_options){0};
    o.width = o.width == 0 ? USUAL : o.width;
    o.width = o.width < NARROWEST ? NARROWEST : o.width > WIDEST ? WIDEST : o.width;
    if (n == 0 || n > ROOF_PLOT_ITEMS)
        return error_set(error, ROOF_USAGE, "a figure shows 1 to %d models or devices, not %zu",
                         ROOF_PLOT_ITEMS, n);
    arena *a = arena_new(MEMORY_LIMIT);
    if (!a)
        return error_set(error, ROOF_FAILED, "not enough memory to draw");
    numeric_locale numeric = numeric_begin();
    bool ok =
        o.utf8 ? write_text(a, items, n, &o, out, error) : write_ascii(a, items, n, &o, out, error);
    numeric_end(numeric);
    arena_free(a);
    return ok && (!ferror(out) ||
                  error_set(error, ROOF_FAILED, "cannot write the figure: %s", strerror(errno)));
}
