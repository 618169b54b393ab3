/*
 * An expression becomes globs by listing what it can be: each group and each
 * '?' multiplies the list.  That is enough for the expressions that people
 * write about paths ("^src/.*\.(js|ts)$"), and whatever is beyond it (classes
 * that are repeated, looks around) is refused, not guessed.
 */
#include "import/pattern.h"

#include "hookrun/base/strvec.h"

#include <ctype.h>
#include <string.h>

#define GLOBS_MAX 64
#define DEPTH_MAX 16

struct parser {
	const char *at;
	int depth;
};

static bool parse_choice(struct parser *p, struct strvec *ret);

/* Every text of `left` followed by every one of `right`. */
static bool multiply(struct strvec *left, const struct strvec *right)
{
	struct strvec all = STRVEC_INIT;

	if (left->nr * right->nr > GLOBS_MAX)
		return false;
	for (size_t i = 0; i < left->nr; i++)
		for (size_t k = 0; k < right->nr; k++)
			strvec_pushf(&all, "%s%s", left->v[i], right->v[k]);
	strvec_release(left);
	*left = all;
	return true;
}

static void push_literal(struct strvec *ret, char c)
{
	if (strchr("*?[]{}\\,!", c))
		strvec_pushf(ret, "\\%c", c);
	else
		strvec_pushf(ret, "%c", c);
}

/* "[abc]" and ranges are the same in globs. */
static bool parse_class(struct parser *p, struct strvec *ret)
{
	size_t len = strcspn(p->at, "]");
	AUTO_STRBUF text = STRBUF_INIT;

	if (!len || !p->at[len] || memchr(p->at, '[', len) ||
		memchr(p->at, '\\', len))
		return false;
	strbuf_addch(&text, '[');
	if (*p->at == '^')
		strbuf_addf(&text, "!%.*s]", (int)len - 1, p->at + 1);
	else
		strbuf_addf(&text, "%.*s]", (int)len, p->at);
	strvec_push(ret, text.buf);
	p->at += len + 1;
	return true;
}

static bool parse_escape(struct parser *p, struct strvec *ret)
{
	char c = *p->at;

	if (c == 'd')
		strvec_push(ret, "[0-9]");
	else if (c && !isalnum((unsigned char)c))
		push_literal(ret, c);
	else
		return false;
	p->at++;
	return true;
}

static bool parse_group(struct parser *p, struct strvec *ret)
{
	if (p->at[0] == '?' && p->at[1] == ':')
		p->at += 2;
	else if (p->at[0] == '?')
		return false;
	if (++p->depth > DEPTH_MAX || !parse_choice(p, ret) || *p->at != ')')
		return false;
	p->depth--;
	p->at++;
	return true;
}

static bool parse_atom(struct parser *p, struct strvec *ret)
{
	char c = *p->at++;

	switch (c) {
	case '(':
		return parse_group(p, ret);
	case '[':
		return parse_class(p, ret);
	case '\\':
		return parse_escape(p, ret);
	case '.':
		strvec_push(ret, "?");
		return true;
	case '*':
	case '+':
	case '?':
	case '{':
	case '^':
	case '$':
		return false;
	default:
		push_literal(ret, c);
		return true;
	}
}

static bool is_any(const struct strvec *atom)
{
	return atom->nr == 1 && !strcmp(atom->v[0], "?");
}

/* What follows an atom. */
static bool repeat(struct parser *p, struct strvec *atom)
{
	char c = *p->at;

	if (!c || !strchr("*+?{", c))
		return true;
	if (c == '{')
		return false;
	p->at++;
	if (c == '?') {
		strvec_push(atom, "");
	} else {
		if (!is_any(atom))
			return false;
		strvec_release(atom);
		*atom = (struct strvec)STRVEC_INIT;
		strvec_push(atom, c == '*' ? "*" : "?*");
	}
	if (*p->at == '?') /* not greedy: all the same to what is matched */
		p->at++;
	return !*p->at || !strchr("*+?{", *p->at);
}

/* Up to '|', ')', '$' or the end. */
static bool parse_row(struct parser *p, struct strvec *ret)
{
	strvec_push(ret, "");
	while (*p->at && !strchr("|)$", *p->at)) {
		struct strvec atom = STRVEC_INIT;
		bool ok = parse_atom(p, &atom) && repeat(p, &atom) &&
			  multiply(ret, &atom);

		strvec_release(&atom);
		if (!ok)
			return false;
	}
	return true;
}

