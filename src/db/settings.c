/*
 * The hash behind a database connection.
 *
 * The trap in it is YAML: Ruby reads version 1.1, where `no`, `012`, `1_000`
 * and `12:30` without quotes are a boolean and numbers, and our reader
 * version 1.2. A value on which the two differ is not taken.
 */
#include "db/settings.h"

#include <strings.h>
#include <string.h>

const struct setting *settings_find(const struct settings *set, const char *key)
{
	for (size_t i = 0; i < set->nr; i++)
		if (!strcmp(set->v[i].key, key))
			return &set->v[i];
	return NULL;
}

const char *settings_get(const struct settings *set, const char *key)
{
	const struct setting *found = settings_find(set, key);

	return found ? found->value : NULL;
}

bool settings_set(struct settings *set, const char *key, const char *value,
	const struct node *node)
{
	struct setting *at = NULL;

	for (size_t i = 0; i < set->nr && !at; i++)
		if (!strcmp(set->v[i].key, key))
			at = &set->v[i];
	if (!at) {
		if (set->nr == SETTINGS_MAX)
			return false;
		at = &set->v[set->nr++];
	}
	at->key = key;
	at->value = value;
	at->node = node;
	return true;
}

static bool one_of(const char *str, const char *const *words)
{
	for (; *words; words++)
		if (!strcasecmp(str, *words))
			return true;
	return false;
}

static bool is_false(const struct setting *setting)
{
	static const char *const words[] = { "no", "off", "false", NULL };
	const struct node *node = setting->node;

	return node && node->str && !node->quoted && one_of(node->str, words);
}

bool settings_true(const struct settings *set, const char *key)
{
	const struct setting *found = settings_find(set, key);

	return found && (found->value || (found->node && found->node->first)) &&
	       !is_false(found);
}

/* Does Ruby take this unquoted text for something that prints otherwise? */
static bool differs_in_ruby(const struct node *node)
{
	static const char *const words[] = { "yes", "no", "on", "off", "y", "n",
		NULL };
	const char *str = node->str;

	if (node->quoted)
		return false;
	if (one_of(str, words) || (str[0] == ':' && str[1]))
		return true;
	if (!strchr("+-.0123456789", str[0]) ||
		str[strspn(str, "+-.:,_xobeE0123456789abcdfABCDF")])
		return false;
	/* A plain decimal number, or an address, or something odd. */
	return (str[0] == '0' && str[1] && str[1] != '.') ||
	       strpbrk(str, "+_,:eEx") || str[0] == '.';
}

static bool is_switch(const char *key)
{
	return !strcmp(key, "replica") || !strcmp(key, "database_tasks");
}

bool settings_from_yaml(struct settings *set, const struct node *map,
	struct arena *arena, const char **ret_why)
{
	memset(set, 0, sizeof(*set));
	node_each (child, map) {
		bool scalar = child->kind != NODE_LIST &&
			      child->kind != NODE_MAP &&
			      child->kind != NODE_NULL;

		if (!strcmp(child->key, "url"))
			continue;
		if (scalar && !is_switch(child->key) &&
			differs_in_ruby(child)) {
			*ret_why = arena_printf(arena,
				"line %d: '%s' is ambiguous without quotes",
				child->line, child->str);
			return false;
		}
		if (!settings_set(set, child->key, scalar ? child->str : NULL,
			    child)) {
			*ret_why = "there are too many settings";
			return false;
		}
	}
	return true;
}
