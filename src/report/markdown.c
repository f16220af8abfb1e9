/* The report as Markdown. */
#include "report/markdown.h"
#include "base/text.h"
#include "report/columns.h"
#include "report/format.h"
#include "report/summary.h"
#include <string.h>

void markdown_text(FILE *out, const char *s) {
    for (; *s; s++) {
        if (strchr("|`*_~[]\\<>&$@!", *s))
            fprintf(out, "&#%d;", *s);
        else
            fputc(*s, out);
    }
}

void markdown_item(FILE *out, const char *label, const char *text) {
    fputs("- ", out);
    if (*label)
        fprintf(out, "**%s** ", label);
    markdown_text(out, text);
    fputc('\n', out);
}

void markdown_cells(FILE *out, const cells *c) {
    for (size_t i = 0; i < c->n; i++) {
        fputs("| ", out);
        markdown_text(out, c->text[i]);
        fputs((i + 1) % c->columns == 0 ? " |\n" : " ", out);
        for (size_t k = 0; i + 1 == c->columns && k < c->columns; k++)
            fprintf(out, "%s%s",
                    c->alignment[k] == 'l' ? "|---" : "|---:", k + 1 == c->columns ? "|\n" : "");
    }
}

static void write_lines(report *r, const summary_line *lines, size_t n) {
    for (size_t i = 0; i < n; i++)
        markdown_item(r->out, lines[i].label, lines[i].text);
    fputc('\n', r->out);
}

static void write_head(report *r) {
    const column *c;
    for (size_t i = 0; (c = report_column(i)); i++)
        if (column_applies(r, c))
            fprintf(r->out, "| %s ", c->title);
    fputs("|\n", r->out);
    for (size_t i = 0; (c = report_column(i)); i++)
        if (column_applies(r, c))
            fputs(c->left ? "|---" : "|---:", r->out);
    fputs("|\n", r->out);
}

static void write_row(report *r, const roof_row *row) {
    const column *c;
    char cell[CELL_SIZE];
    for (size_t i = 0; (c = report_column(i)); i++)
        if (column_applies(r, c)) {
            c->cell(r, row, cell);
            fputs("| ", r->out);
            markdown_text(r->out, cell);
            fputc(' ', r->out);
        }
    fputs("|\n", r->out);
}

void write_markdown(report *r) {
    summary_line lines[MAX_SUMMARY];
    char path[CELL_SIZE];
    fputs("# Roofline of ", r->out);
    markdown_text(r->out,
                  text_printable(path, sizeof path, roof_analysis_model(r->analysis)->path));
    fputs("\n\n**", r->out);
    markdown_text(r->out, summary_verdict(r));
    fputs("**\n\n", r->out);
    write_lines(r, lines, summary_head(r, lines));
    if (r->n_order > 0) {
        write_head(r);
        for (size_t k = 0; k < r->n_order && !ferror(r->out); k++)
            write_row(r, report_row(r, r->order[k]));
        fputc('\n', r->out);
    }
    write_lines(r, lines, summary_figures(r, lines));
}
