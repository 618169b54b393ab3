/*
 * The step `migrations-check`: whoever writes a migration learns at its commit
 * that there is no way back from it, and not a colleague at the next switch.
 *
 * A commit or a push without new migrations costs nothing but a look at their
 * lists; else the application is started once.  What is found about locks on
 * large tables only warns by default, since how large a table is in production
 * nobody here knows.
 */
#include "hookrun/migrate/check.h"

#include "migrate/engine.h"
#include "migrate/trial.h"

#include "hookrun/base/alloc.h"
#include "hookrun/config/keys.h"
#include "hookrun/steps/folder.h"

#include <stdio.h>

#define NAME "migrations-check"

/* hooks/rails_hazards.rb has them. */
#define RULES                                                                  \
	"add_index|remove_index|wide_index|add_reference|add_foreign_key|"     \
	"add_check_constraint|add_exclusion_constraint|"                       \
	"add_unique_constraint|validate|change_column|change_column_null|"     \
	"change_column_default|add_column|default|auto_increment|generated|"   \
	"json|rename_column|rename_table|remove_column|force|execute|backfill"

static const struct key options[] = {
	{ .name = "root",
		.type = KEY_STRING,
		.help = "folder of the application, instead of the job's" },
	{ .name = "warnings",
		.type = KEY_ENUM,
		.words = "warn|fail|off",
		.def = "warn",
		.help = "what to do about statements that lock or rewrite "
			"large tables" },
	{ .name = "ignore",
		.type = KEY_LIST,
		.words = RULES,
		.help = "what of these is not told" },
	{ .name = "start_after",
		.type = KEY_STRING,
		.help = "version up to which migrations are left alone" },
	{ .name = NULL },
};

struct check {
	struct migrate m;
	struct fresh_list fresh;
};

static int idle(struct step_check *ret, const char *reason)
{
	ret->verdict = STEP_IDLE;
	ret->reason = reason;
	return 0;
}

static int prepare(struct step_ctx *ctx, struct migrate *m, struct err *err)
{
	struct step_folder folder;
	int found;

	*m = (struct migrate){ .ctx = ctx, .engine = &migrate_engine_rails };
	if (step_folder(ctx, &folder, err))
		return -1;
	m->app = folder.path;
	m->app_rel = folder.rel;
	found = repo_head_again(ctx->repo, &m->heads.cur, err);
	if (!found)
		m->heads.cur = (struct oid){ "" };
	return found < 0 ? -1 : 0;
}

/* A version as files have it, or with Rails' underscores. */
static int read_after(struct step_ctx *ctx, int64_t *ret, struct err *err)
{
	const char *text = option_str(ctx->with, options, "start_after");

	*ret = 0;
	for (const char *c = text ? text : ""; *c; c++) {
		if (*c == '_')
			continue;
		if (*c < '0' || *c > '9' || *ret > INT64_MAX / 10 - 1)
			return err_set(err,
				"'start_after' is no version of a migration: "
				"'%s'",
				text);
		*ret = *ret * 10 + (*c - '0');
	}
	return 0;
}

static int check_check(
	struct step_ctx *ctx, struct step_check *ret, struct err *err)
{
	struct check *check = arena_alloc(ctx->arena, sizeof(*check));
	struct migrate *m = &check->m;
	int64_t after;

	if (ctx->by_hand)
		return idle(ret, "it is for commits and pushes");
	if (read_after(ctx, &after, err) || prepare(ctx, m, err) ||
		fresh_find(m, after, &check->fresh, err))
		return err_prefix(err, NAME);
	if (!check->fresh.nr)
		return idle(ret, "no new migrations");
	if (!m->engine->is_here(m))
		return idle(ret,
			arena_printf(ctx->arena, "no %s application in '%s'",
				m->engine->title,
				*m->app_rel ? m->app_rel : "."));
	ret->state = check;
	ret->verdict = STEP_WORK;
	return 0;
}

static int check_run(
	struct step_ctx *ctx, struct step_check *found, struct err *err)
{
	struct check *check = found->state;
	const struct trial_opts opts = {
		.warnings = option_str(ctx->with, options, "warnings"),
		.ignore = option_list(ctx->with, options, "ignore", ctx->arena),
	};
	int bad = 0;

	check->m.ctx = ctx;
	for (size_t i = 0; i < check->fresh.nr; i++) {
		AUTO_STRBUF out = STRBUF_INIT;
		int ret = trial_run(
			&check->m, &check->fresh.v[i], &opts, &out, err);

		fputs(out.buf, stdout);
		fflush(stdout);
		if (ret < 0)
			return err_prefix(err, NAME);
		bad |= ret;
	}
	*err->msg = '\0';
	return bad ? -1 : 0;
}

const struct step_ops step_migrations_check = {
	.name = NAME,
	.help = "tries new migrations, up, down and up, on a scratch database",
	.options = options,
	.signs = true,
	.check = check_check,
	.run = check_run,
};
