/* What is wrong with a configuration: all of it, not only the first. */
#ifndef CONFIG_PROBLEMS_H
#define CONFIG_PROBLEMS_H

#include "hookrun/base/arena.h"
#include "hookrun/config/node.h"

#include <stdbool.h>
#include <stddef.h>

#define PROBLEMS_MAX 100 /* are kept; the rest is counted */

struct problem {
	bool warning; /* hooks may run nevertheless */
	const char *msg;
};

struct problems {
	struct arena *arena; /* of the messages */
	struct problem v[PROBLEMS_MAX];
	size_t nr;		 /* in v */
	size_t total;		 /* found */
	const char *first_error; /* NULL: none */
};

/* No room for another warning: it will only be counted, and need not be looked
 * into. */
static inline bool problems_full(const struct problems *problems)
{
	return problems->nr == PROBLEMS_MAX;
}

enum problem_at { AT_VALUE, AT_KEY };

/* An error: nothing can run. */
void problem_error(struct problems *problems, enum problem_at at,
	const struct node *node, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* A warning: something is passed over, and that is said. */
void problem_warn(struct problems *problems, enum problem_at at,
	const struct node *node, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* An error whose message is complete. */
void problem_add(struct problems *problems, bool warning, const char *msg);

#endif
