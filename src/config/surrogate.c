/*
 * Which bytes of a YAML text are inside double quotes only a YAML scanner
 * knows.  So the pairs are first replaced by a harmless escape of the same
 * width, libyaml scans that for the double-quoted tokens, and then only the
 * pairs inside these are rewritten.  This runs once, and only for a text that
 * libyaml refused because of a surrogate, so its cost does not matter.
 */
#include "config/surrogate.h"

#include "config/source.h"
#include "hookrun/base/alloc.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <yaml.h>

#define PAIR_CHARS 12	/* \ud83d\ude00 */
#define ESCAPE_CHARS 10 /* \U0001f600 */

struct span {
	size_t start, end; /* characters */
};

struct spans {
	struct span *v;
	size_t nr, cap;
};

void surrogates_release(struct surrogates *pairs)
{
	strbuf_release(&pairs->text);
	free(pairs->pair);
	memset(pairs, 0, sizeof(*pairs));
	strbuf_init(&pairs->text);
}

/* The value of "\uXXXX" at `s`, else 0. */
static unsigned read_escape(const char *s)
{
	char hex[5] = "";

	if (s[0] != '\\' || s[1] != 'u')
		return 0;
	for (int i = 0; i < 4; i++) {
		if (!isxdigit((unsigned char)s[2 + i]))
			return 0;
		hex[i] = s[2 + i];
	}
	return (unsigned)strtoul(hex, NULL, 16);
}

/* The character that the pair of escapes at `s` stands for, else 0. */
static unsigned read_pair(const char *s)
{
	unsigned high = read_escape(s), low;

	if (high < 0xd800 || high > 0xdbff)
		return 0;
	low = read_escape(s + PAIR_CHARS / 2);
	if (low < 0xdc00 || low > 0xdfff)
		return 0;
	return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

static void neutralise(struct strbuf *text)
{
	for (size_t i = 0; i < text->len; i++)
		if (read_pair(text->buf + i))
			memcpy(text->buf + i, "\\u0041\\u0041", PAIR_CHARS);
}

/* The double-quoted scalars, up to the first error if there is one. */
static void find_quoted(const struct strbuf *text, struct spans *ret)
{
	yaml_parser_t parser;
	yaml_token_t token;
	bool more = yaml_parser_initialize(&parser);

	if (!more)
		return;
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
		&parser, (const unsigned char *)text->buf, text->len);
	while (more && yaml_parser_scan(&parser, &token)) {
		more = token.type != YAML_STREAM_END_TOKEN &&
		       token.type != YAML_NO_TOKEN;
		if (token.type == YAML_SCALAR_TOKEN &&
			token.data.scalar.style ==
				YAML_DOUBLE_QUOTED_SCALAR_STYLE) {
			xgrow(&ret->v, &ret->cap, ret->nr + 1, sizeof(*ret->v));
			ret->v[ret->nr++] = (struct span){
				token.start_mark.index, token.end_mark.index
			};
		}
		yaml_token_delete(&token);
	}
	yaml_parser_delete(&parser);
}

struct walk {
	const char *s;
	size_t index;  /* characters before s */
	int line, col; /* in the rewritten text */
};

static void copy_char(struct walk *walk, struct strbuf *out)
{
	size_t len = source_break(walk->s);

	if (len) {
		walk->line++;
		walk->col = 1;
		walk->index += walk->s[0] == '\r' && len == 2;
	} else {
		for (len = 1; ((unsigned char)walk->s[len] & 0xc0) == 0x80;)
			len++;
		walk->col++;
	}
	strbuf_add(out, walk->s, len);
	walk->s += len;
	walk->index++;
}

static void rewrite_pair(
	struct walk *walk, unsigned code, struct surrogates *ret)
{
	strbuf_addf(&ret->text, "\\U%08x", code);
	walk->s += PAIR_CHARS;
	walk->index += PAIR_CHARS;
	walk->col += ESCAPE_CHARS;
	xgrow(&ret->pair, &ret->cap, ret->nr + 1, sizeof(*ret->pair));
	ret->pair[ret->nr++] =
		(struct surrogate_place){ walk->line, walk->col };
}

static void rewrite_span(
	struct walk *walk, const struct span *span, struct surrogates *ret)
{
	while (*walk->s && walk->index < span->start)
		copy_char(walk, &ret->text);
	while (*walk->s && walk->index < span->end) {
		unsigned code = read_pair(walk->s);

		if (code) {
			rewrite_pair(walk, code, ret);
			continue;
		}
		if (walk->s[0] == '\\' && walk->s[1])
			copy_char(walk, &ret->text);
		copy_char(walk, &ret->text);
	}
}

void surrogates_rewrite(struct surrogates *ret, const char *text, size_t len)
{
	struct walk walk = { .s = text, .line = 1, .col = 1 };
	AUTO_STRBUF harmless = STRBUF_INIT;
	struct spans spans = { 0 };

	strbuf_add(&harmless, text, len);
	neutralise(&harmless);
	find_quoted(&harmless, &spans);
	for (size_t i = 0; i < spans.nr; i++)
		rewrite_span(&walk, &spans.v[i], ret);
	strbuf_addstr(&ret->text, walk.s);
	free(spans.v);
}

/* How many pairs end before or at a place. */
static size_t count_until(const struct surrogates *pairs, int line, int col)
{
	size_t low = 0, high = pairs->nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct surrogate_place *place = &pairs->pair[mid];

		if (place->line < line ||
			(place->line == line && place->col <= col))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

int surrogates_column(const struct surrogates *pairs, int line, int col)
{
	size_t before = count_until(pairs, line, col) -
			count_until(pairs, line, 0);

	return col + (int)before * (PAIR_CHARS - ESCAPE_CHARS);
}
