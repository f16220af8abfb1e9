/* A hash table from strings to pointers, on an arena. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/arena.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct hash hash;

/* 64-bit hash of n bytes, continuing from `seed` (0 to start). Stable across machines. */
uint64_t hash_bytes(uint64_t seed, const void *data, size_t n);

hash *hash_new(arena *a, size_t expected);
/* The value stored under the key, or NULL. */
void *hash_get(const hash *h, const char *key);
/* Stores a value (not NULL) under a key that must live as long as the table; replaces an old one.
 */
void hash_put(hash *h, const char *key, void *value);
/* One copy of each distinct string: equal strings give the same pointer. */
const char *hash_intern(hash *h, const char *s);

#endif
