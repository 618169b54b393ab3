/*
 * Types of values as a JSON schema has them: the other side of check_value.c,
 * which decides what a hook accepts.  Words come from where that file has them;
 * grammars of texts are regular expressions here, and tests/e2e/schema.t gives
 * both sides the same values, for each key.
 *
 * Null is accepted everywhere, as a key without a value.  A list of types with
 * `items` stands where `anyOf` would say the same: so an editor can tell which
 * entry is wrong, instead of that nothing fits.
 */
#include "config/schema_value.h"

#include "config/check.h"
#include "config/value.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/language.h"
#include "hookrun/base/mime.h"
#include "hookrun/base/words.h"

#include <string.h>

#define ANY_TEXT "{\"$ref\": \"" SCHEMA_REF "text\"}"
#define FLAG_OR_NULL "{\"type\": [\"boolean\", \"null\"]}"
#define NO_ENTRIES "{\"type\": \"object\", \"maxProperties\": 0}"
#define SCALARS "\"string\", \"number\", \"boolean\", \"null\""

/* An escaped character, or a class that is closed. */
#define GLOB_TOKENS "\\\\.|\\[!?(?:\\\\.|[^\\\\\\]])+\\]"
#define GLOB_BRACES 4 /* within each other */

#define VERSION_NUMBER "(?:0|[1-9][0-9]*)"
#define VERSION_WORD "(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"

static void add_ref(struct json *json, const char *name)
{
	AUTO_STRBUF ref = STRBUF_INIT;

	strbuf_addf(&ref, SCHEMA_REF "%s", name);
	json_kstr(json, "$ref", ref.buf);
}

/* The members of an object, as they are written in C. */
static void add_raw(struct json *json, const char *key, const char *text)
{
	json_key(json, key);
	json_raw(json, text);
}

static void add_words(struct json *json, const char *words)
{
	while (*words) {
		size_t len = strcspn(words, "|");

		json_strn(json, words, len);
		words += len + (words[len] != '\0');
	}
}

static void open_key(struct json *json, const char *key, char bracket)
{
	json_key(json, key);
	json_open(json, bracket);
}

/* `enum` of words; `null`: and of nothing. */
static void add_enum(struct json *json, const char *words, bool null)
{
	open_key(json, "enum", '[');
	add_words(json, words);
	if (null)
		json_null(json);
	json_close(json, ']');
}

/* One of several schemas: the words, which editors offer. */
static void add_enum_choice(struct json *json, const char *words, bool null)
{
	json_open(json, '{');
	add_enum(json, words, null);
	json_close(json, '}');
}

/* Another: texts that match. */
static void add_text_choice(struct json *json, const char *pattern)
{
	json_open(json, '{');
	json_kstr(json, "type", "string");
	json_kstr(json, "pattern", pattern);
	json_close(json, '}');
}

/* "a|b" as alternatives of a regular expression. */
static void add_alternatives(struct strbuf *out, const char *words)
{
	for (; *words; words++) {
		if (strchr(".+", *words))
			strbuf_addch(out, '\\');
		strbuf_addch(out, *words);
	}
}

/* ---- texts with a grammar ------------------------------------------------ */

static void add_duration(struct strbuf *out)
{
	const char *unit;

	strbuf_addstr(out, "(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:");
	for (size_t i = 0; (unit = duration_unit(i)); i++)
		strbuf_addf(out, "%s%s", i ? "|" : "", unit);
	strbuf_addch(out, ')');
}

/* A number alone has no unit, unless it is 0. */
static void write_duration(struct json *json)
{
	AUTO_STRBUF pattern = STRBUF_INIT;

	json_kstr(json, "description",
		"A time with its unit, such as 500ms, 30s or 1m30s.");
	strbuf_addstr(&pattern, "^(?:0|(?:");
	add_duration(&pattern);
	strbuf_addstr(&pattern, ")+)$");
	add_raw(json, "type",
		"[\"string\", \"integer\", \"boolean\", \"null\"]");
	json_kstr(json, "pattern", pattern.buf);
	add_raw(json, "maximum", "0");
	add_raw(json, "minimum", "0");
	add_raw(json, "not", "{\"const\": true}");
}

static void write_age(struct json *json, const struct key *key)
{
	AUTO_STRBUF pattern = STRBUF_INIT;

	strbuf_addf(&pattern, "^(?:%s||0|(?:", key->words);
	add_duration(&pattern);
	strbuf_addstr(&pattern, ")+)$");
	open_key(json, "anyOf", '[');
	add_enum_choice(json, key->words, true);
	add_text_choice(json, pattern.buf);
	json_raw(json, "{\"enum\": [0, false]}");
	json_close(json, ']');
}

