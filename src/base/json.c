/*
 * A JSON writer.  There is no reader here: JSON is read by the configuration
 * layer, as the YAML subset that it is.
 */
#include "hookrun/base/json.h"

#include "hookrun/base/utf8.h"

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

static void add_escaped(struct strbuf *out, unsigned char c, bool like_go)
{
	static const char plain[] = "\"\\\n\t\r\b\f";
	static const char letters[] = "\"\\ntrbf";
	const char *found = c ? strchr(plain, c) : NULL;

	if (found && (like_go || found < plain + 5))
		strbuf_addf(out, "\\%c", letters[found - plain]);
	else if (c < 0x20 || (c == 0x7f && !like_go) ||
		 (like_go && strchr("<>&", c)))
		strbuf_addf(out, "\\u%04x", c);
	else
		strbuf_addch(out, (char)c);
}

/* How many bytes at the begin stand as they are in either form. */
static size_t plain_bytes(const char *str, size_t len)
{
	size_t n = 0;

	while (n < len && str[n] >= 0x20 && str[n] < 0x7f && str[n] != '"' &&
		str[n] != '\\' && str[n] != '<' && str[n] != '>' &&
		str[n] != '&')
		n++;
	return n;
}

static void add_string(
	struct strbuf *out, const char *str, size_t len, bool like_go)
{
	strbuf_addch(out, '"');
	for (size_t i = 0; i < len;) {
		size_t plain = plain_bytes(str + i, len - i), n;
		uint32_t code;

		strbuf_add(out, str + i, plain);
		i += plain;
		if (i == len)
			break;
		n = utf8_decode(str + i, len - i, &code);

		if (n == 0)
			strbuf_addstr(out, "\xef\xbf\xbd");
		else if (n == 1)
			add_escaped(out, (unsigned char)str[i], like_go);
		else if (like_go && (code == 0x2028 || code == 0x2029))
			strbuf_addf(out, "\\u%04x", code);
		else
			strbuf_add(out, str + i, n);
		i += n ? n : 1;
	}
	strbuf_addch(out, '"');
}

void json_strn(struct json *json, const char *str, size_t len)
{
	separate(json);
	add_string(json->out, str, len, json->like_go);
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
