/*
 * A plan made by hand, run in a folder of its own: every job is a real process.
 */
#ifndef TESTS_RUN_FIXTURE_H
#define TESTS_RUN_FIXTURE_H

#include "hookrun/runner/run.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/proc/env.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define JOBS_MAX 32

static struct {
	char *dir; /* where the jobs run */
	struct arena arena;
	struct hook_config hook;
	struct plan plan;
	struct event event;
	struct run_opts opts;
	struct job_config configs[JOBS_MAX];
	size_t nconfigs;
	struct strbuf out; /* what was reported */
} t;

static inline int set_up(void **unused)
{
	static char *no_args[] = { NULL };
	struct err err = ERR_INIT;

	(void)unused;
	memset(&t, 0, sizeof(t));
	strbuf_init(&t.out);
	t.hook.name = "pre-commit";
	t.event.hook = "pre-commit";
	t.event.args = no_args;
	t.plan.arena = &t.arena;
	t.plan.hook = &t.hook;
	t.opts.event = &t.event;
	t.opts.no_tty = true;
	t.opts.out_fd = -1;
	return fs_temp_dir("hookrun-run", &t.dir, &err);
}

static inline int tear_down(void **unused)
{
	struct err err = ERR_INIT;
	int failed = fs_remove_tree(t.dir, &err);

	(void)unused;
	plan_release(&t.plan);
	arena_release(&t.arena);
	strbuf_release(&t.out);
	free(t.event.stdin_text);
	free(t.dir);
	return failed;
}

static inline struct plan_job *add_job(struct plan_list *list, const char *name)
{
	struct job_config *config = &t.configs[t.nconfigs++];
	struct plan_job *job;

	assert_true(t.nconfigs <= JOBS_MAX);
	if (!list->jobs)
		list->jobs = arena_alloc(
			&t.arena, JOBS_MAX * sizeof(*list->jobs));
	config->name = config->display = name;
	job = &list->jobs[list->nr++];
	job->config = config;
	job->name = name;
	job->cwd = t.dir;
	env_clean(&job->env);
	return job;
}

static inline struct plan_job *add(
	struct plan_list *list, const char *name, const char *command)
{
	struct plan_job *job = add_job(list, name);

	strvec_push(&job->commands, command);
	return job;
}

static inline struct plan_list *add_group(
	struct plan_list *list, const char *name)
{
	struct plan_job *job = add_job(list, name);

	t.configs[t.nconfigs - 1].kind = JOB_GROUP;
	job->group = arena_alloc(&t.arena, sizeof(*job->group));
	return job->group;
}

/* The config of the job that was added last. */
static inline struct job_config *last(void)
{
	return &t.configs[t.nconfigs - 1];
}

static inline int run(void)
{
	AUTO_FD int fd = memfd_create("report", MFD_CLOEXEC);
	struct err err = ERR_INIT;
	int status;

	assert_true(fd >= 0);
	t.opts.out_fd = fd;
	status = run_plan(&t.plan, &t.opts, &err);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	while (strbuf_read_once(&t.out, fd, 65536) > 0)
		;
	return status;
}

static inline bool printed(const char *text)
{
	return strstr(t.out.buf, text) != NULL;
}

static inline void assert_printed(const char *text)
{
	if (!printed(text))
		fail_msg("'%s' is missing in:\n%s", text, t.out.buf);
}

static inline void assert_not_printed(const char *text)
{
	if (printed(text))
		fail_msg("'%s' is in:\n%s", text, t.out.buf);
}

/* The content of a file that jobs have written; "" where there is none. */
static inline const char *content(const char *name)
{
	AUTO_FREE char *path = fs_join(t.dir, name);
	AUTO_STRBUF text = STRBUF_INIT;
	struct err err = ERR_INIT;

	assert_true(fs_read(path, &text, 1 << 20, &err) >= 0);
	return arena_strdup(&t.arena, text.buf);
}

static inline bool exists(const char *name)
{
	AUTO_FREE char *path = fs_join(t.dir, name);

	return fs_exists(path);
}

/* True when the process whose number is in `name` is gone, within 10 s. */
static inline bool is_gone(const char *name)
{
	struct timespec moment = { .tv_nsec = 20000000 };
	long pid = strtol(content(name), NULL, 10);
	char path[64];

	assert_true(pid > 1);
	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	for (int i = 0; i < 500; i++) {
		AUTO_STRBUF text = STRBUF_INIT;
		struct err err = ERR_INIT;

		if (fs_read(path, &text, 4096, &err) != 1 ||
			strstr(text.buf, ") Z "))
			return true;
		nanosleep(&moment, NULL);
	}
	return false;
}

static inline void make_file(const char *name)
{
	AUTO_FREE char *path = fs_join(t.dir, name);
	struct err err = ERR_INIT;

	assert_int_equal(fs_write_cache(path, "", 0, &err), 0);
}

/* sh: wait until `file` is there, at most a minute. */
#define WAIT_FOR(file)                                                         \
	"n=0; while [ ! -e " file " ] && [ $n -lt 1200 ]; do sleep 0.05; "     \
	"n=$((n+1)); done; [ -e " file " ]"

#define TEST(func) cmocka_unit_test_setup_teardown(func, set_up, tear_down)

#endif
