/*
 * A Gemfile is a program, and only Bundler knows what it means.
 *
 * Most are lists of `gem "name", "requirement"` in blocks, though.  Where each
 * dependency of the lock file is such a line, and each such line one of them,
 * the two agree; whatever looks like more of a program is a doubt, and in doubt
 * Bundler is asked.
 */
#include "deps/gemfile.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/hash.h"
#include "hookrun/base/lines.h"

#include <string.h>

/* Where one of these stands, gems may come from elsewhere than `gem` lines, or
 * lines may mean something else tomorrow. */
static const char *const programs[] = { "eval", "gemspec", "ENV", "require ",
	"load ", "path ", NULL };

struct gem_line {
	const char *name;
	size_t name_len;
	struct strbuf requirement; /* as the lock file has it */
};

static size_t skip_blanks(const struct line *line, size_t at)
{
	while (at < line->len &&
		(line->text[at] == ' ' || line->text[at] == '\t' ||
			line->text[at] == '('))
		at++;
	return at;
}

/* A string at `*at`, which is moved behind it; false where there is none. */
static bool take_string(
	const struct line *line, size_t *at, const char **ret, size_t *ret_len)
{
	char quote = *at < line->len ? line->text[*at] : '\0';
	const char *start = line->text + *at + 1, *end;

	if (quote != '"' && quote != '\'')
		return false;
	end = memchr(start, quote, line->len - *at - 1);
	if (!end)
		return false;
	*ret = start;
	*ret_len = (size_t)(end - start);
	*at += *ret_len + 2;
	return true;
}

/* "1.0" is "= 1.0", ">=1" is ">= 1". */
static void add_requirement(struct strbuf *out, const char *text, size_t len)
{
	size_t op = 0;

	while (op < len && strchr("<>=~!", text[op]))
		op++;
	if (out->len)
		strbuf_addstr(out, ", ");
	if (op)
		strbuf_add(out, text, op);
	else
		strbuf_addch(out, '=');
	while (op < len && text[op] == ' ')
		op++;
	strbuf_addch(out, ' ');
	strbuf_add(out, text + op, len - op);
}

/* `gem "name", "requirement", ..., option: 1` */
static bool read_gem(const struct line *line, struct gem_line *ret)
{
	size_t at = 3, len;
	const char *text;

	if (!line_starts(line, "gem ") && !line_starts(line, "gem("))
		return false;
	at = skip_blanks(line, at);
	if (!take_string(line, &at, &ret->name, &ret->name_len))
		return false;
	for (;;) {
		at = skip_blanks(line, at);
		if (at >= line->len || line->text[at] != ',')
			return true;
		at = skip_blanks(line, at + 1);
		if (!take_string(line, &at, &text, &len))
			return true;
		add_requirement(&ret->requirement, text, len);
	}
}

static bool is_program(const struct line *line)
{
	if (*line->text == '#')
		return false;
	for (const char *const *word = programs; *word; word++)
		if (memmem(line->text, line->len, *word, strlen(*word)))
			return true;
	return false;
}

/* Bundler sorts the parts in its own way: they are compared as a set. */
static bool same_requirement(const char *a, const char *b)
{
	AUTO_STRVEC one = STRVEC_INIT, other = STRVEC_INIT;

	strvec_split(&one, a, strlen(a), ',');
	strvec_split(&other, b, strlen(b), ',');
	if (one.nr != other.nr)
		return false;
	for (size_t i = 0; i < one.nr; i++) {
		bool found = false;

		for (size_t j = 0; !found && j < other.nr; j++)
			found = !strcmp(one.v[i] + strspn(one.v[i], " "),
				other.v[j] + strspn(other.v[j], " "));
		if (!found)
			return false;
	}
	return true;
}

/* Mark the dependency that the line asks for; false: there is no such. */
static bool mark_demand(const struct gemfile_lock *lock,
	const struct gem_line *line, bool *asked)
{
	for (size_t i = 0; i < lock->ndemands; i++) {
		const struct gem_demand *demand = &lock->demands[i];

		if (strlen(demand->name) != line->name_len ||
			memcmp(demand->name, line->name, line->name_len) != 0)
			continue;
		asked[i] = true;
		return same_requirement(
			demand->requirement, line->requirement.buf);
	}
	return false;
}

bool gemfile_agrees(const struct strbuf *text, const struct gemfile_lock *lock)
{
	struct lines lines = { text->buf, text->buf + text->len };
	AUTO_FREE bool *asked = xcalloc(lock->ndemands + 1, sizeof(*asked));
	struct line line;
	bool agrees = true;

	while (agrees && lines_next(&lines, &line)) {
		struct gem_line gem = { .requirement = STRBUF_INIT };

		if (is_program(&line))
			agrees = false;
		else if (read_gem(&line, &gem))
			agrees = mark_demand(lock, &gem, asked);
		strbuf_release(&gem.requirement);
	}
	for (size_t i = 0; agrees && i < lock->ndemands; i++)
		agrees = asked[i];
	return agrees;
}

/* ---- the print ---------------------------------------------------------- */

static bool counts(const struct line *line, const struct strvec *names)
{
	struct gem_line gem = { .requirement = STRBUF_INIT };
	AUTO_FREE char *name = NULL;
	bool is_gem = read_gem(line, &gem);

	strbuf_release(&gem.requirement);
	if (!is_gem)
		return *line->text != '#';
	name = xstrndup(gem.name, gem.name_len);
	return strvec_has(names, name);
}

uint64_t gemfile_print(const struct strbuf *text, const struct strvec *names)
{
	struct lines lines = { text->buf, text->buf + text->len };
	uint64_t print = HASH_START;
	struct line line;

	while (lines_next(&lines, &line)) {
		if (!counts(&line, names))
			continue;
		print = hash_add(print, line.text, line.len);
		print = hash_add(print, "\n", 1);
	}
	return print;
}
