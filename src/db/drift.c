/*
 * Is the database what the schema file says?  Rails can only tell by dumping it
 * again, which takes a start of the application and overwrites the file.  The
 * names of tables, columns and indexes can be compared without it, and that is
 * what a forgotten branch leaves behind; types and options are Rails' business,
 * and are said not to be compared.
 *
 * Columns in another order are no drift: where one was rolled back and added
 * again it stands last, and the next dump differs by that alone.
 */
#include "hookrun/db/checkup.h"

#include "db/rows.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/embed.h"
#include "hookrun/base/fs.h"
#include "hookrun/schemafile/listing.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX_BYTES (64 << 20)
#define NAMES_MAX 5 /* that are named; of the rest the number */

struct drift {
	const char *file; /* relative to the application */
	struct listing wanted, found;
	struct strvec schemas; /* of the search path */
	struct strbuf order;   /* tables whose columns stand in another one */
	struct arena *arena;
	struct db_findings *ret;
	size_t faults;
};

static void add(
	struct drift *drift, bool fault, const char *subject, const char *text)
{
	const struct db_finding finding = { .kind = "schema",
		.subject = arena_strdup(drift->arena, subject),
		.text = arena_strdup(drift->arena, text),
		.fault = fault };

	db_findings_add(drift->ret, drift->arena, &finding);
	drift->faults += fault;
}

/* ---- what is there ------------------------------------------------------- */

enum { KIND, MAYBE, SCHEMA, TABLE, NAME, TEXTS };

static void take_row(struct drift *drift, const char *const *texts)
{
	struct listed_table *table;

	if (!strcmp(texts[KIND], "schema")) {
		strvec_push(&drift->schemas, texts[SCHEMA]);
		return;
	}
	table = listing_table(&drift->found, texts[SCHEMA], texts[TABLE]);
	if (!strcmp(texts[KIND], "table"))
		table->maybe = *texts[MAYBE];
	else if (!strcmp(texts[KIND], "column"))
		strvec_push(&table->columns, texts[NAME]);
	else if (!*texts[MAYBE])
		strvec_push(&table->indexes, texts[NAME]);
	else
		strvec_push(&table->maybe_indexes, texts[NAME]);
}

static int read_database(struct drift *drift, struct db *db,
	const struct db_target *target, struct err *err)
{
	const char *name = arena_printf(
		drift->arena, "listing_%s.sql", target->driver);
	const char *sql = embed_get(name, NULL), *texts[TEXTS];
	AUTO_STRBUF rows = STRBUF_INIT;
	char *pos;

	if (!sql)
		return err_set(err, "this binary has no '%s'", name);
	if (db_rows(db, sql, &rows, err))
		return -1;
	for (pos = rows.buf; rows_next(&pos, texts, TEXTS);)
		take_row(drift, texts);
	return 0;
}

/* ---- comparing ----------------------------------------------------------- */

/* A name without a schema is looked for along the search path. */
static struct listed_table *find(
	const struct listing *in, const struct listed_table *wanted)
{
	for (size_t i = 0; i < in->nr; i++) {
		struct listed_table *table = &in->v[i];

		if (!strcmp(table->name, wanted->name) &&
			(!wanted->schema || !table->schema ||
				!strcmp(wanted->schema, table->schema)))
			return table;
	}
	return NULL;
}

/* What is in `list` and not in `other`: "nick, age and 3 more"; NULL: nothing.
 */
static const char *without(struct arena *arena, const struct strvec *list,
	const struct strvec *other)
{
	AUTO_STRBUF text = STRBUF_INIT;
	size_t nr = 0;

	for (size_t i = 0; i < list->nr; i++) {
		if (strvec_has(other, list->v[i]))
			continue;
		if (++nr <= NAMES_MAX)
			strbuf_addf(
				&text, "%s%s", nr == 1 ? "" : ", ", list->v[i]);
	}
	if (nr > NAMES_MAX)
		strbuf_addf(&text, " and %zu more", nr - NAMES_MAX);
	return nr ? arena_strdup(arena, text.buf) : NULL;
}

