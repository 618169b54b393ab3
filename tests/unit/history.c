/*
 * Revisions, merge bases and walks, by libgit2 and by the git command.
 */
#include "git_fixture.h"

static void assert_resolves(struct repo *repo, const char *rev)
{
	struct err err = ERR_INIT;
	AUTO_STRBUF peeled = STRBUF_INIT;
	struct oid oid;

	strbuf_addf(&peeled, "%s^{commit}", rev);
	if (repo_resolve(repo, rev, &oid, &err) != 1)
		fail_msg("'%s' is unknown: %s", rev, err.msg);
	fixture_is(&oid, "r", peeled.buf);
}

static void test_resolve(void **state)
{
	static const char *const known[] = { "HEAD", "main", "topic",
		"heads/topic", "refs/heads/topic", "v1", "light", "HEAD~1", "@",
		"main^{commit}", "topic@{0}", "@{-1}" };
	static const char *const unknown[] = { "", "nope", "-q", "--all",
		"config", "../HEAD", "refs/heads", "main:a", "HEAD~99" };
	struct repo *repo = fixture_open("r");
	struct oid oid = fixture_rev("r", "topic");
	struct err err = ERR_INIT;

	(void)state;
	fixture_run("git -C r switch -q topic && git -C r switch -q main");
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		assert_resolves(repo, known[i]);
	assert_resolves(repo, oid.hex);
	oid.hex[9] = '\0';
	assert_resolves(repo, oid.hex);
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++)
		if (repo_resolve(repo, unknown[i], &oid, &err))
			fail_msg("'%s' is known", unknown[i]);
	assert_int_equal(
		repo_resolve(repo, "0123456789012345678901234567890123456789",
			&oid, &err),
		0);
	repo_free(repo);
}

static void check_merge_base(const char *name)
{
	struct repo *repo = fixture_open(name);
	struct oid one = fixture_rev(name, "main");
	struct oid two = fixture_rev(name, "topic");
	struct err err = ERR_INIT;
	struct oid base;

	assert_int_equal(repo_merge_base(repo, &one, &two, &base, &err), 1);
	fixture_is(&base, name, "main~1");
	assert_int_equal(repo_merge_base(repo, &one, &one, &base, &err), 1);
	fixture_is(&base, name, "main");
	memset(two.hex, '1', strlen(two.hex));
	assert_int_equal(repo_merge_base(repo, &one, &two, &base, &err), -1);
	repo_free(repo);
}

static void test_merge_base(void **state)
{
	struct repo *repo;
	struct err err = ERR_INIT;
	struct oid one, two, base;

	(void)state;
	check_merge_base("r");
	check_merge_base("s256");
	fixture_run("git clone -q r orphan && cd orphan\n"
		    "git switch -q --orphan alone\n"
		    "git commit -q --allow-empty -m alone");
	one = fixture_rev("orphan", "alone");
	two = fixture_rev("orphan", "main");
	repo = fixture_open("orphan");
	assert_int_equal(repo_merge_base(repo, &one, &two, &base, &err), 0);
	repo_free(repo);
}

static void check_walk(const char *name)
{
	struct repo *repo = fixture_open(name);
	struct oid tips[] = { fixture_rev(name, "main"),
		fixture_rev(name, "topic"), fixture_rev(name, "main"), { "" } };
	AUTO_STRVEC seen = STRVEC_INIT;
	struct err err = ERR_INIT;
	int count = 0;

	memset(tips[2].hex, '1', strlen(tips[2].hex));
	assert_int_equal(
		repo_walk(repo, tips, 4, fixture_push_oid, &seen, &err), 0);
	assert_int_equal(seen.nr, 3);
	assert_string_equal(seen.v[0], tips[0].hex);
	assert_string_equal(seen.v[1], tips[1].hex);
	assert_int_equal(
		repo_walk(repo, tips, 4, fixture_stop_oid, &count, &err), 5);
	assert_int_equal(count, 2);
	assert_int_equal(
		repo_walk(repo, tips, 0, fixture_stop_oid, &count, &err), 0);
	repo_free(repo);
}

static void test_walk(void **state)
{
	(void)state;
	check_walk("r");
	check_walk("s256");
}

static void test_shallow(void **state)
{
	AUTO_STRVEC seen = STRVEC_INIT;
	struct err err = ERR_INIT;
	struct repo *repo;
	struct oid tip;

	(void)state;
	fixture_run("git clone -q --depth=1 \"file://$PWD/r\" shallow");
	repo = fixture_open("shallow");
	assert_true(repo_is_shallow(repo));
	tip = fixture_rev("shallow", "main");
	assert_int_equal(
		repo_walk(repo, &tip, 1, fixture_push_oid, &seen, &err), 0);
	assert_int_equal(seen.nr, 1);
	repo_free(repo);
	fixture_run("git -C shallow fetch -q --unshallow");
	repo = fixture_open("shallow");
	assert_false(repo_is_shallow(repo));
	repo_free(repo);
}

static void test_resolve_sha256(void **state)
{
	struct repo *repo = fixture_open("s256");
	struct err err = ERR_INIT;
	struct oid head, oid;

	(void)state;
	assert_int_equal(repo_head(repo, &head, &err), 1);
	assert_int_equal(strlen(head.hex), OID_HEX_MAX);
	assert_false(repo_head_is_merge(repo));
	assert_int_equal(repo_resolve(repo, "v1", &oid, &err), 1);
	assert_true(oid_eq(&oid, &head));
	assert_int_equal(repo_resolve(repo, head.hex, &oid, &err), 1);
	assert_true(oid_eq(&oid, &head));
	assert_int_equal(repo_resolve(repo, "nope", &oid, &err), 0);
	repo_free(repo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_resolve),
		cmocka_unit_test(test_merge_base),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_shallow),
		cmocka_unit_test(test_resolve_sha256),
	};

	return cmocka_run_group_tests(
		tests, fixture_setup_history, fixture_teardown);
}
