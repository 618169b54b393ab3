/*
 * Reflogs and refs, loose and packed, with every entry of the stash.
 */
#include "git_fixture.h"

static void test_reflog(void **state)
{
	AUTO_STRVEC all = STRVEC_INIT;
	struct err err = ERR_INIT;
	struct oid three, two, one;
	struct repo *repo;
	int count = 0;

	(void)state;
	fixture_run("git init -q log && cd log\n"
		    "for i in 1 2 3; do git commit -q --allow-empty -m $i\n"
		    "done && git reset -q --hard HEAD~1");
	three = fixture_rev("log", "HEAD@{1}");
	two = fixture_rev("log", "HEAD");
	one = fixture_rev("log", "HEAD~1");
	repo = fixture_open("log");
	assert_int_equal(
		repo_reflog_each(repo, fixture_push_oid, &all, &err), 0);
	/* two<-three, three<-two, two<-one, one<-null */
	assert_int_equal(all.nr, 4);
	assert_string_equal(all.v[0], two.hex);
	assert_string_equal(all.v[1], three.hex);
	assert_string_equal(all.v[2], two.hex);
	assert_string_equal(all.v[3], one.hex);
	assert_int_equal(
		repo_reflog_each(repo, fixture_stop_oid, &count, &err), 5);
	assert_int_equal(count, 2);
	repo_free(repo);
}

static void test_reflog_since(void **state)
{
	AUTO_STRVEC since = STRVEC_INIT;
	struct repo *repo = fixture_open("log");
	struct oid head;
	int64_t size = repo_reflog_size(repo);

	(void)state;
	assert_true(size > 0);
	assert_int_equal(
		repo_reflog_since(repo, size, fixture_push_oid, &since), 0);
	assert_int_equal(since.nr, 0);
	fixture_run("git -C log commit -q --allow-empty -m 4");
	assert_int_equal(
		repo_reflog_since(repo, size, fixture_push_oid, &since), 0);
	assert_int_equal(since.nr, 2);
	head = fixture_rev("log", "HEAD");
	assert_string_equal(since.v[0], head.hex);
	assert_int_equal(
		repo_reflog_since(repo, size + 10000, fixture_push_oid, &since),
		-1);
	assert_int_equal(
		repo_reflog_since(repo, -1, fixture_push_oid, &since), -1);
	fixture_file("log/.git/logs/HEAD", "damaged\n\n");
	strvec_release(&since);
	assert_int_equal(
		repo_reflog_since(repo, 0, fixture_push_oid, &since), 0);
	assert_int_equal(since.nr, 0);
	repo_free(repo);
}

static int push_ref(const char *name, const struct oid *oid, void *data)
{
	strvec_pushf(data, "%s %s", name, oid->hex);
	return 0;
}

static void assert_ref(const struct strvec *refs, const char *dir,
	const char *name, const char *rev)
{
	struct oid oid = fixture_rev(dir, rev);
	AUTO_STRBUF want = STRBUF_INIT;

	strbuf_addf(&want, "%s %s", name, oid.hex);
	if (!strvec_has(refs, want.buf))
		fail_msg("no ref '%s'", want.buf);
}

static void check_refs(struct repo *repo)
{
	AUTO_STRVEC refs = STRVEC_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(repo_refs_each(repo, push_ref, &refs, &err), 0);
	assert_ref(&refs, "refs", "refs/heads/main", "main");
	assert_ref(&refs, "refs", "refs/heads/a/b", "a/b");
	assert_ref(&refs, "refs", "refs/remotes/origin/topic", "origin/topic");
	assert_ref(&refs, "refs", "refs/remotes/origin/HEAD", "origin/main");
	assert_ref(&refs, "refs", "refs/tags/v1", "v1^{commit}");
	assert_ref(&refs, "refs", "refs/tags/light", "light");
	assert_ref(&refs, "refs", "refs/stash", "stash@{0}");
	assert_ref(&refs, "refs", "refs/stash", "stash@{1}");
	assert_ref(&refs, "refs", "refs/stash", "stash@{1}^3");
	/* main, a/b; HEAD, main, topic of the remote; v1, light; stashes.  No
	 * tag of a blob, no ref of another kind. */
	assert_int_equal(refs.nr, 10);
}

static void test_refs(void **state)
{
	struct repo *repo;

	(void)state;
	fixture_run("git clone -q r refs && cd refs && git branch a/b HEAD~1\n"
		    "git tag blob HEAD:a && git update-ref refs/odd/x HEAD\n"
		    "echo u > untracked && git stash -q -u\n"
		    "echo change >> a && git stash -q");
	repo = fixture_open("refs");
	check_refs(repo);
	/* packed, and one of them moved since */
	fixture_run("cd refs && git branch a/b -f main && git pack-refs --all\n"
		    "git branch -f a/b HEAD~1\n"
		    "touch .git/refs/heads/x.lock");
	check_refs(repo);
	repo_free(repo);
}

static int count_ref(const char *name, const struct oid *oid, void *data)
{
	(void)oid;
	strvec_push(data, name);
	return 0;
}

/* Refs that are no files.  Where git cannot make such a repository, one that
 * says so of itself takes the same way through the git command. */
static void test_reftable(void **state)
{
	AUTO_STRVEC names = STRVEC_INIT, log = STRVEC_INIT;
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct repo *repo;
	struct oid oid;

	(void)state;
	fixture_run("git init -q --ref-format=reftable rt 2> /dev/null || {\n"
		    "git init -q rt && "
		    "git -C rt config extensions.refStorage reftable; }");
	repo = fixture_open("rt");
	assert_int_equal(repo_head(repo, &oid, &err), 0);
	fixture_run("cd rt && echo a > a && git add a && git commit -qm one\n"
		    "git commit -q --allow-empty -m two\n"
		    "git branch x && git tag -a -m t t && git tag blob HEAD:a\n"
		    "git update-ref refs/odd/x HEAD\n"
		    "echo u > u && git stash -q -u");
	assert_int_equal(repo_head(repo, &oid, &err), 1);
	fixture_is(&oid, "rt", "HEAD");
	assert_string_equal(repo_branch(repo, &arena), "main");
	assert_int_equal(repo_resolve(repo, "x", &oid, &err), 1);
	assert_int_equal(repo_ref_read(repo, "refs/odd/x", &oid, &err), 1);
	assert_int_equal(repo_ref_read(repo, "refs/odd/y", &oid, &err), 0);
	assert_int_equal(repo_refs_each(repo, count_ref, &names, &err), 0);
	assert_int_equal(names.nr, 5);
	assert_string_equal(names.v[0], "refs/heads/main");
	assert_string_equal(names.v[1], "refs/heads/x");
	assert_string_equal(names.v[2], "refs/tags/t");
	assert_string_equal(names.v[3], "refs/stash");
	assert_int_equal(
		repo_reflog_each(repo, fixture_push_oid, &log, &err), 0);
	assert_true(log.nr >= 2);
	assert_true(oid_parse(log.v[0], &oid));
	fixture_is(&oid, "rt", "HEAD");
	fixture_run("git -C rt switch -q --detach");
	assert_null(repo_branch(repo, &arena));
	repo_free(repo);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reflog),
		cmocka_unit_test(test_reflog_since),
		cmocka_unit_test(test_refs),
		cmocka_unit_test(test_reftable),
	};

	return cmocka_run_group_tests(
		tests, fixture_setup_history, fixture_teardown);
}
