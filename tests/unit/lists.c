/*
 * The lists on real repositories, made by the git command in a temporary
 * folder.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/files/lists.h"
#include "hookrun/proc/cmd.h"

#include <stdlib.h>
#include <unistd.h>

#define NULL_ID "0000000000000000000000000000000000000000"

struct fixture {
	char *dir;
	struct repo *repo;
	struct file_lists *lists;
};

/* Run a script in the repository; what it prints, without the line break. */
static char *sh(struct fixture *f, const char *script)
{
	AUTO_FREE char *text = xstrdup(script);
	char *const argv[] = { (char[]){ "sh" }, (char[]){ "-ec" }, text,
		NULL };
	struct cmd cmd = { .argv = argv, .cwd = f->dir };
	struct strbuf out = STRBUF_INIT;
	AUTO_STRBUF errout = STRBUF_INIT;
	struct err err;
	int status;

	assert_int_equal(cmd_run(&cmd, &status, &out, &errout, &err), 0);
	if (status)
		fail_msg("%s: %s", script, errout.buf);
	strbuf_rtrim(&out);
	return strbuf_detach(&out, NULL);
}

static void do_sh(struct fixture *f, const char *script)
{
	free(sh(f, script));
}

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	struct err err;

	unsetenv("GIT_DIR");
	unsetenv("GIT_WORK_TREE");
	unsetenv("GIT_INDEX_FILE");
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_AUTHOR_NAME", "a", 1);
	setenv("GIT_AUTHOR_EMAIL", "a@example.org", 1);
	setenv("GIT_COMMITTER_NAME", "a", 1);
	setenv("GIT_COMMITTER_EMAIL", "a@example.org", 1);
	if (fs_temp_dir("hookrun-lists", &f->dir, &err))
		return -1;
	*state = f;
	do_sh(f, "git init -q -b main .; mkdir dir; echo 1 >old; echo gone "
		 ">gone;"
		 "echo a >dir/a; git add .; git commit -qm one");
	if (repo_open(f->dir, &f->repo, &err))
		return -1;
	f->lists = lists_new(f->repo);
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	struct err err;

	lists_free(f->lists);
	repo_free(f->repo);
	fs_remove_tree(f->dir, &err);
	free(f->dir);
	free(f);
	return 0;
}

/* Names joined by '|', in byte order. */
static char *joined(const struct strvec *list)
{
	AUTO_STRVEC sorted = STRVEC_INIT;
	struct strbuf out = STRBUF_INIT;

	strvec_push_all(&sorted, list->v);
	strvec_sort(&sorted);
	for (size_t i = 0; i < sorted.nr; i++)
		strbuf_addf(&out, "%s%s", i ? "|" : "", sorted.v[i]);
	return strbuf_detach(&out, NULL);
}

static void check(struct fixture *f, enum file_set set, const char *want)
{
	const struct strvec *list;
	AUTO_FREE char *got = NULL;
	struct err err;

	if (lists_get(f->lists, set, &list, &err))
		fail_msg("%s", err.msg);
	got = joined(list);
	assert_string_equal(got, want);
}

static void check_push(
	struct fixture *f, const char *stdin_text, const char *want)
{
	lists_set_push(f->lists, stdin_text);
	check(f, SET_PUSH, want);
}

static void check_with_deleted(struct fixture *f, const char *want)
{
	const struct strvec *list;
	AUTO_FREE char *got = NULL;
	struct err err;

	if (lists_staged_with_deleted(f->lists, &list, &err))
		fail_msg("%s", err.msg);
	got = joined(list);
	assert_string_equal(got, want);
}

static void test_staged(void **state)
{
	struct fixture *f = *state;

	do_sh(f, "echo 2 >old; echo 1 >new; echo 1 >untracked; echo 2 >dir/a;"
		 "git rm -q gone; git add old new; git mv dir/a dir/b");
	check(f, SET_STAGED, "dir/b|new|old");
	/* the old name of a renamed file is gone too */
	check_with_deleted(f, "dir/a|dir/b|gone|new|old");
}

static void test_staged_nothing(void **state)
{
	check(*state, SET_STAGED, "");
	check_with_deleted(*state, "");
}

/* A list is asked for once: it must not change within a run. */
static void test_staged_once(void **state)
{
	struct fixture *f = *state;

	check(f, SET_STAGED, "");
	do_sh(f, "echo 1 >new; git add new");
	check(f, SET_STAGED, "");
}

