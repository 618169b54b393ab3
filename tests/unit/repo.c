/*
 * The repository, against real ones made by git: where it is found with its
 * work trees, and what HEAD and the state files say.
 */
#include "git_fixture.h"

#include "hookrun/proc/child.h"

static void assert_path(const char *path, const char *name)
{
	AUTO_FREE char *want = *name ? fixture_path(name) : NULL;

	assert_string_equal(path, want ? want : fixture_dir);
}

/* ---- ids ---- */

static void test_oid(void **state)
{
	struct oid oid, other = { "x" };

	(void)state;
	assert_true(
		oid_parse("ABCDEFabcdef0123456789012345678901234567", &oid));
	assert_string_equal(
		oid.hex, "abcdefabcdef0123456789012345678901234567");
	assert_false(oid_parse("abc", &other));
	assert_false(oid_parse("", &other));
	assert_false(
		oid_parse("abcdefabcdef012345678901234567890123456g", &other));
	assert_false(
		oid_parse("abcdefabcdef0123456789012345678901234567 ", &other));
	assert_string_equal(other.hex, "x");
	assert_false(oid_is_null(&oid));
	assert_true(oid_parse("00000000000000000000000000000000"
			      "00000000000000000000000000000000",
		&oid));
	assert_true(oid_is_null(&oid));
	assert_true(oid_is_null(&(struct oid){ "" }));
}

/* ---- what is asked again ---- */

