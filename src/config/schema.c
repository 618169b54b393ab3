/*
 * The JSON schema: for each place of the grammar an object with the keys of the
 * table, and what keys mean together.  It is written whenever it is asked for,
 * out of what `validate` checks by, so that the two cannot grow apart; what
 * check_rules.c says in code is here once more as data, for which
 * tests/e2e/schema.t has both judge the same files.
 *
 * Draft 7, because that is what all editors know.  `$ref` with a description
 * beside it is no more than a `$ref` to who follows that draft to the letter.
 */
#include "hookrun/config/schema.h"

#include "config/check.h"
#include "config/grammar.h"
#include "config/schema_value.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/hookname.h"
#include "hookrun/base/words.h"

#include <ctype.h>
#include <string.h>

#define ANY_JOBS                                                               \
	"\"anyOf\": [{\"required\": [\"jobs\"]}, {\"required\": "              \
	"[\"commands\"]}, {\"required\": [\"scripts\"]}]"

struct schema {
	struct json json;
	bool part;
};

static const struct {
	enum key_place place;
	const char *name, *help;
} places[] = {
	{ PLACE_HOOK, "hook", "A hook of git's, or one of your own." },
	{ PLACE_JOB, "job",
		"One job: a command, a script, a group or a built-in step." },
	{ PLACE_GROUP, "group", "Jobs within a job." },
	{ PLACE_COMMAND, "command", "A job that runs a command." },
	{ PLACE_SCRIPT, "script", "A job that runs a file." },
	{ PLACE_REMOTE, "remote", "A repository with configuration." },
	{ PLACE_SETUP, "setup", "A command that runs before the jobs." },
	{ PLACE_CONDITION, "condition",
		"A condition of a branch, of what is pushed, or of a "
		"command." },
};

static const char *name_of(enum key_place place)
{
	size_t i = 0;

	while (places[i].place != place)
		i++;
	return places[i].name;
}

static void add_raw(struct schema *s, const char *key, const char *text)
{
	json_key(&s->json, key);
	json_raw(&s->json, text);
}

