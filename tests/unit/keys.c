/*
 * The table of keys: every key refuses every wrong type, and options fall back
 * on the table's defaults.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/steps.h"
#include "config_text.h"
#include "hookrun/config/nearest.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/config/keys.h"

#include <string.h>

static const struct place {
	enum key_place place;
	const char *def;		   /* what it is called */
	const char *before, *base, *after; /* a file with the key at the place;
					      `base` unless it is the key */
	const char *uses;		   /* PLACE_WITH: whose table */
} places[] = {
	{ PLACE_TOP, "top", "{", "", "}", NULL },
	{ PLACE_HOOK, "hook", "{pre-commit: {", "", "}}", NULL },
	{ PLACE_JOB, "job", "{pre-commit: {jobs: [{", "run: x", "}]}}", NULL },
	{ PLACE_GROUP, "group", "{pre-commit: {jobs: [{group: {",
		"jobs: [{run: x}]", "}}]}}", NULL },
	{ PLACE_COMMAND, "command", "{pre-commit: {commands: {c: {", "run: x",
		"}}}}", NULL },
	{ PLACE_SCRIPT, "script", "{pre-commit: {scripts: {c: {", "", "}}}}",
		NULL },
	{ PLACE_REMOTE, "remote", "{remotes: [{", "", "}]}", NULL },
	{ PLACE_SETUP, "setup", "{pre-commit: {setup: [{", "", "}]}}", NULL },
	{ PLACE_CONDITION, "condition", "{pre-commit: {skip: [{", "", "}]}}",
		NULL },
	{ PLACE_WITH, "with_worktree",
		"{pre-commit: {jobs: [{uses: worktree, with: {", "", "}}]}}",
		"worktree" },
	{ PLACE_WITH, "with_deps", "{pre-commit: {jobs: [{uses: deps, with: {",
		"", "}}]}}", "deps" },
	{ PLACE_WITH, "with_migrate",
		"{pre-commit: {jobs: [{uses: migrate, with: {", "", "}}]}}",
		"migrate" },
	{ PLACE_WITH, "with_migrations_check",
		"{pre-commit: {jobs: [{uses: migrations-check, with: {", "",
		"}}]}}", "migrations-check" },
	{ PLACE_WITH, "with_test_map",
		"{pre-commit: {jobs: [{uses: test-map, with: {", "", "}}]}}",
		"test-map" },
};

/* The table that the keys of a place are in. */
static const struct key *table_of(const struct place *place)
{
	return place->uses ? keys_of_uses(place->uses) : keys_all();
}

#define each_key_at(key, at)                                                   \
	const struct key *key = table_of(at);                                  \
	key->name;                                                             \
	key++

enum value {
	V_MAP,
	V_DEEP_LIST,
	V_LIST,
	V_TRUE,
	V_QUOTED_TRUE,
	V_YES,
	V_TEXT,
	V_INT,
	V_NEGATIVE,
	V_FLOAT,
	V_NULL,
	V_COUNT
};

static const char *const values[V_COUNT] = { "{zz: [1]}", "[[x]]", "[x]",
	"true", "'true'", "yes", "zz", "7", "-1", "1.5", "~" };

#define BIT(v) (1U << (v))
#define NUMBERS (BIT(V_INT) | BIT(V_NEGATIVE) | BIT(V_FLOAT))
#define SCALARS                                                                \
	(BIT(V_TRUE) | BIT(V_QUOTED_TRUE) | BIT(V_YES) | BIT(V_TEXT) | NUMBERS)

#define ANYTHING (BIT(V_COUNT) - 1)

/* Which of the values a type accepts, be it with a warning, besides null. */
static unsigned accepted(const struct key *key, const struct place *place)
{
	if (!strcmp(key->name, "glob_matcher"))
		return SCALARS;
	if (place->place == PLACE_CONDITION)
		return ANYTHING;
	switch (key->type) {
	case KEY_STRING:
		return SCALARS;
	case KEY_BOOL:
		return BIT(V_TRUE) | BIT(V_QUOTED_TRUE) | NUMBERS;
	case KEY_INT:
		return BIT(V_INT);
	case KEY_ORDER:
		return BIT(V_TRUE) | NUMBERS;
	case KEY_LIST:
		return key->words ? 0 : SCALARS | BIT(V_LIST);
	case KEY_PATTERNS:
	case KEY_FILE_TYPES:
	case KEY_FILES:
		return SCALARS | BIT(V_LIST);
	case KEY_WORD_OR_BOOL:
	case KEY_AGE:
		return SCALARS;
	case KEY_CONDITION:
	case KEY_COLORS:
	case KEY_OUTPUT:
		return ANYTHING;
	case KEY_DURATION:
	case KEY_STRINGS:
	case KEY_ENUM:
	case KEY_USES:
	case KEY_MAP:
	case KEY_SEQ:
		break;
	}
	return 0;
}

