/*
 * Asking and starting one package manager, and the lock file afterwards.
 *
 * A manager's promise not to write the lock file is taken where it gives one,
 * and not believed: settings overrule it, and another major version knows no
 * such promise, for which reason the version is asked for first where it
 * decides.  Bundler refuses a lock file made for another platform, though it
 * could install from it: then it is started again without the promise, and what
 * it has written is undone.  That has to happen before a signal ends us.
 */
#include "deps/manager.h"

#include "deps/bundler.h"

#include "hookrun/steps/ruby_env.h"
#include "hookrun/steps/untouched.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/filetime.h"
#include "hookrun/base/lines.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/nameless.h"
#include "hookrun/proc/child.h"
#include "hookrun/proc/cmd.h"
#include "hookrun/proc/env.h"
#include "hookrun/proc/interrupt.h"

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define MANIFEST_MAX_BYTES (1 << 20)
#define VERSION_MAX_BYTES 64

struct manager {
	struct step_ctx *ctx;
	const struct deps *deps;
	const struct dep *dep;
	const struct lockfile *kind; /* of dep */
	struct strbuf lock;	     /* its text */
	struct strvec env;
	struct state *state;
};

/* argv and its words are constants; child.h wants what execve wants. */
static void fill_argv(const char *const *words, struct strvec *ret)
{
	for (; *words; words++)
		strvec_push(ret, *words);
}

static int require_program(
	const struct manager *manager, const char *name, struct err *err)
{
	const char *path = env_get(&manager->env, "PATH");
	AUTO_FREE char *found = fs_find_program(name, path ? path : "");

	if (found)
		return 0;
	return err_set(err,
		"'%s' changed, but '%s' is not on PATH: install it and run "
		"'hookrun sync'",
		manager->dep->path, name);
}

/* Run to the end, its output to the descriptors; 0: nowhere. */
static int run(const struct manager *manager, const char *const *words, int out,
	int errout, int *ret_status, struct err *err)
{
	AUTO_STRVEC argv = STRVEC_INIT;
	struct child_opts opts = { .env = manager->env.v,
		.cwd = manager->deps->root };
	pid_t pid;

	fill_argv(words, &argv);
	opts.argv = argv.v;
	if (out) {
		opts.fds[0] = (struct child_fd){ out, STDOUT_FILENO };
		opts.fds[1] = (struct child_fd){ errout, STDERR_FILENO };
		opts.nfds = 2;
	}
	if (child_spawn(&opts, &pid, err))
		return -1;
	*ret_status = child_wait(pid);
	return 0;
}

/* ---- the version -------------------------------------------------------- */

/* The line of the output that begins with a digit; others are warnings. */
static void find_version(const struct strbuf *text, char ret[VERSION_MAX_BYTES])
{
	struct lines lines = { text->buf, text->buf + text->len };
	struct line line;

	*ret = '\0';
	while (!*ret && lines_next(&lines, &line))
		if (isdigit((unsigned char)*line.text))
			snprintf(ret, VERSION_MAX_BYTES, "%.*s", (int)line.len,
				line.text);
}

static int ask_version(const struct manager *manager,
	char ret[VERSION_MAX_BYTES], struct err *err)
{
	const char *const *words = manager->kind->version;
	AUTO_STRVEC argv = STRVEC_INIT;
	AUTO_STRBUF out = STRBUF_INIT, errout = STRBUF_INIT;
	struct cmd cmd = { .env = manager->env.v, .cwd = manager->deps->root };
	int status;

	fill_argv(words, &argv);
	cmd.argv = argv.v;
	if (cmd_run(&cmd, &status, &out, &errout, err))
		return -1;
	find_version(&out, ret);
	if (!status && *ret)
		return 0;
	strbuf_rtrim(&errout);
	return err_set(err,
		"'%s %s' does not tell its version (status %d)%s%s: mend that "
		"and run 'hookrun sync'",
		words[0], words[1], status, errout.len ? "\n" : "", errout.buf);
}

/* Whether package.json names the manager that Corepack shall bring. */
static bool names_manager(const struct manager *manager)
{
	AUTO_FREE char *path = fs_join(
		manager->deps->root, manager->kind->manifest);
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	return fs_read(path, &text, MANIFEST_MAX_BYTES, &ignored) == 1 &&
	       strstr(text.buf, "\"packageManager\"");
}

/* The newest known format may also be that of versions to come. */
static bool fits(const struct lockfile *kind, int lock, int program)
{
	return lock == program || (lock == kind->newest && program > lock);
}

static int require_version(const struct manager *manager, struct err *err)
{
	const struct lockfile *kind = manager->kind;
	const struct strbuf *lock = &manager->lock;
	int major = kind->major ? kind->major(lock->buf, lock->len) : 0;
	char version[VERSION_MAX_BYTES];
	AUTO_STRBUF get = STRBUF_INIT;

	if (!major)
		return 0;
	if (ask_version(manager, version, err))
		return -1;
	if (fits(kind, major, (int)strtol(version, NULL, 10)))
		return 0;
	if (names_manager(manager))
		strbuf_addstr(&get, "corepack enable");
	else
		strbuf_addf(&get, "npm install -g %s@%d",
			major == 1 ? kind->first_package : kind->package,
			major);
	return err_set(err,
		"'%s' is of %s %d, but '%s' here is %s, which would write it "
		"anew: it was not run; run '%s', then 'hookrun sync'",
		manager->dep->path, kind->install[0], major, kind->install[0],
		version, get.buf);
}

/* ---- the installation --------------------------------------------------- */

static int is_satisfied(
	const struct manager *manager, bool *ret, struct err *err)
{
	int status = 1;

	*ret = false;
	if (manager->kind->check &&
		run(manager, manager->kind->check, 0, 0, &status, err))
		return -1;
	*ret = status == 0;
	return 0;
}

