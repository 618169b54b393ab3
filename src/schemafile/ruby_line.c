/*
 * Only what Rails' dumper writes is understood: words, blanks, and strings in
 * double quotes with escapes.  Whatever is written by hand is text.
 */
#include "schemafile/ruby_line.h"

#include <ctype.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct span ruby_word(struct span line)
{
	size_t start = 0, end;

	while (start < line.len && is_blank(line.at[start]))
		start++;
	for (end = start; end < line.len; end++)
		if (is_blank(line.at[end]) || line.at[end] == '\n')
			break;
	return (struct span){ line.at + start, end - start };
}

/* Behind the string that begins at `pos`; `len` where it has no end. */
static size_t string_end(struct span line, size_t pos)
{
	for (pos++; pos < line.len && line.at[pos] != '"'; pos++)
		if (line.at[pos] == '\\')
			pos++;
	return pos < line.len ? pos + 1 : line.len;
}

static struct span string_at(struct span line, size_t pos)
{
	size_t end = string_end(line, pos);
	struct span none = { NULL, 0 };

	if (end <= pos + 1 || line.at[end - 1] != '"')
		return none;
	return (struct span){ line.at + pos + 1, end - pos - 2 };
}

struct span ruby_string(struct span line)
{
	struct span word = ruby_word(line), none = { NULL, 0 };
	size_t pos = (size_t)(word.at - line.at) + word.len;

	while (pos < line.len && is_blank(line.at[pos]))
		pos++;
	return pos < line.len && line.at[pos] == '"' ? string_at(line, pos)
						     : none;
}

struct span ruby_option(struct span line, const char *name)
{
	size_t len = strlen(name), pos = 0;
	struct span none = { NULL, 0 };

	while (pos < line.len) {
		struct span rest = { line.at + pos, line.len - pos };

		if (*rest.at == '"') {
			pos = string_end(line, pos);
			continue;
		}
		if (span_starts(rest, ", ") && rest.len > len + 5 &&
			!memcmp(rest.at + 2, name, len) &&
			!memcmp(rest.at + 2 + len, ": \"", 3))
			return string_at(line, pos + len + 4);
		pos++;
	}
	return none;
}

/* The word of "<<-SQL" at `pos`. */
static struct span heredoc_at(struct span line, size_t pos)
{
	struct span word = { NULL, 0 };
	char quote = '\0';

	pos += strlen("<<");
	if (pos < line.len && strchr("-~", line.at[pos]))
		pos++;
	if (pos < line.len && strchr("'\"", line.at[pos]))
		quote = line.at[pos++];
	word.at = line.at + pos;
	while (pos + word.len < line.len &&
		(isalnum((unsigned char)word.at[word.len]) ||
			word.at[word.len] == '_'))
		word.len++;
	if (!word.len || isdigit((unsigned char)*word.at) ||
		(quote && (pos + word.len == line.len ||
				  word.at[word.len] != quote)))
		word.at = NULL;
	return word;
}

struct span ruby_heredoc(struct span line)
{
	struct span none = { NULL, 0 };
	size_t pos = 0;

	while (pos < line.len) {
		struct span rest = { line.at + pos, line.len - pos };

		if (*rest.at == '"')
			pos = string_end(line, pos);
		else if (*rest.at == '#')
			break;
		else if (span_starts(rest, "<<"))
			return heredoc_at(line, pos);
		else
			pos++;
	}
	return none;
}

/* The next byte that counts, with its blanks as one; -1 at the end. */
static int next_byte(struct span text, size_t *pos, bool *in_string)
{
	char c;

	if (*pos >= text.len)
		return -1;
	c = text.at[(*pos)++];
	if (*in_string && c == '\\' && *pos < text.len)
		return 0x100 | (unsigned char)text.at[(*pos)++];
	if (c == '"')
		*in_string = !*in_string;
	if (!*in_string && is_blank(c))
		while (*pos < text.len && is_blank(text.at[*pos]))
			(*pos)++;
	return (unsigned char)c;
}

bool ruby_same(struct span a, struct span b)
{
	bool in_a = false, in_b = false;
	size_t i = 0, j = 0;

	for (;;) {
		int one = next_byte(a, &i, &in_a);

		if (one != next_byte(b, &j, &in_b))
			return false;
		if (one < 0)
			return true;
	}
}
