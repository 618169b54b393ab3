/*
 * Trees and blobs: read through libgit2, through the git command where libgit2
 * cannot, from packs, partial clones and quarantines; and objects written.
 */
#include "git_fixture.h"

static void test_path_oid(void **state)
{
	struct repo *repo = fixture_open("r");
	struct err err = ERR_INIT;
	struct oid head = fixture_rev("r", "main"), oid;
	struct oid tag = fixture_rev("r", "v1");
	struct oid none;

	(void)state;
	assert_int_equal(repo_path_oid(repo, &head, "a", &oid, &err), 1);
	fixture_is(&oid, "r", "main:a");
	assert_int_equal(
		repo_path_oid(repo, &head, "./db/migrate/", &oid, &err), 1);
	fixture_is(&oid, "r", "main:db/migrate");
	assert_int_equal(repo_path_oid(repo, &head, "", &oid, &err), 1);
	fixture_is(&oid, "r", "main^{tree}");
	assert_int_equal(repo_path_oid(repo, &tag, ".", &oid, &err), 1);
	fixture_is(&oid, "r", "main^{tree}");
	assert_int_equal(repo_path_oid(repo, &head, "no", &oid, &err), 0);
	assert_int_equal(repo_path_oid(repo, &head, "no/x", &oid, &err), 0);
	assert_int_equal(repo_path_oid(repo, &head, "a/x", &oid, &err), 0);
	assert_true(
		oid_parse("0123456789012345678901234567890123456789", &none));
	assert_int_equal(repo_path_oid(repo, &none, "a", &oid, &err), -1);
	assert_true(repo_has_object(repo, &head));
	assert_false(repo_has_object(repo, &none));
	assert_false(repo_has_object(repo, &(struct oid){ "" }));
	repo_free(repo);
}

/* Once read, the trees on the way are not read again. */
static void test_paths_of_a_commit(void **state)
{
	struct repo *repo;
	struct err err = ERR_INIT;
	struct oid head, oid;

	(void)state;
	fixture_run("cp -r r loose");
	head = fixture_rev("loose", "main");
	repo = fixture_open("loose");
	assert_int_equal(repo_path_oid(repo, &head, "a", &oid, &err), 1);
	fixture_run("mv loose/.git/objects loose/.git/gone");
	assert_int_equal(repo_path_oid(repo, &head, "b", &oid, &err), 1);
	fixture_is(&oid, "r", "main:b");
	assert_int_equal(repo_path_oid(repo, &head, "no", &oid, &err), 0);
	assert_int_equal(repo_path_oid(repo, &oid, "a", &oid, &err), -1);
	repo_free(repo);
}

static int collect(const struct repo_entry *entry, void *data)
{
	strbuf_addf(data, "%s%s%s ", entry->path, entry->is_dir ? "/" : "",
		entry->is_link ? "@" : "");
	return 0;
}

static int stop_at_second(const struct repo_entry *entry, void *data)
{
	(void)entry;
	return ++*(int *)data == 2 ? 7 : 0;
}

static void check_tree(const char *name)
{
	struct repo *repo = fixture_open(name);
	struct oid topic = fixture_rev(name, "topic");
	AUTO_STRBUF got = STRBUF_INIT;
	struct err err = ERR_INIT;
	int seen = 0;

	assert_int_equal(
		repo_tree_each(repo, &topic, "", true, collect, &got, &err), 0);
	assert_string_equal(
		got.buf, "a db/migrate/1.rb db/migrate/2 x.rb link@ ");
	strbuf_reset(&got);
	assert_int_equal(
		repo_tree_each(repo, &topic, ".", false, collect, &got, &err),
		0);
	assert_string_equal(got.buf, "a db/ link@ ");
	strbuf_reset(&got);
	assert_int_equal(repo_tree_each(repo, &topic, "db/migrate", true,
				 collect, &got, &err),
		0);
	assert_string_equal(got.buf, "1.rb 2 x.rb ");
	strbuf_reset(&got);
	assert_int_equal(repo_tree_each(repo, &topic, "none/at/all", true,
				 collect, &got, &err),
		0);
	assert_int_equal(got.len, 0);
	assert_int_equal(repo_tree_each(repo, &topic, "", true, stop_at_second,
				 &seen, &err),
		7);
	repo_free(repo);
}

static void test_tree_each(void **state)
{
	(void)state;
	check_tree("r");
}

static void test_tree_skips_submodules(void **state)
{
	struct repo *repo;
	AUTO_STRBUF got = STRBUF_INIT;
	struct err err = ERR_INIT;
	struct oid head;

	(void)state;
	fixture_run("git init -q super && cd super\n"
		    "git submodule --quiet add ../r sub && git commit -qm sub");
	repo = fixture_open("super");
	head = fixture_rev("super", "HEAD");
	assert_int_equal(
		repo_tree_each(repo, &head, "", true, collect, &got, &err), 0);
	assert_string_equal(got.buf, ".gitmodules ");
	repo_free(repo);
}

static void test_blob(void **state)
{
	struct repo *repo = fixture_open("r");
	struct oid blob = fixture_rev("r", "topic:db/migrate/2 x.rb");
	struct oid tree = fixture_rev("r", "topic^{tree}"), oid;
	AUTO_STRBUF text = STRBUF_INIT;
	AUTO_FREE char *path = fixture_path("r/a");
	struct err err = ERR_INIT;

	(void)state;
	strbuf_addstr(&text, "+");
	assert_int_equal(repo_blob_read(repo, &blob, &text, &err), 0);
	assert_string_equal(text.buf, "+two\n");
	assert_int_equal(repo_blob_read(repo, &tree, &text, &err), -1);
	memset(blob.hex, '1', 40);
	assert_int_equal(repo_blob_read(repo, &blob, &text, &err), -1);
	assert_string_equal(text.buf, "+two\n");
	assert_int_equal(repo_hash_file(repo, path, &oid, &err), 0);
	fixture_is(&oid, "r", "main:a");
	assert_int_equal(repo_hash_file(repo, "/no/file", &oid, &err), -1);
	assert_non_null(strstr(err.msg, "No such file"));
	repo_free(repo);
}