static void write_flag(struct json *json)
{
	add_raw(json, "type",
		"[\"boolean\", \"number\", \"string\", \"null\"]");
	json_kstr(json, "pattern", "^(?:" VALUE_TRUE "|" VALUE_FALSE "|)$");
}

/* What value_flag() takes for true. */
static void write_true(struct json *json)
{
	add_raw(json, "type", "[\"boolean\", \"number\", \"string\"]");
	json_kstr(json, "pattern", "^(?:" VALUE_TRUE ")$");
	add_raw(json, "not", "{\"enum\": [false, 0]}");
}

/* Digits in quotes may be of another base; an empty text is 0. */
#define DIGITS_OR_NULL                                                         \
	"(?:0[0-7_]*|[1-9][0-9_]*|0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|"            \
	"0[bB][01_]+)|~|null|Null|NULL|"

static void write_int(struct json *json)
{
	add_raw(json, "type", "[\"integer\", \"string\", \"null\"]");
	json_kstr(json, "pattern", "^(?:[+]?" DIGITS_OR_NULL ")$");
	add_raw(json, "minimum", "0");
	add_raw(json, "maximum", "2147483647");
}

static void write_order(struct json *json)
{
	add_raw(json, "type", "[" SCALARS "]");
	json_kstr(json, "pattern", "^(?:[-+]?" DIGITS_OR_NULL ")$");
	add_raw(json, "minimum", "-2147483647");
	add_raw(json, "maximum", "2147483647");
}

static void write_version(struct json *json)
{
	add_raw(json, "type", "[" SCALARS "]");
	json_kstr(json, "pattern",
		"^(?:|v?" VERSION_NUMBER "(?:\\." VERSION_NUMBER ")?|"
		"v?" VERSION_NUMBER "\\." VERSION_NUMBER "\\." VERSION_NUMBER
		"(?:-" VERSION_WORD "(?:\\." VERSION_WORD ")*)?"
		"(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?)$");
	add_raw(json, "minimum", "0");
}

/* Braces nest without end, and regular expressions do not. */
static void write_pattern(struct json *json)
{
	AUTO_STRBUF braces = STRBUF_INIT, pattern = STRBUF_INIT;

	for (int i = 0; i < GLOB_BRACES; i++) {
		AUTO_STRBUF inner = STRBUF_INIT;

		strbuf_addstr(&inner, braces.buf);
		strbuf_setlen(&braces, 0);
		strbuf_addf(&braces,
			"\\{(?:" GLOB_TOKENS "|[^\\\\\\[\\{\\}]%s%s)*\\}",
			i ? "|" : "", inner.buf);
	}
	strbuf_addf(&pattern, "^(?:" GLOB_TOKENS "|[^\\\\\\[\\{]|%s)*$",
		braces.buf);
	json_kstr(json, "description", "A glob.");
	add_raw(json, "type", "[" SCALARS "]");
	json_kstr(json, "pattern", pattern.buf);
}

/* ---- lists and maps ------------------------------------------------------ */

/* One scalar, or a list of them; a map without entries is an empty list. */
static void write_list(struct json *json)
{
	json_kstr(json, "description", "Texts; a single one is a list of one.");
	add_raw(json, "type", "[" SCALARS ", \"array\", \"object\"]");
	add_raw(json, "maxProperties", "0");
	add_raw(json, "items", ANY_TEXT);
}

/* Under `with` it is none. */
static void write_texts(struct json *json)
{
	add_raw(json, "type", "[" SCALARS ", \"array\"]");
	add_raw(json, "items", ANY_TEXT);
}

static void write_patterns(struct json *json)
{
	add_raw(json, "type", "[" SCALARS ", \"array\", \"object\"]");
	add_raw(json, "maxProperties", "0");
	add_raw(json, "items", "{\"$ref\": \"" SCHEMA_REF "pattern\"}");
	add_raw(json, "if", "{\"type\": \"string\"}");
	add_raw(json, "then", "{\"$ref\": \"" SCHEMA_REF "pattern\"}");
}

static void write_files(struct json *json)
{
	add_raw(json, "type", "[\"array\", \"object\", \"null\"]");
	add_raw(json, "maxProperties", "0");
	add_raw(json, "items", ANY_TEXT);
}

