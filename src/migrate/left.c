/*
 * `irreversible: skip` is a decision about one migration in one text.  Were it
 * forgotten, every switch from then on would start the application for another
 * try, and without that option fail; so it is in the database's ledger as
 * "left.VERSION" with the culprit's version and text, and holds until either is
 * gone.
 */
#include "migrate/left.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/steps/state.h"

#include <inttypes.h>

#define KEY_MAX 64

static void load(
	struct migrate *m, const struct database *db, struct state *ret)
{
	AUTO_FREE char *name = fs_join("db", db->key);

	state_load(repo_commondir(m->ctx->repo), name, ret);
}

static void make_key(char key[KEY_MAX], int64_t version)
{
	snprintf(key, KEY_MAX, "left.%" PRId64, version);
}

static struct item *find_down(const struct database *db, int64_t version)
{
	for (size_t i = 0; i < db->items.nr; i++)
		if (db->items.v[i].kind == ITEM_DOWN &&
			db->items.v[i].version == version)
			return &db->items.v[i];
	return NULL;
}

static bool is_about(const struct note *note, const struct database *db)
{
	return note->culprit && note->db && !strcmp(note->db, db->name);
}

void left_record(struct migrate *m, const struct database *db,
	const struct progress *progress)
{
	struct err ignored = ERR_INIT;
	struct state state;
	bool any = false;

	load(m, db, &state);
	for (size_t i = 0; i < progress->nnotes; i++) {
		const struct note *note = &progress->notes[i];
		const struct item *culprit =
			is_about(note, db) ? find_down(db, note->culprit)
					   : NULL;
		char key[KEY_MAX];

		if (!culprit)
			continue;
		any = true;
		make_key(key, note->version);
		state_set(&state, key,
			arena_printf(m->ctx->arena, "%" PRId64 "-%s",
				note->culprit, culprit->blob.hex));
	}
	if (any)
		state_save(&state, &ignored);
	state_release(&state);
}

static const char *why(
	struct migrate *m, const struct item *item, const struct item *culprit)
{
	if (item == culprit)
		return "it is irreversible, and was left before";
	return arena_printf(m->ctx->arena,
		"it is older than the irreversible %" PRId64
		", and was left before",
		culprit->version);
}

void left_mark(struct migrate *m, struct database *db)
{
	struct state state;

	load(m, db, &state);
	for (size_t i = 0; i < db->items.nr; i++) {
		struct item *item = &db->items.v[i];
		const struct item *culprit;
		const char *text;
		char key[KEY_MAX], *end;

		make_key(key, item->version);
		text = item->kind == ITEM_DOWN ? state_get(&state, key) : NULL;
		if (!text)
			continue;
		culprit = find_down(db, strtoll(text, &end, 10));
		if (culprit && *end == '-' &&
			!strcmp(end + 1, culprit->blob.hex))
			item->left = why(m, item, culprit);
	}
	state_release(&state);
}
