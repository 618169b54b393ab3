/*
 * Asking and starting the package managers.
 *
 * One hookrun at a time installs into a work tree: two quick switches in a row
 * would set two `bundle install` on the same folder.  Whoever waited, for the
 * other or for an answer, looks again, because HEAD may have moved on and the
 * other may have done the work.
 * What was installed is remembered only after success, so that every later
 * event tries again.
 */
#include "deps/deps_install.h"

#include "hookrun/steps/ruby_env.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/proc/child.h"
#include "hookrun/proc/env.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LOCK_WAIT_MS (10 * 60 * 1000)

/* argv and its words are constants; child.h wants what execve wants. */
static void fill_argv(const char *const *words, struct strvec *ret)
{
	for (; *words; words++)
		strvec_push(ret, *words);
}

static int require_program(const char *name, const struct dep *dep,
	const struct strvec *env, struct err *err)
{
	const char *path = env_get(env, "PATH");
	AUTO_FREE char *found = fs_find_program(name, path ? path : "");

	if (found)
		return 0;
	return err_set(err,
		"'%s' changed, but '%s' is not on PATH: install it and run "
		"'hookrun sync'",
		dep->path, name);
}

/* Run to the end; with `quiet` nothing that it prints is seen. */
static int run(const char *const *words, const struct deps *deps,
	const struct strvec *env, bool quiet, int *ret_status, struct err *err)
{
	AUTO_STRVEC argv = STRVEC_INIT;
	struct child_opts opts = { .env = env->v, .cwd = deps->root };
	pid_t pid;

	fill_argv(words, &argv);
	opts.argv = argv.v;
	if (!quiet) {
		opts.fds[0] = (struct child_fd){ STDOUT_FILENO, STDOUT_FILENO };
		opts.fds[1] = (struct child_fd){ STDERR_FILENO, STDERR_FILENO };
		opts.nfds = 2;
	}
	if (child_spawn(&opts, &pid, err))
		return -1;
	*ret_status = child_wait(pid);
	return 0;
}

static int is_satisfied(const struct dep *dep, const struct deps *deps,
	const struct strvec *env, bool *ret, struct err *err)
{
	int status = 1;

	*ret = false;
	if (dep->kind->check &&
		run(dep->kind->check, deps, env, true, &status, err))
		return -1;
	*ret = status == 0;
	return 0;
}

static void say_command(const struct dep *dep, const char *const *words)
{
	AUTO_STRBUF line = STRBUF_INIT;

	strbuf_addf(&line, "%s:", dep->path);
	for (; *words; words++)
		strbuf_addf(&line, " %s", *words);
	strbuf_addch(&line, '\n');
	fs_write_all(STDOUT_FILENO, line.buf, line.len);
}

/* Package managers complete lock files, for example with this platform. */
static void tell_if_modified(
	struct step_ctx *ctx, const struct dep *dep, const struct oid *before)
{
	struct err ignored = ERR_INIT;
	struct oid after;

	if (dep->tracked &&
		!repo_hash_file(ctx->repo, dep->file, &after, &ignored) &&
		!oid_eq(before, &after))
		dprintf(STDOUT_FILENO,
			"%s was modified by the installation: see 'git diff'\n",
			dep->path);
}

static int failed(struct step_ctx *ctx, const char *const *words, int status,
	struct err *err)
{
	return err_set(err,
		"%s %s failed with status %d: %sfix it and run "
		"'hookrun sync'",
		words[0], words[1], status,
		ctx->by_hand ? "" : "the switch itself is done; ");
}

static int install(struct step_ctx *ctx, const struct deps *deps,
	const struct dep *dep, const struct strvec *env, struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT;
	const char *const *words;
	struct oid before;
	int status;

	if (dep_text(dep, &text, err) ||
		repo_hash_file(ctx->repo, dep->file, &before, err))
		return -1;
	words = lockfile_install(dep->kind, &text);
	say_command(dep, words);
	if (run(words, deps, env, false, &status, err))
		return -1;
	if (status)
		return failed(ctx, words, status, err);
	tell_if_modified(ctx, dep, &before);
	return 0;
}

static int satisfy(struct step_ctx *ctx, const struct deps *deps,
	const struct dep *dep, struct err *err)
{
	AUTO_STRVEC env = STRVEC_INIT;
	bool satisfied;

	ruby_env_fill(&env);
	if (require_program(dep->kind->install[0], dep, &env, err) ||
		is_satisfied(dep, deps, &env, &satisfied, err))
		return -1;
	if (!satisfied)
		return install(ctx, deps, dep, &env, err);
	dprintf(STDOUT_FILENO, "%s: all of it is installed already\n",
		dep->path);
	return 0;
}

/* By hand an installation may have changed the file that counts. */
static int remember(struct step_ctx *ctx, struct state *state, struct dep *dep,
	struct err *err)
{
	if (ctx->by_hand || !dep->tracked)
		if (repo_hash_file(ctx->repo, dep->file, &dep->cur, err))
			return -1;
	dep_remember(state, dep);
	return state_save(state, err);
}

static int take_lock(struct step_ctx *ctx, bool *ret_waited, struct err *err)
{
	const char *dir = repo_gitdir(ctx->repo);
	int fd = state_lock(dir, DEPS_STATE, 0, err);

	if (fd != -2)
		return fd;
	*ret_waited = true;
	dprintf(STDOUT_FILENO, "waiting for another hookrun that installs\n");
	fd = state_lock(dir, DEPS_STATE, LOCK_WAIT_MS, err);
	if (fd == -2)
		return err_set(err,
			"another hookrun has been installing for too long");
	return fd;
}

static int read_again(struct step_ctx *ctx, struct deps *deps,
	struct state *state, struct err *err)
{
	if (repo_head(ctx->repo, &deps->heads.cur, err) < 0)
		return -1;
	return deps_read(ctx, &deps->heads, state, deps, err);
}

int deps_install(
	struct step_ctx *ctx, struct deps *deps, bool later, struct err *err)
{
	AUTO_FD int lock = take_lock(ctx, &later, err);
	struct state state;
	int ret = 0;

	if (lock < 0)
		return -1;
	state_load(repo_gitdir(ctx->repo), DEPS_STATE, &state);
	if (later)
		ret = read_again(ctx, deps, &state, err);
	for (size_t i = 0; !ret && i < deps->nr; i++) {
		if (!deps->v[i].changed)
			continue;
		ret = satisfy(ctx, deps, &deps->v[i], err);
		if (!ret)
			ret = remember(ctx, &state, &deps->v[i], err);
	}
	state_release(&state);
	return ret;
}
