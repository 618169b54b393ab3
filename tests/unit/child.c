/*
 * What a child is given, and how it is ended.  Descriptors are looked at from
 * outside, in a child that is known to have passed its dynamic loader, since
 * looking from inside opens one more.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/strvec.h"
#include "hookrun/proc/child.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 60000
#define PATIENCE_S 180

#define ARGV(...) ((char *const *)(char *const[]){ __VA_ARGS__, NULL })
#define SH(script) ARGV(arg("sh"), arg("-c"), arg(script))

static struct strvec args;

/* libc's, with what a terminal may send between the fork and it. */
static int sent_before_session;

pid_t setsid(void)
{
	if (sent_before_session)
		raise(sent_before_session);
	return (pid_t)syscall(SYS_setsid);
}

/* A literal as execve() wants it. */
static char *arg(const char *text)
{
	strvec_push(&args, text);
	return args.v[args.nr - 1];
}

static int free_args(void **state)
{
	(void)state;
	strvec_release(&args);
	return 0;
}

static pid_t spawn(const struct child_opts *opts)
{
	struct err err = ERR_INIT;
	pid_t pid = -1;

	if (child_spawn(opts, &pid, &err))
		fail_msg("%s", err.msg);
	assert_true(pid > 1);
	return pid;
}

static int reap(pid_t pid)
{
	int status = -1;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return child_status(status);
}

static void make_pipe(int fds[2])
{
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
}

/* One read that does not wait for ever; the bytes read. */
static size_t read_soon(int fd, char *buf, size_t size)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	ssize_t got;

	assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
	got = read(fd, buf, size - 1);
	assert_true(got >= 0);
	buf[got] = '\0';
	return (size_t)got;
}

static void read_all(int fd, struct strbuf *out)
{
	char buf[4096];
	size_t got;

	while ((got = read_soon(fd, buf, sizeof(buf))))
		strbuf_add(out, buf, got);
}

/* Run to the end with stdout captured; the status. */
static int run(struct child_opts *opts, struct strbuf *out)
{
	int fds[2];
	pid_t pid;

	make_pipe(fds);
	opts->fds[opts->nfds++] = (struct child_fd){ fds[1], 1 };
	pid = spawn(opts);
	close(fds[1]);
	read_all(fds[0], out);
	close(fds[0]);
	return reap(pid);
}

