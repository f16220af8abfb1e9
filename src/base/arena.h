/* Region allocation: everything that belongs together is freed together.
 *
 * arena_alloc never returns NULL. When the system or the arena's limit has no more memory, control
 * jumps to the arena's escape point. Set it where an operation starts:
 *
 *     arena *a = arena_new(limit);
 *     if (arena_escape(a)) { arena_free(a); return error; }
 *
 * Code between must therefore hold no resource that only its own frame would release. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <setjmp.h>
#include <stddef.h>

typedef struct arena arena;

/* A new arena that will not hand out more than `limit` bytes; NULL when there is no memory. */
arena *arena_new(size_t limit);
void arena_free(arena *a); /* NULL is allowed */

/* Forgets every allocation but keeps one block for reuse. */
void arena_reset(arena *a);

/* Where an arena stands: what is allocated later can be given back at once, for work that needs
 * much memory and leaves nothing behind. */
typedef struct arena_mark {
    const void *block;
    size_t in_block, used;
} arena_mark;
arena_mark arena_mark_here(const arena *a);
void arena_release(arena *a, arena_mark m);

/* Zero-initialised memory, aligned for pointers and 64-bit numbers. Does not return when there is
 * none. */
void *arena_alloc(arena *a, size_t size);
/* As arena_alloc for n elements; an overflowing product counts as out of memory. */
void *arena_array(arena *a, size_t n, size_t size);
char *arena_strndup(arena *a, const char *s, size_t n);
char *arena_strdup(arena *a, const char *s);
char *arena_printf(arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Bytes handed out since the arena was made or reset. */
size_t arena_used(const arena *a);

/* The escape point of the arena; see arena_escape. */
jmp_buf *arena_jump(arena *a);
/* Is 0 when set, nonzero when memory ran out later. A macro, as setjmp must run in its caller; the
 * standard allows it as a whole condition only. */
#define arena_escape(a) setjmp(*arena_jump(a))

/* Fails the n-th allocation of blocks from now on (0: never). For tests. */
void arena_fail_after(arena *a, unsigned n);

#endif
