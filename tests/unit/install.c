/*
 * Hook files on disk: written, replaced, checked and removed, in whatever
 * folder git uses, and nobody's own hook is lost.
 */
#include "install_fixture.h"

#include "hookrun/base/selfpath.h"

#include "hookrun/install/hookdir.h"

#include <sys/stat.h>

static char word_push[] = "pre-push";
static char *two_hooks[] = { word_commit, word_push, NULL };

static void install_fails(const struct install_opts *opts, const char *message)
{
	struct repo *repo = fixture_open("r");
	AUTO_STRBUF notes = STRBUF_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(install_hooks(repo, opts, NULL, &notes, &err), -1);
	if (!strstr(err.msg, message))
		fail_msg("'%s' is not in: %s", message, err.msg);
	repo_free(repo);
}

static void assert_text(const char *name, const char *want)
{
	AUTO_STRBUF text = STRBUF_INIT;

	fixture_text(name, &text);
	assert_string_equal(text.buf, want);
}

static void check(const struct install_opts *opts, const char *want)
{
	struct repo *repo = fixture_open("r");
	AUTO_STRBUF problems = STRBUF_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(install_check(repo, opts, &problems, &err), 0);
	assert_string_equal(problems.buf, want);
	repo_free(repo);
}

/* ---- writing ---- */

