/*
 * The key `min_version`.  It is lefthook's versions that are meant.  A file
 * that asks for a newer one can be looked at and installed, as with lefthook,
 * but none of its hooks runs: what they would leave out nobody would notice.
 */
#include "config/min_version.h"

#include "config/source.h"
#include "config/value.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/base/version.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define CHARS "0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/* The words between dots behind '-' or '+', to the end or to `stop`: not empty,
 * and where `numbers` says so, none that is a number with a zero before it. */
static bool read_words(const char **text, char stop, bool numbers)
{
	const char *s = *text;

	do {
		size_t len = strspn(++s, CHARS);

		if (!len || (numbers && *s == '0' && len > 1 &&
				    strspn(s, "0123456789") == len))
			return false;
		s += len;
	} while (*s == '.');
	*text = s;
	return !*s || *s == stop;
}

/* "1", "v1.2", "1.2.3-rc1" into three numbers; false where it is none.  Only
 * a version of three numbers can have more behind them. */
static bool read_version(const char *text, long ret[3])
{
	ret[0] = ret[1] = ret[2] = 0;
	text += *text == 'v';
	for (int i = 0; i < 3; i++) {
		char *end;

		if (!isdigit((unsigned char)*text) ||
			(*text == '0' && isdigit((unsigned char)text[1])))
			return false;
		ret[i] = strtol(text, &end, 10);
		if (!*end)
			return true;
		if (i < 2 && *end != '.')
			return false;
		text = i < 2 ? end + 1 : end;
	}
	if (*text == '-' && !read_words(&text, '+', true))
		return false;
	return !*text || (*text == '+' && read_words(&text, '\0', false));
}

static bool is_older(const long ours[3], const long wanted[3])
{
	for (int i = 0; i < 3; i++)
		if (wanted[i] != ours[i])
			return ours[i] < wanted[i];
	return false;
}

const char *min_version_unmet(struct arena *arena, const struct node *root)
{
	const struct node *node = node_get(root, "min_version");
	AUTO_STRBUF why = STRBUF_INIT;
	const char *text;
	long wanted[3], ours[3];

	if (!node || node->kind == NODE_NULL)
		return NULL;
	text = value_text(arena, node);
	if (!text || !*text)
		return NULL;
	read_version(LEFTHOOK_VERSION, ours);
	if (!read_version(text, wanted))
		strbuf_addf(&why,
			"'min_version' must be a version such as 2.1.0, not "
			"'%s'",
			source_brief(arena, text));
	else if (is_older(ours, wanted))
		strbuf_addf(&why,
			"required lefthook version (%s) is higher than current "
			"(%s)",
			source_brief(arena, text), LEFTHOOK_VERSION);
	return why.len ? arena_strdup(arena, why.buf) : NULL;
}
