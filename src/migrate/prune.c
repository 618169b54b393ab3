/*
 * Only databases of branches go by themselves, oldest first: those whose branch
 * is gone, and what is beyond `max_copies` and `max_copies_mb`.  Snapshots go
 * when their user says so.  What was there before hookrun made any copy is
 * nobody's to drop but the user's, whatever it is called by now.
 */
#include "migrate/prune.h"

#include "migrate/former.h"

#include "hookrun/migrate/snapshots.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/json.h"
#include "hookrun/db/copies.h"

#include <stdlib.h>
#include <time.h>

#define MB 1000000

bool prune_has_branch(struct repo *repo, const char *name)
{
	AUTO_FREE char *ref = fs_join("refs/heads", name);
	struct err ignored = ERR_INIT;
	struct oid oid;

	return repo_ref_read(repo, ref, &oid, &ignored) != 0;
}

static bool is_newer(const struct copy *a, const struct copy *b)
{
	return a->made_s == b->made_s ? strcmp(a->name, b->name) > 0
				      : a->made_s > b->made_s;
}

/* How many of a branch are newer than it, and their bytes with its own. */
static void count_newer(const struct copies *copies, const struct copy *copy,
	int64_t *ret_nr, int64_t *ret_bytes)
{
	*ret_nr = 0;
	*ret_bytes = copy->size_bytes;
	for (size_t i = 0; i < copies->nr; i++) {
		const struct copy *other = &copies->v[i];

		if (other->kind != COPY_BRANCH || !is_newer(other, copy))
			continue;
		++*ret_nr;
		*ret_bytes += other->size_bytes;
	}
}

const char *prune_beyond(struct one *one, const struct copy *copy)
{
	const struct migrate_opts *opts = &one->m->opts;
	int64_t nr, bytes;

	if (copy->kind != COPY_BRANCH || copy->own)
		return NULL;
	count_newer(&one->copies, copy, &nr, &bytes);
	if (nr >= opts->max_copies)
		return arena_printf(one->x.arena,
			"more than 'max_copies: %lld' are kept",
			(long long)opts->max_copies);
	if (bytes > opts->max_copies_mb * MB)
		return arena_printf(one->x.arena,
			"more than 'max_copies_mb: %lld' are kept",
			(long long)opts->max_copies_mb);
	return NULL;
}

static const char *reason(struct one *one, const struct copy *copy)
{
	AUTO_STRVEC renamed = STRVEC_INIT;

	if (copy->kind == COPY_BRANCH && !copy->own &&
		!prune_has_branch(one->x.repo, copy->label)) {
		former_names(one->x.repo, NULL, &renamed);
		if (!strvec_has(&renamed, copy->label))
			return "its branch is gone";
	}
	return prune_beyond(one, copy);
}

/* ---- telling ------------------------------------------------------------- */

static void add_date(int64_t time_s, struct strbuf *out)
{
	time_t when = (time_t)time_s;
	char date[32];
	struct tm tm;

	strftime(date, sizeof(date), "%Y-%m-%d %H:%M", localtime_r(&when, &tm));
	strbuf_addstr(out, date);
}

void prune_describe(
	const struct one *one, const struct copy *copy, struct strbuf *out)
{
	strbuf_addf(out, "%s: %s '%s' (", one->db->label,
		copy->kind == COPY_BRANCH ? "the database of the branch"
					  : "the snapshot",
		copy->label);
	copies_add_size(copy->size_bytes, out);
	strbuf_addstr(out, copy->kind == COPY_BRANCH ? ", left " : ", made ");
	add_date(copy->made_s, out);
	strbuf_addch(out, ')');
}

/* ---- drop ---------------------------------------------------------------- */

struct wish {
	const char *name; /* NULL: what nobody needs */
	bool look;
	struct strbuf *out;
	int found;
};

static int drop_one(struct one *one, struct wish *wish, const struct copy *copy,
	const char *why, struct err *err)
{
	const struct copy gone = *copy;

	wish->found++;
	if (!wish->look && exchange_drop(&one->x, &gone, err))
		return -1;
	prune_describe(one, &gone, wish->out);
	strbuf_addf(wish->out, "%s%s%s\n", wish->look ? "" : " dropped",
		why ? ": " : "", why ? why : "");
	return 0;
}

static int drop_named(struct one *one, void *data, struct err *err)
{
	struct wish *wish = data;
	const struct copy *copy = copies_find(
		&one->copies, COPY_SNAPSHOT, wish->name);

	if (!copy)
		copy = copies_find(&one->copies, COPY_BRANCH, wish->name);
	if (!copy)
		return 0;
	if (copy->own)
		return err_set_kind(err, ERR_REFUSED,
			"'%s', the database of '%s', was there before hookrun "
			"made copies: it is not hookrun's to drop",
			copy->name, copy->label);
	return drop_one(one, wish, copy, NULL, err);
}

