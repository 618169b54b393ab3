/*
 * What was applied is remembered by text, not by name: the text that a version
 * was applied with is the only one that can surely take it back.  So an entry
 * stays as it was first seen until the version is rolled back or done again.
 */
#include "migrate/remember.h"

#include "migrate/keep.h"
#include "migrate/left.h"
#include "migrate/signs.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <inttypes.h>

/* A text that only the work tree has is kept at once. */
static int store(struct migrate *m, const struct database *db,
	struct migration *file, struct err *err)
{
	AUTO_FREE char *dir = fs_join(m->app, file->dir);
	AUTO_FREE char *path = fs_join(dir, file->name);
	AUTO_STRBUF text = STRBUF_INIT;

	if (*file->blob.hex && keep_has(m->ctx->repo, db->key, &file->blob))
		return 1;
	if (!file->on_disk ||
		fs_read(path, &text, MIGRATION_MAX_BYTES, err) < 1)
		return 0;
	if (keep_add(m->ctx->repo, db->key, &text, &file->blob, err))
		return -1;
	return 1;
}

static const struct item *find_item(const struct database *db, int64_t version)
{
	for (size_t i = 0; i < db->items.nr; i++)
		if (db->items.v[i].version == version)
			return &db->items.v[i];
	return NULL;
}

/* The text that `version` is applied with: as remembered, as here, or, where
 * it is not here, as it was found. */
static int add_applied(struct migrate *m, struct database *db, int64_t version,
	bool fresh, struct migrations *list, struct err *err)
{
	struct migration *file = fresh ? NULL
				       : migrations_find(&db->kept, version);
	const struct item *item = find_item(db, version);
	/* What is here is another than was applied. */
	bool changed = item && item->kind == ITEM_CHANGED;
	int stored;

	if (file && !keep_has(m->ctx->repo, db->key, &file->blob))
		file = NULL;
	if (!file && !changed)
		file = migrations_find(&db->present, version);
	if (file) {
		stored = store(m, db, file, err);
		if (stored > 0)
			migrations_add(list, file);
		return stored < 0 ? -1 : 0;
	}
	if (item && item->name && *item->blob.hex)
		migrations_add(
			list, &(struct migration){ .version = version,
				      .name = changed ? item->was : item->name,
				      .blob = item->blob });
	return 0;
}

/* Whether the last thing done to `version` was a migration up (1), down (-1),
 * or nothing (0). */
static int last_change(const struct progress *progress,
	const struct database *db, int64_t version)
{
	int last = 0;

	for (size_t i = 0; progress && i < progress->nchanges; i++) {
		const struct change *change = &progress->changes[i];

		if (!change->db || strcmp(change->db, db->name))
			continue;
		if (change->version == version)
			last = change->down ? -1 : 1;
		else if (change->from && change->from == version)
			last = -1;
	}
	return last;
}

static bool was_applied(const struct database *db, int64_t version)
{
	for (size_t i = 0; i < db->facts.napplied; i++)
		if (db->facts.applied[i] == version)
			return true;
	return false;
}

static int remember_texts(struct migrate *m, struct database *db,
	const struct progress *progress, struct err *err)
{
	struct migrations list = { .arena = m->ctx->arena };

	for (size_t i = 0; i < db->facts.napplied; i++) {
		int64_t version = db->facts.applied[i];
		int last = last_change(progress, db, version);

		if (last >= 0 &&
			add_applied(m, db, version, last > 0, &list, err))
			return -1;
	}
	for (size_t i = 0; progress && i < db->present.nr; i++) {
		int64_t version = db->present.v[i].version;

		if (!was_applied(db, version) &&
			last_change(progress, db, version) > 0 &&
			add_applied(m, db, version, true, &list, err))
			return -1;
	}
	migrations_sort(&list);
	ledger_mark_changed(m, db);
	return keep_write(m->ctx->repo, db->key, &list, err);
}

int remember_agreement(struct migrate *m, struct err *err)
{
	for (size_t i = 0; i < m->ndbs; i++)
		if (remember_texts(m, &m->dbs[i], NULL, err))
			return -1;
	return ledger_record(m, err);
}

static bool was_changed(
	const struct progress *progress, const struct database *db)
{
	for (size_t i = 0; i < progress->nchanges; i++)
		if (progress->changes[i].db &&
			!strcmp(progress->changes[i].db, db->name))
			return true;
	return false;
}

int remember_work(struct migrate *m, const struct progress *progress,
	bool success, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < m->ndbs && !ret; i++) {
		struct database *db = &m->dbs[i];

		ret = remember_texts(m, db, progress, err);
		left_record(m, db, progress);
		if (!ret && was_changed(progress, db))
			ret = ledger_touch(m, db, err);
	}
	for (size_t i = 0; i < m->ndbs; i++)
		signs_take(m, &m->dbs[i]);
	if (!ret && success)
		return ledger_record(m, err);
	ledger_forget(m);
	return ret;
}