static void add_rawf(struct schema *s, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A value as it is; without a key an entry of a list. */
static void add_rawf(struct schema *s, const char *key, const char *fmt, ...)
{
	AUTO_STRBUF text = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	if (key)
		json_key(&s->json, key);
	json_raw(&s->json, text.buf);
}

/* ---- keys ---------------------------------------------------------------- */

/* "What it is for." of "what it is for". */
static void add_description(struct schema *s, const char *help)
{
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_addf(&text, "%s.", help);
	text.buf[0] = (char)toupper((unsigned char)text.buf[0]);
	json_kstr(&s->json, "description", text.buf);
}

static void add_default(struct schema *s, const struct key *key)
{
	if (!key->def)
		return;
	json_key(&s->json, "default");
	if (key_is_list(key)) {
		json_open(&s->json, '[');
		for (const char *def = key->def; *def;) {
			size_t len = strcspn(def, "|");

			json_strn(&s->json, def, len);
			def += len + (def[len] != '\0');
		}
		json_close(&s->json, ']');
	} else if (key->type == KEY_INT || key->type == KEY_ORDER ||
		   words_have("true|false", key->def)) {
		json_raw(&s->json, key->def);
	} else {
		json_str(&s->json, key->def);
	}
}

/* A list of maps, for which one map stands too; or a map of names. */
static void add_nest(struct schema *s, const struct nest *nest)
{
	const char *name = name_of(nest->place);

	if (nest->form == NEST_ONE) {
		add_rawf(s, "anyOf",
			"[{\"$ref\": \"" SCHEMA_REF "%s\"}, {\"type\": "
			"\"null\"}]",
			name);
		return;
	}
	add_raw(s, "type", "[\"array\", \"object\", \"null\"]");
	if (nest->form == NEST_LIST) {
		add_rawf(s, "items", "{\"$ref\": \"" SCHEMA_REF "%s\"}", name);
		add_raw(s, "if",
			"{\"type\": \"object\", \"minProperties\": 1}");
		add_rawf(s, "then", "{\"$ref\": \"" SCHEMA_REF "%s\"}", name);
	} else {
		add_rawf(s, "additionalProperties",
			"{\"$ref\": \"" SCHEMA_REF "%s\"}", name);
		add_rawf(s, "items",
			"{\"type\": \"object\", \"additionalProperties\": "
			"{\"$ref\": \"" SCHEMA_REF "%s\"}}",
			name);
	}
}

static void add_key(
	struct schema *s, const struct key *key, enum key_place place)
{
	const struct nest *nest = grammar_below(key->name);

	json_key(&s->json, key->name);
	json_open(&s->json, '{');
	add_description(s, key->help);
	if (nest && place != PLACE_WITH)
		add_nest(s, nest);
	else if (!strcmp(key->name, "ai"))
		add_raw(s, "$ref", "\"" SCHEMA_REF "assistants\"");
	else if (key->type == KEY_MAP)
		add_raw(s, "type", "[\"object\", \"null\"]");
	else
		schema_value(&s->json, key, place);
	add_default(s, key);
	json_close(&s->json, '}');
}

static void add_properties(
	struct schema *s, const struct key *keys, enum key_place place)
{
	for (; keys->name; keys++)
		if (key_is_at(keys, place))
			add_key(s, keys, place);
}

/* ---- what keys mean together --------------------------------------------- */

/* The key is there, and no empty text: a schema. */
#define SET(key)                                                               \
	"{\"required\": [\"" key "\"], \"properties\": {\"" key                \
	"\": {\"$ref\": \"" SCHEMA_REF "set\"}}}"

/* `name` is true in a schema that forbids something. */
#define TRUE_KEY(key) "\"" key "\": {\"$ref\": \"" SCHEMA_REF "true\"}"

static void add_flow_rule(struct schema *s)
{
	add_raw(s, "not",
		"{\"type\": \"object\", \"required\": [\"piped\", "
		"\"parallel\"], \"properties\": {" TRUE_KEY(
			"piped") ", " TRUE_KEY("parallel") "}}");
}

/* One of run, script, group and uses; in a part none may be there. */
static void add_kind_rule(struct schema *s)
{
	json_open(&s->json, '{');
	json_key(&s->json, "oneOf");
	json_open(&s->json, '[');
	for (const char *const *kind = grammar_kinds; *kind; kind++)
		add_rawf(s, NULL, SET("%s"), *kind, *kind);
	if (s->part) {
		json_open(&s->json, '{');
		json_key(&s->json, "properties");
		json_open(&s->json, '{');
		for (const char *const *kind = grammar_kinds; *kind; kind++)
			add_raw(s, *kind,
				"{\"$ref\": \"" SCHEMA_REF "unset\"}");
		json_close(&s->json, '}');
		json_close(&s->json, '}');
	}
	json_close(&s->json, ']');
	json_close(&s->json, '}');
}

/* Where `key` is there, none of `others` is. */
static void add_exclusion(
	struct schema *s, const char *key, const char *const *others)
{
	json_open(&s->json, '{');
	add_rawf(s, "if", SET("%s"), key, key);
	json_key(&s->json, "then");
	json_open(&s->json, '{');
	json_key(&s->json, "properties");
	json_open(&s->json, '{');
	for (; *others; others++)
		add_raw(s, *others, "{\"$ref\": \"" SCHEMA_REF "unset\"}");
	json_close(&s->json, '}');
	json_close(&s->json, '}');
	json_close(&s->json, '}');
}

/* The options of each step. */
static void add_with_rules(struct schema *s, const struct strvec *steps)
{
	if (!s->part)
		json_raw(&s->json,
			"{\"if\": " SET("with") ", \"then\": " SET("uses") "}");
	for (size_t i = 0; i < steps->nr; i++)
		add_rawf(s, NULL,
			"{\"if\": {\"required\": [\"uses\"], \"properties\": "
			"{\"uses\": {\"const\": \"%s\"}}}, \"then\": "
			"{\"properties\": {\"with\": {\"$ref\": \"" SCHEMA_REF
			"with_%s\"}}}}",
			steps->v[i], steps->v[i]);
}

/* What is fixed in a checkout is thrown away with it. */
static void add_checkout_rule(struct schema *s)
{
	json_raw(&s->json, "{\"not\": {\"type\": \"object\", \"required\": "
			   "[\"checkout\", \"stage_fixed\"], \"properties\": "
			   "{\"checkout\": {\"$ref\": \"" SCHEMA_REF
			   "set\"}, " TRUE_KEY("stage_fixed") "}}}");
}

static void add_job_rules(struct schema *s, const struct strvec *steps)
{
	json_key(&s->json, "allOf");
	json_open(&s->json, '[');
	add_kind_rule(s);
	add_exclusion(s, "uses", grammar_not_of_steps);
	add_exclusion(s, "group", grammar_not_of_groups);
	add_with_rules(s, steps);
	add_checkout_rule(s);
	json_close(&s->json, ']');
}

static void add_command_rules(struct schema *s, enum key_place place)
{
	if (place == PLACE_COMMAND && !s->part)
		add_raw(s, "required", "[\"run\"]");
	json_key(&s->json, "allOf");
	json_open(&s->json, '[');
	add_checkout_rule(s);
	json_close(&s->json, ']');
}

/* A group without jobs fails. */
static void add_group_rules(struct schema *s)
{
	add_flow_rule(s);
	if (s->part)
		return;
	add_raw(s, "required", "[\"jobs\"]");
	json_key(&s->json, "allOf");
	json_raw(&s->json,
		"[{\"properties\": {\"jobs\": {\"type\": [\"array\", "
		"\"object\"], \"minItems\": 1, \"minProperties\": 1}}}]");
}

static void add_rules(
	struct schema *s, enum key_place place, const struct strvec *steps)
{
	if (place == PLACE_HOOK)
		add_flow_rule(s);
	else if (place == PLACE_GROUP)
		add_group_rules(s);
	else if (place == PLACE_JOB)
		add_job_rules(s, steps);
	else if (place & (PLACE_COMMAND | PLACE_SCRIPT))
		add_command_rules(s, place);
	else if (place == PLACE_REMOTE)
		add_raw(s, "allOf", "[" SET("git_url") "]");
	else if (place == PLACE_CONDITION)
		add_raw(s, "minProperties", "1");
}

/* ---- definitions --------------------------------------------------------- */

static void define(struct schema *s, const char *name, const char *help,
	const struct key *keys, enum key_place place,
	const struct strvec *steps)
{
	json_key(&s->json, name);
	json_open(&s->json, '{');
	json_kstr(&s->json, "description", help);
	/* Where nothing is said of it, there need be no more than a name. */
	if (place & (PLACE_HOOK | PLACE_SCRIPT | PLACE_WITH) ||
		(s->part && place == PLACE_COMMAND))
		add_raw(s, "type", "[\"object\", \"null\"]");
	else
		add_raw(s, "type", "\"object\"");
	json_key(&s->json, "properties");
	json_open(&s->json, '{');
	add_properties(s, keys, place);
	json_close(&s->json, '}');
	add_raw(s, "additionalProperties", "false");
	add_rules(s, place, steps);
	json_close(&s->json, '}');
}

static void define_options(struct schema *s, const char *step)
{
	AUTO_STRBUF name = STRBUF_INIT, help = STRBUF_INIT;

	strbuf_addf(&name, "with_%s", step);
	strbuf_addf(&help, "Options of the step %s.", step);
	define(s, name.buf, help.buf, keys_of_uses(step), PLACE_WITH, NULL);
}

/* A hook of one's own is one by having jobs. */
static void define_own(struct schema *s)
{
	add_raw(s, "own_hook",
		s->part ? "{\"$ref\": \"" SCHEMA_REF "hook\"}"
			: "{\"type\": \"object\", \"allOf\": [{\"$ref\": "
			  "\"" SCHEMA_REF "hook\"}, {" ANY_JOBS "}]}");
	add_raw(s, "private",
		"{\"description\": \"Not looked at, unless it has jobs; for "
		"what YAML anchors name.\", \"if\": {\"type\": "
		"\"object\", " ANY_JOBS "}, \"then\": {\"$ref\": \"" SCHEMA_REF
		"hook\"}}");
}

static void add_definitions(struct schema *s)
{
	AUTO_ARENA arena = ARENA_INIT;
	AUTO_STRVEC steps = STRVEC_INIT;
	const char *words = keys_uses_words(&arena);

	strvec_split(&steps, words, strlen(words), '|');
	json_key(&s->json, "definitions");
	json_open(&s->json, '{');
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		define(s, places[i].name, places[i].help, keys_all(),
			places[i].place, &steps);
	for (size_t i = 0; i < steps.nr; i++)
		define_options(s, steps.v[i]);
	define_own(s);
	add_raw(s, "assistants",
		"{\"type\": [\"object\", \"array\", \"null\"], "
		"\"additionalProperties\": {\"$ref\": \"" SCHEMA_REF
		"strings\"}, \"items\": {\"type\": \"object\", "
		"\"additionalProperties\": {\"$ref\": \"" SCHEMA_REF
		"strings\"}}}");
	add_raw(s, "set", "{\"not\": {\"enum\": [null, \"\"]}}");
	add_raw(s, "unset", "{\"enum\": [null, \"\"]}");
	schema_value_types(&s->json);
	json_close(&s->json, '}');
}

/* ---- the file ------------------------------------------------------------ */

static void add_top(struct schema *s)
{
	json_kstr(
		&s->json, "$schema", "http://json-schema.org/draft-07/schema#");
	json_kstr(&s->json, "$comment", SCHEMA_MARK);
	json_kstr(&s->json, "title",
		s->part ? "what is laid over a configuration of hookrun"
			: "configuration of hookrun and lefthook");
	add_raw(s, "type", "[\"object\", \"null\"]");
	add_rawf(s, "maxProperties", "%d", TOP_MAX_KEYS);
	/* Names of hooks become names of files. */
	add_raw(s, "propertyNames",
		"{\"pattern\": \"^(?:\\\\$schema|[._].*|x-.*|"
		"[A-Za-z0-9_:][A-Za-z0-9_:-]*)$\"}");
	json_key(&s->json, "properties");
	json_open(&s->json, '{');
	add_properties(s, keys_all(), PLACE_TOP);
	for (const char *const *hook = hookname_all; *hook; hook++)
		add_raw(s, *hook, "{\"$ref\": \"" SCHEMA_REF "hook\"}");
	json_close(&s->json, '}');
	add_raw(s, "patternProperties",
		"{\"^(?:[._]|x-)\": {\"$ref\": \"" SCHEMA_REF "private\"}}");
	add_raw(s, "additionalProperties",
		"{\"$ref\": \"" SCHEMA_REF "own_hook\"}");
}

void schema_write(struct strbuf *out, bool part)
{
	struct schema s = { .part = part };

	json_init(&s.json, out, 1);
	json_open(&s.json, '{');
	add_top(&s);
	add_definitions(&s);
	json_close(&s.json, '}');
	strbuf_addch(out, '\n');
}
