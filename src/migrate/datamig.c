/*
 * Data migrations are the user's to run: they may take hours, call other
 * services, or be meant for production alone; and few of them can be taken
 * back.  So they are only told of.  What has to be known is that a round trip
 * through another branch leaves them applied: the column that they filled comes
 * back empty, and data:migrate (db:migrate:with_data too) counts them as done.
 *
 * Files of old ones are deleted all the time: that is no news where the history
 * of HEAD had them.
 */
#include "migrate/datamig.h"

#include "migrate/engine.h"
#include "migrate/treescan.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/steps/state.h"

#include <inttypes.h>
#include <stdlib.h>

#define NAMES_SHOWN 4

struct datamig {
	struct migrations pending, left; /* sorted */
	bool untold; /* they are used, and their folder cannot be told */
};

/* "20240101 20240102" as a sorted list; what is no number is none. */
static void parse_versions(const char *text, struct migrations *ret)
{
	while (*text) {
		size_t len = strcspn(text, " ");
		char *end;
		struct migration item = { .name = "",
			.version = strtoll(text, &end, 10) };

		if (len && end == text + len)
			migrations_add(ret, &item);
		text += len + (text[len] == ' ');
	}
	migrations_sort(ret);
}

/* Of the database that has the table.  Before the first of them was run there
 * is none: then a file of the gem tells that they are used.  False:
 * nothing is known. */
static bool read_applied(const struct migrate *m, struct migrations *ret)
{
	for (size_t i = 0; i < m->ndbs; i++)
		if (m->dbs[i].facts.data_applied) {
			parse_versions(m->dbs[i].facts.data_applied, ret);
			return true;
		}
	return m->ndbs && fs_has(m->app, m->engine->data_schema);
}

static int drop(
	const struct migration *file, const struct oid *commit, void *data)
{
	struct migrations *left = data;
	struct migration *one = migrations_find(left, file->version);

	(void)commit;
	if (one) {
		size_t after = (size_t)(left->v + left->nr - one - 1);

		memmove(one, one + 1, after * sizeof(*one));
		left->nr--;
	}
	return !left->nr;
}

/* Those that HEAD's own history took away were not left on another branch. */
static void drop_removed(struct migrate *m, struct migrations *left)
{
	const char *dirs[] = { m->data, NULL };
	struct treescan scan = { .repo = m->ctx->repo,
		.app_rel = m->app_rel,
		.dirs = dirs,
		.found = drop,
		.data = left };
	struct err ignored = ERR_INIT;

	if (left->nr)
		treescan_history(&scan, &m->heads.cur, 1, &ignored);
	treescan_release(&scan);
}

static void find_left(struct migrate *m, const struct migrations *applied,
	const struct migrations *disk, struct migrations *left)
{
	struct migrations prev = { .arena = m->ctx->arena };
	struct err ignored = ERR_INIT;

	if (!m->heads.has_prev || m->heads.same ||
		migrations_of_commit(m->ctx->repo, &m->heads.prev, m->app_rel,
			m->data, &prev, &ignored))
		return;
	for (size_t i = 0; i < prev.nr; i++)
		if (migrations_find(applied, prev.v[i].version) &&
			!migrations_find(disk, prev.v[i].version))
			migrations_add(left, &prev.v[i]);
	migrations_sort(left);
	drop_removed(m, left);
}

static void look(struct migrate *m, struct datamig *ret)
{
	struct arena *arena = m->ctx->arena;
	struct migrations applied = { .arena = arena };
	struct migrations disk = { .arena = arena };
	struct err ignored = ERR_INIT;

	*ret = (struct datamig){ .pending = { .arena = arena },
		.left = { .arena = arena } };
	if (!m->engine->data || !read_applied(m, &applied))
		return;
	ret->untold = !m->data;
	if (!m->data || migrations_on_disk(m->app, m->data, &disk, &ignored))
		return;
	migrations_sort(&disk);
	for (size_t i = 0; i < disk.nr; i++)
		if (!migrations_find(&applied, disk.v[i].version))
			migrations_add(&ret->pending, &disk.v[i]);
	find_left(m, &applied, &disk, &ret->left);
}

static void add_names(const struct migrate *m, const struct migrations *list,
	struct strbuf *out)
{
	for (size_t i = 0; i < list->nr && i < NAMES_SHOWN; i++)
		strbuf_addf(out, "%s%" PRId64 " %s", i ? ", " : "",
			list->v[i].version,
			migration_title(list->v[i].name, m->ctx->arena));
	if (list->nr > NAMES_SHOWN)
		strbuf_addf(out, " and %zu more", list->nr - NAMES_SHOWN);
}

static void add_command(const struct migrate *m, struct strbuf *out)
{
	strbuf_addch(out, '\'');
	m->engine->type(m, TASK_DATA, NULL, 0, out);
	strbuf_addch(out, '\'');
}

static void add_pending(
	const struct migrate *m, const struct datamig *d, struct strbuf *out)
{
	if (d->untold)
		strbuf_addf(out,
			"migrate: data migrations are not looked for: '%s' "
			"does not name their folder in plain quotes\n",
			m->engine->data_settings);
	if (!d->pending.nr)
		return;
	strbuf_addf(out, "migrate: data migration%s pending: ",
		d->pending.nr > 1 ? "s" : "");
	add_names(m, &d->pending, out);
	strbuf_addstr(out, "; run with ");
	add_command(m, out);
	if (*m->app_rel)
		strbuf_addf(out, " in '%s'", m->app_rel);
	strbuf_addch(out, '\n');
}

static void add_left(
	const struct migrate *m, const struct datamig *d, struct strbuf *out)
{
	bool several = d->left.nr > 1;

	if (!d->left.nr)
		return;
	strbuf_addf(out,
		"migrate: data migration%s left applied, %s not here: ",
		several ? "s" : "",
		several ? "their files are" : "its file is");
	add_names(m, &d->left, out);
	strbuf_addf(out, "; %s not undone, and where %s back, ",
		several ? "they are" : "it is", several ? "they are" : "it is");
	add_command(m, out);
	strbuf_addf(out, " will not run %s again\n", several ? "them" : "it");
}

void datamig_text(struct migrate *m, struct strbuf *out)
{
	struct datamig d;

	look(m, &d);
	add_left(m, &d, out);
	add_pending(m, &d, out);
}

/* Append `text` unless it was said last time. */
static void add_new(struct migrate *m, struct state *state, const char *key,
	struct strbuf *text, struct strbuf *out)
{
	const char *said = state_get(state, key);

	strbuf_rtrim(text);
	if (text->len &&
		(m->ctx->by_hand || !said || strcmp(said, text->buf) != 0))
		strbuf_addf(out, "%s\n", text->buf);
	state_set(state, key, text->len ? text->buf : NULL);
}

void datamig_tell(struct migrate *m, struct strbuf *out)
{
	AUTO_STRBUF left = STRBUF_INIT, pending = STRBUF_INIT;
	struct err ignored = ERR_INIT;
	AUTO_STATE state;
	struct datamig d;

	look(m, &d);
	add_left(m, &d, &left);
	add_pending(m, &d, &pending);
	state_load(repo_gitdir(m->ctx->repo),
		arena_printf(m->ctx->arena, "%s-data", m->state_name), &state);
	add_new(m, &state, "left", &left, out);
	add_new(m, &state, "pending", &pending, out);
	state_save(&state, &ignored);
}
