/* The page: a template, its style and script as embedded, and two documents of data. */
#include "base/error.h"
#include "html/page.h"
#include "report/format.h"
#include <roofline/html.h>
#include <roofline/report.h>
#include <string.h>

typedef struct page {
    const roof_analysis *analysis;
    FILE *out;
    arena *arena;
    roof_error *error;
} page;

static const page_part *find_part(const char *name, size_t n) {
    for (size_t i = 0; i < page_part_count; i++)
        if (strlen(page_parts[i].name) == n && strncmp(page_parts[i].name, name, n) == 0)
            return &page_parts[i];
    return NULL;
}

static bool write_data(page *p, bool (*write)(page *p, FILE *out)) {
    FILE *out = open_json_escape(p->out);
    if (!out)
        return error_set(p->error, ROOF_FAILED, "not enough memory to write the page");
    bool ok = write(p, out);
    fclose(out); /* what could not be written shows in p->out */
    return ok;
}

static bool write_analysis(page *p, FILE *out) {
    return roof_report(p->analysis, "json", NULL, out, p->error);
}

static bool write_beside(page *p, FILE *out) {
    write_page_data(p->analysis, p->arena, out);
    return true;
}

/* What `{{name}}` of the template stands for: a file, its hash, or data. */
static bool write_slot(page *p, const char *name, size_t n) {
    static const char hash[] = "sha256:";
    if (n == strlen("analysis") && strncmp(name, "analysis", n) == 0)
        return write_data(p, write_analysis);
    if (n == strlen("page") && strncmp(name, "page", n) == 0)
        return write_data(p, write_beside);
    bool hashed = n > strlen(hash) && strncmp(name, hash, strlen(hash)) == 0;
    size_t skip = hashed ? strlen(hash) : 0;
    const page_part *part = find_part(name + skip, n - skip);
    if (!part)
        return error_set(p->error, ROOF_FAILED, "the page has no part \"%.*s\"", (int)n, name);
    fwrite(hashed ? part->sha256 : part->text, 1, hashed ? strlen(part->sha256) : part->size,
           p->out);
    return true;
}

static bool write_page(void *user, arena *memory, roof_error *error) {
    page *p = user;
    p->arena = memory;
    p->error = error;
    const page_part *template = find_part("page.html", strlen("page.html"));
    const char *at = template ? template->text : "", *slot;
    for (; (slot = strstr(at, "{{")); at = strstr(slot, "}}") + 2) {
        fwrite(at, 1, (size_t)(slot - at), p->out);
        const char *name = slot + 2;
        if (!write_slot(p, name, (size_t)(strstr(name, "}}") - name)))
            return false;
    }
    fputs(at, p->out);
    return true;
}

bool roof_html(const roof_analysis *a, FILE *out, roof_error *error) {
    page p = {.analysis = a, .out = out};
    return write_document(out, "the page", write_page, &p, error);
}
