/*
 * The words for reasons.  They are lefthook's where it has them, because
 * scripts and eyes look for those; it has few, and says of an empty list no
 * more than that it is one.
 */
#include "hookrun/runner/reason.h"

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

const char *reason_text(const struct reason *reason)
{
	return texts[reason->kind];
}

bool reason_is_open(const struct reason *reason)
{
	return reason->kind >= REASON_ASKS_CONDITION;
}
