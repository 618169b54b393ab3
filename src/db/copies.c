/*
 * A server copies by itself what it is told to, over a connection to another of
 * its databases: what is copied or renamed may have none.  A file is copied by
 * us, in this very process, so that nothing goes on where we were killed.
 */
#include "hookrun/db/copies.h"

#include "db/ask.h"
#include "db/file_copies.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <stdlib.h>
#include <string.h>

#define CONNECT_MS 5000
#define FILE_MS 2000 /* for what SQLite has to settle */
#define SUFFIX ".sqlite3"

struct db_copies {
	const struct db_target *target;
	char *folder;  /* of files, else NULL */
	struct db *db; /* of a server, else NULL */
};

/* PostgreSQL's own two: everybody may connect to them, and hardly anybody
 * does. */
static int open_beside(
	const struct db_target *target, struct db **ret, struct err *err)
{
	static const char *const others[] = { "postgres", "template1" };
	struct db_target other = *target;
	int done = -1;

	other.search_path = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		if (!strcmp(others[i], target->database))
			continue;
		other.database = others[i];
		done = db_open(&other, CONNECT_MS, ret, err);
		if (!done || err->kind != ERR_ABSENT)
			break;
	}
	return done;
}

int db_copies_open(const struct db_target *target, const char *folder,
	bool change, struct db_copies **ret, struct err *err)
{
	AUTO_FRAME reply = FRAME_INIT;
	struct db *db = NULL;

	if (!db_supported(target))
		return err_set(err,
			"databases of the adapter '%s' cannot be "
			"copied",
			target->adapter ? target->adapter : "");
	if (!target->path && open_beside(target, &db, err))
		return err_prefix(err, "'%s'", target->database);
	if (db && change &&
		db_ask(db, "db-copies-alone", target->database, NULL, &reply,
			err) < 0) {
		db_close(db);
		return -1;
	}
	*ret = xcalloc(1, sizeof(**ret));
	(*ret)->target = target;
	(*ret)->folder = target->path ? xstrdup(folder) : NULL;
	(*ret)->db = db;
	return 0;
}

void db_copies_close(struct db_copies *copies)
{
	if (!copies)
		return;
	db_close(copies->db);
	free(copies->folder);
	free(copies);
}

/* The path or full name of what is called `name`; malloc'd. */
static char *place(const struct db_copies *copies, const char *name)
{
	AUTO_STRBUF file = STRBUF_INIT;

	if (copies->db)
		return xstrdup(name ? name : copies->target->database);
	if (!name)
		return xstrdup(copies->target->path);
	strbuf_addf(&file, "%s" SUFFIX, name);
	return fs_join(copies->folder, file.buf);
}

/* ---- files --------------------------------------------------------------- */

/* Whoever reads first after a crash brings it to an end. */
static int settle_file(
	struct db_copies *copies, const char *path, struct err *err)
{
	struct db_target target = *copies->target;
	struct arena arena = ARENA_INIT;
	struct db_facts facts;
	struct db *db;
	int done;

	target.path = path;
	if (db_open(&target, FILE_MS, &db, err))
		return -1;
	done = db_read_facts(db, &arena, &facts, err);
	db_close(db);
	arena_release(&arena);
	return done;
}

typedef int file_fn(
	const char *from, const char *to, bool *ret_unsettled, struct err *err);

static int change_file(struct db_copies *copies, file_fn *change,
	const char *from, const char *to, struct err *err)
{
	bool unsettled = false;

	if (change(from, to, &unsettled, err))
		return -1;
	if (!unsettled)
		return 0;
	if (settle_file(copies, from, err) || change(from, to, &unsettled, err))
		return -1;
	if (unsettled)
		return err_set(err,
			"'%s' has an unfinished transaction beside it", from);
	return 0;
}

static bool begins_so(const char *name, const char *prefix)
{
	size_t len = strlen(name), end = strlen(SUFFIX);

	return len > end && !strcmp(name + len - end, SUFFIX) &&
	       !strncmp(name, prefix, strlen(prefix));
}

