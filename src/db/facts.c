/*
 * Every value comes as text and is judged here: `version` is varchar in Rails
 * and may hold anything, while other tools have a number under the same name.
 */
#include "db/facts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void facts_add_version(struct db_facts *facts, const char *text)
{
	int64_t version;

	if (!*text || text[strspn(text, "0123456789")])
		return;
	errno = 0;
	version = strtoll(text, NULL, 10);
	if (!errno)
		facts->applied[facts->napplied++] = version;
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

void facts_sort_versions(struct db_facts *facts)
{
	int64_t *v = facts->applied;
	size_t kept = 0;

	if (facts->napplied)
		qsort(v, facts->napplied, sizeof(*v), by_number);
	for (size_t i = 0; i < facts->napplied; i++)
		if (!kept || v[kept - 1] != v[i])
			v[kept++] = v[i];
	facts->napplied = kept;
}