static void test_install(void **state)
{
	struct install_opts opts = options(two_hooks);
	AUTO_STRVEC written = STRVEC_INIT, again = STRVEC_INIT;
	AUTO_STRBUF notes = STRBUF_INIT;
	AUTO_FREE char *path = fixture_path("r/.git/hooks/pre-push");
	struct repo *repo = fixture_open("r");
	struct err err = ERR_INIT;
	struct stat st;

	(void)state;
	fixture_run("rm -r r/.git/hooks");
	check(&opts, "pre-commit is not installed\n"
		     "pre-push is not installed\n");
	assert_true(install_is_stale(repo, "id1", false));
	assert_int_equal(install_hooks(repo, &opts, &written, &notes, &err), 0);
	assert_int_equal(written.nr, 2);
	assert_string_equal(written.v[0], "pre-commit");
	assert_string_equal(notes.buf, "");
	assert_int_equal(lstat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	check(&opts, "");
	assert_false(install_is_stale(repo, "id1", false));
	assert_true(install_is_stale(repo, "id", false));
	assert_true(install_is_stale(repo, "id12", false));
	/* nothing to do, nothing done; then one lost its mode */
	assert_int_equal(install_hooks(repo, &opts, &again, &notes, &err), 0);
	assert_int_equal(again.nr, 0);
	assert_int_equal(chmod(path, 0644), 0);
	assert_true(install_is_stale(repo, "id1", false));
	assert_int_equal(install_hooks(repo, &opts, &again, &notes, &err), 0);
	assert_int_equal(again.nr, 1);
	repo_free(repo);
}

static void test_foreign_is_kept(void **state)
{
	struct install_opts opts = options(one_hook);
	AUTO_STRBUF notes = STRBUF_INIT;
	struct repo *repo = fixture_open("r");
	struct err err = ERR_INIT;

	(void)state;
	fixture_file("r/.git/hooks/pre-commit", "mine");
	install("r", &opts, &notes);
	assert_string_equal(notes.buf,
		"kept the existing pre-commit hook as pre-commit.old\n");
	assert_text("r/.git/hooks/pre-commit.old", "mine");
	check(&opts, "");
	/* a second one has no place left */
	fixture_file("r/.git/hooks/pre-commit", "mine too");
	install_fails(&opts, "pre-commit.old");
	assert_text("r/.git/hooks/pre-commit", "mine too");
	assert_text("r/.git/hooks/pre-commit.old", "mine");
	opts.force = true;
	install("r", &opts, &notes);
	assert_text("r/.git/hooks/pre-commit.old", "mine too");
	strbuf_reset(&notes);
	assert_int_equal(install_remove(repo, false, &notes, &err), 0);
	assert_text("r/.git/hooks/pre-commit", "mine too");
	assert_false(fixture_has("r/.git/hooks/pre-commit.old"));
	assert_non_null(strstr(notes.buf, "put the old one back"));
	assert_false(install_is_stale(repo, "id1", false));
	repo_free(repo);
}

/* Nothing is touched where one of the hooks cannot be installed. */
static void test_all_or_nothing(void **state)
{
	struct install_opts opts = options(two_hooks);

	(void)state;
	fixture_file("r/.git/hooks/pre-commit", "mine");
	fixture_file("r/.git/hooks/pre-push", "mine");
	fixture_file("r/.git/hooks/pre-push.old", "mine");
	install_fails(&opts, "pre-push.old");
	assert_text("r/.git/hooks/pre-commit", "mine");
	assert_false(fixture_has("r/.git/hooks/pre-commit.old"));
	assert_false(fixture_has("r/.git/hookrun/hooks"));
}

static void test_link_is_kept(void **state)
{
	struct install_opts opts = options(one_hook);
	AUTO_STRBUF notes = STRBUF_INIT;

	(void)state;
	fixture_file("r/shared/hook", "LEFTHOOK, shared");
	fixture_run("ln -s ../../shared/hook r/.git/hooks/pre-commit");
	install("r", &opts, &notes);
	assert_text("r/shared/hook", "LEFTHOOK, shared");
	fixture_run("test -L r/.git/hooks/pre-commit.old\n"
		    "test ! -L r/.git/hooks/pre-commit");
	check(&opts, "");
}

static void test_lefthook_is_replaced(void **state)
{
	struct install_opts opts = options(one_hook);
	AUTO_STRBUF notes = STRBUF_INIT;
	struct repo *repo = fixture_open("r");
	struct err err = ERR_INIT;

	(void)state;
	fixture_file("r/.git/hooks/pre-commit",
		"#!/bin/sh\n[ \"$LEFTHOOK\" = 0 ] && exit\n"
		"call_lefthook() { :; }\n");
	fixture_file("r/.git/hooks/post-merge",
		"#!/bin/sh\n[ \"$LEFTHOOK\" = 0 ] && exit\n"
		"call_lefthook() { :; }\n");
	fixture_file("r/.git/hooks/post-commit", "LEFTHOOK=0 git gc\n");
	fixture_run("chmod +x r/.git/hooks/pre-commit");
	check(&opts, "pre-commit is lefthook's, not ours\n");
	install("r", &opts, &notes);
	assert_string_equal(notes.buf, "");
	assert_false(fixture_has("r/.git/hooks/pre-commit.old"));
	check(&opts, "");
	assert_int_equal(install_remove(repo, false, &notes, &err), 0);
	assert_false(fixture_has("r/.git/hooks/pre-commit"));
	assert_false(fixture_has("r/.git/hooks/post-merge"));
	/* somebody's script that only knows of lefthook */
	assert_true(fixture_has("r/.git/hooks/post-commit"));
	repo_free(repo);
}

static void test_check(void **state)
{
	struct install_opts opts = options(one_hook);
	AUTO_STRBUF notes = STRBUF_INIT;

	(void)state;
	install("r", &opts, &notes);
	fixture_run("chmod -x r/.git/hooks/pre-commit");
	check(&opts, "pre-commit is not executable\n");
	fixture_run("cd r/.git/hooks && chmod +x pre-commit\n"
		    "sed 's,^\\(hookrun_path=\\).*,\\1/else/where,' pre-commit "
		    "> x && cat x > pre-commit");
	check(&opts, ""); /* installed by another binary */
	fixture_run("echo '# edited' >> r/.git/hooks/pre-commit");
	check(&opts, "pre-commit is an older shim, or was edited\n");
	install("r", &opts, &notes);
	check(&opts, "");
	opts.rc = "other";
	check(&opts, "pre-commit is an older shim, or was edited\n");
	fixture_file("r/.git/hooks/pre-commit", "mine");
	check(&opts, "pre-commit is not ours\n");
}

static void test_dropped_hooks(void **state)
{
	struct install_opts opts = options(two_hooks);
	AUTO_STRBUF notes = STRBUF_INIT;

	(void)state;
	fixture_file("r/.git/hooks/pre-push", "mine");
	fixture_file("r/.git/hooks/post-merge", "mine");
	install("r", &opts, &notes);
	opts.hooks = one_hook;
	strbuf_reset(&notes);
	install("r", &opts, &notes);
	assert_string_equal(notes.buf,
		"removed the pre-push hook, which is not configured any more, "
		"and put the old one back\n");
	assert_text("r/.git/hooks/pre-push", "mine");
	assert_text("r/.git/hooks/post-merge", "mine");
	assert_true(fixture_has("r/.git/hooks/pre-commit"));
}

/* Work trees share the hook files; each has a configuration of its own. */
static void test_work_trees(void **state)
{
	struct install_opts both = options(two_hooks), one = options(one_hook);
	AUTO_STRBUF notes = STRBUF_INIT;
	struct err err = ERR_INIT;
	struct repo *repo;

	(void)state;
	fixture_run("rm -rf w && git -C r worktree add -q ../w\n"
		    "echo x > r/.git/info/lefthook.checksum");
	repo = fixture_open("w");
	assert_false(install_is_stale(repo, "id2", false));
	assert_true(install_is_stale(repo, "id2", true));
	install("r", &both, &notes);
	assert_true(install_is_stale(repo, "id2", false));
	one.config_id = "id2";
	install("w", &one, &notes);
	assert_false(install_is_stale(repo, "id2", false));
	assert_true(fixture_has("r/.git/hooks/pre-push"));
	assert_true(fixture_has("r/.git/worktrees/w/hookrun/hooks"));
	both.hooks = one_hook;
	install("r", &both, &notes);
	assert_false(fixture_has("r/.git/hooks/pre-push"));
	assert_int_equal(install_remove(repo, false, &notes, &err), 0);
	assert_false(fixture_has("r/.git/hooks/pre-commit"));
	assert_false(install_is_stale(repo, "id2", false));
	repo_free(repo);
}

static void test_hooks_path(void **state)
{
	struct install_opts opts = options(one_hook);
	AUTO_STRBUF notes = STRBUF_INIT;
	struct repo *repo;
	struct err err = ERR_INIT;
	char *dir = NULL;

	(void)state;
	fixture_run("git -C r config core.hooksPath 'my hooks'\nmkdir r/deep");
	repo = fixture_open("r/deep");
	assert_int_equal(hookdir_find(repo, &dir, &err), 0);
	install_fails(&opts, "core.hooksPath is set to 'my hooks'");
	opts.force = true;
	install("r/deep", &opts, &notes);
	assert_true(fixture_has("r/my hooks/pre-commit"));
	assert_string_equal(fs_basename(dir), "my hooks");
	assert_int_equal(*dir, '/');
	free(dir);
	assert_int_equal(install_remove(repo, false, &notes, &err), 0);
	assert_false(fixture_has("r/my hooks/pre-commit"));
	fixture_run("git -C r config core.hooksPath ''");
	install_fails(&opts, "core.hooksPath is empty");
	opts.reset_hooks_path = true;
	install("r/deep", &opts, &notes);
	assert_true(fixture_has("r/.git/hooks/pre-commit"));
	repo_free(repo);
}

static void test_shared_hooks_path(void **state)
{
	struct install_opts opts = options(one_hook);
	AUTO_STRBUF notes = STRBUF_INIT;
	struct repo *repo = fixture_open("r");
	struct err err = ERR_INIT;

	(void)state;
	fixture_run("cp gitconfig gitconfig.saved\n"
		    "git config --global core.hooksPath '~/all hooks'");
	install_fails(&opts, "git config --unset-all --global core.hooksPath");
	install_fails(&opts, "--force");
	assert_false(fixture_has("all hooks"));
	opts.force = true;
	install("r", &opts, &notes);
	assert_true(fixture_has("all hooks/pre-commit"));
	fixture_run("git init -q other");
	{
		struct repo *other = fixture_open("other");

		assert_int_equal(install_remove(other, false, &notes, &err), 0);
		repo_free(other);
	}
	assert_true(fixture_has("all hooks/pre-commit"));
	assert_int_equal(install_remove(repo, false, &notes, &err), 0);
	assert_false(fixture_has("all hooks/pre-commit"));
	/* a local setting wins, and is nobody else's */
	opts.force = false;
	fixture_run("git -C r config core.hooksPath .git/hooks");
	install("r", &opts, &notes);
	assert_true(fixture_has("r/.git/hooks/pre-commit"));
	fixture_run("mv gitconfig.saved gitconfig");
	repo_free(repo);
}

static void test_bad_names(void **state)
{
	static char up[] = "../x", empty[] = "", quote[] = "a'b";
	char *const names[] = { up, empty, quote };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *hooks[] = { names[i], NULL };
		struct install_opts opts = options(hooks);

		install_fails(&opts, "cannot be the name of a hook");
	}
}

#define REPO_TEST(name) cmocka_unit_test_setup(name, fresh_repo)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		REPO_TEST(test_install),
		REPO_TEST(test_foreign_is_kept),
		REPO_TEST(test_all_or_nothing),
		REPO_TEST(test_link_is_kept),
		REPO_TEST(test_lefthook_is_replaced),
		REPO_TEST(test_check),
		REPO_TEST(test_dropped_hooks),
		REPO_TEST(test_work_trees),
		REPO_TEST(test_hooks_path),
		REPO_TEST(test_shared_hooks_path),
		REPO_TEST(test_bad_names),
	};

	/* Shims name the binary that wrote them: this one.  Should one run,
	 * the tests must not start once more from inside themselves. */
	if (argc > 1) {
		fprintf(stderr, "%s: run as a hook\n", argv[0]);
		return 99;
	}
	selfpath_init(argv[0]);
	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
