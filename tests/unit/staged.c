/*
 * The staged list on real repositories, and what its stat data proves.
 */
#include "git_fixture.h"

#include "hookrun/git/staged.h"

#include "git/staged_impl.h"
#include "hookrun/proc/child.h"
#include "hookrun/proc/cmd.h"

#include <sys/stat.h>

static struct repo *open_repo(const char *name)
{
	AUTO_FREE char *path = fixture_path(name);
	struct repo *repo;
	struct err err;

	if (repo_open(path, &repo, &err))
		fail_msg("%s", err.msg);
	return repo;
}

/* "A path|D path", and the flags of an entry in brackets. */
static void describe(const struct staged *staged, struct strbuf *out)
{
	for (size_t i = 0; i < staged->nr; i++) {
		const struct staged_file *file = &staged->v[i];

		strbuf_addf(out, "%s%c %s%s%s%s", i ? "|" : "",
			(char)file->status, file->path,
			file->intent_to_add ? " (i)" : "",
			file->skip_worktree ? " (s)" : "",
			file->assume_valid ? " (v)" : "");
	}
}

static void check_list(const char *name, const char *want)
{
	AUTO_STRBUF got = STRBUF_INIT;
	struct repo *repo = open_repo(name);
	struct staged staged;
	struct err err;

	if (repo_staged(repo, &staged, &err))
		fail_msg("%s", err.msg);
	describe(&staged, &got);
	assert_string_equal(got.buf, want);
	repo_free(repo);
}

static void test_nothing(void **state)
{
	(void)state;
	check_list("r", "");
	check_list("s256", "");
	fixture_run("git init -q empty");
	check_list("empty", "");
}

#define CHANGES                                                                \
	"echo 2 >a; echo n >new; chmod +x b; git add a new b;"                 \
	"git mv db/migrate/1.rb db/9.rb; rm link; echo l >link; git add link;" \
	"echo i >intent; git add -N intent;"                                   \
	"git update-index --skip-worktree new; git update-index "              \
	"--assume-unchanged a"
#define LISTED                                                                 \
	"M a (v)|M b|A db/9.rb|D db/migrate/1.rb|N intent (i)|T link|"         \
	"A new (s)"

static void test_changes(void **state)
{
	(void)state;
	fixture_run("cd r; " CHANGES);
	check_list("r", LISTED);
	fixture_run("cd s256; " CHANGES);
	check_list("s256", LISTED);
}

static void test_unborn(void **state)
{
	(void)state;
	fixture_run("git init -q u; cd u; echo a >a; mkdir d; echo b >d/b;"
		    "git add .; git rm -q --cached a; git add -N a");
	check_list("u", "N a (i)|A d/b");
}

static void test_conflict(void **state)
{
	(void)state;
	fixture_run("cd r; git switch -qc side; echo s >a; git rm -q b;"
		    "git commit -qam s; git switch -q main; echo m >a;"
		    "echo m >b; git commit -qam m;"
		    "! git merge side >/dev/null 2>&1");
	check_list("r", "U a|U b");
}

static void test_removed_and_intended(void **state)
{
	(void)state;
	fixture_run("cd r; git rm -q --cached a; git add -N a");
	check_list("r", "D a (i)");
}

static void test_submodule(void **state)
{
	(void)state;
	fixture_run("cd r; git config diff.ignoreSubmodules all;"
		    "git update-index --add --cacheinfo "
		    "160000,1234567890123456789012345678901234567890,sub");
	check_list("r", "A sub");
}

static void test_private_index(void **state)
{
	(void)state;
	fixture_run("cd r; cp .git/index .git/other; echo 2 >a;"
		    "GIT_INDEX_FILE=.git/other git add a");
	check_list("r", "");
	setenv("GIT_INDEX_FILE", ".git/other", 1);
	check_list("r", "M a");
	unsetenv("GIT_INDEX_FILE");
}

/* ---- values ---- */

static void test_values(void **state)
{
	struct repo *repo = open_repo("r");
	const struct staged_file *file;
	struct staged staged;
	struct oid oid;
	struct err err;

	(void)state;
	fixture_run("cd r; echo 2 >a; chmod +x a; git add a");
	assert_int_equal(repo_staged(repo, &staged, &err), 0);
	assert_int_equal(staged.nr, 1);
	file = &staged.v[0];
	staged_oid(file, &oid);
	fixture_is(&oid, "r", ":a");
	assert_int_equal(file->old_mode, 0100644);
	assert_int_equal(file->new_mode, 0100755);
	assert_int_equal(file->stat.size_bytes, 2);
	repo_free(repo);
}

/* ---- read once, but never an old list ---- */

static size_t staged_now(
	struct repo *repo, const struct staged_file **ret_first)
{
	struct staged staged;
	struct err err;

