/*
 * lefthook passes over a condition that it does not understand: `only: 7` is
 * then a job that never runs, which nobody notices who has written it.  What
 * can hold is kept, and where nothing can, that is told to the runner, which
 * decides by the name it was called by.
 */
#include "config/bind_condition.h"

#include "hookrun/base/words.h"
#include "hookrun/config/keys.h"

#include <string.h>

/* Only texts count; see check_condition_map(). */
static void add_word(struct condition *v, size_t *nr, const struct node *map,
	const char *key, enum condition_kind kind)
{
	const struct node *node = node_get(map, key);

	if (node && node->kind == NODE_STR && (*node->str || kind != COND_RUN))
		v[(*nr)++] = (struct condition){ kind, node->str, node };
}

static void add_condition(
	struct condition *v, size_t *nr, const struct node *node)
{
	if (node->kind == NODE_STR)
		v[(*nr)++] = (struct condition){ COND_STATE, node->str, node };
	add_word(v, nr, node, "ref", COND_REF);
	add_word(v, nr, node, "push_ref", COND_PUSH_REF);
	add_word(v, nr, node, "run", COND_RUN);
}

static void bind_list(
	struct arena *arena, const struct node *node, struct conditions *ret)
{
	struct condition *v;
	size_t nr = 0;

	if (!node || node->kind == NODE_NULL)
		return;
	/* At most three of an entry: {ref: ..., push_ref: ..., run: ...}. */
	v = arena_alloc(arena, (node->count * 3 + 4) * sizeof(*v));
	if (node->kind == NODE_BOOL)
		v[nr++] = (struct condition){
			node->boolean ? COND_TRUE : COND_FALSE, NULL, node
		};
	else if (node->kind != NODE_LIST)
		add_condition(v, &nr, node);
	else
		node_each (entry, node) {
			add_condition(v, &nr, entry);
		}
	/* A list without entries is configured, and never true. */
	if (!nr)
		v[nr++].kind = COND_FALSE;
	*ret = (struct conditions){ v, nr, node };
}

/* An empty text holds while there is no other state, which is nearly always;
 * only `false` says never and means it. */
static bool may_hold(const struct condition *cond, const char *words)
{
	if (cond->kind == COND_STATE)
		return !*cond->text || words_have(words, cond->text);
	return cond->kind != COND_FALSE;
}

static bool any_may_hold(const struct conditions *list)
{
	const char *words = keys_find("only", PLACE_JOB)->words;

	for (size_t i = 0; i < list->nr; i++)
		if (may_hold(&list->v[i], words))
			return true;
	return false;
}

static bool has_empty_word(const struct conditions *list)
{
	for (size_t i = 0; i < list->nr; i++)
		if (list->v[i].kind == COND_STATE && !*list->v[i].text)
			return true;
	return false;
}

struct mistake condition_bind(struct arena *arena, const struct node *map,
	struct conditions *skip, struct conditions *only)
{
	const struct node *node = node_get(map, "only");

	bind_list(arena, node_get(map, "skip"), skip);
	bind_list(arena, node, only);
	if (has_empty_word(skip))
		return (struct mistake){ "an empty text as 'skip' would skip "
					 "this but for merges and rebases",
			node_get(map, "skip") };
	if (only->nr && node->kind != NODE_BOOL && !any_may_hold(only))
		return (struct mistake){ "'only' can never hold, so that this "
					 "would never run",
			node };
	return (struct mistake){ 0 };
}
