/*
 * No hook runs at `git branch -m`, and a branch that is not checked out then
 * has its database among the copies, under the old name.  The reflog goes along
 * with the branch and says what it was called; git is asked for it, which knows
 * where it is, only when something of a branch that is gone is kept.
 */
#include "migrate/former.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/git/gitcmd.h"

#include <string.h>

#define DEED "Branch: renamed refs/heads/"

static void add_name(const char *line, size_t len, struct strvec *ret)
{
	const char *to;

	if (strncmp(line, DEED, strlen(DEED)) != 0)
		return;
	line += strlen(DEED);
	len -= strlen(DEED);
	to = memmem(line, len, " to ", 4);
	if (to)
		strvec_pushn(ret, line, (size_t)(to - line));
}

void former_names(struct repo *repo, const char *branch, struct strvec *ret)
{
	AUTO_FREE char *ref = branch ? fs_join("refs/heads", branch) : NULL;
	AUTO_STRBUF out = STRBUF_INIT;
	struct err ignored = ERR_INIT;
	size_t len;

	if (gitcmd(repo,
		    GIT_ARGS("log", "--walk-reflogs", "--format=%gs",
			    "--grep-reflog=^Branch: renamed ",
			    ref ? ref : "--branches", "--"),
		    NULL, &out, &ignored))
		return;
	for (const char *at = out.buf; *at; at += len + (at[len] == '\n')) {
		len = strcspn(at, "\n");
		add_name(at, len, ret);
	}
}