static void assert_refused(const struct child_opts *opts, const char *message)
{
	struct err err = ERR_INIT;
	pid_t pid = 4711;

	assert_int_equal(child_spawn(opts, &pid, &err), -1);
	assert_string_equal(err.msg, message);
	assert_int_equal(pid, 4711);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* ---- what cannot be run ------------------------------------------------- */

static void write_program(const char *dir, const char *name, const char *text,
	mode_t mode, char **ret_path)
{
	struct err err = ERR_INIT;

	*ret_path = fs_join(dir, name);
	assert_int_equal(
		fs_write_atomic(*ret_path, text, strlen(text), mode, &err), 0);
}

static char *temp_dir(void)
{
	struct err err = ERR_INIT;
	char *dir = NULL;

	assert_int_equal(fs_temp_dir("hookrun-child", &dir, &err), 0);
	return dir;
}

static void remove_dir(const char *dir)
{
	struct err err = ERR_INIT;

	assert_int_equal(fs_remove_tree(dir, &err), 0);
}

static void test_no_such_program(void **state)
{
	(void)state;
	assert_refused(
		&(struct child_opts){ .argv = ARGV(arg("no-such-program")) },
		"cannot run 'no-such-program': No such file or directory");
	assert_refused(&(struct child_opts){ .argv = ARGV(arg("./nothing")) },
		"cannot run './nothing': No such file or directory");
}

static void test_no_permission(void **state)
{
	AUTO_FREE char *dir = temp_dir();
	AUTO_FREE char *path = NULL;
	AUTO_STRBUF message = STRBUF_INIT;

	(void)state;
	write_program(dir, "plain", "#!/bin/sh\n", 0644, &path);
	strbuf_addf(&message, "cannot run '%s': Permission denied", path);
	assert_refused(&(struct child_opts){ .argv = ARGV(path) }, message.buf);
	remove_dir(dir);
}

static void test_no_interpreter(void **state)
{
	AUTO_FREE char *dir = temp_dir();
	AUTO_FREE char *path = NULL;
	struct err err = ERR_INIT;
	const char *preload = getenv("LD_PRELOAD");
	pid_t pid;

	(void)state;
	if (preload && strstr(preload, "vgpreload")) {
		remove_dir(dir);
		return; /* valgrind does not survive this failure of exec */
	}
	write_program(dir, "script", "#!/no/such/interpreter\n", 0755, &path);
	assert_int_equal(child_spawn(&(struct child_opts){ .argv = ARGV(path) },
				 &pid, &err),
		-1);
	assert_non_null(strstr(err.msg, "interpreter"));
	assert_non_null(strstr(err.msg, path));
	remove_dir(dir);
}

static void test_no_directory(void **state)
{
	(void)state;
	assert_refused(&(struct child_opts){ .argv = ARGV(arg("true")),
			       .cwd = "/no/such/dir" },
		"cannot enter '/no/such/dir': No such file or directory");
}

static void test_bad_descriptor(void **state)
{
	(void)state;
	assert_refused(&(struct child_opts){ .argv = ARGV(arg("true")),
			       .fds = { { 987, 1 } },
			       .nfds = 1 },
		"cannot start 'true': Bad file descriptor");
}

/* ---- what a child gets -------------------------------------------------- */

static void test_path_of_the_child(void **state)
{
	AUTO_FREE char *dir = temp_dir();
	AUTO_FREE char *path = NULL;
	AUTO_STRBUF entry = STRBUF_INIT;
	AUTO_STRBUF out = STRBUF_INIT;
	struct child_opts opts = { .argv = ARGV(arg("greet")) };

	(void)state;
	write_program(dir, "greet", "#!/bin/sh\necho \"$WHO\"\n", 0755, &path);
	assert_refused(&opts, "cannot run 'greet': No such file or directory");
	strbuf_addf(&entry, "PATH=%s", dir);
	opts.env = ARGV(arg("WHO=me"), entry.buf);
	assert_int_equal(run(&opts, &out), 0);
	assert_string_equal(out.buf, "me\n");
	remove_dir(dir);
}

static void test_environment_is_clean(void **state)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct child_opts opts = { .argv = SH("echo \"$GIT_DIR,$KEPT\"") };

	(void)state;
	setenv("GIT_DIR", "/nowhere", 1);
	setenv("KEPT", "kept", 1);
	assert_int_equal(run(&opts, &out), 0);
	assert_string_equal(out.buf, ",kept\n");
	unsetenv("GIT_DIR");
	unsetenv("KEPT");
}

static void test_cwd(void **state)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct child_opts opts = { .argv = ARGV(arg("pwd")), .cwd = "/" };

	(void)state;
	assert_int_equal(run(&opts, &out), 0);
	assert_string_equal(out.buf, "/\n");
}

/* The open descriptors of `pid`, as " 0 1 2". */
static void list_fds(pid_t pid, struct strbuf *ret)
{
	AUTO_STRVEC names = STRVEC_INIT;
	char path[64];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	assert_non_null(dir);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			strvec_push(&names, entry->d_name);
	closedir(dir);
	strvec_sort(&names);
	for (size_t i = 0; i < names.nr; i++)
		strbuf_addf(ret, " %s", names.v[i]);
}

static void test_only_named_descriptors(void **state)
{
	int in[2], out[2], stray = dup(0), high = fcntl(0, F_DUPFD, 200);
	AUTO_STRBUF listed = STRBUF_INIT;
	char buf[16];
	pid_t pid;

	(void)state;
	assert_true(stray >= 3 && high >= 200);
	make_pipe(in);
	make_pipe(out);
	pid = spawn(&(struct child_opts){
		.argv = ARGV(arg("cat")),
		.fds = { { in[0], 0 }, { out[1], 1 }, { out[1], 7 } },
		.nfds = 3,
	});
	close(in[0]);
	close(out[1]);
	assert_int_equal(write(in[1], "x", 1), 1);
	assert_int_equal(read_soon(out[0], buf, sizeof(buf)), 1);
	list_fds(pid, &listed);
	assert_string_equal(listed.buf, " 0 1 2 7");
	close(in[1]);
	close(out[0]);
	assert_int_equal(reap(pid), 0);
	close(stray);
	close(high);
}

static void test_missing_ones_are_null(void **state)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct child_opts opts = { .argv = SH("readlink /proc/self/fd/0 "
					      "/proc/self/fd/2") };

	(void)state;
	assert_int_equal(run(&opts, &out), 0);
	assert_string_equal(out.buf, "/dev/null\n/dev/null\n");
}

