/* Names of migration files, lists of them, and texts that are the same. */
#include "git_fixture.h"

#include "migrate/migration.h"

static void versions_are_numbers(void **state)
{
	int64_t version = 0;

	(void)state;
	assert_true(migration_parse("20240301120000_add_x.rb", &version));
	assert_int_equal(version, 20240301120000);
	assert_true(migration_parse("db/migrate/001_x.rb", &version));
	assert_int_equal(version, 1);
	assert_true(migration_parse("2_create_posts.blog_engine.rb", &version));
	assert_int_equal(version, 2);
	assert_true(migration_parse("3_.rb", &version));
	assert_int_equal(version, 3);
	assert_true(migration_parse("999999999999999999_x.rb", &version));
}

static void other_files_are_no_migrations(void **state)
{
	static const char *const names[] = { "", "x.rb", "_x.rb", "1.rb",
		"1x.rb", "1_X.rb", "1_x.rb~", "1_x.erb", "1_x", "1_x.",
		"1_x.a.b.rb", "1_x-y.rb", ".1_x.rb", "1_x.rb.orig",
		"9999999999999999999_x.rb" };
	int64_t version = 77;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (migration_parse(names[i], &version))
			fail_msg("'%s' was taken", names[i]);
	assert_int_equal(version, 77);
}

static void titles_are_for_people(void **state)
{
	struct arena arena = ARENA_INIT;

	(void)state;
	assert_string_equal(migration_title("2024_add_x.rb", &arena), "add_x");
	assert_string_equal(migration_title("2024", &arena), "");
	arena_release(&arena);
}

static void lists_are_searched_by_version(void **state)
{
	struct arena arena = ARENA_INIT;
	struct migrations list = { .arena = &arena };

	(void)state;
	assert_null(migrations_find(&list, 1));
	assert_null(migrations_twice(&list));
	for (int64_t v = 100; v > 0; v--) {
		char name[32];

		snprintf(name, sizeof(name), "%d_x.rb", (int)v);
		migrations_add(&list,
			&(struct migration){ .version = v * 2, .name = name });
	}
	migrations_sort(&list);
	assert_int_equal(list.nr, 100);
	for (int64_t v = 1; v <= 100; v++) {
		assert_int_equal(migrations_find(&list, v * 2)->version, v * 2);
		assert_null(migrations_find(&list, v * 2 + 1));
	}
	assert_null(migrations_twice(&list));
	migrations_add(&list,
		&(struct migration){ .version = 8, .name = "8_again.rb" });
	migrations_sort(&list);
	assert_int_equal(migrations_twice(&list)->version, 8);
	assert_string_equal(migrations_twice(&list)->name, "4_x.rb");
	arena_release(&arena);
}

static void same(const char *a, const char *b, bool want)
{
	if (migration_same_text(a, b) != want ||
		migration_same_text(b, a) != want)
		fail_msg("wrong for:\n%s\n----\n%s", a, b);
}

static void comments_and_blanks_do_not_count(void **state)
{
	(void)state;
	same("", "", true);
	same("", "# only a comment\n\n", true);
	same("a b\n", "  a   b", true);
	same("a\r\nb\r\n", "a\nb\n", true);
	same("a # why\nb\n", "a\nb # because\n", true);
	same("# frozen_string_literal: true\n\nclass A\nend\n",
		"class A\n  # more\nend", true);
	same("a b", "ab", false);
	same("add :x", "add :y", false);
	same("a", "a b", false);
}

static void quoted_text_counts(void **state)
{
	(void)state;
	same("x \"a  b\"", "x \"a b\"", false);
	same("x 'a # b'", "x 'a # c'", false);
	same("x \"#{a}\"", "x \"#{b}\"", false);
	same("x \"a\\\" # b\"", "x \"a\\\" # c\"", false);
	same("x \"#{a}\" # one", "x \"#{a}\" # two", true);
	/* A '#' that follows a letter is no comment in a name. */
	same("x a#b", "x a#c", false);
}

static void class_name_does_not_count(void **state)
{
	(void)state;
	same("class A < ActiveRecord::Migration[6.1]\nend",
		"class AddUno <  ::ActiveRecord::Migration[6.1]\nend", false);
	same("# c\n  class A < ActiveRecord::Migration[6.1]\n x\nend",
		"class X::Bee<ActiveRecord::Migration[6.1]\nx\nend", false);
	same("# c\n  class A < ActiveRecord::Migration[6.1]\n x\nend",
		"class X::Bee < ActiveRecord::Migration[6.1]\nx\nend", true);
	same("class A < ActiveRecord::Migration[6.1]\n x\nend",
		"class B < ActiveRecord::Migration[7.0]\n x\nend", false);
	same("class A < B\nend", "class C < B\nend", false);
	same("class A", "class C", false);
	same("class", "class ", true);
}

