/*
 * All that a trial needs is in a folder of the common git directory, beside a
 * lock that is held while it goes on: texts, the plan, the scratch databases
 * that are files, and the names of those that a server has, written down before
 * they are made.  So what a killed run has left is found by the next one, which
 * drops the databases in its own start of the application and removes the
 * folder.
 *
 * When we are ended by a signal, the program is given the time to clean up.
 */
#include "migrate/trial.h"

#include "migrate/engine.h"
#include "migrate/stage.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/json.h"
#include "hookrun/proc/cmd.h"
#include "hookrun/proc/env.h"
#include "hookrun/proc/interrupt.h"
#include "hookrun/runner/ask.h"
#include "hookrun/steps/state.h"
#include "hookrun/steps/untouched.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define PLACE "check"		  /* in hookrun/ */
#define NAMES "databases"	  /* in a trial's folder, of those to drop */
#define LIMIT_MS (60 * 60 * 1000) /* the job has a timeout of its own */
#define RESULT_MAX (4 << 20)
#define OUTPUT_SHOWN 2000 /* bytes of what the program printed */

struct trial {
	struct migrate *m;
	const struct fresh *fresh;
	const struct trial_opts *opts;
	char id[32], *name, *dir;
	int lock_fd;
	struct strvec left; /* names of those that others have left */
	int *left_fds;	    /* their locks */
};

static char *folder(const struct trial *trial, const char *name)
{
	AUTO_FREE char *above = fs_join(
		repo_commondir(trial->m->ctx->repo), "hookrun");

	return fs_join(above, name);
}

static void remove_trial(const struct trial *trial, const char *name, int lock)
{
	AUTO_FREE char *dir = folder(trial, name);
	AUTO_STRBUF path = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	fs_remove_tree(dir, &ignored);
	strbuf_addf(&path, "%s.lock", dir);
	unlink(path.buf);
	close(lock);
}

/* Take over what has no owner any more. */
static void find_left(struct trial *trial)
{
	AUTO_FREE char *place = folder(trial, PLACE);
	const char *common = repo_commondir(trial->m->ctx->repo);
	AUTO_STRVEC names = STRVEC_INIT;
	struct err ignored = ERR_INIT;

	if (fs_list(place, &names, &ignored))
		return;
	trial->left_fds = xcalloc(names.nr + 1, sizeof(*trial->left_fds));
	for (size_t i = 0; i < names.nr; i++) {
		AUTO_FREE char *name = fs_join(PLACE, names.v[i]);
		AUTO_FREE char *dir = folder(trial, name);
		int fd;

		if (!fs_is_dir(dir) || !strcmp(name, trial->name))
			continue;
		fd = state_lock(common, name, 0, &ignored);
		if (fd < 0)
			continue;
		trial->left_fds[trial->left.nr] = fd;
		strvec_push(&trial->left, name);
	}
}

/* The program removes the list of names when all of them are gone; it may have
 * been killed before. */
static void leave_one(const struct trial *trial, const char *name, int lock)
{
	AUTO_FREE char *dir = folder(trial, name);

	if (fs_has(dir, NAMES))
		close(lock);
	else
		remove_trial(trial, name, lock);
}

static void leave(struct trial *trial)
{
	for (size_t i = 0; i < trial->left.nr; i++)
		leave_one(trial, trial->left.v[i], trial->left_fds[i]);
	strvec_release(&trial->left);
	free(trial->left_fds);
	leave_one(trial, trial->name, trial->lock_fd);
	free(trial->dir);
	free(trial->name);
}

static int enter(struct trial *trial, struct err *err)
{
	const char *common = repo_commondir(trial->m->ctx->repo);
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(trial->id, sizeof(trial->id), "%llx%05lx%lx",
		(unsigned long long)now.tv_sec, now.tv_nsec / 1000,
		(long)getpid());
	trial->name = fs_join(PLACE, trial->id);
	trial->dir = folder(trial, trial->name);
	trial->lock_fd = state_lock(common, trial->name, 0, err);
	if (trial->lock_fd < 0 || fs_mkdirs(trial->dir, 0700, err)) {
		free(trial->dir);
		free(trial->name);
		return -1;
	}
	find_left(trial);
	return 0;
}

static void write_left(struct json *json, const struct trial *trial)
{
	json_key(json, "left");
	json_open(json, '[');
	for (size_t i = 0; i < trial->left.nr; i++) {
		AUTO_FREE char *dir = folder(trial, trial->left.v[i]);
		AUTO_FREE char *names = fs_join(dir, NAMES);

		if (fs_exists(names))
			json_str(json, names);
	}
	json_close(json, ']');
}

