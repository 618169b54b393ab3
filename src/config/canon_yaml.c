/*
 * Writing YAML as yaml.v3 does, which is how lefthook dumps.  Which style a
 * text is written in follows from what stands in it (that library's encode.go
 * and emitterc.go, which come from libyaml): plain where nothing would be
 * misread, else single quotes, else double quotes; a literal block where there
 * are line breaks.  Texts that would be something else to a reader of YAML 1.1
 * or 1.2 (numbers, dates, `yes`) are in double quotes always.
 */
#include "config/canon.h"

#include "config/scalar.h"
#include "hookrun/base/utf8.h"
#include "hookrun/base/words.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#define SIMPLE_KEY_MAX 1000 /* YAML has 1024 */
#define INDENT 2

static void write_value(
	const struct node *node, int indent, bool in_list, struct strbuf *out);

/* ---- what a text would be read as ---------------------------------------- */

/* `least` to `most` digits at *s, which moves on, as a number; -1 else. */
static int take_digits(const char **s, int least, int most)
{
	int value = 0, nr = 0;

	for (; nr < most && isdigit((unsigned char)**s); nr++)
		value = value * 10 + (*(*s)++ - '0');
	return nr < least ? -1 : value;
}

static bool take_part(const char **s, char before, int most)
{
	int value;

	if (*(*s)++ != before)
		return false;
	value = take_digits(s, 1, 2);
	return value >= 0 && value <= most;
}

/* 2006-1-2, also with a time: "T15:4:5.9Z" or " 15:4:5.9". */
static bool is_timestamp(const char *s)
{
	const char *start = s;
	bool zone;

	if (take_digits(&s, 4, 4) < 0 || s != start + 4 ||
		!take_part(&s, '-', 12) || !take_part(&s, '-', 31))
		return false;
	if (!*s)
		return true;
	zone = *s != ' ';
	if (!strchr("tT ", *s) || !take_part(&s, *s, 23) ||
		!take_part(&s, ':', 59) || !take_part(&s, ':', 59))
		return false;
	if (*s == '.')
		s += 1 + strspn(s + 1, "0123456789");
	if (!zone || !strcmp(s, "Z"))
		return zone || !*s;
	return (*s == '+' || *s == '-') && take_part(&s, *s, 24) &&
	       take_part(&s, ':', 59) && !*s;
}

/* 190:20:30.15, a number of base 60. */
static bool is_base_60(const char *s)
{
	s += *s == '-' || *s == '+';
	if (!isdigit((unsigned char)*s))
		return false;
	s += strspn(s, "0123456789_");
	if (*s != ':')
		return false;
	while (*s == ':')
		if (!take_part(&s, ':', 59))
			return false;
	if (*s == '.')
		s += 1 + strspn(s + 1, "0123456789_");
	return !*s;
}

/* A boolean of YAML 1.1. */
static bool is_old_bool(const char *text)
{
	return words_have(
		"y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF", text);
}

static bool is_other_than_text(const char *text)
{
	struct node probe = { .str = text };

	scalar_resolve(&probe);
	return probe.kind != NODE_STR || is_old_bool(text) ||
	       is_base_60(text) || is_timestamp(text);
}

/* ---- what stands in a text ----------------------------------------------- */

enum style { PLAIN, SINGLE, DOUBLE, LITERAL };

static bool is_break(uint32_t code)
{
	return code == '\n' || code == '\r' || code == 0x85 || code == 0x2028 ||
	       code == 0x2029;
}

/* yaml.v3 takes no character beyond U+FFFF for printable. */
static bool is_printable(uint32_t code)
{
	return code == '\n' || (code >= 0x20 && code <= 0x7e) ||
	       (code >= 0xa0 && code <= 0xfffd && code != 0xfeff);
}

/* What the styles depend on. */
struct looks {
	bool indicators; /* would be syntax in a plain text */
	bool breaks;	 /* has line breaks */
	bool break_space, space_break, special, tabs;
	bool space_first, break_first, space_last, break_last;
};

static bool is_blank_at(const char *s)
{
	return !*s || *s == ' ' || *s == '\t' || *s == '\n' || *s == '\r' ||
	       !strncmp(s, "\xc2\x85", 2) || !strncmp(s, "\xe2\x80\xa8", 3) ||
	       !strncmp(s, "\xe2\x80\xa9", 3);
}

static bool is_indicator(const char *s, bool first, bool after_blank)
{
	if (first && strchr("#,[]{}&*!|>\'\"%@`", *s))
		return true;
	if (*s == ':' || (first && strchr("?-", *s)))
		return is_blank_at(s + 1);
	return *s == '#' && after_blank;
}

static void look_at(const char *text, struct looks *ret)
{
	bool after_space = false, after_break = false, after_blank = true;
	size_t left = strlen(text), len;

	ret->indicators =
		(!strncmp(text, "---", 3) || !strncmp(text, "...", 3)) &&
		left > 2;
	for (const char *s = text; *s; s += len, left -= len) {
		uint32_t code = (unsigned char)*s;

		len = utf8_decode(s, left, &code);
		len += !len;
		ret->indicators |= is_indicator(s, s == text, after_blank);
		ret->tabs |= code == '\t';
		ret->special |= code != '\t' && !is_printable(code);
		if (code == ' ') {
			ret->space_first |= s == text;
			ret->space_last |= !s[len];
			ret->break_space |= after_break;
		} else if (is_break(code)) {
			ret->breaks = true;
			ret->break_first |= s == text;
			ret->break_last |= !s[len];
			ret->space_break |= after_space;
		}
		after_space = code == ' ';
		after_break = is_break(code);
		after_blank = is_blank_at(s);
	}
}

/* A line or paragraph separator, at which a literal block would be broken and
 * indented (and is by yaml.v3). */
