#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char *dir;

static int setup(void **state)
{
	struct err err;

	(void)state;
	return fs_temp_dir("hookrun-fs", &dir, &err);
}

static int teardown(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(fs_remove_tree(dir, &err), 0);
	assert_false(fs_exists(dir));
	free(dir);
	return 0;
}

/* ---- files --------------------------------------------------------------- */

static void check_content(const char *path, const void *data, size_t len)
{
	AUTO_STRBUF text = STRBUF_INIT;
	struct err err;

	assert_int_equal(fs_read(path, &text, 1 << 20, &err), 1);
	assert_int_equal(text.len, len);
	assert_memory_equal(text.buf, data, len);
}

static void test_write_and_read(void **state)
{
	AUTO_FREE char *path = fs_join(dir, "f");
	struct err err;
	struct stat st;

	(void)state;
	assert_int_equal(fs_write_atomic(path, "a\0b", 3, 0600, &err), 0);
	check_content(path, "a\0b", 3);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(fs_write_atomic(path, "", 0, 0755, &err), 0);
	check_content(path, "", 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_int_equal(fs_write_cache(path, "cache", 5, &err), 0);
	check_content(path, "cache", 5);
}

/* A failed write leaves the old file, and nothing beside it. */
static void test_failed_write(void **state)
{
	AUTO_FREE char *sub = fs_join(dir, "sub");
	AUTO_FREE char *inside = fs_join(sub, "file");
	AUTO_FREE char *absent = fs_join(dir, "absent/file");
	struct dirent *entry;
	struct err err;
	int entries = 0;
	DIR *listing;

	(void)state;
	assert_int_equal(fs_write_atomic(absent, "x", 1, 0644, &err), -1);
	assert_non_null(strstr(err.msg, "absent/file"));
	assert_non_null(strstr(err.msg, "No such file"));
	/* A folder with something in it cannot be replaced. */
	assert_int_equal(fs_mkdirs(inside, 0755, &err), 0);
	assert_int_equal(fs_write_atomic(sub, "x", 1, 0644, &err), -1);
	assert_true(fs_is_dir(inside));
	listing = opendir(dir);
	assert_non_null(listing);
	while ((entry = readdir(listing)))
		entries += entry->d_name[0] != '.';
	closedir(listing);
	assert_int_equal(entries, 1);
}

static void test_read_absent(void **state)
{
	AUTO_FREE char *absent = fs_join(dir, "absent");
	AUTO_FREE char *file = fs_join(dir, "f");
	AUTO_FREE char *below = fs_join(file, "x");
	AUTO_STRBUF text = STRBUF_INIT;
	struct err err;

	(void)state;
	assert_int_equal(fs_read(absent, &text, 10, &err), 0);
	assert_int_equal(fs_write_cache(file, "", 0, &err), 0);
	assert_int_equal(fs_read(below, &text, 10, &err), 0);
	assert_int_equal(text.len, 0);
}

static void test_read_appends(void **state)
{
	AUTO_FREE char *path = fs_join(dir, "f");
	AUTO_STRBUF text = STRBUF_INIT;
	struct err err;

	(void)state;
	assert_int_equal(fs_write_cache(path, "new", 3, &err), 0);
	strbuf_addstr(&text, "old ");
	assert_int_equal(fs_read(path, &text, 3, &err), 1);
	assert_string_equal(text.buf, "old new");
}

static void test_read_limit(void **state)
{
	AUTO_FREE char *path = fs_join(dir, "f");
	AUTO_STRBUF data = STRBUF_INIT;
	AUTO_STRBUF text = STRBUF_INIT;
	struct err err;

	(void)state;
	for (int i = 0; i < 200000; i++)
		strbuf_addch(&data, (char)('a' + i % 26));
	assert_int_equal(fs_write_cache(path, data.buf, data.len, &err), 0);
	assert_int_equal(fs_read(path, &text, 200000, &err), 1);
	assert_int_equal(text.len, 200000);
	assert_memory_equal(text.buf, data.buf, data.len);
	assert_int_equal(fs_read(path, &text, 199999, &err), -1);
	assert_non_null(strstr(err.msg, "larger than 199999 bytes"));
}

/* Reading these would hang, or hand out what is no text. */
static void test_read_no_file(void **state)
{
	AUTO_FREE char *fifo = fs_join(dir, "fifo");
	AUTO_STRBUF text = STRBUF_INIT;
	struct err err;

	(void)state;
	assert_int_equal(fs_read(dir, &text, 10, &err), -1);
	assert_non_null(strstr(err.msg, "not a regular file"));
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(fs_read(fifo, &text, 10, &err), -1);
	assert_non_null(strstr(err.msg, "not a regular file"));
}

static void test_write_all(void **state)
{
	AUTO_FREE char *path = fs_join(dir, "f");
	AUTO_FD int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fs_write_all(fd, "abc", 3), 0);
	assert_int_equal(fs_write_all(fd, "", 0), 0);
	assert_int_equal(fs_write_all(fd, "def", 3), 0);
	check_content(path, "abcdef", 6);
	assert_int_equal(fs_write_all(-1, "x", 1), -1);
	assert_int_equal(errno, EBADF);
}

