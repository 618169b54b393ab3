/*
 * libyaml says where it stopped and what it was doing, in the terms of the
 * YAML specification.  The mistakes that hook files are full of (a tab, a
 * glob or a ": " without quotes) get a sentence that says what to do.
 */
#include "config/reader.h"

#include "config/source.h"
#include "hookrun/base/alloc.h"

#include <stdarg.h>
#include <string.h>

int reader_fail(struct reader *r, const yaml_mark_t *mark, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	source_verror(r->err, r->source, (int)mark->line + 1,
		(int)mark->column + 1, fmt, ap);
	va_end(ap);
	return -1;
}

static int fail_reading(struct reader *r)
{
	int line, col;

	source_position(r->source, r->parser.problem_offset, &line, &col);
	if (strncmp(r->parser.problem, "control", 7))
		return source_error(r->err, r->source, line, col,
			"the text is not valid UTF-8: %s", r->parser.problem);
	if (!r->parser.problem_value)
		return source_error(r->err, r->source, line, col,
			"a NUL byte is not allowed");
	return source_error(r->err, r->source, line, col,
		"control character 0x%02x is not allowed",
		(unsigned)r->parser.problem_value);
}

/* Where libyaml stopped. */
struct stop {
	const struct reader *r;
	const char *line, *at;
	size_t began; /* the line of what it was reading there */
};

/* Whether a value of the line begins with `open`: "key: {", most likely a
 * template without quotes. */
static bool has_value(const struct stop *stop, char open)
{
	const char *s = stop->line;

	for (; *s && !source_break(s); s++)
		if (!strncmp(s, ": ", 2) && s[2 + strspn(s + 2, " ")] == open)
			return true;
	return false;
}

static bool is_first(const struct stop *stop)
{
	return *stop->at && stop->line + strspn(stop->line, " \t") == stop->at;
}

static const char *explain_alias(const struct stop *stop)
{
	struct arena *arena = stop->r->arena;
	const char *s = stop->at;

	while (s > stop->line && (*s != '*' || s[-1] == '*'))
		s--;
	return arena_printf(arena,
		"a text that begins with '*' must be in quotes: \"%s\"",
		source_brief(arena,
			arena_strndup(arena, s, strcspn(s, " \t\r\n,]}"))));
}

/* A value that begins as something else than a text, and goes on behind it. */
static const char *explain_goes_on(const struct stop *stop)
{
	if (has_value(stop, '{'))
		return "a text that begins with '{' must be in quotes";
	if (has_value(stop, '['))
		return "a text that begins with '[' must be in quotes";
	if (has_value(stop, '"') || has_value(stop, '\''))
		return "the quote has ended: nothing can stand behind it (put "
		       "all of the text in quotes, or below 'run: |')";
	return NULL;
}

static const char *explain_anchor(const struct stop *stop)
{
	const char *other = explain_goes_on(stop);

	return other ? other : "a text that begins with '&' must be in quotes";
}

static const char *explain_start(const struct stop *stop)
{
	if (*stop->at == '\t')
		return "a tab cannot be used for indentation (use spaces)";
	return arena_printf(stop->r->arena,
		"a value cannot begin with '%c' (put it in quotes)", *stop->at);
}

static const char *explain_colon(const struct stop *stop)
{
	for (const char *s = stop->line; s < stop->at; s++)
		if (!strncmp(s, ": ", 2))
			return "a text without quotes cannot hold ': ' (put it "
			       "in quotes, or below 'run: |')";
	return "':' is not allowed here (look at the indentation, and for a "
	       "':' missing in the line above)";
}

static const char *explain_block(const struct stop *stop)
{
	const char *other = explain_goes_on(stop);

	return other ? other
		     : "a text that is written with '|' or '>' begins in the "
		       "next line";
}

static const char *explain_key(const struct stop *stop)
{

	if (is_first(stop))
		return arena_printf(stop->r->arena,
			"this is no key of the map that began in line %zu "
			"(the keys of a map stand in one column)",
			stop->began);
	return explain_goes_on(stop);
}

static const char *explain_entry(const struct stop *stop)
{
	if (!is_first(stop))
		return NULL;
	return arena_printf(stop->r->arena,
		"this is in no entry of the list that began in line %zu (the "
		"keys of an entry stand below the one behind its '-')",
		stop->began);
}

static const char *explain_quote(const struct stop *stop)
{
	return arena_printf(stop->r->arena,
		"the quote that opens in line %zu is never closed",
		stop->began);
}

/* How the words of libyaml begin: what is wrong, and what it was doing (NULL:
 * whatever).  `words` or `explain` say it. */
static const struct slip {
	const char *problem, *context, *words;
	const char *(*explain)(const struct stop *stop); /* NULL: cannot */
} slips[] = {
	{ "did not find expected alpha", "while scanning an alias", NULL,
		explain_alias },
	{ "did not find expected alpha", "while scanning an anchor", NULL,
		explain_anchor },
	{ "did not find expected", "while scanning a tag",
		"a text that begins with '!' must be in quotes", NULL },
	{ "found character that cannot start", NULL, NULL, explain_start },
	{ "found a tab character", NULL,
		"a tab cannot be used for indentation (use spaces)", NULL },
	{ "did not find expected comment", "while scanning a block scalar",
		NULL, explain_block },
	{ "mapping values are not allowed", NULL, NULL, explain_colon },
	{ "did not find expected key", "while parsing a block mapping", NULL,
		explain_key },
	{ "did not find expected '-'", NULL, NULL, explain_entry },
	{ "found unexpected end of stream", "while scanning a quoted", NULL,
		explain_quote },
	{ "found unknown escape character", NULL,
		"there is no such escape in double quotes (a '\\' stands for "
		"itself in single quotes)",
		NULL },
};

static bool begins(const char *text, const char *with)
{
	return !with || (text && !strncmp(text, with, strlen(with)));
}

/* Our own words where libyaml's do not say what to do, else NULL. */
static const char *explain(const struct reader *r, const char *problem)
{
	const yaml_mark_t *mark = &r->parser.problem_mark;
	int line = (int)mark->line + 1;
	const struct stop stop = { r, source_at(r->source, line, 1),
		source_at(r->source, line, (int)mark->column + 1),
		r->parser.context_mark.line + 1 };

	for (size_t i = 0; i < ARRAY_SIZE(slips); i++)
		if (begins(problem, slips[i].problem) &&
			begins(r->parser.context, slips[i].context))
			return slips[i].words ? slips[i].words
					      : slips[i].explain(&stop);
	return NULL;
}

static int fail_parsing(struct reader *r)
{
	const yaml_parser_t *parser = &r->parser;
	const yaml_mark_t *mark = &parser->problem_mark;
	const char *problem = parser->problem ? parser->problem : "bad syntax";
	const char *words;

	if (parser->error == YAML_READER_ERROR)
		return fail_reading(r);
	words = explain(r, problem);
	if (words)
		return reader_fail(r, mark, "%s", words);
	if (parser->context && parser->context_mark.line != mark->line)
		return reader_fail(r, mark, "%s, %s that began in line %zu",
			problem, parser->context,
			parser->context_mark.line + 1);
	if (parser->context)
		return reader_fail(r, mark, "%s, %s", problem, parser->context);
	return reader_fail(r, mark, "%s", problem);
}

int reader_next(struct reader *r, yaml_event_t *event)
{
	return yaml_parser_parse(&r->parser, event) ? 0 : fail_parsing(r);
}
