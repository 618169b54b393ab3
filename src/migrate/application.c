/*
 * The application and its databases: options, which engine migrates it, where
 * it is, and whether there is one at all.
 */
#include "migrate/engine.h"
#include "migrate/ledger.h"
#include "migrate/own.h"

#include "hookrun/base/alloc.h"
#include "hookrun/config/keys.h"
#include "hookrun/steps/folder.h"

#define ENGINE_ROW(name) { #name, &migrate_engine_##name },
#define ENGINE_WORD(name) "|" #name

static const struct {
	const char *name;
	const struct migrate_engine *engine;
} engines[] = { MIGRATE_ENGINES(ENGINE_ROW) };

const struct key migrate_options[] = {
	{ .name = "engine",
		.type = KEY_ENUM,
		.words = &(MIGRATE_ENGINES(ENGINE_WORD))[1],
		.def = "rails",
		.help = "what migrates the database" },
	{ .name = "root",
		.type = KEY_STRING,
		.help = "folder of the application, instead of the job's" },
	{ .name = "mode",
		.type = KEY_ENUM,
		.words = "auto|ask|notify",
		.def = "auto",
		.help = "do the work, ask first, or only say so" },
	{ .name = "on_data_loss",
		.type = KEY_ENUM,
		.words = "snapshot|ask|allow|stop",
		.def = "snapshot",
		.help = "before migrations that take rows or values away" },
	{ .name = "lock_timeout",
		.type = KEY_DURATION,
		.def = "3s",
		.help = "how long to wait for locks of others" },
	{ .name = "ledger_max_age",
		.type = KEY_DURATION,
		.def = "10m",
		.help = "how long to believe that the database is as it was, "
			"where it cannot be looked at cheaply" },
	{ .name = "max_rollbacks",
		.type = KEY_INT,
		.def = "20",
		.help = "more rollbacks than that are refused" },
	{ .name = "atomic",
		.type = KEY_BOOL,
		.def = "true",
		.help = "all in one transaction where the database can" },
	{ .name = "replay",
		.type = KEY_BOOL,
		.def = "true",
		.help = "send again what was recorded, without a start, where "
			"all is as it was then" },
	{ .name = "changed",
		.type = KEY_ENUM,
		.words = "warn|redo",
		.def = "warn",
		.help = "what to do about an applied migration whose text "
			"changed" },
	{ .name = "renumbered",
		.type = KEY_ENUM,
		.words = "ask|auto|stop",
		.def = "ask",
		.help = "what to do about an applied migration that has "
			"another number now" },
	{ .name = "test_database",
		.type = KEY_ENUM,
		.words = "warn|reload|off",
		.def = "warn",
		.help = "what to do about databases of tests that have "
			"another schema" },
	{ .name = "irreversible",
		.type = KEY_ENUM,
		.words = "stop|skip",
		.def = "stop",
		.help = "what to do about a migration that cannot be rolled "
			"back" },
	{ .name = "database",
		.type = KEY_ENUM,
		.words = "shared|per_branch|per_worktree",
		.def = "shared",
		.help = "whose database it is: of all, or of each branch or "
			"work tree" },
	{ .name = "max_copies",
		.type = KEY_INT,
		.def = "20",
		.help = "how many databases of other branches are kept" },
	{ .name = "max_copies_mb",
		.type = KEY_INT,
		.def = "10000",
		.help = "how large they may be together, in MB" },
	{ .name = "database_env",
		.type = KEY_STRING,
		.help = "variable that the application has the name of a work "
			"tree's own database from" },
	{ .name = "env_file",
		.type = KEY_STRING,
		.def = ".env",
		.help = "ignored file in which the application finds that "
			"variable" },
	{ .name = NULL },
};

/* The word was validated. */
static const struct migrate_engine *read_engine(const struct node *with)
{
	const char *name = option_str(with, migrate_options, "engine");

	for (size_t i = 1; i < ARRAY_SIZE(engines); i++)
		if (!strcmp(engines[i].name, name))
			return engines[i].engine;
	return engines[0].engine;
}

static enum migrate_mode read_mode(const char *word)
{
	if (!strcmp(word, "ask"))
		return MODE_ASK;
	return strcmp(word, "notify") ? MODE_AUTO : MODE_NOTIFY;
}

static enum renumbered read_renumbered(const char *word)
{
	if (!strcmp(word, "auto"))
		return RENUMBERED_AUTO;
	return strcmp(word, "stop") ? RENUMBERED_ASK : RENUMBERED_STOP;
}

