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

static void check_touched(struct fixture *f, const char *want)
{
	const struct strvec *list;
	AUTO_FREE char *got = NULL;
	struct err err;

	if (lists_touched(f->lists, &list, &err))
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
	check_touched(f, "dir/a|dir/b|gone|new|old");
}

static void test_staged_nothing(void **state)
{
	check(*state, SET_STAGED, "");
	check_touched(*state, "");
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
	check_touched(f, "new");
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
	check(f, SET_PUSH, "dir/a|gone|old");
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
	check_touched(f, "sub");
}

/* ---- push ---------------------------------------------------------------- */

static void set_push(struct fixture *f, struct arena *arena, const char *script)
{
	struct push_opts push = { .remote = "origin" };
	AUTO_FREE char *text = sh(f, script);
	struct err err;

	assert_int_equal(
		push_refs_read(arena, text, strlen(text), &push.refs, &err), 0);
	lists_set_push(f->lists, &push);
}

/* One ref is checked out, the other is not; both lose a file. */
static void test_push(void **state)
{
	struct fixture *f = *state;
	struct arena arena = ARENA_INIT;

	do_sh(f, "git tag base; git checkout -qb side; echo 1 >s1; git add .;"
		 "git rm -q dir/a; git commit -qm s1;"
		 "git checkout -q main; echo 1 >m1; git rm -q gone;"
		 "git mv old moved; git add .; git commit -qm m1");
	set_push(f, &arena,
		"echo main $(git rev-parse main) refs/heads/main "
		"$(git rev-parse base)");
	check(f, SET_PUSH, "m1|moved");
	check(f, SET_DELETED, "gone|old");
	check_touched(f, "gone|m1|moved|old");
	assert_int_equal(lists_elsewhere(f->lists)->nr, 0);
	set_push(f, &arena,
		"for i in side main; do echo $i $(git rev-parse $i) "
		"refs/heads/$i $(git rev-parse base); done");
	check(f, SET_PUSH, "m1|moved");
	check(f, SET_DELETED, "dir/a|gone|old");
	check_touched(f, "dir/a|gone|m1|moved|old|s1");
	assert_int_equal(lists_elsewhere(f->lists)->nr, 1);
	assert_string_equal(lists_elsewhere(f->lists)->v[0], "refs/heads/side");
	arena_release(&arena);
}

static void test_staged_deletions(void **state)
{
	struct fixture *f = *state;

	do_sh(f,
		"git mv old renamed; git rm -q gone; git rm -q --cached dir/a");
	check(f, SET_DELETED, "dir/a|gone|old");
}

/* ---- the rest ------------------------------------------------------------ */

static void test_override(void **state)
{
	struct fixture *f = *state;
	AUTO_STRVEC files = STRVEC_INIT;
	struct printed_files printed = { 0 };
	const struct strvec *list;
	struct err err;

	strvec_push(&files, "absent");
	strvec_push(&files, "old");
	lists_override(f->lists, &files);
	for (int set = 0; set < SET_COUNT; set++)
		check(f, (enum file_set)set, "absent|old");
	check_touched(f, "absent|old");
	assert_int_equal(
		lists_command(f->lists, "echo gone", f->dir, &printed, &err),
		0);
	assert_int_equal(printed.there.nr, 2);
	printed_files_release(&printed);
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

	assert_int_equal(lists_get(f->lists, SET_FILES, &list, &err), 0);
	assert_int_equal(list->nr, 0);
}

static void check_printed(struct fixture *f, const char *command,
	const char *there, const char *gone)
{
	struct printed_files printed = { 0 };
	AUTO_FREE char *got_there = NULL;
	AUTO_FREE char *got_gone = NULL;
	struct err err;

	if (lists_command(f->lists, command, f->dir, &printed, &err))
		fail_msg("%s", err.msg);
	got_there = joined(&printed.there);
	got_gone = joined(&printed.gone);
	assert_string_equal(got_there, there);
	if (gone)
		assert_string_equal(got_gone, gone);
	printed_files_release(&printed);
}

static void check_command(
	struct fixture *f, const char *command, const char *want)
{
	check_printed(f, command, want, NULL);
}

/* A folder is neither there nor gone. */
static void test_command_names_deleted(void **state)
{
	check_printed(*state, "echo old; echo absent; echo dir; echo absent",
		"old", "absent");
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
	struct printed_files list = { 0 };
	struct err err;

	/* It runs there, but names count from the root of the work tree. */
	assert_int_equal(
		lists_command(f->lists, "test -e a; echo dir/a; echo a", sub,
			&list, &err),
		0);
	assert_int_equal(list.there.nr, 1);
	assert_string_equal(list.there.v[0], "dir/a");
	printed_files_release(&list);
}

static void test_command_fails(void **state)
{
	struct fixture *f = *state;
	struct printed_files list = { 0 };
	struct err err;

	assert_int_equal(lists_command(f->lists, "echo old; exit 3", f->dir,
				 &list, &err),
		-1);
	assert_string_equal(
		err.msg, "command 'echo old; exit 3' failed with status 3");
	assert_int_equal(list.there.nr, 0);
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
		 "GIT_INDEX_FILE=.git/next-index-1.lock git add new;"
		 "test -z \"$(git diff --cached --name-only)\"");
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
		TEST(test_push),
		TEST(test_staged_deletions),
		TEST(test_override),
		TEST(test_no_files_command),
		TEST(test_command),
		TEST(test_command_names_deleted),
		TEST(test_command_in_folder),
		TEST(test_command_fails),
		TEST(test_command_sees_private_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
