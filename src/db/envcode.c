/*
 * Many an application reads a file of variables by a few lines of its own, from
 * config/application.rb or something that it loads.  What these lines do is
 * not to be told without running them; that they are there is.
 */
#include "db/envcode.h"

#include <ctype.h>
#include <string.h>

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Inside a comment? */
static bool is_comment(const char *text, const char *at)
{
	const char *line = at;

	while (line > text && line[-1] != '\n')
		line--;
	return line[strspn(line, " \t")] == '#';
}

/* The next place where `word` stands by itself, or NULL. */
static const char *next_word(
	const char *text, const char *from, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = from; (at = strstr(at, word)); at += len)
		if ((at == text || !is_word(at[-1])) && !is_word(at[len]) &&
			!is_comment(text, at))
			return at;
	return NULL;
}

/* A literal in quotes at `*at`, which is moved behind it; NULL: none. */
static const char *literal(const char **at, size_t *ret_len)
{
	char quote = **at;
	const char *start = *at + 1, *end;

	if (quote != '"' && quote != '\'')
		return NULL;
	for (end = start; *end && *end != quote && *end != '\n';)
		end++;
	if (*end != quote || memchr(start, '#', (size_t)(end - start)))
		return NULL;
	*at = end + 1;
	*ret_len = (size_t)(end - start);
	return start;
}

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

static bool is_assignment(const char *at)
{
	at = skip_blanks(at);
	if (!strncmp(at, "||=", 3) || !strncmp(at, "&&=", 3) ||
		!strncmp(at, "+=", 2) || !strncmp(at, "<<", 2))
		return true;
	return *at == '=' && at[1] != '=' && at[1] != '~' && at[1] != '>';
}

/* Behind the bracket that closes the one at `at`; NULL: it is not closed. */
static const char *behind_bracket(const char *at)
{
	int depth = 0;

	for (; *at && *at != '\n'; at++) {
		depth += *at == '[';
		depth -= *at == ']';
		if (!depth)
			return at + 1;
	}
	return NULL;
}

struct setter {
	bool sets;
	const char *name; /* NULL: any */
	size_t len;
};

static struct setter look_at_index(const char *at)
{
	const char *end = behind_bracket(at), *inside = skip_blanks(at + 1);
	struct setter setter = { .sets = end && is_assignment(end) };

	setter.name = literal(&inside, &setter.len);
	if (setter.name && *skip_blanks(inside) != ']')
		setter.name = NULL;
	return setter;
}

static struct setter look_at_call(const char *at)
{
	static const char *const calls[] = { "store", "update", "merge!",
		"replace", "delete", "clear" };
	struct setter setter = { .sets = false };

	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		size_t len = strlen(calls[i]);

		if (strncmp(at, calls[i], len) || is_word(at[len]))
			continue;
		setter.sets = true;
		at = at + len + strspn(at + len, " \t(");
		setter.name = literal(&at, &setter.len);
	}
	return setter;
}

/* At the end of the word ENV. */
static struct setter look_behind(const char *at)
{
	if (*at == '[')
		return look_at_index(at);
	if (*at == '.' || (*at == '&' && at[1] == '.'))
		return look_at_call(at + (*at == '&') + 1);
	return (struct setter){ .sets = false };
}

/* What dotenv loads by itself is known by the files; but not what it is told
 * to load. */
static bool loads_dotenv(const char *text)
{
	for (const char *at = text; (at = next_word(text, at, "Dotenv"));
		at += strlen("Dotenv"))
		if (at[strlen("Dotenv")] == '.')
			return true;
	return false;
}

bool envcode_sets(const char *text,
	bool (*matters)(void *data, const char *name, size_t len), void *data)
{
	if (loads_dotenv(text) && matters(data, NULL, 0))
		return true;
	for (const char *at = text; (at = next_word(text, at, "ENV"));) {
		struct setter setter;

		at += strlen("ENV");
		setter = look_behind(at);
		if (setter.sets && matters(data, setter.name, setter.len))
			return true;
	}
	return false;
}

static bool is_load(const char *line, size_t len)
{
	return memmem(line, len, "require", 7) || memmem(line, len, "load", 4);
}

void envcode_each_load(const char *text,
	void (*found)(void *data, const char *path, size_t len), void *data)
{
	while (*text) {
		size_t len = strcspn(text, "\n"), size;
		const char *at = text, *path;
		bool loads = is_load(text, len) &&
			     text[strspn(text, " \t")] != '#';

		for (; loads && at < text + len; at++) {
			path = literal(&at, &size);
			if (path && size)
				found(data, path, size);
		}
		text += len + (text[len] == '\n');
	}
}
