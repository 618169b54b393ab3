/*
 * Rails.  Its databases are found from config/database.yml as far as that goes
 * without Ruby (hookrun/db/target.h).  The driver runs under Bundler where the
 * application has a Gemfile (as bin/rails does it: `bundle exec` would start
 * Ruby twice), and without Spring, which would keep an application of the old
 * branch.
 */
#include "migrate/engine.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/lines.h"
#include "hookrun/proc/env.h"
#include "hookrun/steps/ruby_env.h"

#include <inttypes.h>

/* Of the gem data_migrate. */
#define DATA_FOLDER "db/data"
#define DATA_SETTINGS "config/initializers/data_migrate.rb"

#define CODE_MAX (1 << 20) /* bytes of a file that is looked at */

static const char *const schemas[] = { "db/schema.rb", "db/structure.sql",
	NULL };
static const char *const settings[] = { "config/database.yml", ".env*",
	"config/application.rb", NULL };
static const char *const code[] = { "config/*.rb", "config/*.yml",
	"config/*.yaml", "config/environments/*.rb", "config/initializers/*.rb",
	"config/credentials*", "config/credentials/*", "config/master.key",
	NULL };
static const char *const libraries[] = { "Gemfile", "gems.rb", NULL };
static const char *const locked[] = { "Gemfile.lock", "gems.locked",
	".ruby-version", ".tool-versions", ".bundle/config", NULL };
static const char *const steering[] = { "BUNDLE_GEMFILE", "BUNDLE_LOCKFILE",
	"BUNDLE_APP_CONFIG", "BUNDLE_PATH*", "BUNDLE_WITH*", "BUNDLE_ONLY",
	"BUNDLE_LOCAL*", "RUBYOPT", "RUBYLIB", "GEM_HOME", "GEM_PATH",
	"RBENV_VERSION", NULL };
static const char *const scripts[] = { "rails_driver.rb", "rails_compat.rb",
	"rails_fence.rb", "rails_loss.rb", "rails_kept.rb", "rails_code.rb",
	"rails_errors.rb", "rails_halfway.rb", "rails_inputs.rb",
	"rails_layout.rb", "rails_record.rb", "rails_purity.rb",
	"print_postgresql.sql", "print_sqlite.sql", "variables.txt", NULL };

static const char *const check_scripts[] = { "rails_check.rb", "rails_trial.rb",
	"rails_scratch.rb", "rails_outside.rb", "rails_lines.rb",
	"rails_facts.rb", "rails_hazards.rb", "rails_statements.rb",
	"rails_silence.rb", "rails_compat.rb", "rails_errors.rb",
	"rails_fence.rb", "rails_layout.rb", "rails_purity.rb",
	"print_postgresql.sql", "print_sqlite.sql", NULL };

/* In a folder of the work tree that the application is in: its engine's. */
static bool has_above(const struct migrate *m, const char *name)
{
	AUTO_FREE char *dir = fs_dirname(m->app_rel);

	while (*m->app_rel) {
		AUTO_FREE char *path = fs_join(
			repo_worktree(m->ctx->repo), dir);
		char *above = fs_dirname(dir);

		if (fs_has(path, name)) {
			free(above);
			return true;
		}
		free(dir);
		dir = above;
		if (!strcmp(path, repo_worktree(m->ctx->repo)))
			break;
	}
	return false;
}

/* Does its configuration say that its migrations are elsewhere? */
static bool names_folders(const struct migrate *m)
{
	AUTO_FREE char *path = fs_join(m->app, "config/application.rb");
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	return fs_read(path, &text, CODE_MAX, &ignored) == 1 &&
	       strstr(text.buf, "db/migrate");
}

static bool has_migrations(struct migrate *m)
{
	AUTO_FREE char *folder = fs_join(m->app, "db");
	AUTO_FREE char *in_tree = fs_join(m->app_rel, "db");
	struct err ignored = ERR_INIT;
	struct oid oid;

	return fs_is_dir(folder) ||
	       repo_path_oid(m->ctx->repo, &m->heads.cur, in_tree, &oid,
		       &ignored) == 1 ||
	       m->remembered || has_above(m, "db/migrate") || names_folders(m);
}

