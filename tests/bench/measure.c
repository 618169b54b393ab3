/*
 * measure DIR COMMAND [ARGUMENT...]: run a command once and print what it cost:
 * wall time in nanoseconds, CPU time in microseconds, the largest resident set
 * of any of its processes in KiB, its exit status.
 *
 * A program of its own and a small one, because the kernel counts the memory
 * of whoever started a process as that process's own until it executes: a
 * script language as the parent would hide what a small program needs.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

static int64_t cpu_us(const struct rusage *usage)
{
	return (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) *
		       INT64_C(1000000) +
	       usage->ru_utime.tv_usec + usage->ru_stime.tv_usec;
}

int main(int argc, char **argv)
{
	posix_spawn_file_actions_t actions;
	struct rusage usage;
	int64_t start;
	int status;
	pid_t pid;

	if (argc < 3 || chdir(argv[1])) {
		fprintf(stderr, "usage: measure DIR COMMAND [ARGUMENT...]\n");
		return 2;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(
		&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(
		&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(
		&actions, STDOUT_FILENO, STDERR_FILENO);
	start = now_ns();
	if (posix_spawnp(&pid, argv[2], &actions, NULL, argv + 2, environ)) {
		fprintf(stderr, "measure: cannot start '%s'\n", argv[2]);
		return 2;
	}
	if (wait4(pid, &status, 0, &usage) < 0)
		return 2;
	printf("%lld %lld %ld %d\n", (long long)(now_ns() - start),
		(long long)cpu_us(&usage), usage.ru_maxrss,
		WIFEXITED(status) ? WEXITSTATUS(status)
				  : 128 + WTERMSIG(status));
	return 0;
}