static void read_options(const struct node *with, struct migrate_opts *ret)
{
	ret->on_data_loss = option_str(with, migrate_options, "on_data_loss");
	ret->irreversible = option_str(with, migrate_options, "irreversible");
	ret->mode = read_mode(option_str(with, migrate_options, "mode"));
	ret->renumbered = read_renumbered(
		option_str(with, migrate_options, "renumbered"));
	ret->lock_timeout_ms = option_ms(with, migrate_options, "lock_timeout");
	ret->ledger_max_age_ms = option_ms(
		with, migrate_options, "ledger_max_age");
	ret->max_rollbacks = option_int(with, migrate_options, "max_rollbacks");
	ret->max_copies = option_int(with, migrate_options, "max_copies");
	ret->max_copies_mb = option_int(with, migrate_options, "max_copies_mb");
	ret->per_branch = !strcmp(
		option_str(with, migrate_options, "database"), "per_branch");
	ret->atomic = option_bool(with, migrate_options, "atomic");
	ret->replay = option_bool(with, migrate_options, "replay");
	ret->test_database = option_str(with, migrate_options, "test_database");
	ret->per_worktree = !strcmp(
		option_str(with, migrate_options, "database"), "per_worktree");
	ret->database_env = option_str(with, migrate_options, "database_env");
	ret->env_file = option_str(with, migrate_options, "env_file");
	ret->redo = !strcmp(
		option_str(with, migrate_options, "changed"), "redo");
}

static int locate(struct migrate *m, struct err *err)
{
	struct step_folder folder;

	if (step_folder(m->ctx, &folder, err))
		return -1;
	m->app = folder.path;
	m->app_rel = folder.rel;
	m->state_name = step_folder_state(m->ctx, &folder, "migrate");
	return 0;
}

int migrate_init(struct step_ctx *ctx, struct migrate *m,
	const char **ret_reason, struct err *err)
{
	*m = (struct migrate){ .ctx = ctx, .engine = read_engine(ctx->with) };
	read_options(ctx->with, &m->opts);
	if (heads_read(ctx, &m->heads, err))
		return -1;
	if (m->heads.ignore && !own_wants(m)) {
		*ret_reason = m->heads.ignore;
		return 0;
	}
	if (locate(m, err))
		return -1;
	answer_read(m);
	if (!m->engine->is_here(m)) {
		*ret_reason = arena_printf(ctx->arena,
			"no %s application in '%s'", m->engine->title,
			*m->app_rel ? m->app_rel : ".");
		return 0;
	}
	if (m->opts.per_branch)
		m->branch = repo_branch(ctx->repo, ctx->arena);
	m->data = m->engine->data ? m->engine->data(m) : NULL;
	ledger_look_around(m);
	return 1;
}

static int refuse_production(struct migrate *m, struct err *err)
{
	if (strcmp(m->environment, "production"))
		return 0;
	m->obstacle = OBSTACLE_PRODUCTION;
	return err_set_kind(err, ERR_REFUSED,
		"refused: the environment is 'production'; hookrun never "
		"migrates it (RAILS_ENV, RACK_ENV)");
}

static struct database *add_database(
	struct migrate *m, const struct db_target *target)
{
	static const char *const none[] = { NULL };
	struct database *db = &m->dbs[m->ndbs++];
	const char *const *own = (const char *const *)target->migrations_paths;

	*db = (struct database){ .name = target->name,
		.label = target->database,
		.key = target->key,
		.target = target,
		.dirs = migrate_dirs(m, target->name, own ? own : none),
		.lock_fd = -1 };
	return db;
}

static void cannot_tell(struct migrate *m, const char *why)
{
	m->native = false;
	m->why = why;
}

/* What Rails said, with the passwords that we know ourselves. */
static void add_answered(struct migrate *m)
{
	for (size_t i = 0; i < m->answer->nr; i++) {
		const struct answered *one = &m->answer->v[i];
		const struct db_target *own = answer_match(one, m->told);

		if (!own && one->closed)
			cannot_tell(m, one->closed);
		add_database(m, own ? own : one->target);
	}
}

static void add_told(struct migrate *m)
{
	if (m->distrust) {
		cannot_tell(
			m, arena_printf(m->ctx->arena,
				   "%s uses other databases than its files say",
				   m->engine->title));
		return;
	}
	for (size_t i = 0; i < m->told->nr; i++)
		add_database(m, &m->told->v[i]);
}

static void look_for_drivers(struct migrate *m)
{
	for (size_t i = 0; i < m->ndbs && m->native; i++)
		if (!db_supported(m->dbs[i].target))
			cannot_tell(m,
				arena_printf(m->ctx->arena,
					"the adapter '%s' is only known to %s",
					m->dbs[i].target->adapter,
					m->engine->title));
}

int migrate_resolve(struct migrate *m, struct err *err)
{
	struct arena *arena = m->ctx->arena;
	struct db_targets *told = arena_alloc(arena, sizeof(*told));
	int found = m->engine->targets(m->app, NULL, arena, told, &m->why, err);
	size_t max;

	if (found < 0)
		return -1;
	m->told = found ? told : NULL;
	m->native = found || m->answer;
	m->environment = m->answer && m->answer->environment
				 ? m->answer->environment
			 : told->environment ? told->environment
					     : "development";
	m->ndbs = 0;
	if (refuse_production(m, err))
		return -1;
	max = (m->answer ? m->answer->nr : 0) + told->nr + 1;
	m->dbs = arena_alloc(arena, max * sizeof(*m->dbs));
	if (m->answer)
		add_answered(m);
	else if (m->told)
		add_told(m);
	look_for_drivers(m);
	if (!m->native)
		m->ndbs = 0;
	return 0;
}
