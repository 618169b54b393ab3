/*
 * A small evaluator for the ERB tags of database.yml.
 *
 * Starting Ruby costs 50 ms at the best, and nine files in ten need nothing but
 * a few environment variables with defaults.  The rule is that a tag is either
 * understood to the last character or not at all: half-understood Ruby would
 * name a wrong database.  Evaluation follows Ruby where it matters: `||` and
 * fetch's block are lazy, so that a variable missing in a branch that is not
 * taken is no failure; an empty string is true; nil prints as nothing.
 */
#include "db/erb.h"

#include <ctype.h>
#include <string.h>

#define MAX_DEPTH 16 /* of nested expressions */

struct value {
	const char *str; /* in the arena; NULL: nil */
	bool is_int;
};

struct parser {
	struct arena *arena;
	const struct erb_env *env;
	const char *p, *end;
	const char *why; /* set once something is beyond us */
	int depth;
};

static bool parse_or(struct parser *ps, bool live, struct value *ret);

static void skip_space(struct parser *ps)
{
	while (ps->p < ps->end && isspace((unsigned char)*ps->p))
		ps->p++;
}

static bool fail(struct parser *ps, const char *why)
{
	if (!ps->why)
		ps->why = why;
	return false;
}

/* Take `word` if it is next, after white space. */
static bool take(struct parser *ps, const char *word)
{
	size_t len = strlen(word);

	skip_space(ps);
	if ((size_t)(ps->end - ps->p) < len || memcmp(ps->p, word, len) != 0)
		return false;
	/* A name must end where the word ends. */
	if (isalnum((unsigned char)word[len - 1]) && ps->p + len < ps->end &&
		(isalnum((unsigned char)ps->p[len]) ||
			strchr("_?!", ps->p[len])))
		return false;
	ps->p += len;
	return true;
}

/* A string literal in which nothing is interpolated. */
static bool parse_string(struct parser *ps, const char **ret)
{
	AUTO_STRBUF text = STRBUF_INIT;
	char quote;

	skip_space(ps);
	if (ps->p == ps->end || (*ps->p != '"' && *ps->p != '\''))
		return fail(ps, NULL);
	quote = *ps->p++;
	for (; ps->p < ps->end && *ps->p != quote; ps->p++) {
		char c = *ps->p;

		if (c == '\\' && ps->p + 1 < ps->end) {
			c = *++ps->p;
			if (c != '\\' && c != quote)
				return fail(ps, "an escape in a string");
		} else if (c == '#' && quote == '"') {
			return fail(ps, "a '#' in a double-quoted string");
		} else if (c == '\0') {
			return fail(ps, "a NUL byte");
		}
		strbuf_addch(&text, c);
	}
	if (ps->p == ps->end)
		return fail(ps, "a string without end");
	ps->p++;
	*ret = arena_strndup(ps->arena, text.buf, text.len);
	return true;
}

/* A decimal integer.  Floats, octal and the like are not understood. */
static bool parse_number(struct parser *ps, struct value *ret)
{
	const char *start = ps->p;
	AUTO_STRBUF digits = STRBUF_INIT;

	while (ps->p < ps->end && (isdigit((unsigned char)*ps->p) ||
					  (*ps->p == '_' && ps->p > start))) {
		if (*ps->p != '_')
			strbuf_addch(&digits, *ps->p);
		ps->p++;
	}
	if (digits.len == 0 || (digits.len > 1 && digits.buf[0] == '0') ||
		ps->p[-1] == '_')
		return fail(ps, NULL);
	if (ps->p < ps->end &&
		(isalpha((unsigned char)*ps->p) ||
			(*ps->p == '.' && ps->p + 1 < ps->end &&
				isdigit((unsigned char)ps->p[1]))))
		return fail(ps, "a number that is no plain integer");
	ret->str = arena_strndup(ps->arena, digits.buf, digits.len);
	ret->is_int = true;
	return true;
}

static bool lookup(
	struct parser *ps, const char *name, bool live, const char **ret)
{
	*ret = NULL;
	if (!live)
		return true;
	if (!ps->env->get(ps->env->data, name, ret))
		return fail(ps,
			arena_printf(ps->arena,
				"'%s' is set by the application itself", name));
	return true;
}

static bool parse_index(struct parser *ps, bool live, struct value *ret)
{
	const char *name;

	if (!parse_string(ps, &name) || !take(ps, "]"))
		return fail(ps, NULL);
	return lookup(ps, name, live, &ret->str);
}

/* Behind "ENV.fetch": ("X"), ("X", expr) or ("X") { expr }. */
static bool parse_fetch(struct parser *ps, bool live, struct value *ret)
{
	struct value other = { 0 };
	bool has_other = false;
	const char *name;

	if (!take(ps, "(") || !parse_string(ps, &name))
		return fail(ps, NULL);
	/* An argument is evaluated always, a block only when it is needed. */
	if (take(ps, ",")) {
		if (!parse_or(ps, live, &other))
			return false;
		has_other = true;
	}
	if (!take(ps, ")") || !lookup(ps, name, live, &ret->str))
		return fail(ps, NULL);
	if (!has_other && take(ps, "{")) {
		if (!parse_or(ps, live && !ret->str, &other) || !take(ps, "}"))
			return fail(ps, NULL);
		has_other = true;
	}
	if (live && !ret->str && !has_other)
		return fail(
			ps, arena_printf(ps->arena, "'%s' is not set", name));
	if (!ret->str)
		*ret = other;
	return true;
}

