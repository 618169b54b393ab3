/*
 * What is known of other processes, tried on a child.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/proc/child.h"
#include "hookrun/proc/process.h"
#include "proc/census.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static bool knows_files(void)
{
	return !strcmp(TEST_PORT, "linux");
}

static bool is_posix(void)
{
	return !strcmp(TEST_PORT, "posix");
}

/* A sleep that runs, its output as wanted, and which no signal has ended; short
 * since it outlives a test that failed, and has its output. */
static pid_t start(int out)
{
	char sleep[] = "sleep", time[] = "60";
	char *argv[] = { sleep, time, NULL };
	struct child_opts opts = { .argv = argv,
		.cwd = "/",
		.fds = { { out, 1 }, { out, 2 } },
		.nfds = 2,
		.new_session = true };
	const struct timespec nap = { 0, 1000000 };
	struct err err = ERR_INIT;
	char words[64];
	pid_t pid;

	assert_int_equal(child_spawn(&opts, &pid, &err), 0);
	/* Its program is there before its words are. */
	while (!process_words(pid, words, sizeof(words)))
		nanosleep(&nap, NULL);
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	child_wait(pid);
}

static void a_child_is_known(void **state)
{
	AUTO_FD int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid_t pid = start(null);
	char words[64], program[PATH_MAX] = "";
	AUTO_STRBUF name = STRBUF_INIT;
	size_t len = process_words(pid, words, sizeof(words));

	(void)state;
	assert_int_equal(len, sizeof("sleep 60"));
	assert_memory_equal(words, "sleep\00060", len);
	assert_int_equal(process_parent(pid), getpid());
	process_program(pid, program);
	assert_int_equal(*program, '/');
	process_name(pid, &name);
	assert_string_equal(name.buf, "sleep");
	end(pid);
}

static void a_long_command_line_is_cut(void **state)
{
	pid_t pid = start(STDOUT_FILENO);
	char words[8];
	size_t len = process_words(pid, words, sizeof(words));

	(void)state;
	assert_int_equal(len, sizeof(words) - 1);
	assert_string_equal(words, "sleep");
	assert_string_equal(words + 6, "6");
	end(pid);
}

static void folder_and_output_where_the_system_tells(void **state)
{
	AUTO_FD int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid_t quiet = start(null), loud;
	AUTO_STRBUF folder = STRBUF_INIT;
	struct stat st;
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	loud = start(fds[1]);
	assert_int_equal(process_folder(quiet, &folder), is_posix() ? -1 : 0);
	assert_string_equal(folder.buf, is_posix() ? "" : "/");
	assert_int_equal(process_writes_elsewhere(quiet), !is_posix());
	assert_false(process_writes_elsewhere(loud));
	assert_int_equal(fstat(null, &st), 0);
	assert_int_equal(process_has_open(quiet, &st), knows_files());
	assert_int_equal(fstat(fds[0], &st), 0);
	assert_false(process_has_open(quiet, &st));
	close(fds[0]);
	close(fds[1]);
	end(quiet);
	end(loud);
}

static void the_list_has_those_that_live(void **state)
{
	pid_t pid = start(STDOUT_FILENO);
	AUTO_FREE pid_t *pids = process_list("");
	bool there = false, we = false;

	(void)state;
	assert_non_null(pids);
	for (size_t i = 0; pids[i]; i++) {
		there |= pids[i] == pid;
		we |= pids[i] == getpid();
	}
	assert_true(there);
	assert_true(we);
	assert_null(process_list("no program is called so"));
	end(pid);
}

static void one_that_is_gone_is_unknown(void **state)
{
	pid_t pid = start(STDOUT_FILENO);
	char words[16], program[PATH_MAX] = "";
	AUTO_STRBUF name = STRBUF_INIT;

	(void)state;
	end(pid);
	assert_int_equal(process_words(pid, words, sizeof(words)), 0);
	assert_string_equal(words, "");
	assert_int_equal(process_parent(pid), 0);
	process_program(pid, program);
	assert_string_equal(program, "");
	process_name(pid, &name);
	assert_string_equal(name.buf, "");
}

static const struct process *find(const struct census *census, pid_t pid)
{
	for (size_t i = 0; i < census->nr; i++)
		if (census->v[i].pid == pid)
			return &census->v[i];
	return NULL;
}

/* Twice, since it must be the same process both times. */
static void a_census_has_family_and_start(void **state)
{
	pid_t pid = start(STDOUT_FILENO);
	struct census census = { 0 };
	const struct process *process;
	uint64_t started;

	(void)state;
	assert_int_equal(census_take(&census), 0);
	process = find(&census, pid);
	assert_non_null(process);
	assert_int_equal(process->parent, getpid());
	assert_int_equal(process->group, pid);
	assert_int_equal(process->session, pid);
	assert_false(process->over);
	assert_false(process->ignores_hup);
	started = process->started;
	assert_int_equal(census_take(&census), 0);
	assert_non_null(census_find(&census, pid, started));
	kill(pid, SIGKILL);
	assert_int_equal(
		waitid(P_PID, (id_t)pid, &(siginfo_t){ 0 }, WEXITED | WNOWAIT),
		0);
	assert_int_equal(census_take(&census), 0);
	assert_true(find(&census, pid)->over);
	child_wait(pid);
	assert_int_equal(census_take(&census), 0);
	assert_null(find(&census, pid));
	census_release(&census);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_child_is_known),
		cmocka_unit_test(a_long_command_line_is_cut),
		cmocka_unit_test(folder_and_output_where_the_system_tells),
		cmocka_unit_test(the_list_has_those_that_live),
		cmocka_unit_test(one_that_is_gone_is_unknown),
		cmocka_unit_test(a_census_has_family_and_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
