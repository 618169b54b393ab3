/*
 * Input: a pattern, a NUL, and a text.  Besides not crashing, the text with
 * every special character escaped must be a pattern that matches the text.
 */
#include "hookrun/base/alloc.h"
#include "hookrun/base/glob.h"
#include "hookrun/base/strbuf.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void match(
	const char *pattern, const char *text, size_t len, unsigned flags)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct glob *glob = NULL;

	if (!glob_compile(&arena, pattern, flags, &glob, &err))
		glob_match(glob, text, len);
	else if (glob || !*err.msg)
		abort();
	arena_release(&arena);
}

static void match_itself(const char *text, unsigned flags)
{
	struct arena arena = ARENA_INIT;
	AUTO_STRBUF pattern = STRBUF_INIT;
	struct err err = ERR_INIT;
	struct glob *glob;

	for (const char *p = text; *p; p++) {
		if (strchr("*?[]{},\\!^-", *p))
			strbuf_addch(&pattern, '\\');
		strbuf_addch(&pattern, *p);
	}
	if (glob_compile(&arena, pattern.buf, flags, &glob, &err) ||
		!glob_match(glob, text, strlen(text)))
		abort();
	arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE char *pattern = xmalloc(size + 1);
	const char *text;
	size_t len;

	if (size)
		memcpy(pattern, data, size);
	pattern[size] = '\0';
	len = strlen(pattern);
	text = pattern + len + (len < size);
	len = size - (size_t)(text - pattern);
	for (unsigned flags = 0; flags < 4; flags++) {
		match(pattern, text, len, flags);
		if (len < 4000)
			match_itself(text, flags);
	}
	return 0;
}
