/*
 * Which reader a file is for, by its name alone: a reader that guessed from
 * the content would take a broken file of one format for another.
 */
#include "hookrun/config/node.h"

#include <string.h>

int node_read(struct arena *arena, const char *path, const char *text,
	size_t len, struct node **ret, struct err *err)
{
	const char *dot = strrchr(path, '.');

	if (dot && !strcmp(dot, ".json"))
		return node_read_json(arena, path, text, len, false, ret, err);
	if (dot && !strcmp(dot, ".jsonc"))
		return node_read_json(arena, path, text, len, true, ret, err);
	if (dot && !strcmp(dot, ".toml"))
		return node_read_toml(arena, path, text, len, ret, err);
	return node_read_yaml(arena, path, text, len, ret, err);
}
