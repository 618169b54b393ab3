/*
 * Whoever wants to do something about a database's copies needs the same
 * before: its lock, what is remembered, and that nothing is left half done.
 */
#include "migrate/copies_each.h"

#include "migrate/moved.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#define STEP 1000.0 /* as `df -H`, and most who tell of disks */

void copies_add_size(int64_t bytes, struct strbuf *out)
{
	static const char *const units[] = { "kB", "MB", "GB", "TB" };
	double size = (double)bytes / STEP;
	size_t i = 0;

	for (; size >= STEP && i + 1 < ARRAY_SIZE(units); i++)
		size /= STEP;
	strbuf_addf(out, "%.1f %s", size, units[i]);
}

int copies_with(struct migrate *m, struct database *db,
	int (*func)(struct one *one, void *data, struct err *err), void *data,
	struct strbuf *out, struct err *err)
{
	struct one one = { .m = m, .db = db };
	AUTO_FD int lock = copies_lock(m->ctx->repo, db->target, err);
	int done;

	if (lock < 0)
		return -1;
	moved_adopt(m->ctx->repo, db->target, m->ctx->arena);
	copies_open(m->ctx->repo, db->target, m->ctx->arena, &one.copies);
	one.x = (struct exchange){ .repo = m->ctx->repo,
		.target = db->target,
		.copies = &one.copies,
		.arena = m->ctx->arena };
	done = exchange_settle(&one.x, out, err);
	if (!done)
		done = func(&one, data, err);
	copies_release(&one.copies);
	return done;
}

int copies_each(struct step_ctx *ctx,
	int (*func)(struct one *one, void *data, struct err *err), void *data,
	struct strbuf *out, struct err *err)
{
	struct migrate m;
	int done = migrate_open(ctx, &m, err);

	for (size_t i = 0; !done && i < m.ndbs; i++)
		done = copies_with(&m, &m.dbs[i], func, data, out, err);
	return done;
}
