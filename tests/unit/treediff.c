/*
 * What two commits differ in, compared with what git says on trees made at
 * random.
 */
#include "git_fixture.h"

/* Names that are a file here and a folder there, sort oddly, or need quotes. */
#define MAKE_COMMITS                                                           \
	"git init -q$1 r; cd r; n=0; seed=5\n"                                 \
	"rnd() { seed=$(((seed * 1103515245 + 12345) % 2147483648));"          \
	"        r=$((seed / 65536 % $1)); }\n"                                \
	"while [ $n -lt 12 ]; do n=$((n + 1)); i=0\n"                          \
	"while [ $i -lt 6 ]; do i=$((i + 1))\n"                                \
	"rnd 10; a=$(echo a a.b a-c ab A 'a b' b z m -x | cut -d' ' "          \
	"-f$((r + 1))); rnd 3; b=$r; rnd 4; c=$r\n"                            \
	"case $c in 0) rm -rf -- \"./$a\" ;;"                                  \
	"1) rm -rf -- \"./$a\"; rnd 3; echo $r > \"./$a\" ;;"                  \
	"2) [ -d \"./$a\" ] || rm -f -- \"./$a\"; mkdir -p -- \"./$a/$b\";"    \
	"echo $n > \"./$a/$b/f$b\"; [ $b = 0 ] || chmod +x \"./$a/$b/f$b\" ;;" \
	"3) rm -rf -- \"./$a\"; ln -s x \"./$a\" ;; esac; done\n"              \
	"git add -A; git commit -q --allow-empty -m $n; git tag t$n; done\n"

static char *describe(const struct commit_diff *diff)
{
	struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < diff->changed.nr; i++)
		strbuf_addf(&out, "+%s\n", diff->changed.v[i]);
	for (size_t i = 0; i < diff->deleted.nr; i++)
		strbuf_addf(&out, "-%s\n", diff->deleted.v[i]);
	strbuf_rtrim(&out);
	return strbuf_detach(&out, NULL);
}

static void compare(struct repo *repo, int from, int to)
{
	AUTO_STRBUF script = STRBUF_INIT, want = STRBUF_INIT, rev = STRBUF_INIT;
	struct commit_diff diff = { 0 };
	struct oid ids[2];
	AUTO_FREE char *got = NULL;
	struct err err = ERR_INIT;

	strbuf_addf(&rev, "t%d", to);
	ids[1] = fixture_rev("r", rev.buf);
	strbuf_reset(&rev);
	strbuf_addf(&rev, "t%d", from);
	ids[0] = fixture_rev("r", rev.buf);
	strbuf_addf(&script,
		"cd r; d='git diff-tree -r --name-only --no-renames t%d t%d';"
		"$d --diff-filter=d | sed s/^/+/; $d --diff-filter=D |"
		"sed s/^/-/",
		from, to);
	assert_int_equal(fixture_sh(script.buf, &want), 0);
	strbuf_rtrim(&want);
	assert_int_equal(
		repo_commit_diff(repo, &ids[0], &ids[1], &diff, &err), 0);
	got = describe(&diff);
	assert_string_equal(got, want.buf);
	commit_diff_release(&diff);
}

static void check_all(const char *init)
{
	AUTO_STRBUF script = STRBUF_INIT;
	struct repo *repo;

	strbuf_addf(&script, "set -- '%s'\n%s", init, MAKE_COMMITS);
	fixture_run(script.buf);
	repo = fixture_open("r");
	for (int i = 1; i < 12; i++)
		compare(repo, i, i % 2 ? i + 1 : 1);
	repo_free(repo);
}

static void test_against_git(void **state)
{
	(void)state;
	check_all("");
}

/* By the git command, which alone can read these objects. */
static void test_sha256(void **state)
{
	(void)state;
	check_all(" --object-format=sha256");
}

static void test_all_of_one(void **state)
{
	struct commit_diff diff = { 0 };
	struct repo *repo;
	AUTO_FREE char *got = NULL;
	struct err err = ERR_INIT;
	struct oid head;

	(void)state;
	fixture_run("git init -q sub; git -C sub commit -q --allow-empty -m s;"
		    "git init -q r; cd r; mkdir d; echo 1 >d/f; ln -s d l;"
		    "git -c protocol.file.allow=always submodule --quiet add "
		    "../sub s; git add .; git commit -qm 1");
	repo = fixture_open("r");
	head = fixture_rev("r", "HEAD");
	assert_int_equal(repo_commit_diff(repo, NULL, &head, &diff, &err), 0);
	got = describe(&diff);
	assert_string_equal(got, "+.gitmodules\n+d/f\n+l\n+s");
	commit_diff_release(&diff);
	repo_free(repo);
}

/* Names found before the walk failed are not given twice, nor at all. */
static void test_missing_tree(void **state)
{
	struct commit_diff diff = { 0 };
	struct repo *repo;
	struct err err = ERR_INIT;
	struct oid head;

	(void)state;
	fixture_run("git init -q r; cd r; mkdir d; echo 1 >a; echo 1 >d/f;"
		    "git add .; git commit -qm 1; id=$(git rev-parse HEAD:d);"
		    "rm -f .git/objects/$(echo $id | cut -c1-2)/*");
	repo = fixture_open("r");
	head = fixture_rev("r", "HEAD");
	assert_int_equal(repo_commit_diff(repo, NULL, &head, &diff, &err), -1);
	assert_non_null(strstr(err.msg, "cannot read what commit"));
	assert_int_equal(diff.changed.nr, 0);
	repo_free(repo);
}

#define TEST(func)                                                             \
	cmocka_unit_test_setup_teardown(func, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_against_git),
		TEST(test_sha256),
		TEST(test_all_of_one),
		TEST(test_missing_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
