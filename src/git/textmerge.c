/*
 * git's own merge of texts, by libgit2 and in memory: who calls this has texts
 * that are in no file, and the temporary files of `git merge-file` would be one
 * more thing that a kill leaves behind.  The rest of the marks, labels and
 * sizes is the caller's; no configuration is read here.
 */
#include "hookrun/git/textmerge.h"

#include <git2.h>

static void fill_options(
	const struct text_marks *marks, git_merge_file_options *ret)
{
	static const unsigned styles[] = {
		[TEXT_STYLE_MERGE] = GIT_MERGE_FILE_STYLE_MERGE,
		[TEXT_STYLE_DIFF3] = GIT_MERGE_FILE_STYLE_DIFF3,
		[TEXT_STYLE_ZDIFF3] = GIT_MERGE_FILE_STYLE_ZDIFF3,
	};

	ret->ancestor_label = marks->labels[TEXT_BASE];
	ret->our_label = marks->labels[TEXT_OURS];
	ret->their_label = marks->labels[TEXT_THEIRS];
	ret->marker_size = marks->size;
	ret->flags = styles[marks->style];
}

static git_merge_file_input input_of(const struct strbuf *text)
{
	return (git_merge_file_input){ .version = GIT_MERGE_FILE_INPUT_VERSION,
		.ptr = text->buf,
		.size = text->len };
}

int text_merge(const struct strbuf sides[TEXT_SIDES],
	const struct text_marks *marks, struct strbuf *out, struct err *err)
{
	git_merge_file_input base = input_of(&sides[TEXT_BASE]);
	git_merge_file_input ours = input_of(&sides[TEXT_OURS]);
	git_merge_file_input theirs = input_of(&sides[TEXT_THEIRS]);
	git_merge_file_options opts;
	git_merge_file_result merged = { 0 };
	int ret;

	if (git_merge_file_options_init(
		    &opts, GIT_MERGE_FILE_OPTIONS_VERSION) ||
		git_libgit2_init() < 0)
		return err_set(err, "libgit2 does not start");
	fill_options(marks, &opts);
	if (git_merge_file(&merged, &base, &ours, &theirs, &opts)) {
		ret = err_set(err, "libgit2 cannot merge the texts");
	} else {
		strbuf_add(out, merged.ptr, merged.len);
		ret = !merged.automergeable;
		git_merge_file_result_free(&merged);
	}
	git_libgit2_shutdown();
	return ret;
}
