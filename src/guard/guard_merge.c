/*
 * Three versions of a text into one, by git's own merge.  It works on the
 * bytes of the work tree, so that line ends and filtered contents stay what
 * they are there.
 *
 * For git a change on the line beside another one is a conflict, since there
 * nobody may have seen both.  Here both are the user's own work of this minute,
 * and what a job adds below the line just edited is no reason to leave one of
 * them out: changes that have no line in common are both made.  The order of
 * two texts put in at one place nobody knows; that stays a conflict.
 */
#include "guard/guard_impl.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/git/gitcmd.h"
#include "hookrun/git/textdiff.h"

#include <stdlib.h>
#include <string.h>

#define MERGE_MAX (64 * 1024 * 1024) /* bytes of one version */
#define MERGE_CONFLICTS_MAX 127	     /* beyond it the status is an error */

static bool is_small(const char *path)
{
	struct stat st;

	return !stat(path, &st) && st.st_size <= MERGE_MAX;
}

/* A text and where its lines begin; one more entry is its end. */
struct lines {
	struct strbuf text;
	size_t *starts;
	size_t nr, cap;
};

static int read_lines(const char *path, struct lines *lines, struct err *err)
{
	const struct strbuf *text = &lines->text;
	size_t pos = 0;

	strbuf_init(&lines->text);
	if (fs_read(path, &lines->text, MERGE_MAX, err) != 1)
		return -1;
	for (;;) {
		const char *end;

		xgrow(&lines->starts, &lines->cap, lines->nr + 1,
			sizeof(*lines->starts));
		lines->starts[lines->nr] = pos;
		if (pos == text->len)
			return 0;
		lines->nr++;
		end = memchr(text->buf + pos, '\n', text->len - pos);
		pos = end ? (size_t)(end - text->buf) + 1 : text->len;
	}
}

static void release_lines(struct lines *lines)
{
	strbuf_release(&lines->text);
	free(lines->starts);
}

/* What one side made of the base. */
struct side {
	struct lines lines;
	struct text_diff diff;
	size_t done; /* hunks that are in the result */
};

struct merge {
	struct lines base;
	struct side sides[2];
	size_t line; /* of the base: what is above it is in the result */
	struct strbuf *out;
};

/* False where the text would go on in a line that has no end. */
static bool add_lines(
	struct merge *merge, const struct lines *from, size_t line, size_t nr)
{
	const size_t *starts = from->starts + line;
	size_t len = starts[nr] - starts[0];
	struct strbuf *out = merge->out;

	if (!len)
		return true;
	if (out->len && out->buf[out->len - 1] != '\n')
		return false;
	strbuf_add(out, from->text.buf + starts[0], len);
	return true;
}

static const struct text_hunk *next_hunk(const struct side *side)
{
	return side->done < side->diff.nr ? &side->diff.v[side->done] : NULL;
}

/* What is put in before a line comes before a change of the line. */
static bool is_first(const struct text_hunk *a, const struct text_hunk *b)
{
	if (a->old_line != b->old_line)
		return a->old_line < b->old_line;
	return a->old_count < b->old_count;
}

static bool overlap(const struct text_hunk *a, const struct text_hunk *b)
{
	if (a->old_line == b->old_line && a->old_count == b->old_count)
		return true;
	return a->old_line + a->old_count > b->old_line;
}

static bool same_hunk(const struct merge *merge)
{
	const struct text_hunk *a = next_hunk(&merge->sides[0]);
	const struct text_hunk *b = next_hunk(&merge->sides[1]);
	const size_t *at = merge->sides[0].lines.starts + a->new_line;
	const size_t *bt = merge->sides[1].lines.starts + b->new_line;
	size_t len = at[a->new_count] - at[0];

	return a->old_line == b->old_line && a->old_count == b->old_count &&
	       len == bt[b->new_count] - bt[0] &&
	       !memcmp(merge->sides[0].lines.text.buf + at[0],
		       merge->sides[1].lines.text.buf + bt[0], len);
}

/* The hunk that comes first, with what stands between; false: a conflict. */
static bool add_hunk(struct merge *merge)
{
	struct side *side = &merge->sides[0], *other = &merge->sides[1];
	const struct text_hunk *hunk = next_hunk(side);
	const struct text_hunk *beside = next_hunk(other);

	if (!hunk || (beside && is_first(beside, hunk))) {
		side = other;
		other = &merge->sides[0];
		beside = hunk;
		hunk = next_hunk(side);
	}
	if (!hunk)
		return true;
	if (beside && overlap(hunk, beside)) {
		if (!same_hunk(merge))
			return false;
		other->done++; /* both did the same */
	}
	side->done++;
	if (!add_lines(merge, &merge->base, merge->line,
		    hunk->old_line - merge->line) ||
		!add_lines(
			merge, &side->lines, hunk->new_line, hunk->new_count))
		return false;
	merge->line = hunk->old_line + hunk->old_count;
	return true;
}

static bool add_all(struct merge *merge)
{
	const struct lines *base = &merge->base;

	while (next_hunk(&merge->sides[0]) || next_hunk(&merge->sides[1]))
		if (!add_hunk(merge))
			return false;
	return add_lines(merge, base, merge->line, base->nr - merge->line);
}

/* 1 merged, 0 a conflict, -1 with `err` set. */
static int merge_neighbours(const char *user, const char *base,
	const char *jobs, struct strbuf *out, struct err *err)
{
	const char *const paths[] = { user, jobs };
	struct merge merge = { .out = out };
	int result = read_lines(base, &merge.base, err);

	strbuf_reset(out);
	for (size_t i = 0; i < 2 && !result; i++) {
		struct side *side = &merge.sides[i];

		result = read_lines(paths[i], &side->lines, err);
		if (!result && text_diff(&merge.base.text, &side->lines.text,
				       &side->diff))
			result = err_set(err, "cannot compare '%s'", paths[i]);
	}
	if (!result)
		result = add_all(&merge);
	release_lines(&merge.base);
	for (size_t i = 0; i < 2; i++) {
		release_lines(&merge.sides[i].lines);
		text_diff_release(&merge.sides[i].diff);
	}
	return result;
}

static int merge_file(struct repo *repo, const char *side, const char *user,
	const char *base, const char *jobs, struct strbuf *out, struct err *err)
{
	struct err words = ERR_INIT;
	int status;

	strbuf_reset(out);
	if (gitcmd(repo, GIT_ARGS("merge-file", "-p", side, user, base, jobs),
		    &status, out, &words) ||
		/* above it: not text, which nobody can merge */
		(status > MERGE_CONFLICTS_MAX && status != 255))
		return err_set(err, "%s", words.msg);
	return status;
}

enum guard_merge guard_merge_text(struct repo *repo, const char *user,
	const char *base, const char *jobs, struct strbuf *out, struct err *err)
{
	int status, result;

	if (!is_small(user) || !is_small(base) || !is_small(jobs))
		return MERGE_NOT_TEXT;
	status = merge_file(repo, "-q", user, base, jobs, out, err);
	if (status < 0)
		return MERGE_FAILED;
	if (status == 255)
		return MERGE_NOT_TEXT;
	result = status ? merge_neighbours(user, base, jobs, out, err) : 1;
	if (result)
		return result < 0 ? MERGE_FAILED : MERGE_CLEAN;
	status = merge_file(repo, "--ours", user, base, jobs, out, err);
	return status < 0 ? MERGE_FAILED : status ? MERGE_NOT_TEXT : MERGE_PART;
}
