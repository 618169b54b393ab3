/*
 * Old migrations go into a folder of their own each, outside the work tree:
 * beside the application's files they would make two of one version or one
 * class name, which Rails refuses, and `git status` would show them.
 *
 * Ghosts are the files under app/ that the old commit has and HEAD does not: a
 * migration that uses a model of its own branch can then be rolled back.
 */
#include "migrate/stage.h"

#include "migrate/engine.h"
#include "migrate/kept.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/embed.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/json.h"

#include <inttypes.h>

#define GHOSTS_MAX 2000

static int write_script(
	const struct stage *stage, const char *name, struct err *err)
{
	AUTO_FREE char *path = fs_join(stage->dir, name);
	size_t len;
	const char *text = embed_get(name, &len);

	if (!text)
		return err_set(
			err, "this binary was built without its '%s'", name);
	return fs_write_cache(path, text, len, err);
}

int stage_create(
	const struct migrate_engine *engine, struct stage *ret, struct err *err)
{
	struct stage stage = { 0 };

	if (fs_temp_dir("hookrun-migrate", &stage.dir, err))
		return -1;
	stage.driver = fs_join(stage.dir, engine->scripts[0]);
	stage.plan = fs_join(stage.dir, "plan.json");
	for (size_t i = 0; engine->scripts[i]; i++) {
		if (!write_script(&stage, engine->scripts[i], err))
			continue;
		stage_remove(&stage);
		return -1;
	}
	*ret = stage;
	return 0;
}

void stage_remove(struct stage *stage)
{
	struct err ignored = ERR_INIT;

	if (stage->dir)
		fs_remove_tree(stage->dir, &ignored);
	free(stage->dir);
	free(stage->driver);
	free(stage->plan);
	*stage = (struct stage){ 0 };
}

static int write_blob(struct migrate *m, const struct oid *blob,
	const char *path, struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT;
	AUTO_FREE char *dir = fs_dirname(path);

	if (repo_blob_read(m->ctx->repo, blob, &text, err) ||
		fs_mkdirs(dir, 0700, err))
		return -1;
	return fs_write_cache(path, text.buf, text.len, err);
}

static int write_down(struct json *json, struct migrate *m, struct stage *stage,
	const struct item *item, size_t number, struct err *err)
{
	AUTO_STRBUF path = STRBUF_INIT;
	char version[24];

	strbuf_addf(&path, "%s/old/%zu/%s", stage->dir, number, item->name);
	if (write_blob(m, &item->blob, path.buf, err))
		return err_prefix(err, "cannot take out '%s'", item->name);
	snprintf(version, sizeof(version), "%" PRId64, item->version);
	json_open(json, '{');
	json_kstr(json, "version", version);
	json_kstr(json, "file", path.buf);
	json_kbool(json, "redo", item->kind == ITEM_REDO);
	json_close(json, '}');
	return 0;
}

static int write_database(struct json *json, struct migrate *m,
	struct stage *stage, size_t index, struct err *err)
{
	const struct database *db = &m->dbs[index];

	json_key(json, db->name);
	json_open(json, '{');
	json_key(json, "downs");
	json_open(json, '[');
	for (size_t i = 0; i < db->items.nr; i++) {
		const struct item *item = &db->items.v[i];

		if (item->kind != ITEM_DOWN && item->kind != ITEM_REDO)
			continue;
		if (write_down(json, m, stage, item, index * 100000 + i, err))
			return -1;
	}
	json_close(json, ']');
	json_close(json, '}');
	return 0;
}

struct ghosts {
	struct migrate *m;
	const char *dir; /* the folder of ghosts */
	const char *app; /* "app" in the tree */
	size_t count;
	struct err *err;
};

static int write_ghost(const struct repo_entry *entry, void *data)
{
	struct ghosts *ghosts = data;
	struct migrate *m = ghosts->m;
	size_t len = strlen(entry->path);
	AUTO_FREE char *in_tree = fs_join(ghosts->app, entry->path);
	AUTO_FREE char *here = fs_join(repo_worktree(m->ctx->repo), in_tree);
	AUTO_STRBUF path = STRBUF_INIT;
	struct oid oid;

	if (entry->is_dir || entry->is_link || len < 4 ||
		strcmp(entry->path + len - 3, ".rb") || fs_exists(here))
		return 0;
	if (repo_path_oid(
		    m->ctx->repo, &m->heads.cur, in_tree, &oid, ghosts->err) ||
		ghosts->count++ == GHOSTS_MAX)
		return 0;
	strbuf_addf(&path, "%s/app/%s", ghosts->dir, entry->path);
	return write_blob(m, &entry->oid, path.buf, ghosts->err);
}

/* The commit whose classes the roll backs were written against: the first that
 * gave a text, else the previous head. */
static const struct oid *ghost_commit(struct migrate *m)
{
	const struct oid *commit = NULL;

	for (size_t i = 0; i < m->ndbs; i++)
		for (size_t j = 0; j < m->dbs[i].items.nr; j++) {
			const struct item *item = &m->dbs[i].items.v[j];

			if (item->kind != ITEM_DOWN && item->kind != ITEM_REDO)
				continue;
			if (*item->commit.hex)
				return &item->commit;
			if (m->heads.has_prev)
				commit = &m->heads.prev;
		}
	return commit;
}

/* Their absence is no failure: most migrations need none. */
static size_t write_ghosts(struct migrate *m, const char *dir)
{
	const struct oid *commit = ghost_commit(m);
	AUTO_FREE char *app = fs_join(m->app_rel, "app");
	struct err ignored = ERR_INIT;
	struct ghosts ghosts = { m, dir, app, 0, &ignored };

	if (commit)
		repo_tree_each(m->ctx->repo, commit, app, true, write_ghost,
			&ghosts, &ignored);
	return ghosts.count;
}

static void write_options(struct json *json, struct migrate *m, bool discover)
{
	AUTO_FREE char *kept = kept_dir(m->ctx->repo);

	json_kbool(json, "discover", discover);
	json_kstr(json, "kept", kept);
	json_kint(json, "lock_timeout_ms", m->opts.lock_timeout_ms);
	json_kbool(json, "atomic", m->opts.atomic);
	json_kstr(json, "on_data_loss", m->opts.on_data_loss);
	json_kstr(json, "irreversible", m->opts.irreversible);
}

int stage_write(
	struct stage *stage, struct migrate *m, bool discover, struct err *err)
{
	AUTO_FREE char *ghosts = fs_join(stage->dir, "ghosts");
	AUTO_STRBUF text = STRBUF_INIT;
	struct json json;

	json_init(&json, &text, 1);
	json_open(&json, '{');
	json_kstr(&json, "dir", stage->dir);
	write_options(&json, m, discover);
	json_kstr(&json, "ghosts", write_ghosts(m, ghosts) ? ghosts : NULL);
	json_key(&json, "databases");
	json_open(&json, '{');
	for (size_t i = 0; i < m->ndbs; i++)
		if (items_work(&m->dbs[i].items) &&
			write_database(&json, m, stage, i, err))
			return -1;
	json_close(&json, '}');
	json_close(&json, '}');
	return fs_write_cache(stage->plan, text.buf, text.len, err);
}
