/*
 * An option of a step for one run: `--set KEY=VALUE`.  A refusal can name a
 * command that leads out of it then, without anybody's configuration being
 * edited.  The value is read and checked as if it stood in the file.
 */
#include "config/check.h"

#include "hookrun/base/strbuf.h"

#include <string.h>

static struct node *without(
	struct arena *arena, const struct node *with, const char *key)
{
	struct node *map = node_new(arena, NODE_MAP);

	node_each (child, with)
		if (strcmp(child->key, key) != 0)
			node_append(map, node_copy(arena, child));
	return map;
}

static int check_setting(struct arena *arena, const struct node *map,
	const struct key *table, struct err *err)
{
	struct problems problems = { .arena = arena };
	struct check check = { .arena = arena, .problems = &problems };

	check_options(&check, map, table, "'--set'");
	return problems.first_error ? err_set(err, "%s", problems.first_error)
				    : 0;
}

int option_override(struct arena *arena, const struct node *with,
	const struct key *table, const char *setting, struct node **ret,
	struct err *err)
{
	const char *value = strchr(setting, '=');
	AUTO_STRBUF text = STRBUF_INIT;
	const struct key *key;
	struct node *map, *set;

	if (!value)
		return err_set(err, "'%s' is not KEY=VALUE", setting);
	key = keys_find_in(table,
		arena_strndup(arena, setting, (size_t)(value - setting)),
		PLACE_WITH);
	if (!key)
		return 0;
	strbuf_addf(&text, "%s: %s", key->name, value + 1);
	if (node_read_yaml(arena, "--set", text.buf, text.len, &map, err) ||
		check_setting(arena, map, table, err))
		return -1;
	set = node_get(map, key->name);
	*ret = without(arena, with, key->name);
	node_append(*ret, node_copy(arena, set));
	return 1;
}
