/*
 * A migration or schema with conflict markers is neither side's.  Running it
 * could at best fail.  `git checkout -m` leaves no MERGE_HEAD behind, so it is
 * the files that are asked; a conflict without markers (one side deleted the
 * file) is only in the index, which git reads for us once there is work.
 */
#include "migrate/engine.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/git/gitcmd.h"

#define SCHEMA_MAX (16 << 20)

static bool has_markers(const char *path)
{
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	if (fs_read(path, &text, SCHEMA_MAX, &ignored) != 1)
		return false;
	return !strncmp(text.buf, "<<<<<<< ", 8) ||
	       strstr(text.buf, "\n<<<<<<< ");
}

static int refuse(const char *path, struct err *err)
{
	return err_set(
		err, "'%s' has merge conflicts: resolve them first", path);
}

static int check_files(
	struct migrate *m, const struct database *db, struct err *err)
{
	for (size_t i = 0; i < db->items.nr; i++) {
		const struct migration *file = migrations_find(
			&db->present, db->items.v[i].version);
		AUTO_FREE char *rel = file ? fs_join(file->dir, file->name)
					   : NULL;
		AUTO_FREE char *path = file ? fs_join(m->app, rel) : NULL;

		if (path && file->on_disk && has_markers(path))
			return refuse(rel, err);
	}
	return 0;
}

static int check_index(struct migrate *m, struct err *err)
{
	AUTO_FREE char *db = fs_join(m->app_rel, "db");
	AUTO_STRVEC lines = STRVEC_INIT;
	const char *tab;

	if (gitcmd_list(m->ctx->repo,
		    GIT_ARGS("ls-files", "-u", "-z", "--", db), &lines, err))
		return -1;
	tab = lines.nr ? strchr(lines.v[0], '\t') : NULL;
	return tab ? refuse(tab + 1, err) : 0;
}

int migrate_check_conflicts(struct migrate *m, bool ask_git, struct err *err)
{
	const char *const *schemas = m->engine->schemas;

	for (size_t i = 0; schemas[i]; i++) {
		AUTO_FREE char *path = fs_join(m->app, schemas[i]);

		if (has_markers(path))
			return refuse(schemas[i], err);
	}
	for (size_t i = 0; i < m->ndbs; i++)
		if (check_files(m, &m->dbs[i], err))
			return -1;
	return ask_git ? check_index(m, err) : 0;
}
