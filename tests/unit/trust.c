/*
 * What was approved is a text under a name, and nothing else is taken for it;
 * what is shown of another leaves nothing out unsaid.
 */
#include "git_fixture.h"

#include "hookrun/trust/trust.h"

#define TRUST_SET __attribute__((cleanup(trust_set_release))) struct trust_set

static int setup(void **state)
{
	fixture_setup(state);
	fixture_run("git init -q r");
	return 0;
}

static void put(struct trust_set *set, const char *name, const char *text)
{
	struct strbuf *place = trust_set_add(set, name);

	assert_non_null(place);
	strbuf_addstr(place, text);
}

static size_t unseen(struct repo *repo, struct trust_set *set)
{
	struct err err = ERR_INIT;
	size_t nr = 99;

	assert_int_equal(trust_compare(repo, set, &nr, &err), 0);
	return nr;
}

static void approve(struct repo *repo, const char *name, const char *text)
{
	TRUST_SET set = { 0 };
	struct err err = ERR_INIT;

	put(&set, name, text);
	unseen(repo, &set);
	assert_int_equal(trust_approve(repo, &set, &err), 0);
}

static bool knows(struct repo *repo, const char *name, const char *text)
{
	TRUST_SET set = { 0 };

	put(&set, name, text);
	return !unseen(repo, &set);
}

/* What is shown of `text` under the name "f". */
static void shows(struct repo *repo, const char *text, size_t max_lines,
	const char *expected)
{
	TRUST_SET set = { 0 };
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err = ERR_INIT;

	put(&set, "f", text);
	unseen(repo, &set);
	assert_int_equal(trust_show(repo, &set, max_lines, &out, &err), 0);
	assert_string_equal(out.buf, expected);
}

static void test_a_text_under_a_name(void **state)
{
	struct repo *repo = fixture_open("r");

	(void)state;
	approve(repo, "f", "one\n");
	approve(repo, "f", "two\n");
	approve(repo, "f", "");
	assert_true(knows(repo, "f", "one\n"));
	assert_true(knows(repo, "f", "two\n"));
	assert_true(knows(repo, "f", ""));
	assert_false(knows(repo, "f", "one"));
	assert_false(knows(repo, "g", "one\n"));
	repo_free(repo);
}

static void test_a_name_stands_once(void **state)
{
	TRUST_SET set = { 0 };

	(void)state;
	put(&set, "f", "one");
	assert_null(trust_set_add(&set, "f"));
	assert_int_equal(set.nr, 1);
}

/* As where two texts had the same hash. */
static void test_the_file_is_compared(void **state)
{
	struct repo *repo = fixture_open("r");

	(void)state;
	approve(repo, "h", "one\n");
	fixture_run("cd r/.git/hookrun/trust && for f in */*; do\n"
		    "case $f in */last) ;; *) printf 'h\\000other' > $f; esac\n"
		    "done");
	assert_false(knows(repo, "h", "one\n"));
	repo_free(repo);
}

static void test_a_diff_has_three_lines_around(void **state)
{
	struct repo *repo = fixture_open("r");

	(void)state;
	approve(repo, "f", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n");
	shows(repo, "1\n2\n3\n4\n5\nsix\n7\n8\n9\n11\n12\n13", 0,
		"f (changed)\n"
		"    ...\n"
		"    3\n    4\n    5\n"
		"  - 6\n  + six\n"
		"    7\n    8\n    9\n"
		"  - 10\n"
		"    11\n    12\n"
		"  + 13\n");
	repo_free(repo);
}

static void test_what_is_cut_is_counted(void **state)
{
	struct repo *repo = fixture_open("r");

	(void)state;
	fixture_run("rm -rf r/.git/hookrun");
	shows(repo, "1\n2\n3\n4\n", 2,
		"f (new)\n  + 1\n  + 2\n... and 2 more lines\n");
	shows(repo, "1\n2\n3\n", 2,
		"f (new)\n  + 1\n  + 2\n... and 1 more line\n");
	repo_free(repo);
}

static void test_bytes_are_no_text(void **state)
{
	struct repo *repo = fixture_open("r");
	TRUST_SET set = { 0 };
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	strbuf_add(trust_set_add(&set, "b"), "a\0b", 3);
	assert_int_equal(unseen(repo, &set), 1);
	assert_int_equal(trust_show(repo, &set, 0, &out, &err), 0);
	assert_string_equal(out.buf, "b (new)\n    (no text: 3 bytes, approved "
				     "before were 0)\n");
	repo_free(repo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_text_under_a_name),
		cmocka_unit_test(test_a_name_stands_once),
		cmocka_unit_test(test_the_file_is_compared),
		cmocka_unit_test(test_a_diff_has_three_lines_around),
		cmocka_unit_test(test_what_is_cut_is_counted),
		cmocka_unit_test(test_bytes_are_no_text),
	};

	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
