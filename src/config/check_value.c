/*
 * Types of values.  What can be taken for the type is taken (see value.h):
 * a number where a string is wanted, one string as a list of one.
 */
#include "config/advice.h"
#include "config/check.h"

#include "config/source.h"
#include "config/value.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/language.h"
#include "hookrun/base/mime.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/base/words.h"
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

/* What a value is checked for. */
struct subject {
	struct check *check;
	const struct key *key;
	const char *what; /* the map that the key stands in; NULL: the top */
};

static const char *in(const struct subject *s)
{
	return s->what ? arena_printf(s->check->arena, " in %s", s->what) : "";
}

/* Say that `node`, the value of `name`, should have been something else. */
static bool wrong_type(const struct subject *s, const struct node *node,
	const char *name, const char *where, const char *expected)
{
	problem_error(s->check->problems, AT_VALUE, node,
		"'%s'%s must be %s, not %s%s", name, where, expected,
		describe(s->check->arena, node),
		is_bare_template(node)
			? " (put a text that begins with '{' in quotes)"
			: "");
	return false;
}

void check_unknown_key(struct check *check, const struct node *node,
	const struct key *table, enum key_place place, const char *what)
{
	problem_warn(check->problems, AT_KEY, node, "unknown key '%s' in %s%s",
		source_brief(check->arena, node->key), what,
		problems_full(check->problems)
			? ""
			: advice_unknown_key(check->arena, node, table, place));
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

static const char *expected_words(const struct subject *s)
{
	return list_words(s->check->arena, s->key->words);
}

/* A word that is none of the key's.  `effect`: what comes of it in lefthook,
 * which runs the hooks, and so do we; NULL: it is an error. */
static bool unknown_word(const struct subject *s, const struct node *node,
	const char *noun, const char *effect)
{
	struct arena *arena = s->check->arena;
	const char *best = nearest_word(arena, node->str, s->key->words);
	const char *hint =
		best ? nearest_hint(arena, best)
		     : arena_printf(arena, " (expected %s)", expected_words(s));

	(effect ? problem_warn : problem_error)(s->check->problems, AT_VALUE,
		node, "unknown %s '%s' for '%s'%s%s%s", noun,
		source_brief(arena, node->str), s->key->name, in(s),
		effect ? effect : "", hint);
	return effect != NULL;
}

/* A value that lefthook passes over. */
static bool no_effect(
	const struct subject *s, const struct node *node, const char *expected)
{
	problem_warn(s->check->problems, AT_VALUE, node,
		"%s as '%s'%s has no effect (expected %s)",
		describe(s->check->arena, node), s->key->name, in(s), expected);
	return true;
}

static bool wrong(
	const struct subject *s, const struct node *node, const char *expected)
{
	return wrong_type(s, node, s->key->name, in(s), expected);
}

/* ---- the types ----------------------------------------------------------- */

static bool check_string(const struct subject *s, const struct node *node)
{
	return is_scalar(node) || wrong(s, node, "a string");
}

static bool check_bool(const struct subject *s, const struct node *node)
{
	bool ignored;

	return value_bool(node, &ignored) || wrong(s, node, "true or false");
}

static bool check_map_type(const struct subject *s, const struct node *node)
{
	return node->kind == NODE_MAP || wrong(s, node, "a map");
}

static bool check_seq(const struct subject *s, const struct node *node)
{
	return node->kind == NODE_LIST || wrong(s, node, "a list of maps");
}

static bool check_enum(const struct subject *s, const struct node *node)
{
	if (!is_scalar(node))
		return wrong(s, node, expected_words(s));
	if (words_have(s->key->words, node->str))
		return true;
	/* Any other word is lefthook's default, and the hooks run. */
	if (!strcmp(s->key->name, "glob_matcher")) {
		problem_warn(s->check->problems, AT_VALUE, node,
			"unknown value '%s' for '%s', which has the meaning of "
			"'%s' (expected %s)",
			source_brief(s->check->arena, node->str), s->key->name,
			s->key->def, expected_words(s));
		return true;
	}
	return unknown_word(s, node, "value", NULL);
}

static bool check_uses(const struct subject *s, const struct node *node)
{
	struct key steps = *s->key;
	const struct subject known = { s->check, &steps, s->what };

	steps.words = keys_uses_words(s->check->arena);
	if (!is_scalar(node))
		return wrong(&known, node, expected_words(&known));
	return keys_of_uses(node->str) ||
	       unknown_word(&known, node, "step", NULL);
}

/* fail_on_changes: the other hooks run, and this one says why it does not. */
static bool check_word_or_bool(const struct subject *s, const struct node *node)
{
	if (!is_scalar(node))
		return check_enum(s, node);
	return node->kind == NODE_BOOL || !*node->str ||
	       words_have(s->key->words, node->str) ||
	       unknown_word(
		       s, node, "value", ", with which the hook does not run");
}

static bool check_int(const struct subject *s, const struct node *node)
{
	int64_t value;

	return ((node->kind == NODE_INT || node->kind == NODE_STR) &&
		       value_int(node, &value) && value >= 0 &&
		       value <= INT_MAX) ||
	       wrong(s, node, "a whole number, 0 or more");
}

/* Before all that have none is where a negative priority puts a job.  It is
 * lefthook's only number, and decoded as weakly as there. */
static bool check_order(const struct subject *s, const struct node *node)
{
	int64_t value;

	return (value_int(node, &value) && value >= -INT_MAX &&
		       value <= INT_MAX) ||
	       wrong(s, node, "a whole number");
}

static bool check_duration(const struct subject *s, const struct node *node)
{
	struct err err;
	int64_t ms;

	if (node->kind == NODE_BOOL && !node->boolean)
		return true; /* none */
	if (!is_scalar(node) || node->kind == NODE_BOOL)
		return wrong(s, node, "a duration such as 30s");
	if (!duration_parse(node->str, &ms, &err))
		return true;
	problem_error(s->check->problems, AT_VALUE, node, "bad '%s'%s: %s",
		s->key->name, in(s), err.msg);
	return false;
}

/* What is neither a word nor a duration counts as if it were not there. */
static bool check_age(const struct subject *s, const struct node *node)
{
	AUTO_ARENA arena = ARENA_INIT;
	const char *text = value_text(&arena, node);
	struct err err;
	int64_t ms;

	if (!text)
		return wrong(s, node, "a duration such as 30s");
	if (*text && !words_have(s->key->words, text) &&
		duration_parse(text, &ms, &err))
		problem_warn(s->check->problems, AT_VALUE, node,
			"bad '%s'%s: %s (or write %s)", s->key->name, in(s),
			err.msg, expected_words(s));
	return true;
}

/* file_types: our own words, a language, or a MIME type. */
static bool check_file_type(const struct subject *s, const struct node *node)
{
	static const char effect[] = ", which is passed over";
	struct key types = *s->key;
	const struct subject known = { s->check, &types, s->what };
	const char *best;

	if (words_have(s->key->words, node->str) || mime_find(node->str) ||
		language_find(node->str))
		return true;
	types.words = arena_printf(
		s->check->arena, "%s|%s", s->key->words, language_words());
	if (!strchr(node->str, '/'))
		return unknown_word(&known, node, "file type", effect);
	best = nearest_word(s->check->arena, node->str, mime_words());
	problem_warn(s->check->problems, AT_VALUE, node,
		"unknown MIME type '%s' for '%s'%s%s%s",
		source_brief(s->check->arena, node->str), s->key->name, in(s),
		effect, nearest_hint(s->check->arena, best));
	return true;
}

static bool check_list_item(const struct subject *s, const struct node *node)
{
	if (!is_scalar(node) && node->kind != NODE_NULL)
		return wrong(s, node, "a string or a list of strings");
	if (s->key->type == KEY_PATTERNS)
		check_pattern(s->check, node, true);
	if (s->key->type == KEY_FILE_TYPES)
		return check_file_type(s, node);
	return !s->key->words || words_have(s->key->words, node->str) ||
	       unknown_word(s, node, "value", NULL);
}

static bool check_list(const struct subject *s, const struct node *node)
{
	bool ok = true;

	if (node->kind != NODE_LIST)
		return check_list_item(s, node);
	node_each (item, node) {
		ok &= check_list_item(s, item);
	}
	return ok;
}

static bool check_files(const struct subject *s, const struct node *node)
{
	if (node->kind == NODE_LIST)
		return check_list(s, node);
	if (!is_scalar(node))
		return wrong(s, node, "a list of strings");
	problem_warn(s->check->problems, AT_VALUE, node,
		"'%s' is followed only where it is a list, as lefthook has it: "
		"[%s]",
		s->key->name, source_brief(s->check->arena, node->str));
	return true;
}

static bool check_strings(const struct subject *s, const struct node *node)
{
	struct arena *arena = s->check->arena;
	bool ok = true;

	if (node->kind != NODE_MAP)
		return wrong(s, node, "a map of strings");
	node_each (item, node) {
		if (is_scalar(item) || item->kind == NODE_NULL)
			continue;
		ok = wrong_type(s, item, source_brief(arena, item->key),
			arena_printf(arena, " in '%s'%s%s", s->key->name,
				s->what ? " of " : "", s->what ? s->what : ""),
			"a string");
	}
	return ok;
}

/* {ref: ...}: only texts count, a number is no name of a branch. */
static void check_condition_map(
	const struct subject *s, const struct node *node)
{
	struct subject below = { s->check, NULL,
		arena_printf(
			s->check->arena, "'%s' of %s", s->key->name, s->what) };

	node_each (child, node) {
		below.key = keys_find(child->key, PLACE_CONDITION);
		if (!below.key)
			check_unknown_key(s->check, child, keys_all(),
				PLACE_CONDITION, below.what);
		else if (child->kind != NODE_STR)
			no_effect(&below, child, "a string");
		else if (words_have("ref|push_ref", child->key))
			check_pattern(s->check, child, false);
	}
}

/* What is no condition holds never. */
static void check_condition_item(
	const struct subject *s, const struct node *node)
{
	if (node->kind == NODE_MAP && node->count)
		check_condition_map(s, node);
	else if (node->kind != NODE_STR)
		problem_warn(s->check->problems, AT_VALUE, node,
			"%s as '%s'%s is no condition, and never holds "
			"(expected a state such as merge or rebase, "
			"{ref: ...}, {push_ref: ...} or {run: ...})",
			describe(s->check->arena, node), s->key->name, in(s));
	else if (!*node->str)
		problem_warn(s->check->problems, AT_VALUE, node,
			"an empty text as '%s'%s holds while there is neither "
			"a merge nor a rebase",
			s->key->name, in(s));
	else if (!words_have(s->key->words, node->str))
		unknown_word(s, node, "condition", ", which never holds");
}

static bool check_condition(const struct subject *s, const struct node *node)
{
	if (node->kind == NODE_LIST && !node->count &&
		!strcmp(s->key->name, "only"))
		problem_warn(s->check->problems, AT_VALUE, node,
			"an empty list as '%s'%s never holds", s->key->name,
			in(s));
	else if (node->kind == NODE_LIST)
		node_each (item, node) {
			check_condition_item(s, item);
		}
	else if (node->kind != NODE_BOOL)
		check_condition_item(s, node);
	return true;
}

/* Each word of "meta,summary".  An unknown one is no reason not to run. */
static void check_output_words(const struct subject *s, const struct node *node)
{
	const char *names = s->key->words;
	struct arena *arena = s->check->arena;

	for (const char *text = node->str; *text;) {
		size_t len = strcspn(text, ", ");
		const char *word = arena_strndup(arena, text, len);

		if (len && !words_have(names, word))
			problem_warn(s->check->problems, AT_VALUE, node,
				"unknown value '%s' for '%s'%s",
				source_brief(arena, word), s->key->name,
				nearest_hint(arena,
					nearest_word(arena, word, names)));
		text += len + (text[len] != '\0');
	}
}

static bool check_output(const struct subject *s, const struct node *node)
{
	static const char expected[] = "true, false or a list of strings";

	if (node->kind == NODE_STR)
		check_output_words(s, node);
	else if (node->kind != NODE_BOOL && node->kind != NODE_LIST)
		return no_effect(s, node, expected);
	node_each (item, node) {
		if (is_scalar(item))
			check_output_words(s, item);
		else
			no_effect(s, item, expected);
	}
	return true;
}

const char check_colour_names[] = "cyan|gray|green|red|yellow";
const char check_colour_words[] = "on|off|auto|yes|no|true|false|0|1|always|"
				  "never";

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
	const char *names = check_colour_names, *best;

	if (!words_have(names, item->key)) {
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
static bool check_colors(const struct subject *s, const struct node *node)
{
	if (node->kind == NODE_MAP)
		node_each (item, node) {
			check_own_colour(s->check, item);
		}
	else if (node->kind == NODE_LIST ||
		 !words_have(check_colour_words, node->str))
		no_effect(s, node, expected_words(s));
	return true;
}

/* "run: ! grep x" is "grep x", and "glob: !*.rb" is nothing at all. */
static void check_tag(const struct subject *s, const struct node *node)
{
	const char *tag;

	node_each (child, node) {
		check_tag(s, child);
	}
	if (!node->tagged)
		return;
	tag = source_at(node->source, node->line, node->col);
	problem_warn(s->check->problems, AT_VALUE, node,
		"'%s' is a tag to YAML and no part of the text of '%s'%s (put "
		"a text that begins with '!' in quotes)",
		source_brief(
			s->check->arena, arena_strndup(s->check->arena, tag,
						 strcspn(tag, " \t\r\n,]}"))),
		s->key->name, in(s));
}

bool check_value(struct check *check, const struct key *key,
	const struct node *node, const char *what)
{
	static bool (*const checks[])(
		const struct subject *s, const struct node *node) = {
		[KEY_STRING] = check_string,
		[KEY_BOOL] = check_bool,
		[KEY_INT] = check_int,
		[KEY_ORDER] = check_order,
		[KEY_DURATION] = check_duration,
		[KEY_AGE] = check_age,
		[KEY_LIST] = check_list,
		[KEY_PATTERNS] = check_list,
		[KEY_FILE_TYPES] = check_list,
		[KEY_FILES] = check_files,
		[KEY_STRINGS] = check_strings,
		[KEY_ENUM] = check_enum,
		[KEY_CONDITION] = check_condition,
		[KEY_MAP] = check_map_type,
		[KEY_SEQ] = check_seq,
		[KEY_OUTPUT] = check_output,
		[KEY_COLORS] = check_colors,
		[KEY_WORD_OR_BOOL] = check_word_or_bool,
		[KEY_USES] = check_uses,
	};
	const struct subject s = { check, key, what };

	if (node->kind == NODE_NULL)
		return true;
	if (key->type != KEY_MAP && key->type != KEY_SEQ)
		check_tag(&s, node);
	return checks[key->type](&s, node);
}
