#include "base/arena.h"
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 1 << 14, LARGEST_BLOCK = 1 << 22, ALIGNMENT = 8 };

typedef struct block {
    struct block *next;
    size_t size; /* of data */
    size_t used;
    _Alignas(ALIGNMENT) unsigned char data[];
} block;

struct arena {
    block *head;
    size_t used;
    size_t limit;
    unsigned fail_after;
    jmp_buf jump;
};

arena *arena_new(size_t limit) {
    arena *a = calloc(1, sizeof *a);
    if (a)
        a->limit = limit;
    return a;
}

static void free_blocks(block *b) {
    while (b) {
        block *next = b->next;
        free(b);
        b = next;
    }
}

void arena_free(arena *a) {
    if (!a)
        return;
    free_blocks(a->head);
    free(a);
}

void arena_reset(arena *a) {
    a->used = 0;
    if (!a->head)
        return;
    free_blocks(a->head->next);
    a->head->next = NULL;
    a->head->used = 0;
}

arena_mark arena_mark_here(const arena *a) {
    return (arena_mark){.block = a->head, .in_block = a->head ? a->head->used : 0, .used = a->used};
}

void arena_release(arena *a, arena_mark m) {
    while (a->head != m.block) {
        block *next = a->head->next;
        free(a->head);
        a->head = next;
    }
    if (a->head)
        a->head->used = m.in_block;
    a->used = m.used;
}

jmp_buf *arena_jump(arena *a) {
    return &a->jump;
}

size_t arena_used(const arena *a) {
    return a->used;
}

void arena_fail_after(arena *a, unsigned n) {
    a->fail_after = n;
}

/* Blocks double, so that small arenas stay small and large ones need few calls. */
static block *add_block(arena *a, size_t size) {
    size_t wanted = a->head ? a->head->size * 2 : FIRST_BLOCK;
    if (wanted > LARGEST_BLOCK)
        wanted = LARGEST_BLOCK;
    if (wanted < size)
        wanted = size;
    if (a->fail_after && --a->fail_after == 0)
        longjmp(a->jump, 1);
    block *b = malloc(sizeof *b + wanted);
    if (!b)
        longjmp(a->jump, 1);
    b->next = a->head;
    b->size = wanted;
    b->used = 0;
    a->head = b;
    return b;
}

void *arena_alloc(arena *a, size_t size) {
    if (size > SIZE_MAX / 2 || size > a->limit - a->used)
        longjmp(a->jump, 1);
    size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    block *b = a->head;
    if (!b || b->size - b->used < rounded)
        b = add_block(a, rounded);
    void *p = b->data + b->used;
    b->used += rounded;
    a->used = rounded > a->limit - a->used ? a->limit : a->used + rounded;
    return memset(p, 0, rounded);
}

void *arena_array(arena *a, size_t n, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(n, size, &total))
        longjmp(a->jump, 1);
    return arena_alloc(a, total);
}

char *arena_strndup(arena *a, const char *s, size_t n) {
    char *copy = arena_alloc(a, n + 1);
    memcpy(copy, s, n);
    return copy;
}

char *arena_strdup(arena *a, const char *s) {
    return arena_strndup(a, s, strlen(s));
}

char *arena_printf(arena *a, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *s = arena_alloc(a, n < 0 ? 1 : (size_t)n + 1);
    if (n > 0)
        vsnprintf(s, (size_t)n + 1, format, again);
    va_end(again);
    return s;
}
