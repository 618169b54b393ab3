/*
 * The types of source files, told from their content as lefthook tells them:
 * markup by its first tag, scripts by their #! line, JSON by being JSON.
 * libmagic goes by other rules (any `import` is Python, "application/
 * javascript") and would give jobs other files.
 *
 * One rule is wider: an interpreter counts wherever it is installed and in
 * whatever version, where lefthook knows `/bin/bash` but not `/usr/bin/bash`.
 */
#include "files/mime_sniff.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/words.h"

#include <string.h>
#include <strings.h>

#define BLANKS " \t\r\n\f"

static bool starts(const char *data, size_t len, const char *with)
{
	size_t want = strlen(with);

	return len >= want && !strncasecmp(data, with, want);
}

static bool has_mark(const char *data, size_t len)
{
	static const struct {
		const char *bytes;
		size_t len;
	} marks[] = {
		{ "\xef\xbb\xbf", 3 },
		{ "\xfe\xff", 2 },
		{ "\xff\xfe", 2 },
		{ "\0\0\xfe\xff", 4 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (len >= marks[i].len &&
			!memcmp(data, marks[i].bytes, marks[i].len))
			return true;
	return false;
}

bool sniff_is_text(const char *data, size_t len)
{
	if (has_mark(data, len))
		return true;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)data[i];

		if (c <= 0x08 || c == 0x0b || (c >= 0x0e && c <= 0x1a) ||
			(c >= 0x1c && c <= 0x1f))
			return false;
	}
	return true;
}

/* ---- markup -------------------------------------------------------------- */

/* The tag must end behind its name: `<b>` is HTML, `<br/>` is not `<br>`. */
static bool is_tag(const char *data, size_t len, const char *tag)
{
	size_t want = strlen(tag);

	return starts(data, len, tag) && len > want &&
	       memchr(" \t\r\n\f>", data[want], 6);
}

