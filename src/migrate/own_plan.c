/*
 * A tree's own database is the one that the application uses there: a file that
 * lies in the tree is its own anyway; at a server the name has to be another
 * one, which the application takes from a variable.  So its configuration is
 * read once as the other tree has it, once to see where the variable goes, and
 * once with the value, which says whether the name is free of its tests, too.
 */
#include "migrate/own.h"

#include "migrate/engine.h"
#include "migrate/env_file.h"
#include "migrate/own_ledger.h"
#include "migrate/own_name.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/proc/env.h"
#include "hookrun/steps/donor.h"
#include "hookrun/steps/tree_env.h"

#include <unistd.h>

#define ENV_FILE_MAX (1 << 20)
#define NAME_MAX_BYTES 63 /* PostgreSQL's */
#define NUMBERS_MAX 1000

/* The databases of one environment: as the other tree has them, with the probe,
 * and as this tree is going to have them. */
struct readings {
	struct db_targets from, probed, to;
};

struct planning {
	struct migrate *m;
	struct own *own;
	struct donor donor;
	const char *donor_app;
	const char *donor_gitdir;
	const char *now; /* the variable in the other tree; NULL: not set */
	struct readings here, tests;
};

/* The databases of `app` with the variable at `value` (NULL: not set). */
static int targets_with(struct planning *p, const char *app,
	const char *environment, const char *value, struct db_targets *ret,
	const char **ret_why, struct err *err)
{
	struct migrate *m = p->m;
	AUTO_STRVEC env = STRVEC_INIT;
	char **ours = environ;
	int found;

	env_clean(&env);
	if (p->own->variable)
		env_set(&env, p->own->variable, value);
	environ = env.v;
	found = m->engine->targets(
		app, environment, m->ctx->arena, ret, ret_why, err);
	environ = ours;
	return found;
}

static int targets_surely(struct planning *p, const char *app,
	const char *value, struct db_targets *ret, struct err *err)
{
	const char *why = NULL;
	int found = targets_with(p, app, NULL, value, ret, &why, err);

	if (found)
		return found < 0 ? -1 : 0;
	return err_set(err,
		"which databases '%s' uses is not known without starting it: "
		"%s",
		app, why);
}

static const char *from_env_file(struct planning *p)
{
	AUTO_FREE char *path = fs_join(p->donor_app, p->m->opts.env_file);
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	if (fs_read(path, &text, ENV_FILE_MAX, &ignored) != 1)
		return NULL;
	return env_file_get(text.buf, p->own->variable, p->m->ctx->arena);
}

/* What the shell says of the other tree; NULL: nothing, or what is a third
 * tree's. */
static const char *from_shell(struct planning *p)
{
	struct arena *arena = p->m->ctx->arena;
	const char *name = p->own->variable, *env = getenv(name);
	const char *replaced;

	if (!env || !*env)
		return NULL;
	replaced = tree_env_replaced(p->m->ctx->repo, name, env, arena);
	if (!replaced)
		return arena_strdup(arena, env);
	return *replaced ? replaced : NULL;
}

/* What the variable says in the other tree, and said before it had databases
 * of its own. */
static void read_variable(struct planning *p)
{
	struct arena *arena = p->m->ctx->arena;
	const char *name = p->own->variable, *env = getenv(name);

	p->own->was = arena_strdup(arena, env ? env : "");
	if (p->donor_gitdir) {
		p->now = tree_env_get(p->donor_gitdir, name, arena);
		p->own->base = tree_env_base(p->donor_gitdir, name, arena);
	}
	if (!p->now)
		p->now = from_shell(p);
	if (!p->now)
		p->now = from_env_file(p);
	if (!p->own->base)
		p->own->base = p->now ? p->now : "";
}

static int find_donor(struct planning *p, struct err *err)
{
	struct step_ctx *ctx = p->m->ctx;
	AUTO_FREE char *app = NULL;
	struct repo *repo;

	if (donor_find(ctx, NULL, &p->donor, err))
		return -1;
	p->donor_app = p->m->app;
	p->own->donor = p->donor.name;
	if (!p->donor.path)
		return 0;
	app = fs_join(p->donor.path, p->m->app_rel);
	p->donor_app = arena_strdup(ctx->arena, app);
	if (repo_open(p->donor.path, &repo, err))
		return -1;
	p->donor_gitdir = arena_strdup(ctx->arena, repo_gitdir(repo));
	repo_free(repo);
	return 0;
}

static const struct db_target *named(
	const struct db_targets *targets, const char *name)
{
	for (size_t i = 0; i < targets->nr; i++)
		if (!strcmp(targets->v[i].name, name))
			return &targets->v[i];
	return NULL;
}

/* What that database is called with the probe; NULL: the application has its
 * name from elsewhere. */
static const char *probed_name(const struct readings *r, const char *name)
{
	const struct db_target *probed = named(&r->probed, name);

	return probed && own_name_is_governed(probed->database)
		       ? probed->database
		       : NULL;
}

/* The value by which a name becomes what it was before any tree had its own. */
static const char *base_value(const struct planning *p)
{
	struct arena *arena = p->m->ctx->arena;

	if (*p->own->base)
		return p->own->base;
	for (size_t i = 0; i < p->here.from.nr; i++) {
		const struct db_target *from = &p->here.from.v[i];
		const char *probed = probed_name(&p->here, from->name);

		if (probed)
			return own_name_value(probed, from->database, arena);
	}
	return NULL;
}

