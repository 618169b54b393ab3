/*
 * A diff that is read before something is let run: nothing may be hidden in it.
 * So what is no text is not shown as one, and whoever prints it writes control
 * characters as escapes.
 */
#include "trust/patch.h"

#include "hookrun/base/alloc.h"
#include "hookrun/git/textdiff.h"

#include <stdlib.h>
#include <string.h>

#define CONTEXT 3 /* lines */

/* Where each line begins, and the end. */
struct starts {
	size_t *v;
	size_t nr, cap; /* nr: lines */
};

static void starts_find(struct starts *starts, const struct strbuf *text)
{
	size_t pos = 0;

	*starts = (struct starts){ 0 };
	for (;;) {
		const char *end;

		xgrow(&starts->v, &starts->cap, starts->nr + 1,
			sizeof(*starts->v));
		starts->v[starts->nr] = pos;
		if (pos == text->len)
			return;
		starts->nr++;
		end = memchr(text->buf + pos, '\n', text->len - pos);
		pos = end ? (size_t)(end - text->buf) + 1 : text->len;
	}
}

static bool has_room(struct patch *patch)
{
	if (patch->max_lines && patch->lines >= patch->max_lines) {
		patch->cut++;
		return false;
	}
	patch->lines++;
	return true;
}

static void add_lines(struct patch *patch, char sign, const struct strbuf *text,
	const struct starts *starts, size_t from, size_t to)
{
	for (size_t i = from; i < to && i < starts->nr; i++) {
		size_t len = starts->v[i + 1] - starts->v[i];

		if (!has_room(patch))
			continue;
		while (len && text->buf[starts->v[i] + len - 1] == '\n')
			len--;
		strbuf_addf(patch->out, "  %c ", sign);
		strbuf_add(patch->out, text->buf + starts->v[i], len);
		strbuf_addch(patch->out, '\n');
	}
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

static void add_hunks(struct patch *patch, const struct text_diff *diff,
	const struct strbuf *old, const struct strbuf *new)
{
	struct starts ours, theirs;
	size_t shown = 0; /* lines of `new` so far */

	starts_find(&ours, old);
	starts_find(&theirs, new);
	for (size_t i = 0; i < diff->nr; i++) {
		const struct text_hunk *hunk = &diff->v[i];
		size_t start = hunk->new_line, end = start + hunk->new_count;
		size_t last = i + 1 < diff->nr ? hunk[1].new_line : theirs.nr;
		size_t from = start > CONTEXT ? start - CONTEXT : 0;

		if (from > shown && has_room(patch))
			strbuf_addstr(patch->out, "    ...\n");
		add_lines(patch, ' ', new, &theirs, larger(from, shown), start);
		add_lines(patch, '-', old, &ours, hunk->old_line,
			hunk->old_line + hunk->old_count);
		add_lines(patch, '+', new, &theirs, start, end);
		shown = end + CONTEXT < last ? end + CONTEXT : last;
		add_lines(patch, ' ', new, &theirs, end, shown);
	}
	free(ours.v);
	free(theirs.v);
}

void patch_add(
	struct patch *patch, const struct strbuf *old, const struct strbuf *new)
{
	struct text_diff diff;

	if (memchr(new->buf, '\0', new->len) ||
		memchr(old->buf, '\0', old->len) ||
		text_diff(old, new, &diff)) {
		strbuf_addf(patch->out,
			"    (no text: %zu bytes, approved before were %zu)\n",
			new->len, old->len);
		return;
	}
	add_hunks(patch, &diff, old, new);
	text_diff_release(&diff);
}