static void test_staged_but_deleted_on_disk(void **state)
{
	struct fixture *f = *state;

	do_sh(f, "echo 1 >new; git add new; rm new");
	check(f, SET_STAGED, "");
	check_with_deleted(f, "new");
}

static void test_staged_links(void **state)
{
	struct fixture *f = *state;

	do_sh(f, "ln -s old to-file; ln -s dir to-dir; ln -s nothing dangling;"
		 "git add .");
	check(f, SET_STAGED, "to-file");
	check(f, SET_ALL, "dir/a|gone|old|to-file");
}

static void test_unborn_branch(void **state)
{
	struct fixture *f = *state;

	do_sh(f, "git checkout -q --orphan fresh; git rm -rfq --cached .;"
		 "git add old");
	check(f, SET_STAGED, "old");
	check(f, SET_PUSH, "");
}

static void test_odd_names(void **state)
{
	struct fixture *f = *state;

	do_sh(f, "printf 1 >'a\nb'; printf 1 >' lead '; printf 1 >'\"q\"';"
		 "printf 1 >-dash; printf 1 >\"$(printf '\\377')\"; git add .");
	check(f, SET_STAGED, " lead |\"q\"|-dash|a\nb|\xff");
}

static void test_settings_of_the_user(void **state)
{
	struct fixture *f = *state;

	do_sh(f, "git config diff.relative true; git config diff.noprefix true;"
		 "git config color.ui always; git config core.quotePath true;"
		 "git config diff.external false; git config status.short true;"
		 "echo 2 >dir/a; git add .");
	check(f, SET_STAGED, "dir/a");
	do_sh(f, "git commit -qm two");
	check_push(f, NULL, "dir/a|gone|old");
}

static void test_all_in_conflict(void **state)
{
	struct fixture *f = *state;

	do_sh(f, "git checkout -qb side; echo s >old; git commit -qam s;"
		 "git checkout -q main; echo m >old; git commit -qam m;"
		 "! git merge -q side >/dev/null 2>&1");
	check(f, SET_ALL, "dir/a|gone|old");
}

static void test_submodule_is_no_file(void **state)
{
	struct fixture *f = *state;

	do_sh(f, "git init -q sub; git -C sub commit -q --allow-empty -m s;"
		 "git add sub 2>/dev/null");
	check(f, SET_STAGED, "");
	check_with_deleted(f, "sub");
}

/* ---- push ---------------------------------------------------------------- */

/* One line of git's, with the ids of the two revisions. */
static char *line(struct fixture *f, const char *local, const char *remote)
{
	AUTO_STRBUF script = STRBUF_INIT;

	strbuf_addf(&script,
		"id() { case $1 in '') echo " NULL_ID
		";; *) git rev-parse \"$1\" ;; esac; };"
		"echo refs/heads/x $(id '%s') refs/heads/x $(id '%s'); echo .",
		local, remote);
	return sh(f, script.buf);
}

static void check_line(struct fixture *f, const char *local, const char *remote,
	const char *want)
{
	AUTO_FREE char *text = line(f, local, remote);

	text[strlen(text) - 1] = '\0'; /* the dot */
	check_push(f, text, want);
}

static void make_history(struct fixture *f)
{
	do_sh(f, "git tag base;"
		 "git checkout -qb topic; echo 1 >t1; git add .;"
		 "git commit -qm t1; git tag t1;"
		 "echo 1 >t2; git rm -q gone; git add .; git commit -qm t2;"
		 "git checkout -q main; echo 1 >m1; git add .;"
		 "git commit -qm m1; git checkout -q topic");
}

static void test_push_update(void **state)
{
	struct fixture *f = *state;

	make_history(f);
	check_line(f, "topic", "t1", "t2");
	check_line(f, "topic", "base", "t1|t2");
	check_line(f, "topic", "topic", "");
	/* What others put on the remote branch is not ours. */
	check_line(f, "topic", "main", "t1|t2");
	/* HEAD does not count: another branch may be pushed. */
	do_sh(f, "git checkout -q t1");
	check_line(f, "topic", "t1", "");
	do_sh(f, "git checkout -q topic");
	check_line(f, "topic", "t1", "t2");
}

