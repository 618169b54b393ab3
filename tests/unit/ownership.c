/*
 * What is created has the owner of its folder where root creates it, and its
 * group where the folder is the group's.
 */
#include "git_fixture.h"

#include "hookrun/base/fs.h"
#include "hookrun/base/ownership.h"

#include <fcntl.h>
#include <sys/stat.h>

#define STRANGER 65534

static struct stat look(const char *name)
{
	AUTO_FREE char *path = fixture_path(name);
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st;
}

static void folder(const char *name, mode_t mode, bool strangers)
{
	AUTO_FREE char *path = fixture_path(name);

	fixture_run("rm -rf d");
	assert_int_equal(mkdir(path, 0755), 0);
	if (strangers)
		assert_int_equal(chown(path, STRANGER, STRANGER), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void write_both(void)
{
	AUTO_FREE char *file = fixture_path("d/sub/file");
	AUTO_FREE char *sub = fixture_path("d/sub");
	struct err err = ERR_INIT;

	assert_int_equal(fs_mkdirs(sub, 0700, &err), 0);
	assert_int_equal(fs_write_atomic(file, "x", 1, 0600, &err), 0);
}

static void test_our_own(void **state)
{
	(void)state;
	folder("d", 0755, false);
	write_both();
	assert_int_equal(look("d/sub").st_mode & 07777, 0700);
	assert_int_equal(look("d/sub/file").st_mode & 07777, 0600);
}

static void test_group(void **state)
{
	(void)state;
	folder("d", 02775, false);
	write_both();
	assert_int_equal(look("d/sub").st_mode & 07777, 02770);
	assert_int_equal(look("d/sub/file").st_mode & 07777, 0660);
}

/* As /tmp is. */
static void test_everybody(void **state)
{
	(void)state;
	folder("d", 01777, geteuid() == 0);
	write_both();
	assert_int_equal(look("d/sub").st_mode & 07777, 0700);
	assert_int_equal(look("d/sub").st_uid, geteuid());
}

static void test_root(void **state)
{
	AUTO_FREE char *tree = fixture_path("d/tree");

	(void)state;
	if (geteuid() != 0)
		skip();
	folder("d", 0755, true);
	write_both();
	assert_int_equal(look("d/sub").st_uid, STRANGER);
	assert_int_equal(look("d/sub/file").st_gid, STRANGER);
	fixture_run(
		"mkdir -p d/tree/a && touch d/tree/a/b && ln -s /etc d/tree/l");
	assert_int_equal(look("d/tree/a/b").st_uid, 0);
	ownership_follow_tree(tree);
	assert_int_equal(look("d/tree").st_uid, STRANGER);
	assert_int_equal(look("d/tree/a/b").st_uid, STRANGER);
	assert_int_equal(look("d/tree/l").st_uid, STRANGER);
	fixture_run("test \"$(stat -c %u /etc)\" = 0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_our_own),
		cmocka_unit_test(test_group),
		cmocka_unit_test(test_everybody),
		cmocka_unit_test(test_root),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
