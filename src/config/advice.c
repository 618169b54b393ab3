/*
 * Whoever writes a first configuration knows what it shall do and not yet what
 * stands below what: a job's `run` is written below the hook, jobs get names as
 * keys, a space is missing.  What was meant can be seen from which place has
 * the key, and is worth more than the nearest spelling.
 */
#include "config/advice.h"

#include "hookrun/config/nearest.h"

#include <string.h>

static const char *advice_misplaced(
	const struct node *node, enum key_place place)
{
	if (place & PLACE_RUNNING && keys_find(node->key, PLACE_JOB))
		return " (a key of jobs: write it below 'jobs:', in an entry "
		       "that begins with '- ')";
	if (place == PLACE_JOB && keys_find(node->key, PLACE_HOOK))
		return " (a key of hooks and groups, not of a job)";
	if (keys_find(node->key, PLACE_TOP))
		return " (a key of the top of the file: write it without "
		       "indentation)";
	return NULL;
}

const char *advice_unknown_key(struct arena *arena, const struct node *node,
	const struct key *table, enum key_place place)
{
	const char *misplaced =
		table == keys_all() ? advice_misplaced(node, place) : NULL;
	const char *best = keys_nearest(table, node->key, place);

	if (misplaced || best)
		return misplaced ? misplaced : nearest_hint(arena, best);
	if (place == PLACE_JOB && node->kind == NODE_MAP)
		return " (jobs are a list: the name of one is written 'name: "
		       "...', or use 'commands:')";
	return "";
}

/* "run:x", which is a text to YAML. */
static const char *advice_space(
	struct arena *arena, const char *text, enum key_place place)
{
	const char *colon = strchr(text, ':');
	const char *key =
		colon ? arena_strndup(arena, text, (size_t)(colon - text)) : "";

	if (!colon || !keys_find(key, place))
		return NULL;
	return arena_printf(arena, " (write a space behind '%s:')", key);
}

const char *advice_no_map(
	struct arena *arena, const struct node *node, enum key_place place)
{
	const char *space = NULL;

	if (node->kind == NODE_STR)
		space = advice_space(arena, node->str, place);
	if (space)
		return space;
	if (place == PLACE_HOOK && node->kind == NODE_LIST)
		return " (write 'jobs:' above the list)";
	if (place == PLACE_HOOK && node->kind == NODE_STR)
		return " (write 'jobs:', and below it '- run: ...')";
	if (place == PLACE_COMMAND && keys_find(node->key, place))
		return " (the name of the command is missing above it; a list "
		       "without names stands below 'jobs:')";
	if (place == PLACE_JOB && node->kind == NODE_STR)
		return " (write 'run: ...')";
	if (place == PLACE_COMMAND && node->kind == NODE_STR)
		return " (write 'run: ...' below its name)";
	return "";
}