/* A map of texts, or a list of such maps, which are one together. */
static void write_strings(struct json *json)
{
	add_raw(json, "type", "[\"object\", \"array\", \"null\"]");
	add_raw(json, "additionalProperties", ANY_TEXT);
	add_raw(json, "items",
		"{\"type\": \"object\", \"additionalProperties\": " ANY_TEXT
		"}");
}

/* One of `words`, or a list of them; `{}` is one too, but not in the table of a
 * step, whose keys have no places. */
static void write_word_list(struct json *json, const struct key *key)
{
	open_key(json, "anyOf", '[');
	add_enum_choice(json, key->words, true);
	json_open(json, '{');
	json_kstr(json, "type", "array");
	json_key(json, "items");
	add_enum_choice(json, key->words, false);
	json_close(json, '}');
	if (key->places)
		json_raw(json, NO_ENTRIES);
	json_close(json, ']');
}

/* A definition, or a list of what it defines; `others` may stand there too, a
 * list of schemas. */
static void write_one_or_list(
	struct json *json, const char *item, const char *others, bool empty)
{
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_addf(&text,
		"[%s, {\"$ref\": \"" SCHEMA_REF "%s\"}, "
		"{\"type\": \"array\", \"items\": {\"$ref\": \"" SCHEMA_REF
		"%s\"}%s}]",
		others, item, item, empty ? "" : ", \"minItems\": 1");
	add_raw(json, "anyOf", text.buf);
}

static void write_file_type(struct json *json, const struct key *key)
{
	AUTO_STRBUF pattern = STRBUF_INIT;

	strbuf_addstr(&pattern, "^(?:");
	add_alternatives(&pattern, mime_words());
	strbuf_addstr(&pattern, ")(?:[; ].*)?$");
	json_kstr(json, "description",
		"What a file is: some of these hold for any, then languages, "
		"or a MIME type.");
	open_key(json, "anyOf", '[');
	add_enum_choice(json, key->words, false);
	add_enum_choice(json, language_words(), false);
	add_text_choice(json, pattern.buf);
	json_close(json, ']');
}

/* ---- what only one key is ------------------------------------------------ */

/* A text may have several words, parted by commas or blanks. */
static void write_output_word(struct json *json, const struct key *key)
{
	AUTO_STRBUF pattern = STRBUF_INIT;

	strbuf_addf(&pattern, "^[, ]*(?:(?:%s)(?:[, ]+|$))*$", key->words);
	open_key(json, "anyOf", '[');
	add_enum_choice(json, key->words, false);
	add_text_choice(json, pattern.buf);
	json_close(json, ']');
}

static void write_colour(struct json *json)
{
	json_kstr(json, "description",
		"A number of the terminal's palette, #rgb or #rrggbb.");
	add_raw(json, "type", "[\"integer\", \"string\", \"null\"]");
	json_kstr(json, "pattern",
		"^(?:#[0-9a-fA-F]{3}|#[0-9a-fA-F]{6}|25[0-5]|2[0-4][0-9]|"
		"[01]?[0-9]{1,2})$");
	add_raw(json, "minimum", "0");
	add_raw(json, "maximum", "255");
}

static void write_colors(struct json *json)
{
	open_key(json, "anyOf", '[');
	add_enum_choice(json, check_colour_words, true);
	json_raw(json, "{\"enum\": [true, false, 0, 1]}");
	json_open(json, '{');
	json_kstr(json, "type", "object");
	json_key(json, "propertyNames");
	add_enum_choice(json, check_colour_names, false);
	add_raw(json, "additionalProperties",
		"{\"$ref\": \"" SCHEMA_REF "colour\"}");
	json_close(json, '}');
	json_close(json, ']');
}

/* Words such as "true" and "0" are also what they look like. */
static void write_word_or_bool(struct json *json, const char *words)
{
	open_key(json, "enum", '[');
	json_bool(json, true);
	json_bool(json, false);
	add_words(json, words);
	if (words_have(words, "0"))
		json_int(json, 0);
	if (words_have(words, "1"))
		json_int(json, 1);
	json_str(json, "");
	json_null(json);
	json_close(json, ']');
}

static void write_uses(struct json *json)
{
	AUTO_ARENA arena = ARENA_INIT;

	add_enum(json, keys_uses_words(&arena), true);
}