/* New packs appear while a process runs; the old handle must see them. */
static void test_packed_objects(void **state)
{
	struct repo *repo = fixture_open("r");
	struct oid blob = fixture_rev("r", "main:b");
	AUTO_STRBUF text = STRBUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_true(repo_has_object(repo, &blob));
	fixture_run("git -C r gc -q && test -z \"$(find r/.git/objects/?? "
		    "-type f 2>/dev/null)\"");
	assert_int_equal(repo_blob_read(repo, &blob, &text, &err), 0);
	assert_string_equal(text.buf, "b\n");
	repo_free(repo);
}

/* A blob that a partial clone left out is fetched by the git command. */
static void test_partial_clone(void **state)
{
	AUTO_STRBUF text = STRBUF_INIT, got = STRBUF_INIT;
	struct err err = ERR_INIT;
	struct repo *repo;
	struct oid blob, topic;

	(void)state;
	fixture_run("git -C r config uploadpack.allowFilter true\n"
		    "git -C r config uploadpack.allowAnySHA1InWant true\n"
		    "git clone -q --no-checkout --filter=tree:0 "
		    "\"file://$PWD/r\" partial");
	blob = fixture_rev("r", "topic:db/migrate/2 x.rb");
	topic = fixture_rev("r", "topic");
	repo = fixture_open("partial");
	assert_false(repo_has_object(repo, &blob));
	assert_int_equal(
		repo_tree_each(repo, &topic, "", true, collect, &got, &err), 0);
	assert_string_equal(
		got.buf, "a db/migrate/1.rb db/migrate/2 x.rb link@ ");
	assert_int_equal(repo_blob_read(repo, &blob, &text, &err), 0);
	assert_string_equal(text.buf, "two\n");
	repo_free(repo);
}

/* The same answers, all of them from the git command. */
static void test_sha256(void **state)
{
	AUTO_FREE char *path = fixture_path("s256/a");
	AUTO_STRBUF text = STRBUF_INIT;
	struct err err = ERR_INIT;
	struct oid head, oid;
	struct repo *repo;

	(void)state;
	check_tree("s256");
	repo = fixture_open("s256");
	assert_int_equal(repo_head(repo, &head, &err), 1);
	assert_true(repo_has_object(repo, &head));
	assert_int_equal(repo_path_oid(repo, &head, "no/x", &oid, &err), 0);
	assert_int_equal(repo_path_oid(repo, &head, "", &oid, &err), 1);
	assert_int_equal(repo_path_oid(repo, &head, "a", &oid, &err), 1);
	fixture_is(&oid, "s256", "HEAD:a");
	assert_int_equal(repo_hash_file(repo, path, &oid, &err), 0);
	fixture_is(&oid, "s256", "HEAD:a");
	assert_int_equal(repo_blob_read(repo, &oid, &text, &err), 0);
	assert_string_equal(text.buf, "a\n");
	memset(head.hex, '1', OID_HEX_MAX);
	assert_false(repo_has_object(repo, &head));
	assert_int_equal(repo_path_oid(repo, &head, "a", &oid, &err), -1);
	assert_int_equal(repo_path_oid(repo, &head, "", &oid, &err), -1);
	assert_int_equal(repo_blob_read(repo, &head, &text, &err), -1);
	assert_string_equal(text.buf, "a\n");
	repo_free(repo);
}

/* Objects of a push that arrives are in a quarantine folder. */
static void test_quarantine(void **state)
{
	AUTO_FREE char *dir = fixture_path("quarantine");
	AUTO_FREE char *fresh = fixture_path("fresh");
	AUTO_STRBUF text = STRBUF_INIT;
	struct err err = ERR_INIT;
	struct oid blob, old = fixture_rev("r", "main:a");
	struct repo *repo = fixture_open("r");

	(void)state;
	fixture_run("mkdir quarantine && echo fresh > fresh && cd r\n"
		    "GIT_OBJECT_DIRECTORY=../quarantine "
		    "git hash-object -w ../fresh");
	assert_int_equal(repo_hash_file(repo, fresh, &blob, &err), 0);
	assert_false(repo_has_object(repo, &blob));
	repo_free(repo);
	setenv("GIT_OBJECT_DIRECTORY", dir, 1);
	repo = fixture_open("r");
	assert_true(repo_has_object(repo, &old));
	assert_int_equal(repo_blob_read(repo, &blob, &text, &err), 0);
	assert_string_equal(text.buf, "fresh\n");
	unsetenv("GIT_OBJECT_DIRECTORY");
	repo_free(repo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_path_oid),
		cmocka_unit_test(test_paths_of_a_commit),
		cmocka_unit_test(test_tree_each),
		cmocka_unit_test(test_tree_skips_submodules),
		cmocka_unit_test(test_blob),
		cmocka_unit_test(test_packed_objects),
		cmocka_unit_test(test_partial_clone),
		cmocka_unit_test(test_sha256),
		cmocka_unit_test(test_quarantine),
	};

	return cmocka_run_group_tests(
		tests, fixture_setup_history, fixture_teardown);
}
