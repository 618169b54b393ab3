/* struct nameset: which names were seen already.  It borrows the strings. */
#ifndef HOOKRUN_FILES_NAMESET_H
#define HOOKRUN_FILES_NAMESET_H

#include <stdbool.h>
#include <stddef.h>

struct nameset {
	const char **slots; /* NULL: free; `size` is a power of two, or 0 */
	size_t size, nr;
};

#define NAMESET_INIT                                                           \
	{                                                                      \
		.slots = NULL                                                  \
	}
#define AUTO_NAMESET __attribute__((cleanup(nameset_release))) struct nameset

void nameset_release(struct nameset *set);

/* True where `name` was not in the set; it is now. */
bool nameset_add(struct nameset *set, const char *name);

#endif
