#include "graph/graph.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>

int64_t model_opset(const model *m, const char *domain) {
    for (size_t i = 0; i < m->n_opsets; i++)
        if (!strcmp(m->opsets[i].domain, domain))
            return m->opsets[i].version;
    return 0;
}

const attribute *node_attribute(const node *n, const char *name) {
    for (uint32_t i = 0; i < n->n_attrs; i++)
        if (!n->attrs[i].reference && !strcmp(n->attrs[i].name, name))
            return &n->attrs[i];
    return NULL;
}

/* A text that grows to the end of a buffer and no further. */
typedef struct line {
    char *text;
    size_t used, size;
} line;

static void append(line *l, uint32_t number, const char *name) {
    char shown[32];
    int n = snprintf(l->text + l->used, l->size - l->used, "#%u/%s/", (unsigned)number,
                     text_printable(shown, sizeof shown, name));
    l->used = n < 0 || (size_t)n >= l->size - l->used ? l->size - 1 : l->used + (size_t)n;
}

static void append_calls(line *l, const function_call *c) {
    if (!c)
        return;
    append_calls(l, c->outer);
    append(l, c->index, c->function);
}

static void append_prefix(line *l, const node *n) {
    const node *parent = n->owner ? n->owner->parent : NULL;
    if (parent) {
        append_prefix(l, parent);
        append(l, parent->index, n->owner->branch);
    }
    append_calls(l, n->call);
}

size_t node_prefix(char *dst, size_t size, const node *n) {
    line l = {.text = dst, .size = size};
    *dst = '\0';
    append_prefix(&l, n);
    return l.used;
}

char *node_label(char *dst, size_t size, const node *n) {
    char id[128], op[48], name[96];
    size_t used = node_prefix(id, sizeof id, n);
    snprintf(id + used, sizeof id - used, "#%u", (unsigned)n->index);
    text_printable(op, sizeof op, n->op);
    text_printable(name, sizeof name, n->name);
    snprintf(dst, size, *name ? "node %s %s \"%s\"" : "node %s %s", id, op, name);
    return dst;
}