static void test_push_deletion(void **state)
{
	struct fixture *f = *state;

	make_history(f);
	check_line(f, "", "t1", "");
}

static void test_push_new_branch(void **state)
{
	struct fixture *f = *state;

	make_history(f);
	check_line(f, "topic", "", "dir/a|old|t1|t2");
	do_sh(f, "git update-ref refs/remotes/fork/master main");
	check_line(f, "topic", "", "t1|t2");
	do_sh(f, "git update-ref refs/remotes/origin/trunk t1;"
		 "git symbolic-ref refs/remotes/origin/HEAD "
		 "refs/remotes/origin/trunk");
	check_line(f, "topic", "", "t2");
}

static void test_push_unknown_remote_commit(void **state)
{
	struct fixture *f = *state;
	AUTO_FREE char *known = NULL;
	AUTO_STRBUF text = STRBUF_INIT;

	make_history(f);
	do_sh(f, "git update-ref refs/remotes/origin/main t1");
	known = sh(f, "git rev-parse topic");
	strbuf_addf(&text,
		"refs/heads/x %s refs/heads/x "
		"1234567890123456789012345678901234567890\n",
		known);
	check_push(f, text.buf, "t2");
}

static void test_push_several(void **state)
{
	struct fixture *f = *state;
	AUTO_FREE char *text = NULL;

	make_history(f);
	text = sh(f, "echo refs/heads/a $(git rev-parse t1) refs/heads/a "
		     "$(git rev-parse base);"
		     "echo refs/heads/b $(git rev-parse main) refs/heads/b "
		     "$(git rev-parse base);"
		     "echo '(delete)' " NULL_ID " refs/heads/c "
		     "$(git rev-parse base)");
	/* m1 is not in the work tree of topic. */
	check_push(f, text, "t1");
	do_sh(f, "git checkout -q main; echo 1 >t1");
	lists_set_push(f->lists, text);
	check(f, SET_PUSH, "m1|t1");
}

static void test_push_tag(void **state)
{
	struct fixture *f = *state;

	make_history(f);
	do_sh(f, "git tag -am v1 v1 topic; git tag -am v0 v0 base;"
		 "git tag -am b blob $(git rev-parse base:old)");
	check_line(f, "v1", "v0", "t1|t2");
	check_line(f, "blob", "", "");
}

static void test_push_unrelated(void **state)
{
	struct fixture *f = *state;

	make_history(f);
	do_sh(f, "git checkout -q --orphan other; git commit -qm o");
	check_line(f, "other", "topic", "dir/a|old|t1|t2");
}

static void test_push_by_hand(void **state)
{
	struct fixture *f = *state;

	make_history(f);
	check_push(f, NULL, "dir/a|old|t1|t2");
	do_sh(f, "git update-ref refs/remotes/origin/main main");
	check_push(f, NULL, "t1|t2");
	do_sh(f, "git remote add origin .;"
		 "git update-ref refs/remotes/origin/topic t1;"
		 "git config branch.topic.remote origin;"
		 "git config branch.topic.merge refs/heads/topic;"
		 "git config push.default current");
	check_push(f, NULL, "t2");
	/* A run that is not git's has some stdin too. */
	check_push(f, "", "t2");
	check_push(f, "no line of git\nrefs/x 12 refs/x 34\n", "t2");
}

/* ---- the rest ------------------------------------------------------------ */

static void test_override(void **state)
{
	struct fixture *f = *state;
	AUTO_STRVEC files = STRVEC_INIT;
	AUTO_STRVEC printed = STRVEC_INIT;
	const struct strvec *list;
	struct err err;

	strvec_push(&files, "absent");
	strvec_push(&files, "old");
	lists_override(f->lists, &files);
	for (int set = 0; set < SET_COUNT; set++)
		check(f, (enum file_set)set, "absent|old");
	check_with_deleted(f, "absent|old");
	assert_int_equal(
		lists_command(f->lists, "echo gone", f->dir, &printed, &err),
		0);
	assert_int_equal(printed.nr, 2);
	/* The old list may be the new one. */
	assert_int_equal(lists_get(f->lists, SET_ALL, &list, &err), 0);
	lists_override(f->lists, list);
	check(f, SET_STAGED, "absent|old");
}