	assert_int_equal(repo_staged(repo, &staged, &err), 0);
	*ret_first = staged.v;
	return staged.nr;
}

static void run_true(void)
{
	char *argv[] = { (char[]){ "true" }, NULL };
	struct cmd cmd = { .argv = argv };
	struct err err;
	int status;

	assert_int_equal(cmd_run(&cmd, &status, NULL, NULL, &err), 0);
	assert_true(child_spawned());
}

static void test_read_once(void **state)
{
	struct repo *repo = open_repo("r");
	const struct staged_file *first, *again;

	(void)state;
	fixture_run("cd r; echo 3 >a; git add a; echo 3 >z");
	assert_int_equal(staged_now(repo, &first), 1);
	assert_int_equal(staged_now(repo, &again), 1);
	assert_ptr_equal(first, again);
	run_true(); /* from now on HEAD may have been moved for us */
	fixture_run("cd r; git add z");
	assert_int_equal(staged_now(repo, &again), 2);
	assert_string_equal(first->path, "a"); /* the old list is still there */
	fixture_run("cd r; git update-ref HEAD $(git commit-tree -m empty "
		    "$(git mktree </dev/null))");
	assert_true(staged_now(repo, &again) > 2);
	repo_free(repo);
}

/* ---- what the stat data proves ---- */

static bool is_unchanged(const char *script)
{
	struct repo *repo = open_repo("r");
	AUTO_FREE char *path = fixture_path("r/a");
	struct staged staged;
	struct stat st;
	struct err err;
	bool unchanged;

	fixture_run(script);
	assert_int_equal(repo_staged(repo, &staged, &err), 0);
	assert_int_equal(staged.nr, 1);
	assert_int_equal(lstat(path, &st), 0);
	unchanged = staged_is_unchanged(&staged.v[0], &st);
	repo_free(repo);
	return unchanged;
}

/* Git itself looks at whole seconds: without the removal it would take a file
 * that is written twice in one of them for the old one. */
#define STAGE                                                                  \
	"cd r; rm -f a; echo 2 >a; touch -d 2001-01-01 a;"                     \
	"git update-index --force-remove a; git add a;"

static void test_unchanged(void **state)
{
	(void)state;
	assert_true(is_unchanged(STAGE));
	assert_false(is_unchanged("cd r; echo 3 >a"));
	assert_true(is_unchanged(STAGE));
	assert_false(is_unchanged("cd r; touch -d 2001-01-02 a"));
	assert_true(is_unchanged(STAGE));
	assert_false(is_unchanged("cd r; chmod +x a"));
	assert_true(is_unchanged(STAGE));
	assert_false(is_unchanged("cd r; echo 2 >b; mv b a"));
	assert_true(is_unchanged(STAGE));
	assert_false(is_unchanged("cd r; rm a; ln -s 2 a"));
}

/* The index must be younger than the file. */
static void test_racy(void **state)
{
	(void)state;
	assert_true(is_unchanged(STAGE));
	assert_false(is_unchanged("cd r; touch -r a .git/index"));
	assert_false(is_unchanged("cd r; touch -d 2000-01-01 .git/index"));
	assert_true(is_unchanged("cd r; touch -d 2001-01-02 .git/index"));
}

static void test_racy_within_a_second(void **state)
{
	struct staged_list list = { .index_mtime = { 100, 500 } };
	struct staged_file file = { 0 };
	struct staged_stat stat = { .mtime_sec = 100, .mtime_nsec = 499 };

	(void)state;
	staged_set_stat(&list, &file, &stat);
	assert_false(file.racy);
	stat.mtime_nsec = 500;
	staged_set_stat(&list, &file, &stat);
	assert_true(file.racy);
	stat.mtime_nsec = 0; /* written by a program without nanoseconds */
	staged_set_stat(&list, &file, &stat);
	assert_true(file.racy);
	stat.mtime_sec = 99;
	staged_set_stat(&list, &file, &stat);
	assert_false(file.racy);
	list.index_mtime = (struct timespec){ 0 };
	staged_set_stat(&list, &file, &stat);
	assert_true(file.racy);
}

/* Only the repository r. */
static int setup(void **state)
{
	fixture_setup(state);
	fixture_run(FIXTURE_HISTORY("git init -q r && cd r"));
	return 0;
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)
#define TEST_BOTH(name)                                                        \
	cmocka_unit_test_setup_teardown(                                       \
		name, fixture_setup_history, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_BOTH(test_nothing),
		TEST_BOTH(test_changes),
		TEST(test_unborn),
		TEST(test_conflict),
		TEST(test_removed_and_intended),
		TEST(test_submodule),
		TEST(test_private_index),
		TEST(test_values),
		TEST(test_read_once),
		TEST(test_unchanged),
		TEST(test_racy),
		TEST(test_racy_within_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
