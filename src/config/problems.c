/*
 * The list has a ceiling, since a file can hold a million unknown keys and
 * each message searches its line from the top.  Beyond it problems are only
 * counted, but the first error is always kept: it decides whether hooks run.
 */
#include "config/problems.h"

#include "hookrun/base/strbuf.h"

#include <stdarg.h>

void problem_add(struct problems *problems, bool warning, const char *msg)
{
	struct problem *problem;

	problems->total++;
	msg = arena_strdup(problems->arena, msg);
	if (!warning && !problems->first_error)
		problems->first_error = msg;
	if (problems->nr == PROBLEMS_MAX)
		return;
	problem = &problems->v[problems->nr++];
	problem->warning = warning;
	problem->msg = msg;
}

__attribute__((format(printf, 5, 0))) static void add(struct problems *problems,
	bool warning, enum problem_at at, const struct node *node,
	const char *fmt, va_list ap)
{
	AUTO_STRBUF text = STRBUF_INIT;
	struct err err;

	if (problems->nr == PROBLEMS_MAX &&
		(warning || problems->first_error)) {
		problems->total++;
		return;
	}
	strbuf_vaddf(&text, fmt, ap);
	if (at == AT_KEY)
		node_key_error(&err, node, "%s", text.buf);
	else
		node_error(&err, node, "%s", text.buf);
	problem_add(problems, warning, err.msg);
}

void problem_error(struct problems *problems, enum problem_at at,
	const struct node *node, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(problems, false, at, node, fmt, ap);
	va_end(ap);
}

void problem_warn(struct problems *problems, enum problem_at at,
	const struct node *node, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(problems, true, at, node, fmt, ap);
	va_end(ap);
}
