/*
 * The key `shell`.  A single word gets -c; so does a shell of sh's family whose
 * options lack it, because `bash -eu` would take the command for the name of a
 * file.  Any other list of words is taken as it is: whoever writes `ruby -e`
 * knows which option takes a program.
 */
#include "runner/planner.h"

#include "hookrun/base/alloc.h"

static bool is_posix_shell(const char *word)
{
	static const char *const names[] = { "sh", "bash", "dash", "zsh", "ksh",
		"mksh", "ash" };
	const char *name = strrchr(word, '/');

	name = name ? name + 1 : word;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

/* "-c", "-ec": short options with a c among them. */
static bool has_command_option(const char *const *words)
{
	for (; *words; words++)
		if (words[0][0] == '-' && words[0][1] != '-' &&
			strchr(*words, 'c'))
			return true;
	return false;
}

const char *const *shell_words(struct arena *arena, const char *text)
{
	const char **words;
	size_t nr = 0;

	if (!text || !text[strspn(text, " \t")])
		return NULL;
	words = arena_alloc(arena, (strlen(text) + 3) * sizeof(*words));
	for (text += strspn(text, " \t"); *text; text += strspn(text, " \t")) {
		size_t len = strcspn(text, " \t");

		words[nr++] = arena_strndup(arena, text, len);
		text += len;
	}
	if (nr == 1 ||
		(is_posix_shell(words[0]) && !has_command_option(words + 1)))
		words[nr++] = "-c";
	return (const char *const *)words;
}
