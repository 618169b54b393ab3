/*
 * Three versions of a text into one, by git's own merge.  It works on the
 * bytes of the work tree, so that line ends and filtered contents stay what
 * they are there.
 */
#include "guard/guard_impl.h"

#include "hookrun/git/gitcmd.h"

#define MERGE_MAX (64 * 1024 * 1024) /* bytes of one version */
#define MERGE_CONFLICTS_MAX 127	     /* beyond it the status is an error */

static bool is_small(const char *path)
{
	struct stat st;

	return !stat(path, &st) && st.st_size <= MERGE_MAX;
}

int guard_merge_text(struct repo *repo, const char *user, const char *base,
	const char *jobs, struct strbuf *out, struct err *err)
{
	struct err ignored = ERR_INIT;
	int status;

	if (!is_small(user) || !is_small(base) || !is_small(jobs))
		return 0;
	strbuf_reset(out);
	if (gitcmd(repo, GIT_ARGS("merge-file", "-p", "-q", user, base, jobs),
		    &status, out, &ignored))
		return err_set(err, "%s", ignored.msg);
	/* Above it: not text, which nobody can merge. */
	if (status > MERGE_CONFLICTS_MAX && status != 255)
		return err_set(err, "%s", ignored.msg);
	return status == 0;
}
