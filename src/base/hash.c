#include "base/hash.h"
#include <string.h>

typedef struct entry {
    const char *key;
    void *value;
    uint64_t code;
} entry;

struct hash {
    arena *arena;
    entry *slots;
    size_t size; /* a power of two */
    size_t used;
};

uint64_t hash_bytes(uint64_t seed, const void *data, size_t n) {
    const unsigned char *p = data;
    uint64_t h = seed ^ 0xcbf29ce484222325u; /* FNV-1a */
    for (size_t i = 0; i < n; i++)
        h = (h ^ p[i]) * 0x100000001b3u;
    return h ^ h >> 29;
}

hash *hash_new(arena *a, size_t expected) {
    hash *h = arena_alloc(a, sizeof *h);
    h->arena = a;
    h->size = 16;
    while (h->size / 2 < expected)
        h->size *= 2;
    h->slots = arena_array(a, h->size, sizeof *h->slots);
    return h;
}

/* The slot that holds the key, or the free one where it belongs. */
static entry *find(const hash *h, const char *key, uint64_t code) {
    size_t i = code & (h->size - 1);
    while (h->slots[i].key && (h->slots[i].code != code || strcmp(h->slots[i].key, key) != 0))
        i = (i + 1) & (h->size - 1);
    return &h->slots[i];
}

void *hash_get(const hash *h, const char *key) {
    entry *e = find(h, key, hash_bytes(0, key, strlen(key)));
    return e->key ? e->value : NULL;
}

static void grow(hash *h) {
    entry *old = h->slots;
    size_t n = h->size;
    h->size *= 2;
    h->slots = arena_array(h->arena, h->size, sizeof *h->slots);
    for (size_t i = 0; i < n; i++)
        if (old[i].key)
            *find(h, old[i].key, old[i].code) = old[i];
}

void hash_put(hash *h, const char *key, void *value) {
    if (h->used >= h->size / 2)
        grow(h);
    uint64_t code = hash_bytes(0, key, strlen(key));
    entry *e = find(h, key, code);
    h->used += !e->key;
    *e = (entry){.key = e->key ? e->key : key, .value = value, .code = code};
}

const char *hash_intern(hash *h, const char *s) {
    char *found = hash_get(h, s);
    if (!found) {
        found = arena_strdup(h->arena, s);
        hash_put(h, found, found);
    }
    return found;
}