static void write_condition_value(struct json *json, const struct key *key)
{
	if (words_have("ref|push_ref", key->name))
		add_raw(json, "allOf",
			"[{\"type\": \"string\"}, {\"$ref\": \"" SCHEMA_REF
			"pattern\"}]");
	else
		json_kstr(json, "type", "string");
}

static void write_own(struct json *json, const struct key *key)
{
	switch (key->type) {
	case KEY_ENUM:
		add_enum(json, key->words, true);
		break;
	case KEY_CONDITION:
		write_one_or_list(json, "condition_item", FLAG_OR_NULL,
			strcmp(key->name, "only"));
		break;
	case KEY_OUTPUT:
		write_one_or_list(json, "output_word", FLAG_OR_NULL, true);
		break;
	case KEY_FILE_TYPES:
		write_one_or_list(json, "file_type",
			"{\"type\": \"null\"}, " NO_ENTRIES, true);
		break;
	case KEY_COLORS:
		write_colors(json);
		break;
	case KEY_WORD_OR_BOOL:
		write_word_or_bool(json, key->words);
		break;
	case KEY_USES:
		write_uses(json);
		break;
	case KEY_AGE:
		write_age(json, key);
		break;
	default:
		write_word_list(json, key);
		break;
	}
}

void schema_value(
	struct json *json, const struct key *key, enum key_place place)
{
	static const char *const names[] = {
		[KEY_STRING] = "text",
		[KEY_BOOL] = "flag",
		[KEY_INT] = "count",
		[KEY_ORDER] = "order",
		[KEY_DURATION] = "duration",
		[KEY_LIST] = "list",
		[KEY_PATTERNS] = "patterns",
		[KEY_FILES] = "files",
		[KEY_STRINGS] = "strings",
		[KEY_USES] = NULL,
	};
	const char *name =
		key->type == KEY_LIST && key->words ? NULL : names[key->type];

	if (place == PLACE_CONDITION)
		write_condition_value(json, key);
	else if (key->places & PLACE_UNHEEDED && place != PLACE_WITH)
		json_kstr(json, "type", "null");
	else if (place & (PLACE_JOB | PLACE_COMMAND) &&
		 !strcmp(key->name, "run"))
		add_ref(json, "command_line");
	else if (place == PLACE_WITH && key->type == KEY_LIST && !key->words)
		add_ref(json, "texts");
	else if (!strcmp(key->name, "min_version"))
		add_ref(json, "version");
	else if (name)
		add_ref(json, name);
	else
		write_own(json, key);
}

/* ---- definitions --------------------------------------------------------- */

static void define(
	struct json *json, const char *name, void (*write)(struct json *json))
{
	json_key(json, name);
	json_open(json, '{');
	write(json);
	json_close(json, '}');
}

static void write_text(struct json *json)
{
	json_kstr(json, "description",
		"A text, or a number or boolean that is taken as one.");
	add_raw(json, "type", "[" SCALARS "]");
}

/* One of blanks would be run, and always pass. */
static void write_command_line(struct json *json)
{
	add_raw(json, "type", "[\"string\", \"number\", \"boolean\"]");
	json_kstr(json, "pattern", "[^ \\t\\r\\n]");
}

static const struct key *of_type(enum key_type type)
{
	const struct key *key = keys_all();

	while (key->name && key->type != type)
		key++;
	return key;
}

static void write_output_item(struct json *json)
{
	write_output_word(json, of_type(KEY_OUTPUT));
}

static void write_type(struct json *json)
{
	write_file_type(json, of_type(KEY_FILE_TYPES));
}

static void write_condition_item(struct json *json)
{
	open_key(json, "anyOf", '[');
	add_enum_choice(json, of_type(KEY_CONDITION)->words, false);
	json_raw(json, "{\"$ref\": \"" SCHEMA_REF "condition\"}");
	json_close(json, ']');
}

void schema_value_types(struct json *json)
{
	define(json, "text", write_text);
	define(json, "command_line", write_command_line);
	define(json, "flag", write_flag);
	define(json, "true", write_true);
	define(json, "count", write_int);
	define(json, "order", write_order);
	define(json, "duration", write_duration);
	define(json, "version", write_version);
	define(json, "pattern", write_pattern);
	define(json, "list", write_list);
	define(json, "texts", write_texts);
	define(json, "patterns", write_patterns);
	define(json, "files", write_files);
	define(json, "strings", write_strings);
	define(json, "file_type", write_type);
	define(json, "output_word", write_output_item);
	define(json, "colour", write_colour);
	define(json, "condition_item", write_condition_item);
}
