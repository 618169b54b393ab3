/*
 * Where a variable stands in the name of a database, and what it is to be for a
 * work tree.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "migrate/own_name.h"

#include <string.h>

static const struct {
	const char *probed, *name; /* with the probe, and now */
	const char *value;	   /* that makes it so, or NULL */
	const char *tree, *made;   /* what it is for that tree */
} rows[] = {
	/* the whole name */
	{ OWN_PROBE, "app_dev", "app_dev", "x", "app_dev_wt_x" },
	/* a suffix */
	{ "app_dev" OWN_PROBE, "app_dev", "", "x", "_wt_x" },
	/* a prefix, a part */
	{ OWN_PROBE "_dev", "app_dev", "app", "x", "app_wt_x" },
	{ "my_" OWN_PROBE "_dev", "my_app_dev", "app", "x", "app_wt_x" },
	{ "db/" OWN_PROBE ".sqlite3", "db/dev.sqlite3", "dev", "x",
		"dev_wt_x" },
	/* a name that is another one where the variable is set */
	{ "tree_" OWN_PROBE, "app_dev", NULL, "x", "wt_x" },
	/* what git allows in the name of a tree */
	{ OWN_PROBE, "a", "a", "Fix-#12 Ü", "a_wt_fix__12___" },
};

static void test_names(void **unused)
{
	AUTO_ARENA arena = ARENA_INIT;

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *value = own_name_value(
			rows[i].probed, rows[i].name, &arena);

		assert_true(own_name_is_governed(rows[i].probed));
		if (!rows[i].value)
			assert_null(value);
		else
			assert_string_equal(value, rows[i].value);
		value = own_name_new(value, rows[i].tree, 1, &arena);
		assert_string_equal(value, rows[i].made);
	}
}

static void test_not_governed(void **unused)
{
	(void)unused;
	assert_false(own_name_is_governed("app_dev"));
	assert_false(own_name_is_governed(OWN_PROBE "/" OWN_PROBE ".sqlite3"));
}

static void test_long_names_stay_apart(void **unused)
{
	AUTO_ARENA arena = ARENA_INIT;
	const char *a = own_name_new(
		"app", "a-rather-long-name-of-a-tree-one", 1, &arena);
	const char *b = own_name_new(
		"app", "a-rather-long-name-of-a-tree-two", 1, &arena);

	(void)unused;
	assert_true(strlen(a) < 40);
	assert_string_not_equal(a, b);
	assert_string_equal(own_name_new("app", "x", 3, &arena), "app_wt_x_3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_not_governed),
		cmocka_unit_test(test_long_names_stay_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
