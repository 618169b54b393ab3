/*
 * The index file read through its window, beside what git says is in it.
 */
#include "git_fixture.h"

#include "git/index.h"

/* Enough entries for several windows. */
#define MANY                                                                   \
	"git init -q r; cd r; i=0; while [ $i -lt 6000 ]; do "                 \
	"printf '100644 %040d 0\\tfolder%d/file-with-a-long-name-%04d\\n' 1 "  \
	"$((i / 100)) $i; i=$((i + 1)); done | git update-index --index-info;" \
	"git write-tree --missing-ok >/dev/null;"

static void open_index(struct index_file *index)
{
	AUTO_FREE char *path = fixture_path("r/.git/index");

	assert_true(index_open(index, path));
}

static bool opens(const char *script)
{
	AUTO_FREE char *path = fixture_path("r/.git/index");
	struct index_file index;

	fixture_run(script);
	if (!index_open(&index, path))
		return false;
	index_close(&index);
	return true;
}

/* Every name on a line; entry `from` is the first. */
static void names(struct index_file *index, uint32_t from, struct strbuf *out)
{
	struct index_cursor cursor;
	struct index_entry entry;

	index_first(&cursor, index);
	index_seek(&cursor, from);
	while (index_next(&cursor, &entry))
		strbuf_addf(out, "%.*s\n", (int)entry.len, entry.name);
	index_cursor_release(&cursor);
}

static void check_version(const char *version)
{
	AUTO_STRBUF script = STRBUF_INIT, want = STRBUF_INIT;
	struct index_file index;

	strbuf_addf(
		&script, "cd r; git update-index --index-version %s", version);
	fixture_run(script.buf);
	fixture_sh("cd r; git ls-files", &want);
	open_index(&index);
	assert_int_equal(index.version, strtol(version, NULL, 10));
	assert_int_equal(index.nr, 6000);
	for (uint32_t from = 0; from <= 6000; from += 499) {
		AUTO_STRBUF got = STRBUF_INIT;
		const char *tail = want.buf;

		for (uint32_t i = 0; i < from; i++)
			tail = strchr(tail, '\n') + 1;
		names(&index, from, &got);
		assert_string_equal(got.buf, tail);
	}
	assert_false(index.broken);
	index_close(&index);
}

static void test_versions(void **state)
{
	(void)state;
	fixture_run(MANY);
	check_version("2");
	check_version("4");
}

static void test_cache_tree(void **state)
{
	struct index_file index;
	struct cache_tree tree;
	struct cache_node *children;
	const struct cache_node *found;
	size_t nr;

	(void)state;
	fixture_run(MANY);
	open_index(&index);
	cache_tree_read(&tree, &index);
	assert_non_null(tree.data);
	assert_int_equal(tree.root.entries, 6000);
	children = cache_tree_children(&tree, &tree.root, &nr);
	assert_int_equal(nr, 60);
	found = cache_tree_find(children, nr, "folder7", 7);
	assert_non_null(found);
	assert_int_equal(found->entries, 100);
	assert_non_null(found->oid);
	assert_null(cache_tree_find(children, nr, "folder60", 8));
	free(children);
	cache_tree_release(&tree);
	index_close(&index);
}

static void test_missing_is_empty(void **state)
{
	AUTO_FREE char *path = fixture_path("absent");
	struct index_file index;

	(void)state;
	assert_true(index_open(&index, path));
	assert_int_equal(index.nr, 0);
	index_close(&index);
}

/* The git command has to do these. */
static void test_not_for_us(void **state)
{
	(void)state;
	assert_true(opens("git init -q r; cd r; echo 1 >a; git add a"));
	assert_false(opens("cd r; git update-index --split-index"));
	assert_true(opens("cd r; git update-index --no-split-index"));
	assert_false(opens("cd r; : >.git/index"));
	assert_false(opens("cd r; echo DIRC >.git/index"));
	assert_false(opens("cd r; rm .git/index; mkdir .git/index"));
	assert_false(opens("cd r; rmdir .git/index; mkdir d; echo 1 >d/b;"
			   "git add d a; git -c user.name=a -c user.email=b "
			   "commit -qm a; git sparse-checkout set --cone "
			   "--sparse-index x"));
}

static void test_cut_at_any_byte(void **state)
{
	AUTO_FREE char *path = fixture_path("r/.git/index");
	AUTO_STRBUF text = STRBUF_INIT;
	struct index_file index;

	(void)state;
	fixture_run("git init -q r; cd r; mkdir d; echo 1 >d/a; echo 2 >b;"
		    "git add .; git write-tree");
	fixture_text("r/.git/index", &text);
	open_index(&index);
	index_close(&index);
	for (size_t len = text.len; len-- > 0;) {
		assert_int_equal(truncate(path, (off_t)len), 0);
		/* what is lost may look like the checksum, but no entry is */
		if (!index_open(&index, path))
			continue;
		assert_int_equal(index.nr, 2);
		index_close(&index);
	}
}

/* Somebody writes into the file in place, which git never does. */
static void test_cut_while_read(void **state)
{
	AUTO_STRBUF got = STRBUF_INIT;
	struct index_file index;

	(void)state;
	fixture_run(MANY);
	open_index(&index);
	fixture_run("cd r; : >.git/index");
	names(&index, 0, &got);
	assert_true(index.broken);
	assert_null(index_read(&index, index.tree, index.tree_len));
	index_close(&index);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_versions),
		TEST(test_cache_tree),
		TEST(test_missing_is_empty),
		TEST(test_not_for_us),
		TEST(test_cut_at_any_byte),
		TEST(test_cut_while_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