/* True where one has names that the other has not. */
static bool compare(struct drift *drift, const char *table, const char *what,
	const struct strvec *file, const struct strvec *found,
	const struct strvec *sure)
{
	const char *gone = without(drift->arena, file, found);
	const char *more = without(drift->arena, sure, file);

	if (gone)
		add(drift, true, table,
			arena_printf(drift->arena,
				"%s: '%s' has %s that the database has not: "
				"%s",
				table, drift->file, what, gone));
	if (more)
		add(drift, true, table,
			arena_printf(drift->arena,
				"%s: the database has %s that '%s' has not: "
				"%s",
				table, what, drift->file, more));
	return gone || more;
}

static bool same_order(const struct strvec *a, const struct strvec *b)
{
	if (a->nr != b->nr)
		return false;
	for (size_t i = 0; i < a->nr; i++)
		if (strcmp(a->v[i], b->v[i]) != 0)
			return false;
	return true;
}

/* The key that Rails makes is dumped apart from the columns. */
static void without_key(
	const struct listed_table *table, const char *key, struct strvec *ret)
{
	for (size_t i = 0; i < table->columns.nr; i++)
		if (!key || strcmp(key, table->columns.v[i]) != 0)
			strvec_push(ret, table->columns.v[i]);
}

static void compare_table(struct drift *drift, const struct listed_table *file,
	const struct listed_table *found)
{
	AUTO_STRVEC columns = STRVEC_INIT, all = STRVEC_INIT;

	if (file->unknown)
		return;
	without_key(found, file->key, &columns);
	if (!compare(drift, file->name, "columns", &file->columns, &columns,
		    &columns) &&
		!same_order(&file->columns, &columns))
		strbuf_addf(&drift->order, "%s%s", drift->order.len ? ", " : "",
			file->name);
	if (file->key && !strvec_has(&found->columns, file->key))
		add(drift, true, file->name,
			arena_printf(drift->arena,
				"%s: '%s' has the key %s, the database has not",
				file->name, drift->file, file->key));
	if (found->indexes.nr)
		strvec_push_all(&all, found->indexes.v);
	if (found->maybe_indexes.nr)
		strvec_push_all(&all, found->maybe_indexes.v);
	compare(drift, file->name, "indexes", &file->indexes, &all,
		&found->indexes);
}

static void compare_all(struct drift *drift)
{
	for (size_t i = 0; i < drift->wanted.nr; i++) {
		const struct listed_table *file = &drift->wanted.v[i];
		const struct listed_table *found = find(&drift->found, file);

		if (found)
			compare_table(drift, file, found);
		else if (!file->schema ||
			 strvec_has(&drift->schemas, file->schema))
			add(drift, true, file->name,
				arena_printf(drift->arena,
					"%s: a table of '%s' that the database "
					"has not",
					file->name, drift->file));
	}
	for (size_t i = 0; i < drift->found.nr; i++) {
		const struct listed_table *found = &drift->found.v[i];

		if (!found->maybe && !find(&drift->wanted, found))
			add(drift, true, found->name,
				arena_printf(drift->arena,
					"%s: a table that '%s' has not",
					found->name, drift->file));
	}
}

/* ---- the file ------------------------------------------------------------ */

/* "" of the primary database, else "NAME_". */
static const char *prefix_of(
	const struct db_target *target, struct arena *arena)
{
	return !target->name || !strcmp(target->name, "primary")
		       ? ""
		       : arena_printf(arena, "%s_", target->name);
}

/* 1 and its text, 0 where there is none, -1. */
static int read_file(struct drift *drift, const struct db_target *target,
	const char *app, struct strbuf *text, struct err *err)
{
	static const char *const names[] = { "schema.rb", "structure.sql" };
	const char *prefix = prefix_of(target, drift->arena);
	int there = 0;

	for (size_t i = 0; i < ARRAY_SIZE(names) && !there; i++) {
		AUTO_FREE char *path = NULL;

		drift->file = arena_printf(
			drift->arena, "db/%s%s", prefix, names[i]);
		path = fs_join(app, drift->file);
		there = fs_read(path, text, FILE_MAX_BYTES, err);
	}
	if (!there)
		add(drift, false, drift->file,
			arena_printf(drift->arena,
				"neither 'db/%sschema.rb' nor '%s' is there to "
				"compare it with",
				prefix, drift->file));
	return there;
}

