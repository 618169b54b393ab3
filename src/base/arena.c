/*
 * A bump allocator.  Configuration, plan and argument lists all die together
 * at the end of a run, so nobody has to own them one by one.
 */
#include "hookrun/base/arena.h"

#include "hookrun/base/alloc.h"

#include <stdarg.h>
#include <stdalign.h>

#define BLOCK_SIZE 16384

struct arena_block {
	struct arena_block *next;
	size_t used, size; /* bytes of data[] */
	alignas(max_align_t) char data[];
};

void arena_release(struct arena *arena)
{
	while (arena->head) {
		struct arena_block *next = arena->head->next;

		free(arena->head);
		arena->head = next;
	}
}

static struct arena_block *new_block(struct arena *arena, size_t size)
{
	size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
	struct arena_block *block = xcalloc(1, sizeof(*block) + room);

	block->size = room;
	block->next = arena->head;
	arena->head = block;
	return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct arena_block *block = arena->head;
	void *ptr;

	size = (size + align - 1) & ~(align - 1);
	if (!block || block->size - block->used < size)
		block = new_block(arena, size);
	ptr = block->data + block->used;
	block->used += size;
	return ptr;
}

char *arena_strndup(struct arena *arena, const char *str, size_t len)
{
	char *copy = arena_alloc(arena, len + 1);

	memcpy(copy, str, len);
	return copy;
}

char *arena_strdup(struct arena *arena, const char *str)
{
	return arena_strndup(arena, str, strlen(str));
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0)
		len = 0;
	text = arena_alloc(arena, (size_t)len + 1);
	va_start(ap, fmt);
	vsnprintf(text, (size_t)len + 1, fmt, ap);
	va_end(ap);
	return text;
}
