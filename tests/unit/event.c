/* Git's stdin: whole, once, and never from a terminal. */
#include "hookrun/runner/event.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define CEILING (16 << 20)

static int saved_stdin;

static int save(void **unused)
{
	(void)unused;
	saved_stdin = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	return saved_stdin < 0;
}

static int restore(void **unused)
{
	(void)unused;
	if (dup2(saved_stdin, STDIN_FILENO) < 0)
		return -1;
	return close(saved_stdin);
}

/* `size` bytes of a pattern with NULs in it become stdin. */
static void feed(size_t size)
{
	int fd = memfd_create("stdin", MFD_CLOEXEC);
	char *map;

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	if (size) {
		map = mmap(NULL, size, PROT_WRITE, MAP_SHARED, fd, 0);
		assert_true(map != MAP_FAILED);
		for (size_t i = 0; i < size; i++)
			map[i] = (char)(i % 7);
		assert_int_equal(munmap(map, size), 0);
	}
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	close(fd);
}

static void test_all_of_it_with_its_nuls(void **unused)
{
	struct event event = { .hook = "pre-push" };
	size_t len = 0;
	const char *text;

	(void)unused;
	feed(200000);
	text = event_stdin(&event, &len);
	assert_int_equal(len, 200000);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(text[i], i % 7);
	assert_int_equal(text[len], 0);
	free(event.stdin_text);
}

static void test_read_once(void **unused)
{
	struct event event = { .hook = "pre-push" };
	const char *first;
	size_t len = 0;

	(void)unused;
	feed(10);
	first = event_stdin(&event, NULL);
	feed(20);
	assert_ptr_equal(event_stdin(&event, &len), first);
	assert_int_equal(len, 10);
	free(event.stdin_text);
}

static void test_empty(void **unused)
{
	struct event event = { .hook = "pre-push" };
	size_t len = 1;

	(void)unused;
	feed(0);
	assert_string_equal(event_stdin(&event, &len), "");
	assert_int_equal(len, 0);
	free(event.stdin_text);
}

static void test_ceiling(void **unused)
{
	struct event event = { .hook = "pre-push" };
	size_t len = 0;

	(void)unused;
	feed(CEILING + 100);
	event_stdin(&event, &len);
	assert_int_equal(len, CEILING);
	free(event.stdin_text);
}

/* A terminal on which nobody types: the test ends, so it was not read. */
static void test_terminal_is_not_read(void **unused)
{
	struct event event = { .hook = "pre-push" };
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	int slave;

	(void)unused;
	assert_true(master >= 0);
	assert_int_equal(grantpt(master) | unlockpt(master), 0);
	slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_int_equal(dup2(slave, STDIN_FILENO), STDIN_FILENO);
	assert_string_equal(event_stdin(&event, NULL), "");
	free(event.stdin_text);
	close(slave);
	close(master);
}

#define TEST(func) cmocka_unit_test_setup_teardown(func, save, restore)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_of_it_with_its_nuls),
		TEST(test_read_once),
		TEST(test_empty),
		TEST(test_ceiling),
		TEST(test_terminal_is_not_read),
	};

	return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
