/*
 * Types of values.  What can be taken for the type is taken (see value.h):
 * a number where a string is wanted, one string as a list of one.
 */
#include "config/check.h"

#include "config/source.h"
#include "config/value.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/mime.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/config/nearest.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static bool is_scalar(const struct node *node)
{
	return node->kind != NODE_LIST && node->kind != NODE_MAP &&
	       node->kind != NODE_NULL;
}

static const char *describe(struct arena *arena, const struct node *node)
{
	switch (node->kind) {
	case NODE_NULL:
		return "nothing";
	case NODE_LIST:
		return "a list";
	case NODE_MAP:
		return "a map";
	case NODE_STR:
		return arena_printf(
			arena, "the text '%s'", source_brief(arena, node->str));
	default:
		return source_brief(arena, node->str);
	}
}

/* "run: {files}" is a map to YAML. */
static bool is_bare_template(const struct node *node)
{
	return node->kind == NODE_MAP && node->count == 1 &&
	       node->first->kind == NODE_NULL && !*node->first->str;
}

/* Say that `node`, the value of `name`, should have been something else. */
static void check_wrong_type(struct check *check, const struct node *node,
	const char *name, const char *what, const char *expected)
{
	problem_error(check->problems, AT_VALUE, node,
		"'%s'%s%s must be %s, not %s%s", name, what ? " in " : "",
		what ? what : "", expected, describe(check->arena, node),
		is_bare_template(node)
			? " (put a text that begins with '{' in quotes)"
			: "");
}

void check_unknown_key(struct check *check, const struct node *node,
	const struct key *table, enum key_place place, const char *what)
{
	const char *best = problems_full(check->problems)
				   ? NULL
				   : keys_nearest(table, node->key, place);

	problem_warn(check->problems, AT_KEY, node, "unknown key '%s' in %s%s",
		source_brief(check->arena, node->key), what,
		nearest_hint(check->arena, best));
}

/* "a|b|c" as "a, b or c". */
static const char *list_words(struct arena *arena, const char *words)
{
	AUTO_STRBUF out = STRBUF_INIT;
	const char *last = strrchr(words, '|');

	for (const char *s = words; *s; s++) {
		if (*s != '|')
			strbuf_addch(&out, *s);
		else
			strbuf_addstr(&out, s == last ? " or " : ", ");
	}
	return arena_strdup(arena, out.buf);
}

/* A word that is none of the key's.  `effect`: what comes of it in lefthook,
 * which runs the hooks, and so do we; NULL: it is an error. */
static bool unknown_word(struct check *check, const struct key *key,
	const struct node *node, const char *noun, const char *what,
	const char *effect)
{
	const char *best = nearest_word(check->arena, node->str, key->words);
	const char *hint = best ? nearest_hint(check->arena, best)
				: arena_printf(check->arena, " (expected %s)",
					  list_words(check->arena, key->words));

	(effect ? problem_warn : problem_error)(check->problems, AT_VALUE, node,
		"unknown %s '%s' for '%s'%s%s%s%s", noun,
		source_brief(check->arena, node->str), key->name,
		what ? " in " : "", what ? what : "", effect ? effect : "",
		hint);
	return effect != NULL;
}

/* A value that lefthook passes over. */
static bool no_effect(struct check *check, const struct node *node,
	const char *name, const char *what, const char *expected)
{
	problem_warn(check->problems, AT_VALUE, node,
		"%s as '%s'%s%s has no effect (expected %s)",
		describe(check->arena, node), name, what ? " in " : "",
		what ? what : "", expected);
	return true;
}

static bool wrong(struct check *check, const struct key *key,
	const struct node *node, const char *what, const char *expected)
{
	check_wrong_type(check, node, key->name, what, expected);
	return false;
}

static bool check_enum(struct check *check, const struct key *key,
	const struct node *node, const char *what)
{
	if (!is_scalar(node))
		return wrong(check, key, node, what,
			list_words(check->arena, key->words));
	if (key_has_word(key->words, node->str))
		return true;
	/* Any other word is lefthook's default, and the hooks run. */
	if (!strcmp(key->name, "glob_matcher")) {
		problem_warn(check->problems, AT_VALUE, node,
			"unknown value '%s' for '%s', which has the meaning of "
			"'%s' (expected %s)",
			source_brief(check->arena, node->str), key->name,
			key->def, list_words(check->arena, key->words));
		return true;
	}
	return unknown_word(check, key, node, "value", what, NULL);
}

static bool check_uses(struct check *check, const struct key *key,
	const struct node *node, const char *what)
{
	struct key known = *key;

	known.words = keys_uses_words(check->arena);
	if (!is_scalar(node))
		return wrong(check, key, node, what,
			list_words(check->arena, known.words));
	return keys_of_uses(node->str) ||
	       unknown_word(check, &known, node, "step", what, NULL);
}