/* Is each of the names free, as far as hookrun knows, or this tree's already?
 */
static bool are_free(const struct planning *p)
{
	for (size_t i = 0; i < p->here.to.nr; i++)
		if (probed_name(&p->here, p->here.to.v[i].name) &&
			own_ledger_owner(p->m->ctx->repo,
				p->here.to.v[i].key) == OWN_LEDGER_OTHER)
			return false;
	return true;
}

static int choose_value(struct planning *p, struct err *err)
{
	struct migrate *m = p->m;
	const char *tree = fs_basename(repo_gitdir(m->ctx->repo));
	const char *base = base_value(p);

	for (unsigned nr = 1; nr < NUMBERS_MAX; nr++) {
		p->own->value = own_name_new(base, tree, nr, m->ctx->arena);
		if (targets_surely(p, m->app, p->own->value, &p->here.to, err))
			return -1;
		if (are_free(p))
			return 0;
	}
	return err_set(err, "there are too many databases of work trees");
}

static int check_lengths(const struct own *own, struct err *err)
{
	for (size_t i = 0; i < own->nr; i++)
		if (!own->v[i].to->path &&
			strlen(own->v[i].to->database) > NAME_MAX_BYTES)
			return err_set(err,
				"the name '%s' would be longer than %d bytes",
				own->v[i].to->database, NAME_MAX_BYTES);
	return 0;
}

/* Tests empty their database. */
static int check_tests(const struct planning *p, struct err *err)
{
	const struct db_targets *tests = &p->tests.to;

	for (size_t i = 0; i < tests->nr; i++)
		for (size_t j = 0; j < p->here.to.nr; j++)
			if (!strcmp(tests->v[i].key, p->here.to.v[j].key) &&
				probed_name(&p->here, p->here.to.v[j].name))
				return err_set(err,
					"with %s=%s the tests would use '%s', "
					"too, and empty it: let the "
					"environment 'test' not have its name "
					"from %s alone",
					p->own->variable, p->own->value,
					tests->v[i].database, p->own->variable);
	return 0;
}

/* Those of the tests, as far as they can be told: nothing depends on it. */
static void read_tests(struct planning *p)
{
	const char *const env = "test";
	struct readings r = { .to = { 0 } };
	struct err ignored = ERR_INIT;
	const char *why;

	if (p->own->variable &&
		targets_with(p, p->donor_app, env, p->now, &r.from, &why,
			&ignored) == 1 &&
		targets_with(p, p->m->app, env, OWN_PROBE, &r.probed, &why,
			&ignored) == 1 &&
		targets_with(p, p->m->app, env, p->own->value, &r.to, &why,
			&ignored) == 1)
		p->tests = r;
}

/* Databases of tests whose names the variable leaves alone are shared, and so
 * is no word lost about them; a file of theirs makes the first test. */
static void add_pairs(struct own *own, const struct readings *r, bool tests,
	struct strbuf *shared)
{
	for (size_t i = 0; i < r->to.nr; i++) {
		const struct db_target *to = &r->to.v[i];
		const struct db_target *from = named(&r->from, to->name);
		bool governed = probed_name(r, to->name) != NULL;

		if (!from)
			continue;
		if (strcmp(from->key, to->key) != 0 && (governed || !tests))
			own->v[own->nr++] =
				(struct own_db){ from, to, governed, tests };
		else if (!tests)
			strbuf_addf(shared, "%s%s", shared->len ? ", " : "",
				to->database);
	}
}

static void add_all(struct planning *p)
{
	struct arena *arena = p->m->ctx->arena;
	AUTO_STRBUF shared = STRBUF_INIT;

	p->own->v = arena_alloc(arena,
		(p->here.to.nr + p->tests.to.nr + 1) * sizeof(*p->own->v));
	add_pairs(p->own, &p->here, false, &shared);
	if (p->own->nr)
		add_pairs(p->own, &p->tests, true, &shared);
	p->own->shared = shared.len ? arena_strdup(arena, shared.buf) : NULL;
}

static int cannot_be_told(const struct planning *p, struct err *err)
{
	const char *name = p->own->variable;

	if (!name)
		return err_set_kind(err, ERR_ADVISED,
			"'database: per_worktree' needs to tell the "
			"application of another database: have "
			"config/database.yml take its name from a variable, "
			"and name that in the option 'database_env'");
	return err_set_kind(err, ERR_ADVISED,
		"config/database.yml does not take the name of a database "
		"from %s, which the option 'database_env' names",
		name);
}

int own_plan(struct migrate *m, struct err *err)
{
	struct own *own = arena_alloc(m->ctx->arena, sizeof(*own));
	struct planning p = { .m = m, .own = own };

	own->variable = m->opts.database_env;
	if (find_donor(&p, err))
		return -1;
	if (own->variable)
		read_variable(&p);
	if (targets_surely(&p, p.donor_app, p.now, &p.here.from, err))
		return -1;
	if (own->variable &&
		targets_surely(&p, m->app, OWN_PROBE, &p.here.probed, err))
		return -1;
	if (own->variable ? choose_value(&p, err)
			  : targets_surely(&p, m->app, NULL, &p.here.to, err))
		return -1;
	read_tests(&p);
	add_all(&p);
	if (!own->nr)
		return cannot_be_told(&p, err);
	m->own = own;
	return check_lengths(own, err) || check_tests(&p, err) ? -1 : 0;
}
