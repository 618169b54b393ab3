/*
 * Which files a push sends, on real repositories.
 */
#include "git_fixture.h"

#include "hookrun/files/push.h"

#define NULL_ID "0000000000000000000000000000000000000000"

/* ---- git's lines --------------------------------------------------------- */

static void test_lines(void **state)
{
	static const char text[] =
		"refs/heads/a 1234567890123456789012345678901234567890 "
		"refs/heads/b abcdefabcdefabcdefabcdefabcdefabcdefabcd\n"
		"\n"
		"(delete) " NULL_ID " refs/heads/c " NULL_ID "\n"
		"HEAD@{1 day ago} 1234567890123456789012345678901234567890 "
		"refs/for/x " NULL_ID;
	struct arena arena = ARENA_INIT;
	struct push_refs refs;
	struct err err;

	(void)state;
	assert_int_equal(
		push_refs_read(&arena, text, sizeof(text) - 1, &refs, &err), 0);
	assert_int_equal(refs.nr, 3);
	assert_string_equal(refs.v[0].local, "refs/heads/a");
	assert_string_equal(refs.v[0].remote, "refs/heads/b");
	assert_string_equal(
		refs.v[0].to.hex, "1234567890123456789012345678901234567890");
	assert_string_equal(
		refs.v[0].from.hex, "abcdefabcdefabcdefabcdefabcdefabcdefabcd");
	assert_true(oid_is_null(&refs.v[1].to));
	assert_string_equal(refs.v[2].local, "HEAD@{1 day ago}");
	assert_string_equal(refs.v[2].remote, "refs/for/x");
	arena_release(&arena);
}

static void test_bad_lines(void **state)
{
	static const char *const bad[] = { "x", " ", "\r", "a b c d",
		"refs/heads/a refs/heads/b " NULL_ID " " NULL_ID,
		" " NULL_ID " refs/heads/b " NULL_ID, "a " NULL_ID "  " NULL_ID,
		"a " NULL_ID " b " NULL_ID " ", "a " NULL_ID " b " NULL_ID "\r",
		"a 1234 b " NULL_ID, "a " NULL_ID " b\n" NULL_ID };
	struct arena arena = ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct push_refs refs;
		struct err err = ERR_INIT;

		if (!push_refs_read(
			    &arena, bad[i], strlen(bad[i]), &refs, &err))
			fail_msg("'%s' was read", bad[i]);
		assert_non_null(strstr(err.msg, "does not write to pre-push"));
	}
	arena_release(&arena);
}

/* ---- ranges -------------------------------------------------------------- */

/* In work/: main (old dir/a gone), topic checked out with t1, then t2 that
 * deletes gone, and m1 on main behind the fork. */
static int setup(void **state)
{
	fixture_setup(state);
	fixture_run("git init -q -b main work; cd work; mkdir dir; echo 1 >old;"
		    "echo g >gone; echo a >dir/a; git add .; git commit -qm 1;"
		    "git tag base; git checkout -qb topic; echo 1 >t1;"
		    "git add .; git commit -qm t1; git tag t1; echo 1 >dir/t2;"
		    "git rm -q gone; git add .; git commit -qm t2;"
		    "git checkout -q main; echo 1 >m1; git add .;"
		    "git commit -qm m1; git checkout -q topic");
	return 0;
}

struct pushing {
	const char *local, *remote; /* revisions; "" none */
	const char *name; /* the ref on the remote; NULL: refs/heads/x */
};

/* The ids of a revision, as git writes it. */
static void add_id(struct strbuf *text, const char *rev)
{
	struct oid oid = { .hex = NULL_ID };

	if (strlen(rev) == 40)
		assert_true(oid_parse(rev, &oid));
	else if (*rev)
		oid = fixture_rev("work", rev);
	strbuf_addf(text, " %s", oid.hex);
}

static void add_line(struct strbuf *text, const struct pushing *pushing)
{
	strbuf_addstr(text, "refs/heads/x");
	add_id(text, pushing->local);
	strbuf_addf(
		text, " %s", pushing->name ? pushing->name : "refs/heads/x");
	add_id(text, pushing->remote);
	strbuf_addch(text, '\n');
}

static void describe(const struct push_files *files, struct strbuf *out)
{
	for (size_t i = 0; i < files->diff.changed.nr; i++)
		strbuf_addf(out, "%s%s", out->len ? " " : "",
			files->diff.changed.v[i]);
	for (size_t i = 0; i < files->diff.deleted.nr; i++)
		strbuf_addf(out, "%s-%s", out->len ? " " : "",
			files->diff.deleted.v[i]);
	for (size_t i = 0; i < files->elsewhere.nr; i++)
		strbuf_addf(out, "%s(%s)", out->len ? " " : "",
			files->elsewhere.v[i]);
}

