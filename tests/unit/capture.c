/*
 * A file size limit stands for the full disk: it fails a write in the middle as
 * a full disk does, and needs no disk to be filled.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/proc/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Bytes that tell where they stand. */
static char *pattern(size_t len)
{
	char *data = xmalloc(len);

	for (size_t i = 0; i < len; i++)
		data[i] = (char)('a' + (i ^ i >> 8 ^ i >> 16) % 26);
	return data;
}

static int temp_file(void)
{
	char path[] = "/tmp/hookrun-capture.XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC);

	assert_true(fd >= 0);
	unlink(path);
	return fd;
}

static void assert_written(
	struct capture *capture, const char *data, size_t len)
{
	AUTO_FD int fd = temp_file();
	AUTO_FREE char *back = xmalloc(len + 1);

	assert_int_equal(capture_write(capture, fd), 0);
	assert_int_equal(pread(fd, back, len + 1, 0), (ssize_t)len);
	assert_memory_equal(back, data, len);
}

static void add_in_pieces(
	struct capture *capture, const char *data, size_t len, size_t piece)
{
	for (size_t pos = 0; pos < len; pos += piece)
		capture_add(capture, data + pos,
			len - pos < piece ? len - pos : piece);
}

static void test_little_stays_in_memory(void **state)
{
	struct capture capture = CAPTURE_INIT;

	(void)state;
	capture_add(&capture, "", 0);
	assert_int_equal(capture.size, 0);
	assert_int_equal(capture.last, '\0');
	capture_add(&capture, "one\n", 4);
	capture_add(&capture, "tw\0", 3);
	assert_int_equal(capture.size, 7);
	assert_int_equal(capture.spill_fd, -1);
	assert_int_equal(capture.last, '\0');
	assert_written(&capture, "one\ntw\0", 7);
	capture_release(&capture);
	assert_int_equal(capture.size, 0);
}

static void test_exactly_full(void **state)
{
	struct capture capture = CAPTURE_INIT;
	AUTO_FREE char *data = pattern(CAPTURE_MEMORY + 1);

	(void)state;
	capture_add(&capture, data, CAPTURE_MEMORY);
	assert_int_equal(capture.spill_fd, -1);
	capture_add(&capture, data + CAPTURE_MEMORY, 1);
	assert_true(capture.spill_fd >= 0);
	assert_int_equal(capture.memory.len, CAPTURE_MEMORY);
	assert_int_equal(capture.last, data[CAPTURE_MEMORY]);
	assert_written(&capture, data, CAPTURE_MEMORY + 1);
	capture_release(&capture);
}

static void test_much_keeps_its_order(void **state)
{
	size_t len = 5 * CAPTURE_MEMORY + 12345;
	struct capture capture = CAPTURE_INIT;
	AUTO_FREE char *data = pattern(len);

	(void)state;
	add_in_pieces(&capture, data, len, 70001);
	assert_int_equal(capture.size, len);
	assert_int_equal(capture.memory.len, CAPTURE_MEMORY);
	assert_false(capture.broken);
	assert_written(&capture, data, len);
	assert_written(&capture, data, len);
	capture_release(&capture);
}

