/*
 * `needs`: the names must be those of jobs in the same list, and no job may
 * wait for itself, be it through others.  A typing error here would let a
 * check run too early or never, so both are errors.  Lists can be long and
 * hostile: names are looked up in a sorted table, and circles are found by
 * taking away, again and again, what waits for nobody.
 */
#include "config/check.h"

#include "config/grammar.h"
#include "config/source.h"
#include "hookrun/base/alloc.h"
#include "hookrun/config/nearest.h"

#include <stdlib.h>
#include <string.h>

#define CHAIN_MAX 200 /* jobs that wait for each other */

struct entry {
	const char *name;
	const struct node *node; /* the job */
	const struct node *needs;
	bool gone;
};

struct table {
	struct entry *v;
	size_t nr, cap;
};

static void add(struct table *table, const char *name, const struct node *node)
{
	xgrow(&table->v, &table->cap, table->nr + 1, sizeof(*table->v));
	table->v[table->nr++] = (struct entry){
		.name = name, .node = node, .needs = node_get(node, "needs")
	};
}

static int by_name(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static void add_all(
	struct table *table, const struct nest *nest, const struct node *jobs)
{
	node_each (job, jobs) {
		const char *name = nest->form == NEST_NAMED
					   ? job->key
					   : node_str(job, "name");

		add(table, name ? name : "", job);
	}
}

/* Jobs without a name can need but not be needed: theirs is "". */
static void collect(struct table *table, const struct node *list)
{
	for (const struct nest *nest = grammar_nests; nest->key; nest++)
		if (nest->jobs)
			add_all(table, nest, node_get(list, nest->key));
	if (table->nr)
		qsort(table->v, table->nr, sizeof(*table->v), by_name);
}

/* The first entry of that name, or NULL. */
static struct entry *find(const struct table *table, const char *name)
{
	struct entry key = { .name = name };
	struct entry *found;

	if (!*name || !table->nr)
		return NULL;
	found = bsearch(&key, table->v, table->nr, sizeof(key), by_name);
	while (found && found > table->v && !strcmp(found[-1].name, name))
		found--;
	return found;
}

static bool is_text(const struct node *node)
{
	return node->str && node->kind != NODE_NULL;
}

static void check_name(struct check *check, const struct table *table,
	const struct entry *entry, const struct node *need)
{
	struct nearest nearest;

	if (!is_text(need) || find(table, need->str))
		return;
	nearest_init(&nearest, need->str);
	for (size_t i = 0; i < table->nr; i++)
		if (*table->v[i].name && &table->v[i] != entry)
			nearest_offer(&nearest, table->v[i].name);
	problem_error(check->problems, AT_VALUE, need,
		"'needs' names '%s', but no job of that name is in the same "
		"list%s",
		source_brief(check->arena, need->str),
		nearest_hint(check->arena, nearest.best));
}

/* Call `func` for the value of `needs`, or for each of a list. */
#define each_need(need, entry)                                                 \
	for (const struct node *need = !(entry)->needs ? NULL                  \
				       : (entry)->needs->kind == NODE_LIST     \
					       ? (entry)->needs->first         \
					       : (entry)->needs;               \
		need; need = need == (entry)->needs ? NULL : need->next)

static bool waits(const struct table *table, const struct entry *entry)
{
	each_need(need, entry)
	{
		struct entry *first = is_text(need) ? find(table, need->str)
						    : NULL;

		for (; first && first < table->v + table->nr &&
			!strcmp(first->name, need->str);
			first++)
			if (!first->gone)
				return true;
	}
	return false;
}

/* Rounds over the list: at most as many as the longest chain has links. */
static void take_away(struct table *table)
{
	bool changed = true;

	for (int round = 0; changed && round < CHAIN_MAX; round++) {
		changed = false;
		for (size_t i = 0; i < table->nr; i++) {
			if (table->v[i].gone || waits(table, &table->v[i]))
				continue;
			table->v[i].gone = true;
			changed = true;
		}
	}
}

void check_needs(struct check *check, const struct node *list)
{
	struct table table = { 0 };
	size_t wanting = 0;

	collect(&table, list);
	for (size_t i = 0; i < table.nr; i++) {
		each_need(need, &table.v[i])
			check_name(check, &table, &table.v[i], need);
		wanting += table.v[i].needs != NULL;
	}
	if (wanting)
		take_away(&table);
	for (size_t i = 0; wanting && i < table.nr; i++) {
		const struct entry *entry = &table.v[i];

		if (entry->gone)
			continue;
		problem_error(check->problems, AT_KEY, entry->needs,
			"'needs' of job '%s' goes round in a circle (or the "
			"chain has more than %d jobs)",
			source_brief(check->arena, entry->name), CHAIN_MAX);
		break;
	}
	free(table.v);
}
