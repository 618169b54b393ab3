/*
 * Writing YAML that every reader takes for the same: what another one might
 * read as a boolean, a number or a date (YAML 1.1 has many) goes into quotes,
 * texts of several lines into literal blocks.  libyaml's emitter is not used:
 * it writes lists without indentation, which looks unlike every lefthook.yml.
 */
#include "config/canon.h"

#include "config/scalar.h"
#include "hookrun/base/strbuf.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#define INDENT 2

static void write_value(
	const struct node *node, int indent, bool in_list, struct strbuf *out);

/* ---- scalars ------------------------------------------------------------- */

/* Decode one character of a valid UTF-8 text; its length in bytes. */
static size_t decode(const char *text, uint32_t *ret)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t len = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	uint32_t code = len == 1 ? s[0] : s[0] & (0xffU >> (len + 1));

	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80) {
			*ret = 0xfffd;
			return i;
		}
		code = code << 6 | (s[i] & 0x3f);
	}
	*ret = code;
	return len;
}

/* May stand in a text without an escape, and is no line break. */
static bool is_printable(uint32_t code)
{
	if (code < 0x7f)
		return code >= 0x20;
	return code >= 0xa0 && code != 0x2028 && code != 0x2029 &&
	       code != 0xfeff && code != 0xfffe && code != 0xffff;
}

static bool all_printable(const char *text, bool breaks)
{
	uint32_t code;

	while (*text) {
		text += decode(text, &code);
		if (!is_printable(code) &&
			!(breaks && (code == '\n' || code == '\t')))
			return false;
	}
	return true;
}

/* Words and numbers of YAML 1.1: a text with one of these letters only, or
 * without any, may be a number, a date or a time somewhere. */
static bool is_ambiguous(const char *text)
{
	static const char *const words[] = { "y", "n", "yes", "no", "on", "off",
		"true", "false", "null", NULL };

	for (size_t i = 0; words[i]; i++)
		if (!strcasecmp(text, words[i]))
			return true;
	if (!isdigit((unsigned char)*text) && *text != '.')
		return false;
	for (; *text; text++)
		if (isalpha((unsigned char)*text) &&
			!strchr("abcdefxotzABCDEFTZ", *text))
			return false;
	return true;
}

static bool is_plain(const char *text)
{
	struct node probe = { .str = text };
	size_t len = strlen(text);

	if (!len || (!isalnum((unsigned char)*text) && !strchr("_./", *text)))
		return false;
	if (strstr(text, ": ") || strstr(text, " #") || text[len - 1] == ':' ||
		text[len - 1] == ' ' || !all_printable(text, false))
		return false;
	scalar_resolve(&probe);
	return probe.kind == NODE_STR && !is_ambiguous(text);
}

static void write_quoted(const char *text, struct strbuf *out)
{
	strbuf_addch(out, '"');
	while (*text) {
		uint32_t code;
		size_t len = decode(text, &code);

		if (code == '"' || code == '\\')
			strbuf_addf(out, "\\%c", (char)code);
		else if (code == '\n')
			strbuf_addstr(out, "\\n");
		else if (code == '\t')
			strbuf_addstr(out, "\\t");
		else if (is_printable(code))
			strbuf_add(out, text, len);
		else
			strbuf_addf(out, "\\u%04x", code);
		text += len;
	}
	strbuf_addch(out, '"');
}

static void add_indent(struct strbuf *out, int indent)
{
	for (int i = 0; i < indent; i++)
		strbuf_addch(out, ' ');
}

/* A literal block says by '-' or '+' how many line breaks end the text. */
static void write_block(const char *text, int indent, struct strbuf *out)
{
	size_t len = strlen(text);
	const char *end;

	strbuf_addch(out, '|');
	if (text[len - 1] != '\n')
		strbuf_addch(out, '-');
	else if (len > 1 && text[len - 2] == '\n')
		strbuf_addch(out, '+');
	strbuf_addch(out, '\n');
	for (; *text; text = *end ? end + 1 : end) {
		end = strchrnul(text, '\n');
		if (end > text) {
			add_indent(out, indent);
			strbuf_add(out, text, (size_t)(end - text));
		}
		strbuf_addch(out, '\n');
	}
}

static bool fits_block(const char *text)
{
	return strchr(text, '\n') && !strchr(" \n\t", *text) &&
	       all_printable(text, true);
}

static void write_text(const char *text, struct strbuf *out)
{
	if (is_plain(text))
		strbuf_addstr(out, text);
	else
		write_quoted(text, out);
}

static void write_scalar(
	const struct node *node, int indent, struct strbuf *out)
{
	if (node->kind == NODE_STR && fits_block(node->str)) {
		write_block(node->str, indent, out);
		return;
	}
	if (node->kind == NODE_STR)
		write_text(node->str, out);
	else if (node->kind == NODE_INT)
		strbuf_addf(out, "%" PRId64, node->integer);
	else if (node->kind == NODE_BOOL)
		strbuf_addstr(out, node->boolean ? "true" : "false");
	else
		strbuf_addstr(
			out, node->kind == NODE_NULL ? "null" : node->str);
	strbuf_addch(out, '\n');
}

/* ---- maps and lists ------------------------------------------------------ */

/* The first key of a map in a list stands behind the dash. */
static void write_map(
	const struct node *map, int indent, bool in_list, struct strbuf *out)
{
	node_each (child, map) {
		if (!in_list || child != map->first)
			add_indent(out, indent);
		write_text(child->key, out);
		strbuf_addch(out, ':');
		write_value(child, indent + INDENT, false, out);
	}
}

static void write_list(const struct node *list, int indent, struct strbuf *out)
{
	node_each (child, list) {
		add_indent(out, indent);
		strbuf_addch(out, '-');
		write_value(child, indent + INDENT, true, out);
	}
}

static void write_value(
	const struct node *node, int indent, bool in_list, struct strbuf *out)
{
	bool holds = node->kind == NODE_MAP || node->kind == NODE_LIST;

	if (holds && !node->first) {
		strbuf_addstr(out, node->kind == NODE_MAP ? " {}\n" : " []\n");
		return;
	}
	strbuf_addch(out, holds && !in_list ? '\n' : ' ');
	if (node->kind == NODE_MAP)
		write_map(node, indent, in_list, out);
	else if (node->kind == NODE_LIST)
		write_list(node, indent, out);
	else
		write_scalar(node, indent, out);
}

void canon_write_yaml(const struct node *root, struct strbuf *out)
{
	if (root->first)
		write_map(root, 0, false, out);
	else
		strbuf_addstr(out, "{}\n");
}
