/*
 * Running git: on the repository that was opened and no other, with the index
 * of a running commit, without hooks, and with git's words on failure.
 */
#include "git_fixture.h"

#include "hookrun/git/gitcmd.h"

static int setup(void **state)
{
	fixture_setup(state);
	fixture_run("git init -q r && cd r && mkdir sub && touch 'a b' sub/c\n"
		    "git add . && git commit -qm one && git branch other");
	return 0;
}

static void test_status_and_output(void **state)
{
	struct repo *repo = fixture_open("r/sub");
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err = ERR_INIT;
	int status = -1;

	(void)state;
	strbuf_addstr(&out, "+");
	assert_int_equal(gitcmd(repo,
				 GIT_ARGS("rev-parse", "--show-prefix",
					 "--abbrev-ref", "HEAD"),
				 &status, &out, &err),
		0);
	assert_int_equal(status, 0);
	/* it ran in the root of the work tree */
	assert_string_equal(out.buf, "+\nmain\n");
	assert_string_equal(err.msg, "");
	assert_int_equal(gitcmd(repo, GIT_ARGS("--no-pager", "show", "nope"),
				 &status, NULL, &err),
		0);
	assert_int_equal(status, 128);
	assert_memory_equal(err.msg, "git show: fatal: ", 17);
	assert_int_not_equal(err.msg[strlen(err.msg) - 1], '\n');
	assert_int_equal(
		gitcmd(repo, GIT_ARGS("diff", "--quiet", "HEAD", "--", "sub"),
			&status, NULL, &err),
		0);
	assert_int_equal(status, 0);
	repo_free(repo);
}

static void test_silent_failure(void **state)
{
	struct repo *repo = fixture_open("r");
	struct err err = ERR_INIT;
	int status = -1;

	(void)state;
	assert_int_equal(
		gitcmd(repo, GIT_ARGS("rev-parse", "-q", "--verify", "nope"),
			&status, NULL, &err),
		0);
	assert_int_equal(status, 1);
	assert_string_equal(err.msg, "git rev-parse failed with status 1");
	/* nobody looks at the status: then it is an error */
	err.msg[0] = 0;
	assert_int_equal(
		gitcmd(repo, GIT_ARGS("rev-parse", "-q", "--verify", "nope"),
			NULL, NULL, &err),
		-1);
	assert_string_equal(err.msg, "git rev-parse failed with status 1");
	repo_free(repo);
}

static void test_list(void **state)
{
	struct repo *repo = fixture_open("r");
	AUTO_STRVEC list = STRVEC_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(
		gitcmd_list(repo, GIT_ARGS("ls-files", "-z"), &list, &err), 0);
	assert_int_equal(list.nr, 2);
	assert_string_equal(list.v[0], "a b");
	assert_string_equal(list.v[1], "sub/c");
	assert_int_equal(gitcmd_list(repo, GIT_ARGS("ls-files", "-z", "no"),
				 &list, &err),
		0);
	assert_int_equal(list.nr, 2);
	assert_int_equal(
		gitcmd_list(repo, GIT_ARGS("ls-tree", "no"), &list, &err), -1);
	assert_non_null(strstr(err.msg, "ls-tree"));
	assert_int_equal(list.nr, 2);
	repo_free(repo);
}