/* What `opts` and git's lines of `pushing` send: the files, the deleted ones
 * with '-', refs that are not checked out in parentheses; or the error. */
static char *sends(struct push_opts opts, const struct pushing *pushing)
{
	struct repo *repo = fixture_open("work");
	struct arena arena = ARENA_INIT;
	struct push_files files = { 0 };
	struct err err = ERR_INIT;
	AUTO_STRBUF text = STRBUF_INIT;
	struct strbuf out = STRBUF_INIT;

	for (; pushing && pushing->local; pushing++)
		add_line(&text, pushing);
	if (push_refs_read(&arena, text.buf, text.len, &opts.refs, &err) ||
		push_files(repo, &opts, &files, &err))
		strbuf_addf(&out, "error: %s", err.msg);
	else
		describe(&files, &out);
	push_files_release(&files);
	arena_release(&arena);
	repo_free(repo);
	return strbuf_detach(&out, NULL);
}

static void check_with(const struct push_opts *opts, const char *want,
	const struct pushing *pushing)
{
	AUTO_FREE char *got = sends(*opts, pushing);

	assert_string_equal(got, want);
}

#define OPTS(...) (&(const struct push_opts){ __VA_ARGS__ })
#define REFS(...)                                                              \
	((const struct pushing[]){ __VA_ARGS__, { NULL, NULL, NULL } })
#define CHECK(want, ...)                                                       \
	check_with(OPTS(.remote = "origin"), want, REFS(__VA_ARGS__))
#define BY_HAND OPTS(.by_hand = true)

static void test_update(void **state)
{
	(void)state;
	CHECK("dir/t2 -gone", { "topic", "t1", NULL });
	CHECK("dir/t2 t1 -gone", { "topic", "base", NULL });
	/* What others put on the remote branch is not ours. */
	CHECK("dir/t2 t1 -gone", { "topic", "main", NULL });
	/* HEAD does not count: another branch may be pushed. */
	CHECK("m1 (refs/heads/x)", { "main", "base", NULL });
	/* Back to an older commit: nothing that the remote has not seen. */
	CHECK("", { "t1", "topic", NULL });
}

static void test_nothing(void **state)
{
	(void)state;
	CHECK("", { "topic", "topic", NULL });
	CHECK("", { "", "t1", NULL });
	CHECK("", { "", "", NULL });
	check_with(OPTS(.remote = "origin"), "", NULL);
}

static void test_several(void **state)
{
	(void)state;
	CHECK("t1 m1 (refs/heads/x)", { "t1", "base", NULL },
		{ "main", "base", NULL }, { "", "base", NULL });
	CHECK("dir/t2 m1 -gone (refs/heads/main)", { "topic", "t1", NULL },
		{ "main", "base", "refs/heads/main" });
}

static void test_new_branch(void **state)
{
	static const char all[] = "dir/a dir/t2 old t1";

	(void)state;
	CHECK(all, { "topic", "", NULL });
	fixture_run("cd work; git update-ref refs/remotes/fork/master main");
	CHECK("dir/t2 t1 -gone", { "topic", "", NULL });
	/* The remote that is pushed to knows best. */
	fixture_run("cd work; git update-ref refs/remotes/origin/main t1");
	CHECK("dir/t2 -gone", { "topic", "", NULL });
	check_with(OPTS(.remote = "fork"), "dir/t2 t1 -gone",
		REFS({ "topic", "", NULL }));
	check_with(OPTS(.remote = "/srv/x.git"), "dir/t2 -gone",
		REFS({ "topic", "", NULL }));
	check_with(OPTS(.remote = "--all"), "dir/t2 -gone",
		REFS({ "topic", "", NULL }));
	fixture_run("cd work; git update-ref refs/remotes/origin/trunk base;"
		    "git symbolic-ref refs/remotes/origin/HEAD "
		    "refs/remotes/origin/trunk");
	CHECK("dir/t2 t1 -gone", { "topic", "", NULL });
}

static void test_base(void **state)
{
	(void)state;
	fixture_run("cd work; git update-ref refs/remotes/origin/main base;"
		    "git update-ref refs/remotes/origin/dev/x t1");
	check_with(OPTS(.remote = "origin", .base = "dev/x"), "dir/t2 -gone",
		REFS({ "topic", "", NULL }));
	check_with(OPTS(.remote = "origin", .base = "t1"), "dir/t2 -gone",
		REFS({ "topic", "", NULL }));
	check_with(OPTS(.remote = "url", .base = "origin/dev/x"),
		"dir/t2 -gone", REFS({ "topic", "", NULL }));
	check_with(OPTS(.by_hand = true, .base = "t1"), "dir/t2 -gone", NULL);
	/* Only what is new is compared with it. */
	check_with(OPTS(.remote = "origin", .base = "nope"), "dir/t2 t1 -gone",
		REFS({ "topic", "base", NULL }));
	check_with(OPTS(.remote = "origin", .base = "nope"),
		"error: cannot tell which files the push of 'refs/heads/x' "
		"sends: base 'nope' is neither a branch of the remote nor any "
		"other commit here (fetch it, or correct 'base')",
		REFS({ "topic", "", NULL }));
}

