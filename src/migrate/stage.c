/*
 * Old migrations go into the tree that they were written in (oldtree.c),
 * outside the work tree: beside the application's files they would make two of
 * one version or one class name, which Rails refuses, and `git status` would
 * show them.
 *
 * Ghosts are the files under app/ and lib/ that the old commit has and HEAD
 * does not: a migration that uses a model of its own branch can then be rolled
 * back.
 */
#include "migrate/stage.h"

#include "migrate/engine.h"
#include "migrate/kept.h"
#include "migrate/oldtree.h"
#include "migrate/replay.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/embed.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/json.h"

#include <inttypes.h>

#define GHOSTS_MAX 2000

static int write_script(const char *dir, const char *name, struct err *err)
{
	AUTO_FREE char *path = fs_join(dir, name);
	size_t len;
	const char *text = embed_get(name, &len);

	if (!text)
		return err_set(
			err, "this binary was built without its '%s'", name);
	return fs_write_cache(path, text, len, err);
}

int stage_scripts(const char *dir, const char *const *names, struct err *err)
{
	for (; *names; names++)
		if (write_script(dir, *names, err))
			return -1;
	return 0;
}

int stage_create(
	const struct migrate_engine *engine, struct stage *ret, struct err *err)
{
	struct stage stage = { 0 };

	if (fs_temp_dir("hookrun-migrate", &stage.dir, err))
		return -1;
	stage.driver = fs_join(stage.dir, engine->scripts[0]);
	stage.plan = fs_join(stage.dir, "plan.json");
	if (stage_scripts(stage.dir, engine->scripts, err)) {
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

/* Each commit's tree is laid out once. */
struct trees {
	struct stage *stage;
	struct migrate *m;
	struct oldtree *v;
	size_t nr, cap;
};

static void trees_release(struct trees *trees)
{
	for (size_t i = 0; i < trees->nr; i++)
		oldtree_release(&trees->v[i]);
	free(trees->v);
}

static const struct oldtree *tree_for(struct trees *trees,
	const struct database *db, const struct item *item, struct err *err)
{
	const struct heads *heads = &trees->m->heads;
	const struct oid *commit = *item->commit.hex ? &item->commit
				   : heads->has_prev ? &heads->prev
						     : &heads->cur;
	AUTO_STRBUF root = STRBUF_INIT;
	struct oldtree tree;

	for (size_t i = 0; i < trees->nr; i++)
		if (oid_eq(&trees->v[i].from, commit))
			return &trees->v[i];
	strbuf_addf(&root, "%s/old/%zu", trees->stage->dir, trees->nr);
	if (oldtree_make(trees->m, commit, (const char *const *)db->places,
		    root.buf, &tree, err))
		return NULL;
	xgrow(&trees->v, &trees->cap, trees->nr + 1, sizeof(*trees->v));
	trees->v[trees->nr] = tree;
	return &trees->v[trees->nr++];
}

static void json_kversion(struct json *json, const char *key, int64_t version)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, version);
	json_kstr(json, key, text);
}

static int write_down(struct json *json, struct trees *trees,
	const struct database *db, const struct item *item, struct err *err)
{
	const struct oldtree *tree = tree_for(trees, db, item, err);
	AUTO_FREE char *path = NULL;

	if (!tree || oldtree_put(trees->m, tree, db, item, &path, err))
		return -1;
	json_open(json, '{');
	json_kversion(json, "version", item->version);
	json_kstr(json, "file", path);
	json_kstr(json, "tree", tree->root);
	json_kbool(json, "redo", item->kind == ITEM_REDO);
	json_close(json, '}');
	return 0;
}

static void write_renumbers(struct json *json, const struct items *items)
{
	json_key(json, "renumbers");
	json_open(json, '[');
	for (size_t i = 0; i < items->nr; i++) {
		const struct item *item = &items->v[i];

		if (item->kind != ITEM_RENUMBER)
			continue;
		json_open(json, '{');
		json_kversion(json, "from", item->from);
		json_kversion(json, "to", item->version);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static int write_database(struct json *json, struct trees *trees,
	const struct database *db, struct err *err)
{
	json_key(json, db->name);
	json_open(json, '{');
	json_kstr(json, "recordings", replay_dir(trees->m, db));
	write_renumbers(json, &db->items);
	json_key(json, "downs");
	json_open(json, '[');
	for (size_t i = 0; i < db->items.nr; i++) {
		const struct item *item = &db->items.v[i];

		if (item->kind != ITEM_DOWN && item->kind != ITEM_REDO)
			continue;
		if (write_down(json, trees, db, item, err))
			return -1;
	}
	json_close(json, ']');
	json_close(json, '}');
	return 0;
}

static int write_databases(struct json *json, struct migrate *m,
	struct stage *stage, struct err *err)
{
	struct trees trees = { .stage = stage, .m = m };
	int ret = 0;

	json_key(json, "databases");
	json_open(json, '{');
	for (size_t i = 0; !ret && i < m->ndbs; i++)
		if (items_work(&m->dbs[i].items))
			ret = write_database(json, &trees, &m->dbs[i], err);
	json_close(json, '}');
	trees_release(&trees);
	return ret;
}

struct ghosts {
	struct migrate *m;
	const char *dir;     /* the folder of ghosts */
	const char *top;     /* "app", or "lib" */
	const char *in_tree; /* the same in the tree */
	size_t count;
	struct err *err;
};

static int write_ghost(const struct repo_entry *entry, void *data)
{
	struct ghosts *ghosts = data;
	struct migrate *m = ghosts->m;
	size_t len = strlen(entry->path);
	AUTO_FREE char *in_tree = fs_join(ghosts->in_tree, entry->path);
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
	strbuf_addf(&path, "%s/%s/%s", ghosts->dir, ghosts->top, entry->path);
	return oldtree_write(m, &entry->oid, path.buf, ghosts->err);
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
	static const char *const tops[] = { "app", "lib" };
	const struct oid *commit = ghost_commit(m);
	struct err ignored = ERR_INIT;
	struct ghosts ghosts = { .m = m, .dir = dir, .err = &ignored };

	for (size_t i = 0; commit && i < ARRAY_SIZE(tops); i++) {
		AUTO_FREE char *in_tree = fs_join(m->app_rel, tops[i]);

		ghosts.top = tops[i];
		ghosts.in_tree = in_tree;
		repo_tree_each(m->ctx->repo, commit, in_tree, true, write_ghost,
			&ghosts, &ignored);
	}
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
	AUTO_FREE char *old = fs_join(stage->dir, "old");
	AUTO_STRBUF text = STRBUF_INIT;
	struct json json;

	fs_remove_tree(old, err); /* of a plan that did not stand */
	fs_remove_tree(ghosts, err);
	json_init(&json, &text, 1);
	json_open(&json, '{');
	json_kstr(&json, "dir", stage->dir);
	json_kstr(&json, "top", repo_worktree(m->ctx->repo));
	write_options(&json, m, discover);
	json_kstr(&json, "ghosts", write_ghosts(m, ghosts) ? ghosts : NULL);
	if (write_databases(&json, m, stage, err))
		return -1;
	json_close(&json, '}');
	return fs_write_cache(stage->plan, text.buf, text.len, err);
}
