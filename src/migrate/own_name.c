/*
 * Nobody has to tell hookrun how config/database.yml makes a name of the
 * variable, be it the whole of it, a suffix or a part: it is read once more
 * with a value that stands for itself, and where that turns up is its place.
 */
#include "migrate/own_name.h"

#include "hookrun/base/strbuf.h"

#include "hookrun/base/hash.h"

#include <ctype.h>
#include <string.h>

/* A name has 63 bytes at PostgreSQL's; the longest base leaves 32 of them. */
#define TREE_MAX 24

bool own_name_is_governed(const char *probed)
{
	const char *at = strstr(probed, OWN_PROBE);

	return at && !strstr(at + 1, OWN_PROBE);
}

const char *own_name_value(
	const char *probed, const char *name, struct arena *arena)
{
	size_t before = (size_t)(strstr(probed, OWN_PROBE) - probed);
	const char *rest = probed + before + strlen(OWN_PROBE);
	size_t len = strlen(name), after = strlen(rest);

	if (len < before + after || strncmp(name, probed, before) != 0 ||
		strcmp(name + len - after, rest) != 0)
		return NULL;
	return arena_strndup(arena, name + before, len - before - after);
}

/* Small letters, digits and '_': no quotes are needed around such a name, in
 * SQL as in a shell. */
static const char *tame(const char *tree, struct arena *arena)
{
	char *text = arena_strdup(arena, tree);

	for (char *c = text; *c; c++)
		*c = isalnum((unsigned char)*c)
			     ? (char)tolower((unsigned char)*c)
			     : '_';
	if (strlen(text) <= TREE_MAX)
		return text;
	return arena_printf(arena, "%.*s_%06x", TREE_MAX - 7, text,
		(unsigned)(hash_str(HASH_START, tree) & 0xffffff));
}

const char *own_name_new(
	const char *base, const char *tree, unsigned nr, struct arena *arena)
{
	AUTO_STRBUF value = STRBUF_INIT;

	if (base)
		strbuf_addf(&value, "%s_", base);
	strbuf_addf(&value, OWN_MARK "%s", tame(tree, arena));
	if (nr > 1)
		strbuf_addf(&value, "_%u", nr);
	return arena_strdup(arena, value.buf);
}
