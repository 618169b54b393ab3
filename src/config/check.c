/*
 * The walk over one file.  It is driven by the table: what a key may hold, and
 * which keys a place has, is written there and nowhere else; this file only
 * knows which place is below which key.
 */
#include "config/check.h"

#include "config/advice.h"
#include "config/grammar.h"
#include "hookrun/config/nearest.h"
#include "config/source.h"
#include "hookrun/config/config.h"
#include "hookrun/base/hookname.h"

#include <string.h>

bool check_is_hook(const struct node *merged, const char *name)
{
	return !keys_find(name, PLACE_TOP) &&
	       (hookname_is_git(name) ||
		       grammar_has_jobs(node_get(merged, name)));
}

/* "job 'lint'", without printf: every job of a file gets one, and nearly none
 * is ever read. */
static const char *named(
	struct check *check, const char *noun, const char *name)
{
	size_t noun_len = strlen(noun), name_len = strlen(name);
	char *text = arena_packed(check->arena, noun_len + name_len + 4);

	memcpy(text, noun, noun_len);
	memcpy(text + noun_len, " '", 2);
	memcpy(text + noun_len + 2, name, name_len);
	memcpy(text + noun_len + 2 + name_len, "'", 2);
	return text;
}

const char *check_name_of(struct check *check, const char *noun,
	const struct node *job, size_t number, const char *parent)
{
	const char *name = node_str(job, "name");

	if (name)
		return named(check, noun, source_brief(check->arena, name));
	return arena_printf(check->arena, "%s %zu%s%s", noun, number,
		parent ? " of " : "", parent ? parent : "");
}

/* ---- what is below the keys that hold maps ------------------------------- */

/* The keys that may stand at `place`; `what` names the map in messages ("job
 * 'lint'"; NULL: the top of the file). */
static void check_map(struct check *check, const struct node *map,
	enum key_place place, const char *what);

static void check_entry(struct check *check, const struct node *node,
	enum key_place place, const char *what)
{
	if (node->kind == NODE_MAP)
		check_map(check, node, place, what);
	else
		problem_error(check->problems, AT_VALUE, node,
			"%s must be a map%s", what,
			advice_no_map(check->arena, node, place));
}

static void check_list(struct check *check, const struct nest *nest,
	const struct node *list, const char *what)
{
	size_t number = 0;

	node_each (entry, list) {
		check_entry(check, entry, nest->place,
			check_name_of(
				check, nest->noun, entry, ++number, what));
	}
}

static void check_named(
	struct check *check, const struct nest *nest, const struct node *map)
{
	node_each (child, map) {
		if (child->kind == NODE_NULL)
			continue;
		check_entry(check, child, nest->place,
			arena_printf(check->arena, "%s '%s'", nest->noun,
				source_brief(check->arena, child->key)));
	}
}

/* Groups are what nests without end. */
static void check_one(struct check *check, const struct nest *nest,
	const struct node *map, const char *what)
{
	what = arena_printf(check->arena, "%s of %s", nest->noun, what);
	if (check->groups == GROUP_MAX_DEPTH) {
		problem_error(check->problems, AT_KEY, map,
			"more than %d groups within each other",
			GROUP_MAX_DEPTH);
		return;
	}
	check->groups++;
	check_map(check, map, nest->place, what);
	check->groups--;
}

/* ai: assistant -> event -> hook */
static void check_ai(struct check *check, const struct node *map)
{
	static const struct key events = { .name = "ai", .type = KEY_STRINGS };

	node_each (child, map) {
		check_value(check, &events, child, NULL);
	}
}

/* `with` is not among these: its options depend on `uses`, which another file
 * may give, see check_rules(). */
static void check_below(struct check *check, const struct key *key,
	const struct node *node, const char *what)
{
	const struct nest *nest = grammar_below(key->name);

	if ((key->type != KEY_MAP && key->type != KEY_SEQ) || !node->first)
		return;
	if (!strcmp(key->name, "ai"))
		check_ai(check, node);
	else if (nest && nest->form == NEST_LIST)
		check_list(check, nest, node, what);
	else if (nest && nest->form == NEST_NAMED)
		check_named(check, nest, node);
	else if (nest)
		check_one(check, nest, node, what);
}

/* ---- keys ---------------------------------------------------------------- */

/* Whether a value that this version does not heed makes no difference. */
static bool is_harmless(const struct key *key, const struct node *node)
{
	if (node->kind == NODE_NULL)
		return true;
	if (node->kind == NODE_LIST || node->kind == NODE_MAP)
		return !node->count;
	if (node->kind == NODE_BOOL)
		return node->boolean == (key->def && !strcmp(key->def, "true"));
	return key->def && !strcmp(key->def, node->str);
}