static void test_spill_leaves_no_name(void **state)
{
	struct capture capture = CAPTURE_INIT;
	AUTO_FREE char *data = pattern(CAPTURE_MEMORY + 10);
	AUTO_FREE char *dir = NULL;
	AUTO_FREE char *old = xstrdup(getenv("TMPDIR") ? getenv("TMPDIR") : "");
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(fs_temp_dir("hookrun-capture", &dir, &err), 0);
	setenv("TMPDIR", dir, 1);
	capture_add(&capture, data, CAPTURE_MEMORY + 10);
	assert_true(capture.spill_fd >= 0);
	assert_true(fcntl(capture.spill_fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(rmdir(dir), 0);
	assert_written(&capture, data, CAPTURE_MEMORY + 10);
	capture_release(&capture);
	setenv("TMPDIR", old, 1);
}

static void test_full_disk(void **state)
{
	size_t limit = 300000, len = CAPTURE_MEMORY + 2 * limit;
	struct capture capture = CAPTURE_INIT;
	AUTO_FREE char *data = pattern(len);
	struct rlimit old, small;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = limit;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	add_in_pieces(&capture, data, len, 70001);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_true(capture.broken);
	assert_int_equal(capture.error, EFBIG);
	assert_int_equal(capture.size, CAPTURE_MEMORY + limit);
	assert_int_equal(capture.last, data[CAPTURE_MEMORY + limit - 1]);
	capture_add(&capture, "after", 5);
	assert_written(&capture, data, CAPTURE_MEMORY + limit);
	capture_release(&capture);
}

static void test_no_place_for_the_rest(void **state)
{
	struct capture capture = CAPTURE_INIT;
	AUTO_FREE char *data = pattern(CAPTURE_MEMORY + 10);
	AUTO_FREE char *old = xstrdup(getenv("TMPDIR") ? getenv("TMPDIR") : "");

	(void)state;
	setenv("TMPDIR", "/nonexistent/hookrun", 1);
	capture_add(&capture, data, CAPTURE_MEMORY + 10);
	setenv("TMPDIR", old, 1);
	assert_true(capture.broken);
	assert_int_equal(capture.error, ENOENT);
	assert_int_equal(capture.size, CAPTURE_MEMORY);
	assert_written(&capture, data, CAPTURE_MEMORY);
	capture_release(&capture);
}

/* The reader counts in a process of its own; its exit status is the result. */
static pid_t start_reader(int fd, int other, const char *data, size_t len)
{
	pid_t pid = fork();
	size_t pos = 0;
	char chunk[4096];
	ssize_t got;

	if (pid)
		return pid;
	close(other);
	while ((got = read(fd, chunk, sizeof(chunk))) > 0) {
		if (pos + (size_t)got > len ||
			memcmp(chunk, data + pos, (size_t)got) != 0)
			_exit(1);
		pos += (size_t)got;
	}
	_exit(pos == len ? 0 : 2);
}

static void test_writes_to_a_nonblocking_pipe(void **state)
{
	size_t len = 2 * CAPTURE_MEMORY;
	struct capture capture = CAPTURE_INIT;
	AUTO_FREE char *data = pattern(len);
	int fds[2], status = -1;
	pid_t pid;

	(void)state;
	capture_add(&capture, data, len);
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_int_equal(fcntl(fds[1], F_SETFL, O_NONBLOCK), 0);
	pid = start_reader(fds[0], fds[1], data, len);
	close(fds[0]);
	assert_int_equal(capture_write(&capture, fds[1]), 0);
	close(fds[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	capture_release(&capture);
}

/* sendfile(2) refuses such a file. */
static void test_appends(void **state)
{
	size_t len = 2 * CAPTURE_MEMORY;
	struct capture capture = CAPTURE_INIT;
	AUTO_FREE char *data = pattern(len);
	AUTO_FREE char *back = xmalloc(len + 4);
	AUTO_FD int fd = temp_file();

	(void)state;
	assert_int_equal(write(fd, "head", 4), 4);
	assert_int_equal(fcntl(fd, F_SETFL, O_APPEND), 0);
	capture_add(&capture, data, len);
	assert_int_equal(capture_write(&capture, fd), 0);
	assert_int_equal(pread(fd, back, len + 4, 0), (ssize_t)len + 4);
	assert_memory_equal(back + 4, data, len);
	capture_release(&capture);
}

static void test_write_error_is_told(void **state)
{
	struct capture capture = CAPTURE_INIT;
	AUTO_FD int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	capture_add(&capture, "text", 4);
	assert_int_equal(capture_write(&capture, fd), -1);
	assert_int_equal(errno, ENOSPC);
	capture_release(&capture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_little_stays_in_memory),
		cmocka_unit_test(test_exactly_full),
		cmocka_unit_test(test_much_keeps_its_order),
		cmocka_unit_test(test_spill_leaves_no_name),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_no_place_for_the_rest),
		cmocka_unit_test(test_writes_to_a_nonblocking_pipe),
		cmocka_unit_test(test_appends),
		cmocka_unit_test(test_write_error_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
