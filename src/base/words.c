/*
 * The tables of keys have their words as one text, which messages and help
 * print as it is; and "is it one of these names" is asked in many places, for
 * which a loop over an array is five lines each.
 */
#include "hookrun/base/words.h"

#include <string.h>

bool words_have(const char *words, const char *word)
{
	size_t len = strlen(word);

	if (!len || memchr(word, '|', len))
		return false;
	for (const char *s = words; s; s = strchr(s, '|')) {
		s += *s == '|';
		if (!strncmp(s, word, len) && (!s[len] || s[len] == '|'))
			return true;
	}
	return false;
}
