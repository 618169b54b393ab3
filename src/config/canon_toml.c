/*
 * Writing TOML as go-toml does: of a table first the values, then the tables
 * below it, each under a header with its whole path; an empty line behind the
 * values, and nowhere else.
 */
#include "config/canon.h"

#include "hookrun/base/utf8.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

static void write_inline(const struct node *node, struct strbuf *out);

static bool needs_escapes(const char *text)
{
	for (; *text; text++)
		if (*text == '\'' || iscntrl((unsigned char)*text))
			return true;
	return false;
}

static void write_escaped(const char *text, struct strbuf *out)
{
	static const char plain[] = "\"\\\b\f\n\r\t";
	static const char letters[] = "\"\\bfnrt";

	strbuf_addch(out, '"');
	for (; *text; text++) {
		const char *found = strchr(plain, *text);

		if (found)
			strbuf_addf(out, "\\%c", letters[found - plain]);
		else if (iscntrl((unsigned char)*text))
			strbuf_addf(out, "\\u%04X", (unsigned)*text);
		else
			strbuf_addch(out, *text);
	}
	strbuf_addch(out, '"');
}

static void write_text(const char *text, struct strbuf *out)
{
	if (needs_escapes(text))
		write_escaped(text, out);
	else
		strbuf_addf(out, "'%s'", text);
}

static void write_key(const char *key, struct strbuf *out)
{
	const char *s = key;

	while (isalnum((unsigned char)*s) || *s == '-' || *s == '_')
		s++;
	if (*key && !*s)
		strbuf_addstr(out, key);
	else
		write_text(key, out);
}

static void write_pair(const struct node *node, struct strbuf *out)
{
	write_key(node->key, out);
	strbuf_addstr(out, " = ");
	write_inline(node, out);
}

static void write_inline(const struct node *node, struct strbuf *out)
{
	switch (node->kind) {
	case NODE_NULL:
		strbuf_addstr(out, "''");
		return;
	case NODE_BOOL:
		strbuf_addstr(out, node->boolean ? "true" : "false");
		return;
	case NODE_INT:
		strbuf_addf(out, "%" PRId64, node->integer);
		return;
	case NODE_FLOAT:
		if (canon_is_number(node)) {
			strbuf_addf(out, "%s%s", node->str,
				strchr(node->str, '.') ? "" : ".0");
			return;
		}
		write_text(node->str, out);
		return;
	case NODE_STR:
		write_text(node->str, out);
		return;
	case NODE_LIST:
	case NODE_MAP:
		break;
	}
	strbuf_addch(out, node->kind == NODE_LIST ? '[' : '{');
	node_each (child, node) {
		if (child != node->first)
			strbuf_addstr(out, ", ");
		if (node->kind == NODE_LIST)
			write_inline(child, out);
		else
			write_pair(child, out);
	}
	strbuf_addch(out, node->kind == NODE_LIST ? ']' : '}');
}

static bool is_table(const struct node *node)
{
	return node->kind == NODE_MAP && !node->quoted;
}

static bool is_table_list(const struct node *node)
{
	if (node->kind != NODE_LIST || node->quoted || !node->first)
		return false;
	node_each (child, node) {
		if (!is_table(child))
			return false;
	}
	return true;
}

static void write_table(
	const struct node *table, const char *path, struct strbuf *out);

static void write_below(
	const struct node *node, const char *path, struct strbuf *out)
{
	AUTO_STRBUF below = STRBUF_INIT;

	strbuf_addf(&below, "%s%s", path, *path ? "." : "");
	write_key(node->key, &below);
	if (is_table(node)) {
		strbuf_addf(out, "[%s]\n", below.buf);
		write_table(node, below.buf, out);
		return;
	}
	node_each (child, node) {
		strbuf_addf(out, "[[%s]]\n", below.buf);
		write_table(child, below.buf, out);
	}
}

static void write_table(
	const struct node *table, const char *path, struct strbuf *out)
{
	bool values = false;

	node_each (child, table) {
		if (is_table(child) || is_table_list(child))
			continue;
		write_pair(child, out);
		strbuf_addch(out, '\n');
		values = true;
	}
	if (values)
		strbuf_addch(out, '\n');
	node_each (child, table) {
		if (is_table(child) || is_table_list(child))
			write_below(child, path, out);
	}
}

void canon_write_toml(const struct node *root, struct strbuf *out)
{
	size_t before = out->len;

	write_table(root, "", out);
	while (out->len > before + 1 && out->buf[out->len - 1] == '\n' &&
		out->buf[out->len - 2] == '\n')
		strbuf_setlen(out, out->len - 1);
}
