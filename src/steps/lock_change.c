/*
 * Bundler adds the platform that it runs on to a Gemfile.lock that was made
 * elsewhere.  That is no sign of a Gemfile that the lock does not fit, and a
 * command does it that changes no version: `bundle install` might.
 */
#include "steps/lock_change.h"

#include "hookrun/base/lines.h"

#include <string.h>

static bool same_line(const struct line *a, const struct line *b)
{
	return a->indent == b->indent && a->len == b->len &&
	       !memcmp(a->text, b->text, a->len);
}

bool lock_change_platforms(const struct strbuf *before,
	const struct strbuf *after, struct strbuf *out)
{
	struct lines old = { before->buf, before->buf + before->len };
	struct lines new = { after->buf, after->buf + after->len };
	AUTO_STRBUF names = STRBUF_INIT;
	struct line was, line;
	bool more = lines_next(&old, &was), in_platforms = false;

	while (lines_next(&new, &line)) {
		if (!line.indent)
			in_platforms = line_is(&line, "PLATFORMS");
		if (more && same_line(&was, &line)) {
			more = lines_next(&old, &was);
			continue;
		}
		if (!in_platforms || !line.indent)
			return false;
		strbuf_addch(&names, ' ');
		strbuf_add(&names, line.text, line.len);
	}
	if (more || !names.len)
		return false;
	strbuf_addf(out, "bundle lock --add-platform%s", names.buf);
	return true;
}