static void warn_unsupported(struct check *check, const struct key *key,
	const struct node *node, enum key_place place, const char *what)
{
	/* The list they stand in was reported already. */
	if (place == PLACE_REMOTE || place == PLACE_SETUP ||
		is_harmless(key, node))
		return;
	problem_warn(check->problems, AT_KEY, node,
		"'%s'%s%s is not supported by this version and has no effect",
		key->name, what ? " in " : "", what ? what : "");
}

static void check_key(struct check *check, const struct key *key,
	const struct node *node, enum key_place place, const char *what)
{
	if (key->places & PLACE_UNHEEDED)
		warn_unsupported(check, key, node, place, what);
	if (check_value(check, key, node, what))
		check_below(check, key, node, what);
}

static void check_keys(struct check *check, const struct node *map,
	const struct key *table, enum key_place place, const char *what)
{
	node_each (child, map) {
		const struct key *key = keys_find_in(table, child->key, place);

		if (key)
			check_key(check, key, child, place, what);
		else
			check_unknown_key(check, child, table, place, what);
	}
}

static void check_map(struct check *check, const struct node *map,
	enum key_place place, const char *what)
{
	check_keys(check, map, keys_all(), place, what);
}

void check_options(struct check *check, const struct node *map,
	const struct key *options, const char *what)
{
	check_keys(check, map, options, PLACE_WITH, what);
}

/* ---- the top of a file --------------------------------------------------- */

static const char *nearest_at_top(const char *name)
{
	const char *known = keys_nearest(keys_all(), name, PLACE_TOP);
	struct nearest nearest;

	nearest_init(&nearest, name);
	if (known)
		nearest_offer(&nearest, known);
	for (const char *const *hook = hookname_all; *hook; hook++)
		nearest_offer(&nearest, *hook);
	return nearest.best;
}

bool check_is_private(const char *key)
{
	return *key == '.' || *key == '_' || !strncmp(key, "x-", 2);
}

static void unknown_at_top(struct check *check, const struct node *node)
{
	const char *best = nearest_at_top(node->key);
	const char *hint = nearest_hint(check->arena, best);

	if (check_is_private(node->key))
		return;
	if (!best && node->kind == NODE_MAP)
		hint = " (a hook of one's own needs 'jobs', 'commands' or "
		       "'scripts')";
	problem_warn(check->problems, AT_KEY, node, "unknown key '%s'%s",
		source_brief(check->arena, node->key), hint);
}

static void check_hook(struct check *check, const struct node *hook)
{
	const char *what = arena_printf(check->arena, "hook '%s'",
		source_brief(check->arena, hook->key));

	if (hook->kind == NODE_MAP)
		check_map(check, hook, PLACE_HOOK, what);
	else if (hook->kind != NODE_NULL)
		problem_warn(check->problems, AT_VALUE, hook,
			"%s has no jobs, for it is no map%s", what,
			advice_no_map(check->arena, hook, PLACE_HOOK));
}

/* The key names the program that every hook will call.  A file that came with
 * somebody else's rules must not choose it. */
static bool is_ignored_here(struct check *check, const struct node *node)
{
	if (!check->extended ||
		(strcmp(node->key, "lefthook") && strcmp(node->key, "hookrun")))
		return false;
	problem_warn(check->problems, AT_KEY, node,
		"'%s' has no effect in a file that another one extends",
		node->key);
	return true;
}

static void warn_rest(struct check *check, const struct node *root)
{
	struct node at = { .source = root->source, .col = 1 };

	if (!root->source || !root->source->rest_line)
		return;
	at.line = root->source->rest_line;
	problem_warn(check->problems, AT_VALUE, &at,
		"what stands from here on is not read, for the document ends "
		"above");
}

void check_file(struct check *check, const struct node *root)
{
	if (root->kind == NODE_NULL)
		return;
	if (root->kind != NODE_MAP) {
		problem_error(check->problems, AT_VALUE, root,
			"a configuration must be a map of keys and hooks");
		return;
	}
	if (root->count > TOP_MAX_KEYS) {
		problem_error(check->problems, AT_KEY, root->last,
			"more than %d keys at the top of a file", TOP_MAX_KEYS);
		return;
	}
	warn_rest(check, root);
	node_each (child, root) {
		const struct key *key = keys_find(child->key, PLACE_TOP);

		if (key && !is_ignored_here(check, child))
			check_key(check, key, child, PLACE_TOP, NULL);
		else if (!key && check_is_hook(check->merged, child->key))
			check_hook(check, child);
		else if (!key)
			unknown_at_top(check, child);
	}
}
