/*
 * lefthook's rules of merging.  Maps merge key by key, scalars and lists are
 * replaced, and `jobs` merge by name: an entry of a known name changes that
 * job where it stands, all others are appended.  `{cmd}` in an overriding
 * `run` is the command that it overrides.
 *
 * Which rule applies depends on where a key stands (a command may be called
 * "skip"), so the walk knows its level.  Trees are never changed: the files
 * are checked one by one after they were merged.
 */
#include "config/merge.h"

#include "config/grammar.h"
#include "hookrun/base/keymap.h"
#include "hookrun/base/strbuf.h"

#include <string.h>

/* The keys of a map are those of `place`, 0 where all are the user's; or they
 * are names, each with such a map. */
struct level {
	enum key_place place;
	bool named;
};

struct merge {
	struct arena *arena;
	const struct source *main; /* the file that all is laid over */
	bool extended;
};

static struct node *merge_map(const struct merge *merge, struct level level,
	const struct node *base, const struct node *over);

static struct node *empty_copy(
	const struct merge *merge, const struct node *node)
{
	struct node *copy = node_copy(merge->arena, node);

	node_empty(copy);
	return copy;
}

/* ---- {cmd} --------------------------------------------------------------- */

static struct node *expand_cmd(const struct merge *merge,
	const struct node *base, const struct node *over)
{
	const char *original = base && base->str ? base->str : "";
	struct node *node = node_copy(merge->arena, over);
	AUTO_STRBUF text = STRBUF_INIT;
	const char *s = over->str, *hit;

	if (!s || !strstr(s, "{cmd}"))
		return node;
	for (; (hit = strstr(s, "{cmd}")); s = hit + 5) {
		strbuf_add(&text, s, (size_t)(hit - s));
		strbuf_addstr(&text, original);
	}
	strbuf_addstr(&text, s);
	node->str = arena_strdup(merge->arena, text.buf);
	return node;
}

/* ---- lists that are not replaced ----------------------------------------- */

static struct node *merge_jobs(const struct merge *merge,
	const struct node *base, const struct node *over)
{
	struct node *list = empty_copy(merge, base ? base : over);
	const struct level level = { PLACE_JOB, false };
	AUTO_KEYMAP known = KEYMAP_INIT;

	node_each (job, base) {
		struct node *copy = node_copy(merge->arena, job);
		const char *name = node_str(job, "name");

		node_append(list, copy);
		if (name) /* of two the last, as in lefthook */
			keymap_put(&known, name, copy);
	}
	node_each (job, over) {
		const char *name = node_str(job, "name");
		struct node *old = name ? keymap_get(&known, name) : NULL;
		struct node *next = old ? old->next : NULL;

		if (!old) {
			node_append(list,
				job->kind == NODE_MAP
					? merge_map(merge, level, NULL, job)
					: node_copy(merge->arena, job));
			continue;
		}
		*old = *merge_map(merge, level, old, job);
		old->next = next;
	}
	return list;
}

/* What is laid over runs before what the main file sets up. */
static struct node *merge_setup(const struct merge *merge,
	const struct node *base, const struct node *over)
{
	struct node *list = empty_copy(merge, base ? base : over);
	const struct node *old = base ? base->first : NULL;

	for (; old && old->source != merge->main; old = old->next)
		node_append(list, node_copy(merge->arena, old));
	node_each (entry, over) {
		node_append(list, node_copy(merge->arena, entry));
	}
	for (; old; old = old->next)
		node_append(list, node_copy(merge->arena, old));
	return list;
}

/* ---- maps ---------------------------------------------------------------- */

static bool is_key(const struct node *node, const char *key)
{
	return !strcmp(node->key, key);
}

static struct level level_below(struct level level, const struct node *node)
{
	bool known = keys_find(node->key, level.place);
	const struct nest *nest = known ? grammar_below(node->key) : NULL;