/* What a map or a text means depends on more than the type. */
static bool is_special(const struct key *key, enum value value)
{
	if (!strcmp(key->name, "min_version") || !strcmp(key->name, "needs"))
		return true;
	return value == V_MAP && (key->type == KEY_MAP || key->type == KEY_SEQ);
}

/* `key: value` at the place, in a file that is valid otherwise. */
static void make_file(struct strbuf *out, const struct place *place,
	const char *key, const char *value)
{
	static const char *const kinds[] = { "run", "script", "group", "uses",
		NULL };
	bool based = *place->base && strcmp(key, "jobs") != 0;

	for (size_t i = 0; kinds[i]; i++)
		based = based &&
			(place->place != PLACE_JOB || strcmp(key, kinds[i]));
	if (place->place == PLACE_COMMAND && !strcmp(key, "run"))
		based = false;
	strbuf_addf(out, "%s%s%s%s: %s", place->before,
		based ? place->base : "", based ? ", " : "", key, value);
	strbuf_addstr(out, place->after);
}

static void check_one(const struct key *key, const struct place *place,
	enum value value, bool ok)
{
	AUTO_STRBUF text = STRBUF_INIT;
	AUTO_STRBUF quoted = STRBUF_INIT;
	struct config config;
	struct err err = ERR_INIT;
	int failed;

	make_file(&text, place, key->name, values[value]);
	failed = config_load_text(
		"f.yml", text.buf, text.len, false, &config, &err);
	if (!failed)
		config_release(&config);
	if (ok != !failed)
		fail_msg("%s: %s%s", text.buf, ok ? "refused: " : "accepted",
			err.msg);
	if (ok)
		return;
	strbuf_addf(&quoted, "'%s'", key->name);
	if (strncmp(err.msg, "f.yml:1:", 8) || !strchr(err.msg, '^') ||
		(!strstr(err.msg, quoted.buf) && key->type != KEY_SEQ &&
			value != V_MAP))
		fail_msg("%s: bad message: %s", text.buf, err.msg);
}

static void test_wrong_types(void **state)
{
	size_t checked = 0;

	(void)state;
	for (size_t p = 0; p < ARRAY_SIZE(places); p++)
		for (each_key_at(key, &places[p]))
			for (int v = 0; v < V_NULL; v++) {
				if (!key_is_at(key, places[p].place) ||
					is_special(key, v))
					continue;
				check_one(key, &places[p], v,
					accepted(key, &places[p]) & BIT(v));
				checked++;
			}
	assert_true(checked > 700);
}

static void check_words(const struct key *key, const struct place *place)
{
	AUTO_STRBUF all = STRBUF_INIT;
	char *rest, *word;

	if (!key->words && (!key->def || key->type == KEY_LIST))
		return;
	strbuf_addstr(&all, key->words ? key->words : key->def);
	rest = all.buf;
	while ((word = strsep(&rest, "|"))) {
		AUTO_STRBUF text = STRBUF_INIT;
		struct config config;
		struct err err;

		make_file(&text, place, key->name, word);
		if (config_load_text(
			    "f.yml", text.buf, text.len, false, &config, &err))
			fail_msg("%s: %s", text.buf, err.msg);
		config_release(&config);
	}
}

/* The default and each word of a key must be valid for it. */
static void test_right_values(void **state)
{
	(void)state;
	for (size_t p = 0; p < ARRAY_SIZE(places); p++)
		for (each_key_at(key, &places[p]))
			if (key_is_at(key, places[p].place))
				check_words(key, &places[p]);
}

static void check_row(const struct key *key)
{
	assert_non_null(key->help);
	assert_true(strlen(key->help) > 5);
	assert_int_not_equal(key->help[strlen(key->help) - 1], '.');
	if (key->type == KEY_ENUM)
		assert_non_null(key->words);
}

static void test_table(void **state)
{
	(void)state;
	for (size_t p = 0; p < ARRAY_SIZE(places); p++)
		for (each_key_at(key, &places[p])) {
			check_row(key);
			/* One row at most for a name at a place. */
			if (key_is_at(key, places[p].place))
				assert_ptr_equal(key,
					keys_find_in(table_of(&places[p]),
						key->name, places[p].place));
		}
	assert_int_equal(keys_find("run", PLACE_JOB)->type, KEY_STRING);
	assert_null(keys_find("priority", PLACE_JOB));
	assert_null(keys_find("nope", PLACE_TOP));
	assert_true(key_is_at(keys_find("root", PLACE_GROUP), PLACE_UNHEEDED));
	assert_false(key_is_at(keys_find("root", PLACE_JOB), PLACE_UNHEEDED));
}