/* ---- folders ------------------------------------------------------------- */

static void test_copy_some(void **unused)
{
	AUTO_FREE char *path = fs_join(dir, "item");
	AUTO_FREE char *copy = fs_join(dir, "copy");
	struct err err;
	int from, to;

	(void)unused;
	assert_int_equal(fs_write_cache(path, "one,two", 7, &err), 0);
	from = open(path, O_RDONLY | O_CLOEXEC);
	to = open(copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_int_equal(fs_copy_some(from, to, 3), 3);
	check_content(copy, "one", 3);
	/* fewer than asked for, where there are no more */
	assert_int_equal(fs_copy_some(from, to, 10), 4);
	check_content(copy, "one,two", 7);
	assert_int_equal(fs_copy_some(-1, to, 1), -1);
	close(from);
	close(to);
}

static void test_mkdirs(void **state)
{
	AUTO_FREE char *deep = fs_join(dir, "a/b//c");
	AUTO_FREE char *clean = fs_join(dir, "a/b/c");
	struct err err;

	(void)state;
	assert_int_equal(fs_mkdirs(deep, 0755, &err), 0);
	assert_true(fs_is_dir(clean));
	assert_int_equal(fs_mkdirs(deep, 0755, &err), 0);
	assert_int_equal(fs_mkdirs("/", 0755, &err), 0);
}

static void test_mkdirs_over_file(void **state)
{
	AUTO_FREE char *file = fs_join(dir, "f");
	AUTO_FREE char *below = fs_join(file, "sub");
	struct err err;

	(void)state;
	assert_int_equal(fs_write_cache(file, "", 0, &err), 0);
	assert_int_equal(fs_mkdirs(below, 0755, &err), -1);
	assert_non_null(strstr(err.msg, "/f/sub"));
	assert_int_equal(fs_mkdirs(file, 0755, &err), -1);
	assert_non_null(strstr(err.msg, "is not a directory"));
}

static void test_mkdirs_through_link(void **state)
{
	AUTO_FREE char *real = fs_join(dir, "real");
	AUTO_FREE char *link = fs_join(dir, "link");
	AUTO_FREE char *below = fs_join(link, "sub");
	AUTO_FREE char *there = fs_join(real, "sub");
	struct err err;

	(void)state;
	assert_int_equal(fs_mkdirs(real, 0755, &err), 0);
	assert_int_equal(symlink("real", link), 0);
	assert_int_equal(fs_mkdirs(link, 0755, &err), 0);
	assert_int_equal(fs_mkdirs(below, 0755, &err), 0);
	assert_true(fs_is_dir(there));
}

/* What links in the tree point at stays. */
static void test_remove_tree(void **state)
{
	AUTO_FREE char *tree = fs_join(dir, "tree");
	AUTO_FREE char *deep = fs_join(tree, "a/b");
	AUTO_FREE char *link = fs_join(tree, "a/link");
	AUTO_FREE char *hidden = fs_join(tree, "a/.hidden");
	AUTO_FREE char *other = fs_join(dir, "other");
	AUTO_FREE char *kept = fs_join(other, "kept");
	struct err err;

	(void)state;
	assert_int_equal(fs_mkdirs(deep, 0755, &err), 0);
	assert_int_equal(fs_mkdirs(other, 0755, &err), 0);
	assert_int_equal(fs_write_cache(kept, "", 0, &err), 0);
	assert_int_equal(fs_write_cache(hidden, "", 0, &err), 0);
	assert_int_equal(symlink(other, link), 0);
	assert_int_equal(fs_remove_tree(tree, &err), 0);
	assert_false(fs_exists(tree));
	assert_true(fs_exists(kept));
	assert_int_equal(fs_remove_tree(tree, &err), 0);
	assert_int_equal(fs_remove_tree(kept, &err), 0);
	assert_false(fs_exists(kept));
}

static void test_temp_dir(void **state)
{
	AUTO_FREE char *old = NULL;
	AUTO_FREE char *one = NULL;
	AUTO_FREE char *two = NULL;
	struct err err;
	struct stat st;

	(void)state;
	if (getenv("TMPDIR"))
		old = xstrdup(getenv("TMPDIR"));
	setenv("TMPDIR", dir, 1);
	assert_int_equal(fs_temp_dir("x", &one, &err), 0);
	assert_int_equal(fs_temp_dir("x", &two, &err), 0);
	assert_string_not_equal(one, two);
	assert_int_equal(strncmp(one, dir, strlen(dir)), 0);
	assert_int_equal(stat(one, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	setenv("TMPDIR", "/nowhere/at/all", 1);
	free(two);
	two = NULL;
	assert_int_equal(fs_temp_dir("x", &two, &err), -1);
	assert_null(two);
	assert_non_null(strstr(err.msg, "/nowhere/at/all"));
	if (old)
		setenv("TMPDIR", old, 1);
	else
		unsetenv("TMPDIR");
}

static void test_kinds(void **state)
{
	AUTO_FREE char *file = fs_join(dir, "f");
	AUTO_FREE char *program = fs_join(dir, "p");
	AUTO_FREE char *dangling = fs_join(dir, "l");
	AUTO_FREE char *link = fs_join(dir, "d");
	struct err err;

	(void)state;
	assert_int_equal(fs_write_atomic(file, "", 0, 0644, &err), 0);
	assert_int_equal(fs_write_atomic(program, "", 0, 0755, &err), 0);
	assert_int_equal(symlink("nowhere", dangling), 0);
	assert_int_equal(symlink(dir, link), 0);
	assert_true(fs_exists(file));
	assert_true(fs_exists(dangling));
	assert_false(fs_is_dir(file));
	assert_true(fs_is_dir(dir));
	assert_true(fs_is_dir(link));
	assert_false(fs_is_dir(dangling));
	assert_false(fs_is_executable(file));
	assert_true(fs_is_executable(program));
	assert_false(fs_is_executable(dir));
	assert_false(fs_is_executable(dangling));
}

/* ---- paths --------------------------------------------------------------- */

static void check_join(const char *base, const char *name, const char *want)
{
	AUTO_FREE char *path = fs_join(base, name);

	assert_string_equal(path, want);
}

static void test_join(void **state)
{
	(void)state;
	check_join("a", "b", "a/b");
	check_join("a/", "b", "a/b");
	check_join("/", "b", "/b");
	check_join("/a", "/b", "/b");
	check_join("", "b", "b");
	check_join(".", "b", "b");
	check_join("..", "b", "../b");
	check_join("a", "b/c", "a/b/c");
}

static void check_dirname(const char *path, const char *want)
{
	AUTO_FREE char *parent = fs_dirname(path);

	assert_string_equal(parent, want);
}

static void test_dirname(void **state)
{
	(void)state;
	check_dirname("a/b", "a");
	check_dirname("/a/b/c", "/a/b");
	check_dirname("/a", "/");
	check_dirname("/", "/");
	check_dirname("a", ".");
	check_dirname("", ".");
	assert_string_equal(fs_basename("a/b"), "b");
	assert_string_equal(fs_basename("/a"), "a");
	assert_string_equal(fs_basename("a"), "a");
	assert_string_equal(fs_basename(""), "");
}

static void check_clean(const char *base, const char *path, const char *want)
{
	AUTO_FREE char *clean = fs_clean(base, path);

	assert_string_equal(clean, want);
}

static void test_clean(void **state)
{
	(void)state;
	check_clean("/a/b", "c", "/a/b/c");
	check_clean("/a/b", "", "/a/b");
	check_clean("/a/b", ".", "/a/b");
	check_clean("/a/b/", "./c/", "/a/b/c");
	check_clean("/a/b", "../c", "/a/c");
	check_clean("/a/b", "../../../c", "/c");
	check_clean("/a/b", "..", "/a");
	check_clean("/a/b", "/c//d/./e/../f", "/c/d/f");
	check_clean("/a", "..", "/");
	check_clean("/", "", "/");
	check_clean("/", "a", "/a");
	check_clean("/a", "..b/...", "/a/..b/...");
	check_clean("/a", "/", "/");
}

static void test_find_program(void **state)
{
	AUTO_FREE char *first = fs_join(dir, "first");
	AUTO_FREE char *second = fs_join(dir, "second");
	AUTO_FREE char *no = fs_join(first, "prog");
	AUTO_FREE char *yes = fs_join(second, "prog");
	AUTO_FREE char *found = NULL;
	AUTO_FREE char *direct = NULL;
	AUTO_STRBUF path = STRBUF_INIT;
	struct err err;

	(void)state;
	assert_int_equal(fs_mkdirs(first, 0755, &err), 0);
	assert_int_equal(fs_mkdirs(second, 0755, &err), 0);
	assert_int_equal(fs_write_atomic(no, "", 0, 0644, &err), 0);
	assert_int_equal(fs_write_atomic(yes, "", 0, 0755, &err), 0);
	strbuf_addf(&path, "/nowhere:%s:%s", first, second);
	found = fs_find_program("prog", path.buf);
	assert_string_equal(found, yes);
	assert_null(fs_find_program("other", path.buf));
	assert_null(fs_find_program("", path.buf));
	assert_null(fs_find_program("prog", first));
	assert_null(fs_find_program("prog", ""));
	direct = fs_find_program(yes, "");
	assert_string_equal(direct, yes);
	assert_null(fs_find_program(no, path.buf));
	free(found);
	found = fs_find_program("sh", NULL);
	assert_non_null(found);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_write_and_read),
		TEST(test_failed_write),
		TEST(test_read_absent),
		TEST(test_read_appends),
		TEST(test_read_limit),
		TEST(test_read_no_file),
		TEST(test_write_all),
		TEST(test_copy_some),
		TEST(test_mkdirs),
		TEST(test_mkdirs_over_file),
		TEST(test_mkdirs_through_link),
		TEST(test_remove_tree),
		TEST(test_temp_dir),
		TEST(test_kinds),
		TEST(test_join),
		TEST(test_dirname),
		TEST(test_clean),
		TEST(test_find_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
