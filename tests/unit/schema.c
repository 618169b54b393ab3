/*
 * The JSON schema, by its form: it has every key of every place, and nothing in
 * it leads nowhere.  That it judges as `validate` does is shown where both are
 * programs, in tests/e2e/schema.t.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/steps.h"
#include "node_path.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/hookname.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/config/keys.h"
#include "hookrun/config/schema.h"
#include "hookrun/runner/step.h"

#include <string.h>

static struct node *read_schema(struct arena *arena, bool part)
{
	AUTO_STRBUF text = STRBUF_INIT;
	struct node *root;
	struct err err;

	schema_write(&text, part);
	if (node_read_yaml(arena, "schema", arena_strdup(arena, text.buf),
		    text.len, &root, &err))
		fail_msg("%s", err.msg);
	return root;
}

/* What follows from a key stands in words there too. */
static void check_key(const struct node *object, const struct key *key)
{
	const struct node *found = node_path(object, "properties", key->name);

	if (!found)
		fail_msg("the schema lacks '%s'", key->name);
	assert_int_equal(strncasecmp(node_str(found, "description"), key->help,
				 strlen(key->help)),
		0);
	assert_true(!node_get(found, "default") == !key->def);
}

static void check_place(const struct node *object, const struct key *keys,
	enum key_place place, size_t more)
{
	size_t nr = 0;

	for (; keys->name; keys++)
		if (key_is_at(keys, place)) {
			check_key(object, keys);
			nr++;
		}
	assert_true(nr > 0);
	assert_int_equal(node_get(object, "properties")->count, nr + more);
}

static void test_every_key_of_every_place(void **state)
{
	static const struct {
		enum key_place place;
		const char *name;
	} places[] = { { PLACE_HOOK, "hook" }, { PLACE_JOB, "job" },
		{ PLACE_GROUP, "group" }, { PLACE_COMMAND, "command" },
		{ PLACE_SCRIPT, "script" }, { PLACE_REMOTE, "remote" },
		{ PLACE_SETUP, "setup" }, { PLACE_CONDITION, "condition" } };
	struct arena arena = ARENA_INIT;
	struct node *schema = read_schema(&arena, false);
	size_t hooks = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		const struct node *object = node_path(
			schema, "definitions", places[i].name);

		assert_non_null(object);
		check_place(object, keys_all(), places[i].place, 0);
		assert_string_equal(
			node_str(object, "additionalProperties"), "false");
	}
	for (; hookname_all[hooks]; hooks++)
		assert_non_null(
			node_path(schema, "properties", hookname_all[hooks]));
	check_place(schema, keys_all(), PLACE_TOP, hooks);
	arena_release(&arena);
}

static const struct key cargo_options[] = {
	{ .name = "mode",
		.type = KEY_ENUM,
		.words = "fast|slow",
		.def = "fast",
		.help = "how it goes" },
	{ .name = NULL },
};
static const struct step_ops cargo = { .name = "cargo",
	.options = cargo_options };
static const struct step_ops bare = { .name = "bare" };
static const struct step_ops *const own_steps[] = { &cargo, &bare, NULL };

static void test_steps_that_it_has_never_heard_of(void **state)
{
	struct arena arena = ARENA_INIT;
	struct node *schema;
	const struct node *mode;

	(void)state;
	step_register(own_steps);
	schema = read_schema(&arena, false);
	step_register(steps_builtin);
	check_place(node_path(schema, "definitions", "with_cargo"),
		cargo_options, PLACE_WITH, 0);
	mode = node_path(schema, "definitions", "with_cargo", "properties",
		"mode", "enum");
	assert_string_equal(mode->first->str, "fast");
	assert_string_equal(mode->first->next->str, "slow");
	assert_int_equal(
		node_path(schema, "definitions", "with_bare", "properties")
			->count,
		0);
	assert_null(node_path(schema, "definitions", "with_deps"));
	arena_release(&arena);
}

/* Every "$ref" leads to a definition, and each is led to. */
static void collect_refs(const struct node *node, struct strvec *refs)
{
	const char *ref = node_str(node, "$ref");

	if (ref) {
		assert_memory_equal(ref, "#/definitions/", 14);
		strvec_push(refs, ref + 14);
	}
	node_each (child, node) {
		collect_refs(child, refs);
	}
}

static void test_no_reference_leads_nowhere(void **state)
{
	(void)state;
	for (int part = 0; part < 2; part++) {
		struct arena arena = ARENA_INIT;
		AUTO_STRVEC refs = STRVEC_INIT;
		struct node *schema = read_schema(&arena, part);
		const struct node *all = node_get(schema, "definitions");

		collect_refs(schema, &refs);
		assert_true(refs.nr > 50);
		for (size_t i = 0; i < refs.nr; i++)
			if (!node_get(all, refs.v[i]))
				fail_msg("no definition '%s'", refs.v[i]);
		node_each (definition, all) {
			if (!strvec_has(&refs, definition->key))
				fail_msg("'%s' is not used", definition->key);
		}
		arena_release(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_key_of_every_place),
		cmocka_unit_test(test_steps_that_it_has_never_heard_of),
		cmocka_unit_test(test_no_reference_leads_nowhere),
	};

	step_register(steps_builtin);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