static size_t count_at(const char *def)
{
	size_t found = 0;

	for (size_t p = 0; p < ARRAY_SIZE(places); p++)
		for (each_key_at(key, &places[p]))
			found += !strcmp(places[p].def, def) &&
				 key_is_at(key, places[p].place);
	return found;
}

/* All option slots of lefthook 2.2.2, and what hookrun adds. */
static void test_counts(void **state)
{
	(void)state;
	assert_int_equal(count_at("top"), 17 + 5);
	assert_int_equal(count_at("hook"), 14 + 6 + 6 + 1);
	assert_int_equal(count_at("job"), 20 + 2 + 6);
	assert_int_equal(count_at("group"), 4 + 1);
	assert_int_equal(count_at("command"), 16 + 6);
	assert_int_equal(count_at("script"), 12 + 5);
	assert_int_equal(count_at("remote"), 6);
	assert_int_equal(count_at("setup"), 1);
	assert_int_equal(count_at("with_worktree"), 3);
	assert_int_equal(count_at("with_deps"), 3);
	assert_int_equal(count_at("with_migrate"), 18);
	assert_int_equal(count_at("with_migrations_check"), 4);
	assert_int_equal(count_at("with_test_map"), 6);
}

/* ---- a step that hookrun has never heard of ------------------------------ */

static const struct key cargo_options[] = {
	{ .name = "mode",
		.type = KEY_ENUM,
		.words = "fast|slow",
		.def = "fast",
		.help = "how it goes" },
	{ .name = "threads", .type = KEY_INT, .def = "1", .help = "how many" },
	{ .name = NULL },
};
static const struct step_ops cargo = { .name = "cargo",
	.options = cargo_options };
static const struct step_ops bare = { .name = "bare" };
static const struct step_ops *const own_steps[] = { &cargo, &bare, NULL };

/* Valid, and dumped with `want` in it; or, with `valid` false, refused so. */
static void check_own(const char *text, bool valid, const char *want)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct config config;
	struct err err = ERR_INIT;
	bool loaded = !config_load_text(
		"f.yml", text, strlen(text), true, &config, &err);

	if (loaded) {
		assert_int_equal(config_dump(&config, "json", &out, &err), 0);
		config_release(&config);
	}
	if (loaded != valid || !strstr(loaded ? out.buf : err.msg, want))
		fail_msg("%s: %s", text, loaded ? out.buf : err.msg);
}

static void test_own_steps(void **state)
{
	(void)state;
	step_register(own_steps);
	check_own("x: {jobs: [{uses: cargo, with: {threads: 4, mode: slow}}]}",
		true,
		"\"with\": {\n          \"mode\": \"slow\",\n"
		"          \"threads\": 4\n");
	check_own("x: {jobs: [{uses: bare}]}", true, "\"uses\": \"bare\"");
	check_own("x: {jobs: [{uses: bare, with: {mode: slow}}]}", false,
		"unknown key 'mode' in 'with' of step 'bare'");
	check_own("x: {jobs: [{uses: cargo, with: {thread: 4}}]}", false,
		"(did you mean 'threads'?)");
	check_own("x: {jobs: [{uses: cargo, with: {threads: many}}]}", false,
		"'threads'");
	check_own("x: {jobs: [{uses: carg}]}", false,
		"unknown step 'carg' for 'uses'");
	check_own("x: {jobs: [{uses: deps}]}", false, "unknown step 'deps'");
	step_register(steps_builtin);
}

static void test_nearest(void **state)
{
	struct arena arena = ARENA_INIT;

	(void)state;
	assert_string_equal(keys_nearest(keys_all(), "rnu", PLACE_JOB), "run");
	assert_string_equal(
		keys_nearest(keys_all(), "Glob", PLACE_JOB), "glob");
	assert_string_equal(keys_nearest(keys_all(), "stage-fixed", PLACE_JOB),
		"stage_fixed");
	assert_string_equal(
		keys_nearest(keys_all(), "pararell", PLACE_HOOK), "parallel");
	assert_null(keys_nearest(keys_all(), "zzzzzz", PLACE_JOB));
	assert_null(keys_nearest(keys_all(), "x", PLACE_JOB));
	assert_null(keys_nearest(keys_all(), "", PLACE_JOB));
	assert_null(keys_nearest(keys_all(),
		"a_name_that_is_much_longer_than_any_key_of_the_table",
		PLACE_JOB));
	assert_string_equal(
		nearest_word(&arena, "migrat", "deps|migrate|test-map"),
		"migrate");
	assert_null(nearest_word(&arena, "cargo", "deps|migrate|test-map"));
	arena_release(&arena);
}

/* ---- options ------------------------------------------------------------- */