static bool parse_primary(struct parser *ps, bool live, struct value *ret)
{
	skip_space(ps);
	if (ps->p == ps->end)
		return fail(ps, NULL);
	if (take(ps, "ENV["))
		return parse_index(ps, live, ret);
	if (take(ps, "ENV.fetch"))
		return parse_fetch(ps, live, ret);
	if (take(ps, "nil"))
		return true;
	if (take(ps, "("))
		return parse_or(ps, live, ret) &&
		       (take(ps, ")") || fail(ps, NULL));
	if (isdigit((unsigned char)*ps->p))
		return parse_number(ps, ret);
	return parse_string(ps, &ret->str);
}

static bool is_blank(const char *str)
{
	return str[strspn(str, " \t\r\n\f\v")] == '\0';
}

/* Ruby's String#to_i, for what is surely decimal. */
static bool to_int(struct parser *ps, struct value *value)
{
	const char *digits = value->str ? value->str : "0";
	size_t len = strspn(digits, "0123456789");

	if (len == 0 || len > 18 || (len > 1 && digits[0] == '0') ||
		digits[len] != '\0')
		return fail(ps, "to_i of a text that is no plain integer");
	value->str = digits;
	value->is_int = true;
	return true;
}

static bool parse_postfix(struct parser *ps, bool live, struct value *ret)
{
	if (!parse_primary(ps, live, ret))
		return fail(ps, NULL);
	for (;;) {
		if (take(ps, ".presence")) {
			if (ret->str && is_blank(ret->str))
				ret->str = NULL;
		} else if (take(ps, ".to_s")) {
			if (!ret->str)
				ret->str = "";
			ret->is_int = false;
		} else if (take(ps, ".to_i")) {
			if (live && !ret->is_int && !to_int(ps, ret))
				return false;
		} else {
			return true;
		}
	}
}

static bool parse_or(struct parser *ps, bool live, struct value *ret)
{
	bool ok;

	if (++ps->depth > MAX_DEPTH)
		return fail(ps, "too deep");
	ok = parse_postfix(ps, live, ret);
	while (ok && take(ps, "||")) {
		struct value right = { 0 };

		ok = parse_postfix(ps, live && !ret->str, &right);
		if (!ret->str)
			*ret = right;
	}
	ps->depth--;
	return ok;
}

static int line_of(const char *text, const char *at)
{
	int line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

/* Does the YAML line that `at` is on begin with '#'? */
static bool in_comment(const char *text, const char *at)
{
	while (at > text && at[-1] != '\n')
		at--;
	at += strspn(at, " \t");
	return *at == '#';
}

/* The tag from `start` (behind "<%=") to `end` (at "%>"). */
static bool eval_tag(struct arena *arena, const struct erb_env *env,
	const char *start, const char *end, struct strbuf *out,
	const char **ret_why)
{
	struct parser ps = {
		.arena = arena, .env = env, .p = start, .end = end
	};
	struct value value = { 0 };

	if (parse_or(&ps, true, &value)) {
		skip_space(&ps);
		if (ps.p == ps.end) {
			strbuf_addstr(out, value.str ? value.str : "");
			return true;
		}
	}
	*ret_why = ps.why ? ps.why : "it takes Ruby to evaluate it";
	return false;
}

static int give_up(struct arena *arena, const char *text, const char *tag,
	const char *end, const char *why, const char **ret_why)
{
	size_t len = (size_t)(end - tag), line = strcspn(tag, "\n");

	if (len > line)
		len = line;
	*ret_why = arena_printf(arena, "line %d: '%.*s': %s",
		line_of(text, tag), (int)(len < 120 ? len : 120), tag, why);
	return 0;
}

/* Evaluate one tag, "<%" at `tag` and "%>" at `end`. */
static int expand_tag(struct arena *arena, const char *text, const char *tag,
	const char *end, const struct erb_env *env, struct strbuf *out,
	const char **ret_why)
{
	const char *why = "only '<%= %>' is understood without Ruby";

	if (tag[2] == '#')
		return 1;
	if (tag[2] == '=' && eval_tag(arena, env, tag + 3, end, out, &why))
		return 1;
	/* What is printed into a YAML comment does not matter. */
	if (tag[2] == '=' && in_comment(text, tag))
		return 1;
	return give_up(arena, text, tag, end + 2, why, ret_why);
}

int erb_expand(struct arena *arena, const char *text, size_t len,
	const struct erb_env *env, struct strbuf *out, const char **ret_why)
{
	const char *p = arena_strndup(arena, text, len);
	const char *begin = p;

	if (memchr(text, '\0', len))
		return give_up(arena, "", "", "", "a NUL byte", ret_why);
	while (*p) {
		const char *tag = strstr(p, "<%"), *end;

		if (out->len > ERB_MAX_BYTES)
			return give_up(
				arena, begin, p, p, "too much text", ret_why);
		if (!tag) {
			strbuf_addstr(out, p);
			break;
		}
		strbuf_add(out, p, (size_t)(tag - p));
		end = strstr(tag + 2, "%>");
		if (!end || tag[2] == '%' || end[-1] == '%' || end[-1] == '-')
			return give_up(arena, begin, tag,
				tag + strcspn(tag, "\n"),
				"a tag that takes Ruby to read", ret_why);
		if (!expand_tag(arena, begin, tag, end, env, out, ret_why))
			return 0;
		p = end + 2;
	}
	return 1;
}