/* Has the application a migration of that version? */
static bool has_migration(
	const struct db_target *target, const char *app, int64_t version)
{
	static const char *usual[] = { "db/migrate", NULL };
	const char **dirs = target->migrations_paths ? target->migrations_paths
						     : usual;
	bool found = false;

	for (; *dirs && !found; dirs++) {
		AUTO_FREE char *dir = fs_join(app, *dirs);
		AUTO_STRVEC names = STRVEC_INIT;
		struct err ignored;

		if (fs_list(dir, &names, &ignored))
			continue;
		for (size_t i = 0; i < names.nr; i++)
			found |= strtoll(names.v[i], NULL, 10) == version;
	}
	return found;
}

/* False where the two are of different versions, so that they differ anyway. */
static bool same_version(struct drift *drift, struct db *db,
	const struct db_target *target, const char *app, struct err *err,
	int *ret_failed)
{
	const char *version = drift->wanted.version;
	int64_t wanted = version ? strtoll(version, NULL, 10) : 0;
	struct db_facts facts;
	int64_t last;

	*ret_failed = db_read_facts(db, drift->arena, &facts, err);
	if (*ret_failed)
		return false;
	last = facts.napplied ? facts.applied[facts.napplied - 1] : 0;
	if (last == wanted)
		return true;
	add(drift, true, drift->file,
		arena_printf(drift->arena,
			"'%s' is of version %" PRId64
			", the last one applied to the database is %" PRId64,
			drift->file, wanted, last));
	/* It was applied, and the schema not dumped. */
	drift->ret->v[drift->ret->nr - 1].mend =
		last > wanted && has_migration(target, app, last)
			? "bin/rails db:schema:dump"
			: "hookrun sync";
	return false;
}

static void sum_up(struct drift *drift)
{
	const char *but = drift->order.len
				  ? arena_printf(drift->arena,
					    "; columns stand in another order "
					    "in %s",
					    drift->order.buf)
				  : "";

	if (!drift->faults)
		add(drift, false, drift->file,
			arena_printf(drift->arena,
				"tables, columns and indexes are those of "
				"'%s'%s (types and options only Rails can "
				"compare)",
				drift->file, but));
	else if (drift->order.len)
		add(drift, false, drift->file, but + 2);
}

static int compare_with_file(struct drift *drift, struct db *db,
	const struct db_target *target, const char *app,
	const struct strbuf *text, struct err *err)
{
	int failed = 0;

	if ((target->path && strstr(drift->file, ".sql")) ||
		!listing_read(drift->file, text, &drift->wanted)) {
		add(drift, false, drift->file,
			arena_printf(drift->arena,
				"whether the database is as '%s' says, only "
				"Rails can tell",
				drift->file));
		return 0;
	}
	if (!same_version(drift, db, target, app, err, &failed))
		return failed;
	if (read_database(drift, db, target, err))
		return -1;
	compare_all(drift);
	sum_up(drift);
	return 0;
}

int db_drift(struct db *db, const struct db_target *target, const char *app,
	struct arena *arena, struct db_findings *ret, struct err *err)
{
	struct drift drift = { .wanted = LISTING_INIT,
		.found = LISTING_INIT,
		.order = STRBUF_INIT,
		.arena = arena,
		.ret = ret };
	AUTO_STRBUF text = STRBUF_INIT;
	int there = read_file(&drift, target, app, &text, err);
	int done = there < 0 ? -1 : 0;

	if (there > 0)
		done = compare_with_file(&drift, db, target, app, &text, err);
	listing_release(&drift.wanted);
	listing_release(&drift.found);
	strvec_release(&drift.schemas);
	strbuf_release(&drift.order);
	return done;
}
