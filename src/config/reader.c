/*
 * libyaml says where it stopped and what it was doing, in the terms of the
 * YAML specification.  The mistakes that hook files are full of (a tab, a
 * template or a ": " without quotes) get a sentence that says what to do.
 */
#include "config/reader.h"

#include "config/source.h"

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

/* Whether the line holds "key: {", most likely a template without quotes. */
static bool has_open_brace(const struct reader *r, int line)
{
	const char *s = source_at(r->source, line, 1);

	for (; *s && *s != '\n'; s++)
		if (!strncmp(s, ": {", 3))
			return true;
	return false;
}

/* Our own words where libyaml's do not say what to do, else NULL. */
static const char *explain(
	const struct reader *r, const char *problem, int line, int col)
{
	char at = *source_at(r->source, line, col);

	if (!strcmp(problem, "found character that cannot start any token")) {
		if (at == '\t')
			return "a tab cannot be used for indentation";
		return arena_printf(r->arena,
			"a value cannot begin with '%c' (put it in quotes)",
			at);
	}
	if (!strncmp(problem, "mapping values are not allowed", 30))
		return "':' is not allowed here (put a text that holds ': ' "
		       "in quotes, and look at the indentation)";
	if (!strcmp(problem, "did not find expected key") &&
		has_open_brace(r, line))
		return "a text that begins with '{' must be in quotes";
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
	words = explain(r, problem, (int)mark->line + 1, (int)mark->column + 1);
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
