/*
 * Where the keys that a job has were written: its own map, those of its groups,
 * the hook's.  What decides and what explains both look there.
 */
#include "hookrun/runner/plan.h"

const struct node *plan_origin_next(
	const struct plan_origin **at, const char *key)
{
	const struct node *node = NULL;

	for (; *at && !node; *at = (*at)->outer)
		node = node_get((*at)->node, key);
	return node;
}

const struct node *plan_origin_find(
	const struct plan_origin *origin, const char *key)
{
	return plan_origin_next(&origin, key);
}