static void test_no_files_command(void **state)
{
	struct fixture *f = *state;
	const struct strvec *list;
	struct err err;

	assert_int_equal(lists_get(f->lists, SET_FILES, &list, &err), -1);
	assert_non_null(strstr(err.msg, "{files}"));
}

static void check_command(
	struct fixture *f, const char *command, const char *want)
{
	AUTO_STRVEC list = STRVEC_INIT;
	AUTO_FREE char *got = NULL;
	struct err err;

	if (lists_command(f->lists, command, f->dir, &list, &err))
		fail_msg("%s", err.msg);
	got = joined(&list);
	assert_string_equal(got, want);
}

static void test_command(void **state)
{
	struct fixture *f = *state;

	check_command(f, "echo old; echo dir/a", "dir/a|old");
	check_command(
		f, "printf 'old\\r\\n\\n  gone \\ndir/a'", "dir/a|gone|old");
	check_command(f, "echo old; echo old; echo absent; echo dir", "old");
	check_command(f, "true", "");
	check_command(f, "git ls-files | grep a", "dir/a");
	do_sh(f, "printf 1 >'a\tb'; printf 1 >' lead'; printf 1 >'\"q\"';"
		 "printf 1 >\"$(printf '\\303\\244')\"; git add .");
	check_command(f, "git ls-files",
		" lead|\"q\"|a\tb|dir/a|gone|old|"
		"\xc3\xa4");
	check_command(f, "echo '\"q\"'", "\"q\"");
	check_command(f, "echo '\"old\"'", "old");
	check_command(f, "echo '\"ol\\x\"'; echo '\"old'; echo '\"\"'", "");
}

static void test_command_in_folder(void **state)
{
	struct fixture *f = *state;
	AUTO_FREE char *sub = fs_join(f->dir, "dir");
	AUTO_STRVEC list = STRVEC_INIT;
	struct err err;

	/* It runs there, but names count from the root of the work tree. */
	assert_int_equal(
		lists_command(f->lists, "test -e a; echo dir/a; echo a", sub,
			&list, &err),
		0);
	assert_int_equal(list.nr, 1);
	assert_string_equal(list.v[0], "dir/a");
}

static void test_command_fails(void **state)
{
	struct fixture *f = *state;
	AUTO_STRVEC list = STRVEC_INIT;
	struct err err;

	assert_int_equal(lists_command(f->lists, "echo old; exit 3", f->dir,
				 &list, &err),
		-1);
	assert_string_equal(
		err.msg, "command 'echo old; exit 3' failed with status 3");
	assert_int_equal(list.nr, 0);
	assert_int_equal(lists_command(f->lists, "echo why >&2; exit 1", f->dir,
				 &list, &err),
		-1);
	assert_non_null(strstr(err.msg, "failed with status 1:\nwhy"));
}

/* During `git commit FILE` the index of the commit has another name. */
static void test_command_sees_private_index(void **state)
{
	struct fixture *f = *state;
	AUTO_STRBUF index = STRBUF_INIT;

	strbuf_addf(&index, "%s/.git/next-index-1.lock", f->dir);
	do_sh(f, "cp .git/index .git/next-index-1.lock; echo 1 >new;"
		 "GIT_INDEX_FILE=.git/next-index-1.lock git add new");
	check_command(f, "git diff --cached --name-only", "");
	setenv("GIT_INDEX_FILE", index.buf, 1);
	check_command(f, "git diff --cached --name-only", "new");
	check(f, SET_STAGED, "new");
	unsetenv("GIT_INDEX_FILE");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_staged),
		TEST(test_staged_nothing),
		TEST(test_staged_once),
		TEST(test_staged_but_deleted_on_disk),
		TEST(test_staged_links),
		TEST(test_unborn_branch),
		TEST(test_odd_names),
		TEST(test_settings_of_the_user),
		TEST(test_all_in_conflict),
		TEST(test_submodule_is_no_file),
		TEST(test_push_update),
		TEST(test_push_deletion),
		TEST(test_push_new_branch),
		TEST(test_push_unknown_remote_commit),
		TEST(test_push_several),
		TEST(test_push_tag),
		TEST(test_push_unrelated),
		TEST(test_push_by_hand),
		TEST(test_override),
		TEST(test_no_files_command),
		TEST(test_command),
		TEST(test_command_in_folder),
		TEST(test_command_fails),
		TEST(test_command_sees_private_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