static void say_command(const struct manager *manager, const char *const *words)
{
	AUTO_STRBUF line = STRBUF_INIT;

	strbuf_addf(&line, "%s:", manager->dep->path);
	for (; *words; words++)
		strbuf_addf(&line, " %s", *words);
	strbuf_addch(&line, '\n');
	fs_write_all(STDOUT_FILENO, line.buf, line.len);
}

static void fill_env(
	const struct lockfile *kind, bool frozen, struct strvec *ret)
{
	ruby_env_fill(ret);
	if (frozen && kind->frozen)
		env_set(ret, kind->frozen, "true");
}

/* With the variable that forbids to write the lock file.  Where the manager
 * refuses for that, `ret_status` says so, and nobody needs its words. */
static int run_frozen(const struct manager *manager, const char *const *words,
	int *ret_status, struct err *err)
{
	const struct lockfile *kind = manager->kind;
	struct manager frozen = *manager;
	AUTO_FD int out = nameless_in_memory("output");
	int failed;

	if (out < 0)
		return err_errno(err, "cannot hold the output of '%s'", *words);
	frozen.env = (struct strvec)STRVEC_INIT;
	fill_env(kind, true, &frozen.env);
	failed = run(&frozen, words, out, out, ret_status, err);
	strvec_release(&frozen.env);
	if (failed || *ret_status == kind->refuses)
		return failed;
	if (!lseek(out, 0, SEEK_SET))
		fs_copy(out, STDOUT_FILENO);
	return 0;
}

/* Where the packages are, so that the next time nobody has to be asked; and
 * which of them are new `since` (NULL: none were installed). */
static void learn(const struct manager *manager, bool frozen,
	const struct timespec *since)
{
	const struct lockfile *kind = manager->kind;
	const char *root = manager->deps->root;
	AUTO_STRVEC argv = STRVEC_INIT, env = STRVEC_INIT;
	AUTO_STRBUF paths = STRBUF_INIT, news = STRBUF_INIT;
	struct cmd cmd = { .cwd = root };
	struct err ignored = ERR_INIT;
	int status;

	if (!kind->list ||
		(!since && bundler_knows(manager->state, root, kind->file,
				   &manager->lock) != GEMS_MISSING))
		return;
	fill_argv(kind->list, &argv);
	fill_env(kind, frozen, &env);
	cmd.argv = argv.v;
	cmd.env = env.v;
	if (cmd_run(&cmd, &status, &paths, NULL, &ignored) || status)
		return;
	bundler_learn(manager->state, root, kind->file, &manager->lock, &paths);
	if (since)
		bundler_name_news(&manager->lock, &paths, since, &news);
	if (news.len)
		dprintf(STDOUT_FILENO, "%s: installed %s\n", manager->dep->path,
			news.buf);
}

static int failed(const struct manager *manager, const char *const *words,
	int status, struct err *err)
{
	return err_set(err,
		"%s %s failed with status %d: %sfix it and run "
		"'hookrun sync'",
		words[0], words[1], status,
		manager->ctx->by_hand ? "" : "the switch itself is done; ");
}

static int install(const struct manager *manager, struct err *err)
{
	const struct lockfile *kind = manager->kind;
	const char *const *words = lockfile_install(kind, &manager->lock);
	int status = kind->refuses;
	bool frozen = kind->frozen != NULL;
	struct timespec start;

	filetime_now(&start);
	say_command(manager, words);
	if (frozen && run_frozen(manager, words, &status, err))
		return -1;
	if (frozen && status == kind->refuses)
		frozen = false;
	if (!frozen &&
		run(manager, words, STDOUT_FILENO, STDERR_FILENO, &status, err))
		return -1;
	if (status)
		return failed(manager, words, status, err);
	learn(manager, frozen, &start);
	return 0;
}

static int satisfy(const struct manager *manager, struct err *err)
{
	bool satisfied;

	if (require_program(manager, manager->kind->install[0], err) ||
		require_version(manager, err) ||
		is_satisfied(manager, &satisfied, err))
		return -1;
	if (!satisfied)
		return install(manager, err);
	learn(manager, true, NULL);
	dprintf(STDOUT_FILENO, "%s: all of it is installed already\n",
		manager->dep->path);
	return 0;
}

static int satisfy_untouched(const struct manager *manager, struct err *err)
{
	AUTO_UNTOUCHED file = UNTOUCHED_INIT;
	AUTO_STRBUF line = STRBUF_INIT, command = STRBUF_INIT;
	int ret;

	strbuf_addf(&command, "%s install", manager->kind->install[0]);
	interrupt_hold();
	untouched_note(&file, manager->ctx->repo, manager->dep->file);
	ret = satisfy(manager, err);
	if (untouched_check(&file, command.buf, command.buf, &line))
		fs_write_all(STDOUT_FILENO, line.buf, line.len);
	interrupt_release();
	if (interrupt_noted())
		raise(interrupt_noted());
	return ret;
}

int manager_satisfy(struct step_ctx *ctx, const struct deps *deps,
	const struct dep *dep, struct state *state, struct err *err)
{
	struct manager manager = { .ctx = ctx,
		.deps = deps,
		.dep = dep,
		.kind = dep->kind,
		.lock = STRBUF_INIT,
		.env = STRVEC_INIT,
		.state = state };
	int ret;

	ruby_env_fill(&manager.env);
	ret = dep_text(dep, &manager.lock, err);
	if (!ret)
		ret = satisfy_untouched(&manager, err);
	strbuf_release(&manager.lock);
	strvec_release(&manager.env);
	return ret;
}
