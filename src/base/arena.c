/*
 * A bump allocator.  Configuration, plan and argument lists all die together
 * at the end of a run, so nobody has to own them one by one.
 *
 * A block is used from both ends: strings need no alignment, and packed at the
 * far end the names of many files take a third less, that is a third fewer
 * pages.
 */
#include "hookrun/base/arena.h"

#include "hookrun/base/alloc.h"

#include <stdarg.h>
#include <stdalign.h>

#define BLOCK_MIN ((size_t)16 << 10)
#define BLOCK_MAX ((size_t)256 << 10)
#define SMALL_TEXT 256 /* is not formatted twice */

struct arena_block {
	struct arena_block *next;
	size_t size;	  /* bytes of data[] */
	size_t used, end; /* free is what lies between */
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
	size_t room = arena->head ? arena->head->size * 2 : BLOCK_MIN;
	struct arena_block *block;

	if (room > BLOCK_MAX)
		room = BLOCK_MAX;
	if (room < size)
		room = size;
	block = xmalloc(sizeof(*block) + room);
	block->used = 0;
	block->size = block->end = room;
	block->next = arena->head;
	arena->head = block;
	return block;
}

static struct arena_block *block_for(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->head;

	if (block && block->end - block->used >= size)
		return block;
	return new_block(arena, size);
}

void *arena_alloc(struct arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct arena_block *block;
	void *ptr;

	size = (size + align - 1) & ~(align - 1);
	block = block_for(arena, size);
	ptr = block->data + block->used;
	block->used += size;
	return memset(ptr, 0, size);
}

char *arena_packed(struct arena *arena, size_t size)
{
	struct arena_block *block = block_for(arena, size);

	block->end -= size;
	return block->data + block->end;
}

char *arena_strndup(struct arena *arena, const char *str, size_t len)
{
	char *copy = arena_packed(arena, len + 1);

	memcpy(copy, str, len);
	copy[len] = '\0';
	return copy;
}

char *arena_strdup(struct arena *arena, const char *str)
{
	return arena_strndup(arena, str, strlen(str));
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
	va_list ap;
	char small[SMALL_TEXT];
	char *text;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (len < (int)sizeof(small))
		return arena_strndup(arena, small, len > 0 ? (size_t)len : 0);
	text = arena_packed(arena, (size_t)len + 1);
	va_start(ap, fmt);
	vsnprintf(text, (size_t)len + 1, fmt, ap);
	va_end(ap);
	return text;
}