/* Chosen before the first one goes, which the choice of the others rests on. */
static int drop_needless(struct one *one, void *data, struct err *err)
{
	struct arena *arena = one->x.arena;
	const struct copy *all = one->copies.v;
	size_t nr = one->copies.nr;
	const char **why = arena_alloc(arena, (nr + 1) * sizeof(*why));

	for (size_t i = 0; i < nr; i++)
		why[i] = reason(one, &all[i]);
	for (size_t i = 0; i < nr; i++)
		if (why[i] && drop_one(one, data, &all[i], why[i], err))
			return -1;
	return 0;
}

int migrate_copies_drop(struct step_ctx *ctx, const char *name, bool look,
	struct strbuf *out, struct err *err)
{
	struct wish wish = { name, look, out, 0 };

	if (copies_each(
		    ctx, name ? drop_named : drop_needless, &wish, out, err))
		return -1;
	if (name && !wish.found)
		return err_set(err,
			"there is no copy '%s' (see 'hookrun db list')", name);
	return wish.found;
}

/* ---- list ---------------------------------------------------------------- */

struct listed {
	struct copy copy;
	const char *database;
	bool gone; /* by somebody else's hand */
};

struct list {
	struct listed *v;
	size_t nr, cap;
};

static bool is_there(const struct db_copy_list *all, const struct copy *copy)
{
	for (size_t i = 0; i < all->nr; i++)
		if (!strcmp(all->v[i].name, copy->name))
			return true;
	return false;
}

static int collect(struct one *one, void *data, struct err *err)
{
	struct list *list = data;
	struct db_copy_list all;
	struct db_copies *db;
	int failed;

	if (!one->copies.nr)
		return 0;
	if (db_copies_open(one->x.target,
		    copies_folder(one->x.repo, one->db->key, one->x.arena),
		    false, &db, err))
		return -1;
	failed = db_copies_list(db, copies_prefix(one->x.target, one->x.arena),
		one->x.arena, &all, err);
	db_copies_close(db);
	for (size_t i = 0; !failed && i < one->copies.nr; i++) {
		xgrow(&list->v, &list->cap, list->nr + 1, sizeof(*list->v));
		list->v[list->nr++] = (struct listed){ one->copies.v[i],
			one->db->label, !is_there(&all, &one->copies.v[i]) };
	}
	return failed;
}

static int newest_first(const void *a, const void *b)
{
	const struct listed *one = a, *other = b;

	if (one->copy.made_s != other->copy.made_s)
		return one->copy.made_s < other->copy.made_s ? 1 : -1;
	return strcmp(one->copy.name, other->copy.name);
}

static void add_line(const struct listed *listed, struct strbuf *out)
{
	const struct copy *copy = &listed->copy;

	strbuf_addf(out, "%s  %s  ", copy->label, copy_kind_word(copy->kind));
	add_date(copy->made_s, out);
	strbuf_addstr(out, "  ");
	copies_add_size(copy->size_bytes, out);
	if (*copy->branch)
		strbuf_addf(out, "  %s", copy->branch);
	if (*copy->commit)
		strbuf_addf(out, "  %.7s", copy->commit);
	strbuf_addf(out, "  %s%s%s\n", copy->name,
		copy->own ? " (the first one: never dropped)" : "",
		listed->gone ? " (is not there any more)" : "");
}

static void add_json(const struct list *list, struct strbuf *out)
{
	struct json json;

	json_init(&json, out, 2);
	json_open(&json, '[');
	for (size_t i = 0; i < list->nr; i++) {
		const struct copy *copy = &list->v[i].copy;

		json_open(&json, '{');
		json_kstr(&json, "name", copy->label);
		json_kstr(&json, "kind", copy_kind_word(copy->kind));
		json_kstr(&json, "database", list->v[i].database);
		json_kstr(&json, "copy", copy->name);
		json_kstr(&json, "branch", *copy->branch ? copy->branch : NULL);
		json_kstr(&json, "commit", *copy->commit ? copy->commit : NULL);
		json_kint(&json, "made", copy->made_s);
		json_kint(&json, "size_bytes", copy->size_bytes);
		json_kbool(&json, "own", copy->own);
		json_kbool(&json, "there", !list->v[i].gone);
		json_close(&json, '}');
	}
	json_close(&json, ']');
}

int migrate_copies_list(struct step_ctx *ctx, bool json, struct strbuf *told,
	struct strbuf *out, struct err *err)
{
	struct list list = { 0 };
	int failed = copies_each(ctx, collect, &list, told, err);

	if (list.nr)
		qsort(list.v, list.nr, sizeof(*list.v), newest_first);
	if (json && !failed)
		add_json(&list, out);
	for (size_t i = 0; !json && i < list.nr; i++)
		add_line(&list.v[i], out);
	free(list.v);
	return failed;
}
