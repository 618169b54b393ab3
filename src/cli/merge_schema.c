/*
 * `hookrun merge-schema`: what git calls for db/schema.rb and db/structure.sql
 * where `install --merge-driver` has told it to.  Git's contract: the result
 * goes over the file of our side, exit status 0 where it is merged and 1 where
 * it has conflicts; anything above is taken for a failure.  The file is
 * touched once, when the whole result is there, and the word that is printed
 * then is what the script that calls us goes by: without it, git's own merge
 * does it.
 *
 * A merge is going on: nothing else of the repository is opened, mended or
 * recovered here.
 */
#include "cli/cli.h"

#include "hookrun/base/fs.h"
#include "hookrun/git/gitcmd.h"
#include "hookrun/schemafile/schemafile.h"

#include <stdlib.h>

#define SCHEMA_MAX_BYTES (64 * 1024 * 1024)
#define NOT_MERGED 3
#define MARK_SIZE 7 /* git's own */
#define MARK_SIZE_MAX 1000

/* The words, as git's placeholders are called. */
enum { O, A, B, L, P, S, X, Y };

/* git before 2.44 leaves a placeholder that it does not know as it is. */
static const char *label(
	const struct args *args, size_t word, const char *unknown)
{
	const char *text = word < args->words.nr ? args->words.v[word] : "";
	bool known = *text && !(text[0] == '%' && !text[2]);

	return known ? text : unknown;
}

static unsigned short mark_size(const struct args *args)
{
	long size = args->words.nr > L ? strtol(args->words.v[L], NULL, 10) : 0;

	return size > 0 && size <= MARK_SIZE_MAX ? (unsigned short)size
						 : MARK_SIZE;
}

/* What git has for merge.conflictStyle; asked only where there is a conflict.
 */
static enum text_style conflict_style(void)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct repo *repo;
	struct err ignored;
	int status = 0;

	if (repo_open(NULL, &repo, &ignored))
		return TEXT_STYLE_MERGE;
	if (gitcmd(repo, GIT_ARGS("config", "--get", "merge.conflictStyle"),
		    &status, &out, &ignored))
		strbuf_reset(&out);
	repo_free(repo);
	strbuf_rtrim(&out);
	return !strcmp(out.buf, "diff3")    ? TEXT_STYLE_DIFF3
	       : !strcmp(out.buf, "zdiff3") ? TEXT_STYLE_ZDIFF3
					    : TEXT_STYLE_MERGE;
}

static int merge(const struct args *args, struct strbuf sides[TEXT_SIDES],
	struct strbuf *out, struct err *err)
{
	struct text_marks marks = { .size = mark_size(args) };
	int ret;

	marks.labels[TEXT_BASE] = label(args, S, "base");
	marks.labels[TEXT_OURS] = label(args, X, "ours");
	marks.labels[TEXT_THEIRS] = label(args, Y, "theirs");
	schemafile_settle(
		args->words.nr > P ? args->words.v[P] : args->words.v[A],
		sides);
	ret = schemafile_merge(sides, &marks, out, err);
	if (ret != 1)
		return ret;
	marks.style = conflict_style();
	strbuf_reset(out);
	return schemafile_merge(sides, &marks, out, err);
}

int cmd_merge_schema(const struct args *args)
{
	static const int words[] = {
		[TEXT_BASE] = O, [TEXT_OURS] = A, [TEXT_THEIRS] = B
	};
	struct strbuf sides[TEXT_SIDES] = { STRBUF_INIT, STRBUF_INIT,
		STRBUF_INIT };
	AUTO_STRBUF out = STRBUF_INIT;
	struct stat st;
	struct err err;
	int ret = 0;

	for (int i = 0; i < TEXT_SIDES && !ret; i++) {
		const char *path = args->words.v[words[i]];

		if (fs_read(path, &sides[i], SCHEMA_MAX_BYTES, &err) != 1)
			ret = complain_text("cannot read '%s'", path) * -1;
	}
	if (!ret && stat(args->words.v[A], &st))
		ret = complain_text("cannot look at '%s'", args->words.v[A]) *
		      -1;
	if (!ret) {
		ret = merge(args, sides, &out, &err);
		if (ret < 0 || fs_write_atomic(args->words.v[A], out.buf,
				       out.len, st.st_mode & 07777, &err)) {
			complain(&err);
			ret = -1;
		}
	}
	for (int i = 0; i < TEXT_SIDES; i++)
		strbuf_release(&sides[i]);
	if (ret < 0)
		return NOT_MERGED;
	puts(ret ? "conflicts" : "merged");
	return ret;
}