static int list_files(struct db_copies *copies, const char *prefix,
	struct arena *arena, struct db_copy_list *ret, struct err *err)
{
	AUTO_STRVEC names = STRVEC_INIT;
	struct db_copy_list all = { 0 };

	if (fs_list(copies->folder, &names, err))
		return -1;
	strvec_sort(&names);
	all.v = arena_alloc(arena, (names.nr + 1) * sizeof(*all.v));
	for (size_t i = 0; i < names.nr; i++) {
		AUTO_FREE char *path = fs_join(copies->folder, names.v[i]);
		struct db_copy *copy = &all.v[all.nr];
		int there;

		if (!begins_so(names.v[i], prefix))
			continue;
		there = file_copies_size(path, &copy->size_bytes, err);
		if (there < 0)
			return -1;
		copy->name = arena_strndup(
			arena, names.v[i], strlen(names.v[i]) - strlen(SUFFIX));
		all.nr += there ? 1 : 0;
	}
	*ret = all;
	return 0;
}

/* ---- either -------------------------------------------------------------- */

static int ask(struct db_copies *copies, const char *word, const char *a,
	const char *b, struct err *err)
{
	AUTO_FRAME reply = FRAME_INIT;

	return db_ask(copies->db, word, a, b, &reply, err);
}

int db_copies_make(struct db_copies *copies, const char *from, const char *to,
	struct err *err)
{
	AUTO_FREE char *a = place(copies, from), *b = place(copies, to);

	if (copies->db)
		return ask(copies, "db-copies-make", a, b, err);
	return change_file(copies, file_copies_make, a, b, err);
}

int db_copies_rename(struct db_copies *copies, const char *from, const char *to,
	struct err *err)
{
	AUTO_FREE char *a = place(copies, from), *b = place(copies, to);

	if (copies->db)
		return ask(copies, "db-copies-rename", a, b, err);
	return change_file(copies, file_copies_rename, a, b, err);
}

int db_copies_drop(struct db_copies *copies, const char *name, struct err *err)
{
	AUTO_FREE char *at = place(copies, name);

	if (copies->db)
		return ask(copies, "db-copies-drop", at, NULL, err);
	return file_copies_drop(at, err);
}

static int list_databases(struct db_copies *copies, const char *prefix,
	const char *whole, struct arena *arena, struct db_copy_list *ret,
	struct err *err)
{
	AUTO_FRAME reply = FRAME_INIT;
	struct db_copy_list all = { 0 };

	if (db_ask(copies->db, "db-copies-list", prefix, whole, &reply, err) <
		0)
		return -1;
	all.v = arena_alloc(arena, (reply.nr / 2 + 1) * sizeof(*all.v));
	for (size_t i = 1; i + 1 < reply.nr; i += 2)
		if (reply.v[i] && reply.v[i + 1])
			all.v[all.nr++] = (struct db_copy){ arena_strdup(arena,
								    reply.v[i]),
				strtoll(reply.v[i + 1], NULL, 10) };
	*ret = all;
	return 0;
}

int db_copies_list(struct db_copies *copies, const char *prefix,
	struct arena *arena, struct db_copy_list *ret, struct err *err)
{
	if (copies->db)
		return list_databases(copies, prefix, NULL, arena, ret, err);
	return list_files(copies, prefix, arena, ret, err);
}

int db_copies_size(struct db_copies *copies, const char *name,
	int64_t *ret_bytes, struct err *err)
{
	AUTO_FREE char *at = place(copies, name);
	struct arena arena = ARENA_INIT;
	struct db_copy_list one = { 0 };
	int there;

	if (!copies->db)
		return file_copies_size(at, ret_bytes, err);
	if (list_databases(copies, at, "t", &arena, &one, err))
		there = -1;
	else
		there = one.nr > 0;
	if (there > 0)
		*ret_bytes = one.v[0].size_bytes;
	arena_release(&arena);
	return there;
}
