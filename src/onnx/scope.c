/* Module paths of nodes. */
#include "onnx/reader.h"
#include <string.h>

static const char *metadata(const Onnx__NodeProto *p, const char *key) {
    for (size_t i = 0; i < p->n_metadata_props; i++) {
        const Onnx__StringStringEntryProto *entry = p->metadata_props[i];
        if (entry->key && entry->value && !strcmp(entry->key, key))
            return entry->value;
    }
    return NULL;
}

static const char *keep(reader *r, const char *s, size_t n) {
    return n ? intern(r, arena_strndup(r->scratch, s, n)) : "";
}

/* A Python list of names from the root to the operator itself, such as
 * ['', 'layer1', 'layer1.conv1', 'conv2d']: the last but one is the module. */
static const char *from_name_scopes(reader *r, const char *list) {
    const char *module = "", *last = "";
    size_t n_module = 0, n_last = 0;
    for (const char *p = list; (p = strpbrk(p, "'\""));) {
        const char *end = strchr(p + 1, *p);
        if (!end)
            break;
        module = last;
        n_module = n_last;
        last = p + 1;
        n_last = (size_t)(end - last);
        p = end + 1;
    }
    return keep(r, module, n_module);
}

/* "name: class" from the root to the operator itself, such as
 * ": Net/layer1: Sequential/layer1.conv1: Conv2d/conv2d: aten.conv2d": again the last but one. */
static const char *from_namespace(reader *r, const char *list) {
    const char *end = strrchr(list, '/');
    if (!end)
        return "";
    const char *start = end;
    while (start > list && start[-1] != '/')
        start--;
    const char *colon = memchr(start, ':', (size_t)(end - start));
    return keep(r, start, (size_t)((colon ? colon : end) - start));
}

/* "/layer1/conv1/Conv" and "layer1/conv1/Conv": all but the last part. */
static const char *from_name(reader *r, const char *name) {
    name += *name == '/';
    const char *end = strrchr(name, '/');
    return end ? keep(r, name, (size_t)(end - name)) : "";
}

const char *node_scope(reader *r, const Onnx__NodeProto *p) {
    const char *scopes = metadata(p, "pkg.torch.onnx.name_scopes");
    if (scopes)
        return from_name_scopes(r, scopes);
    const char *path = metadata(p, "namespace");
    if (path)
        return from_namespace(r, path);
    return p->name ? from_name(r, p->name) : "";
}
