/*
 * A tracked file is put back where a program has changed it, and only then:
 * what git or somebody else wrote stays, and what was replaced is kept.
 */
#include "step_fixture.h"

#include "hookrun/steps/untouched.h"

#include "hookrun/git/repo.h"

static struct repo *repo;

static int make_repo(void **unused)
{
	AUTO_STRBUF app = STRBUF_INIT;
	struct err err = ERR_INIT;

	(void)unused;
	if (make_dir("hookrun-untouched"))
		return -1;
	sh("git init -q -b main app; cd app; mkdir sub; echo one > sub/lock\n"
	   "git add .; git commit -qm one; echo two > sub/lock; git commit -qam"
	   " two; git branch other HEAD^; touch -d 2001-01-01 sub/lock");
	strbuf_addf(&app, "%s/app", dir);
	return repo_open(app.buf, &repo, &err);
}

static int drop_repo(void **unused)
{
	(void)unused;
	repo_free(repo);
	return drop_dir();
}

static void note(struct untouched *file, const char *name)
{
	AUTO_FREE char *path = fs_join(dir, name);

	untouched_note(file, repo, path);
}

/* What a program does after the note, and what is said then. */
static void assert_line(const char *script, const char *want)
{
	AUTO_UNTOUCHED file = UNTOUCHED_INIT;
	AUTO_STRBUF line = STRBUF_INIT;

	note(&file, "app/sub/lock");
	sh(script);
	assert_int_equal(untouched_check(&file, "tool", "make it", &line),
		*want != '\0');
	assert_string_equal(line.buf, want);
}

static void assert_restored(const char *script, enum untouched_is want)
{
	AUTO_UNTOUCHED file = UNTOUCHED_INIT;
	AUTO_STRBUF seen = STRBUF_INIT;
	struct err err = ERR_INIT;
	enum untouched_is is;

	note(&file, "app/sub/lock");
	sh(script);
	assert_int_equal(untouched_restore(&file, &is, &seen, &err), 0);
	assert_int_equal(is, want);
}

static void test_unchanged(void **unused)
{
	(void)unused;
	assert_line(":", "");
	sh("[ ! -e app/.git/hookrun ]");
}

static void test_rewritten_in_place(void **unused)
{
	(void)unused;
	sh("chmod 600 app/sub/lock");
	assert_line("echo three >> app/sub/lock",
		"sub/lock: undone what tool wrote into it (its version: "
		".git/hookrun/undone/sub/lock); to keep that, run 'make it' "
		"and commit it\n");
	sh("cd app; [ \"$(cat sub/lock)\" = two ]; [ $(ls sub | wc -l) = 1 ]\n"
	   "[ \"$(stat -c %a sub/lock)\" = 600 ]\n"
	   "[ \"$(date -r sub/lock +%Y)\" = 2001 ]\n"
	   "[ \"$(cat .git/hookrun/undone/sub/lock)\" = \"$(printf "
	   "'two\\nthree')\" ]"
	   "\n[ -z \"$(git status --porcelain)\" ]");
}

static void test_replaced_by_another_file(void **unused)
{
	(void)unused;
	assert_restored("cd app/sub; echo three > new; mv new lock",
		UNTOUCHED_PUT_BACK);
	sh("[ \"$(cat app/sub/lock)\" = two ]");
}

/* What the user had changed before is his. */
static void test_changed_before(void **unused)
{
	(void)unused;
	sh("echo mine >> app/sub/lock");
	assert_restored("echo three >> app/sub/lock", UNTOUCHED_PUT_BACK);
	sh("[ \"$(cat app/sub/lock)\" = \"$(printf 'two\\nmine')\" ]");
}

static void test_git_switched(void **unused)
{
	(void)unused;
	assert_restored("cd app; git switch -q other", UNTOUCHED_LEFT);
	sh("[ \"$(cat app/sub/lock)\" = one ]");
	sh("cd app; git switch -q main");
	assert_restored("cd app; git switch -q other; echo x >> sub/lock",
		UNTOUCHED_LEFT);
	sh("[ \"$(cat app/sub/lock)\" = \"$(printf 'one\\nx')\" ]");
}