static void test_unknown_remote_commit(void **state)
{
	(void)state;
	fixture_run("cd work; git update-ref refs/remotes/origin/main t1");
	CHECK("dir/t2 -gone",
		{ "topic", "1234567890123456789012345678901234567890", NULL });
}

static void test_tags(void **state)
{
	(void)state;
	fixture_run("cd work; git update-ref refs/remotes/origin/main t1;"
		    "git tag -am v0 v0 base; git tag -am v1 v1 topic;"
		    "git tag -am blob blob $(git rev-parse base:old);"
		    "git tag tree $(git rev-parse base:dir)");
	CHECK("dir/t2 t1 -gone", { "v1", "v0", "refs/tags/v" });
	CHECK("dir/t2 -gone", { "v1", "", "refs/tags/v1" });
	CHECK("", { "v0", "", "refs/tags/v0" });
	CHECK("", { "blob", "", "refs/tags/blob" });
	CHECK("", { "tree", "", "refs/tags/tree" });
	CHECK("dir/t2 -gone", { "topic", "blob", "refs/tags/blob" });
	/* On a branch of the remote that is not the default one. */
	fixture_run("cd work; git update-ref refs/remotes/origin/rel topic");
	CHECK("", { "v1", "", "refs/tags/v1" });
}

static void test_unrelated(void **state)
{
	(void)state;
	fixture_run("cd work; git checkout -q --orphan other;"
		    "git rm -rfq --cached dir; git commit -qm o");
	CHECK("old t1", { "other", "topic", NULL });
}

static void test_what_cannot_be_told(void **state)
{
	static const char absent[] = "1234567890123456789012345678901234567890";
	AUTO_FREE char *got = NULL;

	(void)state;
	got = sends(*OPTS(.remote = "origin"), REFS({ absent, "t1", NULL }));
	assert_non_null(strstr(got, "object '1234"));
	free(got);
	/* A tree is gone; git cannot read it either. */
	fixture_run("cd work; id=$(git rev-parse topic:dir);"
		    "rm -f .git/objects/$(echo $id | cut -c1-2)/*");
	got = sends(*OPTS(.remote = "origin"), REFS({ "topic", "t1", NULL }));
	assert_int_equal(strncmp(got, "error: cannot tell", 18), 0);
}

static void test_shallow(void **state)
{
	(void)state;
	fixture_run("mv work full; git clone -q --depth 1 --branch topic "
		    "\"file://$PWD/full\" work; cd work; echo 1 >new;"
		    "git add .; git commit -qm new");
	CHECK("new", { "topic", "topic~1", NULL });
	/* No common commit is known: everything. */
	fixture_run("cd work; git fetch -q --depth 1 origin main:main");
	CHECK("dir/a dir/t2 new old t1", { "topic", "main", NULL });
}

static void test_by_hand(void **state)
{
	static const char all[] = "dir/a dir/t2 old t1";

	(void)state;
	check_with(BY_HAND, all, NULL);
	/* As lefthook, which looks for the HEAD of a remote only. */
	fixture_run("cd work; git update-ref refs/remotes/origin/main main");
	check_with(BY_HAND, all, NULL);
	fixture_run("cd work; git symbolic-ref refs/remotes/fork/HEAD "
		    "refs/remotes/origin/main");
	check_with(BY_HAND, "dir/t2 t1 -gone", NULL);
	fixture_run("cd work; git remote add origin .;"
		    "git update-ref refs/remotes/origin/topic t1;"
		    "git config branch.topic.remote origin;"
		    "git config branch.topic.merge refs/heads/topic;"
		    "git config push.default current");
	check_with(BY_HAND, "dir/t2 -gone", NULL);
	fixture_run("cd work; git checkout -q --orphan none");
	check_with(BY_HAND, "", NULL);
}

#define TEST(func)                                                             \
	cmocka_unit_test_setup_teardown(func, setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_bad_lines),
		TEST(test_update),
		TEST(test_nothing),
		TEST(test_several),
		TEST(test_new_branch),
		TEST(test_base),
		TEST(test_unknown_remote_commit),
		TEST(test_tags),
		TEST(test_unrelated),
		TEST(test_what_cannot_be_told),
		TEST(test_shallow),
		TEST(test_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
