/*
 * Hooks that git calls.  They are a fact about git and not about a
 * configuration: the checks, the hook files and the commands all ask for them,
 * and none of these should need another for it.
 */
#include "hookrun/base/hookname.h"

#include <string.h>

const char *const hookname_all[] = { "applypatch-msg", "pre-applypatch",
	"post-applypatch", "pre-commit", "pre-merge-commit",
	"prepare-commit-msg", "commit-msg", "post-commit", "pre-rebase",
	"post-checkout", "post-merge", "pre-push", "pre-receive", "update",
	"proc-receive", "post-receive", "post-update", "reference-transaction",
	"push-to-checkout", "pre-auto-gc", "post-rewrite", "sendemail-validate",
	"fsmonitor-watchman", "p4-changelist", "p4-prepare-changelist",
	"p4-post-changelist", "p4-pre-submit", "post-index-change", NULL };

bool hookname_is_git(const char *name)
{
	for (const char *const *hook = hookname_all; *hook; hook++)
		if (!strcmp(*hook, name))
			return true;
	return false;
}
