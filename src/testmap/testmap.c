/*
 * The test-map step: keep the map that test selection works from.
 *
 * A map is made by running the whole suite, which may take an hour; a switch to
 * the main branch must not.  So the refresh runs in the background by default,
 * and what a user sees of it is one line and `hookrun status`.
 */
#include "hookrun/testmap/testmap.h"

#include "testmap/background.h"
#include "testmap/map_file.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/glob.h"
#include "hookrun/config/keys.h"
#include "hookrun/steps/folder.h"
#include "hookrun/steps/heads.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NAME "test-map"
#define BUSY "already being refreshed"

static const struct key options[] = {
	{ .name = "map",
		.type = KEY_STRING,
		.def = "tmp/crystalball_data.yml",
		.help = "file of the map" },
	{ .name = "max_age",
		.type = KEY_DURATION,
		.def = "24h",
		.help = "a map older than that is made anew" },
	{ .name = "branches",
		.type = KEY_LIST,
		.def = "main|master",
		.help = "branches on which the map is made" },
	{ .name = "refresh",
		.type = KEY_STRING,
		.def = "CRYSTALBALL=true bundle exec rspec",
		.help = "command that makes the map" },
	{ .name = "background",
		.type = KEY_BOOL,
		.def = "true",
		.help = "do not wait for the command" },
	{ .name = "timestamp",
		.type = KEY_ENUM,
		.words = "crystalball|mtime",
		.def = "crystalball",
		.help = "where the age of the map is read" },
	{ .name = NULL },
};

static void read_map(struct step_ctx *ctx, const struct step_folder *folder,
	struct map_file *ret)
{
	const char *path = option_str(ctx->with, options, "map");
	const char *kind = option_str(ctx->with, options, "timestamp");
	AUTO_FREE char *clean = NULL;

	clean = fs_clean(folder->path, path);
	ret->path = arena_strdup(ctx->arena, clean);
	ret->crystalball = !kind || strcmp(kind, "mtime") != 0;
	ret->max_age_ms = option_ms(ctx->with, options, "max_age");
}

/* 1 and 0: whether a glob of `branches` names the branch; -1. */
static int is_wanted(struct step_ctx *ctx, const char *branch, struct err *err)
{
	const char **globs = option_list(
		ctx->with, options, "branches", ctx->arena);

	for (; *globs; globs++) {
		struct glob *glob;

		if (glob_compile(ctx->arena, *globs, 0, &glob, err))
			return err_prefix(err, "'branches' of " NAME);
		if (glob_match(glob, branch, strlen(branch)))
			return 1;
	}
	return 0;
}

/* The command that is there by default starts with Bundler; one of the user's
 * own is his affair. */
static bool lacks_gemfile(
	struct step_ctx *ctx, const struct step_folder *folder)
{
	static const char *const names[] = { "Gemfile", "gems.rb" };

	if (node_get(ctx->with, "refresh"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		AUTO_FREE char *path = fs_join(folder->path, names[i]);

		if (fs_exists(path))
			return false;
	}
	return true;
}

/* Why nothing is to be done whatever the map is like: 1 and `ret_reason`. */
static int is_no_concern(struct step_ctx *ctx, const struct step_folder *folder,
	const char **ret_reason, struct err *err)
{
	const char *branch;
	struct heads heads;
	int wanted;

	if (heads_read(ctx, &heads, err))
		return -1;
	*ret_reason = heads.ignore;
	if (heads.ignore)
		return 1;
	*ret_reason = "there is no Gemfile, which its command needs";
	if (lacks_gemfile(ctx, folder))
		return 1;
	*ret_reason = "its folder is not there";
	if (!fs_is_dir(folder->path))
		return 1;
	branch = repo_branch(ctx->repo, ctx->arena);
	*ret_reason = "HEAD is detached";
	if (!branch)
		return 1;
	wanted = is_wanted(ctx, branch, err);
	*ret_reason = arena_printf(
		ctx->arena, "'%s' is not one of its branches", branch);
	return wanted < 0 ? -1 : !wanted;
}

static void describe(const struct map_file *map, enum map_verdict verdict,
	int64_t age, struct strbuf *out)
{
	switch (verdict) {
	case MAP_MISSING:
		strbuf_addstr(out, "missing");
		return;
	case MAP_HEADLESS:
		strbuf_addstr(out, "without data, left by an interrupted run");
		return;
	case MAP_EXPIRED:
	case MAP_FRESH:
		strbuf_addf(out, "%s, ",
			verdict == MAP_FRESH ? "fresh" : "expired");
		map_age_text(age, out);
		strbuf_addstr(out, " old");
		if (!map->max_age_ms)
			strbuf_addstr(out, ", never expires");
		return;
	}
}

static const char *reason_of(struct step_ctx *ctx, const struct map_file *map,
	enum map_verdict verdict, int64_t age)
{
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_addstr(&text, "map is ");
	describe(map, verdict, age, &text);
	return arena_strdup(ctx->arena, text.buf);
}

static int test_map_check(
	struct step_ctx *ctx, struct step_check *ret, struct err *err)
{
	struct background_state last;
	struct step_folder folder;
	enum map_verdict verdict;
	struct map_file map;
	int64_t age;
	int idle;

