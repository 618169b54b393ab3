/* What is remembered of copies of a database, and what they are called. */
#include "git_fixture.h"

#include "migrate/copies.h"

#include <string.h>

static struct arena arena = ARENA_INIT;

static struct db_target target_of(const char *database)
{
	struct db_target target = { .adapter = "postgresql",
		.database = database };

	db_target_identify(&target, "/", &arena);
	return target;
}

static struct copy a_copy(const char *name, const char *label)
{
	return (struct copy){ .name = name,
		.kind = COPY_SNAPSHOT,
		.label = label,
		.branch = "feature/x",
		.commit = "0123456789012345678901234567890123456789",
		.made_s = 1732866000,
		.size_bytes = 24000000000,
		.told = true };
}

static void assert_copy(const struct copy *got, const struct copy *want)
{
	assert_non_null(got);
	assert_int_equal(got->kind, want->kind);
	assert_string_equal(got->label, want->label);
	assert_string_equal(got->branch, want->branch);
	assert_string_equal(got->commit, want->commit);
	assert_int_equal(got->made_s, want->made_s);
	assert_int_equal(got->size_bytes, want->size_bytes);
	assert_int_equal(got->own, want->own);
	assert_int_equal(got->told, want->told);
}

static void what_is_saved_is_loaded(void **state)
{
	struct repo *repo = fixture_open("r");
	struct copy one = a_copy("app_hookrun_one_01234567", "a label");
	struct copy live = { .kind = COPY_BRANCH,
		.label = "main",
		.branch = "",
		.commit = "",
		.own = true };
	struct err err = ERR_INIT;
	AUTO_COPIES copies, again;

	(void)state;
	copies_load(repo, "app-1", &arena, &copies);
	assert_int_equal(copies.nr, 0);
	assert_null(copies.live);
	copies_set(&copies, &one);
	copies_set(&copies, &live);
	assert_int_equal(copies_save(&copies, &err), 0);
	copies_load(repo, "app-1", &arena, &again);
	assert_int_equal(again.nr, 1);
	assert_copy(copies_find(&again, COPY_SNAPSHOT, "a label"), &one);
	assert_string_equal(again.v[0].name, one.name);
	assert_null(copies_find(&again, COPY_BRANCH, "a label"));
	assert_copy(again.live, &live);
	copies_forget(&again, one.name);
	assert_int_equal(again.nr, 0);
	repo_free(repo);
}

static void lines_that_are_none_are_passed_over(void **state)
{
	static const char *const damaged[] = { "", "snapshot",
		"other made 1 2 - - x", "snapshot made 1 2 - -",
		"snapshot made 1 2 - - " };
	struct copy copy;

	(void)state;
	for (size_t i = 0; i < sizeof(damaged) / sizeof(*damaged); i++)
		assert_int_equal(
			copy_parse(damaged[i], "n", &arena, &copy), -1);
	assert_int_equal(
		copy_parse("branch own 1 2 - - x y", "n", &arena, &copy), 0);
	assert_string_equal(copy.label, "x y");
	assert_string_equal(copy.branch, "");
}

/* PostgreSQL would cut what is longer, and two names be one. */
static void names_are_short_and_differ(void **state)
{
	struct repo *repo = fixture_open("r");
	static const char long_name[] = "a_database_with_a_name_as_long_as_the_"
					"server_lets_it_be_really";
	struct db_target target = target_of(long_name);
	const char *one = copies_name(repo, &target, COPY_BRANCH,
		"feature/a-very-long-name/1", &arena);
	const char *two = copies_name(repo, &target, COPY_BRANCH,
		"feature/a-very-long-name/2", &arena);

	(void)state;
	assert_true(strlen(one) < 64);
	assert_string_not_equal(one, two);
	assert_string_not_equal(
		one, copies_name(repo, &target, COPY_SNAPSHOT,
			     "feature/a-very-long-name/1", &arena));
	assert_string_equal(one, copies_name(repo, &target, COPY_BRANCH,
					 "feature/a-very-long-name/1", &arena));
	assert_true(copies_is_named_so(one));
	repo_free(repo);
}

static void others_are_not_named_so(void **state)
{
	static const char *const others[] = { "app_development", "_hookrun_",
		"app_hookrun_x", "app_hookrun_x_0123456",
		"app_hookrun_x_012345678", "app_hookrun_x_0123456g",
		"_hookrun_x_01234567" };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_false(copies_is_named_so(others[i]));
	assert_true(copies_is_named_so("app_hookrun_x_01234567"));
}

static int teardown(void **state)
{
	arena_release(&arena);
	return fixture_teardown(state);
}

#define TEST(name) cmocka_unit_test(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_saved_is_loaded),
		TEST(lines_that_are_none_are_passed_over),
		TEST(names_are_short_and_differ),
		TEST(others_are_not_named_so),
	};

	return cmocka_run_group_tests(tests, fixture_setup_history, teardown);
}