/* fail_on_changes: the other hooks run, and this one says why it does not. */
static bool check_word_or_bool(struct check *check, const struct key *key,
	const struct node *node, const char *what)
{
	if (!is_scalar(node))
		return check_enum(check, key, node, what);
	return node->kind == NODE_BOOL || !*node->str ||
	       key_has_word(key->words, node->str) ||
	       unknown_word(check, key, node, "value", what,
		       ", with which the hook does not run");
}

static bool check_int(struct check *check, const struct key *key,
	const struct node *node, const char *what)
{
	/* Before all that have none is where a negative priority puts a job.
	 * lefthook knows no other key of this type, so that only this one is
	 * decoded as weakly. */
	bool signs = !strcmp(key->name, "priority");
	int64_t value;

	if ((signs || node->kind == NODE_INT || node->kind == NODE_STR) &&
		value_int(node, &value) && value >= (signs ? -INT_MAX : 0) &&
		value <= INT_MAX)
		return true;
	return wrong(check, key, node, what,
		signs ? "a whole number" : "a whole number, 0 or more");
}

static bool check_duration(struct check *check, const struct key *key,
	const struct node *node, const char *what)
{
	struct err err;
	int64_t ms;

	if (node->kind == NODE_BOOL && !node->boolean)
		return true; /* none */
	if (!is_scalar(node) || node->kind == NODE_BOOL)
		return wrong(check, key, node, what, "a duration such as 30s");
	if (!duration_parse(node->str, &ms, &err))
		return true;
	problem_error(check->problems, AT_VALUE, node, "bad '%s'%s%s: %s",
		key->name, what ? " in " : "", what ? what : "", err.msg);
	return false;
}

/* file_types: our own words, or a MIME type. */
static bool check_file_type(struct check *check, const struct key *key,
	const struct node *node, const char *what)
{
	static const char effect[] = ", which is passed over";
	const char *best;

	if (key_has_word(key->words, node->str) || mime_find(node->str))
		return true;
	if (!strchr(node->str, '/'))
		return unknown_word(
			check, key, node, "file type", what, effect);
	best = nearest_word(check->arena, node->str, mime_words());
	problem_warn(check->problems, AT_VALUE, node,
		"unknown MIME type '%s' for '%s' in %s%s%s",
		source_brief(check->arena, node->str), key->name, what, effect,
		nearest_hint(check->arena, best));
	return true;
}

static bool check_list_item(struct check *check, const struct key *key,
	const struct node *node, const char *what)
{
	if (!is_scalar(node) && node->kind != NODE_NULL)
		return wrong(check, key, node, what,
			"a string or a list of strings");
	return !key->words || check_file_type(check, key, node, what);
}

static bool check_list(struct check *check, const struct key *key,
	const struct node *node, const char *what)
{
	bool ok = true;

	if (node->kind != NODE_LIST)
		return check_list_item(check, key, node, what);
	node_each (item, node) {
		ok &= check_list_item(check, key, item, what);
	}
	return ok;
}

static bool check_strings(struct check *check, const struct key *key,
	const struct node *node, const char *what)
{
	bool ok = true;

	if (node->kind != NODE_MAP)
		return wrong(check, key, node, what, "a map of strings");
	node_each (item, node) {
		if (is_scalar(item) || item->kind == NODE_NULL)
			continue;
		check_wrong_type(check, item,
			source_brief(check->arena, item->key),
			arena_printf(check->arena, "'%s'%s%s", key->name,
				what ? " of " : "", what ? what : ""),
			"a string");
		ok = false;
	}
	return ok;
}

/* {ref: ...}: only texts count, a number is no name of a branch. */
static void check_condition_map(struct check *check, const struct key *key,
	const struct node *node, const char *what)
{
	what = arena_printf(check->arena, "'%s' of %s", key->name, what);
	node_each (child, node) {
		const struct key *known = keys_find(
			child->key, PLACE_CONDITION);

		if (known && child->kind != NODE_STR)
			no_effect(check, child, child->key, what, "a string");
		else if (!known)
			check_unknown_key(check, child, keys_all(),
				PLACE_CONDITION, what);
	}
}

/* What is no condition holds never. */
static void check_condition_item(struct check *check, const struct key *key,
	const struct node *node, const char *what)
{
	static const char expected[] =
		"a state such as merge or rebase, {ref: ...}, {push_ref: ...} "
		"or {run: ...}";

	if (node->kind == NODE_MAP && node->count)
		check_condition_map(check, key, node, what);
	else if (node->kind != NODE_STR)
		problem_warn(check->problems, AT_VALUE, node,
			"%s as '%s' in %s is no condition, and never holds "
			"(expected %s)",
			describe(check->arena, node), key->name, what,
			expected);
	else if (!*node->str)
		problem_warn(check->problems, AT_VALUE, node,
			"an empty text as '%s' in %s holds while there is "
			"neither a merge nor a rebase",
			key->name, what);
	else if (!key_has_word(key->words, node->str))
		unknown_word(check, key, node, "condition", what,
			", which never holds");
}

