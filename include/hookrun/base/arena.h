/*
 * struct arena: memory that lives as long as a run (configuration, plan,
 * argument lists) and is freed all at once.
 */
#ifndef HOOKRUN_BASE_ARENA_H
#define HOOKRUN_BASE_ARENA_H

#include <stddef.h>

struct arena_block;
struct arena {
	struct arena_block *head; /* newest block */
};

#define ARENA_INIT                                                             \
	{                                                                      \
		.head = NULL                                                   \
	}

void arena_release(struct arena *arena);
#define AUTO_ARENA                                                             \
	__attribute__((cleanup(                                                \
		arena_release))) struct arena /* frees everything given out */

/* All return memory owned by the arena, never NULL; arena_alloc() zeroes it. */
void *arena_alloc(struct arena *arena, size_t size);
char *arena_strdup(struct arena *arena, const char *str);
char *arena_strndup(struct arena *arena, const char *str, size_t len);
/* The same without any alignment, and not zeroed: for text. */
char *arena_packed(struct arena *arena, size_t size);
char *arena_printf(struct arena *arena, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
