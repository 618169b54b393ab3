/*
 * Allocation that dies instead of failing.  hookrun handles small amounts of
 * memory; a machine that has none left cannot run jobs either.  Dying here is
 * safe by the rule that nothing of the user's exists only in our memory.
 */
#include "hookrun/base/alloc.h"

#include <stdint.h>
#include <unistd.h>

static _Noreturn void out_of_memory(void)
{
	static const char text[] = "hookrun: out of memory\n";
	ssize_t ignored = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)ignored;
	_exit(1);
}

void *xmalloc(size_t size)
{
	void *ptr = malloc(size ? size : 1);

	if (!ptr)
		out_of_memory();
	return ptr;
}

void *xcalloc(size_t count, size_t size)
{
	void *ptr = calloc(count ? count : 1, size ? size : 1);

	if (!ptr)
		out_of_memory();
	return ptr;
}

void *xrealloc(void *ptr, size_t size)
{
	void *grown = realloc(ptr, size ? size : 1);

	if (!grown)
		out_of_memory();
	return grown;
}

char *xstrndup(const char *str, size_t len)
{
	char *copy = xmalloc(len + 1);

	memcpy(copy, str, len);
	copy[len] = '\0';
	return copy;
}

char *xstrdup(const char *str)
{
	return xstrndup(str, strlen(str));
}

void xgrow(void *items, size_t *cap, size_t want, size_t item_size)
{
	void *ptr;
	size_t room = *cap;

	if (want <= room)
		return;
	room += room / 2 + 8;
	if (room < want)
		room = want;
	if (room > SIZE_MAX / item_size)
		out_of_memory();
	memcpy(&ptr, items, sizeof(ptr));
	ptr = xrealloc(ptr, room * item_size);
	memcpy(items, &ptr, sizeof(ptr));
	*cap = room;
}

void alloc_auto_free(void *ptr_to_ptr)
{
	void *ptr;

	memcpy(&ptr, ptr_to_ptr, sizeof(ptr));
	free(ptr);
}
