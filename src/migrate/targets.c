/*
 * Whoever wants to talk to the databases himself (`hookrun db`) is to find the
 * same ones as a switch does: by what Rails has said, else by its files.
 */
#include "hookrun/migrate/targets.h"

#include "migrate/migrate.h"

int migrate_open(struct step_ctx *ctx, struct migrate *m, struct err *err)
{
	const char *reason;
	int go_on = migrate_init(ctx, m, &reason, err);

	if (go_on < 0)
		return -1;
	if (!go_on)
		return err_set(err, "no database was looked at: %s", reason);
	if (migrate_resolve(m, err))
		return -1;
	if (!m->native)
		return err_set(err,
			"which databases there are is not known here: %s",
			m->why);
	return 0;
}

int migrate_targets(
	struct step_ctx *ctx, struct db_targets *ret, struct err *err)
{
	struct migrate m;
	struct db_targets found = { 0 };

	if (migrate_open(ctx, &m, err))
		return -1;
	found.environment = m.environment;
	found.v = arena_alloc(ctx->arena, (m.ndbs + 1) * sizeof(*found.v));
	for (size_t i = 0; i < m.ndbs; i++)
		found.v[found.nr++] = *m.dbs[i].target;
	*ret = found;
	return 0;
}
