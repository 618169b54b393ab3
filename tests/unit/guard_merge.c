#include "git_fixture.h"

#include "guard/guard_impl.h"

static struct repo *repo;

static int setup(void **state)
{
	(void)state;
	fixture_setup(state);
	fixture_run("git init -q r");
	repo = fixture_open("r");
	return 0;
}

static int teardown(void **state)
{
	repo_free(repo);
	return fixture_teardown(state);
}

static int merge(const char *user, const char *base, const char *jobs,
	struct strbuf *out)
{
	AUTO_FREE char *a = fixture_path("user"), *b = fixture_path("base");
	AUTO_FREE char *c = fixture_path("jobs");
	struct err err = ERR_INIT;

	fixture_file("user", user);
	fixture_file("base", base);
	fixture_file("jobs", jobs);
	return guard_merge_text(repo, a, b, c, out, &err);
}

static void test_merge(void **state)
{
	AUTO_STRBUF out = STRBUF_INIT;

	(void)state;
	assert_int_equal(merge("1\n2\n3\n4\nU\n", "1\n2\n3\n4\n5\n",
				 "J\n2\n3\n4\n5\n", &out),
		1);
	assert_string_equal(out.buf, "J\n2\n3\n4\nU\n");
	/* both did the same */
	assert_int_equal(merge("x\n", "1\n", "x\n", &out), 1);
	assert_string_equal(out.buf, "x\n");
	/* no line break at the end, and CRLF */
	assert_int_equal(merge("1\r\n2\r\n3\r\n4\r\nU", "1\r\n2\r\n3\r\n4\r\n5",
				 "J\r\n2\r\n3\r\n4\r\n5", &out),
		1);
	assert_string_equal(out.buf, "J\r\n2\r\n3\r\n4\r\nU");
}

static void test_conflict(void **state)
{
	AUTO_STRBUF out = STRBUF_INIT;

	(void)state;
	assert_int_equal(merge("U\n", "1\n", "J\n", &out), 0);
	assert_int_equal(merge("", "1\n", "J\n", &out), 0);
}

static void test_not_text(void **state)
{
	AUTO_STRBUF out = STRBUF_INIT;
	AUTO_STRBUF script = STRBUF_INIT;
	AUTO_FREE char *a = fixture_path("user"), *b = fixture_path("base");
	AUTO_FREE char *c = fixture_path("jobs");
	struct err err = ERR_INIT;

	(void)state;
	fixture_file("user", "1\n2\n3\n4\n5\nU\n");
	fixture_file("base", "1\n2\n3\n4\n5\n6\n");
	fixture_run("printf 'J\\n2\\n3\\n4\\n5\\n6\\n\\000' > jobs");
	assert_int_equal(guard_merge_text(repo, a, b, c, &out, &err), 0);
	fixture_run("rm jobs");
	assert_true(guard_merge_text(repo, a, b, c, &out, &err) <= 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_conflict),
		cmocka_unit_test(test_not_text),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
