/*
 * `dump`: the canonical tree in one of the formats.  The depth of the JSON
 * writer suffices, because the checks bound the depth of groups.
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
		if (canon_is_number(node)) {
			json_raw(json, node->str);
			return;
		}
		json_str(json, node->str);
		return;
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

static void dump_json(const struct node *root, struct strbuf *out)
{
	struct json json;

	json_init(&json, out, 2);
	json.like_go = true;
	write_json(&json, root);
	strbuf_addch(out, '\n');
}

int config_dump(const struct config *config, const char *format,
	struct strbuf *out, struct err *err)
{
	static const struct {
		const char *name;
		enum canon_format format;
		void (*write)(const struct node *root, struct strbuf *out);
	} formats[] = { { "yaml", CANON_YAML, canon_write_yaml },
		{ "json", CANON_JSON, dump_json },
		{ "toml", CANON_TOML, canon_write_toml } };

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		AUTO_ARENA arena = ARENA_INIT;

		if (strcmp(format, formats[i].name) != 0)
			continue;
		formats[i].write(
			canon_tree(&arena, config->root, formats[i].format),
			out);
		return 0;
	}
	return err_set(err, "unknown format '%s' (expected yaml, json or toml)",
		format);
}
