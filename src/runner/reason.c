/*
 * The words for reasons.  They are lefthook's where it has them, because
 * scripts and eyes look for those; it has few, and says of an empty list no
 * more than that it is one.
 */
#include "hookrun/runner/reason.h"

#include "hookrun/base/alloc.h"

#include <string.h>

#define PRINTED "printed" /* `from` of what a `files` command has printed */

static const char *const texts[] = {
	[REASON_NONE] = "",
	[REASON_NOT_NAMED] = "not chosen",
	[REASON_OTHER_TAG] = "other tags",
	[REASON_TAG] = "tags",
	[REASON_NAME] = "name",
	[REASON_SKIP] = "by condition",
	[REASON_ONLY] = "by condition",
	[REASON_NO_FILES] = "no files for inspection",
	[REASON_NO_COMMAND] = "no 'files' command for {files}",
	[REASON_ELSEWHERE] = "the pushed files are not in the work tree",
	[REASON_NO_STAGED] = "no matching staged files",
	[REASON_NO_PUSHED] = "no matching push files",
	[REASON_NO_SCRIPT] = "script files is not a regular file",
	[REASON_NO_COMMIT] = "no commit is pushed",
	[REASON_ASKS_CONDITION] = "a condition is asked when its turn comes",
	[REASON_ASKS_FILES] = "its files are asked for when its turn comes",
	[REASON_ASKS_CHECKOUT] = "it looks at a commit when its turn comes",
	[REASON_ASKS_STEP] = "it looks for work when its turn comes",
};

static const char *const kinds[] = {
	[REASON_NONE] = "",
	[REASON_NOT_NAMED] = "not-named",
	[REASON_OTHER_TAG] = "other-tag",
	[REASON_TAG] = "tag",
	[REASON_NAME] = "name",
	[REASON_SKIP] = "skip",
	[REASON_ONLY] = "only",
	[REASON_NO_FILES] = "no-files",
	[REASON_NO_COMMAND] = "no-files-command",
	[REASON_ELSEWHERE] = "elsewhere",
	[REASON_NO_STAGED] = "no-staged",
	[REASON_NO_PUSHED] = "no-pushed",
	[REASON_NO_SCRIPT] = "no-script",
	[REASON_NO_COMMIT] = "no-commit",
	[REASON_ASKS_CONDITION] = "asks-condition",
	[REASON_ASKS_FILES] = "asks-files",
	[REASON_ASKS_CHECKOUT] = "asks-checkout",
	[REASON_ASKS_STEP] = "asks-step",
};

const char *reason_word(const struct reason *reason)
{
	return kinds[reason->kind];
}

const char *reason_text(const struct reason *reason)
{
	return texts[reason->kind];
}

static void add_quoted(struct strbuf *out, const char *text)
{
	strbuf_addstr(out, " '");
	strbuf_add_printable(out, text, false);
	strbuf_addch(out, '\'');
}

static void add_values(struct strbuf *out, const char *const *values)
{
	for (size_t i = 0; values[i]; i++) {
		strbuf_addstr(out, i ? "," : "");
		add_quoted(out, values[i]);
	}
}

/* "only.ref 'main'", "skip 'merge'", "skip: true" */
static void add_condition(
	struct strbuf *out, const char *key, const struct condition *cond)
{
	static const char *const below[] = { [COND_REF] = ".ref",
		[COND_PUSH_REF] = ".push_ref",
		[COND_RUN] = ".run",
		[COND_STATE] = "" };

	strbuf_addstr(out, key);
	if (cond->kind == COND_TRUE || cond->kind == COND_FALSE) {
		strbuf_addstr(
			out, cond->kind == COND_TRUE ? ": true" : ": false");
		return;
	}
	strbuf_addstr(out, below[cond->kind]);
	add_quoted(out, cond->text);
}

static void add_conditions(struct strbuf *out, const struct reason *reason)
{
	for (size_t i = 0; i < reason->asked.nr; i++) {
		strbuf_addstr(out, i ? " or " : "");
		add_condition(out, reason->key, &reason->asked.v[i]);
	}
	if (!reason->now)
		return;
	strbuf_addstr(out, ", ");
	strbuf_add_printable(out, reason->now, false);
}

/* "files 'git ls-files x' printed 2 names, none of which is there" */
static void add_command(struct strbuf *out, const struct reason *reason)
{
	strbuf_addstr(out, "files");
	add_quoted(out, reason->value);
	if (!reason->nfrom) {
		strbuf_addstr(out, " printed no names");
		return;
	}
	strbuf_addf(out, " printed %zu name%s, none of which is there",
		reason->nfrom, reason->nfrom == 1 ? "" : "s");
	if (reason->astray)
		strbuf_addstr(out, " (they count from the top of the work "
				   "tree, not from 'root')");
}

/* "glob '*.rb' matched none of 3 staged files" */
static void add_filter(struct strbuf *out, const struct reason *reason)
{
	static const struct {
		const char *key, *verb;
	} verbs[] = { { "exclude", "left" }, { "root", "has" } };
	const char *verb = "matched";

	for (size_t i = 0; reason->key && i < 2; i++)
		if (!strcmp(reason->key, verbs[i].key))
			verb = verbs[i].verb;
	if (!reason->key) {
		strbuf_addf(out, "no %s files", reason->from);
		return;
	}
	strbuf_addstr(out, reason->key);
	add_values(out, reason->values);
	strbuf_addf(out, " %s none of %zu ", verb, reason->nfrom);
	if (strcmp(reason->from, PRINTED) != 0)
		strbuf_addf(out, "%s ", reason->from);
	strbuf_addf(out, "file%s%s", reason->nfrom == 1 ? "" : "s",
		strcmp(reason->from, PRINTED) ? "" : " named by 'files'");
}

/* "exclude_tags 'slow' is one of its tags" */
static void add_key(struct strbuf *out, const struct reason *reason)
{
	static const char *const says[] = { [REASON_NOT_NAMED] =
						    " names others",
		[REASON_OTHER_TAG] = " is not among its tags",
		[REASON_TAG] = " is one of its tags",
		[REASON_NAME] = " is its name",
		[REASON_NO_SCRIPT] = " is no regular file",
		[REASON_NO_COMMIT] = ", but no commit is pushed" };

	strbuf_addstr(out, reason->key);
	if (reason->values)
		add_values(out, reason->values);
	else if (reason->value)
		add_quoted(out, reason->value);
	if (reason->kind < ARRAY_SIZE(says) && says[reason->kind])
		strbuf_addstr(out, says[reason->kind]);
}

void reason_add(struct strbuf *out, const struct reason *reason)
{
	bool open = reason_is_open(reason);

	if (open)
		strbuf_addf(out, "%s, ", reason_text(reason));
	if (reason->asked.nr)
		add_conditions(out, reason);
	else if (reason->from && reason->value)
		add_command(out, reason);
	else if (reason->from)
		add_filter(out, reason);
	else if (reason->key)
		add_key(out, reason);
	else
		strbuf_addstr(out, reason_text(reason));
	node_add_place(out, reason->at);
}

bool reason_is_odd(const struct reason *reason)
{
	return reason->kind == REASON_ELSEWHERE ||
	       reason->kind == REASON_NO_COMMAND ||
	       reason->kind == REASON_NO_SCRIPT || reason->astray;
}

bool reason_is_filtered_command(const struct reason *reason)
{
	return reason->from && !strcmp(reason->from, PRINTED) && reason->values;
}

bool reason_is_open(const struct reason *reason)
{
	return reason->kind >= REASON_ASKS_CONDITION;
}
