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

/* Writes the row id, outermost node first, and returns how much of dst it took. */
static size_t write_id(char *dst, size_t size, const node *n) {
    size_t used = 0;
    if (n->owner && n->owner->parent) {
        used = write_id(dst, size, n->owner->parent);
        char branch[32];
        text_printable(branch, sizeof branch, n->owner->branch);
        used += (size_t)snprintf(dst + used, size - used, "/%s/", branch);
        used = used < size ? used : size - 1;
    }
    used += (size_t)snprintf(dst + used, size - used, "#%u", (unsigned)n->index);
    return used < size ? used : size - 1;
}

char *node_label(char *dst, size_t size, const node *n) {
    char id[128], op[48], name[96];
    write_id(id, sizeof id, n);
    text_printable(op, sizeof op, n->op);
    text_printable(name, sizeof name, n->name);
    snprintf(dst, size, *name ? "node %s %s \"%s\"" : "node %s %s", id, op, name);
    return dst;
}
