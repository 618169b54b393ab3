/* skip and only, against a real repository. */
#include "runner/condition.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/proc/cmd.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static char *dir;
static struct repo *repo;
static struct arena arena;
static struct condition_env env;

static void sh(const char *script)
{
	char *const argv[] = { (char *)(uintptr_t) "/bin/sh",
		(char *)(uintptr_t) "-ec", (char *)(uintptr_t)script, NULL };
	struct cmd cmd = { .argv = argv, .cwd = dir };
	AUTO_STRBUF errout = STRBUF_INIT;
	struct err err = ERR_INIT;
	int status = -1;

	if (cmd_run(&cmd, &status, NULL, &errout, &err) || status)
		fail_msg("%s: %s%s", script, err.msg, errout.buf);
}

/* Conditions ask once a run; a new run begins. */
static void begin(void)
{
	struct err err = ERR_INIT;

	repo_free(repo);
	repo = NULL;
	assert_int_equal(repo_open(dir, &repo, &err), 0);
	env = (struct condition_env){ .repo = repo, .arena = &arena };
}

static int set_up(void **unused)
{
	struct err err = ERR_INIT;

	(void)unused;
	if (fs_temp_dir("hookrun-cond", &dir, &err))
		return -1;
	sh("git init -q -b main; git config user.name me; "
	   "git config user.email me@example.com; "
	   "git config commit.gpgsign false; "
	   "echo 1 > a; git add a; git commit -qm one");
	begin();
	return 0;
}

static int tear_down(void **unused)
{
	struct err err = ERR_INIT;
	int failed = fs_remove_tree(dir, &err);

	(void)unused;
	repo_free(repo);
	repo = NULL;
	arena_release(&arena);
	free(dir);
	return failed;
}

static bool skips(const struct conditions *skip, const struct conditions *only)
{
	static const struct conditions none = { 0 };
	struct err err = ERR_INIT;
	struct reason ret;

	if (condition_decide(
		    &env, skip ? skip : &none, only ? only : &none, &ret, &err))
		fail_msg("%s", err.msg);
	return ret.kind != REASON_NONE;
}

static bool holds(enum condition_kind kind, const char *text)
{
	struct condition one = { .kind = kind, .text = text };
	struct conditions list = { .v = &one, .nr = 1 };
	bool skipped = skips(&list, NULL);

	/* `only` is the opposite of `skip` */
	assert_int_equal(skips(NULL, &list), !skipped);
	return skipped;
}

static void test_nothing_configured(void **unused)
{
	(void)unused;
	assert_false(skips(NULL, NULL));
}

static void test_constants(void **unused)
{
	(void)unused;
	assert_true(holds(COND_TRUE, NULL));
	assert_false(holds(COND_FALSE, NULL));
}

static void test_any_of_a_list(void **unused)
{
	struct condition both[] = { { .kind = COND_FALSE },
		{ .kind = COND_REF, .text = "main" } };
	struct conditions list = { .v = both, .nr = 2 };
	struct conditions no = { .v = both, .nr = 1 };

	(void)unused;
	assert_true(skips(&list, NULL));
	assert_false(skips(&no, NULL));
	assert_false(skips(NULL, &list));
	assert_true(skips(NULL, &no));
	assert_true(skips(&list, &list));
}

static void test_skip_comes_first(void **unused)
{
	struct condition yes = { .kind = COND_TRUE };
	struct condition touch = { .kind = COND_RUN, .text = "touch asked" };
	struct conditions skip = { .v = &yes, .nr = 1 };
	struct conditions only = { .v = &touch, .nr = 1 };
	AUTO_FREE char *asked = fs_join(dir, "asked");

	(void)unused;
	assert_true(skips(&skip, &only));
	assert_false(fs_exists(asked));
	assert_false(skips(NULL, &only));
	assert_true(fs_exists(asked));
}

static void test_refs(void **unused)
{
	(void)unused;
	assert_true(holds(COND_REF, "main"));
	assert_false(holds(COND_REF, "Main"));
	assert_true(holds(COND_REF, "m*"));
	assert_false(holds(COND_REF, "mai"));
	sh("git checkout -qb dev/deep/er");
	begin();
	assert_true(holds(COND_REF, "dev/*"));
	assert_true(holds(COND_REF, "{main,dev/*}"));
	assert_false(holds(COND_REF, "DEV/*"));
	sh("git checkout -q --detach");
	begin();
	assert_false(holds(COND_REF, "dev/*"));
	assert_true(holds(COND_REF, "*"));
}

static void test_bad_pattern_is_an_error(void **unused)
{
	struct condition bad = { .kind = COND_REF, .text = "[a" };
	struct conditions list = { .v = &bad, .nr = 1 }, none = { 0 };
	struct err err = ERR_INIT;
	struct reason ret;

	(void)unused;
	assert_int_equal(condition_decide(&env, &list, &none, &ret, &err), -1);
	assert_non_null(strstr(err.msg, "[a"));
}

static void test_no_state(void **unused)
{
	(void)unused;
	assert_false(holds(COND_STATE, "merge"));
	assert_false(holds(COND_STATE, "rebase"));
	assert_false(holds(COND_STATE, "merge-commit"));
}

#define DIVERGE                                                                \
	"git checkout -qb side; echo 2 > b; git add b; git commit -qm side; "  \
	"git checkout -q main; echo 3 > c; git add c; git commit -qm more; "

static void test_merge_hides_merge_commit(void **unused)
{
	(void)unused;
	sh(DIVERGE "git merge -q --no-edit side");
	begin();
	assert_true(holds(COND_STATE, "merge-commit"));
	assert_false(holds(COND_STATE, "merge"));
	sh("git checkout -qb third HEAD^; echo 4 > d; git add d; "
	   "git commit -qm d; git checkout -q main; "
	   "git merge -q --no-commit third");
	begin();
	assert_true(holds(COND_STATE, "merge"));
	assert_false(holds(COND_STATE, "merge-commit"));
}

static void test_rebase(void **unused)
{
	(void)unused;
	sh("git checkout -qb side; echo 2 > a; git commit -qam side; "
	   "git checkout -q main; echo 3 > a; git commit -qam more; "
	   "git rebase -q side >/dev/null 2>&1 || :");
	begin();
	assert_true(holds(COND_STATE, "rebase"));
	assert_false(holds(COND_STATE, "merge"));
}

static void test_commands(void **unused)
{
	(void)unused;
	assert_true(holds(COND_RUN, "test -e a"));
	assert_false(holds(COND_RUN, "test -e b"));
	assert_true(holds(COND_RUN, "[ $HOOKRUN$LEFTHOOK = 00 ]"));
	assert_false(holds(COND_RUN, "read line"));
	assert_true(holds(COND_RUN, "[ \"$(pwd -P)\" = "
				    "\"$(git rev-parse --show-toplevel)\" ]"));
}

#define TEST(func) cmocka_unit_test_setup_teardown(func, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_nothing_configured),
		TEST(test_constants),
		TEST(test_any_of_a_list),
		TEST(test_skip_comes_first),
		TEST(test_refs),
		TEST(test_bad_pattern_is_an_error),
		TEST(test_no_state),
		TEST(test_merge_hides_merge_commit),
		TEST(test_rebase),
		TEST(test_commands),
	};

	return cmocka_run_group_tests_name("condition", tests, NULL, NULL);
}
