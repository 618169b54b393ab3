/*
 * The list while it is collected, the same for both ways to it.  A commit can
 * have a hundred thousand files: the list grows by steps that neither move
 * pages often nor ask for many that stay unused, and each path and its id are
 * one piece of the arena.
 */
#include "git/staged_impl.h"

#include "hookrun/base/alloc.h"

#include <string.h>

#define STEP 4096 /* files */

/* By so much at a time that moving the pages costs next to nothing, and never
 * by much more than what is used. */
static void enlarge(struct staged_list *list)
{
	list->cap += list->cap < STEP ? list->cap + 16 : STEP;
	list->v = xrealloc(list->v, list->cap * sizeof(*list->v));
}

struct staged_file *staged_add(struct staged_list *list, const char *path,
	size_t len, const unsigned char *id, size_t id_len)
{
	char *name = arena_packed(list->arena, len + 1 + id_len);
	struct staged_file *file;

	if (list->nr == list->cap)
		enlarge(list);
	memcpy(name, path, len);
	name[len] = '\0';
	if (id_len)
		memcpy(name + len + 1, id, id_len);
	file = &list->v[list->nr++];
	*file = (struct staged_file){ .path = name, .id_len = (uint8_t)id_len };
	return file;
}

/* A damaged index may have a path twice: merged and in conflict. */
static int by_path(const void *a, const void *b)
{
	const struct staged_file *one = a, *two = b;
	int order = strcmp(one->path, two->path);

	return order ? order : (int)one->status - (int)two->status;
}

/* Both ways give them in order, except where a folder and a file changed
 * places. */
void staged_sort(struct staged_list *list)
{
	size_t i = 1;

	while (i < list->nr && by_path(&list->v[i - 1], &list->v[i]) <= 0)
		i++;
	if (i < list->nr)
		qsort(list->v, list->nr, sizeof(*list->v), by_path);
}

/* Times without a fraction are from programs or file systems that have none:
 * then the whole second is one tick. */
static bool is_racy(
	const struct timespec *index, const struct staged_stat *stat)
{
	uint32_t sec = (uint32_t)index->tv_sec;

	if (stat->mtime_sec != sec)
		return stat->mtime_sec > sec || !sec;
	return !stat->mtime_nsec || !index->tv_nsec ||
	       stat->mtime_nsec >= (uint32_t)index->tv_nsec;
}

void staged_set_stat(const struct staged_list *list, struct staged_file *file,
	const struct staged_stat *stat)
{
	file->stat = *stat;
	file->racy = is_racy(&list->index_mtime, stat);
}