static int write_to_both(void *data)
{
	const int *fds = data;

	return write(fds[0], "a", 1) != 1 || write(fds[1], "b", 1) != 1;
}

static void test_swapped_descriptors(void **state)
{
	int a[2], b[2], numbers[2];
	char buf[16];
	pid_t pid;

	(void)state;
	make_pipe(a);
	make_pipe(b);
	numbers[0] = a[1];
	numbers[1] = b[1];
	pid = spawn(&(struct child_opts){
		.func = write_to_both,
		.func_data = numbers,
		.fds = { { a[1], b[1] }, { b[1], a[1] } },
		.nfds = 2,
	});
	assert_int_equal(reap(pid), 0);
	assert_int_equal(read_soon(a[0], buf, sizeof(buf)), 1);
	assert_string_equal(buf, "b");
	assert_int_equal(read_soon(b[0], buf, sizeof(buf)), 1);
	assert_string_equal(buf, "a");
	for (int i = 0; i < 2; i++) {
		close(a[i]);
		close(b[i]);
	}
}

/* Signals 32 and 33 are glibc's own: its posix_spawn() leaves them ignored in
 * what it starts (make's children, for one), and no program can change that. */
#define LIBC_SIGNALS 0x180000000ULL

/* A mask in the text of /proc/PID/status. */
static unsigned long long signal_bits(const char *status, const char *name)
{
	const char *line = strstr(status, name);

	assert_non_null(line);
	return strtoull(line + strlen(name), NULL, 16);
}

static void test_signals_are_default(void **state)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct child_opts opts = {
		.argv = ARGV(arg("grep"), arg("-E"), arg("^Sig(Blk|Ign|Pnd)"),
			arg("/proc/self/status")),
	};
	sigset_t set, old;

	(void)state;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &old);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	assert_int_equal(run(&opts, &out), 0);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	assert_int_equal(signal_bits(out.buf, "SigPnd:"), 0);
	assert_int_equal(signal_bits(out.buf, "SigBlk:"), 0);
	assert_int_equal(signal_bits(out.buf, "SigIgn:") & ~LIBC_SIGNALS, 0);
	sigprocmask(SIG_SETMASK, NULL, &set);
	assert_int_equal(sigismember(&set, SIGUSR1), 1);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

/* ---- functions ---------------------------------------------------------- */

static int session_bits(void *data)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);

	(void)data;
	return (getsid(0) == getpid()) | (getpgrp() == getpid()) << 1 |
	       (tty >= 0) << 2;
}

static void test_session(void **state)
{
	struct child_opts opts = { .func = session_bits, .new_session = true };

	(void)state;
	assert_int_equal(reap(spawn(&opts)), 3);
	opts.new_session = false;
	assert_int_equal(reap(spawn(&opts)) & 3, 0);
}

