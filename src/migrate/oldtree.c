/*
 * An old migration reads what stood beside it: a migration it reverts, SQL
 * below db, a base class in lib.  All that is gone from the work tree, which
 * must not be touched.  So the folders that such things are in are taken out of
 * git as they were, and whatever else the application has (its configuration,
 * logs, a database file that git does not know) is linked to.  The driver makes
 * the result Rails.root and the working directory while the migration runs.
 *
 * Files are written by name only below folders that were made here, never
 * through a link.
 */
#include "migrate/oldtree.h"

#include "migrate/keep.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <dirent.h>
#include <unistd.h>

#define FILES_MAX 5000
#define TOPS_MAX 16

struct layout {
	struct migrate *m;
	const char *root, *top;
	size_t files;
	struct err *err;
};

int oldtree_write(struct migrate *m, const struct oid *blob, const char *path,
	struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT;
	AUTO_FREE char *dir = fs_dirname(path);

	if (repo_blob_read(m->ctx->repo, blob, &text, err) ||
		fs_mkdirs(dir, 0700, err))
		return -1;
	return fs_write_cache(path, text.buf, text.len, err);
}

/* What cannot be read is missing to the migration alone that wants it. */
static int take_out(const struct repo_entry *entry, void *data)
{
	struct layout *layout = data;
	AUTO_STRBUF path = STRBUF_INIT;
	struct err missing = ERR_INIT;

	if (entry->is_dir || entry->is_link || layout->files++ >= FILES_MAX)
		return 0;
	strbuf_addf(&path, "%s/%s/%s", layout->root, layout->top, entry->path);
	oldtree_write(layout->m, &entry->oid, path.buf, &missing);
	return 0;
}

/* Link to each entry of `from` that `to` lacks. */
static int link_the_rest(const char *from, const char *to, struct err *err)
{
	DIR *folder = opendir(from);
	const struct dirent *entry;
	int ret = 0;

	while (!ret && folder && (entry = readdir(folder))) {
		AUTO_FREE char *old = fs_join(from, entry->d_name);
		AUTO_FREE char *new = fs_join(to, entry->d_name);

		if (!strcmp(entry->d_name, ".") ||
			!strcmp(entry->d_name, "..") || fs_exists(new))
			continue;
		if (symlink(old, new))
			ret = err_errno(err, "cannot link '%s'", new);
	}
	if (folder)
		closedir(folder);
	return ret;
}

/* The first part of a path, in the arena. */
static const char *top_of(struct arena *arena, const char *dir)
{
	return arena_printf(arena, "%.*s", (int)strcspn(dir, "/"), dir);
}

static size_t find_tops(
	struct migrate *m, const char *const *dirs, const char **tops)
{
	size_t nr = 0;

	tops[nr++] = "db";
	tops[nr++] = "lib";
	for (size_t i = 0; dirs[i] && nr < TOPS_MAX; i++) {
		const char *top = top_of(m->ctx->arena, dirs[i]);
		bool known = !*top || *top == '.';

		for (size_t j = 0; j < nr; j++)
			known = known || !strcmp(tops[j], top);
		if (!known)
			tops[nr++] = top;
	}
	return nr;
}

static int lay_out_top(struct layout *layout, const struct oid *commit)
{
	struct migrate *m = layout->m;
	AUTO_FREE char *in_tree = fs_join(m->app_rel, layout->top);
	AUTO_FREE char *there = fs_join(layout->root, layout->top);
	AUTO_FREE char *here = fs_join(m->app, layout->top);
	struct err missing = ERR_INIT;

	if (fs_mkdirs(there, 0700, layout->err))
		return -1;
	repo_tree_each(m->ctx->repo, commit, in_tree, true, take_out, layout,
		&missing);
	return link_the_rest(here, there, layout->err);
}

int oldtree_make(struct migrate *m, const struct oid *commit,
	const char *const *dirs, const char *root, struct oldtree *ret,
	struct err *err)
{
	const char *tops[TOPS_MAX];
	size_t nr = find_tops(m, dirs, tops);
	struct layout layout = { .m = m, .root = root, .err = err };

	for (size_t i = 0; i < nr; i++) {
		layout.top = tops[i];
		if (lay_out_top(&layout, commit))
			return -1;
	}
	if (link_the_rest(m->app, root, err))
		return -1;
	*ret = (struct oldtree){ .root = xstrdup(root), .from = *commit };
	return 0;
}

void oldtree_release(struct oldtree *tree)
{
	free(tree->root);
	*tree = (struct oldtree){ 0 };
}

struct search {
	const char *name;
	char *found;
};

static int look_for(const struct repo_entry *entry, void *data)
{
	struct search *search = data;

	if (entry->is_dir || entry->is_link ||
		strcmp(fs_basename(entry->path), search->name) != 0)
		return 0;
	search->found = xstrdup(entry->path);
	return 1;
}

/* Where the commit has the file, relative to the application; malloc'd. */
static char *place_of(struct migrate *m, const struct oldtree *tree,
	const char *const *dirs, const char *name)
{
	struct search search = { .name = name };
	struct err missing = ERR_INIT;

	for (size_t i = 0; dirs[i]; i++) {
		AUTO_FREE char *in_tree = fs_join(m->app_rel, dirs[i]);
		char *path;

		/* Outside of the application it has no place in its copy. */
		if (*dirs[i] == '.' || *dirs[i] == '/')
			continue;
		repo_tree_each(m->ctx->repo, &tree->from, in_tree, true,
			look_for, &search, &missing);
		if (!search.found)
			continue;
		path = fs_join(dirs[i], search.found);
		free(search.found);
		return path;
	}
	return NULL;
}

/* Is it a folder of the tree's own, reached through no link? */
static bool is_inside(const struct oldtree *tree, const char *dir)
{
	AUTO_FREE char *real = realpath(dir, NULL);
	AUTO_FREE char *root = realpath(tree->root, NULL);

	return real && root && !strncmp(real, root, strlen(root)) &&
	       real[strlen(root)] == '/';
}

int oldtree_put(struct migrate *m, const struct oldtree *tree,
	const struct database *db, const struct item *item, char **ret_path,
	struct err *err)
{
	AUTO_FREE char *place = place_of(
		m, tree, (const char *const *)db->places, item->name);
	AUTO_FREE char *usual = fs_join("db/migrate", item->name);
	AUTO_FREE char *path = fs_join(tree->root, place ? place : usual);
	AUTO_FREE char *dir = fs_dirname(path);
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	fs_mkdirs(dir, 0700, &ignored);
	if (!is_inside(tree, dir)) {
		free(path);
		free(dir);
		dir = fs_join(tree->root, "hookrun");
		path = fs_join(dir, item->name);
		fs_mkdirs(dir, 0700, &ignored);
	}
	unlink(path); /* a link to the work tree's, or the tree's other text */
	if (keep_text(m->ctx->repo, db->key, &item->blob, &text, err) ||
		fs_write_cache(path, text.buf, text.len, err))
		return err_prefix(err, "cannot take out '%s'", item->name);
	*ret_path = xstrdup(path);
	return 0;
}
