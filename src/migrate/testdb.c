/*
 * The database of the tests is loaded from the schema's file, not migrated, and
 * Rails loads it again only where a migration is missing there.  One that the
 * other branch has and this one has not goes unnoticed, and tests fail for
 * reasons that are nowhere in the code.
 *
 * Rails notes the digest of the file that it has loaded, so that one query
 * tells. Where there is none, the database was migrated, and the versions tell.
 */
#include "migrate/testdb.h"

#include "migrate/engine.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/sha1.h"
#include "hookrun/proc/cmd.h"
#include "hookrun/steps/state.h"
#include "hookrun/steps/untouched.h"

#include <sys/stat.h>

#define CONNECT_MS 1000
#define RELOAD_MS (10 * 60 * 1000)
#define SCHEMA_MAX (64 << 20)
#define ENVIRONMENT "test"

static bool is_test(const char *variable)
{
	const char *value = getenv(variable);

	return value && !strcmp(value, ENVIRONMENT);
}

static void add_stat(struct strbuf *out, const char *path)
{
	struct stat st;

	if (!stat(path, &st))
		strbuf_addf(out, "%s %llu.%lld.%lld.%09ld ", fs_basename(path),
			(unsigned long long)st.st_ino, (long long)st.st_size,
			(long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

/* "db/animals_schema.rb", for what Rails calls primary "db/schema.rb". */
static char *schema_path(
	const struct migrate *m, const char *schema, const char *name)
{
	AUTO_FREE char *dir = fs_dirname(schema);
	AUTO_STRBUF file = STRBUF_INIT;
	AUTO_FREE char *in_app = NULL;

	if (strcmp(name, "primary") != 0)
		strbuf_addf(&file, "%s_", name);
	strbuf_addstr(&file, fs_basename(schema));
	in_app = fs_join(dir, file.buf);
	return fs_join(m->app, in_app);
}

/* What the files with the schema are, to see that they are others. */
static const char *files_print(const struct migrate *m)
{
	const char *const *schemas = m->engine->schemas;
	AUTO_STRBUF print = STRBUF_INIT;

	for (size_t i = 0; schemas[i]; i++) {
		AUTO_FREE char *path = schema_path(m, schemas[i], "primary");

		add_stat(&print, path);
	}
	return print.len ? arena_strdup(m->ctx->arena, print.buf) : NULL;
}

static void load(struct migrate *m, struct state *state)
{
	const char *name = arena_printf(
		m->ctx->arena, "%s-test", m->state_name);

	state_load(repo_gitdir(m->ctx->repo), name, state);
}

void testdb_remember(struct migrate *m)
{
	struct err ignored = ERR_INIT;
	AUTO_STATE state;

	load(m, &state);
	state_set(&state, "seen", files_print(m));
	state_save(&state, &ignored);
}

static bool was_seen(struct migrate *m, const char *print)
{
	const char *seen;
	AUTO_STATE state;

	load(m, &state);
	seen = state_get(&state, "seen");
	return seen && !strcmp(seen, print);
}

enum schema { NO_FILE, SAME, OTHER };

static enum schema compare_digest(
	const struct migrate *m, const char *name, const char *digest)
{
	const char *const *schemas = m->engine->schemas;
	enum schema found = NO_FILE;

	for (size_t i = 0; schemas[i] && found != SAME; i++) {
		AUTO_FREE char *path = schema_path(m, schemas[i], name);
		AUTO_STRBUF text = STRBUF_INIT;
		struct err ignored = ERR_INIT;
		char hex[SHA1_HEX_SIZE];

		if (fs_read(path, &text, SCHEMA_MAX, &ignored) < 1)
			continue;
		sha1_hex(text.buf, text.len, hex);
		found = strcmp(hex, digest) ? OTHER : SAME;
	}
	return found;
}

/* Whether exactly the migrations that are here are applied there. */
static bool same_versions(struct migrate *m, const struct db_target *target,
	const struct db_facts *facts)
{
	struct migrations list = { .arena = m->ctx->arena };
	const char **dirs = migrate_dirs(
		m, target->name, (const char *const *)target->migrations_paths);
	struct err ignored = ERR_INIT;

	for (size_t i = 0; dirs[i]; i++)
		if (migrations_on_disk(m->app, dirs[i], &list, &ignored))
			return true;
	migrations_sort(&list);
	if (list.nr != facts->napplied)
		return false;
	for (size_t i = 0; i < list.nr; i++)
		if (list.v[i].version != facts->applied[i])
			return false;
	return true;
}

static bool has_other_schema(struct migrate *m, const struct db_target *target)
{
	struct err ignored = ERR_INIT;
	struct db_facts facts;
	struct db *db;
	int failed;

	if (!db_supported(target) ||
		db_open_hurried(target, CONNECT_MS, &db, &ignored))
		return false;
	failed = db_read_facts(db, m->ctx->arena, &facts, &ignored);
	db_close(db);
	if (failed || !facts.has_migrations_table ||
		(facts.environment && strcmp(facts.environment, ENVIRONMENT)))
		return false;
	if (!facts.schema_sha1)
		return !same_versions(m, target, &facts);
	return compare_digest(m, target->name, facts.schema_sha1) == OTHER;
}

static void find_others(struct migrate *m)
{
	struct db_targets targets = { 0 };
	struct err ignored = ERR_INIT;
	const char *why;
	size_t nr = 0;

	if (m->distrust ||
		m->engine->targets(m->app, ENVIRONMENT, m->ctx->arena, &targets,
			&why, &ignored) != 1)
		return;
	m->tests = arena_alloc(
		m->ctx->arena, (targets.nr + 1) * sizeof(*m->tests));
	for (size_t i = 0; i < targets.nr; i++)
		if (has_other_schema(m, &targets.v[i]))
			m->tests[nr++] = targets.v[i].database;
	if (!nr)
		m->tests = NULL;
}

void testdb_look(struct migrate *m, bool always)
{
	const char *print = files_print(m);

	m->tests = NULL;
	if (!print || !m->engine->load_test ||
		!strcmp(m->opts.test_database, "off") || is_test("RAILS_ENV") ||
		is_test("RACK_ENV") || (!always && was_seen(m, print)))
		return;
	find_others(m);
	if (!m->tests)
		testdb_remember(m);
}

static void add_names(const struct migrate *m, struct strbuf *out)
{
	for (size_t i = 0; m->tests[i]; i++)
		strbuf_addf(out, "%s'%s'", i ? ", " : "", m->tests[i]);
}

static void add_command(const struct migrate *m, struct strbuf *out)
{
	AUTO_STRVEC env = STRVEC_INIT, argv = STRVEC_INIT;

	m->engine->load_test(m, &env, &argv);
	for (size_t i = 0; i < argv.nr; i++)
		strbuf_addf(out, "%s%s", i ? " " : "", argv.v[i]);
}

void testdb_text(const struct migrate *m, struct strbuf *out)
{
	if (!m->tests)
		return;
	strbuf_addf(out, "the test database%s ", m->tests[1] ? "s" : "");
	add_names(m, out);
	strbuf_addf(out, " %s another schema than this tree; load it with '",
		m->tests[1] ? "have" : "has");
	add_command(m, out);
	strbuf_addstr(out, "'");
	if (*m->app_rel)
		strbuf_addf(out, " in '%s'", m->app_rel);
	strbuf_addch(out, '\n');
}

static int run_task(struct migrate *m, struct strbuf *printed, struct err *err)
{
	AUTO_STRVEC env = STRVEC_INIT, argv = STRVEC_INIT;
	struct cmd cmd = { .cwd = m->app, .timeout_ms = RELOAD_MS };
	AUTO_UNTOUCHED lock = UNTOUCHED_INIT;
	AUTO_STRBUF note = STRBUF_INIT;
	int status, ret;

	m->engine->load_test(m, &env, &argv);
	cmd.argv = argv.v;
	cmd.env = env.v;
	untouched_note(&lock, m->ctx->repo,
		m->engine->lockfile ? m->engine->lockfile(m) : NULL);
	ret = cmd_run(&cmd, &status, printed, printed, err);
	untouched_check(&lock, m->engine->title, "bundle install", &note);
	fputs(note.buf, stdout);
	return ret || status ? -1 : 0;
}

int testdb_reload(struct migrate *m, struct strbuf *out, struct err *err)
{
	AUTO_STRBUF printed = STRBUF_INIT, names = STRBUF_INIT;
	int64_t started = clock_now_ms();
	int failed;

	add_names(m, &names);
	failed = run_task(m, &printed, err);
	if (!failed)
		find_others(m);
	if (failed || m->tests) {
		err_set(err, "cannot load the schema into %s: %s", names.buf,
			failed && printed.len ? printed.buf
			: failed	      ? err->msg
					      : "it is still another one");
		return -1;
	}
	testdb_remember(m);
	strbuf_addf(out,
		"migrate: loaded this tree's schema into %s in %.1fs\n",
		names.buf, (double)(clock_now_ms() - started) / 1000);
	return 0;
}
