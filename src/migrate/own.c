/*
 * Making a tree's own databases, in an order that a kill anywhere leaves right:
 * what is going to be made is written down, then it is made, whole or not at
 * all; then the application is told, then hookrun itself, and until then the
 * next one does the rest.
 */
#include "migrate/own.h"

#include "migrate/env_file.h"
#include "migrate/own_ledger.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/db/copies.h"
#include "hookrun/git/gitcmd.h"
#include "hookrun/runner/ask.h"
#include "hookrun/steps/state.h"
#include "hookrun/steps/tree_env.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LOCK_NAME "worktree-database"
#define LOCK_MS 30000
#define ENV_FILE_MAX (1 << 20)
#define COPY_NAME "hookrun-copy" /* of a file, until it has its own name */

bool own_wants(const struct migrate *m)
{
	return m->opts.per_worktree && m->heads.is_new_tree &&
	       !m->heads.is_told && repo_is_linked(m->ctx->repo);
}

bool own_is_due(const struct migrate *m)
{
	return m->opts.per_worktree && repo_is_linked(m->ctx->repo) &&
	       !tree_env_has_mark(m->ctx->repo, m->state_name);
}

void own_describe(const struct migrate *m, struct strbuf *out)
{
	const struct own *own = m->own;
	const char *between = "";

	for (size_t i = 0; i < own->nr; i++) {
		if (own->v[i].tests)
			continue;
		strbuf_addf(out, "%s'%s', a copy of '%s'", between,
			own->v[i].to->database, own->v[i].from->database);
		between = "; ";
	}
	if (own->donor)
		strbuf_addf(out, " of '%s'", own->donor);
}

static int already_there(const struct db_target *to, struct err *err)
{
	return err_set_kind(err, ERR_ADVISED,
		"there is a database '%s' already, which hookrun has not made "
		"for this work tree; nothing was changed: rename or drop it, "
		"then 'hookrun sync'",
		to->database);
}

static int nothing_there(const struct db_target *from, struct err *err)
{
	return err_set_kind(err, ERR_ABSENT,
		"there is no database '%s' to copy", from->database);
}

/* At a server: 0 where it is there then. */
static int make_at_server(struct migrate *m, const struct own_db *db,
	struct db_copies *copies, struct err *err)
{
	struct repo *repo = m->ctx->repo;
	const char *name = db->to->database;
	int64_t size;
	int there = db_copies_size(copies, name, &size, err);

	if (there < 0)
		return -1;
	if (there)
		return own_ledger_owner(repo, db->to->key) == OWN_LEDGER_US
			       ? 0
			       : already_there(db->to, err);
	there = db_copies_size(copies, NULL, &size, err);
	if (there < 1)
		return there ? -1 : nothing_there(db->from, err);
	if (own_ledger_claim(repo, db->to, err))
		return -1;
	return db_copies_make(copies, NULL, name, err);
}

static int give_name(
	const struct db_target *to, const char *folder, struct err *err)
{
	struct db_copies *copies;
	int failed;

	if (db_copies_open(to, folder, true, &copies, err))
		return -1;
	failed = db_copies_rename(copies, COPY_NAME, NULL, err);
	db_copies_close(copies);
	return failed;
}

/* A file that is there is the tree's own, whoever has made it, if it lies in
 * the tree. */
static int make_file(struct migrate *m, const struct own_db *db,
	struct db_copies *copies, const char *folder, struct err *err)
{
	struct repo *repo = m->ctx->repo;

	if (fs_exists(db->to->path))
		return !db->governed || own_ledger_owner(repo, db->to->key) ==
						OWN_LEDGER_US
			       ? 0
			       : already_there(db->to, err);
	if (!fs_exists(db->from->path))
		return nothing_there(db->from, err);
	if (db->governed && own_ledger_claim(repo, db->to, err))
		return -1;
	if (fs_mkdirs(folder, 0755, err) ||
		db_copies_drop(copies, COPY_NAME, err) ||
		db_copies_make(copies, NULL, COPY_NAME, err))
		return -1;
	return give_name(db->to, folder, err);
}

