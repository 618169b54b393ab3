/*
 * Archives: what is added is found again, and one that was broken off ends
 * before the item that is not whole.  That any tar reads them, guard.t shows.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/tar.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/strbuf.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int setup(void **state)
{
	int *fd = xcalloc(1, sizeof(*fd));

	*fd = memfd_create("tar", MFD_CLOEXEC);
	*state = fd;
	return *fd < 0;
}

static int teardown(void **state)
{
	int *fd = *state;

	close(*fd);
	free(fd);
	return 0;
}

static void add(int fd, const char *name, const char *text)
{
	struct err err;

	if (tar_add_bytes(fd, name, text, strlen(text), NULL, &err))
		fail_msg("%s", err.msg);
}

static void check(int fd, const char *name, const char *text)
{
	struct tar_item item;
	char got[2000] = "";
	struct err err;

	assert_int_equal(tar_find(fd, name, &item, &err), 1);
	assert_int_equal(item.size_bytes, strlen(text));
	assert_int_equal(pread(fd, got, strlen(text), item.at), strlen(text));
	assert_string_equal(got, text);
}

static void check_none(int fd, const char *name)
{
	struct tar_item item;
	struct err err;

	assert_int_equal(tar_find(fd, name, &item, &err), 0);
}

static void test_found_again(void **state)
{
	int fd = *(int *)*state;
	AUTO_STRBUF block = STRBUF_INIT;
	struct err err;

	for (int i = 0; i < 512; i++)
		strbuf_addch(&block, 'b');
	add(fd, "empty", "");
	add(fd, "short", "s");
	add(fd, "block", block.buf);
	assert_int_equal(tar_end(fd, &err), 0);
	check(fd, "empty", "");
	check(fd, "short", "s");
	check(fd, "block", block.buf);
	check_none(fd, "other");
	assert_int_equal(lseek(fd, 0, SEEK_END) % 512, 0);
}

static void test_of_a_file(void **state)
{
	int fd = *(int *)*state;
	int from = memfd_create("from", MFD_CLOEXEC);
	struct tar_item item;
	struct err err;

	assert_int_equal(fs_write_all(from, "bytes", 5), 0);
	assert_int_equal(lseek(from, 1, SEEK_SET), 1);
	assert_int_equal(tar_add_file(fd, "f", from, &item, &err), 0);
	assert_int_equal(item.at, 512);
	check(fd, "f", "ytes");
	close(from);
}

static void test_one_more(void **state)
{
	int fd = *(int *)*state;
	struct err err;

	add(fd, "a", "1");
	assert_int_equal(tar_end(fd, &err), 0);
	assert_int_equal(tar_seek_end(fd, &err), 0);
	add(fd, "b", "2");
	assert_int_equal(tar_end(fd, &err), 0);
	check(fd, "a", "1");
	check(fd, "b", "2");
}

static void test_the_last_of_a_name(void **state)
{
	int fd = *(int *)*state;

	add(fd, "a", "old");
	add(fd, "a", "new");
	check(fd, "a", "new");
}

static void test_broken_off(void **state)
{
	int fd = *(int *)*state;
	struct err err;
	off_t end;

	add(fd, "a", "whole");
	end = lseek(fd, 0, SEEK_CUR);
	add(fd, "b", "not whole");
	for (off_t cut = end; cut < end + 512 + 9; cut += 7) {
		assert_int_equal(ftruncate(fd, cut), 0);
		check(fd, "a", "whole");
		check_none(fd, "b");
		assert_int_equal(tar_seek_end(fd, &err), 0);
		assert_int_equal(lseek(fd, 0, SEEK_CUR), end);
		add(fd, "b", "not whole");
		check(fd, "b", "not whole");
	}
}

static void test_no_archive(void **state)
{
	int fd = *(int *)*state;
	struct tar_item item;
	struct err err;

	add(fd, "a", "text");
	assert_int_equal(pwrite(fd, "x", 1, 0), 1);
	assert_int_equal(tar_find(fd, "a", &item, &err), -1);
	assert_string_equal(err.msg, "not an archive at byte 0");
	assert_int_equal(tar_seek_end(fd, &err), -1);
}

static void test_long_name(void **state)
{
	int fd = *(int *)*state;
	char name[TAR_NAME_MAX + 2] = "";
	struct err err;

	memset(name, 'n', TAR_NAME_MAX);
	add(fd, name, "fits");
	check(fd, name, "fits");
	name[TAR_NAME_MAX] = 'n';
	assert_int_equal(tar_add_bytes(fd, name, "", 0, NULL, &err), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_found_again),
		TEST(test_of_a_file),
		TEST(test_one_more),
		TEST(test_the_last_of_a_name),
		TEST(test_broken_off),
		TEST(test_no_archive),
		TEST(test_long_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