static bool is_here(struct migrate *m)
{
	AUTO_FREE char *yml = fs_join(m->app, "config/database.yml");
	AUTO_FREE char *boot = fs_join(m->app, "config/environment.rb");
	const char *url = getenv("DATABASE_URL");

	return (fs_exists(yml) || (url && *url && fs_exists(boot))) &&
	       has_migrations(m);
}

static bool has_gemfile(const struct migrate *m, const struct strvec *env)
{
	AUTO_FREE char *gemfile = fs_join(m->app, "Gemfile");
	AUTO_FREE char *gems = fs_join(m->app, "gems.rb");

	return env_get(env, "BUNDLE_GEMFILE") || fs_exists(gemfile) ||
	       fs_exists(gems) || has_above(m, "Gemfile") ||
	       has_above(m, "gems.rb");
}

static void load_test(
	const struct migrate *m, struct strvec *env, struct strvec *argv)
{
	ruby_env_fill(env);
	env_set(env, "DISABLE_SPRING", "1");
	env_set(env, "RAILS_ENV", NULL);
	env_set(env, "RACK_ENV", NULL);
	if (fs_has(m->app, "bin/rails")) {
		strvec_push(argv, "bin/rails");
	} else {
		strvec_push(argv, "bundle");
		strvec_push(argv, "exec");
		strvec_push(argv, "rake");
	}
	strvec_push(argv, "db:test:prepare");
}

static void command(const struct migrate *m, const char *driver,
	struct strvec *env, struct strvec *argv)
{
	ruby_env_fill(env);
	env_set(env, "DISABLE_SPRING", "1");
	strvec_push(argv, "ruby");
	if (has_gemfile(m, env))
		strvec_push(argv, "-rbundler/setup");
	strvec_push(argv, driver);
}

/* As Bundler finds it: beside the Gemfile. */
static const char *lockfile(const struct migrate *m)
{
	AUTO_STRVEC env = STRVEC_INIT;
	const char *gemfile;
	AUTO_FREE char *path = NULL;
	size_t len;

	ruby_env_fill(&env);
	gemfile = env_get(&env, "BUNDLE_GEMFILE");
	if (!gemfile)
		gemfile = fs_has(m->app, "gems.rb") ? "gems.rb" : "Gemfile";
	path = fs_clean(m->app, gemfile);
	len = strlen(path);
	if (len > 3 && !strcmp(fs_basename(path), "gems.rb"))
		return arena_printf(
			m->ctx->arena, "%.*s.locked", (int)(len - 3), path);
	return arena_printf(m->ctx->arena, "%s.lock", path);
}

/* What `... data_migrations_path = "db/rows/"` has in quotes; NULL: something
 * that Ruby has to be asked for. */
static const char *folder_of(const struct line *line, struct arena *arena)
{
	const char *end = line->text + line->len;
	const char *at = memchr(line->text, '=', line->len);
	const char *close;
	char quote;

	at = at ? at + 1 : end;
	while (at < end && *at == ' ')
		at++;
	quote = at < end ? *at++ : '\0';
	close = quote == '"' || quote == '\''
			? memchr(at, quote, (size_t)(end - at))
			: NULL;
	if (!close || memchr(at, '#', (size_t)(close - at)))
		return NULL;
	while (close > at && close[-1] == '/')
		close--;
	return arena_strndup(arena, at, (size_t)(close - at));
}

static const char *data_folder(const struct migrate *m)
{
	static const char name[] = "data_migrations_path";
	AUTO_FREE char *path = fs_join(m->app, DATA_SETTINGS);
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;
	struct lines lines;
	struct line line;

	if (fs_read(path, &text, CODE_MAX, &ignored) < 1)
		return DATA_FOLDER;
	lines = (struct lines){ text.buf, text.buf + text.len };
	while (lines_next(&lines, &line))
		if (!line_starts(&line, "#") &&
			memmem(line.text, line.len, name, strlen(name)))
			return folder_of(&line, m->ctx->arena);
	return DATA_FOLDER;
}