/* What the caller's environment says about another repository stays out. */
static void test_right_repository(void **state)
{
	AUTO_FREE char *linked = fixture_path("r/.git/worktrees/linked");
	AUTO_FREE char *index = fixture_path("private index");
	AUTO_STRBUF out = STRBUF_INIT;
	AUTO_STRVEC list = STRVEC_INIT;
	struct err err = ERR_INIT;
	struct repo *repo;
	int status;

	(void)state;
	fixture_run("git -C r worktree add -q ../linked other\n"
		    "cd linked && touch only-here && git add only-here\n"
		    "cp ../r/.git/worktrees/linked/index '../private index'\n"
		    "git reset -q");
	setenv("GIT_DIR", linked, 1);
	setenv("GIT_PREFIX", "sub/", 1);
	repo = fixture_open("linked");
	assert_int_equal(gitcmd(repo, GIT_ARGS("symbolic-ref", "HEAD"), &status,
				 &out, &err),
		0);
	assert_string_equal(out.buf, "refs/heads/other\n");
	repo_free(repo);
	unsetenv("GIT_DIR");
	unsetenv("GIT_PREFIX");

	repo = fixture_open("linked");
	assert_int_equal(
		gitcmd_list(repo, GIT_ARGS("ls-files", "-z"), &list, &err), 0);
	assert_int_equal(list.nr, 2);
	setenv("GIT_INDEX_FILE", index, 1);
	assert_int_equal(
		gitcmd_list(repo, GIT_ARGS("ls-files", "-z"), &list, &err), 0);
	unsetenv("GIT_INDEX_FILE");
	assert_int_equal(list.nr, 5);
	assert_true(strvec_has(&list, "only-here"));
	repo_free(repo);
}

/* From a work tree that has no .git, git would not find the way by itself. */
static void test_tree_elsewhere(void **state)
{
	struct repo *repo;
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err = ERR_INIT;
	int status;

	(void)state;
	fixture_run("git init -q dots && mkdir -p home/in\n"
		    "git -C dots config core.worktree ../../home");
	repo = fixture_open("dots");
	assert_int_equal(gitcmd(repo,
				 GIT_ARGS("rev-parse", "--absolute-git-dir",
					 "--show-toplevel"),
				 &status, &out, &err),
		0);
	assert_int_equal(status, 0);
	{
		AUTO_STRBUF want = STRBUF_INIT;

		strbuf_addf(&want, "%s/dots/.git\n%s/home\n", fixture_dir,
			fixture_dir);
		assert_string_equal(out.buf, want.buf);
	}
	repo_free(repo);
}

static void test_bare(void **state)
{
	struct err err = ERR_INIT;
	struct repo *repo;
	AUTO_STRBUF out = STRBUF_INIT;
	int status;

	(void)state;
	fixture_run("git clone -q --bare r bare");
	repo = fixture_open("bare");
	assert_int_equal(
		gitcmd(repo, GIT_ARGS("rev-parse", "--is-bare-repository"),
			&status, &out, &err),
		0);
	assert_string_equal(out.buf, "true\n");
	repo_free(repo);
}

/* Hooks of the commands that we run know that they should do nothing. */
static void test_hooks_are_told(void **state)
{
	struct repo *repo = fixture_open("r");
	AUTO_STRBUF text = STRBUF_INIT;
	struct err err = ERR_INIT;
	int status;

	(void)state;
	fixture_file("r/.git/hooks/post-checkout",
		"#!/bin/sh\n"
		"echo \"$HOOKRUN $LEFTHOOK $GIT_TERMINAL_PROMPT "
		"$GIT_OPTIONAL_LOCKS\" > seen\n");
	fixture_run("chmod +x r/.git/hooks/post-checkout");
	assert_int_equal(gitcmd(repo, GIT_ARGS("checkout", "-q", "--detach"),
				 &status, NULL, &err),
		0);
	assert_int_equal(status, 0);
	fixture_text("r/seen", &text);
	assert_string_equal(text.buf, "0 0 0 0\n");
	repo_free(repo);
}

static void test_no_git(void **state)
{
	struct repo *repo = fixture_open("r");
	AUTO_FREE char *path = xstrdup(getenv("PATH"));
	struct err err = ERR_INIT;
	int status;

	(void)state;
	setenv("PATH", "/nonexistent", 1);
	assert_int_equal(
		gitcmd(repo, GIT_ARGS("version"), &status, NULL, &err), -1);
	setenv("PATH", path, 1);
	assert_non_null(strstr(err.msg, "git"));
	repo_free(repo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status_and_output),
		cmocka_unit_test(test_silent_failure),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_right_repository),
		cmocka_unit_test(test_tree_elsewhere),
		cmocka_unit_test(test_bare),
		cmocka_unit_test(test_hooks_are_told),
		cmocka_unit_test(test_no_git),
	};

	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
