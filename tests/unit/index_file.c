/*
 * Adding to the index: names of any bytes, deletions, filters, the two indexes
 * of `git commit FILE`, and locks.
 */
#include "git_fixture.h"

#include "hookrun/git/index_file.h"
#include "hookrun/git/worktree_status.h"

static int setup(void **state)
{
	fixture_setup(state);
	fixture_run(
		"git init -q r && cd r && mkdir sub\n"
		"for f in a b sub/c -d ':e' gone; do echo 1 > \"./$f\"; "
		"done\n"
		"git --literal-pathspecs add . && git commit -qm one\n"
		"printf '*.txt text eol=crlf\\n' > .gitattributes\n"
		"printf 'x\\r\\n' > t.txt; git add . && git commit -qm two");
	return 0;
}

static int reset(void **state)
{
	(void)state;
	unsetenv("GIT_INDEX_FILE");
	fixture_run("cd r; rm -f .git/*.lock; git reset -q --hard; "
		    "git clean -qfdx");
	return 0;
}

static int add(struct err *err, const char *const *names)
{
	struct repo *repo = fixture_open("r");
	AUTO_STRVEC paths = STRVEC_INIT;
	int failed;

	for (; *names; names++)
		strvec_push(&paths, *names);
	failed = index_add(repo, &paths, err);
	repo_free(repo);
	return failed;
}

#define ADD(err, ...) add(err, (const char *const[]){ __VA_ARGS__, NULL })

static void assert_status(const char *want)
{
	AUTO_STRBUF out = STRBUF_INIT;

	fixture_sh("cd r; git status --porcelain", &out);
	assert_string_equal(out.buf, want);
}

static void test_add(void **unused)
{
	struct err err = ERR_INIT;

	(void)unused;
	fixture_run("cd r; for f in a b sub/c -d ':e'; do echo 2 > \"./$f\"; "
		    "done; rm gone; printf 'y\\r\\n' > t.txt");
	if (ADD(&err, "a", "sub/c", "-d", ":e", "gone", "t.txt"))
		fail_msg("%s", err.msg);
	assert_status(
		"M  -d\nM  :e\nM  a\n M b\nD  gone\nM  sub/c\nM  t.txt\n");
	fixture_run("cd r; test \"$(git show :t.txt)\" = y");
	assert_int_equal(ADD(&err, "b"), 0);
	assert_int_equal(add(&err, (const char *const[]){ NULL }), 0);
}

/* What is not there is not added. */
static void test_untracked(void **unused)
{
	struct err err = ERR_INIT;

	(void)unused;
	fixture_run("cd r; echo 2 > a; echo 2 > new");
	assert_int_equal(ADD(&err, "a", "new"), -1);
	assert_non_null(strstr(err.msg, "new"));
	assert_status(" M a\n?? new\n");
}

static void test_locked(void **unused)
{
	struct err err = ERR_INIT;

	(void)unused;
	fixture_run("cd r; echo 2 > a; touch .git/index.lock");
	assert_int_equal(ADD(&err, "a"), -1);
	assert_non_null(strstr(err.msg, "index.lock"));
	fixture_run("cd r; rm .git/index.lock");
	assert_status(" M a\n");
}

/* As builtin/commit.c leaves them for the hook: index.lock is to be the index,
 * next-index-*.lock is what is committed. */
static void test_commit_file(void **unused)
{
	AUTO_FREE char *next = fixture_path("r/.git/next-index-7.lock");
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err = ERR_INIT;

	(void)unused;
	fixture_run("cd r; echo 2 > b; git add b; echo 2 > a\n"
		    "cp .git/index .git/index.lock\n"
		    "GIT_INDEX_FILE=.git/next-index-7.lock git read-tree HEAD");
	setenv("GIT_INDEX_FILE", next, 1);
	if (ADD(&err, "a"))
		fail_msg("%s", err.msg);
	unsetenv("GIT_INDEX_FILE");
	fixture_sh("cd r; for i in index index.lock next-index-7.lock; do\n"
		   "GIT_INDEX_FILE=.git/$i git diff --cached --name-only | "
		   "tr '\\n' ' '; echo; done",
		&out);
	assert_string_equal(out.buf, "b \na b \na \n");
}

static void test_private(void **unused)
{
	static const struct {
		const char *named, *want;
	} cases[] = { { NULL, NULL }, { "", NULL }, { ".git/index", NULL },
		{ "./.git//index", NULL }, { ".git/index.lock", "index.lock" },
		{ "../link/.git/index", NULL },
		{ "../link/.git/next-index-1.lock", "next-index-1.lock" } };
	struct repo *repo;

	(void)unused;
	fixture_run("ln -sfn r link");
	repo = fixture_open("r");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		AUTO_FREE char *index = NULL;

		unsetenv("GIT_INDEX_FILE");
		if (cases[i].named)
			setenv("GIT_INDEX_FILE", cases[i].named, 1);
		index = index_private(repo);
		if (!index != !cases[i].want)
			fail_msg("'%s': '%s'", cases[i].named, index);
		if (!index)
			continue;
		assert_string_equal(fs_basename(index), cases[i].want);
		assert_memory_equal(
			index, repo_gitdir(repo), strlen(repo_gitdir(repo)));
	}
	repo_free(repo);
}

static void test_tracked(void **unused)
{
	struct repo *repo = fixture_open("r");
	AUTO_STRVEC paths = STRVEC_INIT, tracked = STRVEC_INIT;
	struct err err = ERR_INIT;

	(void)unused;
	fixture_run("cd r; echo 1 > new");
	strvec_push(&paths, "new");
	strvec_push(&paths, "b");
	strvec_push(&paths, ":e");
	for (int i = 0; i < 3000; i++)
		strvec_pushf(&paths, "%0100d", i);
	strvec_push(&paths, "-d");
	assert_int_equal(repo_tracked(repo, &paths, &tracked, &err), 0);
	assert_int_equal(tracked.nr, 3);
	assert_string_equal(tracked.v[0], "-d");
	assert_string_equal(tracked.v[1], ":e");
	assert_string_equal(tracked.v[2], "b");
	repo_free(repo);
}

static void test_status(void **unused)
{
	struct repo *repo = fixture_open("r");
	struct arena arena = ARENA_INIT;
	struct worktree_status status;
	struct err err = ERR_INIT;

	(void)unused;
	fixture_run("cd r; git config status.showUntrackedFiles no\n"
		    "echo 2 > b; git mv a z; mkdir n; echo 1 > n/1; rm gone");
	assert_int_equal(repo_status(repo, &arena, &status, &err), 0);
	assert_int_equal(status.nr, 5);
	assert_int_equal(status_find(&status, "b")->worktree, 'M');
	assert_int_equal(status_find(&status, "a")->index, 'D');
	assert_int_equal(status_find(&status, "z")->index, 'A');
	assert_int_equal(status_find(&status, "n/1")->worktree, '?');
	assert_int_equal(status_find(&status, "gone")->worktree, 'D');
	assert_null(status_find(&status, "sub/c"));
	arena_release(&arena);
	repo_free(repo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_add, reset),
		cmocka_unit_test_setup(test_untracked, reset),
		cmocka_unit_test_setup(test_locked, reset),
		cmocka_unit_test_setup(test_commit_file, reset),
		cmocka_unit_test_setup(test_private, reset),
		cmocka_unit_test_setup(test_tracked, reset),
		cmocka_unit_test_setup(test_status, reset),
	};

	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