static bool check_condition(struct check *check, const struct key *key,
	const struct node *node, const char *what)
{
	if (node->kind == NODE_LIST)
		node_each (item, node) {
			check_condition_item(check, key, item, what);
		}
	else if (node->kind != NODE_BOOL)
		check_condition_item(check, key, node, what);
	return true;
}

/* Each word of "meta,summary".  An unknown one is no reason not to run. */
static void check_output_words(
	struct check *check, const struct key *key, const struct node *node)
{
	static const char names[] =
		"meta|summary|success|failure|empty_summary|skips|execution|"
		"execution_out|execution_info|jobs|jobs_out|jobs_info|setup";

	for (const char *text = node->str; *text;) {
		size_t len = strcspn(text, ", ");
		const char *word = arena_strndup(check->arena, text, len);

		if (len && !key_has_word(names, word))
			problem_warn(check->problems, AT_VALUE, node,
				"unknown value '%s' for '%s'%s",
				source_brief(check->arena, word), key->name,
				nearest_hint(
					check->arena, nearest_word(check->arena,
							      word, names)));
		text += len + (text[len] != '\0');
	}
}

static bool check_output(struct check *check, const struct key *key,
	const struct node *node, const char *what)
{
	static const char expected[] = "true, false or a list of strings";

	if (node->kind == NODE_STR)
		check_output_words(check, key, node);
	else if (node->kind != NODE_BOOL && node->kind != NODE_LIST)
		return no_effect(check, node, key->name, what, expected);
	node_each (item, node) {
		if (is_scalar(item))
			check_output_words(check, key, item);
		else
			no_effect(check, item, key->name, what, expected);
	}
	return true;
}

/* A number of the terminal's palette, #rgb or #rrggbb. */
static bool is_colour(const char *text)
{
	size_t len = strspn(text + (*text == '#'),
		*text == '#' ? "0123456789abcdefABCDEF" : "0123456789");

	if (*text == '#')
		return !text[1 + len] && (len == 3 || len == 6);
	return len && len <= 3 && !text[len] && strtol(text, NULL, 10) < 256;
}

static void check_own_colour(struct check *check, const struct node *item)
{
	static const char names[] = "cyan|gray|green|red|yellow";
	const char *best;

	if (!key_has_word(names, item->key)) {
		best = nearest_word(check->arena, item->key, names);
		problem_warn(check->problems, AT_KEY, item,
			"unknown key '%s' in 'colors'%s",
			source_brief(check->arena, item->key),
			nearest_hint(check->arena, best));
	} else if (item->kind != NODE_NULL &&
		   (!is_scalar(item) || !is_colour(item->str))) {
		problem_warn(check->problems, AT_VALUE, item,
			"%s is no colour (expected 0 to 255 or #rrggbb)",
			is_scalar(item)
				? arena_printf(check->arena, "'%s'",
					  source_brief(check->arena, item->str))
				: describe(check->arena, item));
	}
}

/* Whatever else is written there, lefthook decides as if nothing were. */
static bool check_colors(struct check *check, const struct key *key,
	const struct node *node, const char *what)
{
	static const char words[] = "on|off|auto|yes|no|true|false|0|1|always|"
				    "never";

	if (node->kind == NODE_MAP)
		node_each (item, node) {
			check_own_colour(check, item);
		}
	else if (node->kind == NODE_LIST || !key_has_word(words, node->str))
		no_effect(check, node, key->name, what,
			list_words(check->arena, key->words));
	return true;
}

bool check_value(struct check *check, const struct key *key,
	const struct node *node, const char *what)
{
	bool ignored;

	if (node->kind == NODE_NULL)
		return true;
	switch (key->type) {
	case KEY_STRING:
		return is_scalar(node) ||
		       wrong(check, key, node, what, "a string");
	case KEY_BOOL:
		return value_bool(node, &ignored) ||
		       wrong(check, key, node, what, "true or false");
	case KEY_INT:
		return check_int(check, key, node, what);
	case KEY_DURATION:
		return check_duration(check, key, node, what);
	case KEY_LIST:
		return check_list(check, key, node, what);
	case KEY_STRINGS:
		return check_strings(check, key, node, what);
	case KEY_ENUM:
		return check_enum(check, key, node, what);
	case KEY_USES:
		return check_uses(check, key, node, what);
	case KEY_WORD_OR_BOOL:
		return check_word_or_bool(check, key, node, what);
	case KEY_CONDITION:
		return check_condition(check, key, node, what);
	case KEY_OUTPUT:
		return check_output(check, key, node, what);
	case KEY_COLORS:
		return check_colors(check, key, node, what);
	case KEY_MAP:
		return node->kind == NODE_MAP ||
		       wrong(check, key, node, what, "a map");
	case KEY_SEQ:
		return node->kind == NODE_LIST ||
		       wrong(check, key, node, what, "a list of maps");
	}
	return true;
}
