/* When a disk has no room, by what statvfs(3) says of it. */
#include "cli/doctor.h"

#include "hookrun/base/strbuf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/statvfs.h>

static const struct statvfs roomy = { .f_frsize = 4096,
	.f_bavail = 1 << 20,
	.f_files = 1 << 20,
	.f_favail = 1 << 20 };

static void assert_short(const struct statvfs *fs, const char *want)
{
	AUTO_STRBUF text = STRBUF_INIT;

	assert_true(disk_is_short(fs, "/d", &text));
	assert_string_equal(text.buf, want);
}

static void assert_fine(const struct statvfs *fs)
{
	AUTO_STRBUF text = STRBUF_INIT;

	assert_false(disk_is_short(fs, "/d", &text));
	assert_string_equal(text.buf, "");
}

static void test_room(void **state)
{
	struct statvfs fs = roomy;

	(void)state;
	assert_fine(&fs);
	fs.f_bavail = 25600; /* 100 MB */
	assert_fine(&fs);
	fs.f_bavail--;
	assert_short(&fs, "99 MB are free where '/d' is: make room");
}

/* A file system without a table of inodes says 0 of 0. */
static void test_inodes(void **state)
{
	struct statvfs fs = roomy;

	(void)state;
	fs.f_favail = 999;
	assert_short(&fs,
		"no more than 999 files can be made where '/d' is: make room");
	fs.f_favail = fs.f_files = 0;
	assert_fine(&fs);
}

static void test_read_only(void **state)
{
	struct statvfs fs = roomy;

	(void)state;
	fs.f_flag = ST_RDONLY;
	assert_short(
		&fs, "'/d' can only be read: jobs and git cannot write there");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_inodes),
		cmocka_unit_test(test_read_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