/* Inside a group, where no anchors may be. */
static bool parse_choice(struct parser *p, struct strvec *ret)
{
	for (;;) {
		struct strvec row = STRVEC_INIT;
		bool ok = parse_row(p, &row);

		for (size_t i = 0; ok && i < row.nr; i++)
			strvec_push(ret, row.v[i]);
		strvec_release(&row);
		if (!ok || *p->at == '$' || ret->nr > GLOBS_MAX)
			return false;
		if (*p->at != '|')
			return true;
		p->at++;
	}
}

/* "(^|/)" and "^" at the begin. */
static void parse_begin(struct parser *p, struct strvec *ret)
{
	static const char folder[] = "(^|/)", other[] = "(?:^|/)";

	if (!strncmp(p->at, folder, strlen(folder)) ||
		!strncmp(p->at, other, strlen(other))) {
		p->at += strlen(*(p->at + 1) == '?' ? other : folder);
		strvec_push(ret, "");
		strvec_push(ret, "*/");
	} else if (*p->at == '^') {
		p->at++;
		strvec_push(ret, "");
	} else {
		strvec_push(ret, "*");
	}
}

/* One of the alternatives at the top, each of which has anchors of its own. */
static bool parse_top(struct parser *p, struct strvec *all)
{
	struct strvec globs = STRVEC_INIT, row = STRVEC_INIT;
	struct strvec end = STRVEC_INIT;
	bool ok;

	parse_begin(p, &globs);
	ok = parse_row(p, &row) && multiply(&globs, &row);
	if (ok && *p->at == '$')
		p->at++;
	else
		strvec_push(&end, "*");
	ok = ok && (!end.nr || multiply(&globs, &end)) &&
	     (!*p->at || *p->at == '|');
	for (size_t i = 0; ok && i < globs.nr; i++)
		strvec_push(all, globs.v[i]);
	strvec_release(&globs);
	strvec_release(&row);
	strvec_release(&end);
	return ok && all->nr <= GLOBS_MAX;
}

/* "^(a$|b/)" has its anchors in the group: as its alternatives. */
static bool unwrap(const char *text, struct strbuf *out)
{
	size_t begin = *text == '^', len = strlen(text), depth = 0;
	bool closed = false;

	if (text[begin] != '(' || text[begin + 1] == '?' || !len)
		return false;
	for (size_t i = begin; i < len; i++) {
		if (text[i] == '[')
			return false;
		if (text[i] == '\\' && text[i + 1]) {
			i++;
			continue;
		}
		depth += text[i] == '(';
		if (text[i] != ')' || --depth)
			continue;
		if (i + 1 < len)
			return false;
		closed = true;
	}
	if (!closed)
		return false;
	for (size_t i = begin + 1; i + 1 < len; i++) {
		if ((i == begin + 1 || text[i - 1] == '|') && begin)
			strbuf_addch(out, '^');
		strbuf_addch(out, text[i]);
	}
	return !strpbrk(out->buf, "()");
}

static bool all_tops(const char *text, struct strvec *all)
{
	struct parser p = { .at = text };

	for (;;) {
		if (!parse_top(&p, all))
			return false;
		if (!*p.at)
			return true;
		p.at++;
	}
}

/* "{js,ts}" for what differs in an ending only would be shorter; a list is
 * easier to change. */
bool pattern_globs(struct recipe *recipe, const char *regex, struct words *ret)
{
	const char *text = pattern_one_line(recipe, regex);
	struct strvec all = STRVEC_INIT;
	AUTO_STRBUF plain = STRBUF_INIT;
	bool ok = all_tops(text, &all);

	if (!ok) {
		strvec_release(&all);
		all = (struct strvec)STRVEC_INIT;
		ok = unwrap(text, &plain) && all_tops(plain.buf, &all);
	}
	for (size_t i = 0; ok && i < all.nr; i++)
		words_add(recipe, ret, "%s", all.v[i]);
	strvec_release(&all);
	return ok;
}

const char *pattern_one_line(struct recipe *recipe, const char *regex)
{
	AUTO_STRBUF out = STRBUF_INIT;
	bool in_class = false;

	while (isspace((unsigned char)*regex))
		regex++;
	if (strncmp(regex, "(?x)", 4) != 0)
		return arena_strdup(recipe->arena, regex);
	for (const char *c = regex + 4; *c; c++) {
		if (*c == '\\' && c[1]) {
			strbuf_add(&out, c++, 2);
			continue;
		}
		if (*c == '[' || *c == ']')
			in_class = *c == '[';
		if (!in_class && *c == '#') {
			c += strcspn(c, "\n");
			if (!*c)
				break;
			continue;
		}
		if (in_class || !isspace((unsigned char)*c))
			strbuf_addch(&out, *c);
	}
	return arena_strdup(recipe->arena, out.buf);
}