	ret->verdict = STEP_IDLE;
	if (step_folder(ctx, &folder, err))
		return -1;
	idle = is_no_concern(ctx, &folder, &ret->reason, err);
	if (idle)
		return idle < 0 ? -1 : 0;
	read_map(ctx, &folder, &map);
	background_look(repo_gitdir(ctx->repo),
		step_folder_state(ctx, &folder, NAME), &last);
	if (last.phase == BACKGROUND_RUNNING) {
		ret->reason = BUSY;
		return 0;
	}
	verdict = map_judge(&map, time(NULL), &age);
	ret->reason = reason_of(ctx, &map, verdict, age);
	if (verdict != MAP_FRESH)
		ret->verdict = STEP_WORK;
	return 0;
}

static void clean_up(const void *data)
{
	map_drop_headless(data);
}

static int run_here(const struct background *job, bool by_hand, struct err *err)
{
	int status = 0, ran;

	dprintf(STDOUT_FILENO, NAME ": %s\n", job->command);
	ran = background_wait(job, &status, err);
	if (ran < 0)
		return -1;
	if (!ran)
		dprintf(STDOUT_FILENO, NAME ": " BUSY "\n");
	if (!status)
		return 0;
	return err_set(err,
		"the refresh of the test map failed with status %d%s", status,
		by_hand ? "" : ": the switch itself is done");
}

static int run_detached(const struct background *job, struct err *err)
{
	AUTO_STRBUF log = STRBUF_INIT;
	int started = background_start(job, err);

	if (started < 0)
		return -1;
	background_log(job->git_dir, job->name, &log);
	if (started)
		dprintf(STDOUT_FILENO,
			NAME ": refreshing in the background (log: %s)\n",
			log.buf);
	else
		dprintf(STDOUT_FILENO, NAME ": " BUSY "\n");
	return 0;
}

static int test_map_run(
	struct step_ctx *ctx, struct step_check *check, struct err *err)
{
	struct step_folder folder;
	struct map_file map;
	struct background job = { .git_dir = repo_gitdir(ctx->repo),
		.command = option_str(ctx->with, options, "refresh"),
		.clean_up = clean_up,
		.data = &map };

	(void)check;
	if (step_folder(ctx, &folder, err))
		return -1;
	read_map(ctx, &folder, &map);
	job.name = step_folder_state(ctx, &folder, NAME);
	job.cwd = folder.path;
	if (option_bool(ctx->with, options, "background"))
		return run_detached(&job, err);
	return run_here(&job, ctx->by_hand, err);
}

/* "2h ago" */
static void add_since(int64_t then, struct strbuf *out)
{
	int64_t now = time(NULL);

	map_age_text(now > then ? now - then : 0, out);
	strbuf_addstr(out, " ago");
}

static void describe_last(
	const char *git_dir, const char *name, struct strbuf *out)
{
	struct background_state state, *last = &state;

	background_look(git_dir, name, last);
	switch (last->phase) {
	case BACKGROUND_NEVER:
		return;
	case BACKGROUND_RUNNING:
		strbuf_addf(out,
			"refreshing in the background (pid %ld), "
			"started ",
			(long)last->pid);
		add_since(last->started, out);
		break;
	case BACKGROUND_INTERRUPTED:
		strbuf_addstr(out, "last refresh: interrupted, started ");
		add_since(last->started, out);
		break;
	case BACKGROUND_OK:
		strbuf_addstr(out, "last refresh: ok, ");
		add_since(last->ended, out);
		break;
	case BACKGROUND_FAILED:
		strbuf_addf(out, "last refresh: failed with status %d, ",
			last->status);
		add_since(last->ended, out);
		break;
	}
	strbuf_addstr(out, " (log: ");
	background_log(git_dir, name, out);
	strbuf_addstr(out, ")\n");
}

static int test_map_status(
	struct step_ctx *ctx, struct strbuf *out, struct err *err)
{
	struct step_folder folder;
	enum map_verdict verdict;
	struct map_file map;
	int64_t age;

	if (step_folder(ctx, &folder, err))
		return -1;
	read_map(ctx, &folder, &map);
	verdict = map_judge(&map, time(NULL), &age);
	strbuf_addf(out, "%s: ", option_str(ctx->with, options, "map"));
	describe(&map, verdict, age, out);
	strbuf_addch(out, '\n');
	describe_last(repo_gitdir(ctx->repo),
		step_folder_state(ctx, &folder, NAME), out);
	return STEP_IN_LINE;
}

const struct step_ops step_test_map = {
	.name = NAME,
	.help = "refresh the test-selection map on the main branch",
	.options = options,
	.signs = true,
	.check = test_map_check,
	.run = test_map_run,
	.status = test_map_status,
};
