/*
 * An engine that a branch brings along has its migrations where neither
 * database.yml nor the folder of the application tells of them.  To look
 * through a whole tree for such folders at every switch would be felt: it is
 * done once, and after that what a switch has changed is a short list.
 */
#include "migrate/unlisted.h"

#include "migrate/dirs.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#define FOLDERS_MAX 64

/* Plenty of files are numbered. */
static bool is_migration(struct migrate *m, const char *path)
{
	AUTO_FREE char *full = fs_join(repo_worktree(m->ctx->repo), path);
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	return fs_read(full, &text, MIGRATION_MAX_BYTES, &ignored) == 1 &&
	       strstr(text.buf, "Migration");
}

/* data_migrate's, which are no business of the schema. */
static bool is_data(const struct migrate *m, const char *dir, const char *name)
{
	return !strcmp(fs_basename(dir), "data") ||
	       (m->data && !strcmp(name, m->data));
}

/* Of another application in the repository, which has a step of its own. */
static bool is_anothers(struct migrate *m, const char *dir)
{
	AUTO_FREE char *above = fs_dirname(dir);

	while (strcmp(above, ".") != 0) {
		AUTO_FREE char *root = fs_join(
			repo_worktree(m->ctx->repo), above);
		char *next = fs_dirname(above);

		free(above);
		above = next;
		if (fs_has(root, "config/environment.rb"))
			return strcmp(root, m->app) != 0;
	}
	return false;
}

static void add_folders(struct migrate *m, const struct strvec *paths,
	bool here, struct strvec *ret)
{
	for (size_t i = 0; i < paths->nr; i++) {
		AUTO_FREE char *dir = fs_dirname(paths->v[i]);
		AUTO_FREE char *name = migrations_dir_at(m->app_rel, dir);
		int64_t version;

		if (!migration_parse(paths->v[i], &version) ||
			is_data(m, dir, name) || strvec_has(ret, name) ||
			ret->nr == FOLDERS_MAX)
			continue;
		if (!here ||
			(!is_anothers(m, dir) && is_migration(m, paths->v[i])))
			strvec_push(ret, name);
	}
}

/* NULL: from nothing. */
static void compare(struct migrate *m, const struct oid *from,
	struct strvec *here, struct strvec *gone)
{
	struct commit_diff diff = { STRVEC_INIT, STRVEC_INIT };
	struct err ignored = ERR_INIT;

	if (!repo_commit_diff(
		    m->ctx->repo, from, &m->heads.cur, &diff, &ignored)) {
		add_folders(m, &diff.changed, true, here);
		add_folders(m, &diff.deleted, false, gone);
	}
	commit_diff_release(&diff);
}

void unlisted_find(struct migrate *m, const struct oid *since)
{
	AUTO_STRVEC here = STRVEC_INIT, gone = STRVEC_INIT;

	if (!oid_is_null(since)) {
		if (!oid_eq(since, &m->heads.cur))
			compare(m, since, &here, &gone);
	} else if (m->ctx->by_hand || !m->heads.same) {
		compare(m, NULL, &here, &gone);
	}
	if (m->heads.has_prev && !m->heads.same &&
		!oid_eq(since, &m->heads.prev))
		compare(m, &m->heads.prev, &here, &gone);
	m->unlisted = dirs_copy(m->ctx->arena, &here);
	m->gone = dirs_copy(m->ctx->arena, &gone);
}

const char *unlisted_first(const struct migrate *m, const char *const *dirs)
{
	const struct answer *answer = m->answer;

	for (size_t i = 0; m->unlisted && m->unlisted[i]; i++)
		if (!dirs_cover(dirs, m->unlisted[i]) &&
			(!answer ||
				!dirs_cover(
					(const char *const *)answer->foreign,
					m->unlisted[i])))
			return m->unlisted[i];
	return NULL;
}