static void test_controlling_terminal(void **state)
{
	AUTO_FD int ours = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	AUTO_FD int theirs = -1;
	char refusal[80];

	(void)state;
	assert_true(ours >= 0 && !grantpt(ours) && !unlockpt(ours));
	theirs = open(ptsname(ours), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(theirs >= 0);
	assert_int_equal(reap(spawn(&(struct child_opts){ .func = session_bits,
				 .new_session = true,
				 .ctty = true,
				 .fds = { { theirs, 0 } },
				 .nfds = 1 })),
		7);
	snprintf(refusal, sizeof(refusal), "cannot start 'true': %s",
		strerror(ENOTTY));
	assert_refused(&(struct child_opts){ .argv = ARGV(arg("true")),
			       .new_session = true,
			       .ctty = true },
		refusal);
}

static int print_and_return(void *data)
{
	printf("from %s\n", (const char *)data);
	return 42;
}

static void test_function(void **state)
{
	AUTO_STRBUF out = STRBUF_INIT;
	char who[] = "inside";
	struct child_opts opts = { .func = print_and_return, .func_data = who };

	(void)state;
	assert_int_equal(run(&opts, &out), 42);
	assert_string_equal(out.buf, "from inside\n");
}

static void test_unwritten_text_is_written_once(void **state)
{
	AUTO_FREE char *dir = temp_dir();
	AUTO_FREE char *path = fs_join(dir, "text");
	AUTO_STRBUF text = STRBUF_INIT;
	struct err err = ERR_INIT;
	char who[] = "there";
	FILE *file = fopen(path, "we");

	(void)state;
	assert_non_null(file);
	fputs("once\n", file);
	assert_int_equal(reap(spawn(&(struct child_opts){
				 .func = print_and_return, .func_data = who })),
		42);
	fclose(file);
	assert_int_equal(fs_read(path, &text, 1000, &err), 1);
	assert_string_equal(text.buf, "once\n");
	remove_dir(dir);
}

static int open_bits(void *data)
{
	const int *fds = data;

	return (fcntl(fds[0], F_GETFD) >= 0) |
	       (fcntl(fds[1], F_GETFD) >= 0) << 1 |
	       (fcntl(fds[2], F_GETFD) >= 0) << 2;
}

static void test_function_keeps_files_but_no_pipes(void **state)
{
	AUTO_FREE char *dir = temp_dir();
	AUTO_FREE char *path = fs_join(dir, "file");
	int fds[3];

	(void)state;
	make_pipe(fds);
	fds[2] = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	assert_int_equal(reap(spawn(&(struct child_opts){
				 .func = open_bits, .func_data = fds })),
		4);
	for (int i = 0; i < 3; i++)
		close(fds[i]);
	remove_dir(dir);
}

static int getenv_status(void *data)
{
	const char *value = getenv(data);

	return value ? (int)strlen(value) : 99;
}

static volatile sig_atomic_t handled;

static void handle(int sig)
{
	handled = sig;
}

static int raise_one(void *data)
{
	(void)data;
	raise(SIGUSR1);
	return 0;
}

static void test_function_without_our_handlers(void **state)
{
	(void)state;
	signal(SIGUSR1, handle);
	assert_int_equal(reap(spawn(&(struct child_opts){ .func = raise_one })),
		128 + SIGUSR1);
	raise(SIGUSR1);
	assert_int_equal(handled, SIGUSR1);
	signal(SIGUSR1, SIG_DFL);
}

static void test_environment_of_a_function(void **state)
{
	char name[] = "GIT_INDEX_FILE";
	struct child_opts opts = { .func = getenv_status, .func_data = name };

	(void)state;
	setenv(name, "12345", 1);
	assert_int_equal(reap(spawn(&opts)), 5);
	opts.env = ARGV(arg("GIT_INDEX_FILE=12"));
	assert_int_equal(reap(spawn(&opts)), 2);
	opts.env = ARGV(arg("A=b"));
	assert_int_equal(reap(spawn(&opts)), 99);
	unsetenv(name);
}

/* ---- the end ------------------------------------------------------------ */

static void test_status(void **state)
{
	(void)state;
	assert_int_equal(
		reap(spawn(&(struct child_opts){ .argv = SH("exit 0") })), 0);
	assert_int_equal(
		reap(spawn(&(struct child_opts){ .argv = SH("exit 255") })),
		255);
	assert_int_equal(
		reap(spawn(&(struct child_opts){ .argv = SH("kill -9 $$") })),
		137);
}

/* A child that starts another which is to die with it, and then is killed.  The
 * number of the heir is in the pipe. */
static int start_heir(void *data)
{
	const int *hold = data;
	struct err err = ERR_INIT;
	pid_t pid;
	struct child_opts opts = {
		.argv = ARGV(arg("sleep"), arg("1000")),
		.fds = { { hold[1], 1 } },
		.nfds = 1,
		.new_session = true,
		.death_signal = SIGTERM,
	};

	if (child_spawn(&opts, &pid, &err))
		return 1;
	if (write(hold[1], &pid, sizeof(pid)) != sizeof(pid))
		return 3;
	raise(SIGKILL);
	return 2;
}

static void test_death_signal(void **state)
{
	char buf[16];
	int hold[2];
	pid_t pid, heir;

	(void)state;
	make_pipe(hold);
	pid = spawn(&(struct child_opts){
		.func = start_heir,
		.func_data = hold,
		.fds = { { hold[1], hold[1] } },
		.nfds = 1,
	});
	close(hold[1]);
	assert_int_equal(reap(pid), 137);
	assert_int_equal(read(hold[0], &heir, sizeof(heir)), sizeof(heir));
	if (strcmp(TEST_PORT, "linux") != 0) /* nobody tells it */
		assert_int_equal(kill(heir, SIGTERM), 0);
	assert_int_equal(read_soon(hold[0], buf, sizeof(buf)), 0);
	close(hold[0]);
}

/* A session whose members print a line when they are ready. */
static pid_t spawn_tree(const char *script, int *ret_fd)
{
	char buf[64];
	int fds[2];
	pid_t pid;

	make_pipe(fds);
	pid = spawn(&(struct child_opts){
		.argv = SH(script),
		.fds = { { fds[1], 1 } },
		.nfds = 1,
		.new_session = true,
	});
	close(fds[1]);
	assert_true(read_soon(fds[0], buf, sizeof(buf)) > 0);
	*ret_fd = fds[0];
	return pid;
}

static void assert_tree_gone(pid_t pid, int fd)
{
	char buf[64];

	assert_false(child_group_alive(pid));
	assert_int_equal(read_soon(fd, buf, sizeof(buf)), 0);
	close(fd);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void test_end_group(void **state)
{
	int fd;
	pid_t pid = spawn_tree("sleep 1000 & echo up; wait", &fd);

	(void)state;
	assert_true(child_group_alive(pid));
	child_end_group(pid, PATIENCE_MS);
	assert_tree_gone(pid, fd);
}

static void test_end_group_that_ignores_term(void **state)
{
	int fd;
	pid_t pid = spawn_tree(
		"trap '' TERM; sleep 1000 & echo up; sleep 1000", &fd);

	(void)state;
	child_end_group(pid, 50);
	assert_tree_gone(pid, fd);
}

static void test_end_group_that_is_stopped(void **state)
{
	int fd;
	pid_t pid = spawn_tree("echo up; kill -STOP $$; sleep 1000", &fd);
	siginfo_t info;

	(void)state;
	assert_int_equal(
		waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOWAIT), 0);
	child_end_group(pid, PATIENCE_MS);
	assert_tree_gone(pid, fd);
}

static void test_end_group_without_its_leader(void **state)
{
	int fd;
	pid_t pid = spawn_tree("sleep 1000 & echo up", &fd);

	(void)state;
	assert_int_equal(reap(pid), 0);
	assert_true(child_group_alive(pid));
	child_end_group(pid, PATIENCE_MS);
	assert_tree_gone(pid, fd);
}

static void test_signals_to_the_old_session_are_forgotten(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		sent_before_session = signals[i];
		assert_int_equal(reap(spawn(&(struct child_opts){
					 .argv = ARGV(arg("true")),
					 .new_session = true })),
			0);
		sent_before_session = 0;
	}
}