/* Types of their own that are written in XML. */
static const char *sniff_xml(const char *data, size_t len)
{
	static const struct {
		const char *sign, *type;
	} kinds[] = {
		{ "<svg", "image/svg+xml" },
		{ "<rss", "application/rss+xml" },
		{ "http://www.w3.org/2005/Atom", "application/atom+xml" },
		{ "http://www.w3.org/1999/xhtml", "application/xhtml+xml" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (memmem(data, len, kinds[i].sign, strlen(kinds[i].sign)))
			return kinds[i].type;
	return "text/xml";
}

static const char *sniff_markup(const char *data, size_t len)
{
	static const char *const tags[] = { "<!doctype html", "<html", "<head",
		"<script", "<iframe", "<h1", "<div", "<font", "<table", "<a",
		"<style", "<title", "<b", "<body", "<br", "<p", "<!--" };

	if (starts(data, len, "\xef\xbb\xbf")) {
		data += 3;
		len -= 3;
	}
	while (len && strchr(BLANKS, *data)) {
		data++;
		len--;
	}
	for (size_t i = 0; i < ARRAY_SIZE(tags); i++)
		if (is_tag(data, len, tags[i]))
			return "text/html";
	if (is_tag(data, len, "<svg"))
		return "image/svg+xml";
	return is_tag(data, len, "<?xml") ? sniff_xml(data, len) : NULL;
}

/* ---- scripts ------------------------------------------------------------- */

static const struct interpreter {
	const char *name, *type;
	bool versions; /* digits and dots may follow */
} interpreters[] = {
	{ "php", "text/x-php", true },
	{ "node", "text/javascript", true },
	{ "nodejs", "text/javascript", false },
	{ "lua", "text/x-lua", true },
	{ "perl", "text/x-perl", true },
	{ "python", "text/x-python", true },
	{ "ruby", "text/x-ruby", true },
	{ "sh", "text/x-shellscript", false },
	{ "bash", "text/x-shellscript", false },
	{ "dash", "text/x-shellscript", false },
	{ "ksh", "text/x-shellscript", false },
	{ "zsh", "text/x-shellscript", false },
	{ "csh", "text/x-shellscript", false },
	{ "tcsh", "text/x-shellscript", false },
};

/* The next word of the line at *pos; its length, 0 at the end. */
static size_t next_word(const char **pos, const char *end)
{
	const char *stop;

	while (*pos < end && strchr(BLANKS, **pos))
		(*pos)++;
	for (stop = *pos; stop < end && !strchr(BLANKS, *stop); stop++)
		;
	return (size_t)(stop - *pos);
}

static bool runs(const struct interpreter *one, const char *name, size_t len)
{
	size_t known = strlen(one->name);

	if (len < known || memcmp(name, one->name, known) != 0)
		return false;
	while (one->versions && known < len &&
		strchr("0123456789.", name[known]))
		known++;
	return known == len;
}

/* "#!/usr/bin/env -S python3 -u": the first word that is a program. */
static const char *sniff_script(const char *data, size_t len)
{
	const char *end = memchr(data, '\n', len), *pos = data + 2;
	size_t word;

	if (!starts(data, len, "#!"))
		return NULL;
	end = end ? end : data + len;
	for (; (word = next_word(&pos, end)); pos += word) {
		const char *slash = memrchr(pos, '/', word);
		const char *name = slash ? slash + 1 : pos;
		size_t name_len = word - (size_t)(name - pos);

		if (*pos == '-' || (name_len == 3 && !memcmp(name, "env", 3)))
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(interpreters); i++)
			if (runs(&interpreters[i], name, name_len))
				return interpreters[i].type;
		return NULL;
	}
	return NULL;
}

/* ---- JSON ---------------------------------------------------------------- */

struct scan {
	const char *pos, *end;
};

static void skip_blanks(struct scan *scan)
{
	while (scan->pos < scan->end && strchr(" \t\r\n", *scan->pos))
		scan->pos++;
}

/* The text may have been cut: what is missing at its end is no fault. */
static bool scan_string(struct scan *scan)
{
	for (scan->pos++; scan->pos < scan->end; scan->pos++) {
		if (*scan->pos == '"') {
			scan->pos++;
			return true;
		}
		if (*scan->pos != '\\')
			continue;
		if (++scan->pos == scan->end)
			return true;
		if (!strchr("\"\\/bfnrtu", *scan->pos))
			return false;
		for (int i = 0; *scan->pos == 'u' && i < 4; i++)
			if (scan->pos + 1 + i < scan->end &&
				!strchr("0123456789abcdefABCDEF",
					scan->pos[1 + i]))
				return false;
	}
	return true;
}

/* A number, true, false, null; no closer look, other texts begin otherwise. */
static bool scan_word(struct scan *scan)
{
	static const char *const words[] = { "true", "false", "null" };
	const char *start = scan->pos;
	size_t len;

	while (scan->pos < scan->end && !strchr(" \t\r\n,]}:", *scan->pos))
		scan->pos++;
	len = (size_t)(scan->pos - start);
	if (!len)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (len <= strlen(words[i]) && !memcmp(start, words[i], len))
			return true;
	for (size_t i = 0; i < len; i++)
		if (!strchr("+-.0123456789eE", start[i]))
			return false;
	return strchr("-0123456789", *start);
}

static bool scan_value(struct scan *scan)
{
	return *scan->pos == '"' ? scan_string(scan) : scan_word(scan);
}

/* One object or array; `open` are the brackets that are to be closed.  Returns
 * false at a fault; at the end of the text `*depth` may be above 0. */
static bool scan_brackets(struct scan *scan, char open[], size_t *depth)
{
	bool wants_value = true; /* else a comma or a bracket */

	do {
		skip_blanks(scan);
		if (scan->pos == scan->end)
			return true;
		if (*scan->pos == '{' || *scan->pos == '[') {
			if (!wants_value)
				return false;
			open[(*depth)++] = *scan->pos++;
		} else if (*scan->pos == '}' || *scan->pos == ']') {
			if (open[--*depth] + 2 != *scan->pos++)
				return false;
			wants_value = false;
		} else if (*scan->pos == ',' || *scan->pos == ':') {
			if (wants_value)
				return false;
			wants_value = true;
			scan->pos++;
		} else {
			if (!wants_value || !scan_value(scan))
				return false;
			wants_value = false;
		}
	} while (*depth);
	return true;
}

/* All of it is one object or array; where the file was too long to be read
 * whole, the beginning of one. */
static bool is_json(const char *data, size_t len)
{
	struct scan scan = { .pos = data, .end = data + len };
	AUTO_FREE char *open = xmalloc(len + 1);
	size_t depth = 0;

	skip_blanks(&scan);
	if (scan.pos == scan.end || (*scan.pos != '{' && *scan.pos != '['))
		return false;
	if (!scan_brackets(&scan, open, &depth))
		return false;
	skip_blanks(&scan);
	return scan.pos == scan.end && (!depth || len >= SNIFF_BYTES);
}

/* Formats that happen to be made of text. */
static bool is_other_format(const char *data, size_t len)
{
	static const char *const signs[] = { "%PDF-", "%!PS", "GIF8", "{\\rtf",
		"BEGIN:VCARD", "BEGIN:VCALENDAR", "WEBVTT" };

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (starts(data, len, signs[i]))
			return true;
	return false;
}

/* ---- all of them --------------------------------------------------------- */

const char *sniff_source(const char *data, size_t len)
{
	const char *type = sniff_markup(data, len);

	if (type)
		return type;
	if ((starts(data, len, "<?php") && len > 5) ||
		(starts(data, len, "<? ") && len > 3) ||
		(starts(data, len, "<?\n") && len > 3))
		return "text/x-php";
	type = sniff_script(data, len);
	if (type)
		return type;
	if (is_json(data, len))
		return "application/json";
	return is_other_format(data, len) ? NULL : "text/plain";
}

bool sniff_knows(const char *type)
{
	if (words_have("text/html|text/xml|text/plain|application/json|"
		       "image/svg+xml|application/rss+xml|application/atom+xml|"
		       "application/xhtml+xml",
		    type))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(interpreters); i++)
		if (!strcmp(type, interpreters[i].type))
			return true;
	return false;
}