/* git checkout -- sub/lock in the other terminal. */
static void test_git_restored(void **unused)
{
	(void)unused;
	sh("echo mine >> app/sub/lock");
	assert_line("cd app; git restore sub/lock",
		"sub/lock was changed while tool ran: see 'git diff'\n");
	sh("[ \"$(cat app/sub/lock)\" = two ]");
}

static void test_removed(void **unused)
{
	(void)unused;
	assert_restored("rm app/sub/lock", UNTOUCHED_LEFT);
	sh("[ ! -e app/sub/lock ]");
}

static void test_not_gits(void **unused)
{
	AUTO_UNTOUCHED new = UNTOUCHED_INIT, outside = UNTOUCHED_INIT,
		       none = UNTOUCHED_INIT;

	(void)unused;
	sh("echo x > app/new; echo x > out");
	note(&new, "app/new");
	note(&outside, "out");
	untouched_note(&none, repo, NULL);
	assert_null(new.repo);
	assert_null(outside.repo);
	assert_null(none.repo);
}

/* The link stays one, and what it leads to is what counts. */
static void test_link(void **unused)
{
	AUTO_UNTOUCHED file = UNTOUCHED_INIT;
	AUTO_STRBUF line = STRBUF_INIT;

	(void)unused;
	sh("ln -s sub/lock app/link");
	note(&file, "app/link");
	sh("echo three >> app/link");
	assert_int_equal(untouched_check(&file, "tool", "x", &line), 1);
	sh("[ -L app/link ]; [ \"$(cat app/sub/lock)\" = two ]");
}

static void test_folder_that_cannot_be_written(void **unused)
{
	AUTO_UNTOUCHED file = UNTOUCHED_INIT;
	AUTO_STRBUF line = STRBUF_INIT;

	(void)unused;
	note(&file, "app/sub/lock");
	sh("echo three >> app/sub/lock; mkdir -p app/.git/hookrun\n"
	   "echo > app/.git/hookrun/undone");
	assert_int_equal(untouched_check(&file, "tool", "x", &line), 1);
	assert_non_null(strstr(line.buf, "was changed by tool and not put "
					 "back: "));
	sh("grep -q three app/sub/lock"); /* not without a copy */
}

/* ---- the remedy --------------------------------------------------------- */

#define PLATFORMS(more)                                                        \
	"cat > app/sub/lock <<'END'\nGEM\n  specs:\n    a (1)\n\nPLATFORMS\n"  \
	"  x86_64-darwin-20\n" more "\nDEPENDENCIES\n  a\nEND\n"

static void assert_remedy(const char *after, const char *want)
{
	AUTO_UNTOUCHED file = UNTOUCHED_INIT;
	AUTO_STRBUF line = STRBUF_INIT;

	sh(PLATFORMS(""));
	note(&file, "app/sub/lock");
	sh(after);
	assert_int_equal(untouched_check(&file, "bundle", "it", &line), 1);
	assert_non_null(strstr(line.buf, want));
}

static void test_platforms(void **unused)
{
	(void)unused;
	assert_remedy(PLATFORMS("  x86_64-linux\n"),
		"run 'bundle lock --add-platform x86_64-linux' and commit it");
	assert_remedy(PLATFORMS("  a\n  b\n"),
		"run 'bundle lock --add-platform a b' and commit");
	assert_remedy(PLATFORMS("  x86_64-linux\n") "echo x >> app/sub/lock",
		"run 'it' and commit");
	assert_remedy("sed -i /darwin/d app/sub/lock", "run 'it' and commit");
	assert_remedy("echo >> app/sub/lock", "run 'it' and commit");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_repo, drop_repo)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_unchanged),
		TEST(test_rewritten_in_place),
		TEST(test_replaced_by_another_file),
		TEST(test_changed_before),
		TEST(test_git_switched),
		TEST(test_git_restored),
		TEST(test_removed),
		TEST(test_not_gits),
		TEST(test_link),
		TEST(test_folder_that_cannot_be_written),
		TEST(test_platforms),
	};

	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_AUTHOR_NAME", "t", 1);
	setenv("GIT_AUTHOR_EMAIL", "t@example.org", 1);
	setenv("GIT_COMMITTER_NAME", "t", 1);
	setenv("GIT_COMMITTER_EMAIL", "t@example.org", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
