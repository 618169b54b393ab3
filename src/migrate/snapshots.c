/*
 * Snapshots.  An application with several databases has one of each, under one
 * name: a restored one without the other would be of no use.
 *
 * A restored database is a copy of the snapshot, which stays; and what was
 * there before is not copied but renamed, so that it costs nothing to keep.
 */
#include "hookrun/migrate/snapshots.h"

#include "migrate/copies_each.h"
#include "migrate/ledger.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <ctype.h>
#include <time.h>
#include <unistd.h>

#define NAME_LEN_MAX 60

/* Ids of kept rows are digits and dashes alone (kept.h). */
static int check_name(const char *name, struct err *err)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-/";
	size_t len = strspn(name, allowed);

	if (!len || name[len] || len > NAME_LEN_MAX ||
		!isalnum((unsigned char)*name))
		return err_set(err,
			"'%s' is no name for a snapshot: letters, digits, "
			"'.', '_', '-' and '/', no more than %d, a letter or a "
			"digit first",
			name, NAME_LEN_MAX);
	if (strspn(name, "0123456789-") == len)
		return err_set(err,
			"'%s' is no name for a snapshot: it reads like the id "
			"of kept rows",
			name);
	return 0;
}

static const char *dated(struct arena *arena, const char *before)
{
	time_t now = time(NULL);
	char date[32];
	struct tm tm;

	strftime(date, sizeof(date), "%Y%m%d-%H%M%S", localtime_r(&now, &tm));
	return arena_printf(arena, "%s-%s", before, date);
}

static struct copy describe(
	struct migrate *m, const char *label, const char *branch)
{
	return (struct copy){ .kind = COPY_SNAPSHOT,
		.label = label,
		.branch = branch ? branch : "",
		.commit = m->heads.cur.hex,
		.made_s = time(NULL) };
}

static const char *copy_name(struct one *one, const char *label)
{
	return copies_name(
		one->x.repo, one->x.target, COPY_SNAPSHOT, label, one->x.arena);
}

struct wish {
	const char *name, *branch;
	struct strbuf *out;
	int done;
};

/* ---- make ---------------------------------------------------------------- */

static int is_free(struct one *one, void *data, struct err *err)
{
	const struct wish *wish = data;

	if (copies_find(&one->copies, COPY_SNAPSHOT, wish->name))
		return err_set(
			err, "there is a snapshot '%s' already", wish->name);
	return 0;
}

static int make(struct one *one, void *data, struct err *err)
{
	struct wish *wish = data;
	struct exchange_plan plan = { .made = MADE_OF_LIVE,
		.bring = describe(one->m, wish->name, wish->branch) };

	plan.bring.name = copy_name(one, wish->name);
	if (exchange_run(&one->x, &plan, err))
		return -1;
	strbuf_addf(
		wish->out, "%s: copied as '%s' (", one->db->label, wish->name);
	copies_add_size(copies_find(&one->copies, COPY_SNAPSHOT, wish->name)
				->size_bytes,
		wish->out);
	strbuf_addstr(wish->out, ")\n");
	wish->done++;
	return 0;
}

/* Those that were made before another one failed. */
static int unmake(struct one *one, void *data, struct err *err)
{
	const struct wish *wish = data;
	const struct copy *copy = copies_find(
		&one->copies, COPY_SNAPSHOT, wish->name);

	return copy ? exchange_drop(&one->x, copy, err) : 0;
}

int migrate_snapshot(struct step_ctx *ctx, const char *name, struct strbuf *out,
	struct err *err)
{
	struct wish wish = { .name = name,
		.branch = repo_branch(ctx->repo, ctx->arena),
		.out = out };
	struct err ignored = ERR_INIT;
	size_t before;

	if (!name)
		wish.name = dated(ctx->arena,
			wish.branch ? copies_plain(wish.branch, ctx->arena)
				    : "detached");
	if (check_name(wish.name, err) ||
		copies_each(ctx, is_free, &wish, out, err))
		return -1;
	before = out->len;
	if (!copies_each(ctx, make, &wish, out, err))
		return 0;
	strbuf_setlen(out, before);
	if (wish.done)
		copies_each(ctx, unmake, &wish, out, &ignored);
	return -1;
}

/* ---- restore ------------------------------------------------------------- */

static int restore(struct one *one, void *data, struct err *err)
{
	struct wish *wish = data;
	const struct copy *from = copies_find(
		&one->copies, COPY_SNAPSHOT, wish->name);
	struct exchange_plan plan = { .made = MADE_OF_COPY };
	const char *label;

	if (!from)
		return 0;
	label = dated(one->x.arena,
		arena_printf(one->x.arena, "before-%s", wish->name));
	for (int i = 2; copies_find(&one->copies, COPY_SNAPSHOT, label); i++)
		label = arena_printf(one->x.arena, "%s.%d", label, i);
	plan.source = from->name;
	plan.bring = *from;
	plan.bring.name = copies_name(one->x.repo, one->x.target, COPY_SNAPSHOT,
		arena_printf(one->x.arena, " %s", wish->name), one->x.arena);
	plan.aside = describe(one->m, label, wish->branch);
	plan.aside.name = copy_name(one, label);
	if (exchange_run(&one->x, &plan, err))
		return -1;
	strbuf_addf(wish->out,
		"%s: as it was in '%s'; what it was until now is kept as "
		"'%s'\n",
		one->db->label, wish->name, label);
	wish->done++;
	return ledger_touch(one->m, one->db, err);
}

int migrate_snapshot_restore(struct step_ctx *ctx, const char *name,
	struct strbuf *out, struct err *err)
{
	struct wish wish = { .name = name,
		.branch = repo_branch(ctx->repo, ctx->arena),
		.out = out };

	if (copies_each(ctx, restore, &wish, out, err))
		return -1;
	if (!wish.done)
		return err_set(err,
			"there is no snapshot '%s' (see 'hookrun db list')",
			name);
	return 0;
}

/* ---- names --------------------------------------------------------------- */

void migrate_copies_labels(struct repo *repo, bool all, struct strvec *ret)
{
	AUTO_FREE char *dir = fs_join(
		repo_commondir(repo), "hookrun/db/copies");
	AUTO_STRVEC keys = STRVEC_INIT;
	AUTO_ARENA arena = ARENA_INIT;
	struct err ignored = ERR_INIT;

	fs_list(dir, &keys, &ignored);
	strvec_sort(&keys);
	for (size_t i = 0; i < keys.nr; i++) {
		AUTO_COPIES copies;

		copies_load(repo, keys.v[i], &arena, &copies);
		for (size_t j = 0; j < copies.nr; j++)
			if ((all || copies.v[j].kind == COPY_SNAPSHOT) &&
				!strvec_has(ret, copies.v[j].label))
				strvec_push(ret, copies.v[j].label);
	}
}

bool migrate_copies_any(struct repo *repo)
{
	AUTO_STRVEC labels = STRVEC_INIT;

	migrate_copies_labels(repo, true, &labels);
	return labels.nr || exchange_is_open(repo);
}
