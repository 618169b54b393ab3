/*
 * No parser of the shell, only a walk from command to command: what separates
 * them outside of quotes is skipped to, and the word that follows is looked at.
 * Whoever asks says "this program is missing" to a user, so that everything in
 * doubt is passed over, and where the text does something that this walk does
 * not follow, it ends.
 */
#include "hookrun/runner/programs.h"

#include "hookrun/base/words.h"
#include "runner/direct.h"

#include <ctype.h>
#include <string.h>

#define BLANKS " \t"
#define NAME_CHARS                                                             \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./"    \
	"+@%-"
#define WORD_MAX 256

/* Behind these a command follows as at the start. */
#define GO_ON "if|then|elif|else|while|until|do|!|{|exec|time|nohup|nice"
/* Behind these nothing is as it seems. */
#define GIVE_UP                                                                \
	"case|for|select|function|command|type|which|hash|alias|eval|trap|"    \
	"source|.|fi|done|}"

/* Behind the quoted piece at `s`. */
static const char *skip_quoted(const char *s)
{
	char quote = *s++;

	while (*s && *s != quote)
		s += quote == '"' && *s == '\\' && s[1] ? 2 : 1;
	return *s ? s + 1 : s;
}

/* The end of the command at `s`: what separates it from the next, or its NUL;
 * NULL where something begins that is not followed. */
static const char *command_end(const char *s)
{
	const char *start = s;

	while (*s && !strchr(";|\n", *s)) {
		if (strchr("\"'", *s)) {
			s = skip_quoted(s);
		} else if (*s == '\\' && s[1]) {
			s += 2;
		} else if (strchr("()`", *s) || !strncmp(s, "<<", 2) ||
			   !strncmp(s, " #", 2)) {
			return NULL;
		} else if (*s == '&' && s[1] != '>' &&
			   (s == start || !strchr("<>", s[-1]))) {
			return s;
		} else {
			s++;
		}
	}
	return s;
}

/* Behind an assignment at `s`, or `s`. */
static const char *skip_assignment(const char *s)
{
	const char *at = s;

	while (isalnum((unsigned char)*at) || *at == '_')
		at++;
	if (at == s || *at != '=')
		return s;
	at++;
	while (*at && !strchr(" \t\n;|&", *at))
		at = strchr("\"'", *at) ? skip_quoted(at) : at + 1;
	return at;
}

/* The word at `*s`, which moves on behind it; false where it is none that can
 * be read. */
static bool take_word(const char **s, char word[WORD_MAX])
{
	size_t len;

	for (;;) {
		const char *behind;

		*s += strspn(*s, BLANKS);
		behind = skip_assignment(*s);
		if (behind == *s)
			break;
		*s = behind;
	}
	len = strspn(*s, "!{}") ? 1 : strspn(*s, NAME_CHARS);
	if (!len || len >= WORD_MAX || !strchr(" \t\n;|&", (*s)[len]))
		return false;
	memcpy(word, *s, len);
	word[len] = '\0';
	*s += len;
	return true;
}

/* One command from `s` on: its end, NULL where the walk is over. */
static const char *take_command(const char *s, struct strvec *ret, bool *moved)
{
	char word[WORD_MAX];
	const char *end;

	do {
		if (!take_word(&s, word))
			return *s == '(' || *s == '#' ? NULL : command_end(s);
		if (words_have(GIVE_UP, word))
			return NULL;
	} while (words_have(GO_ON, word));
	end = command_end(s);
	*moved |= words_have("cd|pushd|popd|chdir", word);
	if (direct_is_shell_word(word) || (*moved && strchr(word, '/')))
		return end;
	if (end && strncmp(end, "||", 2) != 0 && !strvec_has(ret, word))
		strvec_push(ret, word);
	return end;
}

void programs_of(const char *text, struct strvec *ret)
{
	bool moved = false; /* to where relative names are not known */

	while (text && *text) {
		text = take_command(text, ret, &moved);
		if (text && !strncmp(text, "||", 2))
			return;
		if (text)
			text += strspn(text, ";|&\n");
	}
}
