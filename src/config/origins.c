/*
 * The merged configuration, each value with the file and line that it comes
 * from: one line a value, so that `grep` finds it, and the question "who sets
 * this?" has one line for an answer.  A list of scalars is one value, because
 * merging replaces it whole; a job is called by its name where it has one, as
 * merging does.
 */
#include "hookrun/config/config.h"

#include "hookrun/base/json.h"
#include "hookrun/base/strvec.h"

#include <string.h>

struct origins {
	const char *key; /* only what is below it; NULL: all */
	struct json *json;
	struct strbuf *out; /* where there is no JSON */
	size_t nr;
};

/* A name with a dot in it would be read as two. */
static void add_step(struct strbuf *path, const char *name)
{
	struct json json;

	if (path->len)
		strbuf_addch(path, '.');
	if (*name && !strpbrk(name, ". \t\r\n\"")) {
		strbuf_add_printable(path, name, false);
		return;
	}
	json_init(&json, path, 0);
	json_str(&json, name);
}

static bool is_wanted(const struct origins *origins, const char *path)
{
	const char *key = origins->key;
	size_t len = key ? strlen(key) : 0;

	return !key ||
	       (!strncmp(path, key, len) && (!path[len] || path[len] == '.'));
}

static bool holds_scalars(const struct node *list)
{
	node_each (item, list) {
		if (!item->str)
			return false;
	}
	return true;
}

/* What was emptied in the tree for `dump` (`extends` beside remotes) still has
 * what was written, and that is told. */
static void write_json_value(struct json *json, const struct node *node)
{
	bool map = node->kind == NODE_MAP;

	if (node->kind == NODE_BOOL) {
		json_bool(json, node->boolean);
	} else if (node->kind == NODE_INT) {
		json_int(json, node->integer);
	} else if (!node->first && node->kind == NODE_NULL) {
		json_null(json);
	} else if (node->str) {
		json_str(json, node->str);
	} else {
		json_open(json, map ? '{' : '[');
		node_each (item, node) {
			write_json_value(json, item);
		}
		json_close(json, map ? '}' : ']');
	}
}

/* One line, whatever it holds. */
static void add_scalar(struct strbuf *out, const struct node *node)
{
	struct json json;

	json_init(&json, out, 0);
	if (node->kind == NODE_NULL)
		strbuf_addstr(out, "null");
	else if (node->kind == NODE_STR && strpbrk(node->str, "\n\r\t\033"))
		json_str(&json, node->str);
	else
		strbuf_add_printable(out, node->str, false);
}

static void write_text_value(struct strbuf *out, const struct node *node)
{
	const char *between = "";

	if (!node->first && node->kind == NODE_LIST)
		strbuf_addstr(out, "[]");
	else if (!node->first && node->kind == NODE_MAP)
		strbuf_addstr(out, "{}");
	else if (!node->first)
		add_scalar(out, node);
	node_each (item, node) {
		strbuf_addstr(out, between);
		add_scalar(out, item);
		between = ", ";
	}
}

static void write_one(
	struct origins *origins, const char *path, const struct node *node)
{
	struct json *json = origins->json;

	origins->nr++;
	if (!json) {
		strbuf_add_printable(origins->out, node_file(node), false);
		strbuf_addf(origins->out, ":%d\t%s: ", node_line(node), path);
		write_text_value(origins->out, node);
		strbuf_addch(origins->out, '\n');
		return;
	}
	json_open(json, '{');
	json_kstr(json, "key", path);
	json_key(json, "value");
	write_json_value(json, node);
	json_kstr(json, "file", node_file(node));
	json_kint(json, "line", node_line(node));
	json_close(json, '}');
}

static void walk(
	struct origins *origins, const char *outer, const struct node *node)
{
	size_t index = 0;

	if (!node->first || (node->kind != NODE_MAP && holds_scalars(node))) {
		if (node_file(node) && is_wanted(origins, outer))
			write_one(origins, outer, node);
		return;
	}
	node_each (child, node) {
		AUTO_STRBUF path = STRBUF_INIT, number = STRBUF_INIT;
		const char *name = child->key;

		strbuf_addf(&number, "%zu", index++);
		if (!name)
			name = node_str(child, "name");
		strbuf_addstr(&path, outer);
		add_step(&path, name ? name : number.buf);
		walk(origins, path.buf, child);
	}
}

size_t config_origins(const struct config *config, const char *key, bool json,
	struct strbuf *out)
{
	struct json writer = { 0 };
	struct origins origins = { .key = key, .out = out };

	if (json) {
		json_init(&writer, out, 2);
		origins.json = &writer;
		json_open(&writer, '{');
		json_kint(&writer, "version", 1);
		json_key(&writer, "values");
		json_open(&writer, '[');
	}
	walk(&origins, "", config->root);
	if (json) {
		json_close(&writer, ']');
		json_close(&writer, '}');
		strbuf_addch(out, '\n');
	}
	return origins.nr;
}