static void alike(const char *a, int64_t v, const char *b, int64_t w, bool want)
{
	if ((migration_print(a, v) == migration_print(b, w)) != want)
		fail_msg("wrong for:\n%s\n----\n%s", a, b);
}

static void its_own_number_does_not_count_in_a_print(void **state)
{
	(void)state;
	alike("add :x # 1\n", 12, "add  :x", 13, true);
	alike("add :x", 12, "add :y", 12, false);
	alike("read 'sql/20240112_x.sql'", 20240112,
		"read 'sql/20240113_x.sql'", 20240113, true);
	alike("read 'sql/20240112_x.sql'", 20240112,
		"read 'sql/20240113_x.sql'", 20240112, false);
	alike("add 320240112", 20240112, "add 320240113", 20240113, false);
	alike("add 202401123", 20240112, "add 202401133", 20240113, false);
	alike("20240112", 20240112, "20240113", 20240113, true);
	alike("limit 12", 12, "limit 13", 13, false);
	alike("class A < ActiveRecord::Migration[6.1]\nx", 1,
		"class B < ActiveRecord::Migration[6.1]\nx", 2, true);
}

static void files_on_disk_are_found(void **state)
{
	struct arena arena = ARENA_INIT;
	struct migrations list = { .arena = &arena };
	struct err err = ERR_INIT;

	(void)state;
	fixture_file("app/db/migrate/2_b.rb", "b");
	fixture_file("app/db/migrate/deep/er/1_a.rb", "a");
	fixture_file("app/db/migrate/README", "no");
	fixture_file("app/db/migrate/.hidden/3_c.rb", "no");
	fixture_run("mkdir app/db/migrate/4_folder.rb");
	AUTO_FREE char *app = fixture_path("app");
	assert_int_equal(migrations_on_disk(app, "db/migrate", &list, &err), 0);
	assert_int_equal(migrations_on_disk(app, "db/nope", &list, &err), 0);
	migrations_sort(&list);
	assert_int_equal(list.nr, 2);
	assert_string_equal(list.v[0].name, "1_a.rb");
	assert_string_equal(list.v[0].dir, "db/migrate/deep/er");
	assert_string_equal(list.v[1].dir, "db/migrate");
	assert_true(list.v[1].on_disk);
	assert_false(list.v[1].in_head);
	arena_release(&arena);
}

static void files_of_a_commit_are_found(void **state)
{
	struct arena arena = ARENA_INIT;
	struct migrations list = { .arena = &arena };
	struct err err = ERR_INIT;

	(void)state;
	fixture_run("git init -q r && cd r && mkdir -p srv/db/migrate/x &&"
		    "echo a > srv/db/migrate/1_a.rb &&"
		    "echo b > srv/db/migrate/x/2_b.rb &&"
		    "echo c > srv/db/migrate/c.rb && git add . &&"
		    "git commit -qm one && rm -r srv");
	struct repo *repo = fixture_open("r");
	AUTO_FREE char *dir = fixture_path("r");
	struct oid head = fixture_rev(dir, "HEAD");

	assert_int_equal(migrations_of_commit(
				 repo, &head, "srv", "db/migrate", &list, &err),
		0);
	migrations_sort(&list);
	assert_int_equal(list.nr, 2);
	fixture_is(&list.v[0].blob, dir, "HEAD:srv/db/migrate/1_a.rb");
	assert_string_equal(list.v[1].dir, "db/migrate/x");
	assert_true(list.v[1].in_head);
	repo_free(repo);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_are_numbers),
		cmocka_unit_test(other_files_are_no_migrations),
		cmocka_unit_test(titles_are_for_people),
		cmocka_unit_test(lists_are_searched_by_version),
		cmocka_unit_test(comments_and_blanks_do_not_count),
		cmocka_unit_test(quoted_text_counts),
		cmocka_unit_test(class_name_does_not_count),
		cmocka_unit_test(its_own_number_does_not_count_in_a_print),
		cmocka_unit_test_setup_teardown(files_on_disk_are_found,
			fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(files_of_a_commit_are_found,
			fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