/* The first of all, since it needs a process that has started no other. */
static void test_again(void **state)
{
	char program[] = "true";
	char *argv[] = { program, NULL };
	struct child_opts opts = { .argv = argv };
	struct oid before, after;
	struct err err = ERR_INIT;
	struct repo *repo;
	pid_t pid;

	(void)state;
	fixture_run("cp -r r ag");
	repo = fixture_open("ag");
	assert_int_equal(repo_head_again(repo, &before, &err), 1);
	assert_int_equal(repo_state_again(repo), 0);
	fixture_run("cd ag && git update-ref HEAD topic\n"
		    "git rev-parse topic > .git/MERGE_HEAD");
	assert_int_equal(repo_head_again(repo, &after, &err), 1);
	assert_string_equal(after.hex, before.hex);
	assert_int_equal(repo_state_again(repo), 0);
	assert_int_equal(child_spawn(&opts, &pid, &err), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(repo_head_again(repo, &after, &err), 1);
	fixture_is(&after, "ag", "topic");
	assert_int_equal(repo_state_again(repo), REPO_MERGE);
	repo_free(repo);
}

/* ---- places ---- */

static void test_open_plain(void **state)
{
	struct repo *repo = fixture_open("r/db/migrate");

	(void)state;
	assert_path(repo_worktree(repo), "r");
	assert_path(repo_gitdir(repo), "r/.git");
	assert_path(repo_commondir(repo), "r/.git");
	assert_false(repo_is_linked(repo));
	assert_false(repo_is_shallow(repo));
	repo_free(repo);
	repo_free(NULL);
}

static void test_open_none(void **state)
{
	struct repo *repo = NULL;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(repo_open("/", &repo, &err), -1);
	assert_int_equal(err.kind, ERR_NO_REPO);
	assert_int_equal(repo_open("/no/such/folder", &repo, &err), -1);
	setenv("GIT_DIR", "/no/such/.git", 1);
	assert_int_equal(repo_open(NULL, &repo, &err), -1);
	unsetenv("GIT_DIR");
	assert_int_equal(err.kind, ERR_NO_REPO);
	assert_null(repo);
}

static void test_open_linked(void **state)
{
	AUTO_FREE char *gitdir = fixture_path("r/.git/worktrees/lin-k");
	AUTO_STRVEC others = STRVEC_INIT;
	struct err err = ERR_INIT;
	struct repo *repo;
	struct arena arena = ARENA_INIT;

	(void)state;
	fixture_run("git -C r worktree add -q -b linked '../lin k' topic");
	fixture_run("git -C r worktree add -q --detach ../gone topic\n"
		    "rm -r gone");
	repo = fixture_open("lin k/db");
	assert_path(repo_worktree(repo), "lin k");
	assert_path(repo_gitdir(repo), "r/.git/worktrees/lin-k");
	assert_path(repo_commondir(repo), "r/.git");
	assert_true(repo_is_linked(repo));
	assert_string_equal(repo_branch(repo, &arena), "linked");
	assert_int_equal(repo_worktrees(repo, &others, &err), 0);
	assert_int_equal(others.nr, 1);
	assert_path(others.v[0], "r");
	repo_free(repo);

	strvec_release(&others);
	repo = fixture_open("r");
	assert_int_equal(repo_worktrees(repo, &others, &err), 0);
	assert_int_equal(others.nr, 1);
	assert_path(others.v[0], "lin k");
	repo_free(repo);

	/* as git exports it to hooks */
	setenv("GIT_DIR", gitdir, 1);
	repo = fixture_open("lin k");
	unsetenv("GIT_DIR");
	assert_path(repo_worktree(repo), "lin k");
	assert_path(repo_commondir(repo), "r/.git");
	repo_free(repo);
	arena_release(&arena);
}

static void test_open_submodule(void **state)
{
	AUTO_FREE char *gitdir = fixture_path("super/.git/modules/sub");
	struct repo *repo;

	(void)state;
	fixture_run("git init -q super && cd super\n"
		    "git submodule --quiet add ../r sub");
	repo = fixture_open("super/sub/db");
	assert_path(repo_worktree(repo), "super/sub");
	assert_path(repo_gitdir(repo), "super/.git/modules/sub");
	assert_false(repo_is_linked(repo));
	repo_free(repo);
	setenv("GIT_DIR", gitdir, 1);
	repo = fixture_open("super/sub");
	unsetenv("GIT_DIR");
	assert_path(repo_worktree(repo), "super/sub");
	repo_free(repo);
	/* standing in the git directory itself */
	repo = fixture_open("super/.git/modules/sub");
	assert_path(repo_worktree(repo), "super/sub");
	repo_free(repo);
}

static void test_open_bare(void **state)
{
	AUTO_STRVEC others = STRVEC_INIT;
	struct err err = ERR_INIT;
	struct repo *repo;

	(void)state;
	fixture_run("git clone -q --bare r bare.git\n"
		    "git -C bare.git worktree add -q ../ofbare main");
	repo = fixture_open("bare.git/refs");
	assert_null(repo_worktree(repo));
	assert_path(repo_gitdir(repo), "bare.git");
	assert_int_equal(repo_worktrees(repo, &others, &err), 0);
	assert_int_equal(others.nr, 1);
	repo_free(repo);
	/* core.bare of the shared file does not count here */
	strvec_release(&others);
	repo = fixture_open("ofbare");
	assert_path(repo_worktree(repo), "ofbare");
	assert_path(repo_commondir(repo), "bare.git");
	assert_int_equal(repo_worktrees(repo, &others, &err), 0);
	assert_int_equal(others.nr, 0);
	repo_free(repo);
}

static void test_open_separate(void **state)
{
	AUTO_FREE char *ceiling = fixture_path("");
	struct repo *repo;

	(void)state;
	fixture_run("git init -q --separate-git-dir=elsewhere sep\n"
		    "mkdir sep/in && ln -s sep/in short");
	repo = fixture_open("short");
	assert_path(repo_worktree(repo), "sep");
	assert_path(repo_gitdir(repo), "elsewhere");
	repo_free(repo);
	setenv("GIT_CEILING_DIRECTORIES", ceiling, 1);
	repo = fixture_open("sep/in");
	unsetenv("GIT_CEILING_DIRECTORIES");
	assert_path(repo_worktree(repo), "sep");
	assert_path(repo_gitdir(repo), "elsewhere");
	repo_free(repo);
}

static void test_open_ceiling(void **state)
{
	AUTO_FREE char *ceiling = fixture_path("r/db");
	AUTO_FREE char *start = fixture_path("r/db/migrate");
	struct repo *repo = NULL;
	struct err err = ERR_INIT;

	(void)state;
	setenv("GIT_CEILING_DIRECTORIES", ceiling, 1);
	assert_int_equal(repo_open(start, &repo, &err), -1);
	unsetenv("GIT_CEILING_DIRECTORIES");
	assert_int_equal(err.kind, ERR_NO_REPO);
}

static void test_open_settings(void **state)
{
	struct repo *repo;

	(void)state;
	fixture_run("git init -q conf && mkdir 'other tree'\n"
		    "git -C conf config core.worktree '../../other tree'");
	repo = fixture_open("conf");
	assert_path(repo_worktree(repo), "other tree");
	repo_free(repo);
	fixture_run("git -C conf config --unset core.worktree");
	setenv("GIT_WORK_TREE", "../other tree", 1);
	repo = fixture_open("conf");
	unsetenv("GIT_WORK_TREE");
	assert_path(repo_worktree(repo), "other tree");
	repo_free(repo);
	fixture_file("conf/.git/config",
		"; a comment\n[core \"x\"]\n\tbare = true\n\tworktree = /no\n"
		"[Core]\n\trepositoryformatversion = 0 # [core] bare = true\n"
		"\tWorkTree = \"../../other\\\n tree\" ; quoted\n");
	repo = fixture_open("conf");
	assert_path(repo_worktree(repo), "other tree");
	repo_free(repo);
	fixture_file("conf/.git/config", "[core] bare\n");
	repo = fixture_open("conf");
	assert_null(repo_worktree(repo));
	repo_free(repo);
}

static void test_open_worktree_config(void **state)
{
	struct repo *repo;

	(void)state;
	fixture_run(
		"git init -q wc && cd wc && git commit -q --allow-empty -mx\n"
		"git worktree add -q ../wc2\n"
		"git config extensions.worktreeConfig true\n"
		"git config --worktree core.bare true\n"
		"git config --unset core.bare\n"
		"git -C ../wc2 config --worktree core.bare false");
	repo = fixture_open("wc2");
	assert_path(repo_worktree(repo), "wc2");
	repo_free(repo);
	repo = fixture_open("wc");
	assert_null(repo_worktree(repo));
	repo_free(repo);
}

/* A push that arrives runs its hooks in the git directory, GIT_DIR=".". */
static void test_open_in_gitdir(void **state)
{
	struct repo *repo;

	(void)state;
	setenv("GIT_DIR", ".", 1);
	repo = fixture_open("r/.git");
	unsetenv("GIT_DIR");
	assert_path(repo_worktree(repo), "r");
	assert_path(repo_gitdir(repo), "r/.git");
	repo_free(repo);
}

static void test_open_bad_gitfile(void **state)
{
	AUTO_FREE char *path = fixture_path("bad");
	struct repo *repo = NULL;
	struct err err = ERR_INIT;

	(void)state;
	fixture_file("bad/.git", "gitdir: /no/such/place\n");
	assert_int_equal(repo_open(path, &repo, &err), -1);
	assert_non_null(strstr(err.msg, "/no/such/place"));
	fixture_file("bad/.git", "nonsense");
	assert_int_equal(repo_open(path, &repo, &err), -1);
	fixture_file("bad/.git", "gitdir: \n");
	assert_int_equal(repo_open(path, &repo, &err), -1);
}

/* ---- HEAD ---- */

static void test_head(void **state)
{
	struct repo *repo = fixture_open("r");
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct oid oid;

	(void)state;
	assert_int_equal(repo_head(repo, &oid, &err), 1);
	fixture_is(&oid, "r", "HEAD");
	assert_string_equal(repo_branch(repo, &arena), "main");
	fixture_run("git -C r pack-refs --all && ! test -e "
		    "r/.git/refs/heads/main && git -C r branch dir/sub && "
		    "git -C r pack-refs --all && mkdir -p "
		    "r/.git/refs/heads/main");
	assert_int_equal(repo_head(repo, &oid, &err), 1);
	fixture_is(&oid, "r", "main");
	fixture_run("rmdir r/.git/refs/heads/main\n"
		    "git -C r branch -D -q dir/sub\n"
		    "git -C r switch -q --detach topic");
	assert_int_equal(repo_head(repo, &oid, &err), 1);
	fixture_is(&oid, "r", "topic");
	assert_null(repo_branch(repo, &arena));
	fixture_run("git -C r switch -q main");
	repo_free(repo);
	arena_release(&arena);
}

static void test_unborn(void **state)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct repo *repo;
	struct oid oid;

	(void)state;
	fixture_run("git init -q -b first/one new");
	repo = fixture_open("new");
	assert_int_equal(repo_head(repo, &oid, &err), 0);
	assert_string_equal(repo_branch(repo, &arena), "first/one");
	assert_false(repo_head_is_merge(repo));
	assert_int_equal(repo_reflog_size(repo), 0);
	repo_free(repo);
	arena_release(&arena);
}