static void write_list(
	struct json *json, const char *key, const char *const *list)
{
	json_key(json, key);
	json_open(json, '[');
	while (*list)
		json_str(json, *list++);
	json_close(json, ']');
}

static int write_plan(
	const struct trial *trial, const char *path, struct err *err)
{
	const struct fresh *fresh = trial->fresh;
	AUTO_STRBUF text = STRBUF_INIT, scratch = STRBUF_INIT;
	struct json json;

	strbuf_addf(&scratch, "hookrun_check_%s", trial->id);
	json_init(&json, &text, 1);
	json_open(&json, '{');
	json_kstr(&json, "dir", trial->dir);
	json_kstr(&json, "top", repo_worktree(trial->m->ctx->repo));
	json_kstr(&json, "git_dir", repo_gitdir(trial->m->ctx->repo));
	json_kstr(&json, "tree", fresh->tree.hex);
	json_kstr(&json, "base", *fresh->base.hex ? fresh->base.hex : NULL);
	json_kstr(&json, "warnings", trial->opts->warnings);
	write_list(&json, "ignore", trial->opts->ignore);
	json_kstr(&json, "scratch", scratch.buf);
	write_left(&json, trial);
	write_list(&json, "check", fresh->paths);
	json_close(&json, '}');
	return fs_write_cache(path, text.buf, text.len, err);
}

/* Its exit status, as of a shell, and all that it printed. */
static int start(struct trial *trial, const char *program, const char *plan,
	int *ret_status, struct strbuf *printed, struct strbuf *out,
	struct err *err)
{
	struct migrate *m = trial->m;
	AUTO_STRVEC env = STRVEC_INIT, argv = STRVEC_INIT;
	struct cmd cmd = { .cwd = m->app, .timeout_ms = LIMIT_MS };
	AUTO_UNTOUCHED lock = UNTOUCHED_INIT;
	int ret;

	m->engine->command(m, program, &env, &argv);
	env_set(&env, "HOOKRUN_PLAN", plan);
	cmd.argv = argv.v;
	cmd.env = env.v;
	untouched_note(&lock, m->ctx->repo,
		m->engine->lockfile ? m->engine->lockfile(m) : NULL);
	ret = cmd_run(&cmd, ret_status, printed, printed, err);
	untouched_check(&lock, m->engine->title, "bundle install", out);
	return ret;
}

/* The program did not come to say anything itself. */
static void tell_death(const struct trial *trial, int status,
	const struct strbuf *printed, struct strbuf *out)
{
	const struct migrate *m = trial->m;
	const char *end = printed->len > OUTPUT_SHOWN
				  ? printed->buf + printed->len - OUTPUT_SHOWN
				  : printed->buf;

	strbuf_addf(out,
		"%s%smigrations-check: cannot try the migrations: ", end,
		printed->len && end[strlen(end) - 1] != '\n' ? "\n" : "");
	if (m->engine->lacks_libraries(printed->buf)) {
		strbuf_addstr(
			out, "libraries are missing; install them with '");
		m->engine->type(m, TASK_LIBRARIES, NULL, 0, out);
		strbuf_addstr(out, "'\n");
		return;
	}
	strbuf_addf(out, "%s ended with status %d\n", m->engine->title, status);
}

static int try(struct trial *trial, struct strbuf *out, struct err *err)
{
	const char *const *scripts = trial->m->engine->check_scripts;
	AUTO_FREE char *program = fs_join(trial->dir, scripts[0]);
	AUTO_FREE char *plan = fs_join(trial->dir, "plan.json");
	AUTO_FREE char *result = fs_join(trial->dir, "result");
	AUTO_STRBUF printed = STRBUF_INIT;
	int status = 0, told;

	if (stage_scripts(trial->dir, scripts, err) ||
		write_plan(trial, plan, err) ||
		start(trial, program, plan, &status, &printed, out, err))
		return -1;
	told = fs_read(result, out, RESULT_MAX, err);
	if (told < 0)
		return -1;
	if (!told)
		tell_death(trial, status, &printed, out);
	return told && !status ? 0 : 1;
}

int trial_run(struct migrate *m, const struct fresh *fresh,
	const struct trial_opts *opts, struct strbuf *out, struct err *err)
{
	struct trial trial = { .m = m, .fresh = fresh, .opts = opts };
	int ret;

	if (enter(&trial, err))
		return -1;
	step_doing(m->ctx, arena_printf(m->ctx->arena, "trying %zu migration%s",
				   fresh->nr, fresh->nr == 1 ? "" : "s"));
	interrupt_hold();
	ret = try(&trial, out, err);
	leave(&trial);
	interrupt_release();
	return ret;
}
