/*
 * The words for reasons.  They are lefthook's where it has them, because
 * scripts and eyes look for those; it has few, and says of an empty list no
 * more than that it is one.
 */
#include "hookrun/runner/reason.h"

#include <string.h>

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
	[REASON_ASKS_CONDITION] = "a condition is asked when its turn comes",
	[REASON_ASKS_FILES] = "its files are asked for when its turn comes",
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
	[REASON_ASKS_CONDITION] = "asks-condition",
	[REASON_ASKS_FILES] = "asks-files",
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

/* "skip: ref: main (lefthook.yml:4)" */
static void add_key(struct strbuf *out, const struct reason *reason)
{
	const struct node *at = reason->at;

	strbuf_addf(out, ", %s", reason->key);
	if (reason->value) {
		if (at && at->key && strcmp(at->key, reason->key) != 0)
			strbuf_addf(out, ": %s", at->key);
		strbuf_addstr(out, ": ");
		strbuf_add_printable(out, reason->value, false);
	} else if (at && at->str) {
		strbuf_addf(out, ": %s", at->str);
	}
	node_add_place(out, at);
}

void reason_add(struct strbuf *out, const struct reason *reason)
{
	strbuf_addstr(out, reason_text(reason));
	if (reason->key)
		add_key(out, reason);
}

bool reason_is_open(const struct reason *reason)
{
	return reason->kind >= REASON_ASKS_CONDITION;
}