static int make_one(struct migrate *m, const struct own_db *db, struct err *err)
{
	AUTO_FREE char *folder = db->to->path ? fs_dirname(db->to->path) : NULL;
	struct db_copies *copies;
	int failed;

	step_doing(m->ctx,
		arena_printf(m->ctx->arena, "copying %s", db->from->database));
	if (db_copies_open(db->from, folder, true, &copies, err))
		return -1;
	failed = folder ? make_file(m, db, copies, folder, err)
			: make_at_server(m, db, copies, err);
	db_copies_close(copies);
	return failed;
}

/* May lines be written into the file: is it none that git tracks or shows? */
static int may_write(struct migrate *m, bool *ret, struct err *err)
{
	AUTO_FREE char *path = fs_join(m->app_rel, m->opts.env_file);
	AUTO_STRBUF out = STRBUF_INIT;
	int status;

	if (gitcmd(m->ctx->repo, GIT_ARGS("check-ignore", "-q", "--", path),
		    &status, &out, err))
		return -1;
	*ret = status == 0;
	return 0;
}

static int write_variable(struct migrate *m, struct err *err)
{
	AUTO_FREE char *path = fs_join(m->app, m->opts.env_file);
	AUTO_STRBUF text = STRBUF_INIT;
	struct stat st = { .st_mode = 0644 };
	const char *name = fs_basename(path);

	if (fs_read(path, &text, ENV_FILE_MAX, err) < 0)
		return -1;
	if (stat(path, &st))
		st.st_mode = 0644;
	env_file_put(&text, m->own->variable, m->own->value,
		!strcmp(name, ".envrc"));
	return fs_write_atomic(
		path, text.buf, text.len, st.st_mode & 0777, err);
}

/* `ret_written`: the application finds it in the file. */
static int tell_application(
	struct migrate *m, bool *ret_written, struct err *err)
{
	const struct own *own = m->own;
	const struct tree_env env = { own->variable, own->value, own->base,
		own->was };

	*ret_written = false;
	if (!own->variable)
		return tree_env_set(m->ctx->repo, NULL, m->state_name, err);
	if (may_write(m, ret_written, err) ||
		(*ret_written && write_variable(m, err)))
		return -1;
	if (tree_env_set(m->ctx->repo, &env, m->state_name, err))
		return -1;
	setenv(own->variable, own->value, 1);
	return 0;
}

static void report(const struct migrate *m, bool written)
{
	const struct own *own = m->own;
	AUTO_STRBUF out = STRBUF_INIT;

	strbuf_addstr(&out, "migrate: this work tree has ");
	own_describe(m, &out);
	if (own->variable && written)
		strbuf_addf(&out, "; '%s' says %s=%s", m->opts.env_file,
			own->variable, own->value);
	else if (own->variable)
		strbuf_addf(&out,
			"; git does not ignore '%s', so set %s=%s for the "
			"application yourself (hooks have it)",
			m->opts.env_file, own->variable, own->value);
	if (own->shared)
		strbuf_addf(&out, "; still shared: %s", own->shared);
	puts(out.buf);
}

/* Those of the tests, where they are called after the tree, and the other tree
 * has some: without, one is made from the schema, which takes longer. */
static void make_tests(struct migrate *m)
{
	for (size_t i = 0; i < m->own->nr; i++) {
		const struct own_db *db = &m->own->v[i];
		struct err err = ERR_INIT;

		if (!db->tests)
			continue;
		if (!make_one(m, db, &err))
			printf("migrate: '%s' for tests, a copy of '%s'\n",
				db->to->database, db->from->database);
		else if (err.kind != ERR_ABSENT)
			printf("migrate: no '%s' for tests yet: %s\n",
				db->to->database, err.msg);
	}
}

int own_make(struct migrate *m, struct err *err)
{
	AUTO_FD int lock = state_lock(
		repo_gitdir(m->ctx->repo), LOCK_NAME, LOCK_MS, err);
	bool written;

	if (lock == -2)
		return err_set(err,
			"another hookrun is making the database of this work "
			"tree");
	if (lock < 0)
		return -1;
	for (size_t i = 0; i < m->own->nr; i++)
		if (!m->own->v[i].tests && make_one(m, &m->own->v[i], err))
			return -1;
	if (tell_application(m, &written, err))
		return -1;
	report(m, written);
	make_tests(m);
	return 0;
}