static bool has_separator(const char *text)
{
	return strstr(text, "\xe2\x80\xa8") || strstr(text, "\xe2\x80\xa9");
}

/* `key`: of a map, which has to stand on one line. */
static enum style style_of(const char *text, bool key)
{
	struct looks looks = { 0 };
	bool plain, single;

	look_at(text, &looks);
	single = !looks.break_space && !looks.space_break && !looks.tabs &&
		 !looks.special;
	plain = single && !looks.breaks && !looks.indicators &&
		!looks.space_first && !looks.space_last && !looks.break_first &&
		!looks.break_last;
	if (strchr(text, '\n'))
		return key || looks.space_last || looks.space_break ||
				       looks.special || has_separator(text)
			       ? DOUBLE
			       : LITERAL;
	if ((key && looks.breaks) || is_other_than_text(text))
		return DOUBLE;
	return plain ? PLAIN : single ? SINGLE : DOUBLE;
}

/* ---- scalars ------------------------------------------------------------- */

static void write_escape(uint32_t code, struct strbuf *out)
{
	static const struct {
		uint32_t code;
		char letter;
	} letters[] = { { 0x07, 'a' }, { 0x08, 'b' }, { 0x09, 't' },
		{ 0x0a, 'n' }, { 0x0b, 'v' }, { 0x0c, 'f' }, { 0x0d, 'r' },
		{ 0x1b, 'e' }, { '"', '"' }, { '\\', '\\' }, { 0x85, 'N' },
		{ 0x2028, 'L' }, { 0x2029, 'P' } };

	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
		if (letters[i].code == code) {
			strbuf_addf(out, "\\%c", letters[i].letter);
			return;
		}
	if (code <= 0xff)
		strbuf_addf(out, "\\x%02X", code);
	else if (code <= 0xffff)
		strbuf_addf(out, "\\u%04X", code);
	else
		strbuf_addf(out, "\\U%08X", code);
}

static void write_double(const char *text, struct strbuf *out)
{
	size_t len;

	strbuf_addch(out, '"');
	for (; *text; text += len) {
		uint32_t code = 0xfffd;

		len = utf8_decode(text, strlen(text), &code);
		len += !len;
		if (is_printable(code) && !is_break(code) && code != '"' &&
			code != '\\')
			strbuf_add(out, text, len);
		else
			write_escape(code, out);
	}
	strbuf_addch(out, '"');
}

static void write_single(const char *text, struct strbuf *out)
{
	strbuf_addch(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			strbuf_addch(out, '\'');
		strbuf_addch(out, *text);
	}
	strbuf_addch(out, '\'');
}

static void add_indent(struct strbuf *out, int indent)
{
	for (int i = 0; i < indent; i++)
		strbuf_addch(out, ' ');
}

/* A literal block says how far it is indented where its first line would hide
 * it (yaml.v3 forgets that of a tab, and cannot read what it wrote), and by '-'
 * or '+' how many line breaks end it. */
static void write_literal(const char *text, int indent, struct strbuf *out)
{
	size_t len = strlen(text);

	strbuf_addch(out, '|');
	if (strchr(" \t\n", *text))
		strbuf_addf(out, "%d", INDENT);
	if (text[len - 1] != '\n')
		strbuf_addch(out, '-');
	else if (len == 1 || text[len - 2] == '\n')
		strbuf_addch(out, '+');
	strbuf_addch(out, '\n');
	while (*text) {
		const char *end = strchrnul(text, '\n');

		if (end > text)
			add_indent(out, indent);
		strbuf_add(out, text, (size_t)(end - text));
		strbuf_addch(out, '\n');
		text = *end ? end + 1 : end;
	}
}

static void write_text(
	const char *text, bool key, int indent, struct strbuf *out)
{
	switch (style_of(text, key)) {
	case PLAIN:
		strbuf_addstr(out, text);
		break;
	case SINGLE:
		write_single(text, out);
		break;
	case DOUBLE:
		write_double(text, out);
		break;
	case LITERAL:
		write_literal(text, indent, out);
		return;
	}
	if (!key)
		strbuf_addch(out, '\n');
}

static void write_scalar(
	const struct node *node, int indent, struct strbuf *out)
{
	switch (node->kind) {
	case NODE_STR:
		write_text(node->str, false, indent, out);
		return;
	case NODE_INT:
		strbuf_addf(out, "%" PRId64 "\n", node->integer);
		return;
	case NODE_BOOL:
		strbuf_addf(out, "%s\n", node->boolean ? "true" : "false");
		return;
	default:
		strbuf_addf(out, "%s\n",
			node->kind == NODE_NULL ? "null" : node->str);
	}
}

/* ---- maps and lists ------------------------------------------------------ */

/* A key that is longer than a reader looks ahead for its colon is marked. */
static void write_key(const char *key, int indent, struct strbuf *out)
{
	size_t start = out->len;

	write_text(key, true, 0, out);
	if (out->len - start > SIMPLE_KEY_MAX) {
		strbuf_splice(out, start, 0, "? ", 2);
		strbuf_addch(out, '\n');
		add_indent(out, indent);
	}
	strbuf_addch(out, ':');
}

/* The first entry of a map or a list in a list stands behind the dash. */
static void write_map(
	const struct node *map, int indent, bool in_list, struct strbuf *out)
{
	node_each (child, map) {
		if (!in_list || child != map->first)
			add_indent(out, indent);
		write_key(child->key, indent, out);
		write_value(child, indent + INDENT, false, out);
	}
}

static void write_list(
	const struct node *list, int indent, bool in_list, struct strbuf *out)
{
	node_each (child, list) {
		if (!in_list || child != list->first)
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
		write_list(node, indent, in_list, out);
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