	if (level.named)
		return (struct level){ level.place, false };
	if (level.place == PLACE_TOP && !known)
		return (struct level){ PLACE_HOOK, false };
	if (!nest || nest->form == NEST_LIST)
		return (struct level){ 0 };
	return (struct level){ nest->place, nest->form == NEST_NAMED };
}

/* Lists that are not replaced; NULL for all others. */
static struct node *merge_list(const struct merge *merge,
	const struct level level, const struct node *base,
	const struct node *over)
{
	const struct nest *nest = grammar_below(over->key);

	if (base && base->kind != NODE_LIST)
		base = NULL;
	if (level.named || !(level.place & PLACE_RUNNING) || !nest)
		return NULL;
	if (nest->place == PLACE_JOB)
		return merge_jobs(merge, base, over);
	return nest->place == PLACE_SETUP ? merge_setup(merge, base, over)
					  : NULL;
}

/* The entry `over` of a map at `level` laid over `base`, which may be NULL. */
static struct node *merge_entry(const struct merge *merge, struct level level,
	const struct node *base, const struct node *over)
{
	unsigned place = level.named ? 0 : level.place;
	struct node *list;

	if (base && over->kind == NODE_NULL)
		return node_copy(merge->arena, base);
	/* What is no hook takes nothing away from one. */
	if (place == PLACE_TOP && base && base->kind == NODE_MAP &&
		over->kind != NODE_MAP && !keys_find(over->key, PLACE_TOP))
		return node_copy(merge->arena, base);
	if (over->kind == NODE_LIST) {
		list = merge_list(merge, level, base, over);
		return list ? list : node_copy(merge->arena, over);
	}
	/* With nothing to stand for, it stays in a job, as lefthook has it. */
	if ((place & PLACE_TASK) && is_key(over, "run") &&
		(base || place != PLACE_JOB))
		return expand_cmd(merge, base, over);
	if ((place & (PLACE_TASK | PLACE_RUNNING)) &&
		(is_key(over, "skip") || is_key(over, "only")))
		return node_copy(merge->arena, over);
	if (over->kind != NODE_MAP)
		return node_copy(merge->arena, over);
	return merge_map(merge, level_below(level, over),
		base && base->kind == NODE_MAP ? base : NULL, over);
}

/* Keys of a file that do not count when it is laid over another. */
static bool is_dropped(
	const struct merge *merge, struct level level, const struct node *over)
{
	if (level.place != PLACE_TOP)
		return false;
	return merge->extended &&
	       (is_key(over, "extends") || is_key(over, "lefthook") ||
		       is_key(over, "hookrun"));
}

static struct node *merge_map(const struct merge *merge, struct level level,
	const struct node *base, const struct node *over)
{
	struct node *map = empty_copy(merge, base ? base : over);
	AUTO_KEYMAP above = KEYMAP_INIT;
	AUTO_KEYMAP below = KEYMAP_INIT;

	node_each (child, over) {
		keymap_put(&above, child->key, child);
	}
	node_each (child, base) {
		const struct node *by = keymap_get(&above, child->key);

		keymap_put(&below, child->key, child);
		node_append(map, by && !is_dropped(merge, level, by)
					 ? merge_entry(merge, level, child, by)
					 : node_copy(merge->arena, child));
	}
	node_each (child, over) {
		if (!keymap_get(&below, child->key) &&
			!is_dropped(merge, level, child))
			node_append(
				map, merge_entry(merge, level, NULL, child));
	}
	return map;
}

struct node *merge_trees(struct arena *arena, const struct node *base,
	const struct node *over, bool extended)
{
	const struct merge merge = {
		.arena = arena, .main = base->source, .extended = extended
	};

	const struct level top = { PLACE_TOP, false };

	if (over->kind != NODE_MAP)
		return node_copy(arena, base);
	return merge_map(
		&merge, top, base->kind == NODE_MAP ? base : NULL, over);
}