static struct node *read_map(struct arena *arena, const char *text)
{
	struct node *node;
	struct err err;

	assert_int_equal(
		node_read_yaml(arena, "f.yml", text, strlen(text), &node, &err),
		0);
	return node;
}

static void test_option_defaults(void **state)
{
	struct arena arena = ARENA_INIT;
	struct node *empty = read_map(&arena, "{mode: ~, branches: ~}");
	const struct node *maps[] = { NULL, empty };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct node *map = maps[i];
		const char **list;

		assert_null(option_str(map, keys_of_uses("deps"), "root"));
		assert_string_equal(
			option_str(map, keys_of_uses("deps"), "mode"), "auto");
		assert_string_equal(
			option_str(map, keys_of_uses("migrate"), "engine"),
			"rails");
		assert_string_equal(
			option_str(map, keys_of_uses("test-map"), "refresh"),
			"CRYSTALBALL=true bundle exec rspec");
		assert_true(
			option_bool(map, keys_of_uses("migrate"), "atomic"));
		assert_int_equal(option_int(map, keys_of_uses("migrate"),
					 "max_rollbacks"),
			20);
		assert_int_equal(
			option_ms(map, keys_of_uses("migrate"), "lock_timeout"),
			3000);
		assert_int_equal(
			option_ms(map, keys_of_uses("test-map"), "max_age"),
			86400000);
		list = option_list(
			map, keys_of_uses("test-map"), "branches", &arena);
		assert_string_equal(list[0], "main");
		assert_string_equal(list[1], "master");
		assert_null(list[2]);
		assert_null(option_list(
			map, keys_of_uses("deps"), "locks", &arena)[0]);
		assert_null(option_str(map, keys_all(), "rc"));
	}
	arena_release(&arena);
}

static void test_option_override(void **state)
{
	const struct key *table = keys_of_uses("migrate");
	struct arena arena = ARENA_INIT;
	struct node *with = NULL, *more = NULL;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(option_override(&arena, NULL, table, "max_rollbacks=3",
				 &with, &err),
		1);
	assert_int_equal(option_int(with, table, "max_rollbacks"), 3);
	assert_int_equal(option_override(&arena, with, table, "changed=redo",
				 &more, &err),
		1);
	assert_int_equal(option_int(more, table, "max_rollbacks"), 3);
	assert_string_equal(option_str(more, table, "changed"), "redo");
	assert_int_equal(option_override(&arena, more, table, "max_rollbacks=5",
				 &more, &err),
		1);
	assert_int_equal(option_int(more, table, "max_rollbacks"), 5);
	assert_int_equal(option_int(with, table, "max_rollbacks"), 3);
	with = NULL;
	assert_int_equal(
		option_override(&arena, more, table, "branches=x", &with, &err),
		0);
	assert_null(with);
	assert_int_equal(option_override(&arena, more, table, "changed=redoo",
				 &with, &err),
		-1);
	assert_non_null(strstr(err.msg, "did you mean 'redo'"));
	assert_int_equal(
		option_override(&arena, more, table, "changed", &with, &err),
		-1);
	assert_int_equal(
		option_override(&arena, more, table, "changed=[a", &with, &err),
		-1);
	arena_release(&arena);
}

static void test_option_values(void **state)
{
	struct arena arena = ARENA_INIT;
	struct node *map = read_map(&arena,
		"{root: 7, mode: ask, atomic: false, max_rollbacks: 3, "
		"lock_timeout: 1m30s, branches: dev, locks: [a, 2]}");
	const char **list;

	(void)state;
	assert_string_equal(option_str(map, keys_of_uses("deps"), "root"), "7");
	assert_string_equal(
		option_str(map, keys_of_uses("deps"), "mode"), "ask");
	assert_false(option_bool(map, keys_of_uses("migrate"), "atomic"));
	assert_int_equal(
		option_int(map, keys_of_uses("migrate"), "max_rollbacks"), 3);
	assert_int_equal(
		option_ms(map, keys_of_uses("migrate"), "lock_timeout"), 90000);
	list = option_list(map, keys_of_uses("test-map"), "branches", &arena);
	assert_string_equal(list[0], "dev");
	assert_null(list[1]);
	list = option_list(map, keys_of_uses("deps"), "locks", &arena);
	assert_string_equal(list[0], "a");
	assert_string_equal(list[1], "2");
	assert_null(list[2]);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_table),
		cmocka_unit_test(test_counts), cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_wrong_types),
		cmocka_unit_test(test_right_values),
		cmocka_unit_test(test_own_steps),
		cmocka_unit_test(test_option_defaults),
		cmocka_unit_test(test_option_values),
		cmocka_unit_test(test_option_override) };

	step_register(steps_builtin);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
