/*
 * `dump`: the canonical tree as YAML or JSON.  The depth of the JSON writer
 * suffices, because the checks bound the depth of groups.
 */
#include "hookrun/config/config.h"

#include "config/canon.h"
#include "hookrun/base/json.h"

#include <string.h>

static void write_json(struct json *json, const struct node *node)
{
	bool map = node->kind == NODE_MAP;

	switch (node->kind) {
	case NODE_NULL:
		json_null(json);
		return;
	case NODE_BOOL:
		json_bool(json, node->boolean);
		return;
	case NODE_INT:
		json_int(json, node->integer);
		return;
	case NODE_FLOAT:
	case NODE_STR:
		json_str(json, node->str);
		return;
	case NODE_LIST:
	case NODE_MAP:
		break;
	}
	json_open(json, map ? '{' : '[');
	node_each (child, node) {
		if (map)
			json_key(json, child->key);
		write_json(json, child);
	}
	json_close(json, map ? '}' : ']');
}

int config_dump(const struct config *config, const char *format,
	struct strbuf *out, struct err *err)
{
	struct arena arena = ARENA_INIT;
	bool json = !strcmp(format, "json");

	if (!json && strcmp(format, "yaml") != 0)
		return err_set(err,
			"unknown format '%s' (expected yaml or json)", format);
	if (json) {
		struct json writer;

		json_init(&writer, out, 2);
		write_json(&writer, canon_tree(&arena, config->root, true));
		strbuf_addch(out, '\n');
	} else {
		canon_write_yaml(canon_tree(&arena, config->root, false), out);
	}
	arena_release(&arena);
	return 0;
}