static void test_zombies_do_not_live(void **state)
{
	pid_t pid = spawn(&(struct child_opts){
		.argv = ARGV(arg("true")), .new_session = true });
	siginfo_t info;

	(void)state;
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	assert_int_equal(kill(-pid, 0), 0);
	assert_false(child_group_alive(pid));
	assert_int_equal(reap(pid), 0);
}

static void test_absurd_groups_are_left_alone(void **state)
{
	(void)state;
	child_signal_group(0, SIGKILL);
	child_signal_group(1, SIGKILL);
	child_signal_group(-1, SIGKILL);
	assert_false(child_group_alive(0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_such_program),
		cmocka_unit_test(test_no_permission),
		cmocka_unit_test(test_no_interpreter),
		cmocka_unit_test(test_no_directory),
		cmocka_unit_test(test_bad_descriptor),
		cmocka_unit_test(test_path_of_the_child),
		cmocka_unit_test(test_environment_is_clean),
		cmocka_unit_test(test_cwd),
		cmocka_unit_test(test_only_named_descriptors),
		cmocka_unit_test(test_missing_ones_are_null),
		cmocka_unit_test(test_swapped_descriptors),
		cmocka_unit_test(test_signals_are_default),
		cmocka_unit_test(test_session),
		cmocka_unit_test(test_controlling_terminal),
		cmocka_unit_test(test_function),
		cmocka_unit_test(test_unwritten_text_is_written_once),
		cmocka_unit_test(test_function_keeps_files_but_no_pipes),
		cmocka_unit_test(test_function_without_our_handlers),
		cmocka_unit_test(test_environment_of_a_function),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_death_signal),
		cmocka_unit_test(test_end_group),
		cmocka_unit_test(test_end_group_that_ignores_term),
		cmocka_unit_test(test_end_group_that_is_stopped),
		cmocka_unit_test(test_end_group_without_its_leader),
		cmocka_unit_test(test_signals_to_the_old_session_are_forgotten),
		cmocka_unit_test(test_zombies_do_not_live),
		cmocka_unit_test(test_absurd_groups_are_left_alone),
	};

	alarm(PATIENCE_S); /* a child that hangs ends the test */
	return cmocka_run_group_tests(tests, NULL, free_args);
}
