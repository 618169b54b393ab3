/*
 * The hunks between two texts, by libgit2's own diff and without the git
 * command: no configuration, attribute or filter has a say in what a line is,
 * and bytes are compared as they are.
 */
#include "hookrun/git/textdiff.h"

#include "hookrun/base/alloc.h"

#include <git2.h>
#include <stdlib.h>

/* git counts lines from 1, and of nothing it names the line before. */
static size_t first_line(int start, int count)
{
	return (size_t)(count ? start - 1 : start);
}

static int add_hunk(
	const git_diff_delta *delta, const git_diff_hunk *hunk, void *data)
{
	struct text_diff *diff = data;

	(void)delta;
	xgrow(&diff->v, &diff->cap, diff->nr + 1, sizeof(*diff->v));
	diff->v[diff->nr++] = (struct text_hunk){
		.old_line = first_line(hunk->old_start, hunk->old_lines),
		.old_count = (size_t)hunk->old_lines,
		.new_line = first_line(hunk->new_start, hunk->new_lines),
		.new_count = (size_t)hunk->new_lines,
	};
	return 0;
}

int text_diff(const struct strbuf *old, const struct strbuf *new,
	struct text_diff *ret)
{
	git_diff_options opts;
	int failed;

	*ret = (struct text_diff){ 0 };
	if (git_diff_options_init(&opts, GIT_DIFF_OPTIONS_VERSION))
		return -1;
	opts.context_lines = opts.interhunk_lines = 0;
	opts.flags = GIT_DIFF_FORCE_TEXT;
	if (git_libgit2_init() < 0)
		return -1;
	failed = git_diff_buffers(old->buf, old->len, NULL, new->buf, new->len,
		NULL, &opts, NULL, NULL, add_hunk, NULL, ret);
	git_libgit2_shutdown();
	if (failed)
		text_diff_release(ret);
	return failed ? -1 : 0;
}

void text_diff_release(struct text_diff *diff)
{
	free(diff->v);
	*diff = (struct text_diff){ 0 };
}
