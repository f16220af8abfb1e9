/* Names that try to be something else once printed, drawn, or put into a file. Where a command
 * hides in one, it would leave a file called "pwned". */
#include "hostile_models.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME(label, text, right)                                                                   \
    { label, text, sizeof(text) - 1, right }

static const struct {
    const char *label, *text;
    size_t n;
    unsigned right;
} names[] = {
    NAME("quotes", "a\"b'c`d", FINE),
    NAME("newline", "a\nb\r\nc", FINE),
    NAME("escape-codes", "\x1b[31mred\x1b]0;title\x07\x1b[2J", FINE),
    NAME("c1-controls",
         "\xc2\x9b"
         "31mred",
         FINE),
    NAME("bidi-override", "\xe2\x80\xaegpj.exe", FINE),
    NAME("no-utf8", "\xff\xfe\x80 latin \xe4", FINE | DAMAGED),
    NAME("overlong-utf8", "\xc0\xaf\xed\xa0\x80", FINE | DAMAGED),
    NAME("gnuplot-system", "\"; system \"touch pwned\"; #", FINE),
    NAME("gnuplot-quoted", "'; system('touch pwned'); '", FINE),
    NAME("gnuplot-shell", "x\n!touch pwned\n", FINE),
    NAME("gnuplot-backquote", "`touch pwned`", FINE),
    NAME("gnuplot-enhanced", "a_{b}^{c} @{d} &{e} {/Symbol=200 p}", FINE),
    NAME("gnuplot-block", "EOD\nsystem('touch pwned')\n$d << EOD", FINE),
    NAME("gnuplot-pipe", "< touch pwned", FINE),
    NAME("shell", "$(touch pwned); touch pwned & touch pwned | touch pwned", FINE),
    NAME("spreadsheet", "=HYPERLINK(\"http://localhost\",\"x\")", FINE),
    NAME("markup", "<script>alert(1)</script> | a | [b](c) **d**", FINE),
    NAME("format", "%s%n%1000000d %%", FINE),
    NAME("comma", "a,b;c\td", FINE),
    NAME("backslash", "C:\\new\\table\\", FINE),
    NAME("blank", " ", FINE),
    NAME("nul", "a\0b", DAMAGED),
};

enum { LONG_NAME = 1 << 20 };

static wire named(const char *text, size_t n) {
    static const int64_t image[] = {1, 4, 8, 8}, kernel[] = {4, 4, 1, 1};
    wire graph = {0};
    wire node = {0};
    wire_text(&node, NODE_INPUT, "x");
    wire_text(&node, NODE_INPUT, "w");
    wire_bytes(&node, NODE_OUTPUT, text, n);
    wire_bytes(&node, NODE_NAME, text, n);
    wire_text(&node, NODE_OP, "Conv");
    wire_message(&graph, GRAPH_NODE, &node);
    wire other = {0}; /* an operator and a domain of that name */
    wire_bytes(&other, NODE_INPUT, text, n);
    wire_text(&other, NODE_OUTPUT, "y");
    wire_bytes(&other, NODE_OP, text, n);
    wire_bytes(&other, NODE_DOMAIN, text, n);
    wire_message(&graph, GRAPH_NODE, &other);
    wire_bytes(&graph, GRAPH_NAME, text, n);
    onnx_weight(&graph, "w", TYPE_FLOAT, kernel, 4);
    onnx_value(&graph, GRAPH_INPUT, "x", TYPE_FLOAT, image, 4);
    onnx_value(&graph, GRAPH_OUTPUT, "y", TYPE_FLOAT, image, 4);
    wire model = onnx_model(&graph, 17);
    wire_bytes(&model, MODEL_PRODUCER, text, n);
    return model;
}

static bool long_name(hostile *out) {
    char *text = malloc(LONG_NAME);
    if (!text) {
        return false;
    }
    memset(text, 'n', LONG_NAME);
    *out = (hostile){.name = "name-of-a-megabyte", .right = FINE | DAMAGED};
    out->file = named(text, LONG_NAME);
    free(text);
    return true;
}

bool hostile_name(size_t i, hostile *out) {
    size_t n = sizeof names / sizeof *names;
    if (i == n) {
        return long_name(out);
    }
    if (i > n) {
        return false;
    }
    *out = (hostile){.right = names[i].right, .file = named(names[i].text, names[i].n)};
    snprintf(out->name, sizeof out->name, "name-%s", names[i].label);
    return true;
}

void hostile_each(void (*visit)(hostile *h, void *user), void *user) {
    static bool (*const tables[])(size_t, hostile *) = {hostile_file, hostile_graph, hostile_node,
                                                        hostile_name};
    hostile h;
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        for (size_t i = 0; tables[t](i, &h); i++) {
            visit(&h, user);
            wire_free(&h.file);
        }
    }
}
