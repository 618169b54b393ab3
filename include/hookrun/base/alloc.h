/*
 * Allocation that cannot fail: out of memory ends the process with a message.
 * That is safe at any moment, since whatever must survive is on disk already.
 */
#ifndef HOOKRUN_BASE_ALLOC_H
#define HOOKRUN_BASE_ALLOC_H

#include <stddef.h>

/* Each returns memory that the caller frees with free(); never NULL. */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *ptr, size_t size);
char *xstrdup(const char *str);
char *xstrndup(const char *str, size_t len);

/* Grow `*items` (elements of `item_size` bytes) so that it holds `want` of
 * them; `*cap` is the number it has room for.  Growth is by half. */
void xgrow(void *items, size_t *cap, size_t want, size_t item_size);

/* `AUTO_FREE char *p = NULL;` frees p when it goes out of scope. */
void alloc_auto_free(void *ptr_to_ptr);
#define AUTO_FREE __attribute__((cleanup(alloc_auto_free)))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
