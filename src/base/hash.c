#include "base/hash.h"
#include <string.h>
#include <unistd.h>

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
    uint64_t secret[2];
};

uint64_t hash_bytes(uint64_t seed, const void *data, size_t n) {
    const unsigned char *p = data;
    uint64_t h = seed ^ 0xcbf29ce484222325u; /* FNV-1a */
    for (size_t i = 0; i < n; i++)
        h = (h ^ p[i]) * 0x100000001b3u;
    return h ^ h >> 29;
}

/* --- the code of a key: SipHash-1-3 (Aumasson and Bernstein), under a secret of the table, so that
 * no file can be written whose names all fall into one place --- */

typedef struct sip {
    uint64_t a, b, c, d;
} sip;

static uint64_t rotate(uint64_t x, int n) {
    return x << n | x >> (64 - n);
}

static void sip_round(sip *s) {
    s->a += s->b;
    s->b = rotate(s->b, 13) ^ s->a;
    s->a = rotate(s->a, 32);
    s->c += s->d;
    s->d = rotate(s->d, 16) ^ s->c;
    s->a += s->d;
    s->d = rotate(s->d, 21) ^ s->a;
    s->c += s->b;
    s->b = rotate(s->b, 17) ^ s->c;
    s->c = rotate(s->c, 32);
}

static void sip_word(sip *s, uint64_t word) {
    s->d ^= word;
    sip_round(s);
    s->a ^= word;
}

static uint64_t code_of(const hash *h, const char *key) {
    size_t n = strlen(key);
    sip s = {h->secret[0] ^ 0x736f6d6570736575u, h->secret[1] ^ 0x646f72616e646f6du,
             h->secret[0] ^ 0x6c7967656e657261u, h->secret[1] ^ 0x7465646279746573u};
    uint64_t word;
    size_t i = 0;
    for (; i + sizeof word <= n; i += sizeof word) {
        memcpy(&word, key + i, sizeof word);
        sip_word(&s, word);
    }
    word = (uint64_t)n << 56;
    for (size_t k = 0; i + k < n; k++)
        word |= (uint64_t)(unsigned char)key[i + k] << (8 * k);
    sip_word(&s, word);
    s.c ^= 0xff;
    for (int k = 0; k < 3; k++)
        sip_round(&s);
    return s.a ^ s.b ^ s.c ^ s.d;
}

hash *hash_new(arena *a, size_t expected) {
    hash *h = arena_alloc(a, sizeof *h);
    h->arena = a;
    h->size = 16;
    while (h->size / 2 < expected)
        h->size *= 2;
    h->slots = arena_array(a, h->size, sizeof *h->slots);
    if (getentropy(h->secret, sizeof h->secret) != 0)
        h->secret[0] = (uint64_t)(uintptr_t)h; /* better than nothing */
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
    entry *e = find(h, key, code_of(h, key));
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
    uint64_t code = code_of(h, key);
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
