/*
 * A JSON writer.  There is no reader here: JSON is read by the configuration
 * layer, as the YAML subset that it is.
 */
#include "hookrun/base/json.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

void json_init(struct json *json, struct strbuf *out, int indent)
{
	memset(json, 0, sizeof(*json));
	json->out = out;
	json->indent = indent;
	json->first[0] = true;
}

static void newline(struct json *json)
{
	if (!json->indent)
		return;
	strbuf_addch(json->out, '\n');
	for (int i = 0; i < json->indent * json->depth; i++)
		strbuf_addch(json->out, ' ');
}

/* What goes before a value or a key: a comma, a line break, or nothing. */
static void separate(struct json *json)
{
	if (json->after_key) {
		json->after_key = false;
		return;
	}
	if (!json->first[json->depth])
		strbuf_addstr(
			json->out, json->indent || !json->depth ? "," : ", ");
	json->first[json->depth] = false;
	if (json->depth)
		newline(json);
}

void json_open(struct json *json, char bracket)
{
	separate(json);
	strbuf_addch(json->out, bracket);
	assert(json->depth + 1 < JSON_MAX_DEPTH);
	json->first[++json->depth] = true;
}

void json_close(struct json *json, char bracket)
{
	bool empty = json->first[json->depth];

	assert(json->depth > 0);
	json->depth--;
	if (!empty)
		newline(json);
	strbuf_addch(json->out, bracket);
}

/* The length in bytes of the well-formed UTF-8 character at `s`, else 0. */
static size_t utf8_len(const unsigned char *s, size_t left)
{
	static const struct {
		unsigned char mask, lead;
		size_t len;
		uint32_t least;
	} forms[] = {
		{ 0x80, 0x00, 1, 0 },
		{ 0xe0, 0xc0, 2, 0x80 },
		{ 0xf0, 0xe0, 3, 0x800 },
		{ 0xf8, 0xf0, 4, 0x10000 },
	};

	for (size_t i = 0; i < 4; i++) {
		uint32_t code;

		if ((s[0] & forms[i].mask) != forms[i].lead)
			continue;
		if (left < forms[i].len)
			return 0;
		code = s[0] & (unsigned char)~forms[i].mask;
		for (size_t k = 1; k < forms[i].len; k++) {
			if ((s[k] & 0xc0) != 0x80)
				return 0;
			code = code << 6 | (s[k] & 0x3f);
		}
		if (code < forms[i].least || code > 0x10ffff ||
			(code >= 0xd800 && code < 0xe000))
			return 0;
		return forms[i].len;
	}
	return 0;
}

static void add_escaped(struct strbuf *out, unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		strbuf_addf(out, "\\%c", c);
		break;
	case '\n':
		strbuf_addstr(out, "\\n");
		break;
	case '\t':
		strbuf_addstr(out, "\\t");
		break;
	case '\r':
		strbuf_addstr(out, "\\r");
		break;
	default:
		if (c < 0x20 || c == 0x7f)
			strbuf_addf(out, "\\u%04x", c);
		else
			strbuf_addch(out, (char)c);
	}
}

static void add_string(struct strbuf *out, const char *str, size_t len)
{
	const unsigned char *s = (const unsigned char *)str;

	strbuf_addch(out, '"');
	for (size_t i = 0; i < len;) {
		size_t n = utf8_len(s + i, len - i);

		if (n == 0)
			strbuf_addstr(out, "\xef\xbf\xbd");
		else if (n == 1)
			add_escaped(out, s[i]);
		else
			strbuf_add(out, s + i, n);
		i += n ? n : 1;
	}
	strbuf_addch(out, '"');
}

void json_strn(struct json *json, const char *str, size_t len)
{
	separate(json);
	add_string(json->out, str, len);
}

void json_str(struct json *json, const char *str)
{
	if (str)
		json_strn(json, str, strlen(str));
	else
		json_null(json);
}

void json_key(struct json *json, const char *key)
{
	json_str(json, key);
	strbuf_addstr(json->out, ": ");
	json->after_key = true;
}

void json_raw(struct json *json, const char *text)
{
	separate(json);
	strbuf_addstr(json->out, text);
}

void json_int(struct json *json, int64_t value)
{
	separate(json);
	strbuf_addf(json->out, "%" PRId64, value);
}

void json_bool(struct json *json, bool value)
{
	json_raw(json, value ? "true" : "false");
}

void json_null(struct json *json)
{
	json_raw(json, "null");
}

void json_kstr(struct json *json, const char *key, const char *str)
{
	json_key(json, key);
	json_str(json, str);
}

void json_kint(struct json *json, const char *key, int64_t value)
{
	json_key(json, key);
	json_int(json, value);
}

void json_kbool(struct json *json, const char *key, bool value)
{
	json_key(json, key);
	json_bool(json, value);
}