static void test_broken_head(void **state)
{
	struct err err = ERR_INIT;
	struct repo *repo;
	struct oid oid;

	(void)state;
	fixture_run("git init -q loop\n"
		    "echo 'ref: refs/heads/b' > loop/.git/refs/heads/a\n"
		    "echo 'ref: refs/heads/a' > loop/.git/refs/heads/b\n"
		    "echo 'ref: refs/heads/a' > loop/.git/HEAD");
	repo = fixture_open("loop");
	assert_int_equal(repo_head(repo, &oid, &err), -1);
	fixture_file("loop/.git/HEAD", "garbage\n");
	assert_int_equal(repo_head(repo, &oid, &err), -1);
	repo_free(repo);
}

static void test_state(void **state)
{
	struct repo *repo;
	struct arena arena = ARENA_INIT;

	(void)state;
	fixture_run("git clone -q r st && cd st && git switch -qc x\n"
		    "echo x > a && git commit -qam x && git switch -q main\n"
		    "echo y > a && git commit -qam y");
	repo = fixture_open("st");
	assert_int_equal(repo_state(repo), 0);
	fixture_run("cd st && ! git merge -q x");
	assert_int_equal(repo_state(repo), REPO_MERGE);
	fixture_run("cd st && git merge --abort && ! git rebase -q x");
	assert_int_equal(repo_state(repo) & REPO_REBASE, REPO_REBASE);
	assert_string_equal(
		repo_state_file(repo, "rebase-merge/head-name", &arena),
		"refs/heads/main");
	fixture_run("cd st && git rebase --abort && ! git cherry-pick x");
	assert_int_equal(repo_state(repo), REPO_CHERRY_PICK);
	fixture_run("cd st && git cherry-pick --abort\n"
		    "git revert --no-commit HEAD");
	assert_int_equal(repo_state(repo), REPO_REVERT);
	fixture_run(
		"cd st && git reset -q --hard && git bisect start HEAD HEAD~1");
	assert_int_equal(repo_state(repo), REPO_BISECT);
	assert_string_equal(
		repo_state_file(repo, "BISECT_START", &arena), "main");
	assert_null(repo_state_file(repo, "NO_SUCH", &arena));
	fixture_run("cd st && git bisect reset");
	assert_int_equal(repo_state(repo), 0);
	assert_false(repo_head_is_merge(repo));
	fixture_run("cd st && git merge -q -X ours x -m m");
	assert_true(repo_head_is_merge(repo));
	repo_free(repo);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_oid),
		cmocka_unit_test(test_open_plain),
		cmocka_unit_test(test_open_none),
		cmocka_unit_test(test_open_linked),
		cmocka_unit_test(test_open_submodule),
		cmocka_unit_test(test_open_bare),
		cmocka_unit_test(test_open_separate),
		cmocka_unit_test(test_open_ceiling),
		cmocka_unit_test(test_open_settings),
		cmocka_unit_test(test_open_worktree_config),
		cmocka_unit_test(test_open_in_gitdir),
		cmocka_unit_test(test_open_bad_gitfile),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_unborn),
		cmocka_unit_test(test_broken_head),
		cmocka_unit_test(test_state),
	};

	return cmocka_run_group_tests(
		tests, fixture_setup_history, fixture_teardown);
}
