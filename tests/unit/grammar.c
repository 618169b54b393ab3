/* The nesting of maps of keys, against the table of keys. */
#include "config/grammar.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

/* Those whose content depends on more than their name. */
static bool is_apart(const struct key *key)
{
	return !strcmp(key->name, "with") || !strcmp(key->name, "ai");
}

static void test_every_key_that_holds_maps_nests(void **unused)
{
	(void)unused;
	for (const struct key *key = keys_all(); key->name; key++) {
		const struct nest *nest = grammar_below(key->name);
		bool holds = key->type == KEY_MAP || key->type == KEY_SEQ;

		if (is_apart(key) || !holds)
			assert_null(nest);
		else if (!nest)
			fail_msg("nothing nests in '%s'", key->name);
		else
			assert_int_equal(
				nest->form == NEST_LIST, key->type == KEY_SEQ);
	}
}

static void test_every_nest_is_a_key_and_has_keys(void **unused)
{
	(void)unused;
	for (const struct nest *nest = grammar_nests; nest->key; nest++) {
		bool is_key = false, has_keys = false;

		for (const struct key *key = keys_all(); key->name; key++) {
			is_key = is_key || !strcmp(key->name, nest->key);
			has_keys = has_keys || key_is_at(key, nest->place);
		}
		assert_true(is_key);
		assert_true(has_keys);
	}
}

static void test_jobs_make_a_hook(void **unused)
{
	static const struct {
		const char *text;
		bool has;
	} cases[] = { { "{jobs: []}", true }, { "{commands: {}}", true },
		{ "{scripts: {}}", true }, { "{setup: []}", false },
		{ "{group: {jobs: []}}", false }, { "x", false } };

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena = ARENA_INIT;
		struct node *node;
		struct err err;

		assert_int_equal(node_read_yaml(&arena, "x.yml", cases[i].text,
					 strlen(cases[i].text), &node, &err),
			0);
		assert_int_equal(grammar_has_jobs(node), cases[i].has);
		arena_release(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_key_that_holds_maps_nests),
		cmocka_unit_test(test_every_nest_is_a_key_and_has_keys),
		cmocka_unit_test(test_jobs_make_a_hook),
	};

	return cmocka_run_group_tests_name("grammar", tests, NULL, NULL);
}