/* The gems apartment and ros-apartment. */
static bool has_apartment(const struct migrate *m)
{
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	return fs_read(lockfile(m), &text, CODE_MAX, &ignored) == 1 &&
	       (strstr(text.buf, "\n    apartment (") ||
		       strstr(text.buf, "\n    ros-apartment ("));
}

static bool lacks_gems(const char *output)
{
	static const char *const signs[] = { "Could not find", "bundle install",
		"Gem::", "Bundler::", "bundler/setup" };

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (strstr(output, signs[i]))
			return true;
	return false;
}

/* How its tasks are called here. */
static const char *caller(const struct migrate *m)
{
	AUTO_FREE char *rails = fs_join(m->app, "bin/rails");
	AUTO_STRVEC env = STRVEC_INIT;

	if (fs_exists(rails))
		return "bin/rails";
	ruby_env_fill(&env);
	return has_gemfile(m, &env) ? "bundle exec rake" : "rake";
}

/* Rails' own task speaks to the primary database alone. */
static void belong(
	const struct migrate *m, const char *database, struct strbuf *out)
{
	AUTO_STRVEC env = STRVEC_INIT;

	ruby_env_fill(&env);
	strbuf_addf(out,
		"RAILS_ENV=%s %sruby -r ./config/environment -e "
		"\"ActiveRecord::Base.establish_connection(:'%s')"
		".with_connection { |c| c.execute(%%(UPDATE "
		"ar_internal_metadata SET value = '%s' "
		"WHERE key = 'environment')) }\"",
		m->environment, has_gemfile(m, &env) ? "bundle exec " : "",
		database, m->environment);
}

/* Rails writes the schema after each task that changes it, which would be in
 * the way of the next switch. */
static void type(const struct migrate *m, enum engine_task task,
	const char *database, int64_t version, struct strbuf *out)
{
	const char *rails = caller(m);
	bool several = m->ndbs > 1 && database;

	switch (task) {
	case TASK_DOWN:
		strbuf_addf(out,
			"SCHEMA=/dev/null %s db:migrate:down%s%s "
			"VERSION=%" PRId64,
			rails, several ? ":" : "", several ? database : "",
			version);
		break;
	case TASK_PREPARE:
		strbuf_addf(out, "%s db:prepare", rails);
		break;
	case TASK_ANEW:
		strbuf_addf(out, "%s db:drop db:create db:schema:load", rails);
		break;
	case TASK_ENVIRONMENT:
		if (several) {
			belong(m, database, out);
			break;
		}
		strbuf_addf(out, "%s db:environment:set RAILS_ENV=%s", rails,
			m->environment);
		break;
	case TASK_LIBRARIES:
		strbuf_addstr(out, "bundle install");
		break;
	case TASK_DATA:
		strbuf_addf(out, "%s data:migrate", rails);
		break;
	case TASK_TENANTS:
		strbuf_addf(out, "%s apartment:migrate", rails);
		break;
	}
}

const struct migrate_engine migrate_engine_rails = {
	.title = "Rails",
	.schemas = schemas,
	.data = data_folder,
	.data_settings = DATA_SETTINGS,
	.data_schema = "db/data_schema.rb",
	.settings = settings,
	.code = code,
	.libraries = libraries,
	.locked = locked,
	.steering = steering,
	.is_here = is_here,
	.targets = db_targets_read,
	.scripts = scripts,
	.check_scripts = check_scripts,
	.lockfile = lockfile,
	.load_test = load_test,
	.command = command,
	.has_tenants = has_apartment,
	.leave_production = "unset RAILS_ENV RACK_ENV",
	.lacks_libraries = lacks_gems,
	.type = type,
};
