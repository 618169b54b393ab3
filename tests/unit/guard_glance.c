/* What the stat data proves, with one process and with two. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "guard/guard_impl.h"
#include "hookrun/git/staged.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/hookrun-glance.XXXXXX";
static int root = -1;

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	root = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -1;
	close(openat(root, "file", O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlinkat(root, "file", 0);
	close(root);
	return rmdir(dir);
}

static void take_stat(struct staged_file *file)
{
	struct stat st;

	assert_int_equal(fstatat(root, "file", &st, 0), 0);
	file->stat = (struct staged_stat){
		.ctime_sec = (uint32_t)st.st_ctim.tv_sec,
		.ctime_nsec = (uint32_t)st.st_ctim.tv_nsec,
		.mtime_sec = (uint32_t)st.st_mtim.tv_sec,
		.mtime_nsec = (uint32_t)st.st_mtim.tv_nsec,
		.ino = (uint32_t)st.st_ino,
		.uid = (uint32_t)st.st_uid,
		.gid = (uint32_t)st.st_gid,
		.size_bytes = (uint32_t)st.st_size,
	};
}

/* Of every 97 one was touched, one is racy, one is gone, one is deleted. */
static void glance(size_t nr)
{
	struct staged staged = { .nr = nr };

	staged.v = xcalloc(nr, sizeof(*staged.v));
	staged.unchanged = xcalloc(nr, sizeof(*staged.unchanged));
	for (size_t i = 0; i < nr; i++) {
		struct staged_file *file = &staged.v[i];

		file->path = i % 97 == 5 ? "gone" : "file";
		file->new_mode = 0100644;
		file->id_len = i % 97 == 7 ? 0 : 20;
		file->racy = i % 97 == 11;
		take_stat(file);
		file->stat.mtime_nsec += i % 97 == 13;
	}
	guard_glance(&staged, root);
	for (size_t i = 0; i < nr; i++)
		assert_int_equal(staged.unchanged[i],
			i % 97 != 5 && i % 97 != 7 && i % 97 != 11 &&
				i % 97 != 13);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* none is left */
	free(staged.v);
	free(staged.unchanged);
}

static void test_none(void **state)
{
	(void)state;
	glance(0);
}

static void test_few(void **state)
{
	(void)state;
	glance(1000);
}

static void test_many(void **state)
{
	(void)state;
	glance(10000);
	glance(30011);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_few),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
